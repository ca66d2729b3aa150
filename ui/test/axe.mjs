// Every screen of the mock host in Chromium, at both sizes, dark and light: axe finds nothing, the policy is not
// violated, nothing is thrown, nothing runs out of the window.
//
//   node ui/test/axe.mjs [--shots FOLDER] [--only NAME] [--size 1280]
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { FLAGS } from "./flags.mjs";
import { SCENES, SIZES, THEMES } from "./scenes.mjs";
import { serve } from "./serve.mjs";

const option = (/** @type {string} */ name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : process.argv[at + 1];
};
const shots = option("shots");
const only = option("only");
const size = option("size");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
const faults = [];
let screens = 0;
if (shots) await mkdir(shots, { recursive: true });

/** What runs out of the window or is cut off where it must be read. */
function cutOff() {
  const wanted = ".value-number, .alarm-what, .bar-ward, .foot-time, .banner-text, .count-chip, .view-title";
  return [...document.querySelectorAll(wanted)]
    .filter((element) => element.checkVisibility() && (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline"))
    .map((element) => `cut off: .${element.className} "${element.textContent}"`)
    .concat(document.documentElement.scrollWidth > innerWidth ? ["the page is wider than the window"] : []);
}

async function look(context, scene, label) {
  const page = await context.newPage();
  const heard = [];
  page.on("pageerror", (error) => heard.push(`thrown: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && heard.push(`console: ${message.text()}`));
  await page.goto(`${server.url}?${scene.query}&live=0${scene.hash ?? "#/ward"}`);
  await page.waitForSelector(scene.ready, { timeout: 10_000 });
  await scene.act?.(page);
  await page.waitForTimeout(120);
  if (shots) await page.screenshot({ path: `${shots}/${label}.png` });
  // Evaluated through the debugger and not as a script element, which the policy would rightly refuse.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of violations) {
    heard.push(...violation.nodes.map((node) => `axe ${violation.id}: ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
  }
  heard.push(...(await page.evaluate(cutOff)));
  screens += 1;
  for (const fault of heard) faults.push(`${label}: ${fault}`);
  await page.close();
}

for (const viewport of SIZES.filter((each) => !size || String(each.width) === size)) {
  for (const colorScheme of THEMES) {
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    for (const scene of SCENES.filter((each) => !only || each.name.includes(only))) {
      const label = `${scene.name}-${viewport.width}-${colorScheme}`;
      await look(context, scene, label).catch((error) => faults.push(`${label}: ${error.message}`));
    }
    await context.close();
  }
}
await browser.close();
server.close();
for (const fault of faults) console.log(fault);
console.log(`${screens} screens, ${faults.length} faults`);
process.exitCode = faults.length === 0 && screens > 0 ? 0 : 1;
