// A full ward for tests in a browser: the beds of the fixture, and more of them in every mix of states. The shell never
// loads this file.

/** @import * as view from "../bindings/view.ts" */

/** What is told of a bed: the bed of the fixture it is like, and what differs. @typedef {{like: string, calm?: boolean, change?: (tile: view.TileView, now: number) => Partial<view.TileView>}} Kind */

/** @param {view.TileView} tile @param {view.ValueState} state @param {boolean} [shown] whether the state shows a number */
const rateAs = (tile, state, shown = false) => ({ rate: { ...tile.rate, state, text: shown ? tile.rate.text : "", alarm: null } });

/** @type {readonly Kind[]} */
const KINDS = [
  { like: "p-05" },
  { like: "p-05", change: (tile) => rateAs(tile, "lost") },
  { like: "p-05", change: (tile, now) => ({ monitoring: { state: "catchingUp" }, newestMs: now - 190_000 }) },
  { like: "p-07", calm: true, change: () => ({ monitoring: { state: "neverHeard" }, newestMs: null, technical: [] }) },
  { like: "p-02" },
  { like: "p-05", change: (tile, now) => ({ emergencyUntilMs: now + 1_500_000, technical: [] }) },
  { like: "p-05", change: (tile) => rateAs(tile, "notShared") },
  { like: "p-06" },
  { like: "p-05", change: () => ({ seal: "sealing", technical: [] }) },
  { like: "p-04" },
  { like: "p-12" },
  { like: "p-05", change: (tile) => ({ ...rateAs(tile, "unreadable"), name: { text: "", state: "unreadable" } }) },
  { like: "p-03" },
  { like: "p-05", change: (tile) => rateAs(tile, "questionable", true) },
  { like: "p-09" },
  { like: "p-05", change: (tile) => rateAs(tile, "failed") },
  { like: "p-05", change: () => ({ technical: [] }) },
  { like: "p-05", change: (tile) => rateAs(tile, "sensorOff") },
  { like: "p-05", change: (tile) => rateAs(tile, "invalid") },
  { like: "p-05", change: () => ({ technical: [], name: { text: "Maximilian-Alexander von Hohenstein-Württemberg", state: "fresh" } }) },
];

/**
 * A ward of so many beds: those of the fixture first. Ids go on where those of the fixture end.
 * @param {view.WardView} ward
 * @param {number} beds
 * @param {number} now
 * @returns {view.WardView}
 */
export function fullWard(ward, beds, now) {
  const like = new Map(ward.tiles.map((tile) => [tile.patientId, tile]));
  const more = Array.from({ length: Math.max(0, beds - ward.tiles.length) }, (_, i) => {
    const { like: id, calm, change } = /** @type {Kind} */ (KINDS[i % KINDS.length]);
    const tile = structuredClone(/** @type {view.TileView} */ (like.get(id)));
    const [bed, patientId] = [String(ward.tiles.length + 1 + i), `p-${ward.tiles.length + 1 + i}`];
    const alarm = calm || !tile.alarm ? null : { others: 0, row: { ...tile.alarm.row, alarmId: `more-${i}`, patientId, bed } };
    return { ...tile, bed, patientId, alarm, urgency: alarm ? tile.urgency : 0, ...change?.(tile, now) };
  });
  return { ...ward, tiles: [...ward.tiles.slice(0, beds), ...more] };
}
