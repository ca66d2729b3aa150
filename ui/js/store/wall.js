// What the wall knows: the session and the ward, and of names no more than it shows.

/** @import * as view from "../bindings/view.ts" */
/** @import { Desk } from "../host/host.js" */
/** @import { Cell } from "./cell.js" */
/** @import { NameMode } from "../domain/wall.js" */
import { errorOf } from "../host/host.js";
import { rowWithNames, withNames } from "../domain/wall.js";
import { cell } from "./cell.js";
import { patchTileAlarm, patchWard } from "./patch.js";
import { hostClock } from "./time.js";

/** A view is asked again at most this often, however many tags arrive. */
const ASK_EVERY_MS = 1000;

/** @param {Desk} desk */
export function openWallStore(desk) {
  const clock = hostClock(() => Date.now());
  const session = /** @type {Cell<view.SessionView | null>} */ (cell(null));
  const ward = /** @type {Cell<view.WardView | null>} */ (cell(null));
  const fault = /** @type {Cell<view.UiError | null>} */ (cell(null));
  let names = /** @type {NameMode} */ ("none");
  let heardMs = Date.now();
  /** @type {Map<string, {asked: number, timer: number | undefined}>} */
  const turns = new Map();
  /** Which question the fault belongs to: only its own success takes it away. */
  let faultOf = "";

  /** @template T @param {string} name @param {Promise<T>} asked @param {(answer: T) => void} take */
  async function fill(name, asked, take) {
    try {
      take(await asked);
      if (faultOf === name) fault.set(null);
    } catch (thrown) {
      // That it is locked is a state, which the session tells; it is no fault.
      const error = errorOf(thrown);
      if (error.code === "locked") {
        if (session.get()?.phase === "open") soon("session", ask.session);
        return;
      }
      faultOf = name;
      fault.set(error);
    }
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
    ward: () => {
      const mode = names;
      return fill("ward", desk.ward(), (answer) => {
        // An answer from before it was locked, or before names were hidden, must not come after.
        if (session.get()?.phase !== "open" || mode !== names) return;
        ward.set({ ...answer, tiles: answer.tiles.map((tile) => withNames(tile, mode)) });
      });
    },
  };

  /** @param {view.SessionView} next */
  function enter(next) {
    clock.correct(next.frame.nowMs);
    const opened = next.phase === "open" && session.get()?.phase !== "open";
    if (next.phase !== "open") forget();
    session.set({ ...next, user: null });
    if (opened) void ask.ward();
  }

  /** Nothing readable stays on the wall once the desk is locked, and names are hidden again. */
  function forget() {
    ward.set(null);
    names = "none";
  }

  /** @param {view.UiEvent} event */
  function onEvent({ frame, values, alarms, tags }) {
    heardMs = Date.now();
    const now = session.get();
    if (frame && now) {
      clock.correct(frame.nowMs);
      session.set({ ...now, frame });
    }
    const shown = ward.get();
    if (shown && now?.phase === "open" && (values.length > 0 || alarms.length > 0)) {
      const rows = alarms.map((row) => rowWithNames(row, names));
      // How many more there are is the desk's to count; its answer follows within a second.
      const known = new Set(rows.map((row) => row.alarmId));
      const patched = patchWard(shown, values);
      ward.set({ ...patched, tiles: patched.tiles.map((tile) => patchTileAlarm(tile, rows, known)) });
    }
    // A wall that is not open asks again as long as news come: one word that was missed must not leave it dark.
    if (now?.phase !== "open") soon("session", ask.session);
    for (const tag of tags) {
      if (tag.view === "session") soon("session", ask.session);
      // What is locked is not asked for: the desk would have to write down that it refused.
      if (tag.view === "ward" && now?.phase === "open") soon("ward", ask.ward);
    }
  }

  return {
    session, ward, fault, clock, ask,
    listen: () => desk.subscribe(onEvent),
    heardMs: () => heardMs,
    names: () => names,
    /** @param {NameMode} mode */
    showNames(mode) {
      if (session.get()?.phase !== "open") return;
      names = mode;
      const shown = ward.get();
      // What is to be hidden goes at once; what is to be shown has to be asked for.
      if (shown && mode === "none") ward.set({ ...shown, tiles: shown.tiles.map((tile) => withNames(tile, mode)) });
      void ask.ward();
    },
    /** @param {Promise<unknown>} asked */
    attempt: (asked) => fill("attempt", asked, () => {}),
  };
}

/** @typedef {ReturnType<typeof openWallStore>} WallStore */
