// Emergency access in words and small parts.

/** @import * as view from "../bindings/view.ts" */
import { h, setAttr, setShown, setText } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { listed } from "../shared/format.js";
import { words } from "../shared/words.js";

/** @type {readonly view.EmergencyReason[]} */
export const REASONS = ["dangerToLife", "cannotConsent", "handoverGap", "other"];
/** What is chosen at first: enough to look after somebody, and no more. */
export const FIRST_CATEGORIES = ["vitals", "alarms", "identity"];
/** Spans that are offered, in minutes. */
const SPANS = [15, 30, 60];
/** Longest words beside a reason. */
export const MAX_TEXT = 500;

/** The spans a hospital's limit allows, the limit itself included. Pure. @param {number} most */
export function spansUpTo(most) {
  return [...SPANS.filter((minutes) => minutes < most), most];
}

/** Where a patient is: the bed where it is known, else the first digits of the pseudonym. @param {{bed: string, patientId: string}} of */
export function placeText({ bed, patientId }) {
  return bed ? words("tile.bed", { bed }) : words("emergency.pseudonym", { id: patientId.slice(0, 8) });
}

/** Categories as one line. @param {readonly string[]} categories */
export function categoriesText(categories) {
  return listed(categories.map((category) => words(`category.${category}`)));
}

/** What somebody who waits for a key should know. @param {view.EmergencyProgress} progress */
export function progressText(progress) {
  switch (progress.state) {
    case "open":
      return words("emergency.state.open");
    case "over":
      return words("emergency.state.over");
    case "waiting": {
      const { hubHeard, released, threshold } = progress;
      if (hubHeard) return words("emergency.waiting.hub");
      return threshold === 0 ? words("emergency.waiting.nobody") : words("emergency.waiting.custodians", { released, threshold });
    }
    default:
      return progress;
  }
}

/** The time left of an emergency access: for a page, or short for a tile, which says it in its spoken text. @param {boolean} [short] */
export function leftPart(short = false) {
  const left = h("span", { class: "emergency-time" });
  const el = h("span", { class: "emergency-left" }, icon("key"), !short && words("emergency.left"), left);
  return {
    el,
    /** @param {number | null} untilMs */
    update(untilMs) {
      setShown(el, untilMs !== null);
      showAge(left, untilMs, "left");
    },
  };
}

/** The mark of the top bar: every emergency access of this person, with the time left. @param {(patientId: string) => void} open */
export function barMark(open) {
  let patientId = "";
  const text = h("span");
  const left = h("span", { class: "emergency-time" });
  const spoken = h("span", { class: "visually-hidden" });
  const el = h("button", { class: "emergency-mark", type: "button", onClick: () => open(patientId) }, icon("key"), text, left, spoken);
  return {
    el,
    /** @param {readonly view.EmergencyMark[]} marks */
    update(marks) {
      const first = [...marks].sort((a, b) => a.untilMs - b.untilMs)[0];
      setShown(el, first !== undefined);
      if (!first) return;
      patientId = first.patientId;
      const more = marks.length > 1 ? ` +${marks.length - 1}` : "";
      setText(text, placeText(first) + more);
      setText(spoken, words(first.open ? "emergency.mark" : "emergency.markWaiting", { place: placeText(first) }));
      setAttr(el, "title", words(first.open ? "emergency.mark" : "emergency.markWaiting", { place: placeText(first) }));
      setAttr(el, "data-open", String(first.open));
      showAge(left, first.untilMs, "left");
    },
  };
}
