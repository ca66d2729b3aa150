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
 * One row per patient: the first of each stands for the others, which follow it when the patient is unfolded. What is
 * pinned always stands.
 * @param {readonly view.AlarmRow[]} rows in order, pinned first
 * @param {ReadonlySet<string>} unfolded patients
 * @returns {{rows: view.AlarmRow[], others: Map<string, {count: number, open: boolean}>}} rows to show; others by the id of the first
 */
export function perPatient(rows, unfolded) {
  /** @type {Map<string, {first: string, count: number}>} */
  const folded = new Map();
  const firsts = rows.filter((row) => {
    const mine = folded.get(row.patientId);
    if (!mine) folded.set(row.patientId, { first: row.alarmId, count: 0 });
    else if (!pinned(row)) mine.count += 1;
    return !mine || pinned(row);
  });
  const shown = new Set(firsts);
  const out = firsts.flatMap((row) => {
    const follows = folded.get(row.patientId)?.first === row.alarmId && unfolded.has(row.patientId);
    return follows ? [row, ...rows.filter((each) => each.patientId === row.patientId && !shown.has(each))] : [row];
  });
  const others = new Map([...folded].filter(([, mine]) => mine.count > 0).map(([patientId, mine]) => [mine.first, { count: mine.count, open: unfolded.has(patientId) }]));
  return { rows: out, others };
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
 * One chip for each bed: its first, which is its worst, and how many stand behind it. Alarms without a bed stay apart.
 * @param {readonly view.StripAlarm[]} alarms worst first
 */
export function byBed(alarms) {
  /** @type {{key: string, alarm: view.StripAlarm, count: number}[]} */
  const chips = [];
  for (const alarm of alarms) {
    const same = alarm.bed === "" ? undefined : chips.find((chip) => chip.alarm.bed === alarm.bed);
    if (same) same.count += 1;
    else chips.push({ key: alarm.bed === "" ? `alarm ${alarm.alarmId}` : `bed ${alarm.bed}`, alarm, count: 1 });
  }
  return chips;
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
