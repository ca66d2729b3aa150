// A waveform drawn as monitors draw it: a pen that sweeps from left to right, with an erase bar before it.

/** @import * as view from "../../bindings/view.ts" */
import { readFrame } from "./frame.js";
import { advance, waveRing } from "./ring.js";

const KEEP_SECONDS = 20;
const ERASE_PX = 22;
/** CSS pixels in a millimetre of paper speed (96 dpi). */
const PX_PER_MM = 96 / 25.4;
const FRAME_MS = 1000 / 30;
/** Without data for this long the strip says so (clinical table of staleness). */
const NO_SIGNAL_MS = 5000;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {view.WaveView} wave
 * @param {(hasSignal: boolean) => void} onSignal
 */
export function sweep(canvas, wave, onSignal) {
  const ring = waveRing(KEEP_SECONDS);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let running = true;
  let lastMs = performance.now();
  let heardMs = -Infinity;
  let signal = true;
  /** @type {number | null} */
  let headMs = null;
  /** @type {{x: number, y: number} | null} */
  let tip = null;
  let drawnTo = -1;

  /** Makes the canvas as sharp as the screen; true if it was cleared by that. */
  function fit() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    if (canvas.width === width && canvas.height === height) return false;
    canvas.width = width;
    canvas.height = height;
    return true;
  }

  /** @param {number} sample */
  function yOf(sample) {
    const value = sample * wave.scale + wave.offset;
    const part = (value - wave.low) / (wave.high - wave.low);
    return canvas.height * (1 - Math.min(1, Math.max(0, part)));
  }

  /** @param {number} ms */
  function xOf(ms) {
    const ratio = window.devicePixelRatio || 1;
    return ((ms / 1000) * wave.sweepMmS * PX_PER_MM * ratio) % canvas.width;
  }

  /** @param {number} toMs */
  function drawTo(toMs) {
    if (!pen) return;
    const end = ring.indexAt(toMs);
    const ratio = window.devicePixelRatio || 1;
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 1.8 * ratio;
    pen.lineJoin = "round";
    for (let i = drawnTo + 1; i <= end; i += 1) {
      const x = xOf(toMs - ((end - i) * 1000) / ring.rate());
      const sample = ring.at(i);
      // After a hole or a skip the pen is set down here: what was drawn before it stays until the sweep reaches it.
      const from = tip === null ? x - 1 : tip.x <= x ? tip.x : 0;
      pen.clearRect(from + 0.5, 0, x - from + ERASE_PX * ratio, canvas.height);
      if (sample === null) {
        tip = null;
        continue;
      }
      const y = yOf(sample);
      if (tip && tip.x <= x) {
        pen.beginPath();
        pen.moveTo(tip.x, tip.y);
        pen.lineTo(x, y);
        pen.stroke();
      }
      tip = { x, y };
    }
    drawnTo = Math.max(drawnTo, end);
  }

  /** @param {number} nowMs */
  function turn(nowMs) {
    if (!running) return;
    requestAnimationFrame(turn);
    const passed = nowMs - lastMs;
    if (passed < FRAME_MS) return;
    lastMs = nowMs;
    if (fit()) tip = null;
    const has = nowMs - heardMs < NO_SIGNAL_MS;
    if (has !== signal) {
      signal = has;
      onSignal(has);
    }
    const end = ring.endMs();
    if (end === null) return;
    const next = advance(headMs, end, passed);
    if (next.skipped) {
      tip = null;
      drawnTo = ring.indexAt(next.headMs);
    }
    headMs = next.headMs;
    drawTo(headMs);
  }
  requestAnimationFrame(turn);

  return {
    /** @param {ArrayBuffer} bytes */
    take(bytes) {
      const frame = readFrame(bytes);
      if (!frame || frame.code !== wave.code) return;
      heardMs = performance.now();
      ring.push(frame);
    },
    stop() {
      running = false;
    },
  };
}
