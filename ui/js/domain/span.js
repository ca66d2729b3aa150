// Windows of time on the trends screen: where a pointer stands, how far a key moves, what a zoom shows. Pure.

/** @typedef {{fromMs: number, toMs: number}} Span */

/** The spans one can choose, in hours. */
export const SPANS = /** @type {const} */ ([1, 4, 12, 24, 72, 168]);
/** The desk draws nothing shorter. */
export const SHORTEST_MS = 5 * 60_000;
/** The cursor goes through a window in so many steps. */
const STEPS = 240;

/** The time at a share of a window, 0 at the left. @param {Span} span @param {number} share */
export function timeAt({ fromMs, toMs }, share) {
  return Math.round(fromMs + Math.min(1, Math.max(0, share)) * (toMs - fromMs));
}

/** Where a time stands in a window. @param {Span} span @param {number} ms */
export function shareOf({ fromMs, toMs }, ms) {
  return Math.min(1, Math.max(0, (ms - fromMs) / Math.max(1, toMs - fromMs)));
}

/** @param {Span} span @param {number} ms */
function held({ fromMs, toMs }, ms) {
  return Math.min(toMs, Math.max(fromMs, ms));
}

/**
 * Where a key takes the cursor; `null` for a key that moves nothing. Without a cursor it starts at the newest time.
 * @param {Span} span @param {number | null} cursorMs @param {string} key @param {boolean} far ten steps at once
 */
export function moved(span, cursorMs, key, far) {
  const step = ((span.toMs - span.fromMs) / STEPS) * (far ? 10 : 1);
  const from = cursorMs ?? span.toMs;
  switch (key.toLowerCase()) {
    case "arrowleft":
    case "arrowdown":
      return Math.round(held(span, from - step));
    case "arrowright":
    case "arrowup":
      return Math.round(held(span, from + step));
    case "pagedown":
      return Math.round(held(span, from - step * 10));
    case "pageup":
      return Math.round(held(span, from + step * 10));
    case "home":
      return span.fromMs;
    case "end":
      return span.toMs;
    default:
      return null;
  }
}

/**
 * The part between two times, at least five minutes wide and inside the window; `null` where that is no zoom at all.
 * @param {Span} span @param {number} aMs @param {number} bMs @returns {Span | null}
 */
export function zoomed(span, aMs, bMs) {
  const [low, high] = aMs < bMs ? [aMs, bMs] : [bMs, aMs];
  const width = Math.max(SHORTEST_MS, high - low);
  const middle = (low + high) / 2;
  const fromMs = Math.round(held(span, Math.min(middle - width / 2, span.toMs - width)));
  const toMs = Math.round(held(span, fromMs + width));
  const narrower = toMs - fromMs < (span.toMs - span.fromMs) * 0.98;
  return narrower && toMs - fromMs >= SHORTEST_MS ? { fromMs, toMs } : null;
}

/** Half the window around the cursor, or its newest half. @param {Span} span @param {number | null} cursorMs */
export function zoomedIn(span, cursorMs) {
  const half = (span.toMs - span.fromMs) / 2;
  const middle = cursorMs ?? span.toMs - half / 2;
  return zoomed(span, middle - half / 2, middle + half / 2);
}
