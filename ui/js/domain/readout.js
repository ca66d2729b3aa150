// The values under the cursor: each with its age at that time and its state. What may not be shown is not shown here.

/** @import * as view from "../bindings/view.ts" */
import { h, keyedList, setAttr, setText } from "../shared/dom.js";
import { age, clockSeconds, dayClock, decimals } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { leftToRight } from "../shared/language.js";
import { words } from "../shared/words.js";
import { VALUE_LOOK } from "./look.js";

/**
 * A value with the moment for which it is told.
 * @typedef {{parameter: view.Parameter, unit: string, text: string, state: view.ValueState, takenMs: number | null, limits: view.LimitsView, atMs: number, gap: view.GapKind | null}} Told
 */

/** The number, where its state allows one. @param {Told} told */
function number(told) {
  return VALUE_LOOK[told.state].number && told.text !== "" ? decimals(told.text) : "– –";
}

/** Its age and, if it is not simply there, its state in words. @param {Told} told */
export function note(told) {
  const shown = VALUE_LOOK[told.state].number && told.text !== "";
  const old = told.takenMs === null ? "" : words("trends.before", { age: age(told.atMs - told.takenMs) });
  const state = told.state === "fresh" ? "" : words(`state.${told.state}`);
  const why = told.gap === null || shown ? "" : words(`gap.${told.gap}`);
  const parts = told.state === "lost" || shown ? [state, why, old] : [why || state];
  return parts.filter((part) => part !== "").join(words("list.comma"));
}

/** One value in words. @param {Told} told */
export function spokenTold(told) {
  const name = words(`parameter.${told.parameter}.long`);
  const shown = VALUE_LOOK[told.state].number && told.text !== "";
  return `${name} ${shown ? `${leftToRight(`${decimals(told.text)} ${told.unit}`)}, ` : ""}${note(told)}`;
}

/** The heading over the values. @param {number | null} cursorMs */
export function heading(cursorMs) {
  return cursorMs === null ? words("trends.now") : words("trends.at", { time: dayClock(cursorMs, clockSeconds) });
}

function toldPart() {
  const name = h("dt", { class: "told-name" });
  const text = h("span", { class: "told-number" });
  const unit = h("span", { class: "told-unit" });
  const sign = icon("dash", "told-sign");
  const remark = h("span", { class: "told-note-text" });
  const limits = h("span", { class: "told-limits" });
  const el = h("div", { class: "told" }, name,
    h("dd", { class: "told-value" }, text, " ", unit), h("dd", { class: "told-note" }, sign, remark), h("dd", { class: "told-limits-box" }, limits));
  return {
    el,
    /** @param {Told} told */
    update(told) {
      setAttr(el, "data-parameter", told.parameter);
      setAttr(el, "data-state", told.state);
      setText(name, words(`parameter.${told.parameter}`));
      setText(text, number(told));
      setText(unit, told.unit);
      const look = VALUE_LOOK[told.state];
      setAttr(sign, "hidden", look.sign ? null : "");
      if (look.sign) setIcon(sign, look.sign, "told-sign");
      setText(remark, note(told));
      const { low, high } = told.limits;
      setText(limits, low || high ? words("trends.limits", { low: decimals(low) || words("trends.noLimit"), high: decimals(high) || words("trends.noLimit") }) : "");
    },
  };
}

export function readout() {
  const title = h("h2", { class: "readout-title" });
  const values = h("dl", { class: "readout-values" });
  const list = keyedList(values, (/** @type {Told} */ told) => told.parameter, toldPart);
  return {
    el: h("section", { class: "readout" }, title, values),
    /** @param {number | null} cursorMs @param {readonly Told[]} told */
    update(cursorMs, told) {
      setText(title, heading(cursorMs));
      list.update(told);
    },
  };
}
