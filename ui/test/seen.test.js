import assert from "node:assert/strict";
import { test } from "node:test";
import { seenMark, sightings } from "../js/domain/seen.js";

test("an alarm counts as seen after a second in sight, once for each of its states", () => {
  let now = 0;
  const look = sightings(() => now);
  const a = [{ alarmId: "a", state: "1-high-new" }];
  assert.deepEqual(look.look(a), []);
  now = 999;
  assert.deepEqual(look.look(a), []);
  now = 1000;
  assert.deepEqual(look.look(a), ["a"]);
  now = 5000;
  assert.deepEqual(look.look(a), []);
  assert.deepEqual(look.look([{ alarmId: "a", state: "2-high-new" }]), ["a"], "it came again");
});

test("what scrolled away or was looked away from begins anew", () => {
  let now = 0;
  const look = sightings(() => now);
  const a = [{ alarmId: "a", state: "s" }];
  look.look(a);
  now = 900;
  look.look([]);
  now = 1100;
  assert.deepEqual(look.look(a), []);
  look.blink();
  now = 2200;
  assert.deepEqual(look.look(a), []);
  now = 3300;
  assert.deepEqual(look.look(a), ["a"]);
  look.again(["a"]);
  now = 4400;
  assert.deepEqual(look.look(a), ["a"], "what could not be told is told again");
});

test("an alarm that is over is not told as seen, one that is latched is", () => {
  const row = { alarmId: "a", count: 2, priority: "high", work: { state: "new" }, condition: "cleared", signal: "off" };
  assert.equal(seenMark(row), null);
  assert.equal(seenMark({ ...row, signal: "latched" }), "a 2-high-new");
  assert.equal(seenMark({ ...row, condition: "active" }), "a 2-high-new");
});
