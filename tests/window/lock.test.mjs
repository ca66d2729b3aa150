// A workstation that nobody uses: it locks itself, alarms go on with bed and priority only, and the passphrase brings
// everything back. The desk counts the idle time; the window only tells it that somebody moves.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sitDown } from "./harness/person.mjs";
import { until } from "./harness/processes.mjs";

const DEMO_PASSPHRASE = "demo ward, nothing real";
const IDLE_SECONDS = 12;

let person;
/** @type {string[]} */
let names = [];

before(async () => {
  person = await sitDown("idle", ["--demo", "--lock-seconds", String(IDLE_SECONDS)]);
}, { timeout: 60_000 });

after(() => person?.leave(), { timeout: 60_000 });

test("whoever moves is not locked out", { timeout: 180_000 }, async () => {
  await person.screen("ward", { seconds: 120 });
  const begin = Date.now();
  while (Date.now() - begin < (IDLE_SECONDS + 4) * 1000) {
    await person.page.execute("document.body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }))");
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  await person.screen("ward");
  names = (await person.call("ward")).value.tiles.map((tile) => tile.name.text).filter(Boolean);
  assert.ok(names.length > 0);
});

test("nobody moves: it locks, and no name stays", { timeout: 60_000 }, async () => {
  await person.screen("locked", { seconds: IDLE_SECONDS + 20 });
  const markup = await person.page.execute("return document.documentElement.outerHTML");
  assert.ok(names.every((name) => !markup.includes(name)), "a name is left in the page");
  assert.equal((await person.call("ward")).rejected, "locked");
  await person.picture("locked");
});

test("alarms go on while locked, by bed and priority", { timeout: 180_000 }, async () => {
  await until("an alarm in the strip", async () => (await person.texts(".bed-chip")).some((text) => /^Bed \d+$/.test(text)), { seconds: 150 });
  const reading = await person.reading();
  assert.ok(names.every((name) => !reading.includes(name)), "a name is read on the locked screen");
  await person.picture("alarm-while-locked");
});

test("the passphrase brings the ward back", { timeout: 60_000 }, async () => {
  await person.page.type("input[type=password]", DEMO_PASSPHRASE);
  await person.page.clickButton("Unlock");
  await person.screen("ward", { seconds: 60 });
});
