// The wall: which beds stand on which page, when it turns by itself, and how much of a name is shown. Pure.

/** @import * as view from "../bindings/view.ts" */
import { byPlace, byUrgency } from "./order.js";

/** A page stands so long before the next one comes: time to read a row of numbers from across a room. */
export const PAGE_MS = 12_000;
/** The least a card needs for three numbers of 88 px with their words, in pixels of the style sheet (css/wall.css). */
export const CARD = { width: 600, height: 250, gap: 12 };
/** A whole name has a line of its own. */
const NAME_LINE = 30;

/** @typedef {"none" | "initials" | "full"} NameMode */
/** @typedef {"close" | "hold" | "next" | "previous" | "names" | "fullScreen"} WallIntent */

/** How many cards fit beside and below each other; one at least. @param {number} width @param {number} height @param {NameMode} [names] */
export function roomFor(width, height, names = "none") {
  const fit = (/** @type {number} */ room, /** @type {number} */ card) => Math.max(1, Math.floor((room + CARD.gap) / (card + CARD.gap)));
  return { columns: fit(width, CARD.width), rows: fit(height, CARD.height + (names === "full" ? NAME_LINE : 0)) };
}

/**
 * The pages of a wall on which `places` beds stand at once. Beds in alarm come first, worst first, and stand on every
 * page; half of the places is left to the others, so that these come round in a few turns. Beds in alarm beyond that
 * come first of those that turn, and the row of alarms above the pages names every one of them at all times.
 * @param {readonly view.TileView[]} tiles
 * @param {number} places
 * @returns {{pinned: number, pages: view.TileView[][]}} `pinned`: how many of each page stand on all of them
 */
export function pagesOf(tiles, places) {
  const alarming = tiles.filter((tile) => tile.alarm !== null).sort(byUrgency);
  const calm = tiles.filter((tile) => tile.alarm === null).sort(byPlace);
  if (tiles.length <= places) return { pinned: 0, pages: tiles.length === 0 ? [] : [[...alarming, ...calm]] };
  const pins = alarming.slice(0, Math.floor(places / 2));
  const turning = [...alarming.slice(pins.length), ...calm];
  const share = places - pins.length;
  const pages = Array.from({ length: Math.ceil(turning.length / share) }, (_, i) => [...pins, ...turning.slice(i * share, (i + 1) * share)]);
  return { pinned: pins.length, pages };
}

/** Which page stands, and until when. Times are arguments. @param {number} begun */
export function paging(begun) {
  let page = 0;
  let turned = begun;
  let held = false;
  /** @param {number} to @param {number} count @param {number} now */
  const go = (to, count, now) => {
    page = count === 0 ? 0 : (to + count) % count;
    turned = now;
  };
  return {
    held: () => held,
    /** The page to show out of so many. It turns by itself unless it is held. @param {number} count @param {number} now */
    page(count, now) {
      if (page >= count) go(Math.max(0, count - 1), count, now);
      else if (!held && count > 1 && now - turned >= PAGE_MS) go(page + 1, count, now);
      return page;
    },
    /** @param {1 | -1} steps @param {number} count @param {number} now */
    turn: (steps, count, now) => go(page + steps, count, now),
    /** Whoever lets go reads the page for its whole time once more. @param {number} now */
    hold(now) {
      held = !held;
      turned = now;
    },
  };
}

/** The next way of showing names. @param {NameMode} mode @returns {NameMode} */
export function nextNames(mode) {
  return mode === "none" ? "initials" : mode === "initials" ? "full" : "none";
}

/** "Amara Okafor" as "A. O."; at most three letters. @param {string} name */
export function initials(name) {
  const letters = name.split(/[\s,]+/).map((word) => [...word][0] ?? "").filter((letter) => /\p{L}/u.test(letter));
  return letters.slice(0, 3).map((letter) => `${letter}.`).join(" ");
}

/** @param {view.NameView} name @param {NameMode} mode @returns {view.NameView} */
function shortened(name, mode) {
  if (mode === "none") return { text: "", state: "fresh" };
  return mode === "initials" ? { ...name, text: initials(name.text) } : name;
}

/**
 * An alarm without colleagues, and with no more of the patient's name than the wall shows.
 * @param {view.AlarmRow} row
 * @param {NameMode} mode
 * @returns {view.AlarmRow}
 */
export function rowWithNames(row, mode) {
  const work = { ...row.work };
  if ("by" in work) work.by = "";
  if ("to" in work) work.to = "";
  return { ...row, name: shortened(row.name, mode), called: [], work };
}

/**
 * A tile with no more of the name than the wall shows, and without the age in years unless the name is whole: what is
 * hidden is not merely not drawn, it does not stand in the window.
 * @param {view.TileView} tile
 * @param {NameMode} mode
 * @returns {view.TileView}
 */
export function withNames(tile, mode) {
  const alarm = tile.alarm && { ...tile.alarm, row: rowWithNames(tile.alarm.row, mode) };
  return { ...tile, name: shortened(tile.name, mode), ageText: mode === "full" ? tile.ageText : "", alarm };
}

/** @type {Record<string, WallIntent>} */
const KEYS = {
  Escape: "close", q: "close", " ": "hold", ArrowDown: "next", PageDown: "next", ArrowUp: "previous", PageUp: "previous", n: "names", f: "fullScreen", F11: "fullScreen",
};

/**
 * What a key means on the wall. Left and right follow the reading direction.
 * @param {{key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, repeat: boolean}} press
 * @param {{onControl: boolean, dir: string}} place onControl: the focus is on a button, which takes Space itself
 * @returns {WallIntent | null}
 */
export function wallIntentOf(press, { onControl, dir }) {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat) return null;
  if (press.key === " " && onControl) return null;
  if (press.key === "ArrowRight") return dir === "rtl" ? "previous" : "next";
  if (press.key === "ArrowLeft") return dir === "rtl" ? "next" : "previous";
  return KEYS[press.key.length === 1 ? press.key.toLowerCase() : press.key] ?? null;
}
