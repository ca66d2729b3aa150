// One patient: what is now, how it came, what is shared.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { day, dayClock, decimals, listed } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { leftToRight } from "../shared/language.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { alarmRow } from "../domain/alarm.js";
import { chartPart } from "../domain/chart.js";
import { leftPart } from "../domain/emergency.js";
import { SEAL_SIGN, SHARING_SIGN } from "../domain/look.js";
import { completeness, news2Badge, news2List, observeText, responseText } from "../domain/news2.js";
import { nameText } from "../domain/person.js";
import { hashOf } from "../domain/route.js";
import { byWeight } from "../domain/rows.js";
import { monitoringText } from "../domain/tile.js";
import { spokenValue, valuePart } from "../domain/value.js";
import { sweep } from "../domain/wave/sweep.js";
import { limitsPanel } from "./limits.js";
import { observePanel, standbyPanel } from "./observe.js";
import { consentPanel } from "./consent.js";
import { keysPanel } from "./keys.js";
import { notesPart } from "./notes.js";
import { trustPanel } from "./trust.js";

/** @param {view.NumericView} first @param {(recordRef: string | null) => void} trust */
function numericPart(first, trust) {
  let recordRef = /** @type {string | null} */ (null);
  const value = valuePart({ size: "big", alwaysAge: first.parameter === "bloodPressure" || first.parameter === "temperature" });
  const unit = h("span", { class: "numeric-unit" });
  const high = h("span", { class: "limit" });
  const low = h("span", { class: "limit" });
  const detail = h("span", { class: "numeric-detail" });
  const spoken = h("span", { class: "visually-hidden" });
  const state = h("span", { class: "numeric-state" });
  const limitsBox = h("span", { class: "limits" }, low, high);
  const side = h("span", { class: "numeric-side", "aria-hidden": "true" }, unit, limitsBox);
  const foot = h("span", { class: "numeric-foot", "aria-hidden": "true" }, detail, state);
  const el = h("button", { class: "numeric", type: "button", onClick: () => trust(recordRef) },
    h("span", { class: "numeric-main", "aria-hidden": "true" }, value.el), side, foot, spoken);
  return {
    el,
    /** @param {view.NumericView} numeric */
    update(numeric) {
      recordRef = numeric.value.recordRef;
      value.update(numeric.parameter, numeric.value);
      setAttr(el, "data-parameter", numeric.parameter);
      setAttr(el, "data-state", numeric.value.state);
      setText(unit, numeric.unit);
      setText(high, numeric.limits.high ? `▲ ${decimals(numeric.limits.high)}` : "▲ –");
      setText(low, numeric.limits.low ? `▼ ${decimals(numeric.limits.low)}` : "▼ –");
      // Consciousness and oxygen are watched by NEWS2 and have no limits of their own.
      setShown(limitsBox, numeric.limits.high !== "" || numeric.limits.low !== "");
      setText(detail, told(numeric.detail));
      setText(state, numeric.value.demo ? words("demo.mark") : "");
      const limits = [
        words("patient.limitLow", { limit: decimals(numeric.limits.low) || words("patient.noLimit") }),
        words("patient.limitHigh", { limit: decimals(numeric.limits.high) || words("patient.noLimit") }),
      ];
      setText(spoken, `${spokenValue(numeric.parameter, numeric.value)} ${numeric.unit}. ${words("patient.limits")}: ${listed(limits)}. ${words("patient.trust")}`);
      setAttr(el, "title", words("patient.trust"));
    },
  };
}

/** @param {App} app */
function waveStrip(app) {
  const label = h("span", { class: "wave-label" });
  const lost = h("span", { class: "wave-lost" }, words("patient.waveLost"));
  const none = h("p", { class: "wave-none" }, words("patient.noWave"));
  const place = h("span", { class: "wave-place" });
  const el = h("section", { class: "wave", "aria-label": words("patient.waves") }, label, place, lost, none);
  let key = "";
  /** @type {ReturnType<typeof sweep> | null} */
  let running = null;
  return {
    el,
    /** @param {view.PatientView} page */
    update(page) {
      const wave = page.waves[0];
      const next = wave ? `${page.patientId}:${wave.code}` : "none";
      if (next === key) return;
      key = next;
      running?.stop();
      running = null;
      setShown(none, !wave);
      setShown(lost, false);
      setText(label, wave ? leftToRight(`${wave.label} · ${wave.sweepMmS} mm/s`) : "");
      if (!wave) return place.replaceChildren();
      const canvas = h("canvas", { class: "wave-canvas", "aria-hidden": "true" });
      setAttr(el, "data-parameter", wave.parameter);
      place.replaceChildren(canvas);
      running = sweep(canvas, wave, (signal) => setShown(lost, !signal));
      const taker = running;
      void app.desk.subscribeWaves(page.patientId, (bytes) => taker.take(bytes));
    },
    stop() {
      running?.stop();
      void app.desk.subscribeWaves(null, () => {});
    },
  };
}

/** @param {view.MissingView} missing */
const missingKey = (missing) => `${missing.category} ${missing.fromMs}`;

/** @param {view.MissingView} missing */
function missingText({ category, fromMs, toMs }) {
  return words("patient.missing", {
    category: words(`category.${category}`),
    from: fromMs === null ? words("patient.missing.begin") : dayClock(fromMs),
    to: toMs === null ? words("patient.missing.now") : dayClock(toMs),
  });
}

/** @param {view.CategoryShare} share */
function shareText(share) {
  const state = share.untilMs === null ? words(`share.${share.state}`)
    : words(share.state === "ended" ? "share.endedAt" : "share.until", { date: day(share.untilMs) });
  return share.keyProblem === null ? state : `${state} (${words("state.unreadable")})`;
}

/** The categories that are shared alike, each kind of sharing once. @param {view.CategoryShare[]} shares */
function alike(shares) {
  /** @type {Map<string, {key: string, sharing: view.Sharing | "noKey", text: string, categories: string[]}>} */
  const kinds = new Map();
  for (const share of shares) {
    const text = shareText(share);
    const sharing = share.keyProblem === null ? share.state : "noKey";
    const key = `${sharing} ${text}`;
    const kind = kinds.get(key) ?? { key, sharing, text, categories: [] };
    kind.categories.push(words(`category.${share.category}`));
    kinds.set(key, kind);
  }
  return [...kinds.values()];
}

/** @param {App} app @param {() => view.PatientView | null} shown */
function sharingList(app, shown) {
  const consent = h("button", { class: "button quiet", type: "button", onClick: () => {
    const page = shown();
    if (page) void consentPanel(app, page);
  } }, words("consent.title"));
  const emergency = h("button", { class: "button quiet", type: "button", onClick: () => app.go({ view: "emergency" }) }, words("emergency.title"));
  const keys = h("button", { class: "button quiet", type: "button", onClick: () => keysPanel(app, shown()?.patientId ?? null) }, icon("key"), words("key.why"));
  const el = h("ul", { class: "sharing", "aria-label": words("patient.sharing") });
  const whole = h("div", { class: "sharing-bar" }, h("span", { class: "view-note", "aria-hidden": "true" }, words("patient.sharing")), el, keys, consent, emergency);
  const list = keyedList(el, (/** @type {ReturnType<typeof alike>[number]} */ kind) => kind.key, (kind) => {
    const categories = h("span");
    return {
      el: h("li", { "data-sharing": kind.sharing }, icon(kind.sharing === "noKey" ? "key" : SHARING_SIGN[kind.sharing]), categories),
      update(/** @type {typeof kind} */ next) {
        setText(categories, `${listed(next.categories)}: ${next.text}`);
      },
    };
  });
  return {
    el: whole,
    /** @param {view.CategoryShare[]} shares */
    update(shares) {
      const role = app.store.session.get()?.user?.role;
      setShown(keys, shares.some((share) => share.keyProblem !== null));
      setShown(consent, role === "physician" || role === "nurse");
      setShown(emergency, shares.some((share) => share.state !== "shared"));
      list.update(alike(shares));
    },
  };
}

/** @param {App} app @param {string} id */
function trendSection(app, id) {
  const { store } = app;
  const buttons = /** @type {const} */ ([2, 24]).map((hours) => ({
    hours,
    el: h("button", { class: "tab", type: "button", onClick: () => store.chooseHours(hours) }, words(`patient.hours.${hours}`)),
  }));
  const grid = h("div", { class: "charts", tabindex: "0", role: "group", "aria-label": words("patient.trends") });
  const none = h("p", { class: "empty" });
  const list = keyedList(grid, (/** @type {{trend: view.TrendView, hours: 2 | 24}} */ item) => item.trend.parameter, chartPart);
  const more = h("a", { class: "button quiet trends-more", href: hashOf({ view: "trends", id }) }, words("trends.open"), h("kbd", { "aria-hidden": "true" }, "T"));
  const head = h("div", { class: "section-head" }, h("h2", {}, words("patient.trends")), more,
    h("div", { class: "tabs", role: "group", "aria-label": words("patient.trends") }, ...buttons.map((button) => button.el)));
  return {
    el: h("section", { class: "trends" }, head, grid, none),
    update() {
      const trends = store.trends.get();
      const hours = store.hours();
      for (const button of buttons) setAttr(button.el, "aria-pressed", String(button.hours === hours));
      list.update((trends ?? []).map((trend) => ({ trend, hours })));
      setShown(none, !trends?.length);
      setText(none, words(trends === null ? "patient.loading" : "trend.none"));
    },
  };
}

/** @param {App} app @param {string} id @param {() => view.PatientView | null} shown @param {(on: boolean) => void} turn to the notes, or back */
function pageHead(app, id, shown, turn) {
  const bed = h("span", { class: "page-bed" });
  const title = h("h1", { class: "page-name", tabindex: "-1" }, bed);
  const name = h("span");
  title.append(name);
  const facts = h("span", { class: "page-facts" });
  const left = leftPart();
  const sealSign = icon("check");
  const sealText = h("span");
  const trust = h("button", { class: "button trust-button", type: "button", onClick: () => {
    const ref = shown()?.recordRef;
    if (ref) void trustPanel(app, ref);
  } }, sealSign, sealText, h("span", { class: "trust-why" }, words("patient.trust")));
  const live = h("button", { class: "tab", type: "button", onClick: () => turn(false) }, words("notes.live"));
  const notes = h("button", { class: "tab", type: "button", onClick: () => turn(true) }, words("notes.tab"));
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": words("patient.tabs") }, live, notes);
  const back = h("a", { class: "button quiet", href: "#/ward" }, icon("back"), words("patient.back"));
  const acts = h("div", { class: "page-acts", role: "group", "aria-label": words("patient.acts") },
    h("button", { class: "button", type: "button", onClick: () => observePanel(app, id) }, words("observe.open")),
    h("button", { class: "button", type: "button", onClick: () => void limitsPanel(app, id) }, words("limits.open")),
    h("button", { class: "button", type: "button", onClick: () => standbyPanel(app, id) }, words("standby.open")));
  return {
    el: h("header", { class: "page-head" }, back, title, left.el, facts, tabs, acts, trust),
    /** @param {view.PatientView} page @param {boolean} onNotes */
    update(page, onNotes) {
      setAttr(live, "aria-pressed", String(!onNotes));
      setAttr(notes, "aria-pressed", String(onNotes));
      setText(bed, page.bed);
      left.update(page.emergencyUntilMs);
      setText(name, nameText(page.name));
      setText(facts, [told(page.ageText), nameText(page.recordNumber)].filter((text) => text !== "").join(" · "));
      setIcon(sealSign, SEAL_SIGN[page.seal]);
      setText(sealText, words(`seal.${page.seal}`));
      setAttr(trust, "data-seal", page.seal);
    },
  };
}

/** @param {App} app @param {string} id */
export function patientView(app, id) {
  const { store } = app;
  const shown = () => store.patient.get();
  let onNotes = false;
  const notes = notesPart(app, id);
  /** @param {boolean} on */
  const turn = (on) => {
    onNotes = on;
    store.showNotes(on);
    update();
  };
  const head = pageHead(app, id, shown, turn);
  const watch = h("p", { class: "page-watch" });
  const stretches = h("ul", { class: "page-missing", "aria-label": words("seal.cantConfirm") });
  const gaps = h("div", { role: "alert" }, stretches);
  const alarms = h("ul", { class: "alarm-list page-alarms", "aria-label": words("patient.alarms") });
  const wave = waveStrip(app);
  const trends = trendSection(app, id);
  const numerics = h("div", { class: "numerics" });
  const badge = news2Badge();
  const inputs = news2List();
  const newsNote = h("p", { class: "news2-note" });
  const newsDue = h("p", { class: "news2-observe" });
  const newsResponse = h("p", { class: "news2-response" });
  const sharing = sharingList(app, shown);
  const body = h("div", { class: "page-body" },
    h("div", { class: "page-left" }, wave.el, trends.el),
    h("div", { class: "page-right", tabindex: "0", role: "group", "aria-label": words("patient.numerics") }, numerics, h("section", { class: "news2-card", "aria-label": words("news2.title") }, badge.el, newsNote, newsDue, newsResponse, inputs.el)));
  const waitingText = h("p");
  const waiting = h("div", { class: "empty" }, h("h1", { class: "view-title", tabindex: "-1" }, words("patients.title")), waitingText);
  const el = h("section", { class: "view patient-view" }, head.el, watch, gaps, alarms, body, notes.el, sharing.el, waiting);

  const numericList = keyedList(numerics, (/** @type {view.NumericView} */ each) => each.parameter,
    (each) => numericPart(each, (ref) => ref && void trustPanel(app, ref)));
  const rows = keyedList(alarms, (/** @type {view.AlarmRow} */ row) => row.alarmId, (row) => alarmRow(row, {
    acknowledge: (each) => void app.acknowledge(each), open: () => {}, choose: () => {}, now: store.clock.now, chosen: () => null,
  }));
  const missing = keyedList(stretches, missingKey, (first) => {
    const text = h("span");
    const part = h("li", {}, icon("warn"), text);
    return { el: part, update: (/** @type {view.MissingView} */ each) => setText(text, missingText(each)) };
  });
  store.showPatient(id);

  /** @param {view.PatientView} page */
  function draw(page) {
    head.update(page, onNotes);
    setShown(body, !onNotes);
    setShown(notes.el, onNotes);
    if (onNotes) notes.update(page.sharing.find((share) => share.category === "notes"));
    setShown(gaps, page.missing.length > 0);
    missing.update(page.missing);
    const text = monitoringText(page);
    setShown(watch, text !== "");
    setText(watch, text);
    setAttr(watch, "data-monitoring", page.monitoring.state);
    const open = [...page.alarms].sort(byWeight);
    setShown(alarms, open.length > 0);
    rows.update(open);
    numericList.update(page.numerics);
    badge.update(page.news2);
    setText(newsNote, `${completeness(page.news2)} · ${words(`news2.risk.${page.news2.risk}`)}${page.news2.automatic ? `. ${words("news2.automatic")}` : ""}`);
    setText(newsDue, observeText(page.news2, store.clock.now()));
    setShown(newsDue, page.news2.observe !== null);
    setAttr(newsDue, "data-observe", page.news2.observe?.state ?? null);
    setText(newsResponse, responseText(page.news2));
    setShown(newsResponse, page.news2.risk !== "unknown");
    inputs.update(page.news2);
    sharing.update(page.sharing);
    wave.update(page);
    trends.update();
  }

  function update() {
    const page = shown();
    for (const part of [head.el, sharing.el]) setShown(part, page !== null);
    setShown(waiting, page === null);
    if (page) return draw(page);
    setShown(body, false);
    setShown(notes.el, false);
    setShown(alarms, false);
    setShown(gaps, false);
    setShown(watch, false);
    setText(waitingText, words(store.fault.get() ? "patient.none" : "patient.loading"));
  }

  return {
    el, update, tick: () => {},
    destroy() {
      wave.stop();
      numericList.destroy();
      rows.destroy();
      store.showPatient(null);
    },
    /** @param {1 | -1} steps */
    step: (steps) => onNotes && notes.step(steps),
    write() {
      if (!onNotes) return turn(true);
      notes.write();
    },
    chosenAlarm: () => [...(shown()?.alarms ?? [])].sort(byWeight).find((row) => row.canAcknowledge) ?? null,
  };
}
