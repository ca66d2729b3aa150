// One alarm: what can be done about it, the values around its crossing, who is called next, and all that happened with
// it: who was told, who saw, who acted, and when.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { clockSeconds, listed } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { SEAL_SIGN } from "../domain/look.js";
import { actForm } from "./alarmacts.js";
import { errorBox } from "./form.js";
import { rosterPanel } from "./roster.js";
import { stripPart } from "./strip.js";
import { trustPanel } from "./trust.js";

/** @typedef {"answer" | "snooze" | "resolve" | "assign" | "escalate"} ActKind */
/** @type {readonly ActKind[]} */
const ACTS = ["answer", "snooze", "resolve", "escalate", "assign"];

/** @param {App} app @param {view.AlarmRow} row @param {ActKind | null} [act] begin with this */
export async function alarmPanel(app, row, act = null) {
  const content = h("div", { class: "alarm-page" }, h("p", { class: "empty" }, words("alarm.loading")));
  app.panel.show(words("alarm.title", { bed: row.bed, text: told(row.text) }), content, { wide: true });
  await fill();

  async function fill() {
    try {
      const history = await app.desk.alarmHistory(row.alarmId);
      content.replaceChildren(...parts(history));
      const first = act;
      act = null;
      if (first) begin(first, history);
    } catch (thrown) {
      content.replaceChildren(errorBox(errorOf(thrown)));
    }
  }

  /** @param {ActKind} kind @param {view.AlarmHistoryView} history */
  function begin(kind, history) {
    const may = kind === "answer" ? history.row.canAcknowledge : history.row.canAct;
    const place = content.querySelector(".alarm-form");
    if (!may || !(place instanceof HTMLElement)) return;
    const form = actForm(app, kind, history, { done: () => void fill(), cancel: () => place.replaceChildren() });
    place.replaceChildren(form);
    const first = form.querySelector("input, button");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {view.AlarmHistoryView} history */
  function parts(history) {
    const buttons = ACTS.filter((kind) => (kind === "answer" ? history.row.canAcknowledge : history.row.canAct)).map((kind) =>
      h("button", { class: "button", type: "button", onClick: () => begin(kind, history) }, words(`alarm.act.${kind}`)));
    const patient = h("button", { class: "button quiet", type: "button", onClick: () => app.go({ view: "patient", id: row.patientId }) }, words("alarm.patient"));
    return [
      h("div", { class: "alarm-acts" }, ...buttons, patient),
      h("div", { class: "alarm-form" }),
      stripPart(app, history, stepText),
      nextPart(app, history),
      h("h3", {}, words("alarm.history")),
      h("ol", { class: "alarm-steps" }, ...history.steps.map((step) => stepPart(app, step))),
    ];
  }
}

/** @param {App} app @param {view.AlarmHistoryView} history */
function nextPart(app, { next, row }) {
  const change = h("button", { class: "button quiet", type: "button", onClick: () => void rosterPanel(app, row.patientId) }, words("alarm.roster"));
  const lines = next.map((call) => {
    const names = listed(call.names);
    const text = call.done ? words("alarm.next.done", { names })
      : call.atMs === null ? words("alarm.next.later", { names }) : words("alarm.next.due", { names, time: clockSeconds(call.atMs) });
    return h("li", { "data-done": String(call.done) }, icon(call.done ? "check" : "clock"), h("span", {}, text));
  });
  const list = lines.length > 0 ? h("ol", { class: "alarm-next" }, ...lines) : h("p", { class: "view-note" }, words("alarm.next.none"));
  return h("section", {}, h("h3", {}, words("alarm.next")), list, change);
}

/** @param {view.AlarmStepView} step @returns {string} */
function stepText({ what, text }) {
  switch (what.kind) {
    case "acknowledged":
      return words("alarm.step.acknowledged", { comment: what.comment === "none" ? "" : `: ${words(`alarm.comment.${what.comment}`)}` });
    case "snoozed":
      return words("alarm.step.snoozed", { time: clockSeconds(what.untilMs), reason: words(`alarm.reason.${what.reason}`) });
    case "resolved":
      return words("alarm.step.resolved", { outcome: words(`alarm.outcome.${what.outcome}`) });
    case "assigned":
      return words("alarm.step.assigned", { to: what.to });
    case "cameBack":
      return words(`alarm.step.cameBack.${what.why}`);
    case "escalated":
      return words(what.byTime ? "alarm.step.escalatedTime" : "alarm.step.escalated", { to: what.to });
    default:
      return words(`alarm.step.${what.kind}`, { text: told(text) });
  }
}

/** @param {App} app @param {view.AlarmStepView} step */
function stepPart(app, step) {
  const { recordRef } = step;
  const trust = recordRef === null ? false
    : h("button", { class: "icon-button", type: "button", "aria-label": `${words("alarm.trust")} ${stepText(step)}`, onClick: () => void trustPanel(app, recordRef) }, icon("question"));
  return h("li", { class: "alarm-step", "data-kind": step.what.kind },
    h("span", { class: "alarm-step-time" }, clockSeconds(step.atMs)),
    h("span", { class: "alarm-step-what" }, stepText(step)),
    h("span", { class: "alarm-step-by" }, step.by || words("alarm.by.hub")),
    h("span", { class: "alarm-step-seal" }, icon(SEAL_SIGN[step.seal]), step.seal === "sealed" ? false : h("span", {}, words(`seal.${step.seal}`))),
    trust);
}
