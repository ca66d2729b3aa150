// Two screens and a window manager: the wall fills the screen where the desk is not, the desk comes back where it was left,
// and on a screen that is there when that one is gone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sitDown } from "./harness/person.mjs";
import { until } from "./harness/processes.mjs";
import { openStation } from "./harness/station.mjs";

const LEFT = { x: 0, y: 0, width: 1280, height: 1024 };
const RIGHT = { x: 1280, y: 0, width: 1920, height: 1080 };
/** How WebDriver names the key. */
const F11 = "\uE03B";
/** How far a frame and a title may move a window from where it was left. */
const FRAME = 60;

let station;

before(async () => {
  station = await openStation({ screens: [LEFT, RIGHT] });
}, { timeout: 60_000 });

after(() => station?.close(), { timeout: 30_000 });

/** Every window of the program as the window manager has it, the title's bar left out. */
async function windows() {
  const lines = (await station.output("wmctrl", ["-lG"])).trim().split("\n").filter(Boolean);
  return lines.map((line) => {
    const [id, , x, y, width, height, , ...title] = line.split(/\s+/);
    return { id, x: Number(x), y: Number(y), width: Number(width), height: Number(height), title: title.join(" ") };
  });
}

const isMain = (window) => /^Wardlight/.test(window.title) && !/wall/i.test(window.title);

async function mainWindow() {
  return until("the desk's window is there", async () => (await windows()).find(isMain), { seconds: 30 });
}

const isOn = (window, screen) => window.x >= screen.x && window.y >= screen.y && window.x < screen.x + screen.width && window.y < screen.y + screen.height;

/** Moves the desk's window as somebody drags it. */
async function moveTo(x, y) {
  const { id } = await mainWindow();
  await station.output("wmctrl", ["-i", "-r", id, "-e", `0,${x},${y},-1,-1`]);
  await until("the window has moved", async () => Math.abs((await mainWindow()).x - x) < FRAME);
}

/** Closes the desk by its frame, as people do; what the window manager asks for is what the program hears. */
async function closeByFrame() {
  const { id } = await mainWindow();
  await station.output("wmctrl", ["-i", "-c", id]);
  await until("the window is gone", async () => !(await windows()).some(isMain), { seconds: 30 });
  await station.forgetWindow();
}

test("the wall opens over the whole of the other screen", { timeout: 240_000 }, async () => {
  const person = await sitDown("screens", ["--demo"], station);
  await person.screen("ward", { seconds: 120 });
  await moveTo(40, 80);
  await person.page.press("w");
  const wall = await until("the wall covers the other screen", async () => {
    const shown = (await windows()).find((each) => /wall/i.test(each.title));
    return shown && shown.x === RIGHT.x && shown.y === RIGHT.y && shown.width === RIGHT.width && shown.height === RIGHT.height && shown;
  }, { seconds: 30 });
  assert.ok(isOn(await mainWindow(), LEFT), "the desk stays where it was");
  const desk = await person.page.window();
  await until("two windows can be driven", async () => (await person.page.windows()).length === 2);
  await person.page.turnTo((await person.page.windows()).find((each) => each !== desk));
  await until("beds stand on the wall", () => person.sees(".wall-card"), { seconds: 60 });
  await person.picture("two-screens");
  // F11 gives the frame back.
  await person.page.press(F11);
  await until("the wall has a frame", async () => (await windows()).some((each) => each.id === wall.id && each.height < RIGHT.height), { seconds: 15 });
  await person.page.turnTo(desk);
});

test("the desk comes back where it was left", { timeout: 120_000 }, async () => {
  await moveTo(RIGHT.x + 200, 120);
  const left = await mainWindow();
  await closeByFrame();
  assert.deepEqual((await windows()).map(({ title }) => title), [], "no wall stays without its desk");
  await station.openWindow();
  const back = await mainWindow();
  await until("it stands on the screen where it was left", async () => isOn(await mainWindow(), RIGHT), { seconds: 15 }).catch(() => {});
  assert.ok(isOn(await mainWindow(), RIGHT), `${JSON.stringify(back)} was left at ${JSON.stringify(left)}`);
});

test("it comes back on a screen that is there when its own is gone", { timeout: 120_000 }, async () => {
  await moveTo(RIGHT.x + 200, 120);
  await closeByFrame();
  await station.unplug(1);
  await station.openWindow();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.ok(isOn(await mainWindow(), LEFT), JSON.stringify(await mainWindow()));
  await station.screenshot(new URL("../../artifacts/screens-gone.png", import.meta.url).pathname);
});
