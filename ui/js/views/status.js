// Banners for what everybody must know, and the status bar: quiet while all is well.

/** @import * as view from "../bindings/view.ts" */
/** @import { Sign } from "../shared/icon.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { age, clock } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { RECORDS_SIGN } from "../domain/look.js";

/** @typedef {{id: string, level: "technical" | "integrity" | "info", sign: Sign, text: string, progress: number | null}} Banner */

/**
 * The banners of a frame. `silentSince` is set when the desk itself has stopped speaking.
 * @param {view.FrameView} frame
 * @param {number | null} silentSince
 * @returns {Banner[]}
 */
export function bannersOf(frame, silentSince) {
  /** @type {Banner[]} */
  const banners = [];
  /** @param {Banner["level"]} level @param {Sign} sign @param {string} id @param {Record<string, string | number>} [values] @param {number | null} [progress] */
  const add = (level, sign, id, values, progress = null) =>
    banners.push({ id, level, sign, text: words(`banner.${id}`, values), progress });
  const { gateway } = frame;
  const since = gateway.updatedMs === null ? "–" : clock(gateway.updatedMs);
  if (silentSince !== null) add("technical", "warn", "silent", { time: clock(silentSince) });
  if (gateway.state === "lost" || gateway.state === "stale") add("technical", "warn", gateway.state, { time: since });
  if (gateway.state === "catchingUp") {
    add("info", "sealing", "catchingUp", { behind: age(gateway.behindMs ?? NaN) }, gateway.progress);
  }
  if (frame.integrity !== null) add("integrity", "cross", frame.integrity);
  if (frame.records.state === "failed" && frame.integrity === null) add("integrity", "cross", "failed");
  if (frame.sound.state === "unavailable") add("technical", "bellPaused", "sound");
  if (frame.clockOffMs !== null) add("technical", "clock", "clock", { seconds: Math.round(Math.abs(frame.clockOffMs) / 1000) });
  return banners;
}

export function bannerList() {
  const el = h("div", { class: "banners", role: "region", "aria-label": words("app.name") });
  const list = keyedList(
    el,
    (/** @type {Banner} */ banner) => banner.id,
    (first) => {
      const text = h("span", { class: "banner-text" });
      const bar = h("progress", { class: "banner-progress", max: "100", "aria-label": first.text });
      const part = h("p", { class: "banner", "data-level": first.level }, icon(first.sign), text, bar);
      return {
        el: part,
        update(/** @type {Banner} */ banner) {
          setText(text, banner.text);
          setShown(bar, banner.progress !== null);
          if (banner.progress !== null) bar.value = banner.progress;
        },
      };
    },
  );
  return {
    el,
    /** @param {Banner[]} banners */
    update(banners) {
      setShown(el, banners.length > 0);
      list.update(banners);
    },
  };
}

/**
 * Whether what is on the screen can still be kept up. When not, no number may look current, whatever its state said last.
 * @param {view.FrameView} frame
 * @param {number | null} silentSince
 */
export function blindness({ gateway }, silentSince) {
  if (silentSince !== null) return true;
  switch (gateway.state) {
    case "live":
    case "delayed":
    case "catchingUp":
      return false;
    case "stale":
    case "lost":
    case "none":
      return true;
    default:
      return gateway.state;
  }
}

/** @param {view.FrameView} frame @param {boolean} silent @param {number} now */
export function connectionText({ gateway }, silent, now) {
  if (silent) return words("status.silent");
  return words(`status.${gateway.state}`, {
    age: gateway.updatedMs === null ? words("age.none") : age(now - gateway.updatedMs),
    behind: age(gateway.behindMs ?? NaN),
  });
}

export function statusBar() {
  const link = h("span", { class: "status-link" });
  const recordsSign = icon("check");
  const recordsText = h("span");
  const records = h("span", { class: "status-records" }, recordsSign, recordsText);
  const hubs = h("span");
  const demo = h("span", { class: "status-demo" }, words("demo.mark"));
  const version = h("span", { class: "status-version" });
  const el = h(
    "footer",
    { class: "status" },
    h("span", { class: "status-link-box" }, h("span", { class: "status-dot", "aria-hidden": "true" }), link),
    records,
    h("span", { class: "status-hubs" }, icon("hub"), hubs),
    demo,
    h("span", { class: "status-disclaimer" }, words("app.disclaimer")),
    version,
  );
  return {
    el,
    /** @param {view.FrameView} frame @param {boolean} silent @param {number} now */
    update(frame, silent, now) {
      setAttr(el, "data-link", silent ? "lost" : frame.gateway.state);
      setText(link, connectionText(frame, silent, now));
      setIcon(recordsSign, RECORDS_SIGN[frame.records.state]);
      setAttr(records, "data-records", frame.records.state);
      setText(recordsText, words(`records.${frame.records.state}`));
      setText(hubs, words("status.hubs", { heard: frame.hubs.heard, known: frame.hubs.known }));
      setShown(demo, frame.demo);
      setText(version, words("status.version", { version: frame.version }));
    },
  };
}
