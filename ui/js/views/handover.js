// Handing a patient over in the form of I-PASS, accepting one, and the list of what nobody has accepted yet.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setShown, setText } from "../shared/dom.js";
import { words } from "../shared/words.js";
import { nameText } from "../domain/person.js";
import { lookOf, prose, writtenRow } from "../domain/written.js";
import { attempt, errorBox, labelled } from "./form.js";
import { trustPanel } from "./trust.js";

const ILLNESS = /** @type {const} */ (["stable", "watcher", "unstable"]);
const MAX_TEXT = "8000";

/** @param {App} app @param {string} id */
export async function handOverPanel(app, id) {
  const content = h("div", { class: "handover-panel" }, h("p", { class: "empty" }, words("notes.loading")));
  const bed = app.store.patient.get()?.bed ?? "";
  app.panel.show(words("handover.of", { bed }), content, { wide: true });
  try {
    content.replaceChildren(handOverForm(app, await app.desk.handOverDraft(id)));
    const fields = [...content.querySelectorAll("select"), ...content.querySelectorAll("textarea")];
    fields.find((field) => field.value === "")?.focus();
  } catch (thrown) {
    content.replaceChildren(errorBox(errorOf(thrown)));
  }
}

/** @param {view.ReceiverView} one */
function receiverOption(one) {
  const role = one.role ? words(`role.${one.role}`) : "";
  const option = h("option", { value: one.personId }, words(one.mayRead ? "handover.receiver" : "handover.cannot", { name: one.name, role }));
  option.disabled = !one.mayRead;
  return option;
}

/** @param {App} app @param {view.HandOverDraft} draft */
function handOverForm(app, draft) {
  const to = h("select", { required: true }, h("option", { value: "" }, words("handover.choose")), ...draft.receivers.map(receiverOption));
  // Where only one colleague may read the patient, there is nothing to choose.
  const able = draft.receivers.filter((one) => one.mayRead);
  if (able.length === 1) to.value = able[0]?.personId ?? "";
  const illness = ILLNESS.map((each) => {
    const field = h("input", { type: "radio", name: "illness", value: each });
    field.checked = each === draft.illness;
    return { each, field, el: h("label", { class: "check" }, field, words(`handover.illness.${each}`)) };
  });
  /** @param {string} value */
  const area = (value) => {
    const field = h("textarea", { rows: "3", maxlength: MAX_TEXT, dir: "auto", required: true });
    field.value = value;
    return field;
  };
  const summary = area(draft.summary);
  const actions = area(draft.actions);
  const situation = area(draft.situation);
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("handover.sign"));
  return h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(sign, fault, errorOf, async () => {
      const answer = await app.desk.handOver(draft.patientId, {
        to: to.value,
        illness: illness.find((one) => one.field.checked)?.each ?? "watcher",
        summary: summary.value, actions: actions.value, situation: situation.value,
      });
      app.store.notes.set(answer);
      app.say("polite", words("handover.signed"));
      app.panel.close();
    }, words("sign.signing"));
  } },
  h("p", { class: "view-note" }, words("handover.formLead")),
  labelled(words("handover.to"), to, words("handover.toNote")),
  h("fieldset", { class: "levels" }, h("legend", {}, words("handover.illness")), ...illness.map((one) => one.el)),
  h("section", { class: "handover-verified" }, h("h3", {}, words("handover.verified")), prose(draft.verified, "verified"), h("p", { class: "field-note" }, words("handover.verifiedNote"))),
  labelled(words("handover.summary"), summary), labelled(words("handover.actions"), actions), labelled(words("handover.situation"), situation),
  fault, h("div", { class: "buttons" }, sign, h("button", { class: "button quiet", type: "button", onClick: app.panel.close }, words("sign.cancel"))));
}

/**
 * Accepting: the receiver says what was understood, and signs.
 * @param {App} app @param {string} id @param {view.WrittenRow} row @param {(answer: view.NotesView) => void} done
 */
export function acceptForm(app, id, row, done) {
  const text = h("textarea", { rows: "3", maxlength: MAX_TEXT, dir: "auto", required: true });
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("handover.accept"));
  const submit = () => attempt(sign, fault, errorOf, async () => {
    const answer = await app.desk.acceptHandOver(id, row.id, text.value);
    app.say("polite", words("handover.acceptedNow"));
    done(answer);
  }, words("sign.signing"));
  return h("form", {
    class: "form accept-form",
    onSubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void submit();
    },
    onKeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || !event.ctrlKey || sign.disabled) return;
      event.preventDefault();
      void submit();
    },
  }, labelled(words("handover.synthesis"), text, words("handover.synthesisNote")), fault, h("div", { class: "buttons" }, sign));
}

/** The list of open hand-overs. @param {App} app */
export function handOversView(app) {
  const { store } = app;
  const lists = /** @type {const} */ (["toMe", "byMe", "others"]).map((key) => {
    const place = h("div", { class: "timeline" });
    return { key, place, el: h("section", { class: "handover-list" }, h("h2", {}, words(`handover.${key}`)), place), looks: "" };
  });
  const said = h("p", { class: "empty", role: "status" });
  const el = h("section", { class: "view handover-view" },
    h("header", { class: "view-head" }, h("h1", { class: "view-title", tabindex: "-1" }, words("handover.title")), h("p", { class: "view-note" }, words("handover.lead"))),
    h("div", { class: "handover-scroll", tabindex: "0", role: "group", "aria-label": words("handover.title") }, said, ...lists.map((list) => list.el)));
  let chosen = -1;
  store.showHandOvers(true);

  /** @param {view.HandOverRow} one */
  const part = (one) => writtenRow(one.row, {
    trust: (ref) => void trustPanel(app, ref),
    accept: (row) => acceptForm(app, one.patientId, row, () => void store.ask.handOvers()),
  }, h("p", { class: "handover-who" }, h("a", { class: "button", href: `#/patient/${one.patientId}` }, words("handover.patient", { bed: one.bed })), h("span", { class: "handover-name" }, nameText(one.name))));

  return {
    el,
    update() {
      const page = store.handOvers.get();
      let all = 0;
      for (const list of lists) {
        const rows = page?.[list.key] ?? [];
        all += rows.length;
        setShown(list.el, rows.length > 0);
        const looks = rows.map((one) => lookOf(one.row)).join();
        if (looks === list.looks) continue;
        list.looks = looks;
        list.place.replaceChildren(...rows.map(part));
      }
      setShown(said, all === 0);
      setText(said, words(page === null ? "handover.loading" : "handover.none"));
    },
    tick() {},
    destroy: () => store.showHandOvers(false),
    /** @param {1 | -1} steps */
    step(steps) {
      const rows = [...el.querySelectorAll(".written")];
      chosen = Math.min(rows.length - 1, Math.max(0, chosen + steps));
      const row = rows[chosen];
      if (row instanceof HTMLElement) row.focus();
    },
    chosenAlarm: () => null,
  };
}
