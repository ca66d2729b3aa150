import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { note, spokenTold } from "../js/domain/readout.js";
import { moved, SHORTEST_MS, shareOf, timeAt, zoomed, zoomedIn } from "../js/domain/span.js";
import { cellText, tableText } from "../js/views/trendtable.js";

const HOUR = 3_600_000;
const span = { fromMs: 1000 * HOUR, toMs: 1024 * HOUR };

test("a place in the window is a time and back, held to its edges", () => {
  for (const [share, hours] of [[0, 1000], [0.5, 1012], [1, 1024], [-1, 1000], [2, 1024]]) assert.equal(timeAt(span, share), hours * HOUR);
  assert.equal(shareOf(span, 1006 * HOUR), 0.25);
  assert.equal(shareOf(span, 0), 0);
  assert.equal(shareOf({ fromMs: 5, toMs: 5 }, 9), 1);
});

test("keys move the cursor and stop at the edges; others move nothing", () => {
  const step = HOUR / 10;
  for (const [from, key, far, expected] of [
    [null, "ArrowLeft", false, span.toMs - step], [1012 * HOUR, "ArrowRight", false, 1012 * HOUR + step], [1012 * HOUR, "ArrowLeft", true, 1011 * HOUR],
    [1012 * HOUR, "PageUp", false, 1013 * HOUR], [span.fromMs, "ArrowLeft", false, span.fromMs], [span.toMs, "ArrowRight", true, span.toMs],
    [1012 * HOUR, "Home", false, span.fromMs], [null, "End", false, span.toMs], [1012 * HOUR, "x", false, null], [1012 * HOUR, "Escape", false, null],
  ]) assert.equal(moved(span, from, key, far), expected, key);
});

test("a zoom is narrower, at least five minutes and inside the window, or it is none", () => {
  assert.deepEqual(zoomed(span, 1010 * HOUR, 1004 * HOUR), { fromMs: 1004 * HOUR, toMs: 1010 * HOUR });
  const least = zoomed(span, span.toMs, span.toMs - 1);
  assert.equal(least.toMs - least.fromMs, SHORTEST_MS);
  assert.equal(least.toMs, span.toMs);
  assert.equal(zoomed(span, span.fromMs, span.toMs), null);
  assert.equal(zoomed({ fromMs: 0, toMs: SHORTEST_MS }, 0, 1), null);
  assert.deepEqual(zoomedIn(span, null), { fromMs: 1012 * HOUR, toMs: 1024 * HOUR });
  assert.deepEqual(zoomedIn(span, 1006 * HOUR), { fromMs: 1000 * HOUR, toMs: 1012 * HOUR });
});

const told = (more) => ({ parameter: "spo2", unit: "%", text: "97", state: "fresh", takenMs: 100_000, atMs: 108_000, limits: { low: "", high: "" }, gap: null, ...more });

test("a value under the cursor says how old it was, and never stands where it may not", () => {
  assert.equal(note(told({})), "8 s before");
  assert.match(spokenTold(told({})), /97 %, 8 s before/);
  assert.equal(note(told({ state: "lost", text: "", gap: "standby" })), "no data, On standby, 8 s before");
  assert.equal(note(told({ state: "notMeasured", text: "", takenMs: null, gap: "erased" })), "Erased by order");
  assert.equal(note(told({ state: "ageing", atMs: 100_000 + 600_000 })), "old, 10 min before");
  for (const state of ["lost", "sensorOff", "invalid", "notMeasured", "notShared", "unreadable", "failed"]) {
    assert.doesNotMatch(spokenTold(told({ state, text: "97" })), /97/, state);
    assert.notEqual(note(told({ state })), "", state);
  }
});

test("a cell says its values, or why there is none; tabs and lines never break the copy", () => {
  const cell = (more) => ({ count: 3, low: "95", median: "97", high: "99", gap: null, ...more });
  assert.equal(cellText(cell({}), "range"), "95–99");
  assert.equal(cellText(cell({}), "median"), "97");
  assert.equal(cellText(cell({ low: "97", high: "97" }), "range"), "97");
  assert.equal(cellText(cell({ count: 0, low: "", median: "", high: "", gap: "sensorOff" }), "range"), "no data: Sensor off");
  const table = { fromMs: 0, toMs: 2, stepMinutes: 60, vitals: "shared", columns: [0, HOUR], rows: [{ parameter: "spo2", unit: "%\t\n=1", cells: [cell({}), cell({ gap: "standby" })] }] };
  const lines = tableText(table, "median").split("\n");
  assert.equal(lines.length, 2);
  assert.deepEqual(lines.map((line) => line.split("\t").length), [3, 3]);
});

test("every reason of a gap has a look of its own and a word", () => {
  const css = readFileSync(new URL("../css/trends.css", import.meta.url), "utf8");
  const types = readFileSync(new URL("../js/bindings/view.ts", import.meta.url), "utf8");
  const kinds = [...types.match(/export type GapKind = ([^;]+);/)[1].matchAll(/"(\w+)"/g)].map((match) => match[1]);
  assert.ok(kinds.length >= 8);
  const looks = kinds.map((kind) => css.match(new RegExp(`\\.stack-gap\\[data-kind="${kind}"\\] \\{([^}]+)\\}`))?.[1]);
  assert.equal(new Set(looks).size, kinds.length);
  assert.ok(looks.every(Boolean), kinds.join());
  assert.match(css, /stroke-dasharray/);
});
