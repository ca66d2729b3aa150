// One alarm as a row, in the inbox, in the drawer and on the patient's page.

/** @import * as view from "../bindings/view.ts" */
import { h, setAttr, setShown, setText } from "../shared/dom.js";
import { listed, moment } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { PRIORITY_LOOK, SEAL_SIGN } from "./look.js";
import { nameText } from "./person.js";
import { unanswered } from "./rows.js";
import { seenMark } from "./seen.js";

const WORK_SIGN = /** @type {const} */ ({ new: "bell", acknowledging: "sealing", acknowledged: "check", assigned: "people", snoozed: "clock", resolved: "check" });

/** @param {view.AlarmRow} row @param {number} now */
export function workText({ work }, now) {
  switch (work.state) {
    case "new":
    case "acknowledging":
      return words(`work.${work.state}`);
    case "acknowledged":
      return words(work.byMe ? "work.acknowledgedMe" : "work.acknowledged", { by: work.by, time: moment(work.atMs, now) });
    case "assigned":
      return words(work.toMe ? "work.assignedMe" : "work.assigned", { by: work.by, to: work.to, time: moment(work.atMs, now) });
    case "snoozed":
      return words("work.snoozed", { by: work.by, time: moment(work.untilMs, now), reason: words(`alarm.reason.${work.reason}`) });
    case "resolved":
      return words(work.by ? "work.resolved" : "work.resolvedRule", { by: work.by, time: moment(work.atMs, now), outcome: words(`alarm.outcome.${work.outcome}`) });
    default:
      return work;
  }
}

/** What calls for somebody more: it came back, the reader is called, or nobody has looked. @param {view.AlarmRow} row */
export function urgeText(row) {
  if (row.calledMe) return words("alarm.calledMe");
  if (row.cameBack) return words(`alarm.back.${row.cameBack}`);
  if (row.called.length > 0) return words("alarm.called", { names: listed(row.called) });
  return row.work.state === "new" && !row.seen && row.condition !== "cleared" ? words("alarm.unseen") : "";
}

/** @param {view.AlarmRow} row @param {number} now */
export function conditionText(row, now) {
  const key = row.condition === "cleared" && row.signal === "latched" ? "latched" : row.condition;
  return words(`condition.${key}`, { time: row.clearedMs === null ? "" : moment(row.clearedMs, now) });
}

/**
 * The alarms of one patient under one row.
 * @typedef {object} Others
 * @property {number} count
 * @property {boolean} open
 */

/**
 * @typedef {object} RowActions
 * @property {(row: view.AlarmRow) => void} acknowledge
 * @property {(row: view.AlarmRow) => void} open
 * @property {(row: view.AlarmRow) => void} choose
 * @property {(row: view.AlarmRow) => void} [details]
 * @property {(row: view.AlarmRow) => Others | null} [others]
 * @property {(row: view.AlarmRow) => void} [turn]
 * @property {() => number} now
 * @property {() => string | null} chosen
 */

/**
 * @param {view.AlarmRow} first
 * @param {RowActions} actions
 */
export function alarmRow(first, actions) {
  let row = first;
  const mark = icon("high", "alarm-mark");
  const bed = h("span", { class: "alarm-bed" });
  const name = h("span", { class: "alarm-name", dir: "auto" });
  const text = h("span", { class: "alarm-text" });
  const times = h("span", { class: "alarm-times" });
  const since = h("span", { class: "alarm-since" });
  const sealSign = icon("sealing", "alarm-seal-sign");
  const sealText = h("span");
  const seal = h("span", { class: "alarm-seal" }, sealSign, sealText);
  const workSign = icon("check", "alarm-work-sign");
  const workWords = h("span");
  const work = h("span", { class: "alarm-work" }, workSign, workWords);
  const condition = h("span", { class: "alarm-condition" });
  const urge = h("span", { class: "alarm-urge" });
  const urgeSign = icon("warn", "alarm-urge-sign");
  const urging = h("span", { class: "alarm-urging" }, urgeSign, urge);
  const acknowledge = h("button", {
    class: "button alarm-acknowledge",
    type: "button",
    onClick: (/** @type {Event} */ event) => {
      event.stopPropagation();
      actions.acknowledge(row);
    },
  }, words("inbox.acknowledge"));
  const open = h("button", {
    class: "button quiet alarm-open",
    type: "button",
    onClick: (/** @type {Event} */ event) => {
      event.stopPropagation();
      actions.open(row);
    },
  }, words("inbox.open"));
  /** @param {string} label @param {string} className @param {((row: view.AlarmRow) => void) | undefined} act */
  const button = (label, className, act) => h("button", { class: `button quiet ${className}`, type: "button", onClick: (/** @type {Event} */ event) => {
    event.stopPropagation();
    act?.(row);
  } }, label);
  const details = button(words("inbox.details"), "alarm-details", actions.details);
  const others = button("", "alarm-others", actions.turn);
  const el = h(
    "li",
    { class: "alarm-row", tabindex: "-1", onClick: () => actions.choose(row), onFocusin: () => actions.choose(row) },
    h("span", { class: "alarm-band" }, mark),
    h("span", { class: "alarm-who" }, h("span", { class: "alarm-place" }, bed, others), name),
    h("span", { class: "alarm-what" }, text, times),
    h("span", { class: "alarm-when" }, since, condition),
    h("span", { class: "alarm-state" }, work, urging, seal),
    h("span", { class: "alarm-actions" }, acknowledge, actions.details ? details : false, open),
  );
  return {
    el,
    /** @param {view.AlarmRow} next */
    update(next) {
      row = next;
      setAttr(el, "data-alarm-id", row.alarmId);
      setAttr(el, "data-seen", seenMark(row));
      setAttr(el, "data-work", row.work.state);
      setAttr(el, "data-priority", row.priority);
      setAttr(el, "data-kind", row.kind);
      setAttr(el, "data-answered", String(!unanswered(row)));
      setAttr(el, "data-over", String(row.condition === "cleared"));
      setAttr(el, "aria-current", actions.chosen() === row.alarmId ? "true" : null);
      setAttr(el, "aria-label", words("inbox.row", { priority: words(`priority.${row.priority}.long`), bed: row.bed, text: told(row.text) }));
      setIcon(mark, row.kind === "technical" ? "wrench" : PRIORITY_LOOK[row.priority].sign, "alarm-mark");
      setText(bed, words("tile.bed", { bed: row.bed }));
      setText(name, nameText(row.name));
      setText(text, told(row.text));
      setText(times, row.count > 1 ? words("inbox.times", { count: row.count }) : "");
      showAge(since, row.condition === "cleared" ? null : row.sinceMs, "running");
      if (row.condition === "cleared") setText(since, moment(row.sinceMs, actions.now()));
      setText(condition, conditionText(row, actions.now()));
      setIcon(workSign, WORK_SIGN[row.work.state], "alarm-work-sign");
      setText(workWords, workText(row, actions.now()));
      const urges = urgeText(row);
      setText(urge, urges);
      setShown(urging, urges !== "");
      setAttr(urging, "data-strong", String(row.calledMe || row.cameBack !== null));
      setIcon(urgeSign, row.cameBack ? "warn" : row.calledMe || row.called.length > 0 ? "bell" : "eye", "alarm-urge-sign");
      const more = actions.others?.(row) ?? null;
      setShown(others, more !== null);
      setText(others, more === null ? "" : more.open ? words("inbox.othersHide") : words("inbox.others", { count: more.count }));
      setAttr(others, "aria-expanded", more === null ? null : String(more.open));
      setAttr(others, "aria-label", more === null ? null : `${others.textContent}: ${words("inbox.othersOf", { bed: row.bed })}`);
      setAttr(details, "aria-label", words("inbox.detailsOf", { bed: row.bed, text: told(row.text) }));
      setShown(seal, row.seal !== "sealed");
      setIcon(sealSign, SEAL_SIGN[row.seal], "alarm-seal-sign");
      setText(sealText, words(`seal.${row.seal}`));
      setShown(acknowledge, row.canAcknowledge);
      setAttr(acknowledge, "aria-label", `${words("inbox.acknowledge")}: ${words("tile.bed", { bed: row.bed })}, ${told(row.text)}`);
      setAttr(open, "aria-label", `${words("inbox.open")}: ${words("tile.bed", { bed: row.bed })}`);
    },
  };
}
