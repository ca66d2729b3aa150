// One binary frame of a waveform (docs/howto/commands.md, Waves). Outside bytes: everything is checked.

export const HEADER_BYTES = 16;
const MAX_SAMPLES = 4096;
const MAX_RATE = 1000;
/** Marks a missing sample. */
export const NO_SAMPLE = -32768;

/** @typedef {{code: number, startMs: number, rate: number, samples: Int16Array}} WaveFrame */

/**
 * Reads a frame; `null` if it is none.
 * @param {ArrayBuffer} bytes
 * @returns {WaveFrame | null}
 */
export function readFrame(bytes) {
  const size = bytes.byteLength - HEADER_BYTES;
  if (size < 2 || size % 2 !== 0 || size / 2 > MAX_SAMPLES) return null;
  const at = new DataView(bytes);
  const code = at.getUint32(0, true);
  const startMs = at.getFloat64(4, true);
  const rate = at.getFloat32(12, true);
  if (!Number.isFinite(startMs) || !Number.isFinite(rate) || rate <= 0 || rate > MAX_RATE) return null;
  const samples = new Int16Array(size / 2);
  for (let i = 0; i < samples.length; i += 1) samples[i] = at.getInt16(HEADER_BYTES + 2 * i, true);
  return { code, startMs, rate, samples };
}
