// The order of the ward: most urgent first, but never moving under somebody's pointer.

/** @import * as view from "../bindings/view.ts" */
import { perLanguage } from "../shared/language.js";

/** The order is held this long after the last movement over the tiles (hazard: wrong patient). */
export const HOLD_MS = 1500;

const beds = perLanguage((locale) => new Intl.Collator(locale, { numeric: true }));

/** By bed, as numbers where they are numbers. @param {view.TileView} a @param {view.TileView} b */
export function byPlace(a, b) {
  return beds().compare(a.bed, b.bed);
}

/** Urgency comes from the desk; ties go to the longest open alarm, then the bed. @param {view.TileView} a @param {view.TileView} b */
export function byUrgency(a, b) {
  if (a.urgency !== b.urgency) return b.urgency - a.urgency;
  const sinceA = a.alarm?.row.sinceMs ?? Infinity;
  const sinceB = b.alarm?.row.sinceMs ?? Infinity;
  if (sinceA !== sinceB) return sinceA < sinceB ? -1 : 1;
  return byPlace(a, b);
}

/**
 * The tiles in the order to draw. While held, known tiles keep their places and new ones come last.
 * @param {readonly string[]} drawn ids as they are drawn now
 * @param {readonly view.TileView[]} tiles
 * @param {boolean} held
 */
export function arrange(drawn, tiles, held) {
  const sorted = [...tiles].sort(byUrgency);
  if (!held) return sorted;
  const place = new Map(drawn.map((id, i) => [id, i]));
  const placeOf = (/** @type {view.TileView} */ tile) => place.get(tile.patientId) ?? Infinity;
  return sorted
    .map((tile, i) => ({ tile, i }))
    .sort((a, b) => (placeOf(a.tile) === placeOf(b.tile) ? a.i - b.i : placeOf(a.tile) - placeOf(b.tile)))
    .map(({ tile }) => tile);
}

/** Remembers the last movement. The time is an argument. */
export function hold() {
  let touched = -Infinity;
  return {
    /** @param {number} now */
    touch(now) {
      touched = now;
    },
    release() {
      touched = -Infinity;
    },
    /** @param {number} now */
    held: (now) => now - touched < HOLD_MS,
  };
}
