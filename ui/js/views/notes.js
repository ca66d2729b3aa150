// What was written about one patient: the timeline beside the form of a note. All of it works by keyboard.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setShown, setText } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { words } from "../shared/words.js";
import { lookOf, writtenRow } from "../domain/written.js";
import { advicePanel } from "./advice.js";
import { attempt, labelled } from "./form.js";
import { acceptForm, handOverPanel } from "./handover.js";
import { orderPanel } from "./order.js";
import { programmeEndPanel, programmePanel } from "./programme.js";
import { trustPanel } from "./trust.js";

const KINDS = /** @type {const} */ (["progress", "nursing", "round", "procedure", "consultation", "admission", "discharge"]);
const MAX_TEXT = 8000;

/** @param {App} app @param {string} id @param {(view: view.NotesView) => void} fresh */
function noteForm(app, id, fresh) {
  const { drafts } = app.store;
  /** The note that is amended. @type {view.WrittenRow | null} */
  let amended = null;
  const kind = h("select", {}, ...KINDS.map((each) => h("option", { value: each }, words(`notes.kind.${each}`))));
  if (app.store.session.get()?.user?.role === "nurse") kind.value = "nursing";
  const text = h("textarea", { rows: "6", maxlength: String(MAX_TEXT), dir: "auto", onInput: () => amended === null && drafts.set(id, text.value) });
  text.value = drafts.get(id) ?? "";
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("notes.sign"));
  const amending = h("p", { class: "written-note" });
  const plain = h("button", { class: "button quiet", type: "button", onClick: () => amend(null) }, words("notes.notAmending"));

  /** @param {view.WrittenRow | null} row */
  function amend(row) {
    amended = row;
    setShown(amending, row !== null);
    setShown(plain, row !== null);
    if (row && row.entry.sort === "note") {
      setText(amending, words("notes.amending", { time: moment(row.writtenMs, Date.now()) }));
      kind.value = row.entry.note.kind;
      text.value = row.entry.note.text;
    } else {
      text.value = drafts.get(id) ?? "";
    }
    text.focus();
  }
  const submit = () => attempt(sign, fault, errorOf, async () => {
    const kindNow = /** @type {view.NoteWord} */ (kind.value);
    const answer = await app.desk.writeNote(id, { kind: kindNow, text: text.value, amends: amended?.id ?? null });
    if (amended === null) drafts.delete(id);
    amend(null);
    app.say("polite", words("notes.signed"));
    fresh(answer);
  }, words("sign.signing"));
  const form = h("form", {
    class: "form note-form",
    onSubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void submit();
    },
    onKeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || !event.ctrlKey || sign.disabled) return;
      event.preventDefault();
      void submit();
    },
  }, h("h2", {}, words("notes.write")), amending, labelled(words("notes.kind"), kind), labelled(words("notes.text"), text, words("notes.textNote")),
  fault, h("div", { class: "buttons" }, sign, plain));
  setShown(amending, false);
  setShown(plain, false);
  return { el: form, amend, focus: () => text.focus() };
}

/** @param {App} app @param {string} id */
export function notesPart(app, id) {
  const list = h("div", { class: "timeline", role: "group", "aria-label": words("notes.timeline") });
  const said = h("p", { class: "empty", role: "status" });
  const form = noteForm(app, id, (answer) => app.store.notes.set(answer));
  const give = h("button", { class: "button", type: "button", onClick: () => void handOverPanel(app, id) }, words("handover.open"));
  const order = h("button", { class: "button", type: "button", onClick: () => orderPanel(app, id) }, words("order.open"));
  const advise = h("button", { class: "button", type: "button", onClick: () => advicePanel(app, id) }, words("advice.open"));
  const plan = h("button", { class: "button", type: "button", onClick: () => programmePanel(app, id) }, words("programme.open"));
  const side = h("div", { class: "notes-side" }, form.el);
  const el = h("div", { class: "notes" },
    h("section", { class: "notes-main", tabindex: "0", "aria-label": words("notes.timeline") }, h("header", { class: "notes-head" }, h("h2", {}, words("notes.timeline")), h("p", { class: "view-note" }, words("notes.lead")), h("span", { class: "notes-acts" }, order, advise, plan, give)), said, list), side);
  /** @type {Map<string, {look: string, el: HTMLElement}>} */
  let drawn = new Map();
  let chosen = -1;

  /** @type {import("../domain/written.js").RowActs} */
  const acts = {
    trust: (ref) => void trustPanel(app, ref),
    amend: (row) => form.amend(row),
    coSign: (row, button, fault) => void attempt(button, fault, errorOf, async () => {
      const answer = await app.desk.coSign(id, row.id);
      app.say("polite", words("notes.coSignedNow"));
      app.store.notes.set(answer);
    }, words("sign.signing")),
    follow: (row) => advicePanel(app, id, row),
    change: (row) => programmePanel(app, id, row),
    finish: (row) => programmeEndPanel(app, id, row),
    trend: () => app.go({ view: "trends", id }),
    withdraw: (row, text, button, fault) => void attempt(button, fault, errorOf, async () => {
      const answer = await app.desk.withdrawAdvice(id, row.id, text);
      app.say("polite", words("notes.signed"));
      app.store.notes.set(answer);
    }, words("sign.signing")),
    note: (reply, button, fault) => void attempt(button, fault, errorOf, async () => {
      const answer = await app.desk.noteReply(id, reply.id);
      app.say("polite", words("notes.signed"));
      app.store.notes.set(answer);
    }, words("sign.signing")),
    accept: (row) => acceptForm(app, id, row, (answer) => app.store.notes.set(answer)),
    answer: (row, step, text, button, fault) => void attempt(button, fault, errorOf, async () => {
      const answer = await app.desk.answerOrder(id, row.id, { step, text });
      app.say("polite", words("notes.signed"));
      app.store.notes.set(answer);
    }, words("sign.signing")),
  };

  /** Rows that look the same stay as they are, with focus and what was typed in them. @param {readonly view.WrittenRow[]} rows */
  function draw(rows) {
    /** @type {typeof drawn} */
    const next = new Map();
    for (const row of rows) {
      const look = lookOf(row);
      const known = drawn.get(row.id);
      next.set(row.id, known?.look === look ? known : { look, el: writtenRow(row, acts) });
    }
    drawn = next;
    const wanted = [...next.values()].map((each) => each.el);
    const same = wanted.length === list.children.length && wanted.every((each, i) => list.children[i] === each);
    if (!same) list.replaceChildren(...wanted);
  }

  return {
    el,
    /** @param {view.CategoryShare | undefined} share */
    update(share) {
      const page = app.store.notes.get();
      const shared = share?.state === "shared";
      setShown(list, shared && page !== null);
      setShown(side, shared && page?.mayWrite === true);
      setShown(give, shared && page?.mayHandOver === true);
      setShown(order, shared && page?.mayOrder === true);
      setShown(advise, shared && page?.mayAdvise === true);
      setShown(plan, shared && page?.mayPlan === true);
      if (shared && page) draw(page.rows);
      const state = !shared ? (share?.state === "ended" ? "notes.ended" : "notes.notShared") : page === null ? "notes.loading" : "notes.none";
      setShown(said, !shared || page === null || page.rows.length === 0);
      setText(said, words(state));
    },
    write: () => form.focus(),
    /** @param {1 | -1} steps */
    step(steps) {
      const rows = [...list.children];
      if (rows.length === 0) return;
      chosen = Math.min(rows.length - 1, Math.max(0, chosen + steps));
      const row = rows[chosen];
      if (row instanceof HTMLElement) row.focus();
    },
  };
}

