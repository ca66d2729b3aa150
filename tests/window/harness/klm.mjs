// The keystroke-level model: how long somebody practised needs for the motions of a task, without reading and thinking.
// S. K. Card, T. P. Moran, A. Newell: The keystroke-level model for user performance time with interactive systems,
// Communications of the ACM 23 (1980) 396–410. What the system needs is measured in the window and added.

/** A key, by an average typist who is no secretary; seconds. */
export const K = 0.28;
/** Pointing at something with the mouse. */
export const P = 1.1;
/** Pressing a mouse button or letting it go. */
export const B = 0.1;
/** The hand from the mouse to the keyboard or back. */
export const H = 0.4;
/** Making up one's mind for the next step. Budgets leave it out, as they leave out reading; it is told beside them. */
export const M = 1.35;

/** A click where one must point first. */
export const CLICK = P + 2 * B;

/** Notes in the page when something was last typed, clicked or let go. */
const WATCH = `
  globalThis.lastAct ??= performance.now();
  for (const kind of ["keydown", "keyup", "pointerup", "click", "change"]) addEventListener(kind, () => { globalThis.lastAct = performance.now(); }, true);`;

/** One run of one task by one person. */
export class Task {
  #device = "";
  keys = 0;
  clicks = 0;
  /** Characters of free text and of passphrases, which are no choice of the screen. */
  typed = 0;
  operator = 0;
  decisions = 0;
  response = 0;

  /** @param {import("./person.mjs").Person} person */
  constructor(person) {
    this.page = person.page;
  }

  /** Makes the window tell when it was last acted on; once for each window. @param {import("./person.mjs").Person} person */
  static watch(person) {
    return person.page.execute(WATCH);
  }

  /** @param {"keyboard" | "mouse"} device */
  #by(device) {
    if (this.#device !== "" && this.#device !== device) this.operator += H;
    this.#device = device;
  }

  /** A key that is a command, or ends what was typed. @param {string} value @param {{ends?: boolean}} [how] */
  async key(value, { ends = false } = {}) {
    this.#by("keyboard");
    this.keys += 1;
    this.operator += K;
    if (!ends) this.decisions += 1;
    await this.page.press(value);
  }

  /** Two keys at once. @param {string} modifier @param {string} value */
  async chord(modifier, value) {
    this.#by("keyboard");
    this.keys += 2;
    this.operator += 2 * K;
    await this.page.chord(modifier, value);
  }

  /** Text into what has the focus. @param {string} text */
  async type(text) {
    this.#by("keyboard");
    this.typed += text.length;
    this.operator += K * text.length;
    await this.page.press(text);
  }

  /** @param {string} css */
  async click(css) {
    this.#pointed();
    await this.page.click(css);
  }

  /** @param {string} text */
  async clickButton(text) {
    this.#pointed();
    await this.page.clickButton(text);
  }

  /** Chooses in a list that opens, where that is not chosen already: two clicks. @param {string} css @param {string} text */
  async choose(css, text) {
    const chosen = await this.page.execute("const list = document.querySelector(arguments[0]); return list.selectedOptions[0]?.textContent.includes(arguments[1]) === true", css, text);
    if (chosen) return;
    for (let click = 0; click < 2; click += 1) this.#pointed();
    await this.page.execute("const list = document.querySelector(arguments[0]); list.value = [...list.options].find((each) => each.textContent.includes(arguments[1])).value; list.dispatchEvent(new Event('change', { bubbles: true }))", css, text);
  }

  /** Holds the mouse button down on something. @param {string} css @param {number} ms */
  async hold(css, ms) {
    this.#pointed();
    this.operator += ms / 1000;
    await this.page.pressDown(css, ms);
  }

  /** Draws from one place of an element to another, by shares of its width. @param {string} css @param {number} from @param {number} to */
  async drag(css, from, to) {
    this.#by("mouse");
    this.decisions += 1;
    this.operator += 2 * (P + B);
    await this.page.drag(css, from, to);
  }

  /** Waits until a condition holds in the page and adds how long that took since the last act. @param {string} what @param {string} condition body of a function */
  async sees(what, condition) {
    const answer = await this.page.executeAsync(`
      const end = performance.now() + 15_000;
      for (;;) {
        const now = performance.now();
        if ((() => { ${condition} })()) return Math.max(0, now - globalThis.lastAct);
        if (now > end) throw new Error("not seen");
        await new Promise((resolve) => setTimeout(resolve, 15));
      }`);
    if (answer.value === undefined) throw new Error(`${what}: ${answer.rejected}`);
    this.response += answer.value / 1000;
  }

  #pointed() {
    this.#by("mouse");
    this.clicks += 1;
    this.decisions += 1;
    this.operator += CLICK;
  }
}

/**
 * @typedef {object} Budget
 * @property {number} [clicks] at most so many; keys may stand for them, if they take no longer than those clicks
 * @property {number} [beside] keys that are no part of it: the one that ends a passphrase, where the budget says "and unlock"
 * @property {number} [seconds] motions and the system's answer together
 * @property {string} says as the budget is written
 */

/** @param {string} who @param {string} name @param {Task} task @param {Budget} budget */
export function judged(who, name, task, budget) {
  const { keys, clicks, typed, operator, decisions, response } = task;
  const seconds = operator + response;
  // Free text is beside a budget in clicks, and so is moving the hand to and from it.
  const chosen = (keys - (budget.beside ?? 0)) * K + clicks * CLICK;
  const over = [
    budget.clicks !== undefined && clicks > budget.clicks && `${clicks} clicks`,
    budget.clicks !== undefined && chosen > budget.clicks * CLICK + 1e-9 && `${chosen.toFixed(1)} s of keys and clicks`,
    budget.seconds !== undefined && seconds > budget.seconds && `${seconds.toFixed(1)} s`,
  ].filter(Boolean);
  return { who, name, keys, clicks, typed, seconds, response, thinking: decisions * M, budget: budget.says, over };
}

/** @typedef {ReturnType<typeof judged>} Row */

/** @param {readonly Row[]} rows */
export function table(rows) {
  const head = "| who | task | keys | clicks | typed | seconds | of which the system | deciding, beside it | budget | |\n| --- | --- | --: | --: | --: | --: | --: | --: | --- | --- |";
  return [head, ...rows.map((row) => `| ${row.who} | ${row.name} | ${row.keys} | ${row.clicks} | ${row.typed || ""} | ${row.seconds.toFixed(1)} | ${row.response.toFixed(2)} | ${row.thinking.toFixed(1)} | ${row.budget} | ${row.over.length ? `above: ${row.over.join(", ")}` : "ok"} |`)].join("\n");
}
