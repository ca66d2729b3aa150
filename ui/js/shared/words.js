// The catalogues of words. Every text a person reads passes here.
import ar from "../../locales/ar.js";
import de from "../../locales/de.js";
import en from "../../locales/en.js";
import { isolated, language, perLanguage } from "./language.js";

/** @import { Tag } from "./language.js" */
/** @typedef {{by: string, other: string} & Partial<Record<Intl.LDMLPluralRule, string>>} Plural one text for each plural form of the value `by` */
/** @typedef {Record<string, string | Plural>} Catalogue */

/** @type {Record<Tag, Catalogue>} */
export const CATALOGUES = { en, de, ar };

const pluralOf = perLanguage((locale) => new Intl.PluralRules(locale));

/**
 * The words under `key` in the language in force, with `{name}` filled in from `values`. A key that the language lacks
 * is said in English; one that English lacks shows itself, so that a test sees it.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function words(key, values = {}) {
  const entry = CATALOGUES[language().tag][key] ?? en[/** @type {keyof typeof en} */ (key)];
  if (entry === undefined) return key;
  return formOf(entry, values).replace(/\{(\w+)\}/g, (whole, name) => (values[name] === undefined ? whole : isolated(String(values[name]))));
}

/** @param {string | Plural} entry @param {Record<string, string | number>} values */
function formOf(entry, values) {
  return typeof entry === "string" ? entry : entry[pluralOf().select(Number(values[entry.by]))] ?? entry.other;
}

/** Whether the catalogue has this key. @param {string} key */
export function has(key) {
  return Object.hasOwn(en, key);
}

/** What a language calls itself. @param {Tag} tag */
export function ownName(tag) {
  return String(CATALOGUES[tag]["language.name"]);
}
