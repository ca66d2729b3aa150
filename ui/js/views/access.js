// The access log: who opened which patient's record. For privacy officers; broken glass stands on top.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { listed, moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { attempt, errorBox, labelled } from "./form.js";
import { trustPanel } from "./trust.js";

/** @type {readonly {key: string, hours: number | null}[]} */
const SPANS = [{ key: "access.span.day", hours: 24 }, { key: "access.span.week", hours: 168 }, { key: "access.span.month", hours: 720 }, { key: "access.span.all", hours: null }];

/** A choice whose options follow the answers; the first of them chooses nothing. @param {string} label @param {string} all */
function choice(label, all) {
  const select = h("select", {}, h("option", { value: "" }, all));
  let known = "";
  return {
    el: labelled(label, select), select,
    /** @param {readonly view.AccessChoice[]} choices */
    update(choices) {
      const key = JSON.stringify(choices);
      if (key === known) return;
      known = key;
      const chosen = select.value;
      select.replaceChildren(h("option", { value: "" }, all), ...choices.map(({ id, label: text }) => h("option", { value: id }, text)));
      select.value = chosen;
    },
  };
}

/** @param {App} app @param {view.AccessRow} row */
function rowPart(app, row) {
  const broken = row.screen === "breakGlass";
  const trust = h("button", { class: "button quiet", type: "button", "aria-label": words("access.trustOf", { person: row.person }), onClick: () => trustPanel(app, row.recordRef) }, icon("check"), words("access.trust"));
  const who = h("th", { scope: "row" }, row.person || words("access.unknown"), h("span", { class: "cell-note" }, row.role ? words(`role.${row.role}`) : words("access.noRole")));
  const patient = h("td", {}, row.name.text, h("span", { class: "cell-note hash" }, row.patientId));
  const what = h("td", {}, h("span", { class: "key-state" }, broken && icon("warn"), words(`access.screen.${row.screen}`)), h("span", { class: "cell-note" }, listed(row.categories.map((category) => words(`category.${category}`)))));
  const ground = h("td", {}, listed(row.grounds.map((each) => words(`access.ground.${each}`))) || words("access.noGround"), row.reason && h("span", { class: "cell-note" }, words("access.reason", { reason: row.reason })));
  const el = h("tr", {}, h("td", { class: "number" }, moment(row.atMs, app.store.clock.now())), who, patient, what, ground, h("td", { class: "hash" }, row.workstation), h("td", { class: "number" }, trust));
  setAttr(el, "data-broken", broken ? "true" : null);
  return { el, update() {} };
}

/** @param {App} app */
export function accessView(app) {
  const { store } = app;
  const people = choice(words("access.person"), words("access.everybody"));
  const patients = choice(words("access.patient"), words("access.everyPatient"));
  const span = h("select", {}, ...SPANS.map(({ key }, i) => h("option", { value: String(i) }, words(key))));
  const fault = h("div");
  const saved = h("p", { class: "view-note", role: "status" });
  const body = h("tbody");
  const heads = ["access.at", "access.who", "access.whose", "access.what", "access.why", "access.where"];
  const table = h("table", { class: "table access-table" }, h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col", class: key === "access.at" ? "number" : "" }, words(key))), h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, words("settings.actions"))))), body);
  const empty = h("p", { class: "empty" });
  const more = h("p", { class: "view-note" }, words("access.more"));
  const list = keyedList(body, (/** @type {view.AccessRow} */ row) => row.id, (row) => rowPart(app, row));
  const files = /** @type {const} */ (["fhir", "csv"]).map((format) => {
    const button = h("button", { class: "button", type: "button", onClick: () => attempt(button, fault, errorOf, async () => {
      const file = await app.desk.exportAccessLog(query(), format);
      setText(saved, words("access.saved", { count: file.entries, file: file.savedAs }));
    }) }, words(`access.export.${format}`));
    return button;
  });
  const el = h("section", { class: "view" },
    h("header", { class: "view-head" }, h("h1", { class: "view-title", tabindex: "-1" }, words("access.title")), h("span", { class: "row-actions" }, ...files)),
    h("p", { class: "view-note" }, words("access.lead")),
    h("div", { class: "filters" }, people.el, patients.el, labelled(words("access.span"), span)), fault, saved,
    h("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": words("access.title") }, table, empty, more));

  /** @returns {view.AccessQuery} */
  function query() {
    const hours = SPANS[Number(span.value)]?.hours ?? null;
    return { patientId: patients.select.value || null, personId: people.select.value || null, fromMs: hours === null ? null : store.clock.now() - hours * 3_600_000, toMs: null };
  }

  async function ask() {
    try {
      store.access.set(await app.desk.accessLog(query()));
      fault.replaceChildren();
    } catch (thrown) {
      fault.replaceChildren(errorBox(errorOf(thrown)));
    }
  }

  for (const select of [people.select, patients.select, span]) select.addEventListener("change", () => void ask());
  store.showOversight("access", () => void ask());

  return {
    el,
    update() {
      const log = store.access.get();
      setShown(table, log !== null && log.rows.length > 0);
      setShown(empty, log === null || log.rows.length === 0);
      setText(empty, words(log === null ? "access.loading" : "access.none"));
      setShown(more, log?.more === true);
      if (!log) return;
      people.update(log.people);
      patients.update(log.patients);
      list.update(log.rows);
    },
    tick: () => {},
    destroy() {
      list.destroy();
      store.showOversight("access", null);
    },
    step: () => {},
    chosenAlarm: () => null,
  };
}
