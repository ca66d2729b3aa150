// The window over a ward that changes, in Chromium: tiles are mended and never rebuilt, what is drawn is acknowledged,
// the key A answers the chosen alarm, the order is held under the pointer, locking leaves nothing readable, and the wall
// turns its pages.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS } from "./flags.mjs";
import { serve } from "./serve.mjs";

const server = await serve();
const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const thrown = [];
page.on("pageerror", (error) => thrown.push(error.message));
try {
  await page.goto(`${server.url}?scene=open`);
  await page.waitForSelector(".tile");
  await page.evaluate(() => {
    window.kept = [...document.querySelectorAll(".tile")];
  });
  const numbers = () => page.$$eval(".value-tile .value-number", (all) => all.map((each) => each.textContent).join(" "));
  const before = await numbers();
  await page.waitForFunction((old) => [...document.querySelectorAll(".value-tile .value-number")].map((each) => each.textContent).join(" ") !== old, before, { timeout: 15_000 });
  assert.equal(await page.evaluate(() => window.kept.every((tile) => tile.isConnected)), true, "tiles are mended, not rebuilt");
  await page.waitForFunction(() => Number(document.documentElement.dataset.painted) >= 2, null, { timeout: 10_000 });

  await page.keyboard.press("2");
  await page.waitForSelector('.alarm-row[data-alarm-id="a-01"]');
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("a");
  await page.waitForSelector('.alarm-row[data-alarm-id="a-01"][data-answered="true"]');
  await page.waitForFunction(() => document.getElementById("live-polite")?.textContent?.includes("Acknowledged"));

  await page.keyboard.press("e");
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "act-escalate");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("live-polite")?.textContent?.includes("Called a colleague"));
  await page.keyboard.press("Escape");

  await page.keyboard.press("3");
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id === "find");
  await page.keyboard.type("okaf");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".chart");
  const drawn = () => page.$eval("canvas", (canvas) => new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer).filter(Boolean).length);
  await page.waitForTimeout(1500);
  assert.ok((await drawn()) > 200, "the waveform is drawn");

  await page.click("text=Lock");
  await page.waitForSelector("input[type=password]");
  assert.doesNotMatch(await page.evaluate(() => document.body.textContent ?? ""), /Okafor|SpO₂ 84|MRN/, "nothing readable is left");
  assert.ok((await page.$$(".bed-chip")).length > 0, "alarms are shown while locked");

  // An administrator sets a hospital up; what is signed shows in the lists, and nobody else is offered it.
  await page.goto(`${server.url}?scene=open&live=0#/settings`);
  await page.waitForSelector(".settings-card:not([hidden])");
  const offered = () => page.$$eval(".settings-grid .button", (all) => all.filter((each) => each.checkVisibility()).map((each) => each.textContent));
  const SIGNED = /^(Enrol|Register|New care team|Change|Custodians|Assign|Revoke|Retire|Members|Erase|Disclose|End…|Answer file|Undo)/;
  const toSign = async () => (await offered()).filter((text) => SIGNED.test(text ?? ""));
  assert.deepEqual(await toSign(), [], "a nurse is offered nothing to sign");
  await page.goto(`${server.url}?scene=admin&offline&live=0#/settings`);
  await page.waitForSelector(".admin-bar");
  assert.deepEqual(await toSign(), [], "nothing can be signed while the gateway is not reached");
  await page.goto(`${server.url}?scene=admin&live=0#/settings`);
  await page.waitForSelector(".six-words");
  assert.ok((await toSign()).length > 5, "an administrator is");
  const rows = (name) => page.$$eval(".settings-grid tbody tr", (all, part) => all.filter((each) => each.textContent?.includes(part)).length, name);

  await page.click("text=New care team");
  await page.keyboard.type("Intensive care");
  await page.keyboard.press("Enter");
  await page.click("text=Sign and create");
  await page.waitForSelector(".signed");
  assert.equal(await rows("Intensive care"), 1, "the team is in the list");
  await page.keyboard.press("Escape");

  await page.click("text=Enrol a person or hub");
  await page.fill("textarea", "wardlight enrolment request 1");
  await page.click("text=Read request");
  await page.waitForSelector(".six-words-field");
  assert.equal(await page.evaluate(() => document.activeElement?.className.includes("six-words-field")), true, "the field for the words has the focus");
  const panel = () => page.$eval(".panel", (each) => each.textContent ?? "");
  assert.doesNotMatch(await panel(), /harbor|violet|candle|engine|meadow|silver/, "no word is shown before it is typed");
  await page.keyboard.type("harbor violet candle engine meadow sliver");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".panel .error");
  assert.doesNotMatch(await panel(), /Sign and enrol/, "wrong words lead nowhere");
  await page.fill(".six-words-field", "harbor violet candle engine meadow silver");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".panel .fingerprint");
  await page.click(".panel >> text=Intensive care");
  await page.click("text=Sign and enrol");
  await page.waitForSelector(".handout textarea");
  assert.match(await page.$eval(".handout textarea", (each) => each.value), /^wardlight enrolment answer 1\n/);
  assert.match(await panel(), /Saved as/);
  assert.equal(await rows("Nadia Petrov"), 1, "the person is in the list");
  await page.keyboard.press("Escape");

  await page.click("text=Register a device");
  await page.keyboard.type("080019FFFE0B4020");
  await page.keyboard.press("Enter");
  await page.click(".panel >> text=Sign and register");
  await page.waitForSelector(".signed");
  assert.equal(await rows("080019FFFE0B4020"), 1, "the device is in the list");
  await page.keyboard.press("Escape");

  // Another language is put in force at once, keeps the focus where it was, stays, and turns the page but not the chart.
  const speaks = async () => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir, document.activeElement?.getAttribute("data-language")]);
  await page.click("[data-language=ar]");
  await page.waitForFunction(() => document.activeElement?.getAttribute("data-language") === "ar");
  assert.deepEqual(await speaks(), ["ar", "rtl", "ar"]);
  await page.click(".tab:has-text('200')");
  await page.waitForSelector(":root[data-narrow]");
  await page.goto(`${server.url}?scene=locked&live=0`);
  await page.waitForSelector("[data-language=ar][aria-pressed=true]");
  await page.waitForSelector(":root[data-narrow]");
  await page.click("[data-language=de]");
  await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Gesperrt");
  assert.deepEqual(await speaks(), ["de", "ltr", "de"]);

  // Dense tiles stay as they were chosen, and the wall is asked for by its key.
  await page.evaluate(() => localStorage.clear());
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.goto(`${server.url}?scene=open&beds=32&live=0`);
  await page.waitForSelector(".tile");
  await page.keyboard.press("c");
  await page.waitForSelector(".tiles[data-dense]");
  await page.keyboard.press("w");
  await page.waitForFunction(() => document.documentElement.dataset.wall === "open");
  await page.reload();
  await page.waitForSelector(".tiles[data-dense] .tile");

  // The wall turns its pages by itself, not while it is held, and says by itself when nobody speaks any more.
  const where = () => page.$eval(".wall-page", (each) => each.textContent ?? "");
  await page.goto(`${server.url}wall.html?scene=open&beds=32&live=0`);
  await page.waitForSelector(".wall-card");
  assert.equal(await where(), "Page 1 of 6");
  const time = await page.textContent(".wall-clock");
  await page.waitForFunction(() => document.querySelector(".wall-page")?.textContent === "Page 2 of 6", null, { timeout: 20_000 });
  assert.notEqual(await page.textContent(".wall-clock"), time, "the clock ticks");
  await page.keyboard.press(" ");
  await page.waitForSelector("#app[data-blind] .banner", { timeout: 25_000 });
  assert.match((await page.textContent(".wall-row")) ?? "", /No alarms can arrive/);
  await page.waitForTimeout(10_000);
  assert.match(await where(), /^Page 2 of 6/, "a held page stands");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.querySelector(".wall-page")?.textContent?.startsWith("Page 1 of 6"));
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.documentElement.dataset.wall === "close");
  assert.deepEqual(thrown, []);
  console.log("live: all held");
} finally {
  await browser.close();
  server.close();
}
