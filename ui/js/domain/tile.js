// One patient on the ward.

/** @import * as view from "../bindings/view.ts" */
import { h, setAttr, setShown, setText } from "../shared/dom.js";
import { clock } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { language } from "../shared/language.js";
import { showAge } from "../shared/tick.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { workText } from "./alarm.js";
import { seenMark } from "./seen.js";
import { plotBox } from "./chart.js";
import { leftPart } from "./emergency.js";
import { PRIORITY_LOOK, SEAL_SIGN, TECHNICAL_SIGN } from "./look.js";
import { news2Badge, spokenNews2 } from "./news2.js";
import { nameText } from "./person.js";
import { unanswered } from "./rows.js";
import { hashOf } from "./route.js";
import { spokenValue, valuePart } from "./value.js";

/** Whether the patient is watched, in words; empty if all is well. @param {{monitoring: view.Monitoring}} watched */
export function monitoringText({ monitoring }) {
  switch (monitoring.state) {
    case "monitored":
      return "";
    case "delayed":
    case "catchingUp":
    case "neverHeard":
      return words(`monitoring.${monitoring.state}`);
    case "hubOffline":
      return words("monitoring.hubOffline", { time: clock(monitoring.sinceMs) });
    default:
      return monitoring;
  }
}

/** A whole tile in words, for those who listen. @param {view.TileView} tile */
export function spokenTile(tile) {
  const alarm = tile.alarm ? words("announce.alarm", {
    priority: words(`priority.${tile.alarm.row.priority}.long`), bed: tile.bed, text: told(tile.alarm.row.text),
  }) : "";
  const answers = tile.unreadAnswers > 0 ? words("tile.answers", { count: tile.unreadAnswers }) : "";
  return [
    words("tile.bed", { bed: tile.bed }), nameText(tile.name), answers, tile.emergencyUntilMs === null ? "" : words("emergency.left"), alarm, monitoringText(tile), spokenNews2(tile.news2),
    spokenValue(tile.rateParameter, tile.rate), spokenValue("spo2", tile.spo2),
    spokenValue("respirationRate", tile.respiration), spokenValue("bloodPressure", tile.bloodPressure),
    spokenValue("temperature", tile.temperature),
  ].filter((part) => part !== "").join(". ");
}

/** The last line of a tile: its alarm, else what is wrong, else how old it is. @param {{named?: boolean}} [options] named: it says who has answered */
export function footPart({ named = true } = {}) {
  const sign = icon("bell", "foot-sign");
  const text = h("span", { class: "foot-text" });
  const time = h("span", { class: "foot-time" });
  const who = h("span", { class: "foot-who" });
  const el = h("span", { class: "tile-foot", "aria-hidden": "true" }, sign, text, who, time);
  return {
    el,
    /** @param {view.TileView} tile @param {number} now */
    update(tile, now) {
      const row = tile.alarm?.row;
      const technical = tile.technical[0];
      setAttr(el, "data-priority", row ? row.priority : null);
      setAttr(el, "data-seen", row ? seenMark(row) : null);
      setAttr(el, "data-answered", row ? String(!unanswered(row)) : null);
      const kind = row ? "alarm" : tile.seal === "failed" || tile.seal === "cantConfirm" ? "seal" : technical ? "technical" : "quiet";
      setAttr(el, "data-kind", kind);
      setAttr(sign, "hidden", null);
      setText(who, row && !unanswered(row) ? (named ? workText(row, now) : words("wall.answered")) : "");
      showAge(time, row ? row.sinceMs : null, "running");
      if (row) {
        setIcon(sign, row.kind === "technical" ? "wrench" : PRIORITY_LOOK[row.priority].sign, "foot-sign");
        setText(text, told(row.text) + (tile.alarm?.others ? ` ${words("tile.more", { count: tile.alarm.others })}` : ""));
      } else if (kind === "seal") {
        setIcon(sign, SEAL_SIGN[tile.seal], "foot-sign");
        setText(text, words(tile.seal === "failed" ? "records.failed" : "records.cantConfirm"));
      } else if (technical) {
        setIcon(sign, TECHNICAL_SIGN[technical.kind], "foot-sign");
        setText(text, words(`technical.${technical.kind}`, { time: clock(technical.sinceMs) }));
      } else {
        setIcon(sign, "clock", "foot-sign");
        setText(text, monitoringText(tile));
        setAttr(sign, "hidden", tile.monitoring.state === "monitored" ? "" : null);
        showAge(time, tile.newestMs, "ago");
      }
    },
  };
}

/** @param {view.TileView} first @param {() => number} now */
export function tilePart(first, now) {
  const bed = h("span", { class: "tile-bed" });
  const name = h("span", { class: "tile-name", dir: "auto" });
  const ageText = h("span", { class: "tile-years" });
  const badge = news2Badge();
  const rate = valuePart({ size: "tile" });
  const spo2 = valuePart({ size: "tile" });
  const respiration = valuePart({ size: "tile" });
  const pressure = valuePart({ size: "spot", alwaysAge: true });
  const temperature = valuePart({ size: "spot", alwaysAge: true });
  const plot = plotBox("tile-plot");
  const plotName = h("span", { class: "tile-plot-name" });
  const trend = h("span", { class: "tile-trend" }, plotName, plot.el);
  const foot = footPart();
  const left = leftPart(true);
  const count = h("span", {});
  const answers = h("span", { class: "tile-answers" }, icon("letter"), count);
  const mark = icon("high", "tile-mark");
  const voice = h("span", { class: "visually-hidden" });
  const offline = h("span", { class: "tile-offline", "aria-hidden": "true" });
  const values = h("span", { class: "tile-values", "aria-hidden": "true" }, rate.el, spo2.el, respiration.el);
  const spots = h("span", { class: "tile-spots", "aria-hidden": "true" }, pressure.el, temperature.el, trend);
  const link = h(
    "a",
    { class: "tile", href: hashOf({ view: "patient", id: first.patientId }), draggable: "false" },
    h("span", { class: "tile-band" }, mark),
    voice,
    h("span", { class: "tile-head", "aria-hidden": "true" }, bed, h("span", { class: "tile-who" }, name, h("span", { class: "tile-under" }, ageText, answers), left.el), badge.el),
    values,
    spots,
    offline,
    foot.el,
  );
  const el = h("li", { class: "tile-place" }, link);
  /** @type {view.TileView | null} */
  let drawn = null;
  let drawnAs = "";
  return {
    el,
    link,
    /** Draws what has changed: nothing of a tile that is the same, in the same language, and counts no seconds. @param {view.TileView} tile */
    update(tile) {
      const counts = tile.alarm !== null || tile.emergencyUntilMs !== null;
      const as = `${language().tag} ${counts ? Math.floor(now() / 1000) : ""}`;
      if (tile === drawn && as === drawnAs) return;
      drawn = tile;
      drawnAs = as;
      const row = tile.alarm?.row;
      const away = tile.monitoring.state === "hubOffline" || tile.monitoring.state === "neverHeard";
      setAttr(link, "data-patient", tile.patientId);
      setAttr(link, "data-priority", row ? row.priority : null);
      setAttr(link, "data-answered", row ? String(!unanswered(row)) : null);
      setAttr(link, "data-monitoring", tile.monitoring.state);
      setAttr(link, "data-seal", tile.seal);
      setText(voice, spokenTile(tile));
      setAttr(mark, "hidden", row ? null : "");
      if (row) setIcon(mark, PRIORITY_LOOK[row.priority].sign, "tile-mark");
      setText(bed, tile.bed);
      setText(name, nameText(tile.name));
      setAttr(name, "data-state", tile.name.state);
      setText(ageText, told(tile.ageText));
      setShown(answers, tile.unreadAnswers > 0);
      setText(count, String(tile.unreadAnswers));
      badge.update(tile.news2);
      rate.update(tile.rateParameter, tile.rate);
      spo2.update("spo2", tile.spo2);
      respiration.update("respirationRate", tile.respiration);
      pressure.update("bloodPressure", tile.bloodPressure);
      temperature.update("temperature", tile.temperature);
      setShown(values, !away);
      setShown(spots, !away);
      setShown(offline, away);
      setText(offline, away ? monitoringText(tile) : "");
      setShown(trend, tile.sparkline !== null);
      if (tile.sparkline) {
        plot.update(tile.sparkline.svg);
        setAttr(trend, "data-parameter", tile.sparkline.parameter);
        setText(plotName, words(`parameter.${tile.sparkline.parameter}`));
      }
      setShown(ageText, tile.emergencyUntilMs === null);
      left.update(tile.emergencyUntilMs);
      setAttr(link, "data-emergency", tile.emergencyUntilMs === null ? null : "true");
      foot.update(tile, now());
    },
  };
}
