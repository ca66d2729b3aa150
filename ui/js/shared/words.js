// The catalogue of words. Every text a person reads passes here.
import en from "../../locales/en.js";

/** @type {Record<string, string>} */
const catalogue = en;

/**
 * The words under `key`, with `{name}` filled in from `values`. A missing key shows itself, so that a test sees it.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function words(key, values = {}) {
  const text = catalogue[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Whether the catalogue has this key. @param {string} key */
export function has(key) {
  return Object.hasOwn(catalogue, key);
}
