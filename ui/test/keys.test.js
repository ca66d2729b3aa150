import assert from "node:assert/strict";
import { test } from "node:test";
import { intentOf } from "../js/domain/keys.js";
import { hashOf, routeOf } from "../js/domain/route.js";

const press = (key, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...more });
const free = { editing: false, onControl: false, open: true };

test("every key of the help list means what it says, in either case", () => {
  for (const [key, intent] of [
    ["1", "ward"], ["2", "inbox"], ["3", "patients"], ["9", "settings"], ["/", "find"], ["i", "drawer"], ["I", "drawer"],
    ["j", "next"], ["K", "previous"], ["a", "acknowledge"], ["p", "pause"], ["s", "snooze"], ["R", "resolve"], ["e", "escalate"], ["d", "details"], ["A", "acknowledge"], ["Enter", "open"], ["Escape", "close"],
    ["?", "help"], ["4", "handover"], ["n", "write"], ["t", "trends"], ["c", "dense"], ["w", "wall"], ["7", "reports"], ["6", null], ["x", null], ["Tab", null], [" ", null],
  ]) {
    assert.equal(intentOf(press(key), free), intent, key);
  }
});

test("letters typed into a field are letters; only Escape leads out", () => {
  for (const key of ["a", "i", "1", "/", "Enter"]) assert.equal(intentOf(press(key), { ...free, editing: true }), null, key);
  assert.equal(intentOf(press("Escape"), { ...free, editing: true }), "close");
});

test("while locked no key answers an alarm or opens a patient", () => {
  for (const key of ["a", "s", "r", "e", "n", "d", "c", "w", "1", "2", "i", "j", "Enter"]) assert.equal(intentOf(press(key), { ...free, open: false }), null, key);
  assert.equal(intentOf(press("?"), { ...free, open: false }), "help");
});

test("a key held down does not answer one alarm after another", () => {
  assert.equal(intentOf(press("a", { repeat: true }), free), null);
  assert.equal(intentOf(press("j", { repeat: true }), free), "next");
});

test("with a modifier a key belongs to somebody else, and Enter on a button to the button", () => {
  for (const name of ["ctrlKey", "altKey", "metaKey"]) assert.equal(intentOf(press("a", { [name]: true }), free), null);
  assert.equal(intentOf(press("Enter"), { ...free, onControl: true }), null);
});

test("an address leads to its screen and back; a strange one leads to the ward", () => {
  for (const route of [{ view: "ward" }, { view: "inbox" }, { view: "patients" }, { view: "settings" }, { view: "patient", id: "p-01" }, { view: "trends", id: "p-01" }]) {
    assert.deepEqual(routeOf(hashOf(route)), route);
  }
  for (const hash of ["", "#", "#/nowhere", "#/patient", "#/patient/", "#/patient/<b>", "#/trends", "#/trends/<b>", "#/patient/a%20b", `#/patient/${"x".repeat(65)}`]) {
    assert.deepEqual(routeOf(hash), { view: "ward" }, hash);
  }
});
