// One row of what people wrote: a note with its wordings and the names under it, a hand-over in the form of I-PASS, an order,
// advice to the patient, or a programme.

/** @import * as view from "../bindings/view.ts" */
/** @import { Sign } from "../shared/icon.js" */
import { h } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { adviceButtons, adviceParts } from "./advised.js";
import { orderParts } from "./ordered.js";
import { programmeParts } from "./programmed.js";

/** @type {Record<view.WrittenState, Sign>} */
const STATE_SIGN = { sealed: "check", waiting: "sealing", refused: "cross" };

/**
 * What a row offers; whoever shows it decides where that leads.
 * @typedef {object} RowActs
 * @property {(recordRef: string) => void} trust
 * @property {(row: view.WrittenRow) => void} [amend]
 * @property {(row: view.WrittenRow, button: HTMLButtonElement, fault: HTMLElement) => void} [coSign]
 * @property {(row: view.WrittenRow) => HTMLElement} [accept]
 * @property {(reply: view.ReplyView, button: HTMLButtonElement, fault: HTMLElement) => void} [note] of the patient
 * @property {(row: view.WrittenRow) => void} [follow] advice
 * @property {(row: view.WrittenRow) => void} [change] a programme
 * @property {(row: view.WrittenRow) => void} [finish] a programme
 * @property {() => void} [trend]
 * @property {(row: view.WrittenRow, text: string, button: HTMLButtonElement, fault: HTMLElement) => void} [withdraw] advice
 * @property {(row: view.WrittenRow, step: view.StepWord, text: string, button: HTMLButtonElement, fault: HTMLElement) => void} [answer] of an order
 */

/** A text as it was written: line by line. @param {string} text @param {"plain" | "former" | "verified"} [kind] */
export function prose(text, kind = "plain") {
  return h("p", { class: "prose", "data-kind": kind, dir: "auto" }, text);
}

/** @param {view.WrittenRow} row */
function titleOf(row) {
  switch (row.entry.sort) {
    case "note": {
      const kind = words(`notes.kind.${row.entry.note.kind}`);
      return row.entry.note.amends ? `${kind} · ${words("notes.amendment")}` : kind;
    }
    case "coSignature":
      return words("notes.onBehalf");
    case "handOver":
      return words("handover.word", { to: row.entry.handOver.to });
    case "acceptance":
      return words("notes.accepting");
    case "order":
      return words(`order.title.${row.entry.order.ordered.what}`);
    case "orderStep":
      return words("order.yourStep");
    case "advice":
      return words(row.entry.advice.proposal ? "advice.title.proposal" : "advice.title.advice");
    case "withdrawal":
      return words("advice.withdrawing");
    case "noted":
      return words("advice.noting");
    case "programme":
      return words(`programme.titleOf.${row.entry.programme.kind}`);
    case "programmeEnd":
      return words("programme.ending");
    default:
      return row.entry;
  }
}

/** @param {readonly view.SignedBy[]} names */
function names(names) {
  return names.map((each) => h("p", { class: "written-name" }, icon("check"), words("notes.coSigned", { by: each.by, time: moment(each.atMs, Date.now()) })));
}

/** @param {view.NoteView} note @param {RowActs} acts */
function noteParts(note, acts) {
  const earlier = note.earlier.map((version) => h("details", { class: "written-earlier" },
    h("summary", {}, words("notes.earlier", { time: moment(version.writtenMs, Date.now()) }), " · ", words(`notes.kind.${version.kind}`)),
    prose(version.text, "former"), ...names(version.coSigned),
    h("button", { class: "button quiet", type: "button", onClick: () => acts.trust(version.recordRef) }, words("patient.trust"))));
  return [prose(note.text), ...names(note.coSigned), ...earlier];
}

/** The five parts of a hand-over. @param {view.HandOverView} one */
export function handOverParts(one) {
  /** @param {string} letter @param {string} title @param {...Node} content */
  const part = (letter, title, ...content) => h("div", { class: "ipass-part" },
    h("dt", {}, h("span", { class: "ipass-letter", "aria-hidden": "true" }, letter), title), h("dd", {}, ...content));
  const illness = h("span", { class: "illness", "data-illness": one.illness }, words(`handover.illness.${one.illness}`));
  const state = one.accepted ? words("handover.accepted", { by: one.accepted.signed.by, time: moment(one.accepted.signed.atMs, Date.now()) })
    : words(one.replaced ? "handover.replaced" : "handover.isOpen");
  return [
    h("p", { class: "handover-state", "data-open": String(!one.accepted && !one.replaced) }, icon(one.accepted ? "check" : one.replaced ? "dash" : "sealing"), state),
    h("dl", { class: "ipass" },
      part("I", words("handover.illness"), illness),
      part("", words("handover.verified"), prose(one.verified, "verified")),
      part("P", words("handover.summary"), prose(one.summary)),
      part("A", words("handover.actions"), prose(one.actions)),
      part("S", words("handover.situation"), prose(one.situation)),
      ...(one.accepted ? [part("S", words("handover.synthesis"), prose(one.accepted.synthesis))] : [])),
  ];
}

/** @param {view.WrittenRow} row @param {RowActs} acts @param {HTMLElement} fault */
function parts(row, acts, fault) {
  switch (row.entry.sort) {
    case "note":
      return noteParts(row.entry.note, acts);
    case "handOver":
      return handOverParts(row.entry.handOver);
    case "order": {
      const { answer } = acts;
      return orderParts(row.entry.order, acts.trust, answer ? (step, text, button) => answer(row, step, text, button, fault) : null);
    }
    case "advice": {
      const { note } = acts;
      return adviceParts(row.entry.advice, row.state === "sealed", acts.trust, note ? (reply, button) => note(reply, button, fault) : undefined);
    }
    case "programme":
      return programmeParts(row.entry.programme, acts.trust);
    default:
      return [];
  }
}

/** @param {view.WrittenRow} row @param {RowActs} acts @param {HTMLElement} fault */
function adviceActs(row, acts, fault) {
  const { entry } = row;
  const { follow, withdraw } = acts;
  if (entry.sort !== "advice" || !follow || !withdraw || !(entry.advice.mayFollow || entry.advice.mayWithdraw)) return null;
  return adviceButtons(entry.advice, () => follow(row), (text, button) => withdraw(row, text, button, fault));
}

/** @param {view.WrittenRow} row @param {RowActs} acts @param {HTMLElement} fault */
function buttons(row, acts, fault) {
  const { entry, recordRef } = row;
  const all = [];
  if (entry.sort === "note" && entry.note.mayCoSign && acts.coSign) {
    const sign = acts.coSign;
    const button = h("button", { class: "button", type: "button", onClick: () => sign(row, button, fault) }, words("notes.coSign"));
    all.push(button);
  }
  if (entry.sort === "note" && entry.note.mayAmend && acts.amend) {
    const amend = acts.amend;
    all.push(h("button", { class: "button", type: "button", onClick: () => amend(row) }, words("notes.amend")));
  }
  if (entry.sort === "programme") {
    const { change, finish, trend } = acts;
    if (trend) all.push(h("button", { class: "button", type: "button", onClick: trend }, words("programme.trend")));
    if (entry.programme.mayChange && change) all.push(h("button", { class: "button", type: "button", onClick: () => change(row) }, words("programme.change")));
    if (entry.programme.mayChange && finish) all.push(h("button", { class: "button", type: "button", onClick: () => finish(row) }, words("programme.end")));
  }
  if (recordRef) all.push(h("button", { class: "button quiet", type: "button", onClick: () => acts.trust(recordRef) }, words("patient.trust")));
  return all;
}

/** What tells two looks of a row apart: it is built anew when this changes. @param {view.WrittenRow} row */
export const lookOf = (row) => JSON.stringify(row);

/**
 * One row. It takes the focus, so that J and K can walk the timeline.
 * @param {view.WrittenRow} row @param {RowActs} acts @param {HTMLElement} [head] stands before the title
 */
export function writtenRow(row, acts, head) {
  const fault = h("div");
  const now = Date.now();
  const note = row.state === "waiting" ? words("notes.waitingNote") : row.state === "refused" ? words("notes.refusedNote") : "";
  const who = row.role ? `${row.by}, ${words(`role.${row.role}`)}` : row.by;
  const late = row.sealedMs !== null && row.sealedMs - row.writtenMs > 300_000 ? ` (${words("notes.sealedAt", { time: moment(row.sealedMs, now) })})` : "";
  const amended = row.entry.sort === "note" && row.entry.note.earlier.length > 0;
  const accept = acts.accept && row.entry.sort === "handOver" && row.entry.handOver.mayAccept ? acts.accept(row) : null;
  return h("article", { class: "written", tabindex: "-1", "data-state": row.state, "data-sort": row.entry.sort, "aria-label": `${titleOf(row)}, ${who}, ${moment(row.writtenMs, now)}` },
    head, h("header", { class: "written-head" },
      h("h3", { class: "written-title" }, titleOf(row)),
      amended ? h("span", { class: "written-mark" }, words("notes.amended")) : null,
      h("span", { class: "written-who" }, who),
      h("span", { class: "written-when" }, `${moment(row.writtenMs, now)}${late}`),
      h("span", { class: "written-state" }, icon(STATE_SIGN[row.state]), words(`notes.state.${row.state}`))),
    note ? h("p", { class: "written-note" }, note) : null,
    ...parts(row, acts, fault), accept, adviceActs(row, acts, fault), fault, h("div", { class: "buttons" }, ...buttons(row, acts, fault)));
}
