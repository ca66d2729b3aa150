// Every language says everything that English says, with the same values in it, and says it in its own words.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { age, clock, clockSeconds, count, day, decimals, moment, typed } from "../js/shared/format.js";
import { LANGUAGES, bestOf, isolated, language, leftToRight, setLanguage } from "../js/shared/language.js";
import { told, toldError } from "../js/shared/told.js";
import { CATALOGUES, words } from "../js/shared/words.js";

const { en } = CATALOGUES;
const OTHERS = LANGUAGES.map(({ tag }) => tag).filter((tag) => tag !== "en");
const ROOT = new URL("../../", import.meta.url);

/** What may read the same in every language: the product, abbreviations of the field, units, and lines of values only. */
const SAME_EVERYWHERE = new Set([
  "app.name", "first.title", "demo.mark", "enrol.problem.none", "register.problem.none", "emergency.bar.allowed", "news2.title",
  "parameter.news2", "parameter.news2.long", "parameter.spo2", "report.column.news2",
]);
/** What may read the same in one language: words it has taken over, and abbreviations that stand on its monitors. */
const SAME_IN = {
  de: [
    "parameter.temperature", "age.seconds", "age.minutes", "age.hours", "age.days", "lock.minutes", "standby.minutes", "policy.hours", "status.version", "standby.open",
    "standby.title", "patients.name", "people.name", "me.name", "team.name", "patients.hub", "hub.name", "patients.pseudonym", "patients.alarm", "people.teams",
    "chain.address", "patient.trends", "access.screen.trend", "unlock.passphrase", "first.passphrase", "limits.parameter", "limits.raised", "access.patient", "device.patient", "team.who", "access.person",
    "emergency.pseudonym", "news2.spoken", "trends.span.1", "trends.span.4", "trends.span.12", "trends.span.24",
  ],
  ar: [
    "parameter.heartRate", "parameter.pulseRate", "parameter.respirationRate", "parameter.bloodPressure", "parameter.temperature",
    "desk.label.systolic", "desk.label.diastolic", "desk.label.mean",
  ],
};

afterEach(() => setLanguage("en"));

const texts = (entry) => (typeof entry === "string" ? [entry] : Object.entries(entry).filter(([form]) => form !== "by").map(([, text]) => text));
const values = (entry) => [...new Set([...texts(entry).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1])), ...(entry.by ? [entry.by] : [])])].sort();

for (const tag of OTHERS) {
  const own = CATALOGUES[tag];

  test(`${tag} has every key of English and no other`, () => {
    const missing = Object.keys(en).filter((key) => !Object.hasOwn(own, key));
    const unknown = Object.keys(own).filter((key) => !Object.hasOwn(en, key));
    const say = missing.map((key) => `\n  "${key}": ${JSON.stringify(en[key])}`).join("");
    assert.deepEqual(missing, [], `missing in ui/locales/*.${tag}.js, to be translated:${say}\n`);
    assert.deepEqual(unknown, [], `in ui/locales/*.${tag}.js, but not in English`);
  });

  test(`${tag} fills in the same values as English`, () => {
    for (const key of Object.keys(en).filter((each) => Object.hasOwn(own, each))) {
      assert.deepEqual(values(own[key]), values(en[key]), `${tag} ${key}`);
    }
  });

  test(`${tag} has each plural form of its language, and only those`, () => {
    const { locale } = LANGUAGES.find((each) => each.tag === tag);
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const [key, entry] of Object.entries(own)) {
      assert.equal(typeof entry === "string", typeof en[key] === "string", `${tag} ${key}: plural in both or in none`);
      if (typeof entry !== "string") assert.deepEqual(Object.keys(entry).sort(), ["by", ...forms].sort(), `${tag} ${key}`);
    }
  });

  test(`${tag} leaves nothing in English`, () => {
    const allowed = new Set([...SAME_EVERYWHERE, ...SAME_IN[tag]]);
    const wordless = (text) => !/\p{L}/u.test(text.replace(/\{\w+\}/g, ""));
    const same = Object.keys(own).filter((key) => JSON.stringify(own[key]) === JSON.stringify(en[key]) && !texts(en[key]).every(wordless));
    assert.deepEqual(same.filter((key) => !allowed.has(key)), [], `${tag}: word for word as in English`);
    assert.deepEqual([...allowed].filter((key) => !same.includes(key) && en[key] !== ""), [], `${tag}: allowed to be as in English, but is not`);
  });
}

/** What a button shows and what it is called for those who hear it: who says the words they see must reach it (WCAG 2.5.3). */
const NAMED = [
  ["people.revoke", "people.revokeLabel"], ["device.retire", "device.retireOf"], ["device.assign", "device.assignOf"], ["team.takeOut", "team.takeOutLabel"],
  ["team.change", "team.membersOf"], ["role.change", "role.title"], ["reinstate.undo", "reinstate.title"], ["answer.file", "answer.for"], ["access.trust", "access.trustOf"],
  ["evidence.save", "evidence.saveLabel"], ["breakGlass.open", "breakGlass.openOf"], ["tile.bed", "bar.bed"],
];

test("the name of a button holds the words it shows, in every language", () => {
  for (const { tag } of LANGUAGES) {
    for (const [shown, name] of NAMED) assert.ok(CATALOGUES[tag][name].toLowerCase().includes(CATALOGUES[tag][shown].toLowerCase()), `${tag} ${name}: holds "${CATALOGUES[tag][shown]}"`);
  }
});

test("each catalogue is made of the same files", () => {
  const files = readdirSync(new URL("ui/locales/", ROOT));
  const of = (tag) => files.filter((name) => name === `${tag}.js` || name.endsWith(`.${tag}.js`)).map((name) => name.replace(`${tag}.js`, "")).sort();
  for (const tag of OTHERS) assert.deepEqual(of(tag), of("en"), tag);
});

test("a number chooses its form: two in English and German, six in Arabic", () => {
  const forms = (tag, key, name, numbers) => {
    setLanguage(tag);
    return new Set(numbers.map((n) => words(key, { [name]: n, file: "x" }).replace(/[\d\u2068\u2069]/g, ""))).size;
  };
  const numbers = [0, 1, 2, 3, 11, 100];
  assert.equal(forms("en", "access.saved", "count", numbers), 2);
  assert.equal(forms("de", "access.saved", "count", numbers), 2);
  assert.equal(forms("ar", "access.saved", "count", numbers), 6);
});

test("the system's language is taken if it is there, else English", () => {
  for (const [wanted, tag] of [[["de-CH"], "de"], [["fr", "ar-EG", "de"], "ar"], [["fr"], "en"], [[], "en"], [["", "DE"], "de"]]) assert.equal(bestOf(wanted), tag, String(wanted));
  setLanguage(/** @type {any} */ ("xx"));
  assert.equal(language().tag, "en");
});

test("times have 24 hours and Latin digits in every language", () => {
  const at = new Date(2026, 2, 14, 4, 5, 9).getTime();
  for (const { tag } of LANGUAGES) {
    setLanguage(tag);
    assert.equal(clock(at), "04:05", tag);
    assert.equal(clockSeconds(at), "04:05:09", tag);
    assert.equal(clock(new Date(2026, 2, 14, 0, 5).getTime()), "00:05", tag);
    assert.match(day(at), /^14\.? \p{L}+\.?$/u, tag);
    assert.match(moment(at, at + 86_400_000 * 3), /^14\.? \p{L}+\.? 04:05$/u, tag);
    assert.doesNotMatch(`${age(3e5)}${count(218204)}${day(at)}${decimals("38.6")}`, /[٠-٩۰-۹]/, tag);
    assert.equal(count(218204), "218\u202f204", tag);
  }
});

test("a value has the decimal sign of the language, and either is read when typed", () => {
  for (const [tag, text] of [["en", "38.6"], ["de", "38,6"], ["ar", "38.6"]]) {
    setLanguage(tag);
    assert.equal(decimals("38.6"), text);
  }
  setLanguage("de");
  assert.equal(decimals("96/58 – ≥0"), "96/58 – ≥0");
  for (const [text, read] of [["38,6", "38.6"], [" 38.6 ", "38.6"], ["٣٨٫٦", "38.6"], ["", ""]]) assert.equal(typed(text), read);
});

test("in Arabic what is filled in cannot turn its neighbours, and a value stays left of its limit", () => {
  setLanguage("ar");
  assert.equal(isolated("a"), "\u2068a\u2069");
  assert.equal(leftToRight("84 < 85"), "\u206684 < 85\u2069");
  assert.match(told("SpO₂ 84 < 85"), /^\u2066.*SpO₂.*84.*<.*85.*\u2069$/);
  setLanguage("de");
  assert.equal(isolated("a") + leftToRight("b"), "ab");
});

test("what the desk says in English is said in the language of the window", () => {
  setLanguage("de");
  for (const [english, german] of [
    ["SpO₂ 84 < 85", "SpO₂ 84 < 85"], ["HR 142 ≥ 140", "HF 142 ≥ 140"], ["RR 31 > 30", "AF 31 > 30"], ["Temp 38.6 > 38.5", "Temp 38,6 > 38,5"], ["SpO₂ probe off", "SpO₂ Sensor ab"],
    ["Not monitored here", "Nicht überwacht"], ["71 y · F", "71 J. · w"], ["38.6 °C", "38,6 °C"], ["Oxygen", "Sauerstoff"], ["88 to 97 %, falling", "88 bis 97 %, fallend"],
    ["NIBP sys low red off (ward 80)", "NIBD sys unten rot aus (Station 80)"], ["A new text.", "A new text."], ["", ""], ["x".repeat(5000), "x".repeat(5000)],
  ]) assert.equal(told(english), german);
  assert.deepEqual(toldError({ code: "refused", message: "The moon is full.", hint: "Nothing was changed." }), ["Es wurde abgelehnt. (The moon is full.)", "Es wurde nichts geändert."]);
  setLanguage("en");
  assert.equal(told("SpO₂ 84 < 85"), "SpO₂ 84 < 85");
  assert.deepEqual(toldError({ code: "refused", message: "The moon is full.", hint: "" }), ["The moon is full.", ""]);
});

test("every code of an error has its words", () => {
  const bindings = readFileSync(new URL("ui/js/bindings/view.ts", ROOT), "utf8");
  const codes = [.../export type ErrorCode = ([^;]+);/.exec(bindings)[1].matchAll(/"(\w+)"/g)].map((match) => match[1]);
  assert.deepEqual(Object.keys(en).filter((key) => key.startsWith("desk.code.")).sort(), codes.map((code) => `desk.code.${code}`).sort());
});

/** Faults of a program that calls the desk, not of a person; the code of the error says enough. */
const NOT_FOR_PEOPLE = /hexadecimal digits|^The (device|event|reason) is|^Trends are|^At most 64|not prepared here|^Consciousness is|^A category is not known|^\{|^There is no such \{/;

test("every sentence of an error that the desk writes is in the catalogue", () => {
  const source = new URL("crates/desk/src/", ROOT);
  const files = readdirSync(source, { recursive: true }).filter((name) => name.endsWith(".rs") && !/^(cli|bin)\b/.test(name));
  const said = files.flatMap((name) => {
    const text = readFileSync(new URL(name, source), "utf8").replace(/#\[cfg\(test\)\]\s*mod tests? \{[\s\S]*$/, "");
    return [...text.matchAll(/UiError::(bad_input|not_allowed|refused|unreachable|busy)\(\s*(?:format!\(\s*)?"((?:[^"\\]|\\.)*)"/g)].map((match) => match[2].replace(/\\\n\s*/g, ""));
  });
  assert.ok(said.length > 60, "the desk's sentences are found");
  const shape = (text) => text.replace(/\{\w*\}/g, "{}");
  const known = new Set(Object.entries(en).filter(([key]) => key.startsWith("desk.")).flatMap(([, entry]) => texts(entry)).map(shape));
  const missing = [...new Set(said)].filter((text) => !NOT_FOR_PEOPLE.test(text) && !known.has(shape(text)));
  assert.deepEqual(missing, [], "to be added to ui/locales/desk.*.js");
});

test("everything that can be wrong with a token is in the catalogue", () => {
  const text = readFileSync(new URL("crates/desk/src/error.rs", ROOT), "utf8");
  const part = /impl From<TokenError> for UiError \{[\s\S]*?\n\}\n/.exec(text)?.[0] ?? "";
  const said = [...part.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]);
  assert.ok(said.length > 30, "the sentences are found");
  const known = new Set(Object.entries(en).filter(([key]) => key.startsWith("desk.")).map(([, entry]) => entry));
  assert.deepEqual(said.filter((sentence) => !known.has(sentence)), [], "to be added to ui/locales/token.*.js");
});
