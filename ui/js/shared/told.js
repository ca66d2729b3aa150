// What the desk says in English sentences, said in the language of the window. The sentences are entries "desk.…" of
// the catalogue: the English one is the pattern by which a sentence is recognised.
import en from "../../locales/en.js";
import { leftToRight, isolated, language } from "./language.js";
import { decimals } from "./format.js";
import { words } from "./words.js";

/** @type {Record<string, string>} */
const english = Object.fromEntries(Object.entries(en).filter(/** @returns {entry is [string, string]} */ (entry) => typeof entry[1] === "string"));
const SENTENCES = Object.entries(english).filter(([key]) => key.startsWith("desk.") && !key.startsWith("desk.code."));
/** Short names of parameters, as the desk writes them, to the keys of their words. */
const LABELS = new Map(Object.entries(english).filter(([key]) => /^(parameter\.\w+|desk\.label\.\w+)$/.test(key)).map(([key, text]) => [text, key]));

const escaped = (/** @type {string} */ text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
/** What may stand for a name in a pattern; anything, if it is not listed. @type {Record<string, string>} */
const SHAPES = {
  label: [...LABELS.keys()].map(escaped).join("|"), sign: "[<>≤≥]", worst: "[-\\d./]+", limit: "[-\\d./]+", n: "\\d+",
  now: "\\S+", before: "\\S+", low: "\\S+", high: "\\S+", sex: "F|M", bed: "[^,]+",
};

/** @type {{key: string, pattern: RegExp}[] | null} */
let patterns = null;

/** Sentences by how much of them is fixed, so that the most particular one is tried first. */
function compiled() {
  patterns ??= SENTENCES.map(([key, text]) => ({
    key, fixed: text.replace(/\{\w+\}/g, "").length,
    pattern: new RegExp(`^${text.split(/(\{\w+\})/).map((part) => (/^\{\w+\}$/.test(part) ? group(part.slice(1, -1)) : escaped(part))).join("")}$`),
  })).sort((a, b) => b.fixed - a.fixed);
  return patterns;
}

/** @param {string} name */
const group = (name) => `(?<${name}>${SHAPES[name] ?? ".+?"})`;

/** Said before: rows are drawn anew every second. Emptied when it grows, for sentences hold values. @type {Map<string, string>} */
const kept = new Map();
const MAX_KEPT = 512;
/** No sentence is longer; what is, is shown as it came and not searched. */
const MAX_CHARS = 400;
/** A value, alone or with its unit: "≥0", "95 %", "38.6 °C". */
const VALUE = /^[<>≤≥]?[-\d./]+( \S+)?$/;

/** Forgets what was said: it may hold values, and nothing readable stays in a locked window. */
export function forgetTold() {
  kept.clear();
}

/** A sentence of the desk in the language in force; as it was, where the catalogue does not know it. @param {string} text */
export function told(text) {
  if (language().tag === "en" || text === "") return text;
  const key = `${language().tag} ${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const said = translated(text) ?? isolated(text);
  kept.set(key, said);
  return said;
}

/** @param {string} text @returns {string | null} nothing, where the catalogue does not know the sentence */
function translated(text) {
  if (text.length > MAX_CHARS) return null;
  if (VALUE.test(text)) return leftToRight(decimals(text));
  const label = LABELS.get(text);
  if (label) return words(label);
  for (const { key, pattern } of compiled()) {
    const found = pattern.exec(text);
    if (found) return sentence(key, found.groups ?? {});
  }
  return null;
}

/** A value against its limit is read from left to right in every language. @param {string} key @param {Record<string, string>} parts */
function sentence(key, parts) {
  const said = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, valueOf(name, part)]));
  const text = words(key, said);
  return key === "desk.crossed" || key === "desk.worst" ? leftToRight(text) : text;
}

/** @param {string} name @param {string} part */
function valueOf(name, part) {
  if (/^[-\d./]+$/.test(part)) return name === "bed" || name === "record" ? part : decimals(part);
  return translated(part) ?? part;
}

/** An error in the language in force: by its sentence, else by its code with the desk's own words behind it. @param {{code: string, message: string, hint: string}} error */
export function toldError({ code, message, hint }) {
  if (language().tag === "en") return [message, hint];
  const said = translated(message);
  return [said ?? `${words(`desk.code.${code}`)} (${isolated(message)})`, told(hint)];
}
