// Consent that was given at the bedside, and disclosure by order of the law: both need two people.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h } from "../shared/dom.js";
import { day } from "../shared/format.js";
import { words } from "../shared/words.js";
import { FIRST_CATEGORIES, categoriesText, placeText } from "../domain/emergency.js";
import { labelled } from "./form.js";
import { signForm, stepForm } from "./sign.js";

const HOUR_MS = 3_600_000;
/** Longest consent that is recorded at the bedside, in hours: afterwards the patient says it at the hub. */
const SPANS = [24, 72, 168];
const CATEGORIES = ["vitals", "waveforms", "alarms", "notes", "documents", "images", "patientReports", "administration", "identity"];

function categoryChoice() {
  const boxes = CATEGORIES.map((category) => ({ category, el: h("input", { type: "checkbox", checked: FIRST_CATEGORIES.includes(category) }) }));
  return {
    el: h("fieldset", {}, h("legend", {}, words("breakGlass.categories")),
      h("div", { class: "check-columns" }, ...boxes.map(({ category, el }) => h("label", { class: "check" }, el, words(`category.${category}`))))),
    chosen: () => boxes.filter(({ el }) => el.checked).map(({ category }) => category),
  };
}

/** @param {App} app @param {{patientId: string, bed: string}} patient */
export async function consentPanel(app, patient) {
  const content = h("div", { class: "enrol" });
  app.panel.show(words("consent.title"), content, { wide: true });
  await app.store.ask.settings();
  const teams = app.store.settings.get()?.teams ?? [];
  const team = h("select", {}, ...teams.map((each) => h("option", { value: each.teamId }, each.name)));
  const categories = categoryChoice();
  const span = h("select", {}, ...SPANS.map((hours) => h("option", { value: String(hours) }, words("policy.hours", { n: hours }))));
  content.replaceChildren(stepForm(words("sign.next"), async () => {
    const hours = Number(span.value);
    const wanted = categories.chosen();
    if (wanted.length === 0) return [h("p", { class: "error", role: "alert" }, words("breakGlass.noCategory"))];
    return [signForm(app, {
      lines: [[words("sign.act"), words("consent.act")], [words("device.patient"), placeText(patient)], [words("patients.pseudonym"), patient.patientId],
        [words("team.name"), team.selectedOptions[0]?.textContent ?? ""], [words("emergency.categories"), categoriesText(wanted)],
        [words("proposal.until"), day(app.store.clock.now() + hours * HOUR_MS)]],
      notes: [words("consent.note")],
      go: words("consent.go"),
      sign: () => app.desk.recordConsent(patient.patientId, team.value, wanted, hours),
      done: words("consent.done"),
    })];
  }, h("p", {}, words("consent.lead")), labelled(words("team.name"), team), categories.el, labelled(words("consent.span"), span)));
}

/** @param {App} app @param {readonly view.PatientRow[]} patients @param {readonly view.PractitionerRow[]} people */
export function disclosePanel(app, patients, people) {
  const patient = h("select", {}, ...patients.map((row) => h("option", { value: row.patientId }, row.patientId)));
  const holder = h("select", {}, ...people.filter((row) => row.personActive && row.keyId === row.personId).map((row) => h("option", { value: row.personId }, `${row.name}, ${words(`role.${row.role}`)}`)));
  const categories = categoryChoice();
  const days = h("input", { type: "number", min: "1", max: "366", value: "30", required: true });
  const order = h("textarea", { rows: "4", required: true, class: "plain", maxlength: "65536" });
  const form = stepForm(words("sign.next"), async () => {
    const wanted = categories.chosen();
    if (wanted.length === 0) return [h("p", { class: "error", role: "alert" }, words("breakGlass.noCategory"))];
    return [signForm(app, {
      lines: [[words("sign.act"), words("disclose.act")], [words("patients.pseudonym"), patient.value], [words("disclose.holder"), holder.selectedOptions[0]?.textContent ?? ""],
        [words("emergency.categories"), categoriesText(wanted)], [words("disclose.days"), days.value]],
      notes: [words("disclose.note")],
      go: words("disclose.go"),
      sign: () => app.desk.disclose(patient.value, holder.value, wanted, Number(days.value), order.value),
      done: words("disclose.done"),
    })];
  }, h("p", {}, words("disclose.lead")), labelled(words("patients.pseudonym"), patient), labelled(words("disclose.holder"), holder), categories.el,
  labelled(words("disclose.days"), days), labelled(words("disclose.order"), order, words("disclose.orderNote")));
  app.panel.show(words("disclose.title"), h("div", { class: "enrol" }, form), { wide: true });
}
