// The dialog for emergency access: reason, words, categories, span, and a button that must be held.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setShown, setText } from "../shared/dom.js";
import { holdButton } from "../shared/hold.js";
import { icon } from "../shared/icon.js";
import { listed } from "../shared/format.js";
import { words } from "../shared/words.js";
import { FIRST_CATEGORIES, MAX_TEXT, REASONS, placeText, progressText, spansUpTo } from "../domain/emergency.js";
import { errorBox, facts, labelled } from "./form.js";

/** What is still missing, or nothing. Pure. @param {{reason: string, text: string, categories: readonly string[]}} asked */
export function missing({ reason, text, categories }) {
  if (reason === "") return "breakGlass.noReason";
  if (text.trim() === "") return "breakGlass.noText";
  return categories.length === 0 ? "breakGlass.noCategory" : "";
}

/** @param {view.Fallback} fallback @param {boolean} sharedOut */
function fallbackText(fallback, sharedOut) {
  if (fallback.kind === "none" || !sharedOut) return words("breakGlass.noFallback");
  return words("breakGlass.fallback", { threshold: fallback.threshold, names: listed(fallback.names) });
}

/** @param {App} app @param {view.ClosedPatient} patient @param {view.EmergencyView} rules */
export function breakGlassPanel(app, patient, rules) {
  const reasons = REASONS.map((reason) => ({ reason, el: h("input", { type: "radio", name: "emergency-reason", value: reason }) }));
  const chips = h("fieldset", { class: "chips" }, h("legend", {}, words("breakGlass.reason")),
    ...reasons.map(({ reason, el }) => h("label", { class: "chip" }, el, h("span", {}, words(`breakGlass.reason.${reason}`)))));
  const text = h("textarea", { rows: "3", maxlength: String(MAX_TEXT), class: "plain" });
  const boxes = patient.categories.map((category) => ({
    category, el: h("input", { type: "checkbox", checked: FIRST_CATEGORIES.includes(category) }),
  }));
  const which = h("fieldset", {}, h("legend", {}, words("breakGlass.categories")),
    h("div", { class: "check-columns" }, ...boxes.map(({ category, el }) => h("label", { class: "check" }, el, words(`category.${category}`)))));
  const spans = spansUpTo(rules.minutes);
  const span = h("select", {}, ...spans.map((minutes) => h("option", { value: String(minutes), selected: minutes === Math.min(30, rules.minutes) }, words("breakGlass.minutes", { minutes }))));
  const fault = h("div", { role: "status" });
  const asked = () => ({
    reason: reasons.find(({ el }) => el.checked)?.reason ?? "",
    text: text.value,
    categories: boxes.filter(({ el }) => el.checked).map(({ category }) => category),
  });
  const hold = holdButton(words("breakGlass.go"), () => {
    const key = missing(asked());
    fault.replaceChildren(...(key ? [h("p", { class: "error" }, icon("warn"), words(key))] : []));
    return key === "";
  }, () => void send());
  const content = h("div", { class: "enrol" },
    h("p", { class: "emergency-warn" }, icon("warn"), h("span", {}, words("breakGlass.warn"))),
    facts([[words("patients.pseudonym"), h("span", { class: "hash" }, patient.patientId)], [words("patients.hub"), patient.hub],
      [words("breakGlass.devices"), listed(patient.devices) || words("device.free")]]),
    chips, labelled(words("breakGlass.text"), text, words("breakGlass.textNote")), which, labelled(words("breakGlass.span"), span),
    h("p", { class: "view-note" }, fallbackText(rules.fallback, patient.sharedOut)), fault, hold.el);
  app.panel.show(words("breakGlass.title", { place: placeText(patient) }), content, { wide: true });

  async function send() {
    const { reason, text: said, categories } = asked();
    hold.busy(words("breakGlass.asking"));
    try {
      const row = await app.desk.breakGlass(patient.patientId, /** @type {view.EmergencyReason} */ (reason), said.trim(), categories, Number(span.value));
      app.say("assertive", words("breakGlass.sealed"));
      void app.store.ask.emergency();
      content.replaceChildren(...sentParts(app, row));
      content.querySelector("h3")?.focus();
    } catch (thrown) {
      fault.replaceChildren(errorBox(errorOf(thrown)));
      hold.busy(null);
    }
  }
}

/** @param {App} app @param {view.EmergencyRow} first @returns {Node[]} */
function sentParts(app, first) {
  const state = h("p", { class: "view-note", role: "status" }, progressText(first.progress));
  const open = h("button", { class: "button primary", type: "button", onClick: () => {
    app.panel.close();
    app.go({ view: "patient", id: first.patientId });
  } }, words("breakGlass.openPatient"));
  setShown(open, first.progress.state === "open");
  const stop = app.store.emergency.listen((view) => {
    if (!open.isConnected) return void stop();
    const row = view?.open.find((each) => each.requestId === first.requestId);
    if (!row) return;
    setText(state, progressText(row.progress));
    setShown(open, row.progress.state === "open");
  });
  return [h("h3", { class: "signed-word", tabindex: "-1" }, icon("check"), words("breakGlass.sealed")), h("p", {}, words("breakGlass.told")), state, open];
}
