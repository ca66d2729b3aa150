// A WebDriver client for one window, spoken straight to WebKitWebDriver. Its own `screenshot` command hangs without
// DMA-BUF, so pictures are taken from the display (station.mjs).

import { until } from "./processes.mjs";

/** Longest wait for one answer: a hanging driver must fail the test, not stop it. */
const ANSWER_MS = 20_000;
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export class Driver {
  #base;

  constructor(base) {
    this.#base = base;
  }

  /** Opens the program's window through the driver at `port`. */
  static async open(port, program, args) {
    const server = `http://127.0.0.1:${port}`;
    await until("WebKitWebDriver answers", async () => (await fetch(`${server}/status`)).ok);
    // No browserName: the driver would compare it with its own.
    const options = { "webkitgtk:browserOptions": { binary: program, args } };
    const answer = await send("POST", `${server}/session`, { capabilities: { alwaysMatch: options } });
    return new Driver(`${server}/session/${answer.sessionId}`);
  }

  /** Runs a function body in the page and answers what it returns. */
  execute(script, ...args) {
    return this.#post("execute/sync", { script, args });
  }

  /** Runs the body of an async function in the page; a rejection answers `{ rejected }`. */
  executeAsync(body, ...args) {
    const script = `
      const done = arguments[arguments.length - 1];
      (async (...args) => { ${body} })(...[...arguments].slice(0, -1))
        .then((value) => done({ value }), (error) => done({ rejected: error?.code ?? String(error?.message ?? error) }));`;
    return this.#post("execute/async", { script, args });
  }

  /** The first element that matches, once there is one. */
  async find(css, options) {
    const find = () => this.#post("element", { using: "css selector", value: css });
    return (await until(`${css} is there`, find, options))[ELEMENT];
  }

  async click(css) {
    return this.#post(`element/${await this.find(css)}/click`, {});
  }

  /** Clicks the button of just this name, or else the first one whose name holds it. */
  async clickButton(text) {
    const named = (/** @type {string} */ test) => ({ using: "xpath", value: `//button[not(@disabled) and ${test}]` });
    const element = await until(`the button ${text} is there`, async () => {
      const exact = await this.#post("element", named(`normalize-space(.) = "${text}"`)).catch(() => null);
      return exact ?? this.#post("element", named(`contains(normalize-space(.), "${text}")`));
    });
    // A part of a screen that waits for the desk's answer is there and cannot be seen yet; a click that failed did nothing.
    await until(`the button ${text} can be clicked`, async () => {
      await this.#post(`element/${element[ELEMENT]}/click`, {});
      return true;
    });
  }

  async type(css, text) {
    return this.#post(`element/${await this.find(css)}/value`, { text });
  }

  async text(css) {
    return send("GET", `${this.#base}/element/${await this.find(css)}/text`);
  }

  /** Presses keys on whatever has the focus, for example "a". */
  press(keys) {
    const actions = [...keys].flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    return this.#post("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Holds one key down on whatever has the focus. */
  hold(key, ms) {
    const actions = [{ type: "keyDown", value: key }, { type: "pause", duration: ms }, { type: "keyUp", value: key }];
    return this.#post("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** The windows of the program that can be driven, by their handles. @returns {Promise<string[]>} */
  windows() {
    return send("GET", `${this.#base}/window/handles`);
  }

  /** Which of them is driven now. @returns {Promise<string>} */
  window() {
    return send("GET", `${this.#base}/window`);
  }

  /** Drives this one from now on. @param {string} handle */
  turnTo(handle) {
    return this.#post("window", { handle });
  }

  /** Presses a key while another one is held. @param {string} modifier @param {string} value */
  chord(modifier, value) {
    const actions = [{ type: "keyDown", value: modifier }, { type: "keyDown", value }, { type: "keyUp", value }, { type: "keyUp", value: modifier }];
    return this.#post("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Draws with the mouse from one place of an element to another: shares of its width. @param {string} css @param {number} from @param {number} to */
  async drag(css, from, to) {
    const { left, top, width, height } = await this.execute("const { left, top, width, height } = document.querySelector(arguments[0]).getBoundingClientRect(); return { left, top, width, height }", css);
    const move = (/** @type {number} */ share) => ({ type: "pointerMove", duration: 100, origin: "viewport", x: Math.round(left + width * share), y: Math.round(top + height / 2) });
    const actions = [move(from), { type: "pointerDown", button: 0 }, move(to), { type: "pointerUp", button: 0 }];
    return this.#post("actions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
  }

  /** Holds the mouse button down on an element. @param {string} css @param {number} ms */
  async pressDown(css, ms) {
    const origin = { [ELEMENT]: await this.find(css) };
    await this.execute("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", css);
    const actions = [{ type: "pointerMove", duration: 100, origin, x: 0, y: 0 }, { type: "pointerDown", button: 0 }, { type: "pause", duration: ms }, { type: "pointerUp", button: 0 }];
    return this.#post("actions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
  }

  url() {
    return send("GET", `${this.#base}/url`);
  }

  close() {
    return send("DELETE", this.#base);
  }

  #post(path, body) {
    return send("POST", `${this.#base}/${path}`, body);
  }
}

async function send(method, url, body) {
  const response = await fetch(url, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value?.error}: ${value?.message}`);
  return value;
}
