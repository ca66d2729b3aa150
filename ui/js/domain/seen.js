// Which alarms stood in front of somebody: in sight for a second, in a window that has the focus. Pure but for looking.

/** Shorter than this nobody reads a row. */
const DWELL_MS = 1000;

/**
 * Remembers what is in sight and says what is to be told, once for each state of an alarm.
 * @param {() => number} now
 */
export function sightings(now) {
  /** @type {Map<string, number>} */
  let since = new Map();
  /** @type {Set<string>} */
  const told = new Set();
  return {
    /**
     * @param {readonly {alarmId: string, state: string}[]} inSight
     * @returns {string[]} ids that have been in sight long enough and were not told in this state
     */
    look(inSight) {
      const at = now();
      since = new Map(inSight.map(({ alarmId }) => [alarmId, since.get(alarmId) ?? at]));
      const due = inSight.filter(({ alarmId, state }) => at - (since.get(alarmId) ?? at) >= DWELL_MS && !told.has(`${alarmId} ${state}`));
      for (const { alarmId, state } of due) told.add(`${alarmId} ${state}`);
      return due.map(({ alarmId }) => alarmId);
    },
    /** Nothing is in sight: the window lost the focus or is locked. */
    blink() {
      since = new Map();
    },
    /** What could not be told is told again. @param {readonly string[]} ids */
    again(ids) {
      for (const key of [...told]) if (ids.some((id) => key.startsWith(`${id} `))) told.delete(key);
    },
  };
}

/** Whether something of an element is on the screen and not under anything else. @param {Element} element */
function isInSight(element) {
  const box = element.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) return false;
  const hit = document.elementFromPoint(box.left + Math.min(24, box.width / 2), box.top + box.height / 2);
  return hit !== null && (element.contains(hit) || hit.contains(element));
}

/** The alarms in sight below an element, with their states. @param {Element} root */
export function inSight(root) {
  const shown = [...root.querySelectorAll("[data-seen]")].filter((element) => element instanceof HTMLElement && isInSight(element));
  return shown.map((element) => {
    const [alarmId = "", state = ""] = (element.getAttribute("data-seen") ?? "").split(" ");
    return { alarmId, state };
  });
}

/** What stands in `data-seen`: an open alarm and its state; nothing for one that is over. @param {import("../bindings/view.ts").AlarmRow} row */
export function seenMark(row) {
  if (row.condition === "cleared" && row.signal !== "latched") return null;
  return `${row.alarmId} ${row.count}-${row.priority}-${row.work.state}`;
}
