// Reports on the ward: a table with one chart over a chosen period, saved as CSV or as a page to print. Each says what it
// is of, who made it, and up to where the permanent record was verified.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setAttr, setShown, setText } from "../shared/dom.js";
import { clock, count, day, dayClock } from "../shared/format.js";
import { isolated } from "../shared/language.js";
import { has, words } from "../shared/words.js";
import { plotBox } from "../domain/chart.js";
import { attempt, errorBox, labelled } from "./form.js";
import { nowPart } from "./now.js";
import { qrPart } from "./qr.js";

const HOUR_MS = 3_600_000;
/** @type {readonly view.ReportKind[]} */
const WARD = ["shift", "load", "hours", "response", "outcome", "silence"];
/** The ward as it is now is no report: it has no period and is not saved. @typedef {view.ReportKind | "now"} Choice */
/** Hours of the periods; silence is counted over seven days at most. */
const PERIODS = /** @type {const} */ ([12, 24, 168, 744]);
/** Names stand under the bars while they fit. */
const MOST_NAMES = 32;

/** A word of a cell: of reports, of priorities or of roles. @param {string} cell */
export function cellWord(cell) {
  if (cell === "") return "–";
  const key = [`report.word.${cell}`, `priority.${cell}`, `role.${cell}`].find(has);
  return key ? words(key) : cell;
}

/** @param {view.ReportForm} form @param {string} cell */
export function cellText(form, cell) {
  if (cell === "") return "–";
  // What should be a number and is none is shown as it came.
  if (form !== "word" && !Number.isFinite(Number(cell))) return isolated(cell);
  switch (form) {
    case "text":
      return isolated(cell);
    case "word":
      return cellWord(cell);
    case "count":
      return count(Number(cell));
    case "minutes":
    case "seconds":
    case "percent":
      return words(`report.value.${form}`, { n: count(Number(cell)) });
    default:
      return form;
  }
}

/** @param {view.ReportView} report */
function seal(report) {
  return words("report.seal", { height: count(report.seal.height), short: report.seal.short });
}

/** @param {view.ReportView} report */
function lines(report) {
  return {
    title: words(`report.kind.${report.ask.kind}`),
    period: words("report.period", { from: dayClock(report.ask.fromMs, clock), to: dayClock(Math.min(report.ask.toMs, report.madeMs), clock) }),
    made: words("report.made", { by: report.madeBy, at: `${day(report.madeMs)} ${new Date(report.madeMs).getFullYear()} ${clock(report.madeMs)}` }),
    patients: words("report.patients", { count: report.patients }),
    hospital: report.demo ? `${report.hospital} · ${words("demo.note")}` : report.hospital,
    notice: words("report.notice"),
    seal: seal(report),
  };
}

/** Every word that a printed report needs, under the names the desk asks for. @param {view.ReportView} report @returns {view.ReportWords} */
export function printedWords(report) {
  /** @type {Record<string, string>} */
  const texts = { ...lines(report) };
  for (const column of report.columns) texts[`column.${column.key}`] = words(`report.column.${column.key}`);
  for (const form of /** @type {const} */ (["minutes", "seconds", "percent"])) texts[`form.${form}`] = words(`report.unit.${form}`);
  report.columns.forEach((column, at) => {
    if (column.form === "word") for (const row of report.rows) texts[`word.${row[at]}`] = cellWord(row[at] ?? "");
  });
  return { texts };
}

/** @param {view.ReportView} report */
function chartPart(report) {
  const plot = plotBox("report-plot");
  plot.update(report.chartSvg);
  const first = report.columns[0]?.form ?? "text";
  const names = report.bars.length > MOST_NAMES ? [] : report.bars.map((bar) => h("span", { class: "report-name" }, cellText(first, bar.label)));
  const highest = Math.max(0, ...report.bars.map((bar) => bar.value));
  const spoken = words("report.chart", { title: words(`report.kind.${report.ask.kind}`), highest: cellText(report.barForm, String(highest)) });
  return h("div", { class: "report-chart", role: "img", "aria-label": spoken },
    h("span", { class: "report-most", "aria-hidden": "true" }, cellText(report.barForm, String(highest))),
    h("div", { class: "report-bars", "aria-hidden": "true" }, plot.el, h("div", { class: "report-names" }, ...names)));
}

/** @param {view.ReportView} report */
function tablePart(report) {
  const heads = report.columns.map((column) => h("th", { scope: "col", class: isNumber(column.form) ? "number" : "" }, words(`report.column.${column.key}`)));
  const rows = report.rows.map((row) => h("tr", {}, ...row.map((cell, at) => {
    const form = report.columns[at]?.form ?? "text";
    return h(at === 0 ? "th" : "td", { ...(at === 0 ? { scope: "row" } : {}), class: isNumber(form) ? "number" : "" }, cellText(form, cell));
  })));
  return h("table", { class: "table report-table" }, h("caption", { class: "visually-hidden" }, words(`report.kind.${report.ask.kind}`)), h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows));
}

/** @param {view.ReportForm} form */
const isNumber = (form) => form !== "text" && form !== "word";

/** @param {App} app */
export function reportsView(app) {
  const { store, desk } = app;
  const officer = store.session.get()?.user?.role === "privacyOfficer";
  const kinds = officer ? /** @type {readonly Choice[]} */ (["access"]) : /** @type {readonly Choice[]} */ (["now", ...WARD]);
  let kind = kinds.find((each) => each === store.report.kind) ?? kinds[0] ?? "now";
  const now = nowPart(app);
  let shown = /** @type {view.ReportView | null} */ (null);
  let turn = 0;
  const buttons = kinds.map((each) => ({ each, el: h("button", { class: "tab", type: "button", onClick: () => choose(each) }, words(`report.kind.${each}`)) }));
  const over = h("span", { class: "report-over" });
  const period = h("select", { onChange: () => void load() }, ...PERIODS.map((hours) => h("option", { value: String(hours) }, words(`report.last.${hours}`))));
  period.value = "24";
  const fault = h("div");
  const saved = h("p", { class: "view-note", role: "status" });
  const waiting = h("p", { class: "empty", role: "status" }, words("report.loading"));
  const place = h("div", { class: "report-place" });
  over.append(labelled(words("report.over"), period));
  const files = /** @type {const} */ (["csv", "pdf"]).map((format) => {
    const button = h("button", { class: "button", type: "button", onClick: () => attempt(button, fault, errorOf, async () => {
      if (!shown) return;
      const file = await desk.exportReport(shown.ask, format, printedWords(shown));
      setText(saved, words("report.saved", { file: file.savedAs }));
    }) }, words(`report.export.${format}`));
    return button;
  });
  const el = h("section", { class: "view reports-view" },
    h("header", { class: "view-head" }, h("h1", { class: "view-title", tabindex: "-1" }, words("report.title")), h("span", { class: "row-actions" }, ...files)),
    h("div", { class: "report-choice" }, h("div", { class: "tabs", role: "group", "aria-label": words("report.kinds") }, ...buttons.map((button) => button.el)), over),
    fault, saved, waiting, now.el, place);

  /** @param {view.ReportKind} kind @returns {view.ReportAsk} */
  function ask(kind) {
    const toMs = Math.round(store.clock.now());
    const hours = kind === "silence" ? Math.min(Number(period.value), 168) : Number(period.value);
    return { kind, fromMs: toMs - hours * HOUR_MS, toMs, offsetMinutes: -new Date(toMs).getTimezoneOffset() };
  }

  /** @param {Choice} next */
  function choose(next) {
    kind = next;
    store.report.kind = next;
    void load();
  }

  async function load() {
    const mine = (turn += 1);
    shown = null;
    fault.replaceChildren();
    setText(saved, "");
    draw();
    if (kind === "now") return;
    try {
      const answer = await desk.report(ask(kind));
      if (mine === turn) shown = answer;
    } catch (thrown) {
      if (mine === turn) fault.replaceChildren(errorBox(errorOf(thrown)));
    }
    if (mine === turn) draw();
  }

  function draw() {
    for (const button of buttons) setAttr(button.el, "aria-pressed", String(button.each === kind));
    for (const file of files) file.disabled = shown === null;
    const isNow = kind === "now";
    for (const part of [over, ...files]) setShown(part, !isNow);
    setShown(now.el, isNow);
    if (isNow) now.update();
    setShown(waiting, !isNow && shown === null && fault.childElementCount === 0);
    if (!shown) return place.replaceChildren();
    const told = lines(shown);
    place.replaceChildren(chartPart(shown),
      h("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": told.title }, tablePart(shown)),
      h("footer", { class: "report-foot" }, shown.seal.qrSvg && qrPart(shown.seal.qrSvg, words("report.code")),
        h("div", {}, ...[told.hospital, `${told.period} · ${told.patients}`, told.made, told.seal, told.notice].map((line) => h("p", {}, line)))));
  }

  void load();
  return {
    el, tick() {},
    update() {
      if (kind === "now") now.update();
    },
    destroy() {
      turn += 1;
    },
    /** @param {number} _steps */
    step(_steps) {},
    chosenAlarm: () => null,
  };
}
