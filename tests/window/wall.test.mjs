// The wall in its real window: opened from the ward by a key, it shows the beds and no name, may ask for nothing but what
// it shows, falls back to bed and priority while the desk is locked, says by itself when data stop, and closes by a key.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { sitDown } from "./harness/person.mjs";
import { until } from "./harness/processes.mjs";

const DEMO_PASSPHRASE = "demo ward, nothing real";
const BEDS = 12;
/** How WebDriver names the key. */
const ESCAPE = "\uE00C";
const SPACE = " ";
const RIGHT = "\uE014";

let person;
let page;
let desk;
/** @type {string} */
let wall;
/** @type {string[]} */
let names = [];

before(async () => {
  person = await sitDown("wall", ["--demo"]);
  page = person.page;
}, { timeout: 60_000 });

after(() => person?.leave(), { timeout: 60_000 });

const markup = () => page.execute("return document.documentElement.outerHTML");
const phase = () => page.execute("return document.getElementById('app').dataset.screen ?? ''");
/** Beds of every page, turned by hand. */
async function bedsOfEveryPage() {
  const beds = new Set();
  for (let turn = 0; turn < BEDS; turn += 1) {
    for (const bed of await person.texts(".wall-bed")) beds.add(bed);
    await page.press(RIGHT);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return beds;
}

/** Opens the wall with `open` and drives it from then on. */
async function turnToWall(open) {
  await open();
  const handles = await until("there is a second window", async () => {
    const all = await page.windows();
    return all.length === 2 && all;
  }, { seconds: 30 });
  wall = handles.find((each) => each !== desk);
  await page.turnTo(wall);
  await until("the wall has loaded", () => page.execute("return document.readyState === 'complete' && location.pathname.endsWith('/wall.html')"));
}

async function turnToDesk() {
  await page.turnTo(desk);
}

test("the tiles of the ward become dense by a key, and stay so", { timeout: 180_000 }, async () => {
  await person.screen("ward", { seconds: 120 });
  desk = await page.window();
  await until("every bed has its tile", async () => (await person.texts(".tile")).length === BEDS, { seconds: 60 });
  await page.press("c");
  await until("the tiles are dense", () => person.sees(".tiles[data-dense] .tile"));
  assert.equal(await page.execute("return localStorage.getItem('wardlight.density')"), "dense");
  await person.picture("dense");
  // A bed stands there with its first record; who lies in it comes in a letter of its own.
  await until("every patient has a name", async () => {
    names = (await person.call("ward")).value.tiles.map((tile) => tile.name.text).filter(Boolean);
    return names.length === BEDS;
  }, { seconds: 60 });
});

test("a key opens the wall: every bed is there, large, and no name", { timeout: 120_000 }, async () => {
  await turnToWall(() => page.press("w"));
  await until("beds stand on the wall", async () => (await person.texts(".wall-card")).length > 0, { seconds: 30 });
  await until("numbers stand on the wall", async () => (await person.texts(".value-wall .value-number")).some((text) => /^\d+$/.test(text)), { seconds: 30 });
  assert.equal(await page.execute("return getComputedStyle(document.querySelector('.value-wall[data-state=fresh] .value-number')).fontSize"), "88px");
  assert.match(await person.reading(), /Not the primary alarm/);
  assert.match(await person.reading(), /DEMO/);
  await page.press(SPACE);
  assert.equal((await bedsOfEveryPage()).size, BEDS);
  await page.press(SPACE);
  const shown = await markup();
  assert.ok(names.every((name) => !shown.includes(name)), "a name stands in the wall's page");
  await person.picture("beds");
});

test("the clock of the wall goes on, and so do the values", { timeout: 60_000 }, async () => {
  const [time, numbers] = [await page.text(".wall-clock"), `${await person.texts(".value-wall .value-number")}`];
  await until("the clock ticks", async () => (await page.text(".wall-clock")) !== time, { seconds: 5 });
  await until("a value changes", async () => `${await person.texts(".value-wall .value-number")}` !== numbers, { seconds: 30 });
});

test("names come when they are asked for, first as initials, and go again", { timeout: 60_000 }, async () => {
  await page.press("n");
  await until("initials", async () => (await person.texts(".wall-name")).some((text) => /^\p{L}\. \p{L}\.$/u.test(text)));
  await page.press("n");
  await until("names", async () => (await person.texts(".wall-name")).some((text) => names.some((name) => text.includes(name))));
  await person.picture("names");
  await page.press("n");
  await until("no name is left on the wall", async () => {
    const shown = await markup();
    return names.every((name) => !shown.includes(name));
  }, { seconds: 5 });
});

test("the wall may ask for what it shows and for nothing else", { timeout: 60_000 }, async () => {
  const { tiles } = (await person.call("ward")).value;
  const [id, alarmId] = [tiles[0].patientId, tiles.find((tile) => tile.alarm)?.alarm.row.alarmId ?? "0".repeat(32)];
  const refused = [
    ["patient", { id }], ["trend", { id, hours: 2 }], ["inbox", { tab: "active" }], ["notes", { id }], ["acknowledge", { alarmId }], ["settings", {}],
    ["pause_sound", {}], ["alarms_seen", { alarmIds: [alarmId] }], ["active", {}], ["lock", {}], ["unlock", { passphrase: DEMO_PASSPHRASE }], ["open_wall", {}], ["painted", { stamps: [] }],
    ["export_archive", {}], ["plugin:window|close", { label: "main" }], ["plugin:window|set_fullscreen", { label: "main", value: true }], ["plugin:webview|create_webview_window", { options: { label: "third", url: "index.html" } }], ["no_such_command", {}],
  ];
  for (const [command, args] of refused) {
    const outcome = await person.call(command, args);
    assert.match(String(outcome.rejected ?? ""), /not allowed|not found/i, `${command}: ${JSON.stringify(outcome)}`);
  }
  const policy = await page.executeAsync(`
    let evaluated = "blocked";
    try { evaluated = String(new Function("return 1")()); } catch {}
    let fetched = "blocked";
    try { await fetch("https://example.org/"); fetched = "sent"; } catch {}
    location.href = "https://example.org/";
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { evaluated, fetched, opened: open("https://example.org/") === null, here: location.protocol };
  `);
  assert.deepEqual(policy.value, { evaluated: "blocked", fetched: "blocked", opened: true, here: "tauri:" });
});

test("while the desk is locked the wall has beds and priorities only", { timeout: 120_000 }, async () => {
  await page.press("n");
  await page.press("n");
  await until("names", async () => (await person.texts(".wall-name")).some((text) => names.some((name) => text.includes(name))));
  await turnToDesk();
  await page.clickButton("Lock");
  await person.screen("locked");
  await page.turnTo(wall);
  await until("the wall is locked", async () => (await phase()) === "locked", { seconds: 5 });
  const shown = await markup();
  assert.ok(names.every((name) => !shown.includes(name)), "a name is left on the locked wall");
  assert.deepEqual(await person.texts(".wall-card, .value-number"), []);
  assert.equal((await person.call("ward")).rejected, "locked");
  await person.picture("locked");
  await turnToDesk();
  await page.type("input[type=password]", DEMO_PASSPHRASE);
  await page.clickButton("Unlock");
  await person.screen("ward", { seconds: 60 });
  await until("the tiles are as they were chosen", () => person.sees(".tiles[data-dense] .tile"), { seconds: 30 });
  await page.turnTo(wall);
  await until("the beds are back", async () => (await person.texts(".wall-card")).length > 0, { seconds: 20 });
  const back = await markup();
  assert.ok(names.every((name) => !back.includes(name)), "names are hidden again");
});

test("when data stop the wall says so by itself", { timeout: 120_000 }, async () => {
  const ward = await demoWard(person.station.home);
  process.kill(ward, "SIGSTOP");
  try {
    await until("the wall is blind", () => person.sees("#app[data-blind] .banner[data-level=technical]"), { seconds: 60 });
    assert.match(await person.reading(), /No alarms can arrive/);
    await person.picture("blind");
  } finally {
    process.kill(ward, "SIGCONT");
  }
  await until("the wall sees again", async () => !(await person.sees("#app[data-blind]")), { seconds: 60 });
});

test("Escape closes the wall, and the desk opens another by its button", { timeout: 60_000 }, async () => {
  await page.turnTo(wall);
  // The window may be gone before the key is let go.
  await page.press(ESCAPE).catch((error) => assert.match(error.message, /no such window/));
  await until("one window is left", async () => (await page.windows()).length === 1, { seconds: 15 });
  await turnToDesk();
  await person.screen("ward");
  await turnToWall(() => page.clickButton("Wall"));
  await until("beds stand on the wall again", async () => (await person.texts(".wall-card")).length > 0, { seconds: 30 });
  await turnToDesk();
  await page.press("w");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal((await page.windows()).length, 2, "there is one wall, however often it is asked for");
  const first = await rates();
  await until("the desk goes on", async () => `${await rates()}` !== `${first}`, { seconds: 30 });
});

const rates = () => person.texts(".tile .tile-values .value-number");

/** The process of the demo ward that serves this station. @param {string} home */
async function demoWard(home) {
  for (const id of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    if (line.includes("wardlight-demo\0") && line.includes(home)) return Number(id);
  }
  throw new Error("the demo ward does not run");
}
