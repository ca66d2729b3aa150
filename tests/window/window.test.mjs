// The real window: it opens, and it is as closed as the shell promises.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { openStation, PLAIN_PROGRAM } from "./harness/station.mjs";
import { recordNotices } from "./harness/notices.mjs";
import { until } from "./harness/processes.mjs";

const OWN_PAGE = /^tauri:\/\/localhost(\/|$)/;

let station;
let page;

before(async () => {
  station = await openStation();
  page = await station.openWindow();
}, { timeout: 60_000 });

after(() => station?.close(), { timeout: 30_000 });

test("the window opens and draws", { timeout: 60_000 }, async () => {
  assert.match(await page.url(), OWN_PAGE);
  assert.match(await page.execute("return document.title"), /Wardlight/);
  const [width, height] = await page.execute("return [innerWidth, innerHeight]");
  assert.ok(width >= 1280 && height >= 760, `${width}×${height}`);
  assert.ok(await until("something is drawn", async () => (await station.countColours()) > 8));
  if (process.env.WARDLIGHT_PICTURES) await station.screenshot(`${process.env.WARDLIGHT_PICTURES}/first.png`);
});

test("the content policy stops inline code and evaluation", { timeout: 60_000 }, async () => {
  const outcome = await page.executeAsync(`
    const violations = [];
    document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.textContent = "globalThis.inlineRan = true";
    document.head.append(script);
    const button = document.createElement("button");
    button.setAttribute("onclick", "globalThis.handlerRan = true");
    document.body.append(button);
    button.click();
    button.remove();
    let evaluated = "blocked";
    try { evaluated = String(new Function("return 1")()); } catch {}
    let fetched = "blocked";
    try { await fetch("https://example.org/"); fetched = "sent"; } catch {}
    const frame = document.createElement("iframe");
    frame.src = "data:text/html,hello";
    document.body.append(frame);
    await new Promise((resolve) => setTimeout(resolve, 300));
    frame.remove();
    script.remove();
    return { inline: globalThis.inlineRan ?? false, handler: globalThis.handlerRan ?? false, evaluated, fetched, violations };
  `);
  const { violations, ...effects } = outcome.value;
  assert.deepEqual(effects, { inline: false, handler: false, evaluated: "blocked", fetched: "blocked" });
  const stopped = violations.join(" ");
  assert.match(stopped, /script-src-elem/);
  assert.match(stopped, /script-src-attr/);
  assert.match(stopped, /connect-src/);
  assert.match(stopped, /frame-src/);
});

test("the window holds no made-up patients", { timeout: 60_000 }, async () => {
  const load = "return typeof (await import(args[0]))";
  assert.equal((await page.executeAsync(load, "/js/host/tauri.js")).value, "object");
  for (const file of ["/js/host/mock.js", "/js/host/mockward.js", "/test/scenes.mjs"]) {
    assert.ok((await page.executeAsync(load, file)).rejected, `${file} is shipped`);
  }
});

test("prototypes are frozen", { timeout: 60_000 }, async () => {
  assert.equal(await page.execute("return Object.isFrozen(Object.prototype)"), true);
});

test("commands that were not granted are refused", { timeout: 60_000 }, async () => {
  const invoke = "return await globalThis.__TAURI__.core.invoke(args[0], args[1] ?? {});";
  const refused = [
    ["plugin:window|set_title", { label: "main", value: "changed" }],
    ["plugin:webview|create_webview_window", { options: { label: "second", url: "index.html" } }],
    ["plugin:webview|internal_toggle_devtools", {}],
    ["plugin:event|emit", { event: "x", payload: null }],
    ["plugin:path|resolve_directory", { directory: 1 }],
    ["plugin:notification|notify", { options: { title: "x" } }],
    ["plugin:window-state|save_window_state", { flags: 63 }],
    ["no_such_command", {}],
    ["close_wall", {}],
    ["wall_full_screen", {}],
  ];
  for (const [command, args] of refused) {
    const outcome = await page.executeAsync(invoke, command, args);
    assert.match(outcome.rejected ?? "", /not allowed|not found/i, `${command}: ${JSON.stringify(outcome)}`);
  }
});

test("a granted command reaches the desk", { timeout: 60_000 }, async () => {
  const outcome = await page.executeAsync("return await globalThis.__TAURI__.core.invoke('session_state');");
  // Either the desk answers with a phase, or the shell with a typed error; never with a refusal of permission.
  assert.ok(outcome.value?.phase ?? /^[a-z]+$/i.test(outcome.rejected), JSON.stringify(outcome));
});

test("an argument that is too long is refused by type", { timeout: 60_000 }, async () => {
  const outcome = await page.executeAsync(
    "return await globalThis.__TAURI__.core.invoke('load_enrolment', { text: 'x'.repeat(256 * 1024 + 1) });",
  );
  assert.equal(outcome.rejected, "badInput");
});

test("the window goes nowhere else", { timeout: 60_000 }, async () => {
  await page.execute("globalThis.isSamePage = true; location.href = 'https://example.org/'");
  const opened = await page.execute("return open('https://example.org/') === null");
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(opened, true, "no second window");
  assert.match(await page.url(), OWN_PAGE);
  assert.equal(await page.execute("return globalThis.isSamePage"), true, "the page was not left");
});

test("the program leaves no core file", { timeout: 60_000 }, async () => {
  const limits = await readFile(`/proc/${await station.programId()}/limits`, "utf8");
  assert.match(limits, /^Max core file size +0 +0 /m);
});

test("the program that people run takes no orders from WebDriver", { timeout: 60_000 }, async () => {
  const other = await openStation();
  try {
    let outcome = "waiting";
    other.openWindow([], PLAIN_PROGRAM).then(() => (outcome = "driven"), () => (outcome = "failed"));
    await until("the program runs", () => other.programId());
    await new Promise((resolve) => setTimeout(resolve, 4000));
    // The driver opens this machine's other build within a second.
    assert.equal(outcome, "waiting");
    assert.ok(await other.programId(), "the program goes on without it");
  } finally {
    await other.close();
  }
});

test("a second start hands over to the first", { timeout: 60_000 }, async () => {
  // It ends by itself with success; a second window would run into the time-out.
  await station.runProgram([], 30);
});

test("the recorder writes notifications down", { timeout: 60_000 }, async () => {
  const notices = await recordNotices(station);
  await station.output("gdbus", [
    "call", "--session", "--dest", "org.freedesktop.Notifications",
    "--object-path", "/org/freedesktop/Notifications", "--method", "org.freedesktop.Notifications.Notify",
    "self-test", "0", "", "A title", "A body", "[]", "{}", "1000",
  ]);
  assert.deepEqual(await notices.next(), { app: "self-test", title: "A title", body: "A body" });
  assert.equal((await notices.all()).length, 1);
});
