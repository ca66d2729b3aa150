// The strip of an alarm: half a minute before and after its crossing, and the same as a page to print.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setText } from "../shared/dom.js";
import { clock, clockSeconds, day } from "../shared/format.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { chartPart } from "../domain/chart.js";
import { attempt } from "./form.js";

const HALF_MS = 30_000;

/** @param {App} app @param {view.AlarmHistoryView} history @param {(step: view.AlarmStepView) => string} stepText */
export function stripPart(app, history, stepText) {
  const { strip } = history;
  const fault = h("div");
  const saved = h("p", { class: "view-note", role: "status" });
  const print = h("button", { class: "button quiet", type: "button", onClick: () => attempt(print, fault, errorOf, async () => {
    const printed = { texts: printedStrip(app, history, stepText) };
    const file = await app.desk.exportStrip(history.row.alarmId, -new Date().getTimezoneOffset(), printed);
    setText(saved, words("report.saved", { file: file.savedAs }));
  }) }, words("strip.print"));
  const head = h("div", { class: "strip-head" }, h("h3", {}, words("alarm.strip")), print);
  const chart = strip ? chartPart() : null;
  if (strip) chart?.update({ trend: strip, hours: 2 });
  const body = chart ? chart.el : h("p", { class: "view-note" }, words("alarm.strip.none"));
  return h("section", { class: "alarm-strip" }, head, body, fault, saved);
}

/** Under the names the desk asks for. @param {App} app @param {view.AlarmHistoryView} history @param {(step: view.AlarmStepView) => string} stepText */
function printedStrip({ store }, { row, steps, strip }, stepText) {
  const session = store.session.get();
  const now = store.clock.now();
  const crossed = strip ? strip.fromMs + HALF_MS : row.sinceMs;
  /** @type {Record<string, string>} */
  const texts = {
    title: words("strip.title"),
    what: `${told(row.text)} · ${words(`priority.${row.priority}`)}`,
    demo: words("demo.note"),
    period: words("strip.period", { day: `${day(crossed)} ${new Date(crossed).getFullYear()}`, from: clockSeconds(crossed - HALF_MS), to: clockSeconds(crossed + HALF_MS) }),
    made: words("report.made", { by: session?.user?.name ?? "", at: `${day(now)} ${new Date(now).getFullYear()} ${clock(now)}` }),
    notice: words("report.notice"),
    // The desk fills in up to where the record is verified when it prints.
    seal: words("report.seal", { height: "{height}", short: "{short}" }),
    none: words("alarm.strip.none"),
    values: strip ? words("strip.values", { parameter: words(`parameter.${strip.parameter}`), unit: strip.unit }) : words("alarm.strip.none"),
    hub: words("alarm.by.hub"),
    "column.time": words("strip.time"), "column.what": words("strip.what"), "column.by": words("strip.by"),
  };
  steps.forEach((step, place) => {
    texts[`step.${place}`] = stepText(step);
  });
  return texts;
}
