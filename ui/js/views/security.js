// Security events of all workstations, as a tab of the administrators' inbox: what happened, where, since when, what
// to do.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { attempt, errorBox } from "./form.js";

/** @param {App} app @param {view.SecurityRow} first @param {HTMLElement} fault */
function eventPart(app, first, fault) {
  const when = h("span", { class: "cell-note" });
  const button = h("button", { class: "button", type: "button", onClick: () => attempt(button, fault, errorOf, async () => {
    app.store.security.set(await app.desk.finishSecurityEvent(first.id));
  }) }, words("security.finish"));
  const state = h("span", { class: "key-state" }, icon("check"), words("security.done"));
  const where = [words("security.at", { person: first.person || words("access.unknown"), key: first.workstation })];
  if (first.keyId) where.push(words("security.key", { key: first.keyId }));
  if (first.stream !== null) where.push(words("security.stream", { stream: first.stream }));
  if (first.height !== null) where.push(words("security.height", { height: first.height }));
  const el = h("li", { class: "security-row" }, icon("warn", "icon security-sign"),
    h("div", { class: "security-what" }, h("strong", {}, words(`security.what.${first.what}`), " ", h("span", { class: "tab-count" }, words("security.count", { count: first.count }))), when, ...where.map((line) => h("span", { class: "cell-note hash" }, line))),
    h("p", { class: "security-do" }, words(`security.do.${first.what}`)), h("div", { class: "alarm-actions" }, state, button));
  return {
    el,
    /** @param {view.SecurityRow} row */
    update(row) {
      const now = app.store.clock.now();
      setText(when, row.firstMs === row.lastMs ? moment(row.lastMs, now) : words("security.span", { first: moment(row.firstMs, now), last: moment(row.lastMs, now) }));
      setAttr(el, "data-done", String(row.done));
      setShown(button, !row.done);
      setShown(state, row.done);
    },
  };
}

/** @param {App} app */
export function securityPart(app) {
  const { store } = app;
  const fault = h("div");
  const rows = h("ul", { class: "alarm-list", "aria-label": words("security.title") });
  const empty = h("p", { class: "empty" });
  const more = h("p", { class: "view-note" }, words("security.more"));
  const el = h("div", { class: "alarm-scroll", tabindex: "0", role: "group", "aria-label": words("security.title") }, fault, rows, empty, more);
  const list = keyedList(rows, (/** @type {view.SecurityRow} */ row) => row.id, (row) => eventPart(app, row, fault));

  async function ask() {
    try {
      store.security.set(await app.desk.securityEvents());
      fault.replaceChildren();
    } catch (thrown) {
      fault.replaceChildren(errorBox(errorOf(thrown)));
    }
  }

  return {
    el,
    start: () => store.showOversight("security", () => void ask()),
    update() {
      const log = store.security.get();
      setShown(rows, log !== null && log.rows.length > 0);
      setShown(empty, log === null || log.rows.length === 0);
      setText(empty, words(log === null ? "security.loading" : "security.none"));
      setShown(more, log?.more === true);
      if (log) list.update(log.rows);
    },
    open: () => store.security.get()?.open ?? 0,
    destroy() {
      list.destroy();
      store.showOversight("security", null);
    },
  };
}
