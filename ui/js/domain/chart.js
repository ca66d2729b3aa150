// A trend chart: the plot comes drawn from the desk, the page writes the axes and names the gaps.

/** @import * as view from "../bindings/view.ts" */
import { h, setAttr, setText } from "../shared/dom.js";
import { clock, decimals } from "../shared/format.js";
import { leftToRight } from "../shared/language.js";
import { parseChart } from "../shared/svg.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { numberText } from "./look.js";

/** Puts a plot into its box, if it is another one than before. */
export function plotBox(/** @type {string} */ className) {
  const el = h("span", { class: className });
  let shown = "";
  return {
    el,
    /** @param {string} svg */
    update(svg) {
      if (svg === shown) return;
      shown = svg;
      const chart = parseChart(svg);
      if (chart) chart.setAttribute("preserveAspectRatio", "none");
      el.replaceChildren(...(chart ? [chart] : []));
    },
  };
}

/** @param {view.AxisTick} tick @param {"x" | "y"} axis */
function tickMark(tick, axis) {
  const el = h("span", { class: `tick tick-${axis}` }, tick.timeMs === null ? decimals(tick.text) : clock(tick.timeMs));
  // Set through the object model: the content security policy refuses style attributes.
  el.style.setProperty("--at", String(Math.min(1, Math.max(0, tick.at))));
  return el;
}

/** Stretches that look unlike a gap: their records were here, and are not any more. */
const MARKED = ["erased", "missingRecord"];

/** @param {view.TrendView} trend @param {view.GapView} gap */
function stretchMark(trend, gap) {
  const whole = Math.max(1, trend.toMs - trend.fromMs);
  const share = (/** @type {number} */ ms) => Math.min(1, Math.max(0, (ms - trend.fromMs) / whole));
  const el = h("span", { class: "chart-stretch", "data-kind": gap.kind });
  el.style.setProperty("--from", String(share(gap.fromMs)));
  el.style.setProperty("--width", String(Math.max(0.004, share(gap.toMs) - share(gap.fromMs))));
  return el;
}

/** @param {view.TrendView} trend @param {2 | 24} hours */
function spoken(trend, hours) {
  const gaps = trend.gaps.map((gap) =>
    words("trend.gap", { kind: words(`gap.${gap.kind}`), from: clock(gap.fromMs), to: clock(gap.toMs) }),
  );
  const label = words("trend.label", {
    parameter: words(`parameter.${trend.parameter}.long`),
    hours: words(`patient.hours.${hours}`),
    summary: told(trend.summary),
    value: leftToRight(`${numberText(trend.last)} ${trend.unit}`),
  });
  return [label, ...gaps].join(" ");
}

/** @returns {{el: HTMLElement, update: (item: {trend: view.TrendView, hours: 2 | 24}) => void}} */
export function chartPart() {
  const title = h("span", { class: "chart-title" });
  const unit = h("span", { class: "chart-unit" });
  const gapNote = h("span", { class: "chart-gaps" });
  const plot = plotBox("chart-plot");
  const stretches = h("span", { class: "chart-stretches" });
  const xAxis = h("span", { class: "chart-x" });
  const yAxis = h("span", { class: "chart-y" });
  const body = h("div", { class: "chart-body", "aria-hidden": "true" }, yAxis, plot.el, stretches, xAxis);
  const head = h("div", { class: "chart-head", "aria-hidden": "true" }, title, unit, gapNote);
  const el = h("div", { class: "chart", role: "img" }, head, body);
  let axes = "";
  return {
    el,
    update({ trend, hours }) {
      setAttr(el, "data-parameter", trend.parameter);
      setAttr(el, "aria-label", spoken(trend, hours));
      setText(title, words(`parameter.${trend.parameter}`));
      setText(unit, trend.unit);
      const last = trend.gaps.at(-1);
      setText(
        gapNote,
        last
          ? words("trend.gap", { kind: words(`gap.${last.kind}`), from: clock(last.fromMs), to: clock(last.toMs) })
          : "",
      );
      plot.update(trend.svg);
      const marked = trend.gaps.filter((gap) => MARKED.includes(gap.kind));
      const next = JSON.stringify([trend.xTicks, trend.yTicks, marked]);
      if (next === axes) return;
      axes = next;
      stretches.replaceChildren(...marked.map((gap) => stretchMark(trend, gap)));
      xAxis.replaceChildren(...trend.xTicks.map((tick) => tickMark(tick, "x")));
      yAxis.replaceChildren(...trend.yTicks.map((tick) => tickMark(tick, "y")));
    },
  };
}
