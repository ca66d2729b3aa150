// Names, and the reason where there is none.

/** @import * as view from "../bindings/view.ts" */
import { h } from "../shared/dom.js";
import { words } from "../shared/words.js";

/** @param {view.NameView} name */
export function nameText(name) {
  return name.state === "fresh" || name.state === "ageing" ? name.text : words(nameKey(name.state));
}

/** States a name has no words of its own for read like an unconfirmed name. @param {view.ValueState} state */
function nameKey(state) {
  switch (state) {
    case "notShared":
    case "unreadable":
    case "failed":
    case "notMeasured":
      return `name.${state}`;
    case "unverified":
    case "fresh":
    case "ageing":
    case "lost":
    case "questionable":
    case "sensorOff":
    case "invalid":
      return "name.unverified";
    default:
      return state;
  }
}

/** A patient as one line of a choice: the pseudonym always, bed and name where they are shared. @param {view.PatientRow} row */
export function patientText(row) {
  const known = [row.bed && words("tile.bed", { bed: row.bed }), row.name.state === "fresh" && row.name.text].filter(Boolean);
  return [...known, row.patientId].join(" · ");
}

/** Six words in big letters, numbered, to be read aloud. @param {readonly string[]} fingerprint */
export function fingerprintWords(fingerprint) {
  return h(
    "ol",
    { class: "fingerprint", "aria-label": words("words.label") },
    ...fingerprint.map((word) => h("li", {}, word)),
  );
}
