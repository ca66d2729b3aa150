// A programme as it is read: its time, each goal beside the value that stands now, and how it ended. What is not known meets nothing.

/** @import * as view from "../bindings/view.ts" */
/** @import { Sign } from "../shared/icon.js" */
import { h } from "../shared/dom.js";
import { age, day, decimals, moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { leftToRight } from "../shared/language.js";
import { words } from "../shared/words.js";
import { numberText, VALUE_LOOK } from "./look.js";

/** @type {Record<view.GoalState, Sign>} */
const GOAL_SIGN = { met: "check", notMet: "cross", unknown: "question" };
/** @type {Record<view.ProgrammeState, Sign>} */
const STATE_SIGN = { planned: "clock", running: "sealing", over: "warn", ended: "check", replaced: "dash" };

/** What a goal asks for: "50–90 /min", "at most 80 kg". @param {view.GoalView} goal */
export function targetText(goal) {
  const [low, high] = [decimals(goal.low), decimals(goal.high)];
  if (low && high) return leftToRight(`${low}–${high} ${goal.unit}`);
  return words(low ? "programme.atLeast" : "programme.atMost", { value: leftToRight(`${low || high} ${goal.unit}`) });
}

/** The value as it stands now, with its age where it is not current. @param {view.GoalView} goal @param {number} now */
function valueText(goal, now) {
  const { value } = goal;
  if (!VALUE_LOOK[value.state].number) return words(`state.${value.state}`);
  const number = leftToRight(`${numberText(value)} ${goal.unit}`);
  return value.state === "fresh" || value.takenMs === null ? number : `${number} (${age(now - value.takenMs)})`;
}

/** @param {view.GoalView} goal @param {number} now */
function goalRow(goal, now) {
  return h("tr", { "data-goal": goal.state }, h("th", { scope: "row" }, words(`programme.measure.${goal.measure}`)),
    h("td", {}, targetText(goal)), h("td", {}, day(goal.byMs)), h("td", { "data-state": goal.value.state }, valueText(goal, now)),
    h("td", {}, h("span", { class: "goal-state" }, icon(GOAL_SIGN[goal.state]), words(`programme.goal.${goal.state}`))));
}

/** @param {view.ProgrammeEndView} end @param {(recordRef: string) => void} trust */
function endPart(end, trust) {
  const who = end.role ? `${end.by}, ${words(`role.${end.role}`)}` : end.by;
  const title = words("programme.ended", { outcome: words(`programme.outcome.${end.outcome}`), by: who, time: moment(end.atMs, Date.now()) });
  return h("div", { class: "advice-withdrawn" }, h("p", { class: "advice-line" }, icon("check"), title), h("p", { class: "prose", dir: "auto" }, end.text),
    h("button", { class: "button quiet", type: "button", "aria-label": `${words("patient.trust")}: ${title}`, onClick: () => trust(end.recordRef) }, words("patient.trust")));
}

/** @param {view.ProgrammeView} programme @param {(recordRef: string) => void} trust */
export function programmeParts(programme, trust) {
  const now = Date.now();
  const heads = ["measure", "target", "by", "now", "goal"].map((each) => h("th", { scope: "col" }, words(`programme.head.${each}`)));
  return [
    h("p", { class: "order-line", dir: "auto" }, programme.title),
    h("p", { class: "advice-line", "data-programme": programme.state }, icon(STATE_SIGN[programme.state]),
      words(`programme.state.${programme.state}`, { from: day(programme.fromMs), until: day(programme.untilMs) })),
    programme.text ? h("p", { class: "prose", dir: "auto" }, programme.text) : null,
    h("div", { class: "goals-scroll", tabindex: "0", role: "group", "aria-label": words("programme.goals") },
      h("table", { class: "table goals" }, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...programme.goals.map((goal) => goalRow(goal, now))))),
    programme.end ? endPart(programme.end, trust) : null,
  ];
}
