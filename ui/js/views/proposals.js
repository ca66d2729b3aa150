// What waits for a second signature: said in plain words, approved after comparing, or ended.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { day, listed, moment } from "../shared/format.js";
import { words } from "../shared/words.js";
import { categoriesText } from "../domain/emergency.js";
import { labelled } from "./form.js";
import { signForm } from "./sign.js";

/** @param {number | null} untilMs */
const untilText = (untilMs) => (untilMs === null ? words("share.shared") : words("share.until", { date: day(untilMs) }));

/** The rules of a hospital as lines. Pure. @param {view.PolicyView} policy @returns {[string, string][]} */
export function policyLines(policy) {
  const { emergency } = policy;
  const roles = listed(emergency?.roles.map((role) => words(`role.${role}`)));
  return [
    [words("policy.signers"), String(policy.signers)],
    [words("policy.recovery"), String(policy.recoverySigners)],
    [words("policy.emergency"), emergency ? words("policy.emergencyOn", { minutes: emergency.minutes, roles }) : words("policy.emergencyOff")],
    [words("policy.epoch"), words("policy.hours", { n: policy.epochHours })],
    [words("policy.lock"), words("age.minutes", { n: policy.lockMinutes })],
  ];
}

/** Only what differs, as "before → after". Pure. @param {view.PolicyView} now @param {view.PolicyView} next @returns {[string, string][]} */
export function policyChange(now, next) {
  const before = policyLines(now);
  return policyLines(next).flatMap(([name, value], i) => (before[i]?.[1] === value ? [] : [/** @type {[string, string]} */ ([name, words("policy.changed", { before: before[i]?.[1] ?? "", after: value })])]));
}

/** What a proposal would change, in a sentence and its particulars. @param {view.ProposalAct} act @returns {{text: string, lines: [string, string][]}} */
export function actText(act) {
  const key = /** @param {string} id @returns {[string, string]} */ (id) => [words("me.key"), id];
  switch (act.kind) {
    case "enrol": {
      const role = act.subject.kind === "hub" ? words("role.hub") : words(`role.${act.subject.role}`);
      return { text: words("proposal.enrol", { name: act.name, role }), lines: [key(act.keyId)] };
    }
    case "addKey":
      return { text: words(act.recovery ? "proposal.recover" : "proposal.addKey", { name: act.name, role: words(`role.${act.role}`) }), lines: [key(act.keyId)] };
    case "reinstate":
      return { text: words("proposal.reinstate", { name: act.name }), lines: [key(act.keyId)] };
    case "changeRole":
      return { text: words("proposal.changeRole", { name: act.name, from: words(`role.${act.from}`), to: words(`role.${act.to}`) }), lines: [] };
    case "joinTeam":
      return { text: words("proposal.joinTeam", { name: act.name, team: act.team, patients: act.patients }), lines: [] };
    case "setPolicy":
      return { text: words("proposal.setPolicy"), lines: policyChange(act.now, act.next) };
    case "setCustodians":
      return { text: act.names.length ? words("proposal.setCustodians", { threshold: act.threshold, names: listed(act.names) }) : words("proposal.noCustodians"), lines: [] };
    case "recordConsent":
    case "disclose":
      return {
        text: words(`proposal.${act.kind}`, { holder: act.holder }),
        lines: [[words("patients.pseudonym"), act.patientId], [words("emergency.categories"), categoriesText(act.categories)], [words("proposal.until"), untilText(act.untilMs)],
          ...(act.kind === "disclose" ? [/** @type {[string, string]} */ ([words("proposal.order"), act.order])] : [])],
      };
    case "endDisclosure":
      return { text: words("proposal.endDisclosure"), lines: [[words("patients.pseudonym"), act.patientId], [words("disclose.holder"), act.holder], [words("proposal.agreement"), act.agreementId]] };
    case "rehome":
      return { text: words("proposal.rehome", { hub: act.hub }), lines: [[words("patients.pseudonym"), act.patientId]] };
    case "erase":
      return { text: words("proposal.erase"), lines: [[words("patients.pseudonym"), act.patientId], [words("emergency.categories"), categoriesText(act.categories)]] };
    case "other":
      return { text: words("proposal.other"), lines: [] };
    default:
      return act;
  }
}

/** @param {App} app @param {view.ProposalRow} row @param {"approve" | "withdraw"} way */
function decidePanel(app, row, way) {
  const { text, lines } = actText(row.act);
  const heard = h("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", required: true, maxlength: "120", class: "six-words-field" });
  const compares = way === "approve" && row.needsWords;
  const now = app.store.clock.now();
  const form = signForm(app, {
    lines: [[words("sign.act"), text], ...lines, [words("proposal.by"), row.by], [words("proposal.at"), moment(row.atMs, now)],
      ...(row.approvedBy.length ? [/** @type {[string, string]} */ ([words("proposal.approvedBy"), listed(row.approvedBy)])] : [])],
    notes: [words(way === "approve" ? "proposal.note.approve" : "proposal.note.withdraw")],
    choice: compares ? labelled(words("enrol.heard"), heard, words("proposal.heardNote")) : null,
    go: words(`proposal.go.${way}`),
    sign: () => (way === "approve" ? app.desk.approve(row.proposalId, compares ? heard.value : null) : app.desk.withdraw(row.proposalId)),
    done: words(`proposal.done.${way}`),
    doneWaiting: words("proposal.done.waiting"),
  });
  app.panel.show(words(`proposal.title.${way}`), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app */
export function proposalsSection(app) {
  const body = h("ul", { class: "emergency-list", "aria-label": words("settings.proposals") });
  const none = h("p", { class: "view-note" }, words("proposal.none"));
  const el = h("section", { class: "settings-card wide proposals", "aria-label": words("settings.proposals") },
    h("div", { class: "section-head" }, h("h2", {}, words("settings.proposals"))), body, none);
  const list = keyedList(body, (/** @type {view.ProposalRow} */ row) => row.proposalId, (first) => {
    let row = first;
    const what = h("strong");
    const who = h("span");
    const more = h("span", { class: "cell-note" });
    const approve = h("button", { class: "button primary", type: "button", onClick: () => decidePanel(app, row, "approve") }, words("proposal.approve"));
    const end = h("button", { class: "button", type: "button", onClick: () => decidePanel(app, row, "withdraw") });
    const part = h("li", { class: "emergency-row" }, h("div", { class: "emergency-what" }, what, who, more), h("div", { class: "emergency-side" }, approve, end));
    return {
      el: part,
      update(/** @type {view.ProposalRow} */ next) {
        row = next;
        const { text, lines } = actText(row.act);
        const now = app.store.clock.now();
        setAttr(part, "data-unseen", String(row.canApprove));
        setText(what, text);
        setText(who, words("proposal.line", { name: row.by, time: moment(row.atMs, now), end: moment(row.endsMs, now) }));
        setText(more, lines.map(([name, value]) => `${name}: ${value}`).join(" · "));
        setShown(approve, row.canApprove && row.act.kind !== "other");
        setShown(end, row.canWithdraw);
        setText(end, words(row.mine ? "proposal.withdraw" : "proposal.decline"));
      },
    };
  });
  return {
    el,
    /** @param {view.SettingsView} settings */
    update(settings) {
      setShown(el, settings.proposals.length > 0 || settings.policy.signers > 1 && settings.admin !== "notAdmin");
      setShown(none, settings.proposals.length === 0);
      list.update(settings.proposals);
    },
  };
}
