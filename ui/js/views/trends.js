// Trends of one patient: charts over one time axis with a cursor, or the same span as a table. Zoom narrows the span,
// Escape widens it again, and from the whole span leads back to the patient.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
/** @import { Span } from "../domain/span.js" */
/** @import { Told } from "../domain/readout.js" */
import { errorOf } from "../host/host.js";
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { clock, dayClock, moment } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { told as sentence } from "../shared/told.js";
import { words } from "../shared/words.js";
import { PRIORITY_LOOK } from "../domain/look.js";
import { nameText } from "../domain/person.js";
import { heading, readout, spokenTold } from "../domain/readout.js";
import { SHORTEST_MS, SPANS, zoomed, zoomedIn } from "../domain/span.js";
import { chartStack } from "../domain/stack.js";
import { errorBox } from "./form.js";
import { trendTable } from "./trendtable.js";

/** A chart is asked for again once it is a pixel behind, and not more often than this. */
const LEAST_AGAIN_MS = 5_000;
const PIXELS = 960;

/** @param {App} app @param {(episode: view.EpisodeView) => void} go */
function episodeList(app, go) {
  const title = h("h2", {}, words("trends.episodes"));
  const ul = h("ul", { class: "episodes" });
  const none = h("p", { class: "view-note" }, words("trends.noEpisodes"));
  const list = keyedList(ul, (/** @type {view.EpisodeView} */ episode) => episode.alarmId, (first) => {
    const sign = icon(PRIORITY_LOOK[first.priority].sign);
    const text = h("span", { class: "episode-text" });
    const time = h("span", { class: "episode-time" });
    let shown = first;
    const spoken = h("span", { class: "visually-hidden" });
    const button = h("button", { class: "episode", type: "button", title: words("trends.goTo"), onClick: () => go(shown) }, sign, spoken, text, time);
    return {
      el: h("li", {}, button),
      /** @param {view.EpisodeView} episode */
      update(episode) {
        shown = episode;
        const now = app.store.clock.now();
        setAttr(button, "data-priority", episode.priority);
        setIcon(sign, PRIORITY_LOOK[episode.priority].sign);
        setText(text, sentence(episode.text));
        setText(time, `${moment(episode.fromMs, now)} – ${episode.toMs === null ? words("trends.stillOn") : moment(episode.toMs, now)}`);
        setText(spoken, `${words(`priority.${episode.priority}.long`)}. `);
      },
    };
  });
  return {
    el: h("section", { class: "episode-box" }, title, none, ul),
    /** @param {view.TrendsView} shown */
    update(shown) {
      setShown(none, shown.episodes.length === 0);
      // The newest first: it is why somebody looks.
      list.update([...shown.episodes].reverse());
    },
  };
}

/** @template {string | number} T @param {string} label @param {readonly T[]} choices @param {(choice: T) => string} name @param {(choice: T) => void} choose */
function tabs(label, choices, name, choose) {
  const buttons = choices.map((choice) => ({ choice, el: h("button", { class: "tab", type: "button", onClick: () => choose(choice) }, name(choice)) }));
  return {
    el: h("div", { class: "tabs", role: "group", "aria-label": label }, ...buttons.map((button) => button.el)),
    /** @param {T} chosen */
    update: (chosen) => buttons.forEach(({ choice, el }) => setAttr(el, "aria-pressed", String(choice === chosen))),
  };
}

/** @param {App} app @param {string} id */
export function trendsView(app, id) {
  const { store, desk } = app;
  let hours = /** @type {(typeof SPANS)[number]} */ (24);
  let form = /** @type {"graph" | "table"} */ ("graph");
  /** @type {Span[]} */
  const zooms = [];
  let shown = /** @type {view.TrendsView | null} */ (null);
  let cursorMs = /** @type {number | null} */ (null);
  let told = /** @type {view.TrendAtView | null} */ (null);
  let askedMs = 0;
  let gone = false;

  const bed = h("span", { class: "page-bed" });
  const name = h("span", {}, words("trends.title"));
  const title = h("h1", { class: "page-name", tabindex: "-1" }, bed, name);
  const back = h("a", { class: "button quiet", href: `#/patient/${id}` }, icon("back"), words("trends.back"));
  const spans = tabs(words("trends.span"), SPANS, (each) => words(`trends.span.${each}`), chooseHours);
  const forms = tabs(words("trends.form"), /** @type {const} */ (["graph", "table"]), (each) => words(`trends.form.${each}`), chooseForm);
  const out = h("button", { class: "button trends-out", type: "button", onClick: () => void stepBack() }, words("trends.zoomOut"));
  const range = h("p", { class: "trends-window" });
  const how = h("p", { class: "view-note" }, words("trends.how"));
  const fault = h("div");
  const empty = h("p", { class: "empty", role: "status" });
  const noAlarms = h("p", { class: "page-watch" }, icon("lock"), h("span", {}, words("trends.noAlarms")));
  const stack = chartStack({
    now: store.clock.now,
    cursor: moveCursor,
    zoom: (aMs, bMs) => shown && zoomTo(zoomed(shown, aMs, bMs)),
    zoomIn: () => shown && zoomTo(zoomedIn(shown, cursorMs)),
    zoomOut: () => void stepBack(),
  });
  const values = readout();
  const episodes = episodeList(app, (episode) => {
    const end = episode.toMs ?? store.clock.now();
    const around = Math.max(SHORTEST_MS * 3, end - episode.fromMs);
    if (shown) zoomTo(zoomed(shown, episode.fromMs - around, Math.min(end, episode.fromMs + around) + around));
    moveCursor(episode.fromMs, "key");
  });
  const table = trendTable(app, id);
  const graph = h("div", { class: "trends-graph" }, stack.el,
    h("aside", { class: "trends-side", tabindex: "0", "aria-label": words("patient.numerics") }, values.el, episodes.el));
  const el = h("section", { class: "view trends-view" },
    h("header", { class: "page-head" }, back, title, spans.el, forms.el),
    h("div", { class: "trends-lead" }, range, how, out), fault, noAlarms, empty, graph, table.el);

  /** @returns {view.TrendAsk} */
  const ask = () => {
    const zoom = zooms.at(-1);
    return { hours, fromMs: zoom?.fromMs ?? null, toMs: zoom?.toMs ?? null };
  };

  async function load() {
    askedMs = Date.now();
    const asked = JSON.stringify(ask());
    try {
      const answer = await desk.trends(id, ask());
      if (gone || asked !== JSON.stringify(ask())) return;
      shown = answer;
      fault.replaceChildren();
    } catch (thrown) {
      if (gone) return;
      shown = null;
      fault.replaceChildren(errorBox(errorOf(thrown)));
    }
    draw();
  }

  function again() {
    told = null;
    cursorMs = null;
    void load();
    if (form === "table") void table.load(ask());
  }

  /** @param {(typeof SPANS)[number]} next */
  function chooseHours(next) {
    hours = next;
    zooms.length = 0;
    again();
    draw();
  }

  /** @param {"graph" | "table"} next */
  function chooseForm(next) {
    form = next;
    if (next === "table") void table.load(ask());
    draw();
  }

  /** @param {Span | null} span */
  function zoomTo(span) {
    if (!span) return;
    zooms.push(span);
    again();
    draw();
  }

  function stepBack() {
    if (zooms.pop() === undefined) return false;
    again();
    draw();
    return true;
  }

  let asking = false;
  /** Reads the values under the cursor: one question at a time, always for the newest place. */
  async function readCursor() {
    if (asking || cursorMs === null) return;
    asking = true;
    const at = cursorMs;
    try {
      const answer = await desk.trendAt(id, at);
      if (!gone && cursorMs !== null) told = answer;
    } catch (thrown) {
      told = null;
      if (!gone) fault.replaceChildren(errorBox(errorOf(thrown)));
    }
    asking = false;
    if (gone) return;
    drawCursor();
    if (cursorMs !== at) void readCursor();
  }

  /** @param {number} ms @param {"pointer" | "key"} by */
  function moveCursor(ms, by) {
    cursorMs = ms;
    if (by === "key") stack.slider.focus({ preventScroll: true });
    drawCursor();
    void readCursor();
  }

  /** @returns {Told[]} */
  function toldNow() {
    if (cursorMs !== null && told) {
      const { atMs, values: known } = told;
      return known.map((value) => ({ ...value, atMs, gap: gapAt(value.parameter, atMs) }));
    }
    if (cursorMs !== null) return [];
    const now = store.clock.now();
    return (shown?.charts ?? []).map(({ parameter, unit, limits, last }) => ({ parameter, unit, limits, text: last.text, state: last.state, takenMs: last.takenMs, atMs: now, gap: null }));
  }

  /** Why a chart is empty at a time. @param {view.Parameter} parameter @param {number} ms */
  function gapAt(parameter, ms) {
    const chart = shown?.charts.find((each) => each.parameter === parameter);
    return chart?.gaps.find((gap) => gap.fromMs < ms && ms < gap.toMs)?.kind ?? null;
  }

  function drawCursor() {
    const values_ = toldNow();
    const at = told && cursorMs !== null ? told.atMs : cursorMs;
    values.update(at, values_);
    stack.showCursor(cursorMs, words("trends.cursorAt", { time: heading(at), values: values_.map(spokenTold).join("; ") }));
  }

  function draw() {
    spans.update(hours);
    forms.update(form);
    setShown(out, zooms.length > 0);
    const shared = shown?.vitals === "shared";
    setShown(graph, form === "graph" && shared);
    setShown(table.el, form === "table" && shared);
    setShown(how, form === "graph" && shared);
    setShown(noAlarms, shared && shown?.alarms !== "shared");
    setShown(empty, !shared && fault.childElementCount === 0);
    setText(empty, shown ? words(shown.vitals === "ended" ? "trends.ended" : "trends.notShared") : words("trends.loading"));
    if (!shown) return;
    setText(bed, shown.bed);
    setText(name, nameText(shown.name));
    setText(range, words("trends.window", { from: dayClock(shown.fromMs, clock), to: dayClock(shown.toMs, clock) }));
    stack.update(shown);
    episodes.update(shown);
    drawCursor();
  }

  void load();
  draw();
  return {
    el, tick: () => {},
    update() {
      const pixel = (hours * 3_600_000) / PIXELS;
      const due = Date.now() - askedMs > Math.max(LEAST_AGAIN_MS, pixel);
      if (due && zooms.length === 0 && form === "graph") void load();
      else if (cursorMs === null && shown) drawCursor();
    },
    back() {
      if (!stepBack()) app.go({ view: "patient", id });
      return true;
    },
    destroy() {
      gone = true;
      stack.destroy();
    },
    /** @param {number} _steps */
    step(_steps) {},
    chosenAlarm: () => null,
  };
}
