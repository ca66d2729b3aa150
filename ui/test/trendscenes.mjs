// The trends in every state they can be in: of all spans, with the cursor, zoomed, as a table, and where nothing is shared.

/** @import { Scene } from "./scenes.mjs" */

/** @type {readonly Scene[]} */
export const TREND_SCENES = [
  { name: "trends", query: "scene=open", hash: "#/trends/p-01", ready: ".stack-row" },
  {
    name: "trends-cursor", query: "scene=open", hash: "#/trends/p-01", ready: ".stack-row",
    act: async (page) => {
      await page.focus(".stack-over");
      for (let i = 0; i < 4; i += 1) await page.keyboard.press("Shift+ArrowLeft");
      await page.waitForSelector(".told[data-state=ageing]");
    },
  },
  {
    name: "trends-absent", query: "scene=open&moment=away", hash: "#/trends/p-01", ready: ".stack-row",
    act: async (page) => {
      await page.focus(".stack-over");
      await page.keyboard.press("Home");
      await page.waitForSelector(".told[data-state=sensorOff]");
    },
  },
  {
    name: "trends-zoom", query: "scene=open", hash: "#/trends/p-01", ready: ".stack-row",
    act: async (page) => {
      await page.focus(".stack-over");
      await page.keyboard.press("+");
      await page.keyboard.press("+");
      await page.waitForSelector("text=Back to the wider span");
    },
  },
  {
    name: "trends-week", query: "scene=open", hash: "#/trends/p-01", ready: ".stack-row",
    act: async (page) => page.click(".tab >> text=7 days"),
  },
  { name: "trends-not-shared", query: "scene=open&sharing=notShared", hash: "#/trends/p-08", ready: ".empty:not([hidden])" },
  { name: "trends-no-alarms", query: "scene=open&sharing=noAlarms", hash: "#/trends/p-01", ready: ".stack-row" },
  { name: "trends-unknown", query: "scene=open", hash: "#/trends/none", ready: ".error" },
  {
    name: "trends-table", query: "scene=open", hash: "#/trends/p-01", ready: ".stack-row",
    act: async (page) => {
      await page.click(".tabs >> nth=1 >> .tab >> nth=1");
      await page.waitForSelector(".trend-table tbody td");
    },
  },
  {
    name: "trends-median", query: "scene=open", hash: "#/trends/p-01", ready: ".stack-row",
    act: async (page) => {
      await page.click(".tabs >> nth=1 >> .tab >> nth=1");
      await page.waitForSelector(".trend-table tbody td");
      await page.click(".tab >> text=Median");
    },
  },
];
