// One value with its label, its state and its age: the same part on the tile and on the patient's page.

/** @import * as view from "../bindings/view.ts" */
import { h, setAttr, setShown, setText } from "../shared/dom.js";
import { clock } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { words } from "../shared/words.js";
import { numberText, PRIORITY_LOOK, VALUE_LOOK } from "./look.js";

/**
 * @param {{size: "tile" | "spot" | "big" | "wall", alwaysAge?: boolean}} options
 */
export function valuePart({ size, alwaysAge = false }) {
  const label = h("span", { class: "value-label" });
  const alarm = icon("high", "value-alarm");
  const number = h("span", { class: "value-number" });
  const sign = icon("dash", "value-sign");
  const note = h("span", { class: "value-note-text" });
  const noteBox = h("span", { class: "value-note" }, sign, note);
  const box = h("span", { class: "value-box" }, alarm, number);
  const el = h("span", { class: `value value-${size}` }, label, box, noteBox);

  return {
    el,
    /** @param {view.Parameter} parameter @param {view.ValueView} value */
    update(parameter, value) {
      const look = VALUE_LOOK[value.state];
      setAttr(el, "data-parameter", parameter);
      setAttr(el, "data-state", value.state);
      setAttr(el, "data-alarm", look.number ? value.alarm : null);
      setText(label, words(`parameter.${parameter}`));
      setText(number, numberText(value));
      setAttr(alarm, "hidden", value.alarm && look.number ? null : "");
      if (value.alarm) setIcon(alarm, PRIORITY_LOOK[value.alarm].sign, "value-alarm");
      const form = look.note === "none" && alwaysAge ? "age" : look.note;
      setAttr(sign, "hidden", look.sign ? null : "");
      if (look.sign) setIcon(sign, look.sign, "value-sign");
      showAge(note, form === "age" ? value.takenMs : null, "age");
      if (form === "word") setText(note, words(`state.${value.state}`));
      if (form === "since") setText(note, value.takenMs === null ? words("state.lost") : words("state.since", { time: clock(value.takenMs) }));
      setShown(noteBox, form !== "none");
    },
  };
}

/** A value in words, for those who listen. @param {view.Parameter} parameter @param {view.ValueView} value */
export function spokenValue(parameter, value) {
  const name = words(`parameter.${parameter}.long`);
  const look = VALUE_LOOK[value.state];
  if (!look.number) return `${name}: ${words(`state.${value.state}`)}`;
  const note = value.state === "fresh" ? "" : `, ${words(`state.${value.state}`)}`;
  return `${name} ${numberText(value)}${note}`;
}
