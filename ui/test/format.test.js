import assert from "node:assert/strict";
import { test } from "node:test";
import { age, count, running } from "../js/shared/format.js";
import { ageText } from "../js/shared/tick.js";
import { isNarrow } from "../js/views/size.js";

const S = 1000;
const M = 60 * S;
const H = 60 * M;

test("an age is told in the largest unit that is still exact enough, and never as calm when it is not", () => {
  for (const [ms, text] of [
    [0, "0 s"], [999, "0 s"], [12 * S, "12 s"], [119 * S, "119 s"], [2 * M, "2 min"], [59 * M + 59 * S, "59 min"],
    [H, "1 h 0 min"], [23 * H + 59 * M, "23 h 59 min"], [24 * H, "1 d"], [49 * H, "2 d"],
    [-5 * S, "0 s"], [-5001, "in the future"], [NaN, "no data"], [Infinity, "no data"],
  ]) {
    assert.equal(age(ms), text, `age of ${ms}`);
  }
});

test("a running time has hours only when it needs them", () => {
  for (const [ms, text] of [[-1, "00:00"], [59 * S, "00:59"], [133 * S, "02:13"], [H, "1:00:00"], [27 * H + 61 * S, "27:01:01"]]) {
    assert.equal(running(ms), text);
  }
});

test("thousands are parted and small counts are left alone", () => {
  assert.equal(count(218204), "218\u202f204");
  assert.equal(count(999), "999");
});

test("a window is narrow by its size or by what is drawn in it", () => {
  for (const [width, height, size, narrow] of [[1280, 800, 100, false], [1280, 800, 125, false], [1280, 800, 150, true], [1280, 800, 200, true], [640, 400, 100, true], [1920, 1080, 150, false], [1920, 1080, 200, true], [1280, 590, 100, true]]) {
    assert.equal(isNarrow(width, height, size), narrow, `${width}×${height} at ${size} %`);
  }
});

test("every form of an age is written as of now", () => {
  assert.equal(ageText(10 * S, "age", 22 * S), "12 s");
  assert.equal(ageText(10 * S, "ago", 22 * S), "12 s ago");
  assert.equal(ageText(10 * S, "running", 22 * S), "00:12");
  assert.equal(ageText(22 * S, "left", 10 * S), "00:12");
});
