// The filter above the alarm list, and the technical alarms of this workstation.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { listed } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { words } from "../shared/words.js";
import { PRIORITY_LOOK } from "../domain/look.js";
import { errorBox } from "./form.js";

/** @type {readonly view.Priority[]} */
const PRIORITIES = ["high", "medium", "low"];

/** @param {App} app */
export function filterPart(app) {
  const find = h("input", { class: "field", type: "search", autocomplete: "off", maxlength: "128", "aria-label": words("inbox.find"), placeholder: words("inbox.find"), onInput: () => turn() });
  const priority = h("select", { class: "field", "aria-label": words("inbox.priority"), onChange: () => turn() },
    h("option", { value: "" }, words("inbox.priority.all")), ...PRIORITIES.map((each) => h("option", { value: each }, words(`priority.${each}.long`))));
  /** @type {number | undefined} */
  let timer;
  /** Asks once somebody has stopped typing. */
  function turn() {
    clearTimeout(timer);
    timer = window.setTimeout(() => app.store.chooseFilter({ text: find.value, priority: /** @type {view.Priority | ""} */ (priority.value) || null }), 150);
  }
  return {
    el: h("div", { class: "inbox-filter", role: "search" }, icon("search"), find, priority),
    isOn: () => find.value.trim() !== "" || priority.value !== "",
  };
}

/** Each kind has a sign of its own. @type {Record<view.FaultKind, Parameters<typeof icon>[0]>} */
export const FAULT_SIGN = { gatewaySilent: "unplug", hubSilent: "hub", recordsLost: "letter", clockWrong: "clock", noSound: "bellPaused", unverified: "cross", unreadable: "key" };

/** @param {App} app */
export function faultList(app) {
  const el = h("ul", { class: "fault-list", "aria-label": words("fault.title") });
  const fault = h("div");
  const list = keyedList(el, (/** @type {view.FaultRow} */ row) => row.faultId, () => faultPart(app, fault));
  return {
    el: h("section", { class: "faults", "aria-label": words("fault.title") }, h("h2", { class: "fault-title" }, icon("wrench"), words("fault.title")), el, fault),
    update: list.update,
    destroy: list.destroy,
  };
}

/** @param {App} app @param {HTMLElement} place where an error is shown */
function faultPart(app, place) {
  /** @type {view.FaultRow | null} */
  let row = null;
  const sign = icon("wrench", "alarm-mark");
  const what = h("span", { class: "fault-what" });
  const beds = h("span", { class: "fault-beds" });
  const help = h("span", { class: "fault-do" });
  const since = h("span", { class: "alarm-since" });
  const known = h("span", { class: "fault-known" }, words("fault.known"));
  const acknowledge = h("button", { class: "button", type: "button", onClick: async () => {
    if (!row) return;
    try {
      app.store.takeInbox(await app.desk.acknowledgeFault(row.faultId));
      place.replaceChildren();
    } catch (thrown) {
      place.replaceChildren(errorBox(errorOf(thrown)));
    }
  } }, words("fault.acknowledge"));
  const el = h("li", { class: "fault-row" }, h("span", { class: "alarm-band" }, sign), h("span", { class: "fault-words" }, what, beds, help), since, h("span", { class: "alarm-actions" }, known, acknowledge));
  return {
    el,
    /** @param {view.FaultRow} next */
    update(next) {
      row = next;
      const text = words(`fault.${next.kind}`);
      setAttr(el, "data-kind", next.kind);
      setAttr(el, "data-priority", next.priority);
      setAttr(el, "data-answered", String(next.acknowledged));
      setAttr(el, "aria-label", `${words(`priority.${next.priority}.long`)}: ${text}`);
      setIcon(sign, FAULT_SIGN[next.kind], "alarm-mark");
      setText(what, text);
      setText(beds, next.beds.length > 0 ? words("fault.beds", { beds: listed(next.beds) }) : "");
      setText(help, words(`fault.do.${next.kind}`));
      showAge(since, next.sinceMs, "running");
      setShown(known, next.acknowledged);
      setShown(acknowledge, !next.acknowledged);
      setAttr(acknowledge, "aria-label", words("fault.acknowledgeOf", { what: text }));
    },
  };
}

/** The most urgent technical alarm in one line, for the other tabs. @param {readonly view.FaultRow[]} faults */
export function worstFault(faults) {
  return faults.find((fault) => !fault.acknowledged && PRIORITY_LOOK[fault.priority].rank >= PRIORITY_LOOK.medium.rank) ?? null;
}
