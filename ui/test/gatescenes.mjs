// Before the desk is open, and what opens it: first run, enrolment, the lock, and the panel that changes what the keys lie under.

/** @import { Scene } from "./scenes.mjs" */

/** The panel that changes what opens the keys. @param {string} has @param {(page: any) => Promise<void>} act */
const protecting = (has, act) => ({
  query: `scene=open${has}`, hash: "#/settings", ready: ".settings-card:not([hidden])",
  act: async (/** @type {any} */ page) => {
    await page.click(".protect-change");
    await page.waitForSelector(".panel fieldset");
    await act(page);
  },
});

/** @type {readonly Scene[]} */
export const GATE_SCENES = [
  { name: "first-run", query: "scene=firstRun", ready: ".gate-card" },
  {
    name: "starting", query: "scene=open&starting", ready: ".empty",
    act: async (page) => {
      for (const early of [".count-chip", ".demo-mark", ".emergency-mark", ".bar-sound", ".rail a"]) {
        if ((await page.$$(`${early}:visible`)).length > 0) throw new Error(`${early} is shown before any news`);
      }
      if (!(await page.isVisible(".status-disclaimer"))) throw new Error("the notice is not there");
    },
  },
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
  { name: "locked-token", query: "scene=lockedToken", ready: ".gate-card" },
  { name: "locked-changing", query: "scene=lockedChanging", ready: ".gate-card" },
  {
    name: "locked-wrong-pin", query: "scene=lockedToken", ready: ".gate-card",
    act: async (page) => {
      await page.fill("input[type=password]", "a passphrase");
      await page.fill("input[type=password] >> nth=1", "0000");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".error");
    },
  },
  { name: "key-problem", query: "scene=keyProblem", ready: ".fingerprint" },
];

/** @type {readonly Scene[]} */
export const PROTECTION_SCENES = [
  { name: "settings-token", query: "scene=open&token=token", hash: "#/settings", ready: ".settings-card:not([hidden])" },
  { name: "protect", ...protecting("", async () => {}) },
  { name: "protect-token", ...protecting("&keychain", (page) => page.check("input[value=token]")) },
  { name: "protect-token-fixed", ...protecting("&token", (page) => page.check("input[value=token]")) },
  { name: "protect-leave-token", ...protecting("&token=token", (page) => page.check("input[value=passphrase]")) },
  {
    name: "protect-wrong-pin", ...protecting("&token", async (page) => {
      await page.check("input[value=token]");
      await page.fill(".panel input[type=password]", "a passphrase");
      await page.fill(".panel input[type=password] >> nth=1", "0000");
      await page.click(".panel .button.primary");
      await page.waitForSelector(".panel .error");
    }),
  },
];
