// The last step of everything an administrator signs: what will be signed, the signature or why there is none, and
// what came of it.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { attempt, facts } from "./form.js";

/**
 * @typedef {object} Signing
 * @property {readonly (readonly [string, Node | string])[]} lines what will be signed
 * @property {readonly string[]} [notes] what follows from it
 * @property {Node | null} [choice] what may still be chosen
 * @property {string} go what the button says
 * @property {() => Promise<view.ChangeView>} sign
 * @property {string} done said afterwards
 * @property {string} [doneWaiting] said instead when it waits for a further signature
 * @property {(change: view.ChangeView) => Promise<Node[]> | Node[]} [then] what stands below it
 */

/** @param {App} app @param {Signing} signing */
export function signForm(app, { lines, notes = [], choice = null, go, sign, done, doneWaiting, then = () => [] }) {
  const fault = h("div");
  const button = h("button", { class: "button primary", type: "submit" }, go);
  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(button, fault, errorOf, async () => {
      const change = await sign();
      const waits = change.kind === "proposed";
      const said = waits ? doneWaiting ?? words("sign.waits") : done;
      app.say("polite", said);
      const place = form.parentElement;
      await app.store.ask.settings();
      const result = signedPart(app, said);
      place?.replaceChildren(result.el);
      result.add(waits ? [h("p", { class: "view-note" }, words("sign.waitsNote"))] : await then(change));
    }, words("sign.signing"));
  } },
  h("p", {}, words("sign.lead")), facts(lines), ...notes.map((note) => h("p", { class: "view-note" }, note)), choice, fault,
  h("div", { class: "buttons" }, button, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("sign.cancel"))));
  return form;
}

/** @param {App} app @param {string} done */
function signedPart(app, done) {
  const word = h("p", { class: "signed-word", tabindex: "-1" }, icon("check"), done);
  const close = h("div", { class: "buttons" }, h("button", { class: "button", type: "button", onClick: app.panel.close }, words("panel.close")));
  const el = h("div", { class: "signed" }, word, close);
  return {
    el,
    /** @param {Node[]} parts */
    add(parts) {
      close.before(...parts);
      word.focus();
    },
  };
}

/** A form whose answer is put in its place: the next step. @param {string} go @param {() => Promise<Node[]>} next @param {...Node} fields */
export function stepForm(go, next, ...fields) {
  const fault = h("div");
  const button = h("button", { class: "button primary", type: "submit" }, go);
  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(button, fault, errorOf, async () => {
      const parts = await next();
      const place = form.parentElement;
      form.replaceWith(...parts);
      const field = place?.querySelector("input:not([type=file]), select, button");
      if (field instanceof HTMLElement) field.focus();
    });
  } }, ...fields, fault, button);
  return form;
}
