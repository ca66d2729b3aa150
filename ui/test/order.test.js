import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, hold, HOLD_MS } from "../js/domain/order.js";

const tile = (patientId, urgency, bed = patientId, sinceMs = undefined) => ({
  patientId, urgency, bed, alarm: sinceMs === undefined ? null : { row: { sinceMs }, others: 0 },
});
const ids = (tiles) => tiles.map((each) => each.patientId);

test("the most urgent comes first, then the longest open alarm, then the bed as people count", () => {
  const tiles = [tile("a", 0, "10"), tile("b", 600, "3", 50), tile("c", 600, "4", 20), tile("d", 0, "9"), tile("e", 600, "1")];
  assert.deepEqual(ids(arrange([], tiles, false)), ["c", "b", "e", "d", "a"]);
});

test("while held nothing that is drawn moves, whatever becomes urgent", () => {
  const drawn = ["a", "b", "c"];
  const tiles = [tile("a", 0), tile("b", 5), tile("c", 600)];
  assert.deepEqual(ids(arrange(drawn, tiles, true)), drawn);
  assert.deepEqual(ids(arrange(drawn, tiles, false)), ["c", "b", "a"]);
});

test("while held new patients come last by urgency, and those that left are gone", () => {
  const tiles = [tile("n", 900), tile("c", 0), tile("a", 1), tile("m", 950)];
  assert.deepEqual(ids(arrange(["a", "b", "c"], tiles, true)), ["a", "c", "m", "n"]);
});

test("arranging loses nobody and does not touch its input", () => {
  const tiles = Array.from({ length: 40 }, (_, i) => tile(`p${i}`, (i * 7919) % 13));
  const before = ids(tiles);
  for (const held of [true, false]) {
    assert.deepEqual(ids(arrange(before.slice(5, 20).reverse(), tiles, held)).sort(), [...before].sort());
  }
  assert.deepEqual(ids(tiles), before);
});

test("the order is held for one and a half seconds after the last movement, and no longer", () => {
  const holding = hold();
  assert.equal(holding.held(0), false, "nobody has pointed yet");
  holding.touch(1000);
  assert.equal(holding.held(1000 + HOLD_MS - 1), true);
  assert.equal(holding.held(1000 + HOLD_MS), false);
  holding.touch(5000);
  holding.release();
  assert.equal(holding.held(5000), false);
});
