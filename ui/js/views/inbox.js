// The alarm inbox, as a page and as the drawer at the side. Unanswered high alarms stay in sight above the list.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { alarmRow } from "../domain/alarm.js";
import { keepChoice, ordered, perPatient, pinned, stepChoice } from "../domain/rows.js";
import { alarmPanel } from "./alarm.js";
import { faultList, filterPart, worstFault } from "./inboxfilter.js";
import { securityPart } from "./security.js";

/** @type {readonly view.InboxTab[]} */
const TABS = ["active", "unacknowledged", "mine", "acknowledged", "snoozed", "technical", "history"];
/** The drawer is narrow: what calls, what is mine, what is over. @type {readonly view.InboxTab[]} */
const DRAWER_TABS = ["active", "unacknowledged", "mine", "history"];

/** @param {App} app @param {{drawer: boolean}} kind */
export function inboxView(app, { drawer }) {
  const { store } = app;
  /** @type {string | null} */
  let chosen = null;
  let chosenIndex = 0;
  /** All rows of the tab, and those that stand on the screen. @type {view.AlarmRow[]} */
  let all = [];
  /** @type {view.AlarmRow[]} */
  let rows = [];
  /** Patients whose alarms are all shown. @type {Set<string>} */
  const unfolded = new Set();
  /** @type {Map<string, {count: number, open: boolean}>} */
  let others = new Map();

  const filter = drawer ? null : filterPart(app);
  const faults = faultList(app);
  const failing = h("button", { class: "asks failing", type: "button", onClick: () => { store.chooseTab("technical"); turn(false); } });
  const tabs = (drawer ? DRAWER_TABS : TABS).map((tab) => {
    const count = h("span", { class: "tab-count" });
    const el = h("button", { class: "tab", type: "button", onClick: () => { store.chooseTab(tab); turn(false); } }, words(`inbox.tab.${tab}`), count);
    return { tab, el, count };
  });
  /** Administrators find the security events of all workstations here; the drawer is for alarms alone. */
  const security = !drawer && store.session.get()?.user?.canAdminister === true ? securityPart(app) : null;
  let onSecurity = false;
  const securityCount = h("span", { class: "tab-count" });
  const securityTab = h("button", { class: "tab", type: "button", onClick: () => turn(true) }, words("security.title"), securityCount);
  const asks = h("button", { class: "asks", type: "button", onClick: () => app.go({ view: "emergency" }) });
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
    head, h("div", { class: "inbox-bar" }, h("div", { class: "tabs", role: "group", "aria-label": words("inbox.title") }, ...tabs.map((tab) => tab.el), security && securityTab), filter?.el),
    asks, failing, faults.el, pinnedTitle, pinnedList, scroll, security?.el);
  security?.start();

  /** @param {boolean} next */
  function turn(next) {
    onSecurity = next;
    update();
  }

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
    ...(drawer ? {} : { details: (/** @type {view.AlarmRow} */ row) => void alarmPanel(app, row) }),
    others: (/** @type {view.AlarmRow} */ row) => others.get(row.alarmId) ?? null,
    /** @param {view.AlarmRow} row */
    turn(row) {
      if (!unfolded.delete(row.patientId)) unfolded.add(row.patientId);
      fold();
      draw();
    },
    now: store.clock.now,
    chosen: () => chosen,
  };
  const keyOf = (/** @type {view.AlarmRow} */ row) => row.alarmId;
  const make = (/** @type {view.AlarmRow} */ row) => alarmRow(row, actions);
  const pins = keyedList(pinnedList, keyOf, make);
  const rest = keyedList(restList, keyOf, make);

  /** One row per patient, but for what is over; what must stay in sight stands above. */
  function fold() {
    if (store.tab() === "history") {
      others = new Map();
      rows = all;
      return;
    }
    const folded = perPatient(all, unfolded);
    others = folded.others;
    rows = [...folded.rows.filter(pinned), ...folded.rows.filter((row) => !pinned(row))];
  }

  function draw() {
    const up = rows.filter(pinned);
    pins.update(up);
    rest.update(rows.filter((row) => !pinned(row)));
    setShown(pinnedTitle, up.length > 0 && !onSecurity);
    setShown(pinnedList, up.length > 0 && !onSecurity);
    setShown(scroll, !onSecurity);
    chosenIndex = Math.max(0, rows.findIndex((row) => row.alarmId === chosen));
  }

  function update() {
    const inbox = store.inbox.get();
    const tab = store.tab();
    const ready = inbox !== null && inbox.tab === tab;
    all = ready ? ordered(inbox) : [];
    fold();
    if (ready) chosen = keepChoice(rows, chosen, chosenIndex);
    for (const each of tabs) {
      setAttr(each.el, "aria-pressed", String(each.tab === tab && !onSecurity));
      setText(each.count, inbox && each.tab !== "history" ? String(inbox.counts[each.tab]) : "");
    }
    if (security) {
      setShown(security.el, onSecurity);
      setAttr(securityTab, "aria-pressed", String(onSecurity));
      setText(securityCount, security.open() > 0 ? String(security.open()) : "");
      security.update();
    }
    const waiting = [inbox?.asked ? words("inbox.asked", { count: inbox.asked }) : "", inbox?.toReview ? words("inbox.toReview", { count: inbox.toReview }) : "",
      inbox?.proposals ? words("inbox.proposals", { count: inbox.proposals }) : ""].filter((text) => text !== "");
    setShown(asks, waiting.length > 0);
    asks.replaceChildren(icon("key"), h("span", {}, waiting.join(" · ")));
    const technical = tab === "technical" && ready && !onSecurity;
    const standing = ready ? inbox.faults : [];
    faults.update(technical ? standing : []);
    setShown(faults.el, technical && standing.length > 0);
    const worst = technical || onSecurity ? null : worstFault(standing);
    setShown(failing, worst !== null);
    if (worst) failing.replaceChildren(icon("wrench"), h("span", {}, words(`fault.${worst.kind}`)));
    setShown(empty, rows.length === 0 && !(technical && standing.length > 0));
    setText(empty, words(!ready ? "inbox.loading" : filter?.isOn() ? "inbox.empty.filtered" : `inbox.empty.${tab}`));
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
      faults.destroy();
      if (filter) store.chooseFilter({ text: "", priority: null });
      security?.destroy();
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
    /** @param {import("./alarm.js").ActKind | null} kind */
    act(kind) {
      const row = rows.find((each) => each.alarmId === chosen);
      if (row) void alarmPanel(app, row, kind);
    },
  };
}
