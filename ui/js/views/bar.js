// The top bar: alarms by bed and priority on every screen, also on the locked one.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { clockSeconds } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { words } from "../shared/words.js";
import { barMark } from "../domain/emergency.js";
import { PRIORITY_LOOK, SOUND_SIGN } from "../domain/look.js";
import { byBed } from "../domain/rows.js";

/** @type {readonly view.Priority[]} */
const PRIORITIES = ["high", "medium", "low"];

/** @param {view.Priority} priority */
function countChip(priority) {
  const count = h("span", { class: "count-number" });
  const spoken = h("span", { class: "visually-hidden" });
  const el = h("span", { class: "count-chip", "data-priority": priority }, icon(PRIORITY_LOOK[priority].sign), count, spoken);
  return {
    el,
    /** @param {number} n */
    update(n) {
      setShown(el, n > 0);
      setText(count, String(n));
      setText(spoken, words("bar.count", { priority: words(`priority.${priority}.long`), count: n }));
    },
  };
}

/** @param {App} app @param {HTMLElement} parent */
function bedChips(app, parent) {
  return keyedList(
    parent,
    (/** @type {ReturnType<typeof byBed>[number]} */ chip) => chip.key,
    (first) => {
      let shown = first.alarm;
      const sign = icon(PRIORITY_LOOK[shown.priority].sign);
      const text = h("span");
      const more = h("span", { class: "bed-chip-count" });
      const el = h("button", { class: "bed-chip", type: "button", onClick: () => app.openAlarm(shown.alarmId) }, sign, text, more);
      return {
        el,
        update(/** @type {ReturnType<typeof byBed>[number]} */ { alarm, count }) {
          shown = alarm;
          const bed = alarm.bed === "" ? words("bar.noBed") : words("tile.bed", { bed: alarm.bed });
          const priority = words(`priority.${alarm.priority}.long`);
          const spoken = alarm.bed === "" ? words("bar.noBedOf", { priority }) : words("bar.bed", { bed: alarm.bed, priority });
          setAttr(el, "data-priority", alarm.priority);
          setAttr(el, "data-answered", String(alarm.acknowledged));
          setAttr(el, "aria-label", count > 1 ? `${spoken}, ${words("bar.alarmCount", { count })}` : spoken);
          setIcon(sign, alarm.acknowledged ? "check" : PRIORITY_LOOK[alarm.priority].sign);
          setText(text, bed);
          setText(more, count > 1 ? `×${count}` : "");
          setShown(more, count > 1);
        },
      };
    },
  );
}

/** @param {App} app */
export function topBar(app) {
  const ward = h("span", { class: "bar-ward" });
  const demo = h("span", { class: "demo-mark", title: words("demo.note") }, words("demo.mark"));
  const chips = PRIORITIES.map((priority) => ({ priority, ...countChip(priority) }));
  const beds = h("span", { class: "bed-chips" });
  const bedList = bedChips(app, beds);
  const calm = h("span", { class: "bar-calm" });
  const strip = h("section", { class: "strip", "aria-label": words("bar.alarms") }, ...chips.map((chip) => chip.el), beds, calm);
  const soundSign = icon("bell");
  const soundText = h("span");
  const soundLeft = h("span");
  const sound = h("button", { class: "bar-sound", type: "button", title: words("bar.pause"), onClick: app.pauseSound }, soundSign, soundText, soundLeft);
  const emergency = barMark((id) => app.go({ view: "patient", id }));
  const time = h("span", { class: "bar-clock" });
  const user = h("span", { class: "bar-user", dir: "auto" });
  /** @param {Parameters<typeof icon>[0]} sign @param {string} key @param {() => void} act */
  const button = (sign, key, act) =>
    h("button", { class: "icon-button", type: "button", "aria-label": words(key), title: words(key), onClick: act }, icon(sign));
  const drawer = button("list", "bar.drawer", app.toggleDrawer);
  const search = button("search", "bar.search", app.find);
  const lock = h("button", { class: "button quiet", type: "button", onClick: app.lock }, icon("lock"), words("bar.lock"));
  const el = h(
    "header",
    { class: "bar" },
    h("span", { class: "bar-brand" }, ward, demo),
    strip,
    emergency.el,
    sound,
    time,
    search,
    button("theme", "bar.theme", app.turnTheme),
    drawer,
    user,
    lock,
  );
  return {
    el,
    /** @param {view.SessionView} session @param {boolean} blind no alarm could arrive: silence is not calm @param {number} now */
    update({ frame, phase, user: who }, blind, now) {
      const open = phase === "open";
      const { strip: alarms } = frame;
      setText(ward, frame.ward || words("app.name"));
      setShown(demo, frame.demo);
      for (const chip of chips) chip.update(alarms[chip.priority]);
      bedList.update(byBed(alarms.alarms));
      setShown(calm, alarms.high + alarms.medium + alarms.low === 0);
      setText(calm, words(blind ? "bar.blind" : "bar.noAlarms"));
      setIcon(soundSign, SOUND_SIGN[frame.sound.state]);
      setAttr(sound, "data-sound", frame.sound.state);
      setText(soundText, words(`sound.${frame.sound.state}`, { left: "" }).trim());
      showAge(soundLeft, frame.sound.state === "paused" ? frame.sound.untilMs : null, "left");
      emergency.update(frame.emergency);
      setText(time, clockSeconds(now));
      for (const part of [drawer, search, user, lock]) setShown(part, open);
      setText(user, who ? who.name : "");
      setAttr(drawer, "aria-expanded", String(app.drawerOpen()));
    },
  };
}
