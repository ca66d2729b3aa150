// NEWS2 with its completeness: a badge with seven dots, and the table of what was scored.

/** @import * as view from "../bindings/view.ts" */
import { h, keyedList, setAttr, setText } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { NEWS2_DOT } from "./look.js";

/** How many inputs did not count. @param {view.News2View} news2 */
export function missingInputs(news2) {
  return news2.inputs.filter((input) => input.state !== "counted").length;
}

/** @param {view.News2View} news2 */
export function completeness(news2) {
  return news2.complete ? words("news2.complete") : words("news2.incomplete", { missing: missingInputs(news2) });
}

/** @param {view.News2View} news2 */
export function spokenNews2(news2) {
  return words("news2.spoken", {
    score: news2.text || words("news2.unknownScore"),
    complete: completeness(news2),
    risk: words(`news2.risk.${news2.risk}`),
  }) + (news2.observe?.state === "overdue" ? ` ${words("news2.overdue")}` : "");
}

/** What the score asks for (RCP 2017, chart 4). @param {view.News2View} news2 */
export function responseText(news2) {
  if (news2.risk === "unknown") return "";
  return words(news2.risk === "low" && news2.complete && news2.atLeast === 0 ? "news2.response.none" : `news2.response.${news2.risk}`);
}

/** When somebody is to observe the patient by hand. @param {view.News2View} news2 @param {number} now */
export function observeText({ observe }, now) {
  if (!observe) return "";
  return words(`news2.observe.${observe.state}`, { time: observe.dueMs === null ? "" : moment(observe.dueMs, now) });
}

export function news2Badge() {
  const score = h("span", { class: "news2-score" });
  const dots = Array.from({ length: 7 }, () => h("span", { class: "news2-dot" }));
  const el = h(
    "span",
    { class: "news2" },
    h("span", { class: "news2-name" }, words("news2.title")),
    score,
    h("span", { class: "news2-dots" }, ...dots),
    h("span", { class: "news2-due" }, icon("clock")),
  );
  return {
    el,
    /** @param {view.News2View} news2 */
    update(news2) {
      setText(score, news2.text || words("news2.none"));
      setAttr(el, "data-risk", news2.risk);
      setAttr(el, "data-observe", news2.observe?.state ?? null);
      dots.forEach((dot, i) => {
        const input = news2.inputs[i];
        setAttr(dot, "data-dot", input ? NEWS2_DOT[input.state] : "hollow");
      });
    },
  };
}

export function news2List() {
  const el = h("ul", { class: "news2-inputs" });
  const list = keyedList(
    el,
    (/** @type {view.News2Input} */ input) => input.parameter,
    (input) => {
      const text = h("span", { class: "news2-input-text" });
      const points = h("strong", { class: "news2-input-points" });
      const part = h("li", {}, h("span", { class: "news2-input-name" }, words(`parameter.${input.parameter}.long`)), text, points);
      return {
        el: part,
        update(/** @type {view.News2Input} */ now) {
          setAttr(part, "data-input", now.state);
          setText(text, told(now.text));
          setText(points, words(`news2.input.${now.state}`, { points: now.points ?? 0 }));
        },
      };
    },
  );
  return { el, update: (/** @type {view.News2View} */ news2) => list.update(news2.inputs) };
}
