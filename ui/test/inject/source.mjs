// Which elements the window's sources make: any other one was made of a text.
import { readdirSync, readFileSync } from "node:fs";

const JS = new URL("../../js/", import.meta.url);

/** Tags, in small letters; those of the page itself included. */
export function madeTags() {
  const files = readdirSync(JS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(".js"));
  const made = files.flatMap((entry) => [...readFileSync(`${entry.parentPath}/${entry.name}`, "utf8").matchAll(/\bh\(\s*"(\w+)"/g)].map(([, tag]) => tag ?? ""));
  return [...new Set(["div", ...made])];
}
