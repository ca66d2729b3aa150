// The window over a ward that changes, in Chromium: tiles are mended and never rebuilt, what is drawn is acknowledged,
// the key A answers the chosen alarm, the order is held under the pointer, and locking leaves nothing readable.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { FLAGS } from "./flags.mjs";
import { serve } from "./serve.mjs";

const server = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
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
  assert.deepEqual(thrown, []);
  console.log("live: all held");
} finally {
  await browser.close();
  server.close();
}
