// Every screen and state that must be fit to be seen: the address of the mock host and what to do there first.

/** @typedef {{name: string, query: string, hash?: string, ready: string, act?: (page: any) => Promise<void>}} Scene */

const key = (/** @type {string} */ name) => (/** @type {any} */ page) => page.keyboard.press(name);

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
  {
    name: "enrol", query: "scene=admin", hash: "#/settings", ready: ".six-words",
    act: async (page) => {
      await page.click("text=Enrol a person");
      await page.fill("textarea", "wardlight-request-1");
      await page.click("text=Read request");
      await page.waitForSelector(".fingerprint");
    },
  },
  {
    name: "enrol-bad", query: "scene=admin", hash: "#/settings", ready: ".six-words",
    act: async (page) => {
      await page.click("text=Enrol a person");
      await page.fill("textarea", "wardlight-request-1 bad proof");
      await page.click("text=Read request");
      await page.waitForSelector(".error");
    },
  },
  {
    name: "revoke", query: "scene=admin", hash: "#/settings", ready: ".six-words",
    act: async (page) => {
      await page.click("tr:nth-child(3) button");
      await page.waitForSelector(".fingerprint");
    },
  },
  { name: "help", query: "scene=open", ready: ".tile", act: key("?") },
];

export const SIZES = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }];
export const THEMES = /** @type {const} */ (["dark", "light"]);
