// All patients as a table, with the search field that the key "/" leads to.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { PRIORITY_LOOK, VALUE_LOOK, numberText } from "../domain/look.js";
import { byUrgency } from "../domain/order.js";
import { nameText } from "../domain/person.js";
import { hashOf } from "../domain/route.js";

/** Tiles whose bed or name holds the text. @param {readonly view.TileView[]} tiles @param {string} text */
export function matching(tiles, text) {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === "") return [...tiles];
  return tiles.filter((tile) => tile.bed.toLocaleLowerCase() === wanted || nameText(tile.name).toLocaleLowerCase().includes(wanted));
}

/** @type {readonly {field: "spo2" | "respiration" | "bloodPressure" | "temperature" | "rate", parameter: view.Parameter}[]} */
const COLUMNS = [
  { field: "rate", parameter: "heartRate" },
  { field: "spo2", parameter: "spo2" },
  { field: "respiration", parameter: "respirationRate" },
  { field: "bloodPressure", parameter: "bloodPressure" },
  { field: "temperature", parameter: "temperature" },
];

/** @param {view.ValueView} value */
function cellText(value) {
  const state = words(`state.${value.state}`);
  if (!VALUE_LOOK[value.state].number || value.text === "") return state;
  return value.state === "fresh" ? numberText(value) : `${numberText(value)} (${state})`;
}

/** @param {view.TileView} first */
function tableRow(first) {
  const bed = h("td", { class: "number strong" });
  const link = h("a", { href: hashOf({ view: "patient", id: first.patientId }) });
  const news2 = h("td", { class: "number strong" });
  const sign = icon("high");
  const alarm = h("span");
  const age = h("span");
  const cells = COLUMNS.map(() => h("td", { class: "number" }));
  const el = h("tr", {}, bed, h("th", { scope: "row" }, link), news2, ...cells, h("td", {}, h("span", { class: "cell-alarm" }, sign, alarm)), h("td", { class: "number" }, age));
  return {
    el,
    /** @param {view.TileView} tile */
    update(tile) {
      const row = tile.alarm?.row;
      setText(bed, tile.bed);
      setText(link, nameText(tile.name));
      setText(news2, tile.news2.text || words("news2.none"));
      COLUMNS.forEach(({ field }, i) => {
        const cell = /** @type {HTMLElement} */ (cells[i]);
        setText(cell, cellText(tile[field]));
        setAttr(cell, "data-state", tile[field].state);
      });
      setAttr(el, "data-priority", row ? row.priority : null);
      setAttr(sign, "hidden", row ? null : "");
      if (row) setIcon(sign, PRIORITY_LOOK[row.priority].sign);
      setText(alarm, row ? told(row.text) : words("patients.noAlarm"));
      showAge(age, tile.newestMs, "age");
    },
  };
}

/** @param {App} app */
export function patientsView(app) {
  const { store } = app;
  const field = h("input", { class: "field", type: "search", id: "find", autocomplete: "off", spellcheck: "false", onInput: update, onKeydown: enter });
  const body = h("tbody");
  const none = h("p", { class: "empty" });
  const columns = COLUMNS.map(({ parameter }) => h("th", { scope: "col", class: "number" }, words(`parameter.${parameter}`)));
  const table = h("table", { class: "table" }, h("thead", {}, h("tr", {},
    h("th", { scope: "col", class: "number" }, words("patients.bed")), h("th", { scope: "col" }, words("patients.name")),
    h("th", { scope: "col", class: "number" }, words("news2.title")), ...columns,
    h("th", { scope: "col" }, words("patients.alarm")), h("th", { scope: "col", class: "number" }, words("patients.age")))), body);
  const el = h("section", { class: "view" },
    h("header", { class: "view-head" }, h("h1", { class: "view-title", tabindex: "-1" }, words("patients.title")),
      h("label", { class: "find", for: "find" }, icon("search"), h("span", {}, words("patients.find")), field)), table, none);
  const list = keyedList(body, (/** @type {view.TileView} */ tile) => tile.patientId, tableRow);

  function found() {
    return matching([...(store.ward.get()?.tiles ?? [])].sort(byUrgency), field.value);
  }

  function update() {
    const tiles = found();
    setShown(table, tiles.length > 0);
    setShown(none, tiles.length === 0);
    setText(none, field.value ? words("patients.none", { text: field.value }) : words("ward.empty"));
    list.update(tiles);
  }

  /** @param {KeyboardEvent} event */
  function enter(event) {
    const only = found()[0];
    if (event.key === "Enter" && only) app.go({ view: "patient", id: only.patientId });
  }

  return {
    el, update, tick: () => {}, destroy: list.destroy,
    /** @param {number} steps */
    step(steps) {
      const links = [...body.querySelectorAll("a")];
      const at = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
      links[Math.min(Math.max(0, at + steps), links.length - 1)]?.focus();
    },
    chosenAlarm: () => null,
  };
}
