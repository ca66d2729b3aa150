// What the sources themselves must keep: one door to the host, no markup from text, every word in the catalogue.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { allowed, colour } from "../js/shared/svg.js";
import { setupFault } from "../js/views/gate.js";
import en from "../locales/en.js";

const ROOT = new URL("..", import.meta.url);
const sources = readdirSync(new URL("js/", ROOT), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
  .map((entry) => ({ path: `${entry.parentPath}/${entry.name}`.replace(/.*\/js\//, ""), text: readFileSync(`${entry.parentPath}/${entry.name}`, "utf8") }));
const pages = ["index.html", "wall.html"].map((name) => readFileSync(new URL(name, ROOT), "utf8"));
const holding = (pattern) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

test("there are sources to look at", () => assert.ok(sources.length > 25));

test("text never becomes markup; charts are read by our own reader", () => {
  assert.deepEqual(holding(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML|srcdoc|DOMParser/), []);
  assert.deepEqual(holding(/createElementNS/), ["shared/icon.js", "shared/svg.js"]);
  assert.deepEqual(holding(/\beval\(|new Function|setAttribute\("(style|on)/), []);
});

test("only one file names the shell", () => {
  assert.deepEqual(holding(/__TAURI__\.|\.__TAURI__/), ["host/tauri.js"]);
});

test("nothing inline stands in the pages", () => {
  for (const html of pages) assert.doesNotMatch(html, /\sstyle=|\son\w+=|<style|<script(?![^>]*src=)|javascript:|https?:/);
});

test("what is shared knows nothing above it", () => {
  for (const { path, text } of sources.filter((each) => each.path.startsWith("shared/"))) {
    assert.doesNotMatch(text, /from "\.\.\/(domain|views|store|host)/, path);
  }
  for (const { path, text } of sources.filter((each) => each.path.startsWith("domain/"))) {
    assert.doesNotMatch(text, /from "\.\.\/(views|store|host)/, path);
  }
});

test("every word that is used is in the catalogue, and every word of the catalogue is used", () => {
  const all = sources.map(({ text }) => text).join("\n");
  const used = [...all.matchAll(/"([a-z0-9]+(?:\.[\w/?]+)+)"/gi)].map((match) => match[1]);
  const prefixes = [...all.matchAll(/`([a-z0-9]+(?:\.\w+)*\.)\$\{/gi)].map((match) => match[1]);
  const places = new Set(Object.keys(en).map((key) => key.split(".")[0]));
  const missing = used.filter((key) => places.has(key.split(".")[0]) && !/\.(js|ts|json)$/.test(key) && !Object.hasOwn(en, key));
  assert.deepEqual([...new Set(missing)], []);
  // Sentences of the desk are found by what they say (shared/told.js); a test of languages holds them against the desk.
  const unused = Object.keys(en).filter((key) => !key.startsWith("desk.") && !used.includes(key) && !prefixes.some((prefix) => key.startsWith(prefix)));
  assert.deepEqual(unused, []);
});

/** Literals that hold words and are none for people: names of keys, of classes and of what a chart may hold. */
const NO_WORDS = [
  /^(Enter|Esc|Escape)$/, /^(view|button|panel|icon|table|tab|field)( [a-z-]+)+$/, /^\(prefers-color-scheme/, /^image\/svg/, /^(viewBox|stroke-dasharray) /,
];

test("no text for people stands in the code", () => {
  const found = sources.filter(({ path }) => !path.startsWith("host/mock")).flatMap(({ path, text }) => {
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
    const literals = [...code.matchAll(/(class: |icon\([^,)]*, |querySelector(?:All)?\(|closest\()?(?:"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g)].filter((match) => !match[1]);
    const bare = literals.map((match) => (match[2] ?? match[3] ?? "").replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, ""));
    const wordy = bare.filter((literal) => /\p{L}{2,}[^.\p{L}\d/_-]+\p{L}{2,}/u.test(literal) || /^\p{Lu}\p{Ll}+[.!?…]?$/u.test(literal));
    return wordy.filter((literal) => !/[\\$]/.test(literal) && !NO_WORDS.some((pattern) => pattern.test(literal))).map((literal) => `${path}: ${literal}`);
  });
  assert.deepEqual(found, [], "to be moved to ui/locales/");
});

test("style sheets name no left or right, but where time runs or a direction is meant", () => {
  const sheets = readdirSync(new URL("css/", ROOT)).filter((name) => name !== "direction.css");
  const meant = /^(\.tick-[xy]|\.chart-stretch) /;
  const found = sheets.flatMap((name) => readFileSync(new URL(`css/${name}`, ROOT), "utf8").replace(/\/\*[\s\S]*?\*\//g, "").split("\n").map((line) => line.trim())
    .filter((line) => /(^|[\s;{-])(left|right)\b\s*[:;]/.test(line) && !meant.test(line)).map((line) => `${name}: ${line}`));
  assert.deepEqual(found, [], "use margin-inline-start, inset-inline-end, text-align: start and their like");
  const sides = sheets.flatMap((name) => [...readFileSync(new URL(`css/${name}`, ROOT), "utf8").matchAll(/(?:padding|margin|inset): ([^\s;]+) ([^\s;]+) ([^\s;]+) ([^\s;]+);/g)].filter(([, , right, , left]) => right !== left).map(([text]) => `${name}: ${text}`));
  assert.deepEqual(sides, [], "a shorthand of four values with unlike sides turns nothing round");
});

test("an attribute of a chart is copied only if it is known and harmless", () => {
  for (const [name, value, expected] of [
    ["d", "M0 1L2 3.5Z", true], ["stroke", "currentColor", true], ["fill", "#3DDC84", true], ["transform", "translate(1,2)", true],
    ["onload", "x", false], ["style", "fill:red", false], ["href", "#a", false], ["xlink:href", "#a", false], ["id", "a", false],
    ["fill", "url(#a)", false], ["fill", "URL (x)", false], ["d", "M0\"", false], ["class", "a;b", false], ["stroke", "javascript:x", false],
  ]) {
    assert.equal(allowed(name, value), expected, `${name}=${value}`);
  }
});

test("the palette of either ground becomes names, other colours stay", () => {
  assert.deepEqual(colour("stroke", "#3ddc84"), { value: "currentColor" });
  assert.deepEqual(colour("fill", "#D32F2F"), { className: "fill-high" });
  assert.deepEqual(colour("stroke", "#8A6D00"), { className: "stroke-medium" });
  assert.deepEqual(colour("stroke", "#123456"), { value: "#123456" });
  assert.deepEqual(colour("d", "#D32F2F"), { value: "#D32F2F" });
});

test("a set-up form is refused with the reason", () => {
  const good = "correct horse staple";
  assert.equal(setupFault("Ines", good, good), "");
  assert.equal(setupFault(" ", good, good), en["first.noName"]);
  assert.equal(setupFault("Ines", "short", "short"), en["first.short"]);
  assert.equal(setupFault("Ines", good, `${good}!`), en["first.differs"]);
});
