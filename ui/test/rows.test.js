import assert from "node:assert/strict";
import { test } from "node:test";
import { byBed, byWeight, keepChoice, ordered, perPatient, pinned, stepChoice, toAnnounce } from "../js/domain/rows.js";

const row = (alarmId, over = {}) => ({
  alarmId, priority: "medium", condition: "active", signal: "sounding", work: { state: "new" }, sinceMs: 0, ...over,
});
const ids = (rows) => rows.map((each) => each.alarmId);

test("an unanswered high alarm is pinned while it is open, also when it has ended and is latched", () => {
  const cases = [
    [row("a", { priority: "high" }), true],
    [row("b", { priority: "high", condition: "cleared", signal: "latched" }), true],
    [row("c", { priority: "high", condition: "cleared", signal: "off" }), false],
    [row("d", { priority: "high", condition: "pending" }), false],
    [row("e", { priority: "high", work: { state: "acknowledged" } }), false],
    [row("f", { priority: "high", work: { state: "acknowledging" } }), false],
    [row("g"), false],
  ];
  for (const [each, expected] of cases) assert.equal(pinned(each), expected, each.alarmId);
});

test("pinned, then priority, then unanswered, then the newest", () => {
  const rows = [
    row("low", { priority: "low" }),
    row("medium-mine", { work: { state: "acknowledged" }, sinceMs: 9 }),
    row("medium-old", { sinceMs: 1 }),
    row("medium-new", { sinceMs: 2 }),
    row("high-mine", { priority: "high", work: { state: "acknowledged" } }),
    row("high", { priority: "high" }),
  ];
  assert.deepEqual(ids([...rows].sort(byWeight)), ["high", "high-mine", "medium-new", "medium-old", "medium-mine", "low"]);
});

test("what is over keeps the order of the desk", () => {
  const rows = [row("x", { priority: "low" }), row("y", { priority: "high" })];
  assert.deepEqual(ids(ordered({ tab: "history", rows })), ["x", "y"]);
  assert.deepEqual(ids(ordered({ tab: "active", rows })), ["y", "x"]);
});

test("the choice follows its alarm, and falls to the neighbour when that is gone", () => {
  const rows = [row("a"), row("b"), row("c")];
  assert.equal(keepChoice(rows, "b", 0), "b");
  assert.equal(keepChoice(rows, "gone", 1), "b");
  assert.equal(keepChoice(rows, "gone", 9), "c");
  assert.equal(keepChoice(rows, null, 2), "a");
  assert.equal(keepChoice([], "a", 0), null);
});

test("J and K stop at the ends", () => {
  const rows = [row("a"), row("b")];
  assert.equal(stepChoice(rows, "a", 1), "b");
  assert.equal(stepChoice(rows, "b", 1), "b");
  assert.equal(stepChoice(rows, "a", -1), "a");
  assert.equal(stepChoice(rows, null, 1), "a");
  assert.equal(stepChoice([], null, 1), null);
});

test("an alarm is announced once, again when its priority rises, and never when somebody has answered", () => {
  const said = new Map();
  const strip = (alarmId, priority, acknowledged = false) => ({ alarmId, priority, acknowledged });
  assert.deepEqual(ids(toAnnounce(said, [strip("a", "medium"), strip("b", "high", true)])), ["a"]);
  assert.deepEqual(ids(toAnnounce(said, [strip("a", "medium"), strip("b", "high")])), []);
  assert.deepEqual(ids(toAnnounce(said, [strip("a", "high")])), ["a"]);
  assert.deepEqual(ids(toAnnounce(said, [strip("a", "low")])), []);
});

test("one chip stands for a bed, the worst first, and alarms without a bed stay apart", () => {
  const at = (alarmId, bed) => ({ alarmId, bed });
  const chips = byBed([at("a", "7"), at("b", "3"), at("c", "7"), at("d", ""), at("e", "7"), at("f", "")]);
  assert.deepEqual(chips.map(({ alarm, count }) => [alarm.alarmId, count]), [["a", 3], ["b", 1], ["d", 1], ["f", 1]]);
  assert.equal(new Set(chips.map((chip) => chip.key)).size, 4);
  assert.deepEqual(byBed([]), []);
});

test("one row stands for a patient, and the others follow it when it is unfolded", () => {
  const rows = [row("a", { patientId: "p" }), row("b", { patientId: "q" }), row("c", { patientId: "p" })];
  const folded = perPatient(rows, new Set());
  assert.deepEqual(ids(folded.rows), ["a", "b"]);
  assert.deepEqual([...folded.others], [["a", { count: 1, open: false }]]);
  const open = perPatient(rows, new Set(["p"]));
  assert.deepEqual(ids(open.rows), ["a", "c", "b"]);
  assert.deepEqual([...open.others], [["a", { count: 1, open: true }]]);
  assert.deepEqual(perPatient([], new Set(["p"])).rows, []);
  const urgent = [row("h", { priority: "high", patientId: "p" }), row("i", { priority: "high", patientId: "p" }), ...rows];
  const kept = perPatient(urgent, new Set());
  assert.deepEqual(ids(kept.rows), ["h", "i", "b"], "what is pinned always stands");
  assert.deepEqual([...kept.others], [["h", { count: 2, open: false }]]);
  assert.deepEqual(ids(perPatient(urgent, new Set(["p"])).rows), ["h", "a", "c", "i", "b"]);
});
