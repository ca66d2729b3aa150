// The patient's page of a running hub in Chromium: axe finds nothing on any screen, nothing runs out of the window, and
// nothing is loaded from elsewhere. The demo ward prints the address of its page and its passphrase.
//
//   node ui/test/page.mjs http://127.0.0.1:PORT/ "passphrase" [--shots FOLDER]
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS } from "./flags.mjs";

const [address, passphrase] = process.argv.slice(2);
const at = process.argv.indexOf("--shots");
const shots = at < 0 ? null : process.argv[at + 1];
if (!address || !passphrase) throw new Error("name the page's address and the passphrase");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
const faults = /** @type {string[]} */ ([]);
let screens = 0;
if (shots) await mkdir(shots, { recursive: true });

/** @param {import("playwright-core").Page} page @param {string} label */
async function look(page, label) {
  if (shots) await page.screenshot({ path: `${shots}/${label}.png`, fullPage: true });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of violations) {
    faults.push(...violation.nodes.map((node) => `${label}: axe ${violation.id}: ${node.target.join(" ")}`));
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) faults.push(`${label}: the page is wider than the window`);
  screens += 1;
}

for (const [name, viewport, colorScheme] of /** @type {const} */ ([
  ["tablet", { width: 800, height: 1280 }, "light"],
  ["desk", { width: 1280, height: 800 }, "dark"],
  ["phone", { width: 360, height: 740 }, "light"],
])) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("request", (request) => request.url().startsWith(address) || faults.push(`${name}: asks for ${request.url()}`));
  // A wrong passphrase is answered with 403, which Chromium notes as an error.
  const noted = (/** @type {string} */ text) => text.includes("status of 403") || faults.push(`${name}: ${text}`);
  page.on("console", (message) => message.type() === "error" && noted(message.text()));
  const see = (/** @type {string} */ label) => look(page, `${name}-${label}`);
  await page.goto(address);
  await see("sign-in");
  await page.fill("#passphrase", passphrase);
  await page.click("main button");
  await see("home");
  for (const path of ["seen", "allow/treatment", "allow/research", "erase", "guardian"]) {
    await page.goto(new URL(path, address).href);
    await see(path.replace("/", "-"));
  }
  await page.goto(address);
  await page.click("a[href^='/less/']");
  await see("less");
  await page.uncheck("input[name=what] >> nth=0");
  await page.click("main button");
  await see("check");
  await page.fill("#passphrase", `${passphrase} `);
  await page.click("main button");
  await see("not-done");
  if (!(await page.textContent("main"))?.includes("does not open")) faults.push(`${name}: a wrong passphrase signed`);
  await context.close();
}
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${screens} screens, ${faults.length} faults`);
process.exitCode = faults.length === 0 && screens > 0 ? 0 : 1;
