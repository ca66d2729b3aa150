// The hospital's rules and its custodians, and how administrators change them.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, setShown } from "../shared/dom.js";
import { listed } from "../shared/format.js";
import { words } from "../shared/words.js";
import { facts, labelled } from "./form.js";
import { signForm, stepForm } from "./sign.js";
import { policyChange, policyLines } from "./proposals.js";

/** Roles that a hospital may let open patients in an emergency. @type {readonly view.RoleView[]} */
const EMERGENCY_ROLES = ["physician", "nurse", "pharmacist"];

/** @param {number} from @param {number} to @param {number} chosen @param {(n: number) => string} text */
function numberChoice(from, to, chosen, text) {
  const all = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return h("select", {}, ...all.map((n) => h("option", { value: String(n), selected: n === chosen }, text(n))));
}

/** @param {App} app @param {view.PolicyView} policy */
function policyPanel(app, policy) {
  const plain = (/** @type {number} */ n) => String(n);
  const signers = numberChoice(1, 2, policy.signers, plain);
  const recovery = numberChoice(1, 16, policy.recoverySigners, plain);
  const epoch = numberChoice(1, 24, policy.epochHours, (n) => words("policy.hours", { n }));
  const lock = numberChoice(1, 15, policy.lockMinutes, (n) => words("age.minutes", { n }));
  const minutes = numberChoice(1, 60, policy.emergency?.minutes ?? 60, (n) => words("age.minutes", { n }));
  const on = h("input", { type: "checkbox", checked: policy.emergency !== null });
  const roles = EMERGENCY_ROLES.map((role) => ({ role, el: h("input", { type: "checkbox", checked: policy.emergency?.roles.includes(role) ?? role !== "pharmacist" }) }));
  /** @returns {view.PolicyView} */
  const next = () => ({
    signers: Number(signers.value), recoverySigners: Number(recovery.value), epochHours: Number(epoch.value), lockMinutes: Number(lock.value),
    emergency: on.checked ? { minutes: Number(minutes.value), roles: roles.filter(({ el }) => el.checked).map(({ role }) => role) } : null,
  });
  const form = stepForm(words("sign.next"), async () => {
    const wanted = next();
    const changed = policyChange(policy, wanted);
    if (changed.length === 0) return [h("p", { class: "error", role: "alert" }, words("policy.same"))];
    return [signForm(app, {
      lines: [[words("sign.act"), words("policy.act")], ...changed],
      notes: [words("policy.note")],
      go: words("policy.go"),
      sign: () => app.desk.setPolicy(wanted),
      done: words("policy.done"),
    })];
  }, labelled(words("policy.signers"), signers), labelled(words("policy.recovery"), recovery),
  h("label", { class: "check" }, on, words("policy.allow")), labelled(words("policy.minutes"), minutes),
  h("fieldset", {}, h("legend", {}, words("policy.roles")), ...roles.map(({ role, el }) => h("label", { class: "check" }, el, words(`role.${role}`)))),
  labelled(words("policy.epoch"), epoch), labelled(words("policy.lock"), lock));
  app.panel.show(words("policy.title"), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app @param {view.SettingsView} settings */
function custodiansPanel(app, { practitioners, custodians }) {
  const able = practitioners.filter((row) => row.personActive && row.keyId === row.personId);
  const boxes = able.map((row) => ({ row, el: h("input", { type: "checkbox", checked: custodians.people.some((each) => each.personId === row.personId) }) }));
  const threshold = numberChoice(2, 16, Math.max(2, custodians.threshold), String);
  const form = stepForm(words("sign.next"), async () => {
    const chosen = boxes.filter(({ el }) => el.checked).map(({ row }) => row);
    const needed = chosen.length === 0 ? 0 : Number(threshold.value);
    if (chosen.length > 0 && chosen.length < needed) return [h("p", { class: "error", role: "alert" }, words("custodians.tooFew"))];
    return [signForm(app, {
      lines: [[words("sign.act"), words("custodians.act")], [words("custodians.people"), listed(chosen.map((row) => row.name)) || words("device.nobody")],
        [words("custodians.threshold"), String(needed)]],
      notes: [words(needed === 0 ? "custodians.noteNone" : "custodians.note")],
      go: words("custodians.go"),
      sign: () => app.desk.setCustodians(needed, chosen.map((row) => row.personId)),
      done: words("custodians.done"),
    })];
  }, h("p", {}, words("custodians.lead")), h("fieldset", {}, h("legend", {}, words("custodians.people")),
    ...boxes.map(({ row, el }) => h("label", { class: "check" }, el, `${row.name}, ${words(`role.${row.role}`)}`))), labelled(words("custodians.threshold"), threshold));
  app.panel.show(words("custodians.title"), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app */
export function policySection(app) {
  const lines = h("div");
  const people = h("p", { class: "view-note" });
  const change = h("button", { class: "button", type: "button", onClick: () => {
    const settings = app.store.settings.get();
    if (settings) policyPanel(app, settings.policy);
  } }, words("policy.change"));
  const custodians = h("button", { class: "button", type: "button", onClick: () => {
    const settings = app.store.settings.get();
    if (settings) custodiansPanel(app, settings);
  } }, words("custodians.change"));
  const el = h("section", { class: "settings-card", "aria-label": words("policy.title") },
    h("div", { class: "section-head" }, h("h2", {}, words("policy.title")), h("span", { class: "row-actions" }, custodians, change)), lines, people);
  let drawn = "";
  return {
    el,
    /** @param {view.SettingsView} settings */
    update(settings) {
      for (const button of [change, custodians]) setShown(button, settings.admin === "allowed");
      const key = JSON.stringify([settings.policy, settings.custodians]);
      if (key === drawn) return;
      drawn = key;
      lines.replaceChildren(facts(policyLines(settings.policy)));
      const { threshold, people: all } = settings.custodians;
      people.replaceChildren(all.length ? words("custodians.line", { threshold, names: listed(all.map((each) => each.name)) }) : words("custodians.none"));
    },
  };
}
