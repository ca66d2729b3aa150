// A button that acts only when it was held: pointer, Enter or space, with a way for those who cannot hold.
import { h, setAttr, setShown, setText } from "./dom.js";
import { words } from "./words.js";

/** So long, in milliseconds: too long for a slip, short enough for an emergency. */
export const HOLD_MS = 1500;

/** How far a hold has come, 0 to 1. Pure. @param {number | null} since @param {number} now */
export function heldPart(since, now) {
  return since === null ? 0 : Math.min(1, Math.max(0, (now - since) / HOLD_MS));
}

/**
 * @param {string} text what the button says
 * @param {() => boolean} ready whether the form around it is complete; it says itself what is missing
 * @param {() => void} act
 */
export function holdButton(text, ready, act) {
  let since = /** @type {number | null} */ (null);
  let done = false;
  const label = h("span", {}, text);
  const bar = h("progress", { class: "hold-bar", max: "100", value: "0", "aria-hidden": "true" });
  const note = h("span", { class: "field-note" }, words("hold.note"));
  const button = h("button", {
    class: "button hold", type: "button", "aria-describedby": "hold-note",
    onPointerdown: (/** @type {PointerEvent} */ event) => { if (event.button === 0) begin(); },
    onPointerup: stop, onPointerleave: stop, onPointercancel: stop, onBlur: stop,
    onKeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      if (!event.repeat) begin();
    },
    onKeyup: stop,
  }, label, bar);
  note.id = "hold-note";
  const sure = h("input", { type: "checkbox", onChange: () => setAttr(other, "disabled", sure.checked ? null : "") });
  const other = h("button", { class: "button", type: "button", disabled: true, onClick: () => {
    if (sure.checked && ready()) finish();
  } }, text);
  const instead = h("details", { class: "hold-instead" }, h("summary", {}, words("hold.instead")),
    h("label", { class: "check" }, sure, words("hold.sure")), other);

  function begin() {
    if (done || since !== null || !ready()) return;
    since = performance.now();
    step();
  }

  function step() {
    const part = heldPart(since, performance.now());
    bar.value = part * 100;
    if (since === null) return;
    if (part >= 1) return finish();
    requestAnimationFrame(step);
  }

  function stop() {
    since = null;
    bar.value = 0;
  }

  function finish() {
    stop();
    if (done) return;
    done = true;
    act();
  }

  return {
    el: h("div", { class: "hold-box" }, button, note, instead),
    /** Out of use and saying so, or in use again. @param {string | null} busy */
    busy(busy) {
      done = busy !== null;
      button.disabled = done;
      setText(label, busy ?? text);
      setAttr(button, "aria-busy", done ? "true" : null);
      setShown(instead, !done);
    },
  };
}
