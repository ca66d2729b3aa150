// Orders to erase: the form with what an order can and cannot do, and what came of the orders given.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setShown, setText } from "../shared/dom.js";
import { listed, moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { leftToRight } from "../shared/language.js";
import { words } from "../shared/words.js";
import { errorBox, labelled } from "./form.js";
import { signForm } from "./sign.js";

const CATEGORIES = ["vitals", "waveforms", "alarms", "notes", "documents", "images", "patientReports", "administration", "identity"];
/** A patient's own request is signed at the hub's page. @type {readonly view.EraseWord[]} */
const BASES = ["courtOrder", "retentionEnded", "mistake"];

/** Who may order, together with the other of the two, what is erased and what is disclosed. @param {App} app */
export function oversees(app) {
  const role = app.store.session.get()?.user?.role;
  return role === "admin" || role === "privacyOfficer";
}

/** @param {string} key */
const said = (key) => h("li", {}, words(key));

/** Can and cannot, in plain words, before anything is signed. */
function limits() {
  return h("div", { class: "erase-limits" },
    h("h3", {}, words("erase.can")), h("ul", {}, said("erase.can.bodies"), said("erase.can.keys"), said("erase.can.identity"), said("erase.can.proof")),
    h("h3", {}, words("erase.cannot")), h("ul", {}, said("erase.cannot.seen"), said("erase.cannot.copies"), said("erase.cannot.meta")));
}

/** @param {App} app @param {view.PatientRow} patient */
export function erasePanel(app, patient) {
  const boxes = CATEGORIES.map((category) => ({ category, box: h("input", { type: "checkbox", value: category }) }));
  const first = h("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  const last = h("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  const basis = h("select", {}, ...BASES.map((each) => h("option", { value: each }, words(`erase.basis.${each}`))));
  const fault = h("p", { class: "field-note", role: "alert" });
  const next = h("button", { class: "button primary", type: "submit" }, words("erase.next"));
  const content = h("div", { class: "enrol" });

  /** @returns {view.EraseAsk} */
  const asked = () => ({
    patientId: patient.patientId, categories: boxes.filter(({ box }) => box.checked).map(({ category }) => category),
    firstRecord: first.value.trim() || null, lastRecord: last.value.trim() || first.value.trim() || null, basis: /** @type {view.EraseWord} */ (basis.value),
  });

  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const ask = asked();
    const one = (ask.categories.length > 0) !== (ask.firstRecord !== null);
    setText(fault, one ? "" : words("erase.choose"));
    if (!one) return;
    const scope = ask.categories.length ? listed(ask.categories.map((each) => words(`category.${each}`))) : leftToRight(`${ask.firstRecord} – ${ask.lastRecord}`);
    content.replaceChildren(limits(), signForm(app, {
      lines: [[words("erase.whose"), h("span", { class: "hash" }, patient.patientId)], [words("erase.scope"), scope], [words("erase.basis"), words(`erase.basis.${ask.basis}`)]],
      notes: [words("erase.second")], go: words("erase.go"), sign: () => app.desk.proposeErasure(ask), done: words("erase.done"),
    }));
  } }, h("fieldset", {}, h("legend", {}, words("erase.categories")), ...boxes.map(({ category, box }) => h("label", { class: "check" }, box, words(`category.${category}`)))),
  h("fieldset", {}, h("legend", {}, words("erase.records")), h("p", { class: "field-note" }, words("erase.recordsNote")), labelled(words("erase.first"), first), labelled(words("erase.last"), last)),
  labelled(words("erase.basis"), basis, words("erase.basisNote")), fault, next);
  content.append(form, limits());
  app.panel.show(words("erase.title"), content, { wide: true });
}

/** @param {App} app @param {view.ErasureRow} order */
function orderPart(app, order) {
  const now = app.store.clock.now();
  const scope = listed(order.categories.map((each) => words(`category.${each}`))) || leftToRight(order.records);
  const rows = order.receipts.map((receipt) => h("li", { class: "key-state" }, icon(receipt.atMs === null ? "clock" : "check"),
    receipt.atMs === null ? words("erase.awaited", { who: receipt.who }) : words("erase.receipt", { who: receipt.who, records: receipt.records, keys: receipt.keys, time: moment(receipt.atMs, now) })));
  return h("tr", {}, h("td", { class: "number" }, moment(order.atMs, now)), h("td", { class: "hash" }, order.patientId),
    h("td", {}, scope, h("span", { class: "cell-note" }, words(`erase.basis.${order.basis}`))), h("td", {}, order.by), h("td", {}, h("ul", { class: "receipts" }, ...rows)));
}

/** Orders given, with their receipts. @param {App} app */
export function erasuresPart(app) {
  const body = h("tbody");
  const heads = ["erase.at", "erase.whose", "erase.scope", "erase.by", "erase.receipts"];
  const table = h("table", { class: "table" }, h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col", class: key === "erase.at" ? "number" : "" }, words(key))))), body);
  const none = h("p", { class: "view-note" }, words("erase.none"));
  const fault = h("div");
  const el = h("div", {}, fault, none, table);
  setShown(table, false);
  return {
    el,
    async ask() {
      try {
        const { orders } = await app.desk.erasures();
        body.replaceChildren(...orders.map((order) => orderPart(app, order)));
        setShown(none, orders.length === 0);
        setShown(table, orders.length > 0);
        fault.replaceChildren();
      } catch (thrown) {
        fault.replaceChildren(errorBox(errorOf(thrown)));
      }
    },
  };
}
