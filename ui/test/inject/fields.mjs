// Which fields of the desk's answers hold text that somebody else wrote, read from the generated types: those declared
// as `string`. A field that is a closed set of words in one type and a text in another is a text where its value is
// none of those words.
import { readFileSync } from "node:fs";

/** Where an answer is an identity: it is given back, and so must stay the same wherever it stands. */
const IDENTITY = /^(id|chainId|firstRecord|lastRecord)$|(Id|Ref)$/;
/** Identities that stand in the address of a screen, where routeOf lets nothing else through, and words from a closed set
 * that the types call text: with another category nothing is shared, and there would be nothing to look at. */
const KEPT = new Set(["patientId", "category", "categories"]);

const types = readFileSync(new URL("../../js/bindings/view.ts", import.meta.url), "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");

/** Closed sets by the name of their type. */
const words = new Map(
  [...types.matchAll(/export type (\w+) = ((?:"\w+"(?: \| )?)+);/g)].map(([, name, list]) => [name, [...list.matchAll(/"(\w+)"/g)].map(([, word]) => word)]),
);

/** @type {Map<string, {text: boolean, words: Set<string>}>} */
const fields = new Map();
for (const [, name, declared] of types.matchAll(/\b(\w+): ([^,;{}]+)/g)) {
  const field = fields.get(name) ?? { text: false, words: new Set() };
  fields.set(name, field);
  if (/\bstring\b/.test(declared)) field.text = true;
  for (const word of words.get(declared.replace(/^Array<(\w+)>$/, "$1").replace(/ \| null$/, "")) ?? []) field.words.add(word);
}

// The words that tell the kinds of one type apart.
for (const [, name, word] of types.matchAll(/"(\w+)": "(\w+)"/g)) fields.get(name)?.words.add(word);

const texts = [...fields].filter(([name, field]) => field.text && !KEPT.has(name));
/** Names that hold text, each with the words it may not lose. @type {Readonly<Record<string, string[]>>} */
export const TEXTS = Object.fromEntries(texts.map(([name, field]) => [name, [...field.words]]));
/** Those of them that are identities. */
export const IDENTITIES = texts.map(([name]) => name).filter((name) => IDENTITY.test(name));
