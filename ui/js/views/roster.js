// Who is called when nobody answers an alarm, and after how long. What reaches nobody cannot be signed.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setShown } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { attempt, errorBox, labelled } from "./form.js";

const MOST_STEPS = 5;

/** @param {App} app @param {string} patientId */
export async function rosterPanel(app, patientId) {
  const content = h("div", { class: "roster" }, h("p", { class: "empty" }, words("alarm.loading")));
  app.panel.show(words("roster.title"), content, { wide: true });
  try {
    content.replaceChildren(...parts(app, await app.desk.alarmRoster(patientId)));
  } catch (thrown) {
    content.replaceChildren(errorBox(errorOf(thrown)));
  }
}

/** @param {App} app @param {view.RosterView} roster @returns {HTMLElement[]} */
function parts(app, roster) {
  const said = roster.atMs === null ? words("roster.none", { bed: roster.bed })
    : words("roster.signed", { by: roster.by, time: moment(roster.atMs, app.store.clock.now()) });
  const list = h("div", { class: "roster-steps" });
  /** @type {ReturnType<typeof stepPart>[]} */
  let steps = [];
  const now = roster.steps.length > 0 ? roster.steps : roster.usual.slice(0, 1).map(([highS, mediumS]) => ({ people: [], highS, mediumS, reached: true }));
  for (const step of now) add(step);

  /** @param {view.RosterStepView} step */
  function add(step) {
    const part = stepPart(roster, step, steps.length);
    steps.push(part);
    list.append(part.el);
  }
  const more = h("button", { class: "button quiet", type: "button", onClick: () => {
    const [highS, mediumS] = roster.usual[steps.length] ?? [300, null];
    add({ people: [], highS, mediumS, reached: true });
    turn();
  } }, words("roster.add"));
  const fewer = h("button", { class: "button quiet", type: "button", onClick: () => {
    steps.at(-1)?.el.remove();
    steps = steps.slice(0, -1);
    turn();
  } }, words("roster.remove"));
  function turn() {
    setShown(more, steps.length < MOST_STEPS);
    setShown(fewer, steps.length > 0);
  }
  turn();

  const everybody = h("input", { type: "checkbox" });
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "button", onClick: () => void attempt(sign, fault, errorOf, async () => {
    const all = (app.store.ward.get()?.tiles ?? []).map((tile) => tile.patientId);
    const ids = everybody.checked ? [roster.patientId, ...all.filter((id) => id !== roster.patientId)] : [roster.patientId];
    await app.desk.setAlarmRoster(ids, steps.map((step) => step.input()));
    app.say("polite", words("roster.done"));
    fault.replaceChildren(h("p", { class: "signed-word", role: "status" }, words("roster.done")));
  }, words("alarm.signing")) }, words("roster.sign"));
  return [
    h("p", { class: "view-note" }, words("roster.lead")), h("p", {}, said), list,
    h("div", { class: "buttons", hidden: !roster.canChange }, more, fewer),
    h("label", { class: "check", hidden: !roster.canChange }, everybody, words("roster.all")), fault,
    h("div", { class: "buttons", hidden: !roster.canChange }, sign),
  ];
}

/** @param {view.RosterView} roster @param {view.RosterStepView} step @param {number} place */
function stepPart(roster, step, place) {
  const chosen = new Set(step.people.map((person) => person.keyId));
  const boxes = roster.colleagues.map((person) => {
    const field = h("input", { type: "checkbox", value: person.keyId });
    field.checked = chosen.has(person.keyId);
    return { keyId: person.keyId, field, el: h("label", { class: "check" }, field, `${person.name}, ${words(`role.${person.role}`)}`) };
  });
  const high = h("input", { type: "number", min: "0", step: "10", value: String(step.highS) });
  const medium = h("input", { type: "number", min: "0", step: "30", value: step.mediumS === null ? "" : String(step.mediumS) });
  const unreached = h("p", { class: "error", hidden: step.reached }, icon("warn"), h("span", {}, words("roster.unreached")));
  const el = h("fieldset", { class: "roster-step" }, h("legend", {}, words("roster.step", { n: place + 1 })), unreached,
    h("div", { class: "roster-people", role: "group", "aria-label": words("roster.people") }, ...boxes.map((box) => box.el)),
    labelled(words("roster.high"), high), labelled(words("roster.medium"), medium));
  return {
    el,
    /** @returns {view.RosterStepInput} */
    input: () => ({
      people: boxes.filter((box) => box.field.checked).map((box) => box.keyId),
      highS: Math.max(0, Math.round(Number(high.value))),
      mediumS: medium.value === "" ? null : Math.max(0, Math.round(Number(medium.value))),
    }),
  };
}
