// Ages and times as people read them. Pure: the time now is an argument.
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

/** Local time of day, 24 h: "14:02". @param {number} ms */
export function clock(ms) {
  const at = new Date(ms);
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** Local time with seconds: "14:02:11". @param {number} ms */
export function clockSeconds(ms) {
  return `${clock(ms)}:${String(new Date(ms).getSeconds()).padStart(2, "0")}`;
}

/** Time of day with the day in front when it is not today: "14:02", "13 Jan 14:02". @param {number} ms @param {number} now */
export function moment(ms, now) {
  return new Date(ms).toDateString() === new Date(now).toDateString() ? clock(ms) : `${day(ms)} ${clock(ms)}`;
}

/** Day and month: "14 Mar". @param {number} ms */
export function day(ms) {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" }).format(new Date(ms));
}

/** A count with thin spaces between thousands: "218 204". @param {number} n */
export function count(n) {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}
