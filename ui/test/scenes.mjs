// Every screen and state that must be fit to be seen: the address of the mock host and what to do there first.
import { GATE_SCENES, PROTECTION_SCENES } from "./gatescenes.mjs";
import { TREND_SCENES } from "./trendscenes.mjs";
import { WALL_SCENES } from "./wallscenes.mjs";

/** @typedef {{name: string, query: string, page?: string, density?: string, hash?: string, ready: string, act?: (page: any) => Promise<void>}} Scene */

const key = (/** @type {string} */ name) => (/** @type {any} */ page) => page.keyboard.press(name);

/** The settings as an administrator sees them. @param {(page: any) => Promise<void>} act */
const settings = (act) => ({ query: "scene=admin", hash: "#/settings", ready: ".six-words", act });

/** @param {any} page @param {string} opens @param {string} text @param {string} goes */
async function loaded(page, opens, text, goes) {
  await page.click(opens);
  await page.fill("textarea", text);
  await page.click(goes);
}

/** @param {any} page @param {string} who */
async function previewed(page, who) {
  await loaded(page, "text=Enrol a person or hub", `wardlight enrolment request 1 ${who}`, "text=Read request");
  await page.waitForSelector(".six-words-field");
}

/** @param {any} page @param {string} words */
async function said(page, words) {
  await page.fill(".six-words-field", words);
  await page.click('text="Compare"');
}

/** @param {any} page @param {string} who */
async function compared(page, who) {
  await previewed(page, who);
  await said(page, "Harbor violet candle engine meadow silver");
  await page.waitForSelector(".panel .fingerprint");
}

/** The dialog for emergency access. @param {(page: any) => Promise<void>} act */
const breaking = (act) => ({
  query: "scene=emergency", hash: "#/emergency", ready: ".table .button:not(.quiet)",
  act: async (/** @type {any} */ page) => {
    await page.click(".table tbody tr:nth-child(2) .button:not(.quiet)");
    await page.waitForSelector(".hold");
    await act(page);
  },
});

/** @type {readonly Scene[]} */
export const SCENES = [
  ...GATE_SCENES,
  { name: "ward", query: "scene=open", ready: ".tile" },
  ...WALL_SCENES,
  { name: "ward-drawer", query: "scene=open", ready: ".tile", act: key("i") },
  { name: "ward-empty", query: "scene=open&empty", ready: ".empty h2" },
  { name: "ward-stale", query: "scene=stale", ready: ".banner" },
  { name: "ward-lost", query: "scene=lost", ready: ".banner" },
  { name: "ward-catching-up", query: "scene=catchingUp", ready: ".banner" },
  { name: "ward-troubled", query: "scene=troubled", ready: ".banner" },
  { name: "ward-two-histories", query: "scene=twoHistories", ready: ".banner" },
  { name: "ward-paused", query: "scene=paused", ready: ".tile" },
  { name: "patient", query: "scene=open", hash: "#/patient/p-01", ready: ".chart" },
  { name: "patient-offline", query: "scene=open", hash: "#/patient/p-07", ready: ".chart" },
  { name: "patient-not-shared", query: "scene=open", hash: "#/patient/p-08", ready: ".chart" },
  { name: "patient-cant-confirm", query: "scene=open", hash: "#/patient/p-09", ready: ".chart" },
  { name: "patient-failed", query: "scene=open", hash: "#/patient/p-10", ready: ".chart" },
  { name: "patient-unknown", query: "scene=open", hash: "#/patient/none", ready: ".error" },
  ...["p-01", "p-03", "p-09", "p-10"].map((id) => ({
    name: `trust-${id}`, query: "scene=open", hash: `#/patient/${id}`, ready: ".chart",
    act: async (/** @type {any} */ page) => {
      await page.click(".trust-button");
      await page.waitForSelector(".trust-details");
      await page.click(".trust-details summary");
    },
  })),
  ...[["notes", "scene=open", "p-01"], ["notes-empty", "scene=open&empty", "p-01"], ["notes-not-shared", "scene=open", "p-08"]].map(([name, query, id]) => ({
    name: String(name), query: String(query), hash: `#/patient/${id}`, ready: ".chart",
    act: async (/** @type {any} */ page) => {
      await page.keyboard.press("n");
      await page.waitForSelector(".notes");
    },
  })),
  {
    name: "notes-write", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.waitForSelector(".written");
      await page.keyboard.press("n");
      await page.keyboard.type("Drank 300 ml.");
      await page.keyboard.press("Control+Enter");
      await page.waitForSelector(".written:nth-child(16)");
    },
  },
  {
    name: "notes-amend", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".written button:has-text('Amend')");
      await page.click(".written-earlier summary");
    },
  },
  {
    name: "notes-refused", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.waitForSelector(".written");
      await page.click("text=Sign note");
      await page.waitForSelector(".notes .error");
    },
  },
  ...["medicine", "oxygen", "observation"].map((what, at) => ({
    name: `order-${what}`, query: "scene=open&orders", hash: "#/patient/p-01", ready: ".chart",
    act: async (/** @type {any} */ page) => {
      await page.keyboard.press("n");
      await page.click(".notes-acts button >> nth=0");
      await page.click(`.order-form .tab >> nth=${at}`);
      const fields = await page.$$(".order-form input[type=text]:visible");
      for (const field of fields) await field.fill("20 mg/h");
    },
  })),
  {
    name: "order-refused", query: "scene=open&orders", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".notes-acts button >> nth=0");
      await page.click(".order-form button[type=submit]");
      await page.waitForSelector(".order-form .error");
    },
  },
  {
    name: "order-why", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".order-do button >> nth=1");
      await page.waitForSelector(".order-why-form input");
    },
  },
  {
    name: "order-given", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".order-do button >> nth=0");
      await page.waitForSelector(".written[data-sort=orderStep]");
    },
  },
  {
    name: "advice", query: "scene=open&orders", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".notes-acts button >> nth=1");
      await page.click(".advice-templates button >> nth=5");
      await page.waitForSelector(".advice-form select");
    },
  },
  {
    name: "advice-refused", query: "scene=open&orders", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".notes-acts button >> nth=1");
      await page.fill(".advice-form textarea", " ");
      await page.click(".advice-form button[type=submit]");
      await page.waitForSelector(".advice-form .error");
    },
  },
  {
    name: "advice-withdraw", query: "scene=open&orders", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".written[data-sort=advice] .order-do button >> nth=1");
      await page.waitForSelector(".order-why-form input");
    },
  },
  {
    name: "advice-noted", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".advice-reply .buttons button >> nth=0");
      await page.waitForSelector(".written[data-sort=noted]");
    },
  },
  {
    name: "programme", query: "scene=open&orders", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".written[data-sort=programme] .buttons button >> nth=1");
      await page.waitForSelector(".programme-form .goal-row:nth-child(4)");
    },
  },
  {
    name: "programme-refused", query: "scene=open&orders", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".notes-acts button >> nth=2");
      await page.fill(".programme-form input[type=text] >> nth=0", " ");
      await page.click(".programme-form button[type=submit]");
      await page.waitForSelector(".programme-form .error");
    },
  },
  {
    name: "programme-end", query: "scene=open&orders", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".written[data-sort=programme] .buttons button >> nth=2");
      await page.fill(".programme-form textarea", "Walks alone.");
      await page.click(".programme-form button[type=submit]");
      await page.waitForSelector(".written[data-sort=programmeEnd]");
    },
  },
  {
    name: "hand-over", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.keyboard.press("n");
      await page.click(".notes-head >> text=Hand over");
      await page.waitForSelector(".panel textarea");
    },
  },
  { name: "hand-overs", query: "scene=open", hash: "#/handover", ready: ".accept-form" },
  { name: "hand-overs-empty", query: "scene=open&empty", hash: "#/handover", ready: ".empty" },
  {
    name: "limits", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.click(".page-acts button:nth-child(2)");
      await page.fill(".limits-table tr:nth-child(2) [data-edge=low]", "74");
      await page.waitForSelector(".limits-second li");
    },
  },
  {
    name: "observe", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.click(".page-acts button:nth-child(1)");
      await page.waitForSelector(".levels");
    },
  },
  {
    name: "standby", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.click(".page-acts button:nth-child(3)");
      await page.waitForSelector(".panel form");
    },
  },
  {
    name: "trust-export", query: "scene=open", hash: "#/patient/p-01", ready: ".chart",
    act: async (page) => {
      await page.click(".trust-button");
      await page.waitForSelector(".trust-export .button");
      await page.click(".trust-export .button");
      await page.waitForSelector(".trust-export .handout-place:not(:empty)");
    },
  },
  ...TREND_SCENES,
  { name: "inbox", query: "scene=open", hash: "#/inbox", ready: ".alarm-row" },
  {
    name: "inbox-history", query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (page) => {
      await page.click(".tab >> text=Over");
      await page.waitForSelector("[data-over=true]");
    },
  },
  ...["Acknowledged", "Put off", "Technical"].map((tab) => ({
    name: `inbox-${tab.toLowerCase().replace(" ", "-")}`, query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (/** @type {any} */ page) => page.click(`.tab >> text=/^${tab}/`),
  })),
  {
    name: "inbox-unfolded", query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (page) => page.click(".alarm-others:not([hidden])"),
  },
  {
    name: "inbox-filtered", query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (page) => {
      await page.fill(".inbox-filter input", "nobody");
      await page.waitForSelector("text=fits the filter");
    },
  },
  ...["d", "s", "r", "e", "n"].map((name) => ({
    name: `alarm-${name}`, query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (/** @type {any} */ page) => {
      await page.keyboard.press(name);
      await page.waitForSelector(name === "d" ? ".alarm-step" : ".alarm-form .buttons");
    },
  })),
  {
    name: "alarm-printed", query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (page) => {
      await page.keyboard.press("d");
      await page.click(".strip-head .button");
      await page.waitForSelector("text=Saved as");
    },
  },
  {
    name: "alarm-put-off", query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (page) => {
      await page.keyboard.press("s");
      await page.click(".alarm-form .buttons .button");
      await page.waitForSelector("[data-work=snoozed]");
    },
  },
  {
    name: "roster", query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (page) => {
      await page.keyboard.press("d");
      await page.click("text=Change who is called");
      await page.waitForSelector(".roster-step");
    },
  },
  {
    name: "roster-refused", query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (page) => {
      await page.keyboard.press("d");
      await page.click("text=Change who is called");
      await page.click("text=Add a step");
      await page.click(".roster .button.primary");
      await page.waitForSelector(".roster .error[role=alert]");
    },
  },
  { name: "inbox-empty", query: "scene=open&empty", hash: "#/inbox", ready: ".empty" },
  { name: "patients", query: "scene=open", hash: "#/patients", ready: ".table tbody tr" },
  { name: "settings-nurse", query: "scene=open", hash: "#/settings", ready: ".settings-card:not([hidden])" },
  { name: "settings-admin", query: "scene=admin", hash: "#/settings", ready: ".six-words" },
  { name: "settings-offline", query: "scene=admin&offline", hash: "#/settings", ready: ".admin-bar" },
  { name: "enrol-load", ...settings(async (page) => page.click("text=Enrol a person or hub")) },
  { name: "enrol-words", ...settings((page) => previewed(page, "")) },
  { name: "enrol-hub", ...settings((page) => previewed(page, "hub")) },
  {
    name: "enrol-wrong-words", ...settings(async (page) => {
      await previewed(page, "");
      await said(page, "harbor violet candy engine meadow silver");
      await page.waitForSelector(".panel .error");
    }),
  },
  { name: "enrol-confirm", ...settings((page) => compared(page, "")) },
  { name: "enrol-confirm-hub", ...settings((page) => compared(page, "hub")) },
  {
    name: "enrol-done", ...settings(async (page) => {
      await compared(page, "");
      await page.click(".panel label.check");
      await page.click("text=Sign and enrol");
      await page.waitForSelector(".handout");
    }),
  },
  {
    name: "enrol-revoked", ...settings(async (page) => {
      await loaded(page, "text=Enrol a person or hub", "wardlight enrolment request 1 revoked", "text=Read request");
      await page.waitForSelector(".panel .error");
    }),
  },
  {
    name: "enrol-bad", ...settings(async (page) => {
      await loaded(page, "text=Enrol a person or hub", "hello", "text=Read request");
      await page.waitForSelector(".panel .error");
    }),
  },
  {
    name: "answer", ...settings(async (page) => {
      await page.click("tr:nth-child(3) button:has-text('Answer file')");
      await page.waitForSelector(".handout");
    }),
  },
  {
    name: "revoke", ...settings(async (page) => {
      await page.click("tr:nth-child(3) button:has-text('Revoke')");
      await page.waitForSelector(".panel fieldset");
    }),
  },
  {
    name: "team-confirm", ...settings(async (page) => {
      await page.click("text=New care team");
      await page.fill(".panel input", "Intensive care");
      await page.click(".panel >> text=Next");
      await page.waitForSelector(".panel .facts");
    }),
  },
  {
    name: "team-done", ...settings(async (page) => {
      await page.click("text=New care team");
      await page.fill(".panel input", "Intensive care");
      await page.click(".panel >> text=Next");
      await page.click("text=Sign and create");
      await page.waitForSelector(".signed");
    }),
  },
  { name: "team-members", ...settings(async (page) => page.click("button:has-text('Members')")) },
  {
    name: "team-leave", ...settings(async (page) => {
      await page.click("button:has-text('Members')");
      await page.click(".members button");
      await page.waitForSelector(".panel .facts");
    }),
  },
  {
    name: "patient-register", ...settings(async (page) => {
      await loaded(page, "text=Register a patient", "wardlight patient registration 1", "text=Read registration");
      await page.waitForSelector(".panel .facts");
    }),
  },
  {
    name: "patient-unknown-hub", ...settings(async (page) => {
      await loaded(page, "text=Register a patient", "wardlight patient registration 1 unknown hub", "text=Read registration");
      await page.waitForSelector(".panel .error");
    }),
  },
  { name: "device-register", ...settings(async (page) => page.click("text=Register a device")) },
  {
    name: "device-assign", ...settings(async (page) => {
      await page.click("tr:last-child button:has-text('Assign')");
      await page.click(".panel >> text=Next");
      await page.waitForSelector(".panel .facts");
    }),
  },
  { name: "reports-now", query: "scene=open", hash: "#/reports", ready: ".now-card tbody tr" },
  ...["shift", "load", "hours", "response", "outcome", "silence"].map((kind, at) => ({
    name: `reports-${kind}`, query: "scene=open", hash: "#/reports", ready: ".now-card",
    act: async (/** @type {any} */ page) => {
      await page.click(`.report-choice .tab:nth-child(${at + 2})`);
      await page.waitForSelector(".report-table tbody tr");
    },
  })),
  {
    name: "reports-saved", query: "scene=open", hash: "#/reports", ready: ".now-card",
    act: async (page) => {
      await page.click(".report-choice .tab:nth-child(2)");
      await page.waitForSelector(".report-table tbody tr");
      await page.click("text=Save as PDF");
      await page.waitForSelector("text=Saved as");
    },
  },
  { name: "reports-access", query: "scene=privacy", hash: "#/reports", ready: ".report-table tbody tr" },
  {
    name: "reports-refused", query: "scene=admin", hash: "#/reports", ready: ".now-card",
    act: async (page) => {
      await page.click(".report-choice .tab:nth-child(2)");
      await page.waitForSelector(".error");
    },
  },
  { name: "access", query: "scene=privacy", hash: "#/access", ready: ".access-table tbody tr" },
  {
    name: "access-saved", query: "scene=privacy", hash: "#/access", ready: ".access-table tbody tr",
    act: async (page) => {
      await page.selectOption(".filters select", { index: 1 });
      await page.click("text=Save as CSV");
      await page.waitForSelector("text=saved as");
    },
  },
  { name: "access-empty", query: "scene=privacy&empty", hash: "#/access", ready: ".empty" },
  { name: "access-refused", query: "scene=open", hash: "#/access", ready: ".error" },
  {
    name: "security", query: "scene=admin", hash: "#/inbox", ready: ".tabs",
    act: async (page) => {
      await page.click(".tab >> text=Security");
      await page.waitForSelector(".security-row");
    },
  },
  {
    name: "security-done", query: "scene=admin", hash: "#/inbox", ready: ".tabs",
    act: async (page) => {
      await page.click(".tab >> text=Security");
      await page.click(".security-row button:has-text('Dealt with')");
    },
  },
  ...PROTECTION_SCENES,
  { name: "settings-privacy", query: "scene=privacy", hash: "#/settings", ready: ".receipts" },
  {
    name: "erase", query: "scene=privacy", hash: "#/settings", ready: ".receipts",
    act: async (page) => page.click("button:has-text('Erase…')"),
  },
  {
    name: "erase-confirm", query: "scene=privacy", hash: "#/settings", ready: ".receipts",
    act: async (page) => {
      await page.click("button:has-text('Erase…')");
      await page.click(".panel label.check");
      await page.click(".panel >> text=Next");
      await page.waitForSelector(".panel .facts");
    },
  },
  { name: "ward-emergency", query: "scene=emergency", ready: ".emergency-mark" },
  { name: "patient-emergency", query: "scene=emergency", hash: "#/patient/p-11", ready: ".chart" },
  { name: "emergency", query: "scene=emergency", hash: "#/emergency", ready: ".emergency-row" },
  { name: "emergency-officer", query: "scene=officer", hash: "#/emergency", ready: ".emergency-row" },
  {
    name: "emergency-review", query: "scene=officer", hash: "#/emergency", ready: ".emergency-row",
    act: async (page) => {
      await page.click(".emergency-row button:has-text('Review')");
      await page.waitForSelector(".panel fieldset");
    },
  },
  {
    name: "emergency-release", query: "scene=emergency", hash: "#/emergency", ready: ".emergency-row",
    act: async (page) => {
      await page.click("text=Release my share");
      await page.waitForSelector(".panel .facts");
    },
  },
  { name: "break-glass", ...breaking(async () => {}) },
  { name: "break-glass-alone", ...breaking(async () => {}), query: "scene=emergency&emergency=alone" },
  {
    name: "break-glass-missing", ...breaking(async (page) => {
      await page.click(".hold-instead summary");
      await page.check(".hold-instead input");
      await page.click(".hold-instead .button");
      await page.waitForSelector(".panel .error");
    }),
  },
  {
    name: "break-glass-sent", ...breaking(async (page) => {
      await page.click(".chip:first-of-type");
      await page.fill(".panel textarea", "Found unconscious");
      await page.click(".hold-instead summary");
      await page.check(".hold-instead input");
      await page.click(".hold-instead .button");
      await page.waitForSelector(".panel .signed-word");
    }),
  },
  {
    name: "keys", query: "scene=open", hash: "#/patient/p-07", ready: ".chart",
    act: async (page) => {
      await page.click("text=Why does this not open?");
      await page.waitForSelector(".key-problem");
    },
  },
  {
    name: "consent", query: "scene=open", hash: "#/patient/p-08", ready: ".chart",
    act: async (page) => {
      await page.click("text=Record consent");
      await page.waitForSelector(".panel select");
    },
  },
  {
    name: "proposal-approve", ...settings(async (page) => {
      await page.click("text=Look and approve");
      await page.waitForSelector(".panel .six-words-field");
    }),
  },
  {
    name: "enrol-workstation", ...settings(async (page) => {
      await compared(page, "known");
      await page.waitForSelector(".panel select");
    }),
  },
  { name: "policy", ...settings(async (page) => page.click("text=Change the rules")) },
  { name: "custodians", ...settings(async (page) => page.click(".row-actions >> text=Custodians")) },
  { name: "role", ...settings(async (page) => page.click("tr:nth-child(3) button:has-text('Change role')")) },
  { name: "disclose", ...settings(async (page) => page.click(".section-head >> text=Disclose by order")) },
  {
    name: "disclosure-end", ...settings(async (page) => {
      await page.click(".disclosures button:has-text('End…')");
      await page.waitForSelector(".panel form");
    }),
  },
  {
    name: "disclosure-ended", query: "scene=privacy", hash: "#/settings", ready: ".receipts",
    act: async (page) => {
      await page.click(".disclosures button:has-text('End…')");
      await page.click("text=Sign and propose the end");
      await page.waitForSelector(".panel .signed-word");
      await page.waitForSelector(".disclosures .cell-note:not([hidden])");
    },
  },
  { name: "help", query: "scene=open", ready: ".tile", act: key("?") },
];

export const SIZES = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }];
export const THEMES = /** @type {const} */ (["dark", "light"]);

/** What words and reading direction are looked at on: screens that need no English word to be reached. */
const MAIN = ["first-run", "locked", "locked-wrong-pin", "protect-token", "ward-troubled", "ward-32-dense", "wall", "wall-locked", "wall-held", "patient", "limits", "inbox", "settings-admin", "emergency", "trends-cursor", "trends-table", "reports-load", "notes", "order-medicine", "hand-overs", "advice"];
/** Half of 1280 by 800: what is left of the smallest window at 200 %. */
const AT_200 = { width: 640, height: 400 };

/** @typedef {{name: string, options: object, scenes: readonly Scene[], size?: number, keys?: boolean}} Run `size`: drawn so large, in per cent, by the window itself; `keys`: walked by the Tab key */

/** Every size with every theme; those of `PAIRED` show each size and each theme once. */
const SHOWN = SIZES.flatMap((viewport) => THEMES.map((colorScheme) => ({ name: `${viewport.width}-${colorScheme}`, options: { viewport, colorScheme } })));
const PAIRED = ["1280-dark", "1920-light"];
const main = SCENES.filter(({ name }) => MAIN.includes(name));

/** The main screens in each other language, at 200 % and with forced colours. @type {readonly Run[]} */
const OTHERS = [
  { name: "de", options: { viewport: SIZES[0], colorScheme: "dark", locale: "de-CH" }, keys: true },
  { name: "ar", options: { viewport: SIZES[0], colorScheme: "light", locale: "ar-EG" } },
  { name: "200-en", options: { viewport: AT_200, colorScheme: "light" }, keys: true },
  { name: "200-de", options: { viewport: AT_200, colorScheme: "dark", locale: "de-DE" } },
  { name: "200-ar", options: { viewport: SIZES[0], colorScheme: "dark", locale: "ar" }, size: 200 },
  { name: "forced", options: { viewport: SIZES[0], colorScheme: "dark", forcedColors: "active" } },
].map((run) => ({ ...run, scenes: main }));

/**
 * What is looked at: every scene in both sizes and both themes. Layout depends on the size and colours on the theme, so two
 * of the four combinations show both, and the main screens are looked at in all of them; `everything` takes all scenes there.
 * @param {boolean} everything @returns {readonly Run[]}
 */
export function runs(everything) {
  return [...SHOWN.map((run) => ({ ...run, scenes: everything || PAIRED.includes(run.name) ? SCENES : main })), ...OTHERS];
}
