// Planning a programme, or changing one: what it is for, its time, and up to twelve goals. Ending one says how it went.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { typed } from "../shared/format.js";
import { words } from "../shared/words.js";
import { attempt, labelled } from "./form.js";

const KINDS = /** @type {const} */ (["rehabilitation", "prevention"]);
const OUTCOMES = /** @type {const} */ (["reached", "partly", "stopped"]);
const MEASURES = /** @type {const} */ (["heartRate", "spo2", "respirationRate", "systolic", "diastolic", "temperature", "glucose", "pain", "weight"]);
const MAX_GOALS = 12;
const DAY = 86_400_000;

/** A day as a date field has it. @param {number} ms */
function dayField(ms) {
  const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return at.toISOString().slice(0, 10);
}
/** The begin or the last millisecond of a day; what is no day gives 0, which the desk refuses. @param {string} text @param {boolean} end */
function dayOf(text, end) {
  const at = new Date(`${text}T${end ? "23:59:59.999" : "00:00:00.000"}`).getTime();
  return Number.isFinite(at) ? at : 0;
}
/** @param {string} value */
function dateField(value) {
  const field = h("input", { type: "date", required: true });
  field.value = value;
  return field;
}
/** @param {string} value */
function number(value) {
  const field = h("input", { type: "text", inputmode: "decimal", maxlength: "8", autocomplete: "off" });
  field.value = value;
  return field;
}

/** One row of the form. @param {view.GoalView | null} from @param {number} byMs @param {() => void} leave */
function goalRow(from, byMs, leave) {
  const measure = h("select", {}, ...MEASURES.map((each) => h("option", { value: each }, words(`programme.measure.${each}`))));
  if (from) measure.value = from.measure;
  const [low, high, by] = [number(from?.low ?? ""), number(from?.high ?? ""), dateField(dayField(from?.byMs ?? byMs))];
  const el = h("fieldset", { class: "goal-row" }, h("legend", { class: "visually-hidden" }, words("programme.goals")),
    labelled(words("programme.head.measure"), measure), labelled(words("programme.low"), low), labelled(words("programme.high"), high),
    labelled(words("programme.head.by"), by), h("button", { class: "button quiet", type: "button", onClick: leave }, words("programme.dropGoal")));
  return {
    el,
    first: measure,
    /** @param {number} untilMs a goal's last day is no later than the programme's end @returns {view.GoalInput} */
    read: (untilMs) => ({ measure: /** @type {view.GoalMeasure} */ (measure.value), low: typed(low.value), high: typed(high.value), byMs: Math.min(dayOf(by.value, true), untilMs + DAY) }),
  };
}

/** @param {App} app @param {string} id @param {view.WrittenRow | null} [before] the programme that is changed */
export function programmePanel(app, id, before = null) {
  const now = Date.now();
  const old = before?.entry.sort === "programme" ? before.entry.programme : null;
  const kind = h("select", {}, ...KINDS.map((each) => h("option", { value: each }, words(`programme.kind.${each}`))));
  const title = h("input", { type: "text", maxlength: "200", required: true, dir: "auto", autocomplete: "off" });
  const text = h("textarea", { rows: "3", maxlength: "2000", dir: "auto" });
  const [from, until] = [dateField(dayField(old?.fromMs ?? now)), dateField(dayField(old?.untilMs ?? now + 28 * DAY))];
  if (old) {
    kind.value = old.kind;
    title.value = old.title;
    text.value = old.text;
  }
  /** @type {ReturnType<typeof goalRow>[]} */
  let rows = [];
  const list = h("div", { class: "goal-rows" });
  const more = h("button", { class: "button", type: "button", onClick: () => add(null, true) }, words("programme.addGoal"));
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("programme.sign"));

  /** @param {view.GoalView | null} goal @param {boolean} [focus] */
  function add(goal, focus = false) {
    const row = goalRow(goal, dayOf(until.value, true), () => {
      rows = rows.filter((each) => each !== row);
      row.el.remove();
      more.disabled = false;
      more.focus();
    });
    rows.push(row);
    list.append(row.el);
    more.disabled = rows.length >= MAX_GOALS;
    if (focus) row.first.focus();
  }
  for (const goal of old?.goals ?? [null]) add(goal);

  const form = h("form", {
    class: "form programme-form",
    onSubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void attempt(sign, fault, errorOf, async () => {
        const untilMs = dayOf(until.value, true);
        const answer = await app.desk.writeProgramme(id, {
          kind: /** @type {view.ProgrammeWord} */ (kind.value), title: title.value, fromMs: dayOf(from.value, false), untilMs,
          goals: rows.map((row) => row.read(untilMs)), text: text.value, replaces: before?.id ?? null,
        });
        app.store.notes.set(answer);
        app.say("polite", words("notes.signed"));
        app.panel.close();
      }, words("sign.signing"));
    },
  }, h("p", { class: "view-note" }, words("programme.lead")), labelled(words("programme.kind"), kind), labelled(words("programme.title"), title),
  h("div", { class: "programme-days" }, labelled(words("programme.from"), from), labelled(words("programme.until"), until)),
  h("h3", {}, words("programme.goals")), list, more, labelled(words("programme.text"), text),
  fault, h("div", { class: "buttons" }, sign, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("sign.cancel"))));
  app.panel.show(words("programme.of", { bed: app.store.patient.get()?.bed ?? "" }), form, { wide: true });
  kind.focus();
}

/** How a programme ended. @param {App} app @param {string} id @param {view.WrittenRow} row */
export function programmeEndPanel(app, id, row) {
  const outcome = h("select", {}, ...OUTCOMES.map((each) => h("option", { value: each }, words(`programme.outcome.${each}`))));
  const text = h("textarea", { rows: "4", maxlength: "2000", required: true, dir: "auto" });
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("programme.signEnd"));
  const form = h("form", {
    class: "form programme-form",
    onSubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void attempt(sign, fault, errorOf, async () => {
        const answer = await app.desk.endProgramme(id, row.id, { outcome: /** @type {view.OutcomeWord} */ (outcome.value), text: text.value });
        app.store.notes.set(answer);
        app.say("polite", words("notes.signed"));
        app.panel.close();
      }, words("sign.signing"));
    },
  }, labelled(words("programme.outcome"), outcome), labelled(words("programme.endText"), text),
  fault, h("div", { class: "buttons" }, sign, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("sign.cancel"))));
  app.panel.show(words("programme.endOf", { bed: app.store.patient.get()?.bed ?? "" }), form);
  outcome.focus();
}
