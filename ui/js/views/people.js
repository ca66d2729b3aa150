// Enrolling a person and revoking a key: both end in a signed entry of the permanent record, so both ask first.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { fingerprintWords } from "../domain/person.js";
import { attempt, labelled, textOrFile } from "./form.js";
import { qrPart } from "./gate.js";

/** @param {App} app */
export function enrolPanel(app) {
  const content = h("div", { class: "enrol" });
  const source = textOrFile(words("enrol.file"), words("enrol.text"));
  const fault = h("div");
  const button = h("button", { class: "button primary", type: "submit" }, words("enrol.read"));
  content.append(h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(button, fault, errorOf, async () => {
      const text = source.text();
      const preview = await app.desk.enrolPreview(text);
      content.replaceChildren(...previewParts(app, text, preview));
    });
  } }, h("p", {}, words("enrol.step1")), source.el, fault, button));
  app.panel.show(words("enrol.title"), content, { wide: true });
}

/** @param {App} app @param {string} text @param {view.EnrolPreview} preview */
function previewParts(app, text, preview) {
  const head = h("p", { class: "enrol-who" }, h("strong", {}, preview.name), ` ${words("enrol.role", { role: words(`role.${preview.role}`) })}`,
    h("span", { class: "cell-note" }, words("enrol.made", { time: moment(preview.madeMs, app.store.clock.now()) })));
  if (preview.problem !== "none") {
    return [head, h("p", { class: "error", role: "alert" }, icon("cross"), words(`enrol.problem.${preview.problem}`))];
  }
  return [head, h("p", {}, words("enrol.step2")), h("div", { class: "request" }, qrPart(preview.qrSvg), fingerprintWords(preview.fingerprint)), confirmForm(app, text, preview)];
}

/** @param {App} app @param {string} text @param {view.EnrolPreview} preview */
function confirmForm(app, text, preview) {
  const teams = (app.store.settings.get()?.teams ?? []).map((team) => ({ team, box: h("input", { type: "checkbox" }) }));
  const same = h("input", { type: "checkbox", onChange: () => { button.disabled = !same.checked; } });
  const fault = h("div");
  const button = h("button", { class: "button primary", type: "submit", disabled: true }, words("enrol.confirm", { name: preview.name }));
  return h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!same.checked) return;
    const chosen = teams.filter(({ box }) => box.checked).map(({ team }) => team.teamId);
    void attempt(button, fault, errorOf, async () => {
      await app.desk.enrol(text, chosen);
      app.panel.close();
      app.say("polite", words("enrol.done", { name: preview.name }));
      await app.store.ask.settings();
    });
  } },
  h("fieldset", {}, h("legend", {}, words("enrol.teams")), ...teams.map(({ team, box }) => h("label", { class: "check" }, box, team.name))),
  h("label", { class: "check strong" }, same, words("enrol.same")), fault,
  h("div", { class: "buttons" }, button, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("enrol.cancel"))));
}

/** @param {App} app @param {view.PractitionerRow} row */
export function revokePanel(app, row) {
  const reason = h("input", { type: "text", maxlength: "200", autocomplete: "off", required: true });
  const fault = h("div");
  const button = h("button", { class: "button primary", type: "submit" }, words("revoke.confirm"));
  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(button, fault, errorOf, async () => {
      await app.desk.revoke(row.keyId, reason.value.trim());
      app.panel.close();
      app.say("polite", words("revoke.done", { name: row.name }));
      await app.store.ask.settings();
    });
  } }, fingerprintWords(row.fingerprint), h("p", {}, words("revoke.warn")), labelled(words("revoke.reason"), reason), fault,
  h("div", { class: "buttons" }, button, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("enrol.cancel"))));
  app.panel.show(words("revoke.title", { name: row.name }), form);
}
