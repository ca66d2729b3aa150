// The dense ward of 32 beds and the wall, in every state they can be in.

/** @import { Scene } from "./scenes.mjs" */

/** How many beds there are, and how many of them are not wholly on the screen. */
function onScreen() {
  const main = /** @type {Element} */ (document.querySelector(".ward-view")).getBoundingClientRect();
  const tiles = [...document.querySelectorAll(".tile")].map((tile) => tile.getBoundingClientRect());
  return { beds: tiles.length, hidden: tiles.filter(({ top, bottom }) => top < main.top || bottom > main.bottom + 0.5).length };
}

/** @type {readonly Scene[]} */
export const WALL_SCENES = [
  {
    name: "ward-32-comfortable", query: "scene=open&beds=32", ready: ".tile",
    act: async (page) => {
      await page.keyboard.press("c");
      await page.waitForSelector(".tiles[data-dense]");
      await page.click(".ward-switches [aria-pressed=true]");
      await page.waitForSelector(".tiles:not([data-dense])");
    },
  },
  ...["open", "troubled", "lost", "paused"].map((scene) => ({
    name: scene === "open" ? "ward-32-dense" : `ward-32-dense-${scene}`, query: `scene=${scene}&beds=32`, density: "dense", ready: ".tiles[data-dense] .tile",
    act: async (/** @type {any} */ page) => {
      const { beds, hidden } = await page.evaluate(onScreen);
      if (beds !== 32) throw new Error(`${beds} beds`);
      // The reference screen holds the whole ward; a smaller one scrolls down to it.
      if (page.viewportSize().height >= 1080 && hidden > 0) throw new Error(`${hidden} beds need scrolling`);
    },
  })),
  { name: "ward-32-dense-drawer", query: "scene=open&beds=32", density: "dense", ready: ".tile", act: (page) => page.keyboard.press("i") },
  { name: "ward-dense-empty", query: "scene=open&empty", density: "dense", ready: ".empty h2" },
  ...[["wall", "scene=open&beds=32"], ["wall-few", "scene=open&beds=3"], ["wall-stale", "scene=stale&beds=32"], ["wall-lost", "scene=lost"], ["wall-troubled", "scene=troubled&beds=32"], ["wall-empty", "scene=open&empty"]].map(([name, query]) => ({
    name: String(name), query: String(query), page: "wall.html", ready: name === "wall-empty" ? ".wall-notice:visible" : ".wall-card",
    act: async (/** @type {any} */ page) => {
      if ((await page.content()).includes("Okafor")) throw new Error("a name is shown though names are hidden");
      if (!(await page.isVisible(".wall-warning"))) throw new Error("it does not say that it is not the primary alarm");
    },
  })),
  {
    name: "wall-starting", query: "scene=open&starting", page: "wall.html", ready: ".wall-notice:visible",
    act: async (page) => {
      for (const early of [".wall-calm", ".wall-clock", ".demo-mark"]) if (await page.isVisible(early)) throw new Error(`${early} is shown before any news`);
      if (!(await page.isVisible(".wall-warning"))) throw new Error("the notice is not there");
    },
  },
  ...["locked", "firstRun"].map((scene) => ({
    name: `wall-${scene}`, query: `scene=${scene}`, page: "wall.html", ready: ".wall-notice",
    act: async (/** @type {any} */ page) => {
      if ((await page.$$(".wall-card, .value-number")).length > 0) throw new Error("a value is shown");
    },
  })),
  ...[["initials", 1, "A. O."], ["names", 2, "Amara Okafor"]].map(([name, presses, shown]) => ({
    name: `wall-${name}`, query: "scene=open&beds=32", page: "wall.html", ready: ".wall-card",
    act: async (/** @type {any} */ page) => {
      for (let i = 0; i < Number(presses); i += 1) await page.keyboard.press("n");
      await page.waitForSelector(`.wall-name:has-text("${shown}")`);
    },
  })),
  {
    name: "wall-held", query: "scene=open&beds=32", page: "wall.html", ready: ".wall-card",
    act: async (page) => {
      const alarms = () => page.$$eval(".wall-chip", (/** @type {Element[]} */ chips) => chips.length);
      const before = await alarms();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press(" ");
      await page.waitForSelector('.wall-buttons [aria-pressed="true"]');
      if (before === 0 || (await alarms()) !== before) throw new Error("beds in alarm do not stand on every page");
    },
  },
];
