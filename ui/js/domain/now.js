// The ward as it is now, counted: beds by band of NEWS2, and open alarms by priority. Pure.

/** @import * as view from "../bindings/view.ts" */
import { PRIORITY_LOOK } from "./look.js";

/** Bands of the score, the most urgent first. A score that is not complete stands in the band it has reached at least. @type {readonly view.News2Risk[]} */
export const BANDS = ["high", "medium", "lowMedium", "low", "unknown"];

/** Beds of each band. Every bed stands in exactly one. @param {readonly view.TileView[]} tiles */
export function bands(tiles) {
  return BANDS.map((risk) => ({ risk, beds: tiles.filter((tile) => tile.news2.risk === risk).map(({ bed, news2 }) => ({ bed, score: news2.text, complete: news2.complete })) }));
}

/** Open alarms of each priority, and those of them that nobody has answered. @param {readonly view.StripAlarm[]} alarms */
export function alarmLoad(alarms) {
  const priorities = /** @type {view.Priority[]} */ (Object.keys(PRIORITY_LOOK)).sort((a, b) => PRIORITY_LOOK[b].rank - PRIORITY_LOOK[a].rank);
  return priorities.map((priority) => {
    const of = alarms.filter((alarm) => alarm.priority === priority);
    const waiting = of.filter((alarm) => !alarm.acknowledged);
    return { priority, open: of.length, waiting: waiting.length, beds: [...new Set(waiting.map((alarm) => alarm.bed))] };
  });
}

/** Beds that are not watched at this moment. @param {readonly view.TileView[]} tiles */
export function unwatched(tiles) {
  return tiles.filter((tile) => tile.monitoring.state !== "monitored").map((tile) => ({ bed: tile.bed, state: tile.monitoring.state }));
}
