// One bed on the wall: what a tile tells, in numbers that are read from across a room.

/** @import * as view from "../bindings/view.ts" */
import { h, setAttr, setShown, setText } from "../shared/dom.js";
import { icon, setIcon } from "../shared/icon.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { leftPart } from "./emergency.js";
import { PRIORITY_LOOK } from "./look.js";
import { news2Badge } from "./news2.js";
import { nameText } from "./person.js";
import { unanswered } from "./rows.js";
import { footPart, monitoringText, spokenTile } from "./tile.js";
import { valuePart } from "./value.js";

/** @param {() => number} now */
export function wallCard(now) {
  const bed = h("span", { class: "wall-bed" });
  const name = h("span", { class: "wall-name", dir: "auto" });
  const left = leftPart(true);
  const pressure = valuePart({ size: "spot", alwaysAge: true });
  const badge = news2Badge();
  const rate = valuePart({ size: "wall" });
  const spo2 = valuePart({ size: "wall" });
  const respiration = valuePart({ size: "wall" });
  const values = h("span", { class: "wall-values", "aria-hidden": "true" }, rate.el, spo2.el, respiration.el);
  const offline = h("span", { class: "wall-offline", "aria-hidden": "true" });
  const foot = footPart({ named: false });
  const mark = icon("high", "wall-mark");
  const voice = h("span", { class: "visually-hidden" });
  const el = h("li", { class: "wall-card" },
    h("span", { class: "wall-band" }, mark),
    voice,
    h("span", { class: "wall-head", "aria-hidden": "true" }, bed, name, pressure.el, badge.el),
    values, offline, h("span", { class: "wall-base", "aria-hidden": "true" }, left.el, foot.el));
  return {
    el,
    /** @param {view.TileView} tile */
    update(tile) {
      const row = tile.alarm?.row;
      const away = tile.monitoring.state === "hubOffline" || tile.monitoring.state === "neverHeard";
      setAttr(el, "data-patient", tile.patientId);
      setAttr(el, "data-priority", row ? row.priority : null);
      setAttr(el, "data-answered", row ? String(!unanswered(row)) : null);
      setAttr(el, "data-monitoring", tile.monitoring.state);
      setAttr(el, "data-seal", tile.seal);
      setAttr(el, "data-emergency", tile.emergencyUntilMs === null ? null : "true");
      setText(voice, spokenTile(tile));
      setAttr(mark, "hidden", row ? null : "");
      if (row) setIcon(mark, PRIORITY_LOOK[row.priority].sign, "wall-mark");
      setText(bed, words("tile.bed", { bed: tile.bed }));
      setText(name, [nameText(tile.name), told(tile.ageText)].filter((text) => text !== "").join(" · "));
      setAttr(name, "data-state", tile.name.state);
      left.update(tile.emergencyUntilMs);
      badge.update(tile.news2);
      pressure.update("bloodPressure", tile.bloodPressure);
      rate.update(tile.rateParameter, tile.rate);
      spo2.update("spo2", tile.spo2);
      respiration.update("respirationRate", tile.respiration);
      setShown(values, !away);
      setShown(pressure.el, !away);
      setShown(offline, away);
      setText(offline, away ? monitoringText(tile) : "");
      foot.update(tile, now());
    },
  };
}
