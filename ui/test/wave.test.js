import assert from "node:assert/strict";
import { test } from "node:test";
import { HEADER_BYTES, NO_SAMPLE, readFrame } from "../js/domain/wave/frame.js";
import { advance, LAG_MS, MAX_LAG_MS, waveRing } from "../js/domain/wave/ring.js";

function bytes({ code = 150452, startMs = 1e12, rate = 100, samples = [1, -2, 3] } = {}) {
  const frame = new ArrayBuffer(HEADER_BYTES + 2 * samples.length);
  const at = new DataView(frame);
  at.setUint32(0, code, true);
  at.setFloat64(4, startMs, true);
  at.setFloat32(12, rate, true);
  samples.forEach((sample, i) => at.setInt16(HEADER_BYTES + 2 * i, sample, true));
  return frame;
}
const frame = (startMs, samples, rate = 100) => ({ code: 1, startMs, rate, samples: Int16Array.from(samples) });

test("a frame is read as it was written", () => {
  const read = readFrame(bytes());
  assert.deepEqual({ ...read, samples: [...read.samples] }, { code: 150452, startMs: 1e12, rate: 100, samples: [1, -2, 3] });
});

test("what is no frame is refused", () => {
  for (const [name, bad] of [
    ["empty", new ArrayBuffer(0)], ["header only", new ArrayBuffer(HEADER_BYTES)], ["odd", new ArrayBuffer(HEADER_BYTES + 3)],
    ["too long", new ArrayBuffer(HEADER_BYTES + 2 * 4097)], ["no rate", bytes({ rate: 0 })], ["negative rate", bytes({ rate: -1 })],
    ["huge rate", bytes({ rate: 1001 })], ["rate not a number", bytes({ rate: NaN })], ["time not a number", bytes({ startMs: NaN })],
    ["endless time", bytes({ startMs: Infinity })],
  ]) {
    assert.equal(readFrame(bad), null, name);
  }
});

test("missing time is a hole and never the neighbour's value", () => {
  const ring = waveRing(10);
  ring.push(frame(0, [1, 2, 3]));
  ring.push(frame(50, [6, NO_SAMPLE, 8]));
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map(ring.at), [1, 2, 3, null, null, 6, null, 8, null]);
  assert.equal(ring.endMs(), 80);
});

test("the ring keeps the newest seconds and forgets the rest", () => {
  const ring = waveRing(1);
  for (let i = 0; i < 30; i += 1) ring.push(frame(i * 100, Array(10).fill(i)));
  assert.equal(ring.at(0), null, "forgotten");
  assert.equal(ring.at(199), null, "just forgotten");
  assert.equal(ring.at(200), 20, "the oldest that is kept");
  assert.equal(ring.at(299), 29);
  assert.equal(ring.at(300), null, "not yet there");
});

test("a late frame fills its hole and a stale one changes nothing that is gone", () => {
  const ring = waveRing(1);
  ring.push(frame(0, [0, 1]));
  ring.push(frame(40, [4, 5]));
  ring.push(frame(20, [2, 3]));
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(ring.at), [0, 1, 2, 3, 4, 5]);
  ring.push(frame(5000, [9]));
  ring.push(frame(0, [7, 7]));
  assert.equal(ring.at(0), null);
  assert.equal(ring.at(500), 9);
});

test("a frame longer than the ring leaves its end, and another rate starts anew", () => {
  const ring = waveRing(0.05);
  ring.push(frame(0, [1, 2, 3, 4, 5, 6, 7, 8]));
  assert.deepEqual([2, 3, 4, 5, 6, 7].map(ring.at), [null, 4, 5, 6, 7, 8]);
  ring.push(frame(80, [1], 50));
  assert.equal(ring.at(0), 1);
  assert.equal(ring.rate(), 50);
});

test("the playhead never passes the data, never goes back, and skips when it is too far behind", () => {
  assert.deepEqual(advance(null, 10_000, 33), { headMs: 10_000 - LAG_MS, skipped: true });
  assert.deepEqual(advance(9_000, 9_010, 33), { headMs: 9_010, skipped: false });
  assert.deepEqual(advance(9_000, 8_000, 33), { headMs: 9_000, skipped: false });
  assert.deepEqual(advance(9_000, 9_000 + MAX_LAG_MS + 1, 33), { headMs: 9_000 + MAX_LAG_MS + 1 - LAG_MS, skipped: true });
  const catching = advance(9_000, 10_000, 100);
  assert.ok(catching.headMs > 9_100 && catching.headMs < 9_200, "a small lag is caught up gently");
});
