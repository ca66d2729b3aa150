// One workstation: a display, a session bus and a home of its own, with the program's real window in it. Two
// stations share nothing, so that two people can be tested side by side.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Driver } from "./driver.mjs";
import { freePort, start, stop, until } from "./processes.mjs";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PROGRAMS = process.env.WARDLIGHT_PROGRAMS ?? path.join(ROOT, "target/e2e");
/** The program built with the feature `e2e`, which WebDriver may drive. */
const PROGRAM = path.join(PROGRAMS, "wardlight");
/** The program as people run it. */
export const PLAIN_PROGRAM = path.join(PROGRAMS, "wardlight-plain");
const SCREEN = `${process.env.WARDLIGHT_SCREEN ?? "1440x900"}x24`;

/** @typedef {{ x: number, y: number, width: number, height: number }} Screen */

/** A display server that draws nowhere, with as many screens as are asked of it. */
const DUMMY = `
Section "Device"
  Identifier "device"
  Driver "dummy"
  VideoRam 65536
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5-1000
  VertRefresh 5-200
EndSection
Section "Screen"
  Identifier "screen"
  Device "device"
  Monitor "monitor"
  DefaultDepth 24
EndSection
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "DontVTSwitch" "true"
EndSection
`;

/**
 * Opens a workstation without a window yet; with `screens` it has these instead of one, and a window manager.
 * @param {{ screens?: readonly Screen[] }} [options]
 */
export async function openStation({ screens = [] } = {}) {
  const home = await mkdtemp(path.join(tmpdir(), "wardlight-station-"));
  const station = new Station(home);
  try {
    await station.begin(screens);
  } catch (error) {
    await station.close();
    throw error;
  }
  return station;
}

export class Station {
  #running = [];
  #driver;

  constructor(home) {
    this.home = home;
    /** @type {Record<string, string>} */
    this.env = {};
    /** @type {Driver | undefined} */
    this.window = undefined;
  }

  /** @param {readonly Screen[]} screens */
  async begin(screens) {
    this.env = await this.#freshEnvironment();
    this.env.DISPLAY = `:${await firstLine(screens.length > 0 ? await this.#screens() : this.#screen())}`;
    for (const [at, { x, y, width, height }] of screens.entries()) {
      await this.output("xrandr", ["--addmode", `DUMMY${at}`, `${width}x${height}`]).catch(() => {});
      await this.output("xrandr", ["--output", `DUMMY${at}`, "--mode", `${width}x${height}`, "--pos", `${x}x${y}`]);
    }
    if (screens.length > 0) {
      this.start("openbox", ["--sm-disable"]);
      await until("a window manager rules", () => this.output("wmctrl", ["-m"]));
      // Programs are told of the new screens once somebody has had the server look for them.
      await this.output("xrandr", ["--query"]);
    }
    const bus = this.start("dbus-daemon", ["--session", "--nofork", "--print-address=3"], true);
    this.env.DBUS_SESSION_BUS_ADDRESS = await firstLine(bus);
  }

  #screen() {
    return this.start("Xvfb", ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp"], true);
  }

  /** A display of several screens that can be unplugged: Xvfb has one only. Such a server has no devices and needs root. */
  async #screens() {
    const [config, log] = ["xorg.conf", "xorg.log"].map((name) => path.join(this.home, name));
    await writeFile(config, DUMMY);
    return this.start("Xorg", ["-displayfd", "3", "-noreset", "-novtswitch", "-sharevts", "-nolisten", "tcp", "-config", config, "-logfile", log], true);
  }

  /** Unplugs a screen. @param {number} at */
  async unplug(at) {
    await this.output("xrandr", ["--output", `DUMMY${at}`, "--off"]);
  }

  /** Starts a program of this workstation; it ends with it. */
  start(program, args = [], extraPipe = false) {
    const running = start(program, args, { env: this.env, log: this.logOf(program), extraPipe });
    this.#running.push(running);
    return running;
  }

  logOf(program) {
    return path.join(this.home, `${path.basename(program)}.log`);
  }

  /** Opens the program's window. */
  async openWindow(args = [], program = PROGRAM) {
    const port = await freePort();
    this.#driver = this.start("WebKitWebDriver", [`--port=${port}`]);
    this.window = await Driver.open(port, program, args);
    await until("the page has loaded", () => this.window.execute("return document.readyState === 'complete'"));
    return this.window;
  }

  /** Forgets a window that somebody has closed. */
  async forgetWindow() {
    await this.window?.close().catch(() => {});
    this.window = undefined;
    if (this.#driver) await stop(this.#driver);
  }

  /** The process id of the program that WebDriver has started. */
  async programId() {
    const parent = this.#driver.child.pid;
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, "utf8");
    return Number.parseInt(children, 10);
  }

  /** Runs the program without WebDriver, to its end or for `seconds`. */
  async runProgram(args = [], seconds = 20) {
    return run(PROGRAM, args, { env: this.env, timeout: seconds * 1000 });
  }

  /** Runs a tool on this workstation to its end and answers what it wrote. */
  async output(tool, args) {
    const { stdout } = await run(tool, args, { env: this.env, timeout: 20_000 });
    return stdout;
  }

  /** Takes a picture of the whole display. */
  async screenshot(file) {
    await mkdir(path.dirname(file), { recursive: true });
    await run("import", ["-window", "root", file], { env: this.env, timeout: 20_000 });
  }

  /** How many colours the display shows: one means that nothing is drawn. */
  async countColours() {
    const file = path.join(this.home, "colours.png");
    await this.screenshot(file);
    const { stdout } = await run("identify", ["-format", "%k", file], { timeout: 20_000 });
    return Number.parseInt(stdout, 10);
  }

  /** What a program of this workstation has written so far. */
  async readLog(program) {
    return readFile(this.logOf(program), "utf8");
  }

  async close() {
    await this.window?.close().catch(() => {});
    for (const running of this.#running.reverse()) await stop(running);
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  async #freshEnvironment() {
    const folders = {
      HOME: "home",
      XDG_CONFIG_HOME: "config",
      XDG_DATA_HOME: "data",
      XDG_CACHE_HOME: "cache",
      XDG_STATE_HOME: "state",
      XDG_RUNTIME_DIR: "runtime",
    };
    /** @type {Record<string, string>} */
    const env = {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      LANG: "C.UTF-8",
      // No accessibility bus: it would be started anew for each window and outlive it.
      NO_AT_BRIDGE: "1",
      GDK_BACKEND: "x11",
      GSETTINGS_BACKEND: "memory",
      TAURI_WEBVIEW_AUTOMATION: "true",
    };
    for (const [name, folder] of Object.entries(folders)) {
      env[name] = path.join(this.home, folder);
      await mkdir(env[name], { mode: 0o700 });
    }
    return env;
  }
}

/** The first line that a program writes to its pipe 3. */
async function firstLine({ child, failed }) {
  const pipe = child.stdio[3];
  const line = new Promise((resolve, reject) => {
    let text = "";
    pipe.setEncoding("utf8");
    pipe.on("data", (part) => {
      text += part;
      if (text.includes("\n")) resolve(text.split("\n")[0]);
    });
    pipe.once("end", () => reject(new Error(`${child.spawnfile} ended before it was ready`)));
  });
  const answer = await Promise.race([line, failed]);
  // The pipe is read no more, and must not keep the test alive.
  pipe.removeAllListeners();
  pipe.resume();
  pipe.unref?.();
  child.unref();
  return answer;
}
