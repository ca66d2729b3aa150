// How small live deltas change the views that are on the screen. Pure: every function returns a new view or the old.

/** @import * as view from "../bindings/view.ts" */
import { PRIORITY_LOOK } from "../domain/look.js";

/** Which field of a tile shows a parameter. @type {Partial<Record<view.Parameter, "rate" | "spo2" | "respiration" | "bloodPressure" | "temperature">>} */
const TILE_FIELD = {
  heartRate: "rate",
  pulseRate: "rate",
  spo2: "spo2",
  respirationRate: "respiration",
  bloodPressure: "bloodPressure",
  temperature: "temperature",
};

/**
 * A tile with a new value. A pulse rate never enters a tile that shows a heart rate: the label is always true.
 * @param {view.TileView} tile
 * @param {view.LiveValue} live
 * @returns {view.TileView}
 */
export function patchTile(tile, live) {
  if (tile.patientId !== live.patientId) return tile;
  const field = TILE_FIELD[live.parameter];
  if (!field || (field === "rate" && tile.rateParameter !== live.parameter)) return tile;
  const newest = live.value.takenMs ?? tile.newestMs;
  return { ...tile, [field]: live.value, newestMs: Math.max(tile.newestMs ?? 0, newest ?? 0) || null };
}

/** @param {view.WardView} ward @param {readonly view.LiveValue[]} values @returns {view.WardView} */
export function patchWard(ward, values) {
  if (values.length === 0) return ward;
  /** @type {Map<string, view.LiveValue[]>} */
  const byPatient = new Map();
  for (const live of values) {
    const list = byPatient.get(live.patientId);
    if (list) list.push(live);
    else byPatient.set(live.patientId, [live]);
  }
  return { ...ward, tiles: ward.tiles.map((tile) => (byPatient.get(tile.patientId) ?? []).reduce(patchTile, tile)) };
}

/** @param {view.PatientView} page @param {readonly view.LiveValue[]} values @returns {view.PatientView} */
export function patchPatient(page, values) {
  const mine = new Map(values.filter((live) => live.patientId === page.patientId).map((live) => [live.parameter, live.value]));
  if (mine.size === 0) return page;
  return {
    ...page,
    numerics: page.numerics.map((each) => {
      const value = mine.get(each.parameter);
      return value ? { ...each, value } : each;
    }),
  };
}

/** Rows with changed ones in their places and new ones added. @param {readonly view.AlarmRow[]} rows @param {readonly view.AlarmRow[]} changed */
export function upsertRows(rows, changed) {
  const byId = new Map(changed.map((row) => [row.alarmId, row]));
  const kept = rows.map((row) => byId.get(row.alarmId) ?? row);
  const known = new Set(rows.map((row) => row.alarmId));
  return [...kept, ...changed.filter((row) => !known.has(row.alarmId))];
}

/**
 * A tile's alarm after rows changed: the most urgent one at once, in the desk's own order (priority, then unanswered,
 * then the longest). Its place among the tiles follows at the next answer, as does the end of an alarm.
 * @param {view.TileView} tile
 * @param {readonly view.AlarmRow[]} changed
 * @param {ReadonlySet<string>} [counted] ids of open alarms that the tile's count holds already
 * @returns {view.TileView}
 */
export function patchTileAlarm(tile, changed, counted = new Set()) {
  const mine = changed.filter((row) => row.patientId === tile.patientId);
  if (mine.length === 0) return tile;
  const shown = tile.alarm?.row ?? null;
  const current = mine.find((row) => row.alarmId === shown?.alarmId) ?? shown;
  const others = mine.filter((row) => row.alarmId !== shown?.alarmId && isOpen(row));
  const worst = [...(current ? [current] : []), ...others].sort(byUrgency)[0];
  if (!worst) return tile;
  const fresh = others.filter((row) => !counted.has(row.alarmId)).length;
  const more = tile.alarm ? tile.alarm.others + fresh : Math.max(0, others.length - 1);
  return { ...tile, alarm: { row: worst, others: more } };
}

/** Calls for somebody: still so, or latched. @param {view.AlarmRow} row */
function isOpen(row) {
  return row.condition === "active" || row.signal === "latched";
}

/** An alarm that has ended no longer stands before one that goes on. @param {view.AlarmRow} a @param {view.AlarmRow} b */
function byUrgency(a, b) {
  return (
    Number(isOpen(b)) - Number(isOpen(a)) ||
    PRIORITY_LOOK[b.priority].rank - PRIORITY_LOOK[a.priority].rank ||
    Number(b.work.state === "new") - Number(a.work.state === "new") ||
    a.sinceMs - b.sinceMs
  );
}
