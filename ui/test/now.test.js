import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmLoad, BANDS, bands, unwatched } from "../js/domain/now.js";
import { CATALOGUES } from "../js/shared/words.js";

const tile = (bed, risk, monitoring = "monitored") => ({ bed, news2: { risk, text: "5", complete: true }, monitoring: { state: monitoring } });

test("every bed stands in exactly one band, and an unknown score is none of the calm ones", () => {
  const tiles = [tile("1", "high"), tile("2", "low"), tile("3", "unknown"), tile("4", "high"), tile("5", "lowMedium")];
  const counted = bands(tiles);
  assert.deepEqual(counted.map((band) => band.risk), BANDS);
  assert.deepEqual(counted.map((band) => band.beds.length), [2, 0, 1, 1, 1]);
  assert.ok(BANDS.every((risk) => `news2.risk.${risk}` in CATALOGUES.en));
});

test("open alarms are counted by priority, and beds that wait are named once", () => {
  const alarm = (bed, priority, acknowledged) => ({ alarmId: `${bed}${priority}${acknowledged}`, bed, priority, acknowledged });
  const load = alarmLoad([alarm("1", "high", false), alarm("1", "high", false), alarm("2", "high", true), alarm("3", "low", false)]);
  assert.deepEqual(load, [
    { priority: "high", open: 3, waiting: 2, beds: ["1"] }, { priority: "medium", open: 0, waiting: 0, beds: [] }, { priority: "low", open: 1, waiting: 1, beds: ["3"] },
  ]);
});

test("a bed whose hub is late or silent is named, whatever its last values", () => {
  assert.deepEqual(unwatched([tile("1", "low"), tile("2", "low", "hubOffline"), tile("3", "low", "delayed")]).map((each) => each.bed), ["2", "3"]);
});
