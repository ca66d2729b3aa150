// What a person does about an alarm: one question, one signature. Each becomes a signed record with name and time.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
/** @import { ActKind } from "./alarm.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { words } from "../shared/words.js";
import { attempt } from "./form.js";

/** @type {readonly view.AlarmComment[]} */
const COMMENTS = ["going", "atBedside", "artefact", "expected", "device"];
/** @type {readonly view.SnoozeReason[]} */
const REASONS = ["treated", "procedure", "expected", "awaitingReview", "artefact"];

/** @param {number} minutes */
export const spanText = (minutes) => (minutes < 60 ? words("alarm.minutes", { minutes }) : words("alarm.hours", { hours: minutes / 60 }));

/**
 * @param {App} app
 * @param {ActKind} kind
 * @param {view.AlarmHistoryView} history
 * @param {{done: () => void, cancel: () => void}} then
 */
export function actForm(app, kind, history, { done, cancel }) {
  const { row } = history;
  const fault = h("div");
  const choices = choicesOf(kind, history);
  const name = `act-${kind}`;
  const fields = choices.map(({ value, text }, place) => {
    const field = h("input", { type: "radio", name, value });
    field.checked = place === 0;
    return { value, field, el: h("label", { class: "check" }, field, text) };
  });
  const chosen = () => fields.find(({ field }) => field.checked)?.value ?? "";

  /** @param {HTMLButtonElement} button @param {view.AlarmActInput} act */
  const sign = (button, act) => attempt(button, fault, errorOf, async () => {
    const answered = await app.desk.actOnAlarm(row.alarmId, act);
    app.store.takeRow(answered);
    app.say("polite", words(`alarm.done.${kind}`, { bed: answered.bed }));
    done();
  }, words("alarm.signing"));

  /** The first one is what Enter means: a form without such a button is not sent from a choice. @param {string} label @param {() => view.AlarmActInput} act @param {number} place */
  const button = (label, act, place) => {
    const run = () => void sign(el, act());
    const el = h("button", { class: kind === "snooze" ? "button" : "button primary", type: place === 0 ? "submit" : "button", onClick: place === 0 ? null : run }, label);
    return { el, run };
  };
  const buttons = kind === "snooze"
    ? history.snoozeMinutes.map((minutes, place) => button(spanText(minutes), () => ({ kind: "snooze", minutes, reason: /** @type {view.SnoozeReason} */ (chosen()) }), place))
    : [button(words(`alarm.act.${kind}`), () => actOf(kind, chosen()), 0)];
  const nobody = choices.length === 0;
  return h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!nobody) buttons[0]?.run();
  } },
  h("fieldset", { class: "alarm-choices" }, h("legend", {}, words(`alarm.ask.${kind}`)), ...fields.map(({ el }) => el), nobody && h("p", { class: "view-note" }, words("alarm.nobody"))),
  h("p", { class: "view-note" }, words(`alarm.note.${kind}`)), fault,
  h("div", { class: "buttons" }, ...(nobody ? [] : buttons.map(({ el }) => el)), h("button", { class: "button quiet", type: "button", onClick: cancel }, words("alarm.cancel"))));
}

/** @param {ActKind} kind @param {view.AlarmHistoryView} history @returns {{value: string, text: string}[]} */
function choicesOf(kind, { outcomes, colleagues, next }) {
  switch (kind) {
    case "answer":
      return COMMENTS.map((value) => ({ value, text: words(`alarm.comment.${value}`) }));
    case "snooze":
      return REASONS.map((value) => ({ value, text: words(`alarm.reason.${value}`) }));
    case "resolve":
      return outcomes.map((value) => ({ value, text: words(`alarm.outcome.${value}`) }));
    case "assign":
    case "escalate": {
      // Whom the roster would call next stands first: one key more and it is done.
      const due = next.find((call) => !call.done)?.names ?? [];
      const first = kind === "escalate" ? colleagues.filter((each) => due.includes(each.name)) : [];
      const all = [...first, ...colleagues.filter((each) => !first.includes(each))];
      return all.map(({ keyId, name, role }) => ({ value: keyId, text: `${name}, ${words(`role.${role}`)}` }));
    }
    default:
      return kind;
  }
}

/** @param {ActKind} kind @param {string} chosen @returns {view.AlarmActInput} */
function actOf(kind, chosen) {
  switch (kind) {
    case "answer":
      return { kind, comment: /** @type {view.AlarmComment} */ (chosen) };
    case "resolve":
      return { kind, outcome: /** @type {view.AlarmOutcome} */ (chosen) };
    case "snooze":
      return { kind, minutes: 1, reason: /** @type {view.SnoozeReason} */ (chosen) };
    case "assign":
    case "escalate":
      return { kind, to: chosen };
    default:
      return kind;
  }
}
