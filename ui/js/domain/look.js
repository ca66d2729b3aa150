// The look of every state: whether a number is shown at all, which sign stands by it, and what is said beside it.
// Records over the whole union, so that the type checker names a state that has none.

/** @import * as view from "../bindings/view.ts" */
/** @import { Sign } from "../shared/icon.js" */
import { decimals } from "../shared/format.js";

/**
 * @typedef {object} ValueLook
 * @property {boolean} number the number may be shown
 * @property {Sign | null} sign
 * @property {"none" | "age" | "since" | "word"} note
 */

/** @type {Record<view.ValueState, ValueLook>} */
export const VALUE_LOOK = {
  fresh: { number: true, sign: null, note: "none" },
  ageing: { number: true, sign: "clock", note: "age" },
  questionable: { number: true, sign: "question", note: "word" },
  unverified: { number: true, sign: null, note: "word" },
  lost: { number: false, sign: null, note: "since" },
  notMeasured: { number: false, sign: null, note: "word" },
  sensorOff: { number: false, sign: "unplug", note: "word" },
  invalid: { number: false, sign: "impossible", note: "word" },
  notShared: { number: false, sign: "lock", note: "word" },
  unreadable: { number: false, sign: "key", note: "word" },
  failed: { number: false, sign: "cross", note: "word" },
};

/** @type {Record<view.SealState, Sign>} */
export const SEAL_SIGN = { sealed: "check", sealing: "sealing", cantConfirm: "warn", failed: "cross", erased: "dash" };

/** @type {Record<view.Priority, {sign: Sign, marks: string, rank: number}>} */
export const PRIORITY_LOOK = {
  low: { sign: "low", marks: "*", rank: 1 },
  medium: { sign: "medium", marks: "**", rank: 2 },
  high: { sign: "high", marks: "***", rank: 3 },
};

/** @type {Record<view.TechnicalKind, Sign>} */
export const TECHNICAL_SIGN = {
  sensorOff: "unplug",
  noData: "dash",
  battery: "battery",
  clock: "clock",
  quarantine: "wrench",
};

/** @type {Record<view.News2InputState, "full" | "half" | "hollow">} */
export const NEWS2_DOT = { counted: "full", stale: "half", missing: "hollow", notShared: "hollow" };

/** @type {Record<view.ComparisonState, Sign>} */
export const COMPARISON_SIGN = { agrees: "check", ahead: "sealing", withheld: "warn", differs: "cross", worthless: "warn", silent: "dash" };
/** @type {Record<view.RecordsState, Sign>} */
export const RECORDS_SIGN = { verified: "check", checking: "sealing", cantConfirm: "warn", failed: "cross", none: "dash" };

/** @type {Record<view.SoundState, Sign>} */
export const SOUND_SIGN = { on: "bell", paused: "bellPaused", unavailable: "bellPaused" };

/** @type {Record<view.KeyState, Sign>} */
export const KEY_SIGN = { active: "check", pending: "sealing", expiring: "clock", revoked: "cross" };

/** @type {Record<view.Sharing, Sign>} */
export const SHARING_SIGN = { shared: "check", notShared: "lock", ended: "clock" };

/** Text that may stand where the number does. @param {view.ValueView} value */
export function numberText(value) {
  return VALUE_LOOK[value.state].number && value.text !== "" ? decimals(value.text) : "– –";
}
