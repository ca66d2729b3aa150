// One alarm as a row, in the inbox, in the drawer and on the patient's page.

/** @import * as view from "../bindings/view.ts" */
import { h, setAttr, setShown, setText } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { words } from "../shared/words.js";
import { PRIORITY_LOOK, SEAL_SIGN } from "./look.js";
import { nameText } from "./person.js";
import { unanswered } from "./rows.js";

/** @param {view.AlarmRow} row @param {number} now */
export function workText({ work }, now) {
  switch (work.state) {
    case "new":
    case "acknowledging":
      return words(`work.${work.state}`);
    case "acknowledged":
      return words(work.byMe ? "work.acknowledgedMe" : "work.acknowledged", { by: work.by, time: moment(work.atMs, now) });
    case "resolved":
      return words(work.by ? "work.resolved" : "work.resolvedRule", { by: work.by, time: moment(work.atMs, now) });
    default:
      return work;
  }
}

/** @param {view.AlarmRow} row @param {number} now */
export function conditionText(row, now) {
  const key = row.condition === "cleared" && row.signal === "latched" ? "latched" : row.condition;
  return words(`condition.${key}`, { time: row.clearedMs === null ? "" : moment(row.clearedMs, now) });
}

/**
 * @typedef {object} RowActions
 * @property {(row: view.AlarmRow) => void} acknowledge
 * @property {(row: view.AlarmRow) => void} open
 * @property {(row: view.AlarmRow) => void} choose
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
  const name = h("span", { class: "alarm-name" });
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
  const el = h(
    "li",
    { class: "alarm-row", tabindex: "-1", onClick: () => actions.choose(row), onFocusin: () => actions.choose(row) },
    h("span", { class: "alarm-band" }, mark),
    h("span", { class: "alarm-who" }, bed, name),
    h("span", { class: "alarm-what" }, text, times),
    h("span", { class: "alarm-when" }, since, condition),
    h("span", { class: "alarm-state" }, work, seal),
    h("span", { class: "alarm-actions" }, acknowledge, open),
  );
  return {
    el,
    /** @param {view.AlarmRow} next */
    update(next) {
      row = next;
      setAttr(el, "data-alarm-id", row.alarmId);
      setAttr(el, "data-priority", row.priority);
      setAttr(el, "data-kind", row.kind);
      setAttr(el, "data-answered", String(!unanswered(row)));
      setAttr(el, "data-over", String(row.condition === "cleared"));
      setAttr(el, "aria-current", actions.chosen() === row.alarmId ? "true" : null);
      setAttr(el, "aria-label", words("inbox.row", { priority: words(`priority.${row.priority}.long`), bed: row.bed, text: row.text }));
      setIcon(mark, row.kind === "technical" ? "wrench" : PRIORITY_LOOK[row.priority].sign, "alarm-mark");
      setText(bed, words("tile.bed", { bed: row.bed }));
      setText(name, nameText(row.name));
      setText(text, row.text);
      setText(times, row.count > 1 ? words("inbox.times", { count: row.count }) : "");
      showAge(since, row.condition === "cleared" ? null : row.sinceMs, "running");
      if (row.condition === "cleared") setText(since, moment(row.sinceMs, actions.now()));
      setText(condition, conditionText(row, actions.now()));
      setIcon(workSign, row.work.state === "new" ? "bell" : row.work.state === "acknowledging" ? "sealing" : "check", "alarm-work-sign");
      setText(workWords, workText(row, actions.now()));
      setShown(seal, row.seal !== "sealed");
      setIcon(sealSign, SEAL_SIGN[row.seal], "alarm-seal-sign");
      setText(sealText, words(`seal.${row.seal}`));
      setShown(acknowledge, row.canAcknowledge);
      setAttr(acknowledge, "aria-label", `${words("inbox.acknowledge")}: ${words("tile.bed", { bed: row.bed })}, ${row.text}`);
      setAttr(open, "aria-label", `${words("inbox.open")}: ${words("tile.bed", { bed: row.bed })}`);
    },
  };
}
