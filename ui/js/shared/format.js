// Ages, times and numbers as people read them. Pure: the time now is an argument, the language is the window's.
import { isolated, language, leftToRight, perLanguage } from "./language.js";
import { words } from "./words.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A device clock may run ahead this much before it is said (clinical table of staleness). */
const AHEAD = 5 * SECOND;

/**
 * An age: "4 s", "3 min", "2 h 5 min", "3 d". A time ahead of now by more than 5 s says so and is never "0 s".
 * @param {number} ms
 */
export function age(ms) {
  if (!Number.isFinite(ms)) return words("age.none");
  if (ms < -AHEAD) return words("age.ahead");
  const past = Math.max(0, ms);
  if (past < 2 * MINUTE) return words("age.seconds", { n: Math.floor(past / SECOND) });
  if (past < HOUR) return words("age.minutes", { n: Math.floor(past / MINUTE) });
  if (past < DAY) {
    return words("age.hours", { h: Math.floor(past / HOUR), m: Math.floor((past % HOUR) / MINUTE) });
  }
  return words("age.days", { n: Math.floor(past / DAY) });
}

/** A running time as mm:ss, or h:mm:ss from an hour on. @param {number} ms */
export function running(ms) {
  const seconds = Math.floor(Math.max(0, ms) / SECOND);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** 24 hours in every language: a shift that reads "2:00" must not ask which one. */
const clocks = perLanguage((locale) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
const secondClocks = perLanguage((locale) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }));
const days = perLanguage((locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }));

/** Local time of day, 24 h: "14:02". @param {number} ms */
export function clock(ms) {
  return clocks().format(ms);
}

/** Local time with seconds: "14:02:11". @param {number} ms */
export function clockSeconds(ms) {
  return secondClocks().format(ms);
}

/** Time of day with the day in front when it is not today: "14:02", "13 Jan 14:02". @param {number} ms @param {number} now */
export function moment(ms, now) {
  return new Date(ms).toDateString() === new Date(now).toDateString() ? clock(ms) : dayClock(ms, clock);
}

/** Day and time of day. @param {number} ms @param {(ms: number) => string} time */
export function dayClock(ms, time = clockSeconds) {
  return `${day(ms)} ${time(ms)}`;
}

/** From one time of day to another, earlier on the left as on a chart. @param {number} fromMs @param {number} toMs */
export function clockSpan(fromMs, toMs) {
  return leftToRight(`${clock(fromMs)}–${clock(toMs)}`);
}

/** Day and month: "14 Mar". @param {number} ms */
export function day(ms) {
  return days().format(ms);
}

const whole = perLanguage((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0, useGrouping: true }));

/** A count with thin spaces between thousands, in every language: a point or comma there reads as a decimal sign in another. @param {number} n */
export function count(n) {
  return whole().formatToParts(n).map((part) => (part.type === "group" ? "\u202f" : part.value)).join("");
}

const decimalSigns = perLanguage((locale) => new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".");

/** A clinical value as the desk writes it ("38.6"), with the decimal sign of the language ("38,6"). @param {string} text */
export function decimals(text) {
  return language().tag === "en" ? text : text.replace(/(\d)\.(\d)/g, (_, before, after) => `${before}${decimalSigns()}${after}`);
}

/** What was typed, as the desk reads it: either decimal sign, digits of either kind. @param {string} text */
export function typed(text) {
  return text.trim().replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/[,٫]/g, ".");
}

/** Names one after the other, with the comma of the language. @param {readonly string[]} [items] */
export function listed(items = []) {
  return items.map(isolated).join(words("list.comma"));
}
