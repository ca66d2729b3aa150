// What a key means. Pure: from a key press and where the focus is, to an intent.

/**
 * @typedef {"ward" | "inbox" | "patients" | "handover" | "emergency" | "reports" | "access" | "settings" | "find" | "drawer" | "next" | "previous" | "acknowledge" | "pause" |
 *   "trends" | "dense" | "wall" | "snooze" | "resolve" | "escalate" | "details" | "open" | "close" | "help" | "write"} Intent
 */

/** @type {Record<string, Intent>} */
const KEYS = {
  1: "ward",
  2: "inbox",
  3: "patients",
  4: "handover",
  5: "emergency",
  7: "reports",
  8: "access",
  9: "settings",
  "/": "find",
  n: "write",
  i: "drawer",
  j: "next",
  k: "previous",
  a: "acknowledge",
  p: "pause",
  s: "snooze",
  r: "resolve",
  e: "escalate",
  d: "details",
  t: "trends",
  c: "dense",
  w: "wall",
  Enter: "open",
  "?": "help",
};

/**
 * @param {{key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, repeat: boolean}} press
 * @param {{editing: boolean, onControl: boolean, open: boolean}} place
 *   editing: the focus is in a field; onControl: on a link or button, which takes Enter itself; open: unlocked
 * @returns {Intent | null}
 */
export function intentOf(press, place) {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  if (press.key === "Escape") return "close";
  if (place.editing) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const intent = KEYS[key] ?? null;
  if (intent === null) return null;
  if (!place.open && intent !== "help") return null;
  if (intent === "open" && place.onControl) return null;
  // A key held down must not answer one alarm after another.
  if (press.repeat && intent !== "next" && intent !== "previous") return null;
  return intent;
}
