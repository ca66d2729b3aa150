// What the window knows: one cell per view, filled by asking and kept fresh by events.

/** @import * as view from "../bindings/view.ts" */
/** @import { Desk } from "../host/host.js" */
/** @import { Cell } from "./cell.js" */
import { errorOf } from "../host/host.js";
import { cell } from "./cell.js";
import { patchPatient, patchTileAlarm, patchWard, upsertRows } from "./patch.js";
import { hostClock } from "./time.js";

/** A view is asked again at most this often, however many tags arrive. */
const ASK_EVERY_MS = 1000;
/** The desk speaks at least every 5 s; three missed turns are silence (docs/howto/commands.md). */
export const SILENT_AFTER_MS = 15_000;

/** @param {Desk} desk */
export function openStore(desk) {
  const clock = hostClock(() => Date.now());
  const session = /** @type {Cell<view.SessionView | null>} */ (cell(null));
  const ward = /** @type {Cell<view.WardView | null>} */ (cell(null));
  const inbox = /** @type {Cell<view.InboxView | null>} */ (cell(null));
  const patient = /** @type {Cell<view.PatientView | null>} */ (cell(null));
  const trends = /** @type {Cell<view.TrendView[] | null>} */ (cell(null));
  const settings = /** @type {Cell<view.SettingsView | null>} */ (cell(null));
  const access = /** @type {Cell<view.AccessLogView | null>} */ (cell(null));
  const security = /** @type {Cell<view.SecurityView | null>} */ (cell(null));
  /** How to ask again for the logs that are on the screen. @type {Map<"access" | "security", () => void>} */
  const overseen = new Map();
  const emergency = /** @type {Cell<view.EmergencyView | null>} */ (cell(null));
  const notes = /** @type {Cell<view.NotesView | null>} */ (cell(null));
  const handOvers = /** @type {Cell<view.HandOversView | null>} */ (cell(null));
  /** Notes that were begun, by patient: they stay while the window is unlocked. @type {Map<string, string>} */
  const drafts = new Map();
  /** Which report stood there last: whoever makes one every shift finds it again. */
  const report = { kind: "" };
  const fault = /** @type {Cell<view.UiError | null>} */ (cell(null));
  /** What is on the screen now, and so worth asking for. */
  const shown = { patientId: /** @type {string | null} */ (null), hours: /** @type {2 | 24} */ (2), settings: false, emergency: false, notes: false, handOvers: false };
  let tab = /** @type {view.InboxTab} */ ("active");
  let filter = /** @type {view.InboxFilter} */ ({ text: "", priority: null });
  /** Alarms that were heard of before: the tiles' counts hold them already. @type {Set<string>} */
  const counted = new Set();
  let heardMs = Date.now();
  /** @type {number[]} */
  let unpainted = [];
  /** @type {Map<string, {asked: number, timer: number | undefined}>} */
  const turns = new Map();

  /** Which question the fault on the screen belongs to: only its own success takes it away. */
  let faultOf = "";

  /** @template T @param {string} name @param {Promise<T>} asked @param {(answer: T) => void} take */
  async function fill(name, asked, take) {
    try {
      take(await asked);
      settle(name);
    } catch (thrown) {
      faultOf = name;
      fault.set(errorOf(thrown));
    }
  }

  /** @param {string} name */
  function settle(name) {
    if (faultOf === name) fault.set(null);
  }

  /** Asks now, or once when the last asking is old enough. @param {string} name @param {() => void} ask */
  function soon(name, ask) {
    const turn = turns.get(name) ?? { asked: 0, timer: undefined };
    turns.set(name, turn);
    if (turn.timer !== undefined) return;
    turn.timer = window.setTimeout(() => {
      turn.timer = undefined;
      turn.asked = Date.now();
      ask();
    }, Math.max(0, turn.asked + ASK_EVERY_MS - Date.now()));
  }

  const ask = {
    session: () => fill("session", desk.sessionState(), enter),
    ward: () => fill("ward", desk.ward(), ward.set),
    inbox: () => {
      const [asked, by] = [tab, filter];
      return fill("inbox", desk.inbox(asked, by), (answer) => {
        for (const row of answer.rows) counted.add(row.alarmId);
        if (asked === tab && by === filter) inbox.set(answer);
      });
    },
    patient: async () => {
      const id = shown.patientId;
      if (id) await fill("patient", desk.patient(id), (answer) => id === shown.patientId && patient.set(answer));
    },
    trends: async () => {
      const { patientId: id, hours } = shown;
      if (!id) return;
      await fill("trend", desk.trend(id, hours), (answer) => id === shown.patientId && hours === shown.hours && trends.set(answer));
    },
    settings: () => fill("settings", desk.settings(), settings.set),
    emergency: () => fill("emergency", desk.emergency(), emergency.set),
    notes: async () => {
      const id = shown.patientId;
      if (id && shown.notes) await fill("notes", desk.notes(id), (answer) => id === shown.patientId && notes.set(answer));
    },
    handOvers: () => fill("handOvers", desk.handOvers(), handOvers.set),
  };

  /** @param {view.SessionView} next */
  function enter(next) {
    clock.correct(next.frame.nowMs);
    const opened = next.phase === "open" && session.get()?.phase !== "open";
    if (next.phase !== "open") forget();
    session.set(next);
    if (opened) {
      void ask.ward();
      void ask.inbox();
    }
  }

  /** Nothing readable stays in the window once it is locked. */
  function forget() {
    ward.set(null);
    inbox.set(null);
    patient.set(null);
    trends.set(null);
    settings.set(null);
    access.set(null);
    security.set(null);
    emergency.set(null);
    notes.set(null);
    handOvers.set(null);
    drafts.clear();
    counted.clear();
  }

  /** @param {view.Tag} tag */
  function askAgain(tag) {
    switch (tag.view) {
      case "session":
        return soon("session", ask.session);
      case "ward":
        return soon("ward", ask.ward);
      case "inbox":
        return soon("inbox", ask.inbox);
      case "patient":
        if (shown.handOvers) soon("handOvers", ask.handOvers);
        if (tag.patientId !== shown.patientId) return undefined;
        if (shown.notes) soon("notes", ask.notes);
        return soon("patient", ask.patient);
      case "trend":
        return tag.patientId === shown.patientId ? soon("trend", ask.trends) : undefined;
      case "settings":
        return shown.settings ? soon("settings", ask.settings) : undefined;
      case "oversight":
        return soon("oversight", () => overseen.forEach((again) => again()));
      case "emergency":
        return shown.emergency ? soon("emergency", ask.emergency) : undefined;
      default:
        return tag;
    }
  }

  /** @param {view.UiEvent} event */
  function onEvent(event) {
    heardMs = Date.now();
    const now = session.get();
    if (event.frame && now) {
      clock.correct(event.frame.nowMs);
      session.set({ ...now, frame: event.frame });
    }
    if (now?.phase === "open") takeDeltas(event);
    event.tags.forEach(askAgain);
    unpainted.push(event.seq);
  }

  /** @param {view.UiEvent} event */
  function takeDeltas({ values, alarms }) {
    const wardNow = ward.get();
    if (wardNow) {
      const patched = patchWard(wardNow, values);
      ward.set(alarms.length ? { ...patched, tiles: patched.tiles.map((tile) => patchTileAlarm(tile, alarms, counted)) } : patched);
    }
    const page = patient.get();
    if (page) {
      const mine = alarms.filter((row) => row.patientId === page.patientId);
      const patched = patchPatient(page, values);
      patient.set(mine.length ? { ...patched, alarms: upsertRows(patched.alarms, mine) } : patched);
    }
    if (alarms.length) takeRows(alarms);
    for (const row of alarms) counted.add(row.alarmId);
  }

  /** @param {view.AlarmRow[]} rows */
  function takeRows(rows) {
    const list = inbox.get();
    if (!list || list.tab !== "active") return;
    // A filter is the desk's to judge: until it has answered only rows that stand there change.
    const known = new Set(list.rows.map((row) => row.alarmId));
    const isFiltered = filter.text.trim() !== "" || filter.priority !== null;
    inbox.set({ ...list, rows: upsertRows(list.rows, isFiltered ? rows.filter((row) => known.has(row.alarmId)) : rows) });
  }

  return {
    session, ward, inbox, patient, trends, settings, emergency, notes, handOvers, drafts, report, access, security, fault, clock, ask, enter,
    listen: () => desk.subscribe(onEvent),
    heardMs: () => heardMs,
    tab: () => tab,
    /** @param {view.InboxTab} next */
    chooseTab(next) {
      tab = next;
      void ask.inbox();
    },
    /** @param {view.InboxFilter} next */
    chooseFilter(next) {
      if (next.text.trim() === filter.text.trim() && next.priority === filter.priority) return;
      filter = next;
      if (session.get()?.phase === "open") void ask.inbox();
    },
    /** An answer of the technical tab that came with a command. @param {view.InboxView} answer */
    takeInbox(answer) {
      if (answer.tab === tab) inbox.set(answer);
    },
    /** A row that came with a command. @param {view.AlarmRow} row */
    takeRow(row) {
      takeDeltas({ seq: 0, tags: [], frame: null, values: [], alarms: [row] });
      soon("inbox", ask.inbox);
    },
    /** @param {string | null} id */
    showPatient(id) {
      if (id === shown.patientId) return;
      shown.patientId = id;
      patient.set(null);
      trends.set(null);
      notes.set(null);
      shown.notes = false;
      settle("patient");
      settle("notes");
      settle("trend");
      if (!id) return;
      void ask.patient();
      void ask.trends();
    },
    hours: () => shown.hours,
    /** @param {2 | 24} hours */
    chooseHours(hours) {
      shown.hours = hours;
      trends.set(null);
      void ask.trends();
    },
    /** The notes of the patient on the screen are shown, or not any more. @param {boolean} on */
    showNotes(on) {
      if (on === shown.notes) return;
      shown.notes = on;
      settle("notes");
      if (on) void ask.notes();
    },
    /** @param {boolean} on */
    showHandOvers(on) {
      shown.handOvers = on;
      if (on) void ask.handOvers();
    },
    /** @param {boolean} on */
    showSettings(on) {
      shown.settings = on;
      if (on) void ask.settings();
    },
    /** A log came onto the screen, with how to ask for it, or left it. @param {"access" | "security"} log @param {(() => void) | null} ask */
    showOversight(log, ask) {
      if (ask === null) {
        overseen.delete(log);
        return;
      }
      overseen.set(log, ask);
      ask();
    },
    /** @param {boolean} on */
    showEmergency(on) {
      shown.emergency = on;
      if (on) void ask.emergency();
    },
    /** Acknowledges by id. The row changes when the desk has answered, never before. @param {string} alarmId */
    async acknowledge(alarmId) {
      try {
        const row = await desk.acknowledge(alarmId);
        takeDeltas({ seq: 0, tags: [], frame: null, values: [], alarms: [row] });
        soon("inbox", ask.inbox);
        settle("acknowledge");
        return row;
      } catch (thrown) {
        faultOf = "acknowledge";
        fault.set(errorOf(thrown));
        return null;
      }
    },
    /** Something that changes no view; what is wrong with it is shown. @param {string} name @param {Promise<unknown>} asked @param {() => void} done */
    attempt: (name, asked, done) => fill(name, asked, done),
    /** Numbers of the events drawn since the last call. */
    takeUnpainted() {
      const drawn = unpainted;
      unpainted = [];
      return drawn;
    },
  };
}

/** @typedef {ReturnType<typeof openStore>} Store */
