// A person at a workstation: what somebody does and sees there, in the words of the screen.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { openStation } from "./station.mjs";
import { until } from "./processes.mjs";

/** Where screenshots go; the folder is not part of the repository. */
const PICTURES = process.env.WARDLIGHT_PICTURES ?? new URL("../../../artifacts/", import.meta.url).pathname;

/** Opens a workstation with its window, or a window at one that is open. @param {string} name @param {string[]} args @param {import("./station.mjs").Station} [at] */
export async function sitDown(name, args = [], at) {
  const station = at ?? (await openStation());
  try {
    const page = await station.openWindow(args);
    return new Person(name, station, page);
  } catch (error) {
    await station.close();
    throw error;
  }
}

export class Person {
  #pictures = 0;

  /** @param {string} name @param {import("./station.mjs").Station} station @param {import("./driver.mjs").Driver} page */
  constructor(name, station, page) {
    this.name = name;
    this.station = station;
    this.page = page;
  }

  /** Which screen stands there: the phase before the ward is open, and the route after. */
  screen(expected, options) {
    const ask = () => this.page.execute("return document.getElementById('app').dataset.screen === arguments[0]", expected);
    return until(`${this.name} sees the screen ${expected}`, ask, options);
  }

  /** Opens the first patient of the ward. Tiles that change their order under the pointer take no click; a person clicks again. */
  async openTile() {
    const screen = () => this.page.execute("return document.getElementById('app').dataset.screen ?? ''");
    await until(`${this.name} opens a tile`, async () => {
      if ((await screen()) === "ward") await this.page.click(".tile").catch(() => {});
      return (await screen()) === "patient";
    }, { seconds: 30, everyMs: 400 });
  }

  /** All texts that match, in the order of the page. @returns {Promise<string[]>} */
  texts(css) {
    return this.page.execute("return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent.trim())", css);
  }

  /** Whether something that matches can be seen. */
  sees(css) {
    return this.page.execute("return [...document.querySelectorAll(arguments[0])].some((each) => each.checkVisibility())", css);
  }

  /** Everything that can be read in the window. @returns {Promise<string>} */
  reading() {
    return this.page.execute("return document.body.innerText");
  }

  /** Puts a long text into a field at once, as pasting does. */
  async paste(css, text) {
    await this.page.find(css);
    await this.page.execute(
      "const field = document.querySelector(arguments[0]); field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true }))",
      css, text,
    );
  }

  /** Creates keys on the first-run screen. */
  async createKeys(name, role, passphrase) {
    await this.screen("firstRun");
    await this.page.type("form input[type=text]", name);
    await this.page.execute("document.querySelector('form select').value = arguments[0]", role);
    await this.page.type("form input[type=password]", passphrase);
    await this.page.type("form .field-box:nth-of-type(4) input", passphrase);
    await this.page.clickButton("Create my keys");
    await this.screen("awaitingEnrolment", { seconds: 60 });
  }

  /** Loads an enrolment file's text. */
  async loadEnrolment(text) {
    await this.paste("form textarea", text);
    await this.page.clickButton("Use this enrolment");
    await this.screen("locked");
  }

  async unlock(passphrase) {
    await this.screen("locked");
    await this.page.type("input[type=password]", passphrase);
    await this.page.clickButton("Unlock");
    await this.screen("ward", { seconds: 60 });
  }

  /** Calls a command past the window's own buttons; answers `{ value }` or `{ rejected }`. */
  call(command, args = {}) {
    return this.page.executeAsync("return await globalThis.__TAURI__.core.invoke(args[0], args[1]);", command, args);
  }

  /** A file of this workstation's own profile. */
  async profileFile(name) {
    return readFile(path.join(this.station.env.XDG_DATA_HOME, "wardlight", name), "utf8");
  }

  /** Takes a picture for people to look at. */
  async picture(what) {
    this.#pictures += 1;
    await this.station.screenshot(path.join(PICTURES, `${this.name}-${this.#pictures}-${what}.png`));
  }

  leave() {
    return this.station.close();
  }
}
