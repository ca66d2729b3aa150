// The order and the choice of alarm rows. Pure.

/** @import * as view from "../bindings/view.ts" */
import { PRIORITY_LOOK } from "./look.js";

/** Nobody has answered. @param {view.AlarmRow} row */
export function unanswered(row) {
  return row.work.state === "new";
}

/** Must stay in sight: high, open, and nobody has answered. @param {view.AlarmRow} row */
export function pinned(row) {
  return row.priority === "high" && unanswered(row) && row.condition !== "pending" && row.signal !== "off";
}

/** Pinned first, then priority, then unanswered, then the newest. @param {view.AlarmRow} a @param {view.AlarmRow} b */
export function byWeight(a, b) {
  return (
    Number(pinned(b)) - Number(pinned(a)) ||
    PRIORITY_LOOK[b.priority].rank - PRIORITY_LOOK[a.priority].rank ||
    Number(unanswered(b)) - Number(unanswered(a)) ||
    b.sinceMs - a.sinceMs
  );
}

/** Rows of a tab in order; the desk has sorted what is over. @param {view.InboxView} inbox */
export function ordered(inbox) {
  return inbox.tab === "history" ? [...inbox.rows] : [...inbox.rows].sort(byWeight);
}

/**
 * The chosen row after the list changed: the same by id, else the one that took its place, else the first.
 * @param {readonly view.AlarmRow[]} rows
 * @param {string | null} chosen
 * @param {number} lastIndex where it was
 */
export function keepChoice(rows, chosen, lastIndex) {
  if (rows.length === 0) return null;
  if (rows.some((row) => row.alarmId === chosen)) return chosen;
  const index = chosen === null ? 0 : Math.min(Math.max(0, lastIndex), rows.length - 1);
  return rows[index]?.alarmId ?? null;
}

/** The row so many steps on, stopping at the ends. @param {readonly view.AlarmRow[]} rows @param {string | null} chosen @param {number} steps */
export function stepChoice(rows, chosen, steps) {
  const at = rows.findIndex((row) => row.alarmId === chosen);
  const next = at < 0 ? 0 : Math.min(Math.max(0, at + steps), rows.length - 1);
  return rows[next]?.alarmId ?? null;
}

/**
 * Which alarms are to be announced: new, unanswered, and not announced before at this priority.
 * @param {Map<string, view.Priority>} said
 * @param {readonly view.StripAlarm[]} alarms
 */
export function toAnnounce(said, alarms) {
  return alarms.filter((each) => {
    const before = said.get(each.alarmId);
    const rose = !before || PRIORITY_LOOK[each.priority].rank > PRIORITY_LOOK[before].rank;
    if (rose) said.set(each.alarmId, each.priority);
    return rose && !each.acknowledged;
  });
}
