// The row of alarms above the wall: every bed in alarm, on every page. While locked it is all there is.

/** @import * as view from "../bindings/view.ts" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { icon, setIcon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { PRIORITY_LOOK } from "../domain/look.js";
import { byUrgency } from "../domain/order.js";
import { byBed, unanswered } from "../domain/rows.js";

/** @typedef {{key: string, bed: string, priority: view.Priority, answered: boolean}} Chip */

/** Every bed in alarm of the ward, worst first. @param {readonly view.TileView[]} tiles @returns {Chip[]} */
export function chipsOfWard(tiles) {
  return [...tiles].sort(byUrgency).flatMap(({ patientId, bed, alarm }) => (alarm ? [{ key: patientId, bed, priority: alarm.row.priority, answered: !unanswered(alarm.row) }] : []));
}

/** The worst ones by bed and priority, as the frame has them, also while locked. @param {view.StripView} strip @returns {Chip[]} */
export function chipsOfStrip({ alarms }) {
  return byBed(alarms).map(({ key, alarm }) => ({ key, bed: alarm.bed, priority: alarm.priority, answered: alarm.acknowledged }));
}

/** Alarms that are open and that no chip stands for. @param {view.StripView} strip */
export function unnamed({ high, medium, low, alarms }) {
  return Math.max(0, high + medium + low - alarms.length);
}

/** @param {Chip} first */
function chipPart(first) {
  const sign = icon(PRIORITY_LOOK[first.priority].sign);
  const text = h("span");
  const spoken = h("span", { class: "visually-hidden" });
  const el = h("li", { class: "wall-chip" }, sign, text, spoken);
  return {
    el,
    /** @param {Chip} chip */
    update({ bed, priority, answered }) {
      setAttr(el, "data-priority", priority);
      setAttr(el, "data-answered", String(answered));
      setIcon(sign, answered ? "check" : PRIORITY_LOOK[priority].sign);
      setText(text, bed === "" ? words("bar.noBed") : words("tile.bed", { bed }));
      setText(spoken, `, ${words(`priority.${priority}.long`)}${answered ? `, ${words("wall.answered")}` : ""}`);
    },
  };
}

export function wallRow() {
  const chips = h("ul", { class: "wall-chips" });
  const list = keyedList(chips, (/** @type {Chip} */ chip) => chip.key, chipPart);
  const more = h("span", { class: "wall-more" });
  const calm = h("span", { class: "wall-calm" });
  const el = h("section", { class: "wall-row", "aria-label": words("bar.alarms") }, chips, more, calm);
  return {
    el,
    /** @param {Chip[]} shown @param {number} others @param {boolean} blind no alarm could arrive: silence is not calm */
    update(shown, others, blind) {
      list.update(shown);
      setShown(chips, shown.length > 0);
      setShown(more, others > 0);
      setText(more, others > 0 ? words("wall.more", { count: others }) : "");
      const quiet = shown.length === 0 && others === 0;
      setShown(calm, quiet || blind);
      setText(calm, blind ? words("bar.blind") : quiet ? words("bar.noAlarms") : "");
    },
  };
}
