// What a nurse observed at the bedside, on one page: consciousness, oxygen, pain, temperature. Nothing is filled in.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { typed } from "../shared/format.js";
import { words } from "../shared/words.js";
import { attempt, labelled } from "./form.js";

const LEVELS = /** @type {const} */ (["A", "C", "V", "P", "U"]);
const PLACES = /** @type {const} */ (["bath", "imaging", "theatre", "therapy", "elsewhere"]);
const MINUTES = /** @type {const} */ ([15, 30, 60, 120, 240]);

/** @param {App} app @param {string} id */
export function observePanel(app, id) {
  const levels = LEVELS.map((letter) => {
    const field = h("input", { type: "radio", name: "acvpu", value: letter });
    return { letter, field, el: h("label", { class: "check" }, field, words(`observe.level.${letter}`)) };
  });
  const oxygen = h("input", { inputmode: "decimal", autocomplete: "off", maxlength: "5" });
  const pain = h("input", { type: "number", min: "0", max: "10", step: "1" });
  const temperature = h("input", { inputmode: "decimal", autocomplete: "off", maxlength: "5" });
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("observe.sign"));
  /** @param {HTMLInputElement} field */
  const textOf = (field) => (field.value.trim() === "" ? null : typed(field.value));
  /** @returns {view.ObservationInput} */
  const input = () => ({
    consciousness: levels.find((level) => level.field.checked)?.letter ?? null,
    oxygen: textOf(oxygen),
    pain: pain.value === "" ? null : Math.max(0, Math.round(Number(pain.value))),
    temperature: textOf(temperature),
  });
  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(sign, fault, errorOf, async () => {
      await app.desk.observe(id, input());
      app.say("polite", words("observe.signed"));
      app.panel.close();
    }, words("sign.signing"));
  } },
  h("fieldset", { class: "levels" }, h("legend", {}, words("observe.consciousness")), ...levels.map((level) => level.el)),
  labelled(words("observe.oxygen"), oxygen, words("observe.oxygenNote")),
  labelled(words("observe.pain"), pain),
  labelled(words("observe.temperature"), temperature),
  fault, h("div", { class: "buttons" }, sign, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("sign.cancel"))));
  app.panel.show(words("observe.title"), h("div", {}, h("p", { class: "view-note" }, words("observe.lead")), form), { wide: true });
  levels[0]?.field.focus();
}

/** @param {App} app @param {string} id */
export function standbyPanel(app, id) {
  const place = h("select", {}, ...PLACES.map((each) => h("option", { value: each }, words(`standby.place.${each}`))));
  const minutes = h("select", {}, ...MINUTES.map((each) => h("option", { value: String(each) }, words("standby.minutes", { minutes: String(each) }))));
  const fault = h("div");
  const begin = h("button", { class: "button primary", type: "submit" }, words("standby.begin"));
  const end = h("button", { class: "button", type: "button", onClick: () => void send(end, 0) }, words("standby.end"));
  /** @param {HTMLButtonElement} button @param {number} span */
  const send = (button, span) => attempt(button, fault, errorOf, async () => {
    await app.desk.standby(id, { minutes: span, place: /** @type {view.StandbyPlace} */ (place.value) });
    app.say("polite", words(span ? "standby.begun" : "standby.ended"));
    app.panel.close();
  }, words("sign.signing"));
  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void send(begin, Number(minutes.value));
  } }, labelled(words("standby.place"), place), labelled(words("standby.howLong"), minutes), fault, h("div", { class: "buttons" }, begin, end));
  app.panel.show(words("standby.title"), h("div", {}, h("p", { class: "view-note" }, words("standby.lead")), form), { wide: true });
}
