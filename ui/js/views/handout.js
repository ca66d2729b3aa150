// A text that is carried to somebody else: where it was saved, its QR code, the text itself and a way to copy it.

import { h, setText } from "../shared/dom.js";
import { words } from "../shared/words.js";
import { labelled } from "./form.js";
import { qrPart } from "./qr.js";

/**
 * @param {{text: string, savedAs: string, qrSvg: string}} file
 * @param {{label: string, qrLabel: string}} names
 */
export function handout(file, { label, qrLabel }) {
  const area = h("textarea", { rows: "4", readonly: true, spellcheck: "false" });
  area.value = file.text;
  area.addEventListener("focus", () => area.select());
  const copied = h("span", { role: "status" });
  const copy = h("button", { class: "button", type: "button", onClick: async () => {
    setText(copied, "");
    setText(copied, (await isCopied(file.text)) ? words("handout.copied") : selected());
  } }, words("handout.copy"));

  /** Where the clipboard is not to be had, the keyboard still reaches it. */
  function selected() {
    area.focus();
    area.select();
    return words("handout.selected");
  }

  return h("div", { class: "handout" },
    h("p", { class: "handout-place" }, file.savedAs ? words("handout.saved", { path: file.savedAs }) : words("handout.notSaved")),
    h("div", { class: "handout-body" }, file.qrSvg && qrPart(file.qrSvg, qrLabel),
      h("div", { class: "handout-text" }, labelled(label, area), h("div", { class: "buttons" }, copy, copied))));
}

/** @param {string} text */
async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
