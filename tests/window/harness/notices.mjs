// Records the notifications that reach a workstation's bus. dunst shows them and dbus-monitor writes them down.

import { until } from "./processes.mjs";

/** Starts recording on `station`; ask it with `all()` or `next()`. */
export async function recordNotices(station) {
  station.start("dunst");
  station.start("dbus-monitor", ["--session", "interface='org.freedesktop.Notifications',member='Notify'"]);
  await until("a notification server owns its name", () => isOwned(station));
  await until("the monitor listens", async () => (await station.readLog("dbus-monitor")).length > 0);
  const all = async () => parseNotices(await station.readLog("dbus-monitor"));
  return {
    all,
    /** The notices from the `from`th on, once there is one. */
    next: (from = 0) => until("a notification arrives", async () => (await all()).at(from)),
  };
}

async function isOwned(station) {
  return (await station.output("gdbus", [
    "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus",
    "--method", "org.freedesktop.DBus.NameHasOwner", "org.freedesktop.Notifications",
  ])).includes("true");
}

/**
 * Reads dbus-monitor's text: a call of Notify brings application, replaced id, icon, title, body.
 * @param {string} log
 * @returns {{ app: string, title: string, body: string }[]}
 */
export function parseNotices(log) {
  const calls = log.split(/^(?=method call |method return |signal |error )/m);
  return calls
    .filter((call) => call.startsWith("method call") && /member=Notify\s/.test(call))
    .map((call) => {
      // Strings of the call itself stand at three spaces; those of its hints are indented further.
      const [app = "", , title = "", body = ""] = [...call.matchAll(/^ {3}string "([^]*?)"$/gm)].map((m) => m[1]);
      return { app, title, body };
    });
}
