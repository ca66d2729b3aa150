// Alarm limits of one patient: what is in force, what others would have raised, and the signature under them.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setShown, setText } from "../shared/dom.js";
import { decimals, moment, typed } from "../shared/format.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { attempt, errorBox, labelled } from "./form.js";

/** How long typing must rest before the preview is asked for, in milliseconds. */
const REST_MS = 350;
const EDGES = /** @type {const} */ (["lowRed", "low", "high", "highRed"]);
const DELAYS = /** @type {const} */ (["lowDelayS", "highDelayS"]);
const REASONS = /** @type {const} */ (["patientBaseline", "treatmentGoal", "tooManyAlarms", "closerWatch", "wardDefault"]);

/** @param {App} app @param {string} id */
export async function limitsPanel(app, id) {
  const content = h("div", { class: "limits-panel" }, h("p", { class: "empty" }, words("limits.loading")));
  app.panel.show(words("limits.title"), content, { wide: true });
  try {
    content.replaceChildren(...limitsParts(app, content, await app.desk.limits(id)));
  } catch (thrown) {
    content.replaceChildren(errorBox(errorOf(thrown)));
  }
}

/** @param {view.LimitRowView} row @param {() => void} changed */
function rowPart(row, changed) {
  const name = words(`parameter.${row.parameter}`);
  /** @param {keyof view.LimitEdges} key */
  const input = (key) => h("input", {
    class: "field limit-field", inputmode: "decimal", autocomplete: "off", maxlength: "8", value: decimals(String(row.now[key])),
    "data-edge": key, placeholder: decimals(String(row.ward[key])),
    "aria-label": `${name} ${words(`limits.${key}`)}`, onInput: changed,
  });
  const edges = EDGES.map((key) => ({ key, el: input(key) }));
  const delays = DELAYS.map((key) => ({ key, el: input(key) }));
  const el = h("tr", {},
    h("th", { scope: "row" }, name, h("span", { class: "limit-unit" }, ` ${row.unit}`)),
    ...[...edges, ...delays].map((each) => h("td", {}, each.el)),
    h("td", { class: "limit-raised" }, String(row.raised)));
  /** @returns {view.LimitEdges} */
  const edgesNow = () => {
    const text = Object.fromEntries(edges.map((each) => [each.key, typed(each.el.value)]));
    const times = Object.fromEntries(delays.map((each) => [each.key, Math.max(0, Math.round(Number(typed(each.el.value))) || 0)]));
    return /** @type {view.LimitEdges} */ ({ ...text, ...times });
  };
  return {
    el,
    /** @param {view.LimitEdges} edgesOf */
    put(edgesOf) {
      for (const each of [...edges, ...delays]) each.el.value = decimals(String(edgesOf[each.key]));
    },
    row,
    /** @returns {view.LimitRowInput | null} what differs from the limits in force */
    changed() {
      const now = edgesNow();
      const same = [...EDGES, ...DELAYS].every((key) => now[key] === row.now[key]);
      return same ? null : { code: row.code, unitCode: row.unitCode, edges: now };
    },
  };
}

/** @param {App} app @param {HTMLElement} content @param {view.LimitsPageView} page */
function limitsParts(app, content, page) {
  let resting = 0;
  const rows = page.rows.map((row) => rowPart(row, () => rest()));
  const scale = h("input", { type: "checkbox", onChange: () => rest() });
  scale.checked = page.scale2;
  scale.disabled = !page.mayPrescribe && !page.scale2;
  const reason = h("select", {}, ...REASONS.map((each) => h("option", { value: each }, words(`limits.reason.${each}`))));
  const said = h("p", { class: "limits-preview", role: "status" });
  const second = h("ul", { class: "limits-second" });
  const fault = h("div");
  const sign = h("button", { class: "button primary", type: "submit" }, words("limits.sign"));

  /** @returns {view.LimitsProposal} */
  const proposal = () => ({
    reason: /** @type {view.LimitReason} */ (reason.value),
    scale2: scale.checked,
    rows: rows.map((row) => row.changed()).filter((row) => row !== null),
  });
  /** @param {(row: view.LimitRowView) => view.LimitEdges} edgesOf */
  const putAll = (edgesOf) => {
    for (const row of rows) row.put(edgesOf(row.row));
    rest();
  };
  function rest() {
    clearTimeout(resting);
    resting = window.setTimeout(() => void preview(), REST_MS);
  }
  async function preview() {
    fault.replaceChildren();
    try {
      const answer = await app.desk.previewLimits(page.patientId, proposal());
      setText(said, words("limits.preview", { before: String(answer.before), after: String(answer.after), hours: String(answer.hours) }));
      const lines = answer.refused ? [answer.refused] : answer.second;
      second.replaceChildren(...lines.map((line) => h("li", {}, told(line))), ...(answer.second.length ? [h("li", {}, words("limits.needsSecond"))] : []));
      sign.disabled = answer.refused !== "";
    } catch (thrown) {
      setText(said, "");
      second.replaceChildren();
      sign.disabled = true;
      fault.replaceChildren(errorBox(errorOf(thrown)));
    }
  }

  const head = h("tr", {}, h("th", { scope: "col" }, words("limits.parameter")),
    ...[...EDGES, ...DELAYS].map((key) => h("th", { scope: "col" }, words(`limits.${key}`))), h("th", { scope: "col" }, words("limits.raised")));
  const table = h("table", { class: "table limits-table" }, h("caption", { class: "visually-hidden" }, words("limits.title")), h("thead", {}, head), h("tbody", {}, ...rows.map((row) => row.el)));
  const buttons = h("div", { class: "buttons" }, sign,
    h("button", { class: "button quiet", type: "button", onClick: () => putAll((row) => row.ward) }, words("limits.ward")),
    h("button", { class: "button quiet", type: "button", onClick: () => putAll((row) => row.suggested) }, words("limits.suggested")));
  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(sign, fault, errorOf, async () => {
      const fresh = await app.desk.setLimits(page.patientId, proposal());
      app.say("polite", words("limits.signed"));
      content.replaceChildren(...limitsParts(app, content, fresh));
    }, words("sign.signing"));
  } }, table, h("label", { class: "check" }, scale, words("limits.scale2")), labelled(words("limits.why"), reason), said, second, fault, buttons);
  for (const field of form.querySelectorAll("input, select, button")) if (!page.mayChange) field.setAttribute("disabled", "");
  const scaleNote = h("p", { class: "view-note" }, words("limits.scale2By", { by: page.scale2By }));
  setShown(scaleNote, page.scale2By !== "");
  return [h("p", { class: "view-note" }, words("limits.lead")), scaleNote, form, historyPart(app, content, page)];
}

/** @param {App} app @param {HTMLElement} content @param {view.LimitsPageView} page */
function historyPart(app, content, page) {
  const items = page.history.map((change) => {
    const fault = h("div");
    const confirm = h("button", { class: "button", type: "button", onClick: () => void attempt(confirm, fault, errorOf, async () => {
      const fresh = await app.desk.confirmLimits(page.patientId, change.changeId);
      content.replaceChildren(...limitsParts(app, content, fresh));
    }, words("sign.signing")) }, words("limits.confirm"));
    return h("li", { "data-state": change.state },
      h("p", {}, h("strong", {}, words(`limits.state.${change.state}`)), ` · ${moment(change.atMs, Date.now())} · ${change.by} · ${words(`limits.reason.${change.reason}`)}`),
      change.second ? h("p", {}, words("limits.secondBy", { by: change.second })) : null,
      h("ul", {}, ...change.lines.map((line) => h("li", {}, told(line)))),
      change.mayConfirm ? confirm : null, fault);
  });
  return h("section", { class: "limits-history" }, h("h3", {}, words("limits.history")),
    items.length ? h("ol", {}, ...items) : h("p", { class: "empty" }, words("limits.noHistory")));
}
