// Whether everybody is shown the same records: second sources, what was seen that should not be, and what can be handed
// to a colleague or to IT.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { count, dayClock } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { COMPARISON_SIGN } from "../domain/look.js";
import { attempt, labelled, textOrFile } from "./form.js";
import { handout } from "./handout.js";
import { stepForm } from "./sign.js";

/** In words how a second view compares. @param {view.ComparisonRow} row */
export function comparisonText(row) {
  const text = words(`compare.${row.state}`, { height: row.height === null ? "" : count(row.height) });
  const seen = row.witnesses.map((witness) => words("compare.witness", { name: witness.name, time: dayClock(witness.atMs) }));
  return [text, ...seen].join(" ");
}

/** @param {string} source */
const sourceName = (source) => (source === "file" || source === "gateway" ? words(`compare.from.${source}`) : source);

/** @param {App} app @param {() => Promise<view.HandoutView>} make @param {string} label */
async function savePanel(app, make, label) {
  const place = h("div", { class: "enrol" }, h("p", { class: "empty" }, words("compare.making")));
  app.panel.show(label, place, { wide: true });
  const button = h("button", { type: "button" });
  await attempt(button, place, errorOf, async () => {
    const made = await make();
    const parts = made.text === ""
      ? [h("p", { class: "handout-place" }, words("handout.saved", { path: made.savedAs }))]
      : [handout({ text: made.text, savedAs: made.savedAs, qrSvg: "" }, { label, qrLabel: label })];
    place.replaceChildren(h("p", {}, told(made.summary)), ...parts);
  });
}

/** @param {App} app */
function comparePanel(app) {
  const source = textOrFile(words("compare.file"), words("compare.text"));
  const form = stepForm(words("compare.go"), async () => {
    const row = await app.desk.compareFile(source.text());
    await app.store.ask.settings();
    return [h("p", { class: "compare-result", role: "status", "data-compare": row.state }, icon(COMPARISON_SIGN[row.state]), comparisonText(row))];
  }, h("p", {}, words("compare.lead")), source.el);
  app.panel.show(words("compare.title"), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {string} text */
const lines = (text) => text.split("\n").map((line) => line.trim()).filter((line) => line !== "");

/** @param {App} app @param {view.IntegrityView} integrity */
function sourcesPanel(app, integrity) {
  const field = (/** @type {readonly string[]} */ known) => {
    const area = h("textarea", { rows: "3", spellcheck: "false", autocomplete: "off", maxlength: "4096" });
    area.value = known.join("\n");
    return area;
  };
  const addresses = field(integrity.addresses);
  const witnesses = field(integrity.witnesses);
  const form = stepForm(words("compare.save"), async () => {
    await app.desk.setSources(lines(addresses.value), lines(witnesses.value));
    await app.store.ask.settings();
    return [h("p", { role: "status" }, icon("check"), words("compare.saved"))];
  }, h("p", {}, words("compare.sourcesLead")),
  labelled(words("compare.addresses"), addresses, words("compare.addressesNote")),
  labelled(words("compare.witnesses"), witnesses, words("compare.witnessesNote")));
  app.panel.show(words("compare.sources"), h("div", { class: "enrol" }, form), { wide: true });
}

function comparisonList() {
  const el = h("ul", { class: "compare-list" });
  const list = keyedList(el, (/** @type {view.ComparisonRow} */ row) => row.source, (first) => {
    const sign = icon(COMPARISON_SIGN[first.state]);
    const text = h("span");
    const age = h("span", { class: "cell-note" });
    const part = h("li", {}, sign, h("strong", {}, sourceName(first.source)), text, age);
    return {
      el: part,
      update(/** @type {view.ComparisonRow} */ row) {
        setAttr(part, "data-compare", row.state);
        setIcon(sign, COMPARISON_SIGN[row.state]);
        setText(text, comparisonText(row));
        showAge(age, row.atMs, "ago");
      },
    };
  });
  return { el, update: list.update };
}

/** @param {App} app */
function evidenceList(app) {
  const el = h("ul", { class: "compare-list" });
  const list = keyedList(el, (/** @type {view.EvidenceRow} */ row) => String(row.id), (first) => {
    const text = h("span");
    const time = h("span", { class: "cell-note" });
    const save = h("button", { class: "button quiet", type: "button", "aria-label": words("evidence.saveLabel", { id: first.id }),
      onClick: () => void savePanel(app, () => app.desk.exportEvidence(first.id), words("evidence.save")) }, words("evidence.save"));
    const part = h("li", {}, icon(first.provable ? "cross" : "warn"), text, time, save);
    return {
      el: part,
      update(/** @type {view.EvidenceRow} */ row) {
        setText(text, told(row.detail));
        const seen = words("evidence.seen", { time: dayClock(row.seenMs) });
        const mended = row.mendedMs === null ? "" : words("evidence.mended", { time: dayClock(row.mendedMs) });
        setText(time, [seen, mended].join(" "));
        setShown(save, row.provable);
      },
    };
  });
  return { el, update: list.update };
}

/** @param {App} app */
export function integritySection(app) {
  let shown = /** @type {view.IntegrityView | null} */ (null);
  const button = (/** @type {string} */ key, /** @type {() => void} */ act) => h("button", { class: "button", type: "button", onClick: act }, words(key));
  const none = h("p", { class: "view-note" }, words("compare.none"));
  const comparisons = comparisonList();
  const evidence = evidenceList(app);
  const evidenceHead = h("h3", {}, words("evidence.title"));
  const el = h("section", { class: "settings-card", "aria-label": words("compare.section") },
    h("div", { class: "section-head" }, h("h2", {}, words("compare.section")), button("compare.sources", () => shown && sourcesPanel(app, shown))),
    none, comparisons.el,
    h("div", { class: "buttons" },
      button("compare.title", () => comparePanel(app)),
      button("compare.saveHead", () => void savePanel(app, app.desk.exportHead, words("compare.saveHead"))),
      button("compare.saveCheckpoint", () => void savePanel(app, app.desk.exportCheckpoint, words("compare.saveCheckpoint")))),
    evidenceHead, evidence.el);
  return {
    el,
    /** @param {view.SettingsView} settings */
    update({ integrity }) {
      shown = integrity;
      setShown(none, integrity.comparisons.length === 0);
      setShown(comparisons.el, integrity.comparisons.length > 0);
      comparisons.update(integrity.comparisons);
      setShown(evidenceHead, integrity.evidence.length > 0);
      setShown(evidence.el, integrity.evidence.length > 0);
      evidence.update(integrity.evidence);
    },
  };
}
