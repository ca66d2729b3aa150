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
  await physician.page.click(".tile");
  await physician.screen("patient");
  await until("a trend is drawn", () => physician.sees("svg polyline, svg path"), { seconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await physician.picture("patient");
  await physician.page.press("1");
  await physician.screen("ward");
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

test("an alarm arrives, is told without a name, and is answered by the key A", { timeout: 180_000 }, async () => {
  await physician.page.press("2");
  await physician.screen("inbox");
  await until("an alarm is in the inbox", async () => (await physician.texts(".alarm-row")).length > 0, { seconds: 120 });
  await physician.picture("alarm");
  const notice = await notices.next();
  assert.match(notice.title, /^Demo: (High|Medium|Low) priority alarm, bed \d+$/);
  const names = (await physician.call("ward")).value.tiles.map((tile) => tile.name.text);
  for (const { title, body } of await notices.all()) {
    assert.ok(names.every((name) => !`${title} ${body}`.includes(name)), "no name in a notification");
  }
  alarmId = await physician.page.execute("return document.querySelector('.alarm-row[aria-current=true]').dataset.alarmId");
  const work = () => physician.texts(`.alarm-row[data-alarm-id="${alarmId}"] .alarm-work`);
  assert.match(`${await work()}`, /Nobody has answered/);
  await physician.page.press("a");
  await until("it is answered", async () => /^You, /.test(`${await work()}`), { seconds: 20 });
  await physician.picture("acknowledged");
});

test("the colleague sees who answered", { timeout: 60_000 }, async () => {
  await nurse.page.press("2");
  await nurse.screen("inbox");
  const work = () => nurse.texts(`.alarm-row[data-alarm-id="${alarmId}"] .alarm-work`);
  await until("the other workstation knows", async () => /^Demo Physician, /.test(`${await work()}`), { seconds: 20 });
  await nurse.picture("acknowledged-by-another");
});

test("locking leaves nothing readable, and the passphrase brings it back", { timeout: 120_000 }, async () => {
  const names = (await physician.call("ward")).value.tiles.map((tile) => tile.name.text);
  assert.equal(names.length, BEDS);
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

test("the demo does not outlive a window that is killed", { timeout: 60_000 }, async () => {
  const ward = path.join(physician.station.env.XDG_DATA_HOME, "wardlight-demo/ward");
  assert.equal((await processesOf(ward)).filter((line) => line.includes("wardlight-demo\0")).length, 1);
  process.kill(await physician.station.programId(), "SIGKILL");
  await until("the ward has ended", async () => (await processesOf(ward)).every((line) => !line.includes("wardlight-demo\0")), { seconds: 20 });
});
