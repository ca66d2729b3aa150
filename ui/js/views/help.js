// The list of keys.

/** @import { App } from "../app.js" */
import { h } from "../shared/dom.js";
import { words } from "../shared/words.js";

/** @type {readonly [string, string][]} */
const ROWS = [
  ["1", "help.1"], ["2", "help.2"], ["3", "help.3"], ["4", "help.4"], ["5", "help.5"], ["7", "help.7"], ["8", "help.8"], ["9", "help.9"], ["/", "help./"], ["I", "help.i"], ["J K", "help.jk"],
  ["A", "help.a"], ["P", "help.p"], ["S", "help.s"], ["R", "help.r"], ["E", "help.e"], ["N", "help.n"], ["N", "help.answer"], ["D", "help.d"], ["T", "help.t"], ["C", "help.c"], ["W", "help.w"], ["Enter", "help.enter"], ["Esc", "help.esc"], ["?", "help.?"],
];

/** @param {App} app */
export function helpPanel(app) {
  const keys = (/** @type {string} */ text) => text.split(" ").map((key) => h("kbd", {}, key));
  const list = h("dl", { class: "help" }, ...ROWS.flatMap(([key, what]) => [h("dt", {}, ...keys(key)), h("dd", {}, words(what))]));
  app.panel.show(words("help.title"), h("div", {}, list, h("p", { class: "view-note" }, words("news2.credit")), h("p", { class: "view-note" }, words("app.disclaimer"))));
}
