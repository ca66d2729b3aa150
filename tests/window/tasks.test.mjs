// The tasks of a shift, done in the real window with a demo ward, against their budgets in clicks and seconds: counted
// at the keystroke level, with the time that the system needs measured. A task that takes more than its budget fails.
//
// WRITE_TASKS=1 puts the table into docs/tasks.md.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { judged, table, Task } from "./harness/klm.mjs";
import { sitDown } from "./harness/person.mjs";
import { until } from "./harness/processes.mjs";

const DEMO_PASSPHRASE = "demo ward, nothing real";
const OWN_PASSPHRASE = "a long enough passphrase";
/** How WebDriver names the keys. */
const [ENTER, TAB, DOWN, CONTROL, ESCAPE] = ["\uE007", "\uE004", "\uE015", "\uE009", "\uE00C"];
const PAGE = new URL("../../docs/tasks.md", import.meta.url);

/** @type {import("./harness/person.mjs").Person} */
let physician;
let admin;
let nurse;
/** @type {import("./harness/klm.mjs").Row[]} */
const rows = [];

before(async () => {
  physician = await sitDown("tasks-physician");
}, { timeout: 60_000 });

after(async () => {
  for (const person of [nurse, admin, physician]) await person?.leave();
  const shown = table(rows);
  console.log(`\n${shown}\n`);
  if (!process.env.WRITE_TASKS) return;
  const page = await readFile(PAGE, "utf8");
  await writeFile(PAGE, page.replace(/(<!-- measured -->\n)[^]*(\n<!-- end -->)/, (_, first, last) => `${first}${shown}${last}`));
}, { timeout: 60_000 });

/** One task of one person, and its row. @param {any} person @param {string} name @param {import("./harness/klm.mjs").Budget} budget @param {(task: Task) => Promise<void>} act */
async function does(person, name, budget, act) {
  const task = new Task(person);
  try {
    await act(task);
  } catch (error) {
    await person.picture("stuck");
    const page = await person.page.execute("return `${document.activeElement?.outerHTML.slice(0, 200)}; ${[...document.querySelectorAll('[role=alert]')].map((each) => each.textContent).join(' ')}`");
    throw new Error(`${name}: ${error.message}; the page: ${page}`, { cause: error });
  }
  const row = judged(person.name.replace("tasks-", ""), name, task, budget);
  rows.push(row);
}

/** Where the focus is not yet where it is needed, it costs a click. @param {any} person @param {Task} task @param {string} css */
async function into(person, task, css) {
  await person.page.find(css);
  if (!(await person.page.execute("return document.activeElement?.matches(arguments[0]) === true", css))) await task.click(css);
}

/** Writes into each field that is still empty: by Tab from one to the next, by a click where the focus is elsewhere. @param {any} person @param {Task} task @param {string} css @param {string} text */
async function fill(person, task, css, text) {
  const fields = await person.page.execute("return [...document.querySelectorAll(arguments[0])].map((each) => ({ id: each.id, empty: each.value === '' }))", css);
  for (const [place, field] of fields.entries()) {
    if (!field.empty) continue;
    const id = await person.page.execute("return document.activeElement?.id");
    const now = fields.findIndex((/** @type {any} */ each) => each.id === id);
    if (now < 0 || now > place) await task.click(`#${field.id}`);
    else for (let step = now; step < place; step += 1) await task.key(TAB, { ends: true });
    await task.type(text);
  }
}

const seen = (/** @type {string} */ css) => `return [...document.querySelectorAll(${JSON.stringify(css)})].some((each) => each.checkVisibility())`;
const reads = (/** @type {string} */ text) => `return document.body.innerText.includes(${JSON.stringify(text)})`;
const screen = (/** @type {string} */ name) => `return document.getElementById("app").dataset.screen === ${JSON.stringify(name)}`;
const noPanel = "return document.querySelector('.panel') === null";
const sealed = (/** @type {string} */ sort) => `return document.querySelector('.written[data-sort=${sort}][data-state=sealed]') !== null`;

/** Goes somewhere that is not counted. @param {any} person @param {string} address @param {string} name */
async function at(person, address, name) {
  await person.page.press(ESCAPE);
  await person.page.execute("location.hash = arguments[0]", address);
  await person.screen(name);
}

/** The address of the patient in a bed. @param {string} bed */
async function patientIn(bed) {
  const { tiles } = (await physician.call("ward")).value;
  return `#/patient/${tiles.find((/** @type {any} */ tile) => tile.bed === bed).patientId}`;
}

test("three people sit down: one physician, one administrator, and a nurse who is enrolled", { timeout: 180_000 }, async () => {
  await physician.screen("firstRun");
  await physician.page.clickButton("Try with a demo ward");
  await physician.screen("ward", { seconds: 90 });
  await until("twelve tiles", async () => (await physician.texts(".tile")).length === 12, { seconds: 60 });
  const profile = path.join(physician.station.env.XDG_DATA_HOME, "wardlight-demo/ward/administrator");
  [admin, nurse] = await Promise.all([sitDown("tasks-administrator", ["--profile", profile]), sitDown("tasks-nurse")]);
  await Promise.all([admin.unlock(DEMO_PASSPHRASE), nurse.createKeys("Noor Colleague", "nurse", OWN_PASSPHRASE)]);
  for (const person of [physician, admin, nurse]) await Task.watch(person);
  const words = await until("the words are shown", async () => {
    const all = await nurse.texts(".fingerprint li");
    return all.length === 6 && all;
  });
  const request = await nurse.profileFile("request.txt");
  await at(admin, "#/settings", "settings");
  await until("people can be enrolled", () => admin.sees(".settings-card .button"));
  await does(admin, "Enrol a person: request pasted, words typed as they were heard", { clicks: 5, seconds: 60, says: "5 clicks, 60 s" }, async (task) => {
    await task.clickButton("Enrol a person or hub");
    await into(admin, task, ".panel textarea");
    // The clipboard of a display without people is empty: the keys are pressed, and the text is put there.
    await task.chord(CONTROL, "v");
    await admin.paste(".panel textarea", request);
    await task.clickButton("Read request");
    await task.sees("the words are asked for", seen(".panel .six-words-field"));
    await task.type(words.join(" "));
    await task.key(ENTER, { ends: true });
    await task.sees("they are the same", seen(".panel .fingerprint"));
    const team = await admin.page.execute("return [...document.querySelectorAll('.panel fieldset label')].findIndex((each) => each.textContent.includes('Ward 3')) + 1");
    await task.click(`.panel fieldset label:nth-of-type(${team})`);
    await task.clickButton("Sign and enrol Noor Colleague");
    await task.sees("the answer is there", seen(".panel .handout textarea"));
  });
  const answer = await admin.page.execute("return document.querySelector('.panel .handout textarea').value");
  await nurse.loadEnrolment(answer);
  await nurse.screen("locked");
  await does(nurse, "Unlock with a passphrase of 24 letters", { says: "none: a card or PIN (3 s, 4 to 6 keys) is not offered" }, async (task) => {
    await into(nurse, task, "input[type=password]");
    await task.type(OWN_PASSPHRASE);
    await task.key(ENTER, { ends: true });
    await task.sees("the ward", screen("ward"));
  });
  await until("the nurse sees the ward", async () => (await nurse.texts(".tile")).length === 12, { seconds: 60 });
});

test("what is seen without a key or a click", { timeout: 60_000 }, async () => {
  await at(physician, "#/ward", "ward");
  await does(physician, "Who is worst now? The first tile", { clicks: 0, seconds: 2, says: "0 clicks, 2 s" }, async () => {
    const { tiles } = (await physician.call("ward")).value;
    const worst = Math.max(...tiles.map((/** @type {any} */ tile) => tile.urgency));
    const first = await physician.page.execute("return document.querySelector('.tile').dataset.patientId ?? document.querySelector('.tile').innerText");
    const { bed, patientId } = tiles.find((/** @type {any} */ tile) => tile.urgency === worst);
    assert.ok(first === patientId || first.includes(bed), `${first} is not bed ${bed}`);
  });
  await does(physician, "Is everything verified, every hub alive? The line below", { clicks: 0, says: "0 clicks" }, async () => {
    assert.match(`${await physician.texts(".status")}`, /Live.*Records verified.*Hubs \d+ of \d+/s);
  });
});

test("a patient is found and looked at", { timeout: 60_000 }, async () => {
  const { tiles } = (await physician.call("ward")).value;
  const name = tiles.find((/** @type {any} */ tile) => tile.bed === "2").name.text;
  await at(physician, "#/ward", "ward");
  await does(physician, "Find a patient by name", { says: "none" }, async (task) => {
    await task.key("/");
    await task.sees("the field", "return document.activeElement?.id === 'find'");
    await task.type(name.slice(0, 4).toLowerCase());
    await task.key(ENTER, { ends: true });
    await task.sees("the patient", screen("patient"));
  });
  await does(physician, "24 h trend with alarms", { clicks: 1, says: "1 click" }, async (task) => {
    await task.key("t");
    await task.sees("charts of 24 h", `${seen(".stack-row svg polyline, .stack-row svg path")} && document.querySelector(".tab[aria-pressed=true]").textContent.includes("24")`);
  });
  await does(physician, "Compare two vitals at one moment and zoom in", { clicks: 0, says: "scroll or drag only" }, async (task) => {
    await task.drag(".stack-over", 0.6, 0.9);
    await task.sees("a narrower span", seen(".trends-out"));
  });
});

test("what is written and entered at a patient", { timeout: 120_000 }, async () => {
  const bed = await patientIn("2");
  await at(physician, bed, "patient");
  await does(physician, "Write a note and sign it", { clicks: 3, says: "3 clicks + text" }, async (task) => {
    await task.key("n");
    await task.sees("the form", seen(".note-form textarea"));
    await task.key("n");
    await task.sees("the field", "return document.activeElement?.tagName === 'TEXTAREA'");
    await task.type("Slept well.");
    await task.chord(CONTROL, ENTER);
    await task.sees("it is sealed", sealed("note"));
  });
  await at(physician, "#/ward", "ward");
  await at(physician, bed, "patient");
  await does(physician, "Order an observation, signed; its receipt is seen", { clicks: 3, says: "3 clicks + text" }, async (task) => {
    await task.key("n");
    await task.sees("the notes", seen(".notes-acts button"));
    await task.clickButton("Give an order");
    await task.sees("the form", seen(".order-form"));
    await task.click(".order-form .tab:nth-child(3)");
    await task.key(TAB);
    await task.type("wound");
    await task.key(ENTER, { ends: true });
    await task.sees("it is sealed", sealed("order"));
  });
  await at(nurse, bed, "patient");
  await nurse.page.press("n");
  await until("the note is there", () => nurse.sees(".written[data-sort=note]"), { seconds: 30 });
  await at(physician, "#/ward", "ward");
  await at(physician, bed, "patient");
  await does(physician, "Enter consciousness, oxygen, pain and temperature", { clicks: 6, seconds: 15, says: "1 screen, 6 taps, 15 s" }, async (task) => {
    await task.clickButton("Observe");
    await task.sees("the form", seen(".panel .levels"));
    await into(physician, task, ".panel .levels input");
    await task.key(" ");
    for (const value of ["2", "3", "37.2"]) {
      await task.key(TAB);
      await task.type(value);
    }
    await task.key(ENTER, { ends: true });
    await task.sees("it is signed", noPanel);
  });
  await does(physician, "Change a limit with its preview", { clicks: 4, seconds: 15, says: "4 clicks, 15 s" }, async (task) => {
    await task.clickButton("Limits");
    await task.sees("the limits", seen(".limits-table"));
    await task.click(".limits-table tbody tr:nth-child(1) [data-edge=high]");
    await task.chord(CONTROL, "a");
    await task.type("118");
    await task.sees("the preview", "return document.querySelector('.limits-preview').textContent !== ''");
    await task.key(ENTER, { ends: true });
    await task.sees("it is signed", "return document.querySelector('.limits-history ol li') !== null");
  });
  await physician.page.press(ESCAPE);
  await physician.page.press(ESCAPE);
  await at(physician, bed, "patient");
  await does(physician, "Standby for bath or imaging, ending by itself", { clicks: 2, says: "2 clicks" }, async (task) => {
    await task.clickButton("Standby");
    await task.clickButton("Begin standby");
    await task.sees("it is signed", noPanel);
  });
  await does(physician, "From a value to its device and hub", { clicks: 1, says: "1 click" }, async (task) => {
    await task.click(".numerics button");
    await task.sees("who measured it", "return /hub/i.test(document.querySelector('.panel')?.textContent ?? '')");
  });
  await physician.page.press(ESCAPE);
});

test("a patient is handed over and taken over", { timeout: 90_000 }, async () => {
  const bed = await patientIn("2");
  await at(physician, "#/ward", "ward");
  await at(physician, bed, "patient");
  await does(physician, "Hand over", { clicks: 3, says: "3 clicks; events, alarms and observations filled in" }, async (task) => {
    await task.key("n");
    await task.sees("the notes", "return document.querySelector('.notes-acts button:last-child')?.checkVisibility()");
    await task.clickButton("Hand over");
    await task.sees("the form is there", "return document.querySelectorAll('.panel textarea').length === 3");
    await task.choose(".panel select", "Noor Colleague");
    await fill(physician, task, ".panel textarea", "As before.");
    await task.clickButton("Sign and hand over");
    await task.sees("it is signed", noPanel);
  });
  await at(nurse, "#/ward", "ward");
  await at(nurse, "#/handover", "handover");
  await until("it has arrived", () => nurse.sees(".accept-form textarea"), { seconds: 30 });
  await does(nurse, "Take over: say what was understood, accept", { clicks: 3, seconds: 20, says: "2 clicks + 1 to accept, 20 s a patient" }, async (task) => {
    await task.click(".accept-form textarea");
    await task.type("Stable, wound hourly.");
    await task.chord(CONTROL, ENTER);
    await task.sees("it is accepted", "return document.querySelector('.accept-form') === null");
  });
});

test("a report is saved", { timeout: 60_000 }, async () => {
  await at(physician, "#/reports", "reports");
  await physician.page.clickButton("Alarms by bed");
  await until("it is counted", () => physician.sees(".report-table tbody tr"), { seconds: 20 });
  await at(physician, "#/ward", "ward");
  await at(physician, "#/reports", "reports");
  await does(physician, "Ward alarm report as PDF, the one that was made last time", { clicks: 1, says: "1 click, PDF" }, async (task) => {
    await physician.page.find(".report-choice .tab");
    if (!`${await physician.texts(".report-choice .tab[aria-pressed=true]")}`.includes("Alarms by bed")) await task.clickButton("Alarms by bed");
    await task.sees("the report", seen(".report-table tbody tr"));
    await task.clickButton("Save as PDF");
    await task.sees("it is saved", reads(".pdf"));
  });
});

test("the glass is broken", { timeout: 90_000 }, async () => {
  await at(physician, "#/emergency", "emergency");
  await until("somebody is not shared", () => physician.sees(".emergency-view tbody .button:not(.quiet)"));
  await physician.page.click(".emergency-view tbody .button:not(.quiet)");
  await physician.page.find(".panel .hold");
  await does(physician, "Break the glass: reason, words, hold", { clicks: 3, says: "3 deliberate actions, then at once" }, async (task) => {
    await task.click(".panel .chip");
    await task.click(".panel textarea");
    await task.type("Found unconscious");
    await task.hold(".panel .hold", 1700);
    await task.sees("it is sealed", seen(".panel .signed-word"));
    await task.sees("the key is here", seen(".panel .button.primary"));
  });
  await physician.page.press(ESCAPE);
});

test("an alarm is seen, answered, put off, called about and closed", { timeout: 180_000 }, async () => {
  await at(physician, "#/inbox", "inbox");
  await until("an alarm is in the inbox", () => physician.sees(".alarm-row .alarm-acknowledge"), { seconds: 120 });
  await does(physician, "See an alarm: patient, bed, value, limit, since", { clicks: 0, says: "0 clicks" }, async () => {
    const row = await physician.page.execute("const one = (css) => document.querySelector(`.alarm-row ${css}`).textContent; return ['.alarm-bed', '.alarm-name', '.alarm-what', '.alarm-since'].map(one)");
    assert.ok(row.every((/** @type {string} */ text) => text !== ""), `${row}`);
  });
  await does(physician, "Pause the sound for two minutes", { clicks: 1, seconds: 1, says: "1 key or click, 1 s" }, async (task) => {
    await task.key("p");
    await task.sees("the time left", "return document.querySelector('.bar-sound').dataset.sound !== 'on'");
  });
  const chosen = await physician.page.execute("const row = [...document.querySelectorAll('.alarm-row')].find((each) => each.querySelector('.alarm-acknowledge').checkVisibility()); row.focus(); return row.dataset.alarmId");
  const row = `.alarm-row[data-alarm-id="${chosen}"]`;
  await does(physician, "Acknowledge", { clicks: 1, seconds: 2, says: "1 key or click, 2 s" }, async (task) => {
    await task.key("a");
    await task.sees("it is answered", `const row = document.querySelector(${JSON.stringify(row)}); return !row || row.dataset.answered === "true"`);
  });
  await physician.page.clickButton("Mine");
  await until("it is mine", () => physician.sees(row), { seconds: 20 });
  await until("it is sealed", async () => !(await physician.page.execute("return document.querySelector(arguments[0]).dataset.work", row)).includes("ing"), { seconds: 20 });
  /** The alarm is chosen in the list of a tab. @param {string} tab */
  const choose = async (tab) => {
    await at(physician, "#/ward", "ward");
    await at(physician, "#/inbox", "inbox");
    await physician.page.clickButton(tab);
    await until("it is there", () => physician.sees(row), { seconds: 20 });
    await physician.page.execute("document.querySelector(arguments[0]).focus()", row);
  };
  const step = (/** @type {string} */ kind) => `return document.querySelector('.alarm-step[data-kind=${kind}]') !== null`;
  await choose("Mine");
  await does(physician, "Call a colleague: who is on call stands first", { seconds: 4, clicks: 2, says: "1 click + confirm, 4 s" }, async (task) => {
    await task.key("e");
    await task.sees("who is called", "return document.activeElement?.name === 'act-escalate'");
    await task.key(ENTER);
    await task.sees("it is signed", step("escalated"));
  });
  await choose("Mine");
  await does(physician, "Put off, with a reason", { seconds: 4, clicks: 2, says: "2 clicks, 4 s" }, async (task) => {
    await task.key("s");
    await task.sees("the reasons", "return document.activeElement?.name === 'act-snooze'");
    await task.key(DOWN);
    await task.key(ENTER);
    await task.sees("it is signed", step("snoozed"));
  });
  await choose("Put off");
  await does(physician, "Close with its outcome", { clicks: 2, says: "2 clicks" }, async (task) => {
    await task.key("r");
    await task.sees("the outcomes", "return document.activeElement?.name === 'act-resolve'");
    await task.key(DOWN);
    await task.key(ENTER);
    await task.sees("it is signed", step("resolved"));
  });
  await physician.page.press(ESCAPE);
});

test("the window is locked, and an alarm leads to its patient behind the passphrase", { timeout: 90_000 }, async () => {
  await does(physician, "Lock", { clicks: 1, says: "none" }, async (task) => {
    await task.clickButton("Lock");
    await task.sees("it is locked", screen("locked"));
  });
  await until("an alarm is in the strip", () => physician.sees(".bed-chip"), { seconds: 60 });
  await does(physician, "From an alarm on the locked screen to its patient", { clicks: 1, beside: 1, says: "1 click + unlock" }, async (task) => {
    await task.click(".bed-chip");
    await into(physician, task, "input[type=password]");
    await task.type(DEMO_PASSPHRASE);
    await task.key(ENTER, { ends: true });
    await task.sees("the patient", screen("patient"));
  });
});

test("a key is revoked", { timeout: 60_000 }, async () => {
  await admin.page.press(ESCAPE);
  await until("the nurse is listed", async () => (await admin.reading()).includes("Noor Colleague"), { seconds: 20 });
  await does(admin, "Revoke the key of a lost workstation; the time is shown", { clicks: 3, says: "2 clicks + hold" }, async (task) => {
    await task.click("tr:has(button[aria-label='Revoke the key of Noor Colleague']) button[aria-label^='Revoke']");
    await task.sees("the reasons", seen(".panel fieldset"));
    await task.click(".panel fieldset label:nth-of-type(2)");
    await task.clickButton("Sign and revoke");
    await task.sees("it is signed", seen(".panel .signed-word"));
  });
});

test("no task takes more than its budget", () => {
  assert.ok(rows.length >= 20, `${rows.length} tasks were done`);
  assert.deepEqual(rows.filter((row) => row.over.length > 0).map((row) => `${row.name}: ${row.over.join(", ")}, and the budget is ${row.budget}`), []);
});
