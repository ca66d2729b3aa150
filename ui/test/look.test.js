// Every state has a look of its own and words of its own: the unions are read from the generated bindings.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as look from "../js/domain/look.js";
import { SIGN_NAMES } from "../js/shared/icon.js";
import { LANGUAGES, setLanguage } from "../js/shared/language.js";
import { has, words } from "../js/shared/words.js";

const bindings = readFileSync(new URL("../js/bindings/view.ts", import.meta.url), "utf8");

/** The members of a union of names, or the values of a union's tag. */
function union(name, tag = null) {
  const declared = new RegExp(`export type ${name} = ([^;]*(?:\\{[^}]*\\}[^;]*)*);`).exec(bindings);
  assert.ok(declared, `${name} is declared`);
  const pattern = tag ? new RegExp(`"${tag}": "(\\w+)"`, "g") : /"(\w+)"/g;
  return [...declared[1].matchAll(pattern)].map((match) => match[1]);
}

const TABLES = [
  ["ValueState", look.VALUE_LOOK], ["SealState", look.SEAL_SIGN], ["Priority", look.PRIORITY_LOOK],
  ["TechnicalKind", look.TECHNICAL_SIGN], ["News2InputState", look.NEWS2_DOT], ["RecordsState", look.RECORDS_SIGN],
  ["SoundState", look.SOUND_SIGN], ["KeyState", look.KEY_SIGN], ["Sharing", look.SHARING_SIGN],
];

test("every table of looks covers its union, and nothing else", () => {
  for (const [name, table] of TABLES) assert.deepEqual(Object.keys(table).sort(), union(name).sort(), name);
});

test("every state of every union has its words", () => {
  const prefixes = {
    ValueState: ["state.%", "state.%.long"], SealState: ["seal.%", "seal.%.long"], Priority: ["priority.%", "priority.%.long"],
    TechnicalKind: ["technical.%"], News2InputState: ["news2.input.%"], News2Risk: ["news2.risk.%"], RecordsState: ["records.%"],
    SoundState: ["sound.%"], KeyState: ["key.%"], Sharing: ["share.%"], GatewayState: ["status.%"], Parameter: ["parameter.%", "parameter.%.long"],
    KeyProblem: ["key.problem.%"], EnrolProblem: ["enrol.problem.%"], RegistrationProblem: ["register.problem.%"], RoleView: ["role.%"], GapKind: ["gap.%"], InboxTab: ["inbox.tab.%", "inbox.empty.%"],
    AlarmCondition: ["condition.%"], AccessScreen: ["access.screen.%"], AccessGround: ["access.ground.%"], EraseWord: ["erase.basis.%"],
    SecurityWord: ["security.what.%", "security.do.%"], KeyProtection: ["protection.%"],
  };
  for (const [name, patterns] of Object.entries(prefixes)) {
    const members = union(name);
    assert.ok(members.length > 1, `${name} has members`);
    for (const member of members) {
      for (const pattern of patterns) assert.ok(has(pattern.replace("%", member)), `${name}: ${pattern.replace("%", member)}`);
    }
  }
  for (const kind of union("EnrolSubject", "kind")) {
    for (const key of ["enrol.step2", "enrol.act", "enrol.note"]) assert.ok(has(`${key}.${kind}`), `${key}.${kind}`);
  }
  for (const state of union("AlarmWork", "state")) assert.ok(has(`work.${state}`), state);
  for (const state of union("Monitoring", "state").filter((each) => each !== "monitored")) assert.ok(has(`monitoring.${state}`), state);
});

test("no two states of a value look the same without colour", () => {
  const looks = Object.entries(look.VALUE_LOOK).map(([state, { number, sign, note }]) => [state, note === "word" ? state : `${number} ${sign} ${note}`]);
  assert.equal(new Set(looks.map(([, shape]) => shape)).size, looks.length);
  assert.equal(new Set(Object.values(look.SEAL_SIGN)).size, 5);
  assert.equal(new Set(Object.values(look.PRIORITY_LOOK).map(({ sign }) => sign)).size, 3);
});

test("in greyscale and to the colour-blind every state is told apart by its sign or its words, in every language", () => {
  const keys = {
    ValueState: "state.%", SealState: "seal.%", Priority: "priority.%", TechnicalKind: "technical.%", News2InputState: "news2.input.%", RecordsState: "records.%",
    SoundState: "sound.%", KeyState: "key.%", Sharing: "share.%",
  };
  for (const [name, table] of TABLES) {
    for (const { tag } of LANGUAGES) {
      setLanguage(tag);
      const marks = Object.entries(table).map(([state, mark]) => `${typeof mark === "string" ? mark : mark.sign} ${words(keys[name].replace("%", state))}`);
      assert.equal(new Set(marks).size, marks.length, `${tag} ${name}: ${marks.join(", ")}`);
    }
  }
  setLanguage("en");
  // Priorities are read from afar, before any word: their shapes alone must differ, and so must those of a seal.
  for (const table of [look.PRIORITY_LOOK, look.SEAL_SIGN, look.KEY_SIGN, look.SHARING_SIGN, look.RECORDS_SIGN]) {
    const signs = Object.values(table).map((mark) => (typeof mark === "string" ? mark : mark.sign));
    assert.equal(new Set(signs).size, signs.length, signs.join(", "));
  }
});

test("a colour of an alarm never stands alone: whatever the style sheet fills by priority has a sign or words in it", () => {
  const css = ["ward", "inbox", "frame", "values", "components"].map((name) => readFileSync(new URL(`../css/${name}.css`, import.meta.url), "utf8")).join("\n");
  const filled = new Set([...css.matchAll(/\.([\w-]+)(?:\[[^\]]*\])* \{[^}]*background: var\(--fill\)/g)].map((match) => match[1]));
  const told = { "count-chip": "sign and number", "bed-chip": "sign and bed", "tile-band": "sign", "tile-foot": "sign and text", "alarm-band": "sign", "value-box": "sign and number", "cell-alarm": "sign and text" };
  assert.deepEqual([...filled].sort(), Object.keys(told).sort());
});

test("a number is shown only in the states that allow one, and zero is a number", () => {
  const shown = Object.keys(look.VALUE_LOOK).filter((state) => look.numberText({ state, text: "0" }) === "0").sort();
  assert.deepEqual(shown, ["ageing", "fresh", "questionable", "unverified"]);
  assert.equal(look.numberText({ state: "fresh", text: "" }), "– –");
});

test("only a plain current value stands without a note", () => {
  for (const [state, { note }] of Object.entries(look.VALUE_LOOK)) assert.equal(note === "none", state === "fresh", state);
});

test("every sign that is named exists", () => {
  const named = TABLES.flatMap(([, table]) => Object.values(table)).map((each) => (typeof each === "string" ? each : each.sign));
  for (const sign of named.filter((each) => each && !["full", "half", "hollow"].includes(each))) assert.ok(SIGN_NAMES.includes(sign), sign);
});
