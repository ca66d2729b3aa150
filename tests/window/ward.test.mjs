// The whole product through its window: a demo ward in one click, live values, an alarm answered by a key, locking,
// and an administrator who enrols a colleague from another workstation. Gateway, hub and desks are the real ones.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { recordNotices } from "./harness/notices.mjs";
import { sitDown } from "./harness/person.mjs";
import { until } from "./harness/processes.mjs";

/** The passphrase of everything in a demo; the locked screen tells it. */
const DEMO_PASSPHRASE = "demo ward, nothing real";
const BEDS = 12;
/** How WebDriver names the key. */
const ENTER = "\uE007";

let physician;
let admin;
let nurse;
let notices;
/** The alarm that the physician answers. */
let alarmId;

before(async () => {
  physician = await sitDown("physician");
  notices = await recordNotices(physician.station);
}, { timeout: 60_000 });

after(async () => {
  for (const person of [nurse, admin, physician]) await person?.leave();
}, { timeout: 60_000 });

/** Processes that name `folder` in their arguments. */
async function processesOf(folder) {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  return lines.filter((line) => line.includes(folder));
}

/** Without the marks that keep pieces of two directions apart. @param {string[]} texts */
const plain = (texts) => texts.join("").replace(/[\u2066-\u2069]/g, "");

async function rateOfEachBed(person) {
  return person.texts(".tile .tile-values .value-number");
}

test("one click opens a demo ward with twelve patients", { timeout: 120_000 }, async () => {
  await physician.screen("firstRun");
  await physician.picture("first-run");
  await physician.page.clickButton("Try with a demo ward");
  await physician.screen("ward", { seconds: 90 });
  await until("twelve tiles", async () => (await physician.texts(".tile")).length === BEDS, { seconds: 60 });
  assert.match(await physician.reading(), /DEMO/);
  assert.match(await physician.reading(), /Not a certified medical device/);
});

test("values are live", { timeout: 60_000 }, async () => {
  const all = async () => (await rateOfEachBed(physician)).filter((text) => /^\d+$/.test(text)).length >= BEDS;
  await until("every bed has numbers", all, { seconds: 40 });
  const first = await rateOfEachBed(physician);
  await until("a number changes", async () => `${await rateOfEachBed(physician)}` !== `${first}`, { seconds: 20 });
  await physician.picture("ward");
});

test("a patient's page shows curves and values", { timeout: 60_000 }, async () => {
  await physician.openTile();
  await until("a trend is drawn", () => physician.sees("svg polyline, svg path"), { seconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await physician.picture("patient");
  await physician.page.press("1");
  await physician.screen("ward");
});

test("an emergency opens a patient who is not shared, by holding a key, and closes when it is ended", { timeout: 120_000 }, async () => {
  const tiles = async () => (await physician.texts(".tile")).length;
  await physician.page.press("5");
  await physician.screen("emergency");
  await until("somebody is not shared", () => physician.sees(".emergency-view tbody .button:not(.quiet)"));
  await physician.page.click(".emergency-view tbody .button:not(.quiet)");
  await physician.page.find(".panel .hold");
  await physician.picture("emergency");
  const hold = async (ms) => {
    await physician.page.execute("document.querySelector('.panel .hold').focus()");
    await physician.page.hold(ENTER, ms);
  };
  await hold(1800);
  assert.ok(await physician.sees(".panel .error"), "nothing is asked for without a reason");
  await physician.page.click(".panel .chip");
  await physician.page.type(".panel textarea", "Found unconscious");
  await hold(200);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal(await physician.sees(".panel .signed-word"), false, "a short press asks for nothing");
  await hold(2000);
  await until("the request is sealed", () => physician.sees(".panel .signed-word"), { seconds: 20 });
  await until("the key is here", () => physician.sees(".panel .button.primary"), { seconds: 30 });
  await physician.picture("emergency-open");
  await physician.page.press("1");
  await physician.screen("ward");
  await until("one more tile", async () => (await tiles()) === BEDS + 1, { seconds: 30 });
  assert.ok(await physician.sees(".tile .emergency-left") && await physician.sees(".emergency-mark"), "the time left is shown");
  await physician.picture("emergency-ward");
  await physician.page.press("5");
  await physician.screen("emergency");
  await physician.page.clickButton("End now");
  await physician.page.clickButton("Sign and end it");
  await until("it is ended", async () => (await physician.reading()).includes("The emergency access is ended."), { seconds: 20 });
  await physician.page.press("1");
  await until("the patient is closed again", async () => (await tiles()) === BEDS, { seconds: 20 });
  assert.equal(await physician.sees(".emergency-mark"), false);
});

test("a physician enrols nobody, in the window or past it", { timeout: 60_000 }, async () => {
  await physician.page.press("9");
  await physician.screen("settings");
  await until("it is explained", async () => (await physician.reading()).includes("Only administrators can change people"));
  const shown = await physician.page.execute(
    "return [...document.querySelectorAll('main button')].filter((each) => each.checkVisibility()).map((each) => each.textContent)",
  );
  assert.ok(shown.every((text) => !/enrol|revoke|register/i.test(text)), `${shown}`);
  await physician.picture("settings");
  const view = (await physician.call("settings")).value;
  const text = await readFile(path.join(physician.station.env.XDG_DATA_HOME, "wardlight-demo/profile/request.txt"), "utf8");
  const own = (await physician.call("session_state")).value.user.keyId;
  const teamId = view.teams[0].teamId;
  const patientId = (await physician.call("ward")).value.tiles[0].patientId;
  const words = "one two three four five six";
  const refused = [
    ["enrol_preview", { text }],
    ["enrol_check", { text, words }],
    ["enrol", { text, words, teams: [teamId] }],
    ["enrolment_answer", { keyId: own }],
    ["revoke", { keyId: own, reason: "left" }],
    ["create_team", { name: "Another" }],
    ["join_team", { teamId, keyId: own }],
    ["leave_team", { teamId, keyId: own }],
    ["patient_preview", { text }],
    ["register_patient", { text }],
    ["register_device", { identity: "another", patientId }],
    ["assign_device", { deviceId: view.devices[0].deviceId, patientId: null }],
  ];
  for (const [command, args] of refused) {
    assert.equal((await physician.call(command, args)).rejected, "notAllowed", command);
  }
  await physician.page.press("1");
});

test("an administrator enrols a colleague, who then sees the ward", { timeout: 180_000 }, async () => {
  const profile = path.join(physician.station.env.XDG_DATA_HOME, "wardlight-demo/ward/administrator");
  [admin, nurse] = await Promise.all([sitDown("administrator", ["--profile", profile]), sitDown("nurse")]);
  await Promise.all([admin.unlock(DEMO_PASSPHRASE), nurse.createKeys("Noor Colleague", "nurse", "a long enough passphrase")]);
  await until("the words are shown", async () => (await nurse.texts(".fingerprint li")).length === 6);
  const words = await nurse.texts(".fingerprint li");
  await nurse.picture("request");

  await admin.page.press("9");
  await admin.screen("settings");
  const answer = await enrolInWindow(admin, await nurse.profileFile("request.txt"), words);
  await until("the new colleague is listed", async () => (await admin.reading()).includes("Noor Colleague"), { seconds: 20 });
  await admin.picture("people");

  await nurse.loadEnrolment(answer);
  await nurse.unlock("a long enough passphrase");
  const all = async () => (await rateOfEachBed(nurse)).filter((text) => /^\d+$/.test(text)).length >= BEDS;
  await until("the colleague sees every bed", all, { seconds: 60 });
  await nurse.picture("ward");
});

test("consent given at the bedside waits for a second practitioner", { timeout: 120_000 }, async () => {
  await physician.page.press("5");
  await physician.screen("emergency");
  await physician.page.clickButton("Consent at bedside");
  await until("the teams are here", () => physician.sees(".panel select"));
  await physician.page.execute("const all = document.querySelector('.panel select'); all.value = [...all.options].find((each) => each.text === 'Ward 3').value");
  await physician.page.clickButton("Next");
  await physician.page.clickButton("Sign what was agreed");
  await until("it waits", async () => (await physician.reading()).includes("It waits for a second signature."), { seconds: 20 });
  await physician.picture("consent");
  await physician.page.press("1");

  await nurse.page.press("9");
  await nurse.screen("settings");
  await nurse.page.clickButton("Look and approve");
  await until("it is said plainly", async () => (await nurse.reading()).includes("Record consent given at the bedside: Ward 3 may read"));
  await nurse.picture("second-signature");
  await nurse.page.clickButton("Sign and approve");
  await until("it is approved", async () => (await nurse.reading()).includes("Approved: it is in force."), { seconds: 20 });
  const named = async () => (await physician.call("ward")).value.tiles.filter((tile) => tile.name.state === "fresh").length;
  await until("the physician sees the patient by name", async () => (await named()) === BEDS + 1, { seconds: 30 });
});

test("trends are drawn by a key, and a report is printed", { timeout: 120_000 }, async () => {
  await physician.page.press("1");
  await physician.screen("ward");
  await physician.openTile();
  await physician.page.press("t");
  await physician.screen("trends");
  await until("the charts are drawn", () => physician.sees(".stack-row svg polyline, .stack-row svg path"), { seconds: 30 });
  await physician.picture("trends");
  await physician.page.clickButton("Table");
  await until("the table is filled", () => physician.sees(".trend-table tbody td"), { seconds: 20 });
  await physician.page.press("7");
  await physician.screen("reports");
  await physician.page.clickButton("Minutes without a value");
  await until("the report is counted", async () => (await physician.texts(".report-table tbody tr")).length >= BEDS, { seconds: 30 });
  await physician.picture("report");
  await physician.page.clickButton("Save as PDF");
  const saved = async () => /Saved as (.+\.pdf)/.exec(await physician.reading())?.[1];
  await until("it is saved", async () => (await saved()) !== undefined, { seconds: 30 });
  const pdf = await readFile(`${await saved()}`);
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 10_000, "with its font and chart");
});

test("an order is given at one workstation and carried out at another", { timeout: 120_000 }, async () => {
  await physician.page.press("1");
  await physician.screen("ward");
  await physician.openTile();
  await physician.page.press("n");
  await until("an order can be given", () => physician.sees(".notes-acts button"), { seconds: 20 });
  await physician.page.clickButton("Give an order");
  await physician.page.click(".order-form .tab:nth-child(3)");
  await physician.page.type(".order-form .order-fields input[type=text]", "wound");
  await physician.picture("order");
  await until("it is read back", async () => plain(await physician.texts(".order-read .order-line")) === "Observe wound every 60 min");
  await physician.page.clickButton("Sign order");
  const order = ".written[data-sort=order][data-state=sealed]";
  await until("the order is sealed", () => physician.sees(order), { seconds: 30 });

  const patient = await physician.page.execute("return location.hash");
  await nurse.page.execute(`location.hash = "${patient}"`);
  await nurse.screen("patient");
  await nurse.page.press("n");
  await until("the nurse sees it", () => nurse.sees(`${order} .order-do button`), { seconds: 30 });
  await nurse.picture("order");
  await nurse.page.clickButton("Given");
  await until("the physician sees that it was done", () => physician.sees(".order-step[data-step=given]"), { seconds: 30 });
  await physician.picture("order-given");
  await physician.page.press("1");
  await nurse.page.press("1");
});

/**
 * Reads a request, types the words that were heard, enrols into every team, and answers the file for the new
 * workstation. Words that differ are refused first.
 */
async function enrolInWindow(person, request, words) {
  await person.page.clickButton("Enrol a person or hub");
  await person.paste(".panel textarea", request);
  await person.page.clickButton("Read request");
  await person.page.type(".panel input[type=text]", [...words].reverse().join(" "));
  await person.page.clickButton("Compare");
  await until("other words are refused", () => person.sees(".panel .error"));
  await person.picture("other-words");
  await person.paste(".panel input[type=text]", words.join(" "));
  await person.page.clickButton("Compare");
  await until("the words are the same", async () => `${await person.texts(".panel .fingerprint li")}` === `${words}`);
  await person.page.execute("document.querySelectorAll('.panel fieldset input[type=checkbox]').forEach((box) => box.click())");
  await person.picture("enrol");
  await person.page.clickButton("Sign and enrol Noor Colleague");
  await until("the answer is handed out", () => person.sees(".panel .handout textarea"), { seconds: 30 });
  await person.picture("answer");
  return person.page.execute("return document.querySelector('.panel .handout textarea').value");
}

/** What a notification may say: how urgent, and where to go. */
const NOTICE = /^(Demo: (High|Medium|Low) priority (alarm, bed \d+|technical alarm)|Several new alarms)$/;

/** The names the physician reads: of the patients of the ward, and of the one whose consent was recorded. */
async function knownNames() {
  const names = (await physician.call("ward")).value.tiles.map((tile) => tile.name);
  assert.deepEqual(names.map((name) => name.state), Array(BEDS + 1).fill("fresh"), "every name is known");
  return names.map((name) => name.text);
}

test("an alarm arrives, is told without a name, and is answered by the key A", { timeout: 180_000 }, async () => {
  await physician.page.press("2");
  await physician.screen("inbox");
  await until("an alarm is in the inbox", async () => (await physician.texts(".alarm-row")).length > 0, { seconds: 120 });
  await physician.picture("alarm");
  const notice = await notices.next();
  assert.match(notice.title, NOTICE);
  const names = await knownNames();
  for (const { title, body } of await notices.all()) {
    assert.match(title, NOTICE);
    assert.ok(names.every((name) => !`${title} ${body}`.includes(name)), "no name in a notification");
  }
  alarmId = await physician.page.execute("return document.querySelector('.alarm-row[aria-current=true]').dataset.alarmId");
  const work = () => physician.texts(`.alarm-row[data-alarm-id="${alarmId}"] .alarm-work`);
  assert.match(`${await work()}`, /Nobody has answered/);
  await physician.page.press("a");
  // Another alarm of the same patient that nobody has answered stands before it among the active ones.
  await physician.page.clickButton("Mine");
  await until("it is answered", async () => /^You, /.test(`${await work()}`), { seconds: 20 });
  await physician.picture("acknowledged");
});

test("the colleague sees who answered", { timeout: 60_000 }, async () => {
  await nurse.page.press("2");
  await nurse.screen("inbox");
  await nurse.page.clickButton("Acknowledged");
  const work = () => nurse.texts(`.alarm-row[data-alarm-id="${alarmId}"] .alarm-work`);
  await until("the other workstation knows", async () => /^Demo Physician, /.test(`${await work()}`), { seconds: 20 });
  await nurse.picture("acknowledged-by-another");
});

test("locking leaves nothing readable, and the passphrase brings it back", { timeout: 120_000 }, async () => {
  const names = await knownNames();
  await physician.page.clickButton("Lock");
  await physician.screen("locked");
  await physician.picture("locked");
  const markup = await physician.page.execute("return document.documentElement.outerHTML");
  assert.ok(names.every((name) => !markup.includes(name)), "a name is left in the page");
  for (const [command, args] of [["ward", {}], ["inbox", { tab: "active" }], ["acknowledge", { alarmId }], ["settings", {}]]) {
    assert.equal((await physician.call(command, args)).rejected, "locked", command);
  }
  assert.equal((await physician.call("unlock", { passphrase: "not this one, surely" })).rejected, "wrongPassphrase");
  await physician.page.type("input[type=password]", DEMO_PASSPHRASE);
  await physician.page.clickButton("Unlock");
  await physician.screen("inbox", { seconds: 60 });
  await until("the alarm is there again", async () => (await physician.texts(".alarm-row")).length > 0);
});

test("an administrator's inbox tells what was refused and what was guessed", { timeout: 60_000 }, async () => {
  await admin.page.press("2");
  await admin.screen("inbox");
  await admin.page.clickButton("Security");
  const told = async () => (await admin.texts(".security-what")).join(" ");
  await until("refused commands are told", async () => (await told()).includes("Command refused"), { seconds: 40 });
  await until("the wrong passphrase is told", async () => (await told()).includes("Wrong passphrase"), { seconds: 40 });
  const names = await knownNames();
  const reading = await admin.reading();
  assert.ok(names.every((name) => !reading.includes(name)), "no patient is named");
  await admin.picture("security");
});

test("the demo does not outlive a window that is killed", { timeout: 60_000 }, async () => {
  const ward = path.join(physician.station.env.XDG_DATA_HOME, "wardlight-demo/ward");
  assert.equal((await processesOf(ward)).filter((line) => line.includes("wardlight-demo\0")).length, 1);
  process.kill(await physician.station.programId(), "SIGKILL");
  await until("the ward has ended", async () => (await processesOf(ward)).every((line) => !line.includes("wardlight-demo\0")), { seconds: 20 });
});
