// Charts above each other over one time axis. The plots come drawn from the desk; the page writes axes, names the gaps
// and draws the cursor and the stretch that is about to be zoomed.

/** @import * as view from "../bindings/view.ts" */
/** @import { Span } from "./span.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { clock, day, decimals, moment } from "../shared/format.js";
import { leftToRight } from "../shared/language.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { plotBox } from "./chart.js";
import { moved, shareOf, timeAt } from "./span.js";

/** A pointer that moved less than this has clicked, in pixels. */
const CLICK = 6;
const DAY_MS = 24 * 3_600_000;

/** @param {HTMLElement} el @param {string} name @param {number} share */
function place(el, name, share) {
  // Set through the object model: the content security policy refuses style attributes.
  el.style.setProperty(name, String(share));
}

/** @param {Span} span @param {view.GapView} gap */
function gapMark(span, gap) {
  const name = words(`gap.${gap.kind}`);
  const el = h("span", { class: "stack-gap", "data-kind": gap.kind, title: name }, h("span", { class: "stack-gap-name" }, name));
  place(el, "--from", shareOf(span, gap.fromMs));
  place(el, "--width", Math.max(0.002, shareOf(span, gap.toMs) - shareOf(span, gap.fromMs)));
  return el;
}

/** @param {view.AxisTick} tick @param {Span} span @param {boolean} withDay */
function timeMark(tick, span, withDay) {
  const ms = tick.timeMs ?? span.fromMs;
  const text = span.toMs - span.fromMs > 3 * DAY_MS ? day(ms) : withDay ? `${day(ms)} ${clock(ms)}` : clock(ms);
  const el = h("span", { class: "tick tick-x" }, text);
  place(el, "--at", tick.at);
  return el;
}

/** @param {view.AxisTick} tick */
function valueMark(tick) {
  const el = h("span", { class: "tick tick-y" }, decimals(tick.text));
  place(el, "--at", tick.at);
  return el;
}

/** A chart in words. @param {view.TrendView} chart @param {number} now */
export function spokenChart(chart, now) {
  const gaps = chart.gaps.map((gap) => words("trend.gap", { kind: words(`gap.${gap.kind}`), from: moment(gap.fromMs, now), to: moment(gap.toMs, now) }));
  return words("trends.chart", {
    parameter: words(`parameter.${chart.parameter}.long`),
    summary: told(chart.summary) || words("trends.noSummary"),
    gaps: gaps.length === 0 ? words("trends.noGaps") : words("trends.gapsLead", { gaps: gaps.join(", ") }),
  });
}

/** @param {() => number} now */
function rowPart(now) {
  const name = h("span", { class: "stack-name" });
  const unit = h("span", { class: "stack-unit" });
  const limits = h("span", { class: "stack-limits" });
  const plot = plotBox("stack-svg");
  const gaps = h("span", { class: "stack-gaps" });
  const axis = h("span", { class: "stack-y" });
  const el = h("div", { class: "stack-row", role: "img" },
    h("div", { class: "stack-side", "aria-hidden": "true" }, name, unit, limits), h("div", { class: "stack-plot", "aria-hidden": "true" }, axis, plot.el, gaps));
  let drawn = "";
  return {
    el,
    /** @param {view.TrendView} chart */
    update(chart) {
      setAttr(el, "data-parameter", chart.parameter);
      setAttr(el, "aria-label", spokenChart(chart, now()));
      setText(name, words(`parameter.${chart.parameter}`));
      setText(unit, chart.unit);
      setText(limits, leftToRight(`▼ ${decimals(chart.limits.low) || "–"}  ▲ ${decimals(chart.limits.high) || "–"}`));
      plot.update(chart.svg);
      const next = JSON.stringify([chart.fromMs, chart.toMs, chart.gaps, chart.yTicks]);
      if (next === drawn) return;
      drawn = next;
      gaps.replaceChildren(...chart.gaps.map((gap) => gapMark(chart, gap)));
      axis.replaceChildren(...chart.yTicks.map(valueMark));
    },
  };
}

/**
 * @param {{now: () => number, cursor: (ms: number, by: "pointer" | "key") => void, zoom: (aMs: number, bMs: number) => void, zoomIn: () => void, zoomOut: () => void}} on
 */
export function chartStack(on) {
  const rows = h("div", { class: "stack-rows" });
  const axis = h("div", { class: "stack-x", "aria-hidden": "true" });
  const line = h("span", { class: "stack-cursor" });
  const choice = h("span", { class: "stack-choice" });
  const slider = h("div", { class: "stack-over", role: "slider", tabindex: "0", "aria-label": words("trends.cursor"), "aria-orientation": "horizontal" }, choice, line);
  const el = h("div", { class: "stack" }, rows, axis, slider);
  const list = keyedList(rows, (/** @type {view.TrendView} */ chart) => chart.parameter, () => rowPart(on.now));
  /** @type {Span} */
  let span = { fromMs: 0, toMs: 1 };
  let cursorMs = /** @type {number | null} */ (null);
  let pressed = /** @type {number | null} */ (null);

  /** @param {PointerEvent} event */
  const shareUnder = (event) => {
    const box = slider.getBoundingClientRect();
    return (event.clientX - box.left) / Math.max(1, box.width);
  };

  function drawCursor() {
    setShown(line, cursorMs !== null);
    if (cursorMs !== null) place(line, "--at", shareOf(span, cursorMs));
    setAttr(slider, "aria-valuenow", String(cursorMs ?? span.toMs));
  }

  slider.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pressed = shareUnder(event);
    slider.setPointerCapture(event.pointerId);
  });
  slider.addEventListener("pointermove", (event) => {
    const share = shareUnder(event);
    if (pressed === null) return on.cursor(timeAt(span, share), "pointer");
    setShown(choice, Math.abs(share - pressed) * slider.clientWidth > CLICK);
    place(choice, "--from", Math.max(0, Math.min(share, pressed)));
    place(choice, "--width", Math.min(1, Math.max(share, pressed)) - Math.max(0, Math.min(share, pressed)));
  });
  slider.addEventListener("pointerup", (event) => {
    const from = pressed;
    pressed = null;
    if (from === null) return;
    const share = shareUnder(event);
    const dragged = Math.abs(share - from) * slider.clientWidth > CLICK;
    setShown(choice, false);
    if (dragged) on.zoom(timeAt(span, from), timeAt(span, share));
    else on.cursor(timeAt(span, share), "pointer");
  });
  slider.addEventListener("pointercancel", () => {
    pressed = null;
    setShown(choice, false);
  });
  slider.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "+" || event.key === "=") on.zoomIn();
    else if (event.key === "-") on.zoomOut();
    else {
      const next = moved(span, cursorMs, event.key, event.shiftKey);
      if (next === null) return;
      on.cursor(next, "key");
    }
    event.preventDefault();
    event.stopPropagation();
  });
  setShown(choice, false);

  let marks = "";
  return {
    el, slider,
    /** @param {view.TrendsView} shown */
    update(shown) {
      span = shown;
      list.update(shown.charts);
      setAttr(slider, "aria-valuemin", String(span.fromMs));
      setAttr(slider, "aria-valuemax", String(span.toMs));
      drawCursor();
      const next = JSON.stringify(shown.xTicks);
      if (next === marks) return;
      marks = next;
      let before = "";
      axis.replaceChildren(...shown.xTicks.map((tick) => {
        const at = tick.timeMs === null ? "" : day(tick.timeMs);
        const withDay = at !== before;
        before = at;
        return timeMark(tick, span, withDay);
      }));
    },
    /** @param {number | null} ms @param {string} spoken */
    showCursor(ms, spoken) {
      cursorMs = ms;
      drawCursor();
      setAttr(slider, "aria-valuetext", spoken);
    },
    destroy: () => list.destroy(),
  };
}
