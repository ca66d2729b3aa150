// The ward as it is now, for whoever leads it: beds by band of NEWS2, open alarms, beds that nobody's monitor watches.

/** @import { App } from "../app.js" */
import { h } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { alarmLoad, bands, unwatched } from "../domain/now.js";
import { PRIORITY_LOOK } from "../domain/look.js";

/** @param {string} caption @param {readonly string[]} heads @param {readonly HTMLElement[]} rows */
function card(caption, heads, rows) {
  return h("section", { class: "now-card" }, h("table", { class: "table" }, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, ...heads.map((key, at) => h("th", { scope: "col", class: heads.length === 3 && at === 1 ? "number" : "" }, words(key))))), h("tbody", {}, ...rows)));
}

/** @param {App} app */
export function nowPart(app) {
  const { store } = app;
  const el = h("div", { class: "now", tabindex: "0", role: "group", "aria-label": words("report.kind.now") });
  let drawn = "";
  return {
    el,
    update() {
      const tiles = store.ward.get()?.tiles ?? [];
      const alarms = store.session.get()?.frame.strip.alarms ?? [];
      const [byBand, load, gaps] = [bands(tiles), alarmLoad(alarms), unwatched(tiles)];
      const next = JSON.stringify([byBand, load, gaps]);
      if (next === drawn) return;
      drawn = next;
      const bandRows = byBand.map(({ risk, beds }) => h("tr", { "data-risk": risk }, h("th", { scope: "row" }, words(`news2.risk.${risk}`)), h("td", { class: "number strong" }, count(beds.length)),
        h("td", {}, beds.map(({ bed, score }) => words("report.now.bed", { bed, score: score || words("news2.none") })).join(words("list.comma")) || "–")));
      const loadRows = load.map(({ priority, open, waiting, beds }) => h("tr", { "data-level": priority }, h("th", { scope: "row" }, h("span", { class: "now-priority" }, icon(PRIORITY_LOOK[priority].sign), words(`priority.${priority}`))), h("td", { class: "number strong" }, count(open)),
        h("td", {}, waiting === 0 ? words("report.now.allAnswered") : words("report.now.waiting", { count: waiting, beds: beds.join(words("list.comma")) }))));
      const gapRows = gaps.map(({ bed, state }) => h("tr", {}, h("th", { scope: "row" }, bed), h("td", {}, words(`report.now.${state}`))));
      el.replaceChildren(card(words("report.now.bands"), ["report.now.band", "report.now.beds", "report.now.which"], bandRows),
        card(words("report.now.alarms"), ["report.column.priority", "report.now.open", "report.now.unanswered"], loadRows),
        gaps.length === 0 ? h("p", { class: "view-note" }, words("report.now.allWatched")) : card(words("report.now.unwatched"), ["report.column.bed", "report.now.why"], gapRows));
    },
  };
}
