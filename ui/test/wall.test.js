// The wall: no bed in alarm is ever hidden, every other bed comes round, and of a name no more is kept than is shown.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CARD, PAGE_MS, initials, nextNames, pagesOf, paging, roomFor, rowWithNames, wallIntentOf, withNames } from "../js/domain/wall.js";
import { fullWard } from "../js/host/mockward.js";
import { openWallStore } from "../js/store/wall.js";
import { chipsOfStrip, chipsOfWard, unnamed } from "../js/views/wallrow.js";

const WARD = JSON.parse(readFileSync(new URL("fixtures/ward.json", import.meta.url), "utf8"));
const { open: OPEN, locked: LOCKED } = JSON.parse(readFileSync(new URL("fixtures/session.json", import.meta.url), "utf8"));
const full = fullWard(WARD, 32, 0);
const bedsOf = (tiles) => tiles.map(({ bed }) => bed);
const inAlarm = (tiles) => tiles.filter(({ alarm }) => alarm !== null);

test("a full ward has 32 beds, each of its own, in every state of a value", () => {
  assert.equal(new Set(bedsOf(full.tiles)).size, 32);
  assert.equal(new Set(full.tiles.map(({ patientId }) => patientId)).size, 32);
  const alarms = inAlarm(full.tiles).map(({ alarm }) => alarm.row.alarmId);
  assert.equal(new Set(alarms).size, alarms.length);
  const states = new Set(full.tiles.flatMap((tile) => [tile.rate, tile.spo2, tile.respiration, tile.bloodPressure, tile.temperature].map(({ state }) => state)));
  assert.deepEqual([...states].sort(), ["ageing", "failed", "fresh", "invalid", "lost", "notMeasured", "notShared", "questionable", "sensorOff", "unreadable", "unverified"]);
  assert.deepEqual([...new Set(full.tiles.map(({ monitoring }) => monitoring.state))].sort(), ["catchingUp", "delayed", "hubOffline", "monitored", "neverHeard"]);
  assert.equal(fullWard(WARD, 3, 0).tiles.length, 3);
});

test("on any wall every bed stands on some page, and no page holds more than fits", () => {
  for (const beds of [0, 1, 3, 11, 12, 32, 60]) {
    const { tiles } = fullWard(WARD, beds, 0);
    for (let places = 1; places <= 40; places += 1) {
      const { pages } = pagesOf(tiles, places);
      const shown = new Set(pages.flatMap(bedsOf));
      assert.equal(shown.size, beds, `${beds} beds, ${places} places`);
      assert.ok(pages.every((page) => page.length > 0 && page.length <= places && new Set(bedsOf(page)).size === page.length), `${beds} beds, ${places} places`);
      assert.equal(pages.length > 1, beds > places);
    }
  }
});

test("beds in alarm stand first on every page, worst first, and leave half of the places to the others", () => {
  for (let places = 1; places < 32; places += 1) {
    const { pinned, pages } = pagesOf(full.tiles, places);
    const worst = bedsOf(inAlarm(pages.flat())).slice(0, pinned);
    assert.equal(pinned, Math.min(Math.floor(places / 2), inAlarm(full.tiles).length));
    for (const page of pages) {
      assert.deepEqual(bedsOf(page).slice(0, pinned), worst);
      const kinds = page.map(({ alarm }) => alarm !== null);
      assert.deepEqual(kinds, [...kinds].sort((a, b) => Number(b) - Number(a)), "an alarm stands behind a calm bed");
    }
  }
  const { pages } = pagesOf(full.tiles, 9);
  assert.deepEqual(bedsOf(pages[0]).slice(0, 3), ["1", "2", "17"]);
  assert.equal(inAlarm(pagesOf(inAlarm(full.tiles), 4).pages.flat()).length > 4, true);
});

test("the row above names every bed in alarm, whatever the page", () => {
  const chips = chipsOfWard(full.tiles);
  assert.deepEqual(chips.map(({ bed }) => bed).sort(), bedsOf(inAlarm(full.tiles)).sort());
  assert.deepEqual(chips.slice(0, 2).map(({ priority, answered }) => [priority, answered]), [["high", false], ["high", true]]);
});

test("while locked the row has bed and priority only, and counts what it does not name", () => {
  const { strip } = LOCKED.frame;
  assert.deepEqual(Object.keys(chipsOfStrip(strip)[0]).sort(), ["answered", "bed", "key", "priority"]);
  assert.equal(unnamed(strip), 0);
  assert.equal(unnamed({ ...strip, low: strip.low + 4 }), 4);
  assert.equal(unnamed({ high: 0, medium: 0, low: 0, alarms: [] }), 0);
});

test("calm beds keep the order of their numbers, so that each is found again", () => {
  const calm = pagesOf(full.tiles, 9).pages.flat().filter(({ alarm }) => alarm === null).map(({ bed }) => Number(bed));
  assert.deepEqual(calm, [...calm].sort((a, b) => a - b));
});

test("how many beds fit follows the screen", () => {
  for (const [width, height, columns, rows] of [[1896, 860, 3, 3], [1256, 600, 2, 2], [640, 400, 1, 1], [0, 0, 1, 1], [3816, 1900, 6, 7]]) {
    assert.deepEqual(roomFor(width, height), { columns, rows }, `${width}×${height}`);
  }
  assert.equal(roomFor(1256, 2 * CARD.height + CARD.gap, "full").rows, 1, "whole names take a line more");
});

test("pages turn by themselves, in a ring, and not while they are held", () => {
  const turner = paging(0);
  assert.equal(turner.page(3, PAGE_MS - 1), 0);
  assert.equal(turner.page(3, PAGE_MS), 1);
  assert.equal(turner.page(3, 2 * PAGE_MS), 2);
  assert.equal(turner.page(3, 3 * PAGE_MS), 0);
  turner.hold(3 * PAGE_MS);
  assert.ok(turner.held());
  assert.equal(turner.page(3, 9 * PAGE_MS), 0);
  turner.turn(-1, 3, 9 * PAGE_MS);
  assert.equal(turner.page(3, 99 * PAGE_MS), 2, "a hand still turns it");
  turner.hold(99 * PAGE_MS);
  assert.equal(turner.page(3, 100 * PAGE_MS - 1), 2, "let go, it stands its whole time");
  assert.equal(turner.page(3, 100 * PAGE_MS), 0);
});

test("with fewer beds the page stays within what there is", () => {
  const turner = paging(0);
  turner.turn(-1, 5, 1);
  assert.equal(turner.page(5, 2), 4);
  assert.equal(turner.page(2, 3), 1);
  assert.equal(turner.page(1, 99 * PAGE_MS), 0);
  assert.equal(turner.page(0, 99 * PAGE_MS), 0);
});

test("of a name no more is kept than is shown, in the tile and in its alarm", () => {
  const tile = full.tiles.find(({ bed }) => bed === "2");
  const colleague = tile.alarm.row.work.by;
  assert.ok(colleague.length > 0 && tile.name.text === "Henrik Dahl");
  for (const [mode, name, years] of [["none", "", ""], ["initials", "H. D.", ""], ["full", "Henrik Dahl", "64 y · M"]]) {
    const shown = withNames(tile, mode);
    assert.equal(shown.name.text, name);
    assert.equal(shown.alarm.row.name.text, shown.name.text === "" ? "" : rowWithNames(tile.alarm.row, mode).name.text);
    assert.equal(shown.ageText, years);
    const text = JSON.stringify(shown);
    assert.equal(text.includes("Dahl"), mode === "full", mode);
    assert.ok(!text.includes(colleague), "a colleague is named");
  }
  const secret = full.tiles.find(({ name }) => name.state === "notShared");
  assert.equal(withNames(secret, "full").name.state, "notShared", "that a name is not shared is a state, not a gap");
  assert.equal(withNames(secret, "none").name.state, "fresh");
});

test("initials are the first letters, in any script", () => {
  for (const [name, short] of [["Amara Okafor", "A. O."], ["Haddad, Fatima", "H. F."], ["Éva", "É."], ["فاطمة حداد", "ف. ح."], ["Anna Maria de la Cruz", "A. M. d."], ["", ""], ["  12 ", ""]]) assert.equal(initials(name), short);
  assert.deepEqual(["none", "initials", "full"].map(nextNames), ["initials", "full", "none"]);
});

test("every key does what the wall says, and Space on a button is the button's", () => {
  const press = (key, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...more });
  const here = { onControl: false, dir: "ltr" };
  for (const [key, intent] of [["Escape", "close"], ["q", "close"], ["Q", "close"], [" ", "hold"], ["ArrowRight", "next"], ["ArrowLeft", "previous"], ["PageDown", "next"], ["PageUp", "previous"],
    ["ArrowDown", "next"], ["ArrowUp", "previous"], ["n", "names"], ["F11", "fullScreen"], ["f", "fullScreen"], ["a", null], ["Enter", null], ["Tab", null], ["1", null]]) assert.equal(wallIntentOf(press(key), here), intent, key);
  assert.equal(wallIntentOf(press("ArrowRight"), { ...here, dir: "rtl" }), "previous");
  assert.equal(wallIntentOf(press("ArrowLeft"), { ...here, dir: "rtl" }), "next");
  assert.equal(wallIntentOf(press(" "), { ...here, onControl: true }), null);
  for (const more of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { repeat: true }]) assert.equal(wallIntentOf(press("q", more), here), null);
});

/** A desk that answers what it is given and notes what it is asked. */
function deskOf(session) {
  const asked = [];
  let onEvent = () => {};
  const answer = (name, value) => async () => {
    asked.push(name);
    return structuredClone(value());
  };
  const desk = {
    sessionState: answer("session_state", () => session.now), ward: answer("ward", () => full),
    subscribe: async (listener) => { onEvent = listener; },
  };
  return { desk, asked, tell: (part) => onEvent({ seq: 1, tags: [], frame: null, values: [], alarms: [], ...part }) };
}

test("the wall's store keeps no name it does not show, and nothing at all once it is locked", async () => {
  globalThis.window ??= globalThis;
  const session = { now: OPEN };
  const { desk, asked, tell } = deskOf(session);
  const store = openWallStore(desk);
  const kept = () => JSON.stringify([store.session.get(), store.ward.get()]);
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  await store.ask.session();
  await store.listen();
  await settled();
  assert.equal(store.ward.get().tiles.length, 32);
  assert.doesNotMatch(kept(), /Okafor|Calder|Lindqvist/);

  const tile = full.tiles.find(({ bed }) => bed === "1");
  tell({ alarms: [{ ...tile.alarm.row, text: "SpO₂ 70 < 85" }], values: [{ patientId: tile.patientId, parameter: "spo2", value: { ...tile.spo2, text: "70" } }] });
  const now = store.ward.get().tiles.find(({ bed }) => bed === "1");
  assert.deepEqual([now.spo2.text, now.alarm.row.text, now.alarm.others], ["70", "SpO₂ 70 < 85", tile.alarm.others]);
  assert.doesNotMatch(kept(), /Okafor/);

  store.showNames("full");
  await settled();
  assert.match(kept(), /Okafor/);
  store.showNames("none");
  assert.doesNotMatch(kept(), /Okafor/, "hidden at once, before the desk has answered");
  store.showNames("full");
  await settled();

  session.now = LOCKED;
  await store.ask.session();
  assert.equal(store.ward.get(), null);
  assert.equal(store.names(), "none");
  assert.doesNotMatch(kept(), /Okafor/);
  const before = asked.length;
  tell({ tags: [{ view: "ward" }], values: [{ patientId: tile.patientId, parameter: "spo2", value: tile.spo2 }] });
  store.showNames("full");
  await settled();
  assert.deepEqual(asked.slice(before).filter((name) => name !== "session_state"), [], "what is locked is not asked for");
  assert.equal(store.names(), "none");

  // The desk is unlocked, and nobody says so: the next news is enough.
  session.now = OPEN;
  tell({});
  await new Promise((resolve) => setTimeout(resolve, 1100));
  assert.equal(store.session.get().phase, "open");
  assert.equal(store.ward.get().tiles.length, 32);
  assert.doesNotMatch(kept(), /Okafor/);
});

test("a wall that was not told of the lock learns it from the desk's refusal", async () => {
  globalThis.window ??= globalThis;
  const session = { now: OPEN };
  const { desk, tell } = deskOf(session);
  const ward = async () => {
    if (session.now === LOCKED) throw { code: "locked", message: "", hint: "" };
    return structuredClone(full);
  };
  const store = openWallStore({ ...desk, ward });
  await store.ask.session();
  await store.listen();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(store.ward.get().tiles.length, 32);
  session.now = LOCKED;
  tell({ tags: [{ view: "ward" }] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(store.ward.get(), null);
});

test("an answer from before it was locked does not come after", async () => {
  globalThis.window ??= globalThis;
  const session = { now: OPEN };
  const { desk } = deskOf(session);
  let answer = (_ward) => {};
  const waiting = new Promise((resolve) => { answer = resolve; });
  const store = openWallStore({ ...desk, ward: () => waiting });
  await store.ask.session();
  session.now = LOCKED;
  await store.ask.session();
  answer(full);
  await waiting;
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(store.ward.get(), null);
});
