// Emergency access: what is open, who asks for a share, what is to be reviewed, and whom one could open.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { clock, listed, moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { words } from "../shared/words.js";
import { categoriesText, placeText, progressText } from "../domain/emergency.js";
import { breakGlassPanel } from "./breakglass.js";
import { consentPanel } from "./consent.js";
import { signForm } from "./sign.js";

/** @type {readonly view.ReviewOutcome[]} */
const OUTCOMES = ["justified", "notJustified", "followUp"];

/** Closed patients that match a text: hub, device, bed or pseudonym. Pure. @param {readonly view.ClosedPatient[]} all @param {string} text */
export function findClosed(all, text) {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === "") return [...all];
  return all.filter((each) => [each.hub, each.bed, each.patientId, ...each.devices].some((part) => part.toLocaleLowerCase().includes(wanted)));
}

/** @param {view.EmergencyRow} row @returns {(readonly [string, string])[]} */
function rowFacts(row) {
  return [[words("emergency.by"), row.by], [words("emergency.reason"), words(`breakGlass.reason.${row.reason}`)],
    [words("emergency.words"), row.text || words("emergency.noWords")], [words("emergency.categories"), categoriesText(row.categories)]];
}

/** @param {App} app @param {view.EmergencyRow} row */
function releasePanel(app, row) {
  const form = signForm(app, {
    lines: [[words("sign.act"), words("emergency.release.act")], [words("device.patient"), placeText(row)], ...rowFacts(row)],
    notes: [words("emergency.release.note")],
    go: words("emergency.release.go"),
    sign: () => app.desk.releaseShare(row.requestId),
    done: words("emergency.release.done", { name: row.by }),
    then: async () => { await app.store.ask.emergency(); return []; },
  });
  app.panel.show(words("emergency.release.title", { name: row.by }), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app @param {view.EmergencyRow} row */
function reviewPanel(app, row) {
  const choices = OUTCOMES.map((outcome) => ({ outcome, el: h("input", { type: "radio", name: "outcome", required: true, value: outcome }) }));
  const form = signForm(app, {
    lines: [[words("sign.act"), words("emergency.review.act")], [words("device.patient"), placeText(row)], ...rowFacts(row),
      [words("emergency.when"), words("security.span", { first: moment(row.atMs, app.store.clock.now()), last: clock(row.untilMs) })]],
    notes: [words("emergency.review.note")],
    choice: h("fieldset", {}, h("legend", {}, words("emergency.outcome")),
      ...choices.map(({ outcome, el }) => h("label", { class: "check" }, el, words(`emergency.outcome.${outcome}`)))),
    go: words("emergency.review.go"),
    sign: () => app.desk.reviewBreakGlass(row.requestId, choices.find(({ el }) => el.checked)?.outcome ?? "followUp"),
    done: words("emergency.review.done"),
    then: async () => { await app.store.ask.emergency(); return []; },
  });
  app.panel.show(words("emergency.review.title", { name: row.by }), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app @param {view.EmergencyRow} row */
function endPanel(app, row) {
  const form = signForm(app, {
    lines: [[words("sign.act"), words("emergency.end.act")], [words("device.patient"), placeText(row)]],
    notes: [words("emergency.end.note")],
    go: words("emergency.end.go"),
    sign: () => app.desk.endEmergency(row.requestId),
    done: words("emergency.end.done"),
    then: async () => { await app.store.ask.emergency(); return []; },
  });
  app.panel.show(words("emergency.end.act"), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app @param {view.EmergencyRow} first @param {boolean} mayEnd */
function emergencyPart(app, first, mayEnd) {
  let row = first;
  const place = h("strong");
  const facts = h("span");
  const said = h("span", { class: "cell-note" });
  const state = h("span", { class: "emergency-state" });
  const left = h("span", { class: "emergency-time" });
  const go = h("button", { class: "button", type: "button", onClick: () => app.go({ view: "patient", id: row.patientId }) }, words("inbox.open"));
  const end = h("button", { class: "button", type: "button", onClick: () => endPanel(app, row) }, words("emergency.end"));
  const release = h("button", { class: "button primary", type: "button", onClick: () => releasePanel(app, row) }, words("emergency.release"));
  const review = h("button", { class: "button", type: "button", onClick: () => reviewPanel(app, row) }, words("emergency.review"));
  const el = h("li", { class: "emergency-row" }, h("div", { class: "emergency-what" }, place, facts, said), h("div", { class: "emergency-side" }, state, left, go, end, release, review));
  return {
    el,
    update(/** @type {view.EmergencyRow} */ next) {
      row = next;
      const isOver = row.progress.state === "over";
      setAttr(el, "data-unseen", String(row.canReview));
      setText(place, placeText(row));
      setText(facts, words("emergency.line", { name: row.by, reason: words(`breakGlass.reason.${row.reason}`), time: moment(row.atMs, app.store.clock.now()), categories: categoriesText(row.categories) }));
      setText(said, row.text);
      setText(state, row.review ? words("emergency.reviewed", { outcome: words(`emergency.outcome.${row.review.outcome}`), name: row.review.by }) : progressText(row.progress));
      showAge(left, isOver ? null : row.untilMs, "left");
      setShown(go, row.progress.state === "open" && !row.canReview && !row.canRelease);
      setShown(end, mayEnd && !isOver);
      setShown(release, row.canRelease);
      setShown(review, row.canReview);
    },
  };
}

/** @param {App} app @param {string} title @param {string} none @param {boolean} [mayEnd] the reader asked for what is listed */
function listSection(app, title, none, mayEnd = false) {
  const body = h("ul", { class: "emergency-list", "aria-label": title });
  const empty = h("p", { class: "view-note" }, none);
  const list = keyedList(body, (/** @type {view.EmergencyRow} */ row) => row.requestId, (row) => emergencyPart(app, row, mayEnd));
  return {
    el: h("section", { class: "settings-card wide", "aria-label": title }, h("div", { class: "section-head" }, h("h2", {}, title)), body, empty),
    /** @param {view.EmergencyRow[]} rows */
    update(rows) {
      setShown(empty, rows.length === 0);
      list.update(rows);
    },
  };
}

/** @param {App} app */
function closedSection(app) {
  const field = h("input", { class: "field", type: "search", id: "find-closed", autocomplete: "off", spellcheck: "false", onInput: () => update(app.store.emergency.get()) });
  const body = h("tbody");
  const none = h("p", { class: "view-note" });
  const head = ["patients.pseudonym", "patients.hub", "breakGlass.devices", "emergency.closedCategories"].map((key) => h("th", { scope: "col" }, words(key)));
  const table = h("table", { class: "table" }, h("thead", {}, h("tr", {}, ...head, h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, words("settings.actions"))))), body);
  const list = keyedList(body, (/** @type {view.ClosedPatient} */ patient) => patient.patientId, (first) => {
    let patient = first;
    const id = h("span", { class: "hash" });
    const hub = h("td");
    const devices = h("td");
    const closed = h("td");
    const go = h("button", { class: "button", type: "button", onClick: () => {
      const rules = app.store.emergency.get();
      if (rules) breakGlassPanel(app, patient, rules);
    } }, words("breakGlass.open"));
    const consent = h("button", { class: "button quiet", type: "button", onClick: () => void consentPanel(app, patient) }, words("consent.short"));
    return {
      el: h("tr", {}, h("th", { scope: "row" }, id), hub, devices, closed, h("td", { class: "number" }, h("span", { class: "row-actions" }, consent, go))),
      update(/** @type {view.ClosedPatient} */ next) {
        patient = next;
        setText(id, patient.bed ? `${words("tile.bed", { bed: patient.bed })} · ${patient.patientId.slice(0, 8)}` : patient.patientId);
        setText(hub, patient.hub + (patient.hubHeard ? "" : ` (${words("emergency.hubAway")})`));
        setText(devices, listed(patient.devices));
        setText(closed, categoriesText(patient.categories));
        setAttr(go, "aria-label", words("breakGlass.openOf", { place: placeText(patient) }));
        setShown(go, app.store.emergency.get()?.bar === "allowed");
      },
    };
  });
  const bar = h("p", { class: "admin-bar" });
  const demo = h("p", { class: "view-note" }, words("emergency.demo"));
  const el = h("section", { class: "settings-card wide", "aria-label": words("emergency.closed") },
    h("div", { class: "section-head" }, h("h2", {}, words("emergency.closed")), h("label", { class: "find", for: "find-closed" }, icon("search"), h("span", {}, words("emergency.find")), field)),
    h("p", { class: "view-note" }, words("emergency.closedNote")), demo, bar, table, none);

  /** @param {view.EmergencyView | null} shown */
  function update(shown) {
    if (!shown) return;
    const found = findClosed(shown.closed, field.value);
    setShown(demo, app.store.session.get()?.frame.demo === true);
    setShown(bar, shown.bar !== "allowed");
    bar.replaceChildren(icon("lock"), h("span", {}, words(`emergency.bar.${shown.bar}`)));
    setShown(table, found.length > 0);
    setShown(none, found.length === 0 && shown.bar === "allowed");
    setText(none, words(field.value ? "emergency.noneFound" : "emergency.allShared"));
    list.update(found);
  }
  return { el, update };
}

/** @param {App} app */
export function emergencyView(app) {
  const { store } = app;
  const asked = listSection(app, words("emergency.asked"), "");
  const open = listSection(app, words("emergency.open"), words("emergency.openNone"), true);
  const reviews = listSection(app, words("emergency.reviews"), words("emergency.reviewsNone"));
  const closed = closedSection(app);
  const waiting = h("p", { class: "empty" }, words("settings.loading"));
  const body = h("div", { class: "settings-grid" }, asked.el, open.el, reviews.el, closed.el);
  const el = h("section", { class: "view emergency-view" },
    h("header", { class: "view-head" }, h("h1", { class: "view-title", tabindex: "-1" }, words("emergency.title")), h("span", { class: "view-note" }, words("app.disclaimer"))), waiting, body);
  store.showEmergency(true);

  function update() {
    const shown = store.emergency.get();
    setShown(waiting, shown === null);
    setShown(body, shown !== null);
    if (!shown) return;
    setShown(asked.el, shown.asked.length > 0);
    asked.update(shown.asked);
    open.update(shown.open);
    reviews.update(shown.reviews);
    closed.update(shown);
  }

  return { el, update, tick: () => {}, destroy: () => store.showEmergency(false), step: () => {}, chosenAlarm: () => null };
}
