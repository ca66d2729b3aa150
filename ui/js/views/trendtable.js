// The span of the trends as a table: a row for each vital sign, a column for each step of time. An empty step says why.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setAttr, setShown, setText } from "../shared/dom.js";
import { clock, day, dayClock, decimals } from "../shared/format.js";
import { leftToRight } from "../shared/language.js";
import { words } from "../shared/words.js";
import { errorBox } from "./form.js";

/** @typedef {"range" | "median"} Measure */

/** What a cell says, without its count. @param {view.TrendCell} cell @param {Measure} measure */
export function cellText(cell, measure) {
  if (cell.gap !== null) return words("trends.noData", { reason: words(`gap.${cell.gap}`) });
  if (measure === "median" || cell.low === cell.high) return decimals(cell.median);
  return leftToRight(words("trends.range", { low: decimals(cell.low), high: decimals(cell.high) }));
}

/** The table as text with tabs between cells, as spreadsheets take it. @param {view.TrendTableView} table @param {Measure} measure */
export function tableText(table, measure) {
  const head = [words("trends.vital"), ...table.columns.map((ms) => dayClock(ms, clock))];
  const rows = table.rows.map((row) => [`${words(`parameter.${row.parameter}`)} ${row.unit}`, ...row.cells.map((cell) => cellText(cell, measure))]);
  return [head, ...rows].map((cells) => cells.map((cell) => cell.replace(/[\t\r\n]/g, " ")).join("\t")).join("\n");
}

/** @param {readonly number[]} columns */
function columnHeads(columns) {
  let before = "";
  return columns.map((ms) => {
    const today = day(ms);
    const first = today !== before;
    before = today;
    return h("th", { scope: "col" }, h("span", { class: first ? "cell-note" : "visually-hidden" }, `${today} `), clock(ms));
  });
}

/** @param {view.TrendCell} cell @param {Measure} measure */
function cellPart(cell, measure) {
  if (cell.gap !== null) return h("td", { "data-gap": cell.gap }, cellText(cell, measure));
  return h("td", {}, cellText(cell, measure), h("span", { class: "cell-note" }, words("trends.n", { count: cell.count })));
}

/** @param {App} app @param {string} id */
export function trendTable(app, id) {
  let measure = /** @type {Measure} */ ("range");
  let shown = /** @type {view.TrendTableView | null} */ (null);
  let asked = 0;
  const measures = /** @type {const} */ (["range", "median"]).map((each) => ({
    each, el: h("button", { class: "tab", type: "button", onClick: () => choose(each) }, words(`trends.measure.${each}`)),
  }));
  const copied = h("span", { role: "status" });
  const copy = h("button", { class: "button", type: "button", onClick: () => void copyTable() }, words("trends.copy"));
  const fault = h("div");
  const table = h("table", { class: "table trend-table" });
  const loading = h("p", { class: "empty", role: "status" }, words("trends.loading"));
  const scroll = h("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": words("trends.title") }, table);
  const el = h("div", { class: "trends-table" },
    h("div", { class: "trends-acts" }, h("div", { class: "tabs", role: "group", "aria-label": words("trends.measure") }, ...measures.map((one) => one.el)), copy, copied),
    fault, loading, scroll);

  async function copyTable() {
    if (!shown) return;
    try {
      await navigator.clipboard.writeText(tableText(shown, measure));
      setText(copied, words("trends.copied"));
    } catch {
      setText(copied, words("trends.notCopied"));
    }
  }

  /** @param {Measure} next */
  function choose(next) {
    measure = next;
    draw();
  }

  function draw() {
    for (const one of measures) setAttr(one.el, "aria-pressed", String(one.each === measure));
    setShown(loading, shown === null && fault.childElementCount === 0);
    setShown(scroll, shown !== null);
    setText(copied, "");
    if (!shown) return table.replaceChildren();
    const caption = words("trends.caption", {
      measure: words(`trends.measure.${measure}`), minutes: shown.stepMinutes,
      from: dayClock(shown.fromMs, clock), to: dayClock(shown.toMs, clock),
    });
    const rows = shown.rows.map((row) => h("tr", { "data-parameter": row.parameter },
      h("th", { scope: "row" }, words(`parameter.${row.parameter}`), h("span", { class: "cell-note" }, row.unit)), ...row.cells.map((cell) => cellPart(cell, measure))));
    table.replaceChildren(h("caption", {}, h("span", {}, caption)),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words("trends.vital")), ...columnHeads(shown.columns))), h("tbody", {}, ...rows));
    // The newest stands at the right and is what one came for.
    scroll.scrollLeft = scroll.scrollWidth * (getComputedStyle(scroll).direction === "rtl" ? -1 : 1);
  }

  return {
    el,
    /** @param {view.TrendAsk} ask */
    async load(ask) {
      const turn = (asked += 1);
      shown = null;
      fault.replaceChildren();
      draw();
      try {
        const answer = await app.desk.trendTable(id, ask);
        if (turn === asked) shown = answer;
      } catch (thrown) {
        if (turn === asked) fault.replaceChildren(errorBox(errorOf(thrown)));
      }
      if (turn === asked) draw();
    },
  };
}
