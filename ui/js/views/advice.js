// Advice to the patient: a text, often from a template; as a proposal the patient accepts or declines it, until an end if there is one.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setShown } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { words } from "../shared/words.js";
import { attempt, labelled } from "./form.js";

const MAX_TEXT = 4000;
const HOUR = 3_600_000;
/** Hours until a proposal ends; 0 has no end. */
const ENDS = /** @type {const} */ ([0, 4, 24, 72, 168]);
const TEMPLATES = /** @type {const} */ (["drink", "move", "breathe", "pain", "food", "home", "rehabilitation", "medicine"]);
/** Templates that ask for a decision. @type {readonly string[]} */
const PROPOSALS = ["home", "rehabilitation", "medicine"];

/** @param {App} app @param {string} id @param {view.WrittenRow | null} [before] the advice that this one goes on from */
export function advicePanel(app, id, before = null) {
  const text = h("textarea", { rows: "7", maxlength: String(MAX_TEXT), dir: "auto", required: true });
  const proposal = h("input", { type: "checkbox", onChange: () => show() });
  const ends = h("select", {}, ...ENDS.map((hours) => h("option", { value: String(hours) }, words(`advice.end.${hours}`))));
  const endBox = labelled(words("advice.end"), ends);
  const templates = TEMPLATES.map((each) => h("button", { class: "button quiet", type: "button", onClick: () => take(each) }, words(`advice.template.${each}`)));
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("advice.sign"));
  const earlier = before?.entry.sort === "advice" ? h("section", { class: "order-read" }, h("h3", {}, words("advice.goesOn", { time: moment(before.writtenMs, Date.now()) })), h("p", { class: "prose", dir: "auto" }, before.entry.advice.text)) : null;

  /** What was typed stays, and the template goes below it. @param {(typeof TEMPLATES)[number]} each */
  function take(each) {
    const typed = text.value.trim();
    text.value = typed ? `${typed}\n${words(`advice.text.${each}`)}` : words(`advice.text.${each}`);
    if (PROPOSALS.includes(each)) proposal.checked = true;
    show();
    text.focus();
  }
  function show() {
    setShown(endBox, proposal.checked);
  }
  const form = h("form", {
    class: "form advice-form",
    onSubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void attempt(sign, fault, errorOf, async () => {
        const hours = Number(ends.value);
        const untilMs = proposal.checked && hours > 0 ? Date.now() + hours * HOUR : null;
        const answer = await app.desk.writeAdvice(id, { text: text.value, proposal: proposal.checked, untilMs, follows: before?.id ?? null });
        app.store.notes.set(answer);
        app.say("polite", words("notes.signed"));
        app.panel.close();
      }, words("sign.signing"));
    },
    onKeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || !event.ctrlKey || sign.disabled) return;
      event.preventDefault();
      form.requestSubmit();
    },
  }, h("p", { class: "view-note" }, words("advice.lead")), earlier,
  h("div", { class: "advice-templates", role: "group", "aria-label": words("advice.templates") }, ...templates),
  labelled(words("advice.textLabel"), text, words("advice.textNote")),
  h("label", { class: "check" }, proposal, h("span", {}, words("advice.proposal"))), endBox,
  fault, h("div", { class: "buttons" }, sign, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("sign.cancel"))));
  show();
  app.panel.show(words("advice.of", { bed: app.store.patient.get()?.bed ?? "" }), form, { wide: true });
  text.focus();
}
