// Patients by the file their hub made, and devices by what they call themselves.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { patientText } from "../domain/person.js";
import { labelled, textOrFile } from "./form.js";
import { signForm, stepForm } from "./sign.js";

/** @param {App} app */
export function registerPatientPanel(app) {
  const source = textOrFile(words("register.file"), words("register.text"));
  const form = stepForm(words("register.read"), async () => {
    const text = source.text();
    return registrationParts(app, text, await app.desk.patientPreview(text));
  }, h("p", {}, words("register.lead")), source.el);
  app.panel.show(words("register.title"), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app @param {string} text @param {view.RegistrationPreview} preview @returns {Node[]} */
function registrationParts(app, text, preview) {
  if (preview.problem !== "none") {
    return [h("p", { class: "error", role: "alert" }, icon("cross"), words(`register.problem.${preview.problem}`))];
  }
  return [signForm(app, {
    lines: [[words("sign.act"), words("register.act")], [words("patients.pseudonym"), h("span", { class: "hash" }, preview.patientId)], [words("patients.hub"), preview.hub]],
    notes: [words("register.note")],
    go: words("register.go"),
    sign: () => app.desk.registerPatient(text),
    done: words("register.done"),
  })];
}

/** The patients as a choice, with none at the top. @param {App} app @param {string | null} chosen */
function patientChoice(app, chosen) {
  const rows = app.store.settings.get()?.patients ?? [];
  const option = (/** @type {string} */ value, /** @type {string} */ text) => h("option", { value, selected: value === (chosen ?? "") }, text);
  const select = h("select", {}, option("", words("device.nobody")), ...rows.map((row) => option(row.patientId, patientText(row))));
  return {
    select,
    id: () => select.value || null,
    text: () => select.selectedOptions[0]?.textContent ?? "",
  };
}

/** @param {App} app */
export function registerDevicePanel(app) {
  const identity = h("input", { type: "text", autocomplete: "off", spellcheck: "false", required: true, maxlength: "128" });
  const patient = patientChoice(app, null);
  const form = stepForm(words("sign.next"), async () => [signForm(app, {
    lines: [[words("sign.act"), words("device.act.register")], [words("device.name"), identity.value.trim()], [words("device.patient"), patient.text()]],
    notes: [words("device.note.register")],
    go: words("device.register"),
    sign: () => app.desk.registerDevice(identity.value, patient.id()),
    done: words("device.done.register", { name: identity.value.trim() }),
  })], labelled(words("device.identity"), identity, words("device.identityNote")), labelled(words("device.patient"), patient.select));
  app.panel.show(words("device.new"), h("div", { class: "enrol" }, form), { wide: true });
  identity.focus();
}

/** @param {App} app @param {view.DeviceRow} device */
export function retireDevicePanel(app, device) {
  app.panel.show(words("device.retireOf", { name: device.name }), h("div", { class: "enrol" }, signForm(app, {
    lines: [[words("sign.act"), words("device.act.retire")], [words("device.name"), device.name], [words("device.id"), device.deviceId]],
    notes: [words("device.note.retire")],
    go: words("device.goRetire"),
    sign: () => app.desk.retireDevice(device.deviceId),
    done: words("device.done.retire", { name: device.name }),
  })), { wide: true });
}

/** @param {App} app @param {view.DeviceRow} device */
export function assignDevicePanel(app, device) {
  const patient = patientChoice(app, device.patientId);
  const form = stepForm(words("sign.next"), async () => [signForm(app, {
    lines: [[words("sign.act"), words("device.act.assign")], [words("device.name"), device.name], [words("device.patient"), patient.text()]],
    notes: [words(patient.id() === null ? "device.note.free" : "device.note.assign")],
    go: words("device.goAssign"),
    sign: () => app.desk.assignDevice(device.deviceId, patient.id()),
    done: words("device.done.assign", { name: device.name, patient: patient.text() }),
  })], labelled(words("device.patient"), patient.select));
  app.panel.show(words("device.assignOf", { name: device.name }), h("div", { class: "enrol" }, form), { wide: true });
}
