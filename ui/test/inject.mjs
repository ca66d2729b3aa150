// Texts that try to be scripts, in every answer and event of the host, in every field and in the page's address, on every
// screen in Chromium: none runs, none is refused by the policy (escaping comes first), nothing is asked of anybody but the
// test's own server, nothing is made of them, and each stands where it belongs, letter for letter.
//
//   node ui/test/inject.mjs [--only NAME] [--unseen]
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS } from "./flags.mjs";
import { door } from "./inject/door.js";
import { IDENTITIES, TEXTS } from "./inject/fields.mjs";
import { look } from "./inject/look.js";
import { ALL, IN_CHARTS, PAYLOADS } from "./inject/payloads.mjs";
import { madeTags } from "./inject/source.mjs";
import { send, typeAll } from "./inject/type.js";
import { control, watched } from "./inject/watched.mjs";
import { ATTRIBUTES, ELEMENTS } from "../js/shared/svg.js";
import { SCENES } from "./scenes.mjs";
import { serve } from "./serve.mjs";

const at = process.argv.indexOf("--only");
const only = at < 0 ? null : process.argv[at + 1];
/** Another text for each place on the next screen. No divisor of the number of texts, so that all come round. */
const STEP = 17;
/** Screens that one page shows, one after another: to load all modules for each would take most of the time. */
const SCREENS_A_PAGE = 40;
const ALLOWED = {
  tags: madeTags(), chartTags: [...ELEMENTS],
  chartAttributes: [...ATTRIBUTES, "aria-hidden", "focusable", "data-sign", "hidden"],
};
const VIEWS = ["ward", "inbox", "patient", "trends", "patients", "settings", "emergency", "handover", "reports", "access"];
const texts = ALL.map(({ text }) => text);

const server = await serve(0, { keep: true });
const browser = await chromium.launch({
  executablePath: CHROMIUM, headless: true,
  // Whatever asks for something would not get it, so that no run of this test ever leaves the machine.
  args: [...FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
context.setDefaultTimeout(10_000);
await context.addInitScript(door, { payloads: texts, inCharts: [...IN_CHARTS], texts: TEXTS, identities: IDENTITIES });

/** Each fault, and how often. @type {Map<string, number>} */
const faults = new Map();
/** Places, and the texts that stood there, by their numbers. @type {Map<string, Set<number>>} */
const shown = new Map();
/** Every kind of place that was given a text. @type {Set<string>} */
const places = new Set();
const typed = /** @type {string[]} */ ([]);
const sent = /** @type {string[]} */ ([]);
const count = { screens: 0, looks: 0, addresses: 0, events: 0 };

/** @param {string} where @param {string} what */
function note(where, what) {
  const fault = `${where}: ${what}`;
  faults.set(fault, (faults.get(fault) ?? 0) + 1);
}

/** @param {import("playwright-core").Page} page @param {string} name */
async function see(page, name) {
  const found = await page.evaluate(look, ALLOWED);
  for (const what of found.faults) note(name, what);
  for (const [path, payload] of found.seen) shown.set(path, (shown.get(path) ?? new Set()).add(payload));
  for (const place of found.places) places.add(place);
  count.looks += 1;
}

/** A page that shows one screen after another. */
class Desk {
  #name = "";
  #left = 0;
  /** @type {import("playwright-core").Page | undefined} */
  page;

  /** @param {string} name @param {{query: string, hash: string, shift: number, density?: string, wall?: boolean}} next */
  async begin(name, next) {
    this.#name = name;
    if (!this.page || this.#left === 0) await this.#open();
    this.#left -= 1;
    await this.page?.evaluate((to) => globalThis.hostile.begin(to), next);
    return /** @type {import("playwright-core").Page} */ (this.page);
  }

  async #open() {
    await this.close();
    this.page = await watched(context, server.url, (what) => note(this.#name, what));
    await this.page.goto(`${server.url}?scene=open&starting&live=0`);
    await this.page.waitForSelector("#main");
    this.#left = SCREENS_A_PAGE;
  }

  async close() {
    await this.page?.close();
    this.page = undefined;
  }
}

/** One screen with texts from the host, then with texts in its fields. @param {Desk} desk @param {import("./scenes.mjs").Scene} scene @param {number} number */
async function screen(desk, scene, number) {
  const { name } = scene;
  try {
    const page = await desk.begin(name, { query: `${scene.query}&live=0`, hash: scene.hash ?? "#/ward", shift: number * STEP, density: scene.density, wall: scene.page !== undefined });
    await page.waitForSelector(scene.ready);
    // What a scene does on the wall looks for names that are not there now; there names are shown in both ways instead.
    if (!scene.page) await scene.act?.(page);
    await page.waitForTimeout(30);
    await see(page, name);
    for (const how of scene.page ? ["initials", "names"] : []) {
      await page.keyboard.press("n");
      await page.waitForTimeout(30);
      await see(page, `${name}, ${how}`);
    }
    const fresh = await page.evaluate(typeAll, { done: typed });
    typed.push(...fresh);
    const form = await page.evaluate(send, { done: sent });
    if (form) sent.push(form);
    if (form || fresh.length > 0) await see(page, `${name}, filled and sent`);
  } catch (error) {
    note(name, `${error instanceof Error ? error.message : error}`.slice(0, 300));
    await desk.close();
  }
  count.screens += 1;
}

/** Every text as the address, and in the place of a patient there. @param {Desk} desk */
async function addresses(desk) {
  const page = await desk.begin("address", { query: "scene=open&live=0", hash: "#/ward", shift: 0 });
  await page.waitForSelector(".tile");
  const lost = await page.evaluate(async ([all, views]) => {
    const found = [];
    for (const text of all) {
      for (const before of ["#", "#/patient/", "#/trends/p-01/"]) {
        location.hash = `${before}${text}`;
        await new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => resolve(null))));
        const shows = document.getElementById("app")?.dataset["screen"] ?? "";
        if (!views.includes(shows)) found.push(`${JSON.stringify(text.slice(0, 60))} leads to the screen ${shows}`);
      }
    }
    return found;
  }, [texts, VIEWS]);
  for (const what of lost) note("address", what);
  count.addresses += 3 * texts.length;
  await see(page, "address");
  await queries(desk);
}

/** Every text in what follows the question mark; only there a page is loaded for it. @param {Desk} desk */
async function queries(desk) {
  // Half a pair of code units cannot stand there.
  const many = texts.filter((text) => text.length < 500 && text.isWellFormed());
  for (let from = 0; from < many.length; from += 70) {
    const part = many.slice(from, from + 70);
    const query = part.map((text, i) => `${encodeURIComponent(text)}=1&q${i}=${encodeURIComponent(text)}&${text.replace(/[#\s\u0000-\u001f]/g, "")}`).join("&");
    await desk.page?.goto(`${server.url}?live=0&${query}#/ward`);
    await desk.page?.waitForSelector(".tile");
    if (desk.page) await see(desk.page, "query");
    count.addresses += part.length;
  }
  await desk.close();
}

/** Every text in every kind of text of an event, on the ward with the alarms beside it. @param {Desk} desk */
async function events(desk) {
  const page = await desk.begin("event", { query: "scene=open&live=0", hash: "#/ward", shift: 0 });
  await page.waitForSelector(".tile");
  await page.keyboard.press("i");
  for (const shift of texts.keys()) {
    await page.evaluate(async (by) => {
      await globalThis.hostile.push(by);
      await new Promise((resolve) => requestAnimationFrame(() => resolve(null)));
    }, shift);
    await see(page, "event");
    count.events += 1;
  }
}

const began = Date.now();
const tame = await control(browser, texts);
if (tame.ran < 20 || tame.made < 80 || tame.asked < 10) note("comparison", "written as markup the texts do too little");
const work = SCENES.filter(({ name }) => !only || name.includes(only)).map((scene, number) => (/** @type {Desk} */ desk) => screen(desk, scene, number));
if (!only) work.unshift(addresses, events);
await Promise.all([0, 1].map(async () => {
  const desk = new Desk();
  for (let next = work.shift(); next; next = work.shift()) await next(desk);
  await desk.close();
}));
await browser.close();
server.close();

const stood = new Set([...shown.values()].flatMap((each) => [...each]));
for (const [place, text] of only ? [] : texts.entries()) if (!stood.has(place)) note("coverage", `never shown: ${JSON.stringify(text.slice(0, 60))}`);
for (const [what, times] of [...faults].slice(0, 60)) console.log(times > 1 ? `${what} (${times} times)` : what);
if (process.argv.includes("--unseen")) for (const place of places) if (!shown.has(place)) console.log(`not on any screen: ${place}`);
const pairs = [...shown.values()].reduce((sum, each) => sum + each.size, 0);
console.log(`written as markup without a policy, for comparison: ${tame.made} of ${texts.length} make elements, ${tame.ran} run, ${tame.asked} ask for something`);
console.log(`${texts.length} texts in ${Object.keys(PAYLOADS).length} ways and ${IN_CHARTS.length} in charts: ${stood.size} shown in ${shown.size} of ${places.size} kinds of place, ${pairs} pairs, letter for letter`);
console.log(`${count.screens} screens, ${typed.length} fields with every text, ${sent.length} forms sent, ${count.addresses} addresses, ${count.events} events, ${count.looks} looks`);
console.log(`${faults.size} faults, ${Math.round((Date.now() - began) / 1000)} s`);
process.exitCode = faults.size === 0 && count.screens > 0 ? 0 : 1;
