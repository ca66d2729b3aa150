// Giving an order: a medicine, oxygen or observations. It is read back in one line before it is signed.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setText } from "../shared/dom.js";
import { words } from "../shared/words.js";
import { orderLine } from "../domain/ordered.js";
import { attempt, labelled } from "./form.js";

const WHAT = /** @type {const} */ (["medicine", "oxygen", "observation"]);
const ROUTES = /** @type {const} */ (["oral", "sublingual", "intravenous", "intramuscular", "subcutaneous", "inhaled", "rectal", "topical"]);

/** @param {Record<string, string>} [more] */
const line = (more) => h("input", { type: "text", maxlength: "300", autocomplete: "off", dir: "auto", ...more });
/** @param {number} least @param {number} most @param {number} value */
function number(least, most, value) {
  const field = h("input", { type: "number", min: String(least), max: String(most), step: "1", inputmode: "numeric" });
  field.value = String(value);
  return field;
}

/** The fields of one kind of order, and how they are read. @returns {Record<(typeof WHAT)[number], {el: HTMLElement, read: () => view.OrderedView, first: HTMLElement}>} */
function kinds() {
  const [medicine, dose, times] = [line(), line(), line()];
  const route = h("select", {}, ...ROUTES.map((each) => h("option", { value: each }, words(`order.route.${each}`))));
  const [low, high, device] = [number(70, 100, 92), number(70, 100, 96), line()];
  const [minutes, observe] = [number(5, 1440, 60), line()];
  return {
    medicine: {
      first: medicine,
      el: h("div", { class: "order-fields" }, labelled(words("order.medicine"), medicine), labelled(words("order.dose"), dose, words("order.doseNote")),
        labelled(words("order.route"), route), labelled(words("order.times"), times, words("order.timesNote"))),
      read: () => ({ what: "medicine", medicine: medicine.value, dose: dose.value, route: /** @type {view.RouteWord} */ (route.value), times: times.value }),
    },
    oxygen: {
      first: low,
      el: h("div", { class: "order-fields" }, labelled(words("order.low"), low), labelled(words("order.high"), high), labelled(words("order.device"), device, words("order.deviceNote"))),
      read: () => ({ what: "oxygen", low: whole(low.value, 255), high: whole(high.value, 255), device: device.value }),
    },
    observation: {
      first: minutes,
      el: h("div", { class: "order-fields" }, labelled(words("order.minutes"), minutes), labelled(words("order.observe"), observe)),
      read: () => ({ what: "observation", minutes: whole(minutes.value, 65_535), observe: observe.value }),
    },
  };
}

/** What is no whole number is sent as 0, which the desk refuses with its reason. @param {string} text @param {number} most */
function whole(text, most) {
  const read = Number(text);
  return Number.isInteger(read) && read >= 0 && read <= most ? read : 0;
}

/** @param {App} app @param {string} id */
export function orderPanel(app, id) {
  const all = kinds();
  let what = /** @type {(typeof WHAT)[number]} */ ("medicine");
  const choices = WHAT.map((each) => ({ each, el: h("button", { class: "tab", type: "button", onClick: () => choose(each) }, words(`order.what.${each}`)) }));
  // One kind stands in the form at a time; what was typed for another stays until it is chosen again.
  const fields = h("div");
  const note = line();
  const readBack = h("p", { class: "order-line", role: "status" });
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("order.sign"));
  const form = h("form", {
    class: "form order-form",
    onInput: show,
    onSubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void attempt(sign, fault, errorOf, async () => {
        const answer = await app.desk.writeOrder(id, { ordered: all[what].read(), note: note.value });
        app.store.notes.set(answer);
        app.say("polite", words("notes.signed"));
        app.panel.close();
      }, words("sign.signing"));
    },
  }, h("p", { class: "view-note" }, words("order.lead")), h("div", { class: "tabs", role: "group", "aria-label": words("order.whatLabel") }, ...choices.map((choice) => choice.el)),
  fields, labelled(words("order.note"), note),
  h("section", { class: "order-read" }, h("h3", {}, words("order.readBack")), readBack),
  fault, h("div", { class: "buttons" }, sign, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("sign.cancel"))));

  function show() {
    if (fields.firstChild !== all[what].el) fields.replaceChildren(all[what].el);
    for (const choice of choices) choice.el.setAttribute("aria-pressed", String(choice.each === what));
    const ordered = Object.entries(all[what].read()).map(([key, part]) => [key, part === "" ? "…" : part]);
    setText(readBack, orderLine(/** @type {view.OrderedView} */ (Object.fromEntries(ordered))));
  }

  /** @param {(typeof WHAT)[number]} next */
  function choose(next) {
    what = next;
    show();
    all[what].first.focus();
  }
  show();
  app.panel.show(words("order.of", { bed: app.store.patient.get()?.bed ?? "" }), form, { wide: true });
  all[what].first.focus();
}
