// The language of the window: which there are, which is in force, and what follows from it for reading direction,
// plural forms, dates and numbers (docs/adr/0043-languages.md).

/**
 * @typedef {object} Language
 * @property {Tag} tag
 * @property {string} locale for Intl
 * @property {"ltr" | "rtl"} dir
 */

/** @typedef {"en" | "de" | "ar"} Tag */

/**
 * Arabic keeps Latin digits ("nu-latn"): monitors, pumps and infusion labels show them in every country, and a nurse
 * who compares a value with the monitor beside it must not translate digits. Ages, times and counts follow, so that no
 * screen has two kinds. The calendar is the Gregorian one, for the record's dates are.
 * @type {readonly Language[]}
 */
export const LANGUAGES = [
  { tag: "en", locale: "en-GB", dir: "ltr" },
  { tag: "de", locale: "de-DE-u-nu-latn", dir: "ltr" },
  { tag: "ar", locale: "ar-u-ca-gregory-nu-latn", dir: "rtl" },
];

const ENGLISH = /** @type {Language} */ (LANGUAGES[0]);
let current = ENGLISH;

/** The language in force. */
export function language() {
  return current;
}

/** Puts a language in force; what was drawn before is the caller's to draw anew. @param {Tag} tag */
export function setLanguage(tag) {
  current = byTag(tag) ?? ENGLISH;
}

/** @param {string} tag */
function byTag(tag) {
  return LANGUAGES.find((each) => each.tag === tag);
}

/** The first of the wanted languages that there is, English if there is none. Pure. @param {readonly string[]} wanted for example ["de-CH", "fr"] @returns {Tag} */
export function bestOf(wanted) {
  const found = wanted.map((each) => byTag(each.toLowerCase().split("-")[0] ?? "")).find((each) => each !== undefined);
  return (found ?? ENGLISH).tag;
}

/**
 * A value of a language, made once for each: Intl objects are dear and asked for on every tick.
 * @template T
 * @param {(locale: string) => T} make
 * @returns {() => T}
 */
export function perLanguage(make) {
  /** @type {Map<Tag, T>} */
  const made = new Map();
  return () => {
    const kept = made.get(current.tag);
    if (kept !== undefined) return kept;
    const fresh = make(current.locale);
    made.set(current.tag, fresh);
    return fresh;
  };
}

/** Digits of a count or a time turn nothing; without marks around them they stay what they are for whoever copies or hears them. */
const PLAIN = /^[\d:.,]*$/;

/** Text of unknown direction inside a sentence from right to left: Unicode isolates keep it from turning its neighbours. @param {string} text */
export function isolated(text) {
  return current.dir === "rtl" && !PLAIN.test(text) ? `\u2068${text}\u2069` : text;
}

/** What is read from left to right in every language: values with their limits, spans, codes. @param {string} text */
export function leftToRight(text) {
  return current.dir === "rtl" && !PLAIN.test(text) ? `\u2066${text}\u2069` : text;
}
