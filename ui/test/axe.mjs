// Every screen of the mock host in Chromium, at both sizes, dark and light, and the main ones in German and Arabic, at
// 200 % and with forced colours: axe finds nothing, the policy is not violated, nothing is thrown, nothing runs out of
// the window, nothing scrolls sideways but what must, and no word stays English where another language was chosen.
//
//   node ui/test/axe.mjs [--all] [--shots FOLDER] [--only NAME] [--size 1280] [--run NAME]
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS } from "./flags.mjs";
import { CATALOGUES } from "../js/shared/words.js";
import { runs } from "./scenes.mjs";
import { serve } from "./serve.mjs";

const option = (/** @type {string} */ name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? null : process.argv[at + 1];
};
const shots = option("shots");
const only = option("only");
const size = option("size");
const chosenRun = option("run");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = await serve();
const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
const faults = [];
let screens = 0;
if (shots) await mkdir(shots, { recursive: true });

/** What runs out of the window or is cut off where it must be read. */
function cutOff() {
  const wanted = ".limit-field, .value-number, .alarm-what, .bar-ward, .foot-time, .banner-text, .count-chip, .view-title, .wall-chip, .wall-bed";
  return [...document.querySelectorAll(wanted)]
    .filter((element) => element.checkVisibility() && (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline"))
    .map((element) => `cut off: .${element.className} "${element.textContent || element.getAttribute("aria-label")}"`)
    .concat(document.documentElement.scrollWidth > innerWidth ? ["the page is wider than the window"] : []);
}

/** What scrolls sideways though it is neither a table nor a chart. */
function sideways() {
  const own = ".table-box, .table-scroll, .charts, .panel-body:has(table)";
  return [...document.querySelectorAll("#app *")]
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(element).overflowX) && !element.matches(own))
    .map((element) => `scrolls sideways: ${element.tagName} .${element.className}`);
}

/** What is still said in English. @param {string[]} english */
function untranslated(english) {
  const known = new Set(english);
  const shown = [...document.querySelectorAll("#app *")].filter((element) => element.checkVisibility());
  const said = shown.flatMap((element) => [
    ...[...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent ?? ""),
    ...["aria-label", "title", "placeholder"].map((name) => element.getAttribute(name) ?? ""),
  ]);
  return [...new Set(said.filter((text) => known.has(text)))].map((text) => `still English: "${text}"`);
}

/** Notes what the Tab key has reached: whether it shows that it has the focus, and whether it can be seen at all (WCAG 2.4.7, 2.4.11). */
function reached() {
  const known = (globalThis.reachedByKey ??= new Set());
  const element = document.activeElement;
  // The round leads over the window itself and, from there, to the beginning.
  if (!element || element === document.body) return "";
  if (known.has(element)) return null;
  known.add(element);
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(element.matches(".chip input") ? element.nextElementSibling : element);
  const middle = (from, to, end) => (Math.max(0, from) + Math.min(end, to)) / 2;
  const there = document.elementFromPoint(middle(left, right, innerWidth), middle(top, bottom, innerHeight));
  const name = `${element.tagName} .${element.className} "${(element.getAttribute("aria-label") ?? element.textContent ?? "").slice(0, 40)}"`;
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) return `the focus does not show on ${name}`;
  // A panel that somebody opened and Escape closes may cover what has the focus, says 2.4.11; nothing else may.
  if (there?.closest(".panel")) return "";
  return there && (element.contains(there) || there.contains(element) || element.closest("label")?.contains(there)) ? "" : `has the focus and is covered: ${name}`;
}

/** What can be used and was not reached; of radio buttons of one name one is reached. */
function unreached() {
  const usable = [...document.querySelectorAll("a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea, summary")];
  const left = usable.filter((element) => element.checkVisibility() && !globalThis.reachedByKey.has(element) && element.type !== "radio" && element.tabIndex >= 0);
  return left.map((element) => `the keyboard does not reach ${element.tagName} .${element.className} "${element.textContent?.slice(0, 40)}"`);
}

/** The longest way round a screen by the Tab key. */
const MAX_STOPS = 400;

/** Walks a whole screen by the Tab key. @param {any} page */
async function byKeyboard(page) {
  const found = [];
  await page.evaluate(() => document.activeElement?.blur());
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const fault = await page.evaluate(reached);
    if (fault === null) break;
    if (fault) found.push(fault);
  }
  return [...found, ...(await page.evaluate(unreached))];
}

/** English texts that the language says otherwise and that no name of a person, ward or thing in the fixtures equals. @param {string} tag */
function englishOnly(tag) {
  const own = new Set(Object.values(CATALOGUES[tag]).filter((entry) => typeof entry === "string"));
  const all = Object.entries(CATALOGUES.en).filter(([key]) => key !== "language.name").map(([, entry]) => entry);
  return all.filter((entry) => typeof entry === "string" && entry !== "" && !entry.includes("{") && !own.has(entry));
}

async function look(context, run, scene, label) {
  const page = await context.newPage();
  const heard = [];
  page.on("pageerror", (error) => heard.push(`thrown: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && heard.push(`console: ${message.text()}`));
  await page.addInitScript((density) => localStorage.setItem("wardlight.density", density), scene.density ?? "comfortable");
  await page.goto(`${server.url}${scene.page ?? ""}?${scene.query}&live=0${scene.hash ?? "#/ward"}`);
  await page.waitForSelector(scene.ready, { timeout: 10_000 });
  await scene.act?.(page);
  await page.waitForTimeout(120);
  if (shots) await page.screenshot({ path: `${shots}/${label}.png` });
  // What the alarm bar covers depends on how far somebody scrolled; looked at is the page from its beginning.
  await page.evaluate(() => scrollTo(0, 0));
  // Evaluated through the debugger and not as a script element, which the policy would rightly refuse.
  await page.evaluate(axe);
  // With forced colours axe still reads those of the style sheet, which nobody sees.
  const rules = { "target-size": { enabled: true }, "color-contrast": { enabled: run.options.forcedColors !== "active" } };
  const { violations } = await page.evaluate((chosen) => globalThis.axe.run(document, { resultTypes: ["violations"], rules: chosen }), rules);
  for (const violation of violations) {
    heard.push(...violation.nodes.map((node) => `axe ${violation.id}: ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
  }
  const narrow = await page.evaluate(() => document.documentElement.dataset.narrow === "true");
  heard.push(...(await page.evaluate(cutOff)), ...(narrow ? await page.evaluate(sideways) : []));
  const tag = await page.evaluate(() => document.documentElement.lang);
  if (tag !== (run.options.locale ?? "en").slice(0, 2)) heard.push(`the page says it speaks ${tag}`);
  if (tag !== "en") heard.push(...(await page.evaluate(untranslated, englishOnly(tag))));
  if (run.keys) heard.push(...(await byKeyboard(page)));
  screens += 1;
  for (const fault of heard) faults.push(`${label}: ${fault}`);
  await page.close();
}

/** All scenes of one run, in a context of its own. @param {any} run */
async function go(run) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...run.options });
  const runBegan = Date.now();
  if (run.size) await context.addInitScript((percent) => localStorage.setItem("wardlight.size", String(percent)), run.size);
  for (const scene of run.scenes.filter((each) => !only || each.name.includes(only))) {
    const label = `${scene.name}-${run.name}`;
    await look(context, run, scene, label).catch((error) => faults.push(`${label}: ${error.message}`));
  }
  await context.close();
  console.log(`${run.name}: ${Math.round((Date.now() - runBegan) / 1000)} s`);
}

const began = Date.now();
const chosen = runs(process.argv.includes("--all") || chosenRun !== null).filter(({ name }) => (!chosenRun || name === chosenRun) && (!size || name.startsWith(size)));
// Two at a time: a page keeps one core busy, and the waits of one are the other's time.
await Promise.all([0, 1].map(async () => {
  for (let run = chosen.shift(); run; run = chosen.shift()) await go(run);
}));
await browser.close();
server.close();
for (const fault of faults) console.log(fault);
console.log(`${screens} screens, ${faults.length} faults, ${Math.round((Date.now() - began) / 1000)} s`);
process.exitCode = faults.length === 0 && screens > 0 ? 0 : 1;
