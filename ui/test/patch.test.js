import assert from "node:assert/strict";
import { test } from "node:test";
import { patchPatient, patchTileAlarm, patchWard, upsertRows } from "../js/store/patch.js";
import { hostClock } from "../js/store/time.js";
import { matching } from "../js/views/patients.js";
import { bannersOf, blindness } from "../js/views/status.js";

const value = (text, takenMs = 1) => ({ text, state: "fresh", takenMs, demo: false, alarm: null, recordRef: null });
const tile = (patientId, rateParameter = "heartRate") => ({
  patientId, rateParameter, rate: value("70"), spo2: value("98"), newestMs: 1, alarm: null, bed: "1", name: { text: patientId, state: "fresh" },
});
const live = (patientId, parameter, text, takenMs = 5) => ({ patientId, parameter, value: value(text, takenMs) });

test("a live value reaches its patient and its parameter, and nobody else", () => {
  const ward = { ward: "3", tiles: [tile("a"), tile("b")] };
  const next = patchWard(ward, [live("b", "spo2", "91"), live("nobody", "spo2", "1")]);
  assert.equal(next.tiles[1].spo2.text, "91");
  assert.equal(next.tiles[1].newestMs, 5);
  assert.equal(next.tiles[0], ward.tiles[0], "an untouched tile is the same object");
  assert.equal(ward.tiles[1].spo2.text, "98", "the old view is not changed");
});

test("a pulse rate never appears under the label of the heart rate", () => {
  const ward = { ward: "3", tiles: [tile("a", "heartRate"), tile("b", "pulseRate")] };
  const next = patchWard(ward, [live("a", "pulseRate", "0"), live("b", "pulseRate", "0"), live("b", "heartRate", "55")]);
  assert.deepEqual(next.tiles.map((each) => each.rate.text), ["70", "0"]);
});

test("a patient's page takes the values of its patient only", () => {
  const page = { patientId: "a", numerics: [{ parameter: "spo2", value: value("98") }, { parameter: "heartRate", value: value("70") }] };
  assert.equal(patchPatient(page, [live("b", "spo2", "80")]), page);
  assert.deepEqual(patchPatient(page, [live("a", "spo2", "80")]).numerics.map((each) => each.value.text), ["80", "70"]);
});

test("rows are changed in place by id, and new ones come after", () => {
  const rows = [{ alarmId: "x", n: 1 }, { alarmId: "y", n: 1 }];
  assert.deepEqual(upsertRows(rows, [{ alarmId: "z", n: 1 }, { alarmId: "x", n: 2 }]), [{ alarmId: "x", n: 2 }, { alarmId: "y", n: 1 }, { alarmId: "z", n: 1 }]);
});

const alarm = (alarmId, more = {}) => ({
  alarmId, patientId: "a", condition: "active", signal: "sounding", priority: "medium", work: { state: "new" }, sinceMs: 10, ...more,
});

test("a tile shows a new alarm at once, and its own alarm's new state", () => {
  const alarmed = patchTileAlarm(tile("a"), [alarm("x")]);
  assert.equal(alarmed.alarm.row.alarmId, "x");
  assert.equal(patchTileAlarm(alarmed, [alarm("x", { condition: "cleared", signal: "off" })]).alarm.row.condition, "cleared");
  const other = tile("b");
  assert.equal(patchTileAlarm(other, [alarm("x")]), other);
  const over = tile("a");
  assert.equal(patchTileAlarm(over, [alarm("x", { condition: "cleared", signal: "off" })]), over, "what is over raises nothing");
});

test("a tile shows the most urgent alarm as soon as it is heard of", () => {
  const alarmed = patchTileAlarm(tile("a"), [alarm("x")]);
  const ended = { condition: "cleared", signal: "off" };
  const mine = { work: { state: "acknowledged" } };
  const cases = [
    ["a worse one takes its place", [alarm("y", { priority: "high" })], "y"],
    ["a milder one does not", [alarm("y", { priority: "low" })], "x"],
    ["of equals the longest stays", [alarm("y", { sinceMs: 20 })], "x"],
    ["of equals the longer one comes", [alarm("y", { sinceMs: 5 })], "y"],
    ["an answered one gives way to an equal one", [alarm("x", mine), alarm("y", { sinceMs: 20 })], "y"],
    ["an answered high one stays before a medium one", [alarm("x", { ...mine, priority: "high" }), alarm("y")], "x"],
    ["one that has ended gives way to any that goes on", [alarm("x", { ...ended, priority: "high" }), alarm("y", { priority: "low" })], "y"],
    ["a worse one that is over does not count", [alarm("y", { ...ended, priority: "high" })], "x"],
    ["a latched one does", [alarm("y", { condition: "cleared", signal: "latched", priority: "high" })], "y"],
    ["another patient's does not", [alarm("y", { priority: "high", patientId: "b" })], "x"],
    ["an escalation of its own stays its own", [alarm("x", { priority: "high" })], "x"],
    ["the worst of several", [alarm("y"), alarm("z", { priority: "high" })], "z"],
  ];
  for (const [what, changed, expected] of cases) assert.equal(patchTileAlarm(alarmed, changed).alarm.row.alarmId, expected, what);
});

test("a tile counts every other alarm once", () => {
  const one = patchTileAlarm(tile("a"), [alarm("x"), alarm("y", { priority: "high" })]);
  assert.deepEqual([one.alarm.row.alarmId, one.alarm.others], ["y", 1]);
  const two = patchTileAlarm(one, [alarm("z", { priority: "low" })], new Set(["x", "y"]));
  assert.equal(two.alarm.others, 2);
  const again = patchTileAlarm(two, [alarm("z", { priority: "high", sinceMs: 1 })], new Set(["x", "y", "z"]));
  assert.deepEqual([again.alarm.row.alarmId, again.alarm.others], ["z", 2], "a known alarm that got worse is not counted twice");
});

test("ages are reckoned by the host's clock, however wrong the window's is", () => {
  let windowNow = 1000;
  const clock = hostClock(() => windowNow);
  clock.correct(500_000);
  windowNow += 250;
  assert.equal(clock.now(), 500_250);
  clock.correct(400_000);
  assert.equal(clock.now(), 400_000);
});

test("a patient is found by a part of the name or the whole bed", () => {
  const tiles = [{ ...tile("Okafor"), bed: "1" }, { ...tile("Dahl"), bed: "12" }, { ...tile(""), bed: "11", name: { text: "", state: "notShared" } }];
  const beds = (text) => matching(tiles, text).map((each) => each.bed);
  assert.deepEqual(beds(""), ["1", "12", "11"]);
  assert.deepEqual(beds("kaf"), ["1"]);
  assert.deepEqual(beds("1"), ["1"]);
  assert.deepEqual(beds("not shared"), ["11"]);
  assert.deepEqual(beds("nobody"), []);
});

const frame = (state, more = {}) => ({
  gateway: { state, updatedMs: 0, behindMs: 60_000, progress: 5 }, records: { state: "verified" }, integrity: null, sound: { state: "on" },
  clockOffMs: null, ...more,
});

test("silence never looks like calm", () => {
  for (const [state, blind] of [["live", false], ["delayed", false], ["catchingUp", false], ["stale", true], ["lost", true], ["none", true]]) {
    assert.equal(blindness(frame(state), null), blind, state);
  }
  assert.equal(blindness(frame("live"), 5), true, "the desk itself has gone silent");
});

test("everything that all must know has a banner, and a healthy ward has none", () => {
  const idsOf = (...args) => bannersOf(...args).map((banner) => banner.id);
  assert.deepEqual(idsOf(frame("live"), null), []);
  assert.deepEqual(idsOf(frame("live"), 1), ["silent"]);
  assert.deepEqual(idsOf(frame("lost"), null), ["lost"]);
  assert.deepEqual(idsOf(frame("catchingUp"), null), ["catchingUp"]);
  const worst = { records: { state: "failed" }, sound: { state: "unavailable" }, clockOffMs: -47_000 };
  assert.deepEqual(idsOf(frame("stale", worst), null), ["stale", "failed", "sound", "clock"]);
});
