// The alarm inbox, as a page and as the drawer at the side. Unanswered high alarms stay in sight above the list.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { alarmRow } from "../domain/alarm.js";
import { keepChoice, ordered, pinned, stepChoice } from "../domain/rows.js";

/** @type {readonly view.InboxTab[]} */
const TABS = ["active", "unacknowledged", "mine", "history"];

/** @param {App} app @param {{drawer: boolean}} kind */
export function inboxView(app, { drawer }) {
  const { store } = app;
  /** @type {string | null} */
  let chosen = null;
  let chosenIndex = 0;
  /** @type {view.AlarmRow[]} */
  let rows = [];

  const tabs = TABS.map((tab) => {
    const count = h("span", { class: "tab-count" });
    const el = h("button", { class: "tab", type: "button", onClick: () => { store.chooseTab(tab); update(); } }, words(`inbox.tab.${tab}`), count);
    return { tab, el, count };
  });
  const pinnedTitle = h("h2", { class: "pinned-title" }, icon("high"), words("inbox.pinned"));
  const pinnedList = h("ul", { class: "alarm-list pinned-list", "aria-label": words("inbox.pinned") });
  const restList = h("ul", { class: "alarm-list", "aria-label": words("inbox.title") });
  const scroll = h("div", { class: "alarm-scroll", tabindex: "0", role: "group", "aria-label": words("inbox.title") }, restList);
  const empty = h("p", { class: "empty" });
  const more = h("p", { class: "view-note" }, words("inbox.more"));
  scroll.append(empty, more);
  const heading = drawer ? h("h2", { class: "view-title" }, words("inbox.title")) : h("h1", { class: "view-title", tabindex: "-1" }, words("inbox.title"));
  const close = h("button", { class: "icon-button", type: "button", "aria-label": words("inbox.close"), onClick: app.toggleDrawer }, icon("close"));
  const head = h("header", { class: "view-head" }, heading, h("span", { class: "view-note" }, words("inbox.keys")), drawer && close);
  const el = h(drawer ? "aside" : "section", { class: drawer ? "drawer" : "view inbox-view", "aria-label": words("inbox.title") },
    head, h("div", { class: "tabs", role: "group", "aria-label": words("inbox.title") }, ...tabs.map((tab) => tab.el)), pinnedTitle, pinnedList, scroll);

  const actions = {
    /** @param {view.AlarmRow} row */
    acknowledge: (row) => void app.acknowledge(row),
    /** @param {view.AlarmRow} row */
    open: (row) => app.go({ view: "patient", id: row.patientId }),
    /** @param {view.AlarmRow} row */
    choose(row) {
      if (chosen === row.alarmId) return;
      chosen = row.alarmId;
      draw();
    },
    now: store.clock.now,
    chosen: () => chosen,
  };
  const keyOf = (/** @type {view.AlarmRow} */ row) => row.alarmId;
  const make = (/** @type {view.AlarmRow} */ row) => alarmRow(row, actions);
  const pins = keyedList(pinnedList, keyOf, make);
  const rest = keyedList(restList, keyOf, make);

  function draw() {
    const up = rows.filter(pinned);
    pins.update(up);
    rest.update(rows.filter((row) => !pinned(row)));
    setShown(pinnedTitle, up.length > 0);
    setShown(pinnedList, up.length > 0);
    chosenIndex = Math.max(0, rows.findIndex((row) => row.alarmId === chosen));
  }

  function update() {
    const inbox = store.inbox.get();
    const tab = store.tab();
    const ready = inbox !== null && inbox.tab === tab;
    rows = ready ? ordered(inbox) : [];
    if (ready) chosen = keepChoice(rows, chosen, chosenIndex);
    for (const each of tabs) {
      setAttr(each.el, "aria-pressed", String(each.tab === tab));
      setText(each.count, inbox && each.tab !== "history" ? String(inbox.counts[each.tab]) : "");
    }
    setShown(empty, rows.length === 0);
    setText(empty, words(ready ? `inbox.empty.${tab}` : "inbox.loading"));
    setShown(more, ready && inbox.more);
    draw();
  }

  return {
    el,
    update,
    tick: () => {},
    destroy() {
      pins.destroy();
      rest.destroy();
    },
    /** @param {number} steps */
    step(steps) {
      chosen = stepChoice(rows, chosen, steps);
      draw();
      const row = el.querySelector(`[data-alarm-id="${CSS.escape(chosen ?? "")}"]`);
      if (row instanceof HTMLElement) row.focus();
    },
    /** @param {string} alarmId */
    choose(alarmId) {
      chosen = alarmId;
      update();
    },
    chosenRow: () => rows.find((row) => row.alarmId === chosen) ?? null,
    chosenAlarm() {
      const row = rows.find((each) => each.alarmId === chosen);
      return row?.canAcknowledge ? row : null;
    },
  };
}
