// Chromium without its own errands: no network of its own, no first-run pages, no graphics card, and, where Debian's package
// of it is there, no browser's window either.
import { existsSync } from "node:fs";

export const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const PROGRAMS = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** The program: `CHROMIUM` names another one. */
export const CHROMIUM = process.env.CHROMIUM ?? PROGRAMS.find((program) => existsSync(program)) ?? "chromium";
