// The last seconds of one waveform, addressed by time. Holes are holes: a sample that was not received is `null`.
// Pure: no clock, no canvas.

/** @import { WaveFrame } from "./frame.js" */
import { NO_SAMPLE } from "./frame.js";

/** @param {number} seconds how much is kept */
export function waveRing(seconds) {
  let rate = 0;
  let samples = new Int16Array(0);
  /** Index of the newest sample on the time line of `rate`, and of the oldest that is still kept. */
  let newest = -1;
  let oldest = 0;
  let originMs = 0;

  /** @param {WaveFrame} frame */
  function restart(frame) {
    rate = frame.rate;
    samples = new Int16Array(Math.max(1, Math.ceil(rate * seconds))).fill(NO_SAMPLE);
    newest = -1;
    oldest = 0;
    originMs = frame.startMs;
  }

  return {
    /** Takes a frame. A frame older than what is kept, or overlapping, only fills what is still missing. @param {WaveFrame} frame */
    push(frame) {
      if (frame.rate !== rate || Math.abs(frame.startMs - originMs) > 86_400_000) restart(frame);
      const first = Math.round(((frame.startMs - originMs) * rate) / 1000);
      const last = first + frame.samples.length - 1;
      if (last > newest) {
        const from = Math.max(newest + 1, last - samples.length + 1);
        for (let i = from; i < first; i += 1) samples[i % samples.length] = NO_SAMPLE;
        newest = last;
        oldest = Math.max(oldest, newest - samples.length + 1);
      }
      for (let i = Math.max(first, oldest); i <= last; i += 1) {
        samples[i % samples.length] = frame.samples[i - first] ?? NO_SAMPLE;
      }
    },
    /** Time just after the newest sample, or `null` while empty. */
    endMs: () => (newest < 0 ? null : originMs + ((newest + 1) * 1000) / rate),
    rate: () => rate,
    /** Number of the sample at a time. @param {number} ms */
    indexAt: (ms) => Math.floor(((ms - originMs) * rate) / 1000),
    /** The sample of that number, or `null` for a hole. @param {number} index */
    at(index) {
      if (index < oldest || index > newest || index < 0) return null;
      const sample = samples[index % samples.length];
      return sample === undefined || sample === NO_SAMPLE ? null : sample;
    },
  };
}

/** @typedef {ReturnType<typeof waveRing>} WaveRing */

/** The playhead stays this far behind the newest sample, so that uneven arrival does not break the line. */
export const LAG_MS = 350;
/** Further behind than this, it skips and leaves a gap. */
export const MAX_LAG_MS = 2000;

/**
 * Where the playhead goes: with the time that passed, never past the data, and skipping what it could not keep up with.
 * @param {number | null} headMs
 * @param {number} endMs end of the data
 * @param {number} passedMs
 * @returns {{headMs: number, skipped: boolean}}
 */
export function advance(headMs, endMs, passedMs) {
  if (headMs === null) return { headMs: endMs - LAG_MS, skipped: true };
  if (endMs - headMs > MAX_LAG_MS) return { headMs: endMs - LAG_MS, skipped: true };
  // A head that has fallen a little behind catches up slowly instead of jumping.
  const speed = endMs - headMs > 2 * LAG_MS ? 1.1 : 1;
  return { headMs: Math.max(headMs, Math.min(headMs + passedMs * speed, endMs)), skipped: false };
}
