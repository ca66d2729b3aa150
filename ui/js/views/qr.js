// A QR code that the desk has drawn.

import { h } from "../shared/dom.js";
import { parseChart } from "../shared/svg.js";

/** @param {string} svg @param {string} label */
export function qrPart(svg, label) {
  return h("div", { class: "qr", role: "img", "aria-label": label }, parseChart(svg));
}
