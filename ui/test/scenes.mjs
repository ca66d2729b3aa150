// Every screen and state that must be fit to be seen: the address of the mock host and what to do there first.

/** @typedef {{name: string, query: string, hash?: string, ready: string, act?: (page: any) => Promise<void>}} Scene */

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
  await page.click("text=Compare");
}

/** @param {any} page @param {string} who */
async function compared(page, who) {
  await previewed(page, who);
  await said(page, "Harbor violet candle engine meadow silver");
  await page.waitForSelector(".panel .fingerprint");
}

/** @type {readonly Scene[]} */
export const SCENES = [
  { name: "first-run", query: "scene=firstRun", ready: ".gate-card" },
  { name: "await-enrolment", query: "scene=awaitingEnrolment", ready: ".fingerprint" },
  { name: "locked", query: "scene=locked", ready: ".gate-card" },
  {
    name: "locked-wrong", query: "scene=locked", ready: ".gate-card",
    act: async (page) => {
      await page.fill("input[type=password]", "wrong");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".error");
    },
  },
  { name: "key-problem", query: "scene=keyProblem", ready: ".fingerprint" },
  { name: "ward", query: "scene=open", ready: ".tile" },
  { name: "ward-drawer", query: "scene=open", ready: ".tile", act: key("i") },
  { name: "ward-empty", query: "scene=open&empty", ready: ".empty h2" },
  { name: "ward-stale", query: "scene=stale", ready: ".banner" },
  { name: "ward-lost", query: "scene=lost", ready: ".banner" },
  { name: "ward-catching-up", query: "scene=catchingUp", ready: ".banner" },
  { name: "ward-troubled", query: "scene=troubled", ready: ".banner" },
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
  { name: "inbox", query: "scene=open", hash: "#/inbox", ready: ".alarm-row" },
  {
    name: "inbox-history", query: "scene=open", hash: "#/inbox", ready: ".alarm-row",
    act: async (page) => {
      await page.click(".tab:nth-child(4)");
      await page.waitForSelector("[data-over=true]");
    },
  },
  { name: "inbox-empty", query: "scene=open&empty", hash: "#/inbox", ready: ".empty" },
  { name: "patients", query: "scene=open", hash: "#/patients", ready: ".table tbody tr" },
  { name: "settings-nurse", query: "scene=open", hash: "#/settings", ready: ".settings-card" },
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
  { name: "help", query: "scene=open", ready: ".tile", act: key("?") },
];

export const SIZES = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }];
export const THEMES = /** @type {const} */ (["dark", "light"]);
