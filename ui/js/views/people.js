// Enrolling a person or a hub, handing back the answer, and revoking a key.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { fingerprintWords } from "../domain/person.js";
import { errorBox, facts, labelled, textOrFile } from "./form.js";
import { handout } from "./handout.js";
import { qrPart } from "./qr.js";
import { signForm, stepForm } from "./sign.js";

/** @type {readonly ("left" | "lost" | "replaced" | "misuse")[]} */
const REASONS = ["left", "lost", "replaced", "misuse"];

/** @param {view.EnrolSubject} subject */
function subjectText(subject) {
  return subject.kind === "hub" ? words("role.hub") : words(`role.${subject.role}`);
}

/** @param {App} app */
export function enrolPanel(app) {
  const source = textOrFile(words("enrol.file"), words("enrol.text"));
  const form = stepForm(words("enrol.read"), async () => {
    const text = source.text();
    return previewParts(app, text, await app.desk.enrolPreview(text));
  }, h("p", {}, words("enrol.step1")), source.el);
  app.panel.show(words("enrol.title"), h("div", { class: "enrol" }, form), { wide: true });
  form.querySelector("textarea")?.focus();
}

/** @param {App} app @param {string} text @param {view.EnrolPreview} preview @returns {Node[]} */
function previewParts(app, text, preview) {
  const lines = facts([[words("people.name"), preview.name], [words("people.role"), subjectText(preview.subject)], [words("me.key"), h("span", { class: "hash" }, preview.keyId)]]);
  if (preview.problem === "alreadyEnrolled") {
    const again = h("button", { class: "button primary", type: "button", onClick: () => answerPanel(app, preview) }, words("answer.make"));
    return [lines, h("p", {}, words("enrol.problem.alreadyEnrolled")), h("div", { class: "buttons" }, again)];
  }
  if (preview.problem !== "none") {
    return [lines, h("p", { class: "error", role: "alert" }, icon("cross"), words(`enrol.problem.${preview.problem}`))];
  }
  const heard = h("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", required: true, maxlength: "120", class: "six-words-field" });
  const form = stepForm(words("enrol.compare"), async () => {
    const said = heard.value;
    return confirmParts(app, { text, said, preview, check: await app.desk.enrolCheck(text, said) });
  }, h("p", {}, words(`enrol.step2.${preview.subject.kind}`)), labelled(words("enrol.heard"), heard, words("enrol.heardNote")));
  return [lines, form];
}

/** @param {App} app @param {{text: string, said: string, preview: view.EnrolPreview, check: view.EnrolCheck}} compared @returns {Node[]} */
function confirmParts(app, { text, said, preview, check }) {
  const isPerson = preview.subject.kind === "person";
  const alone = preview.signers < 2;
  const option = (/** @type {string} */ value, /** @type {string} */ name) => h("option", { value }, name);
  const whose = h("select", {}, option("", words("enrol.newPerson")),
    ...preview.samePerson.map((each) => option(each.personId, words(each.withoutKey ? "enrol.recoverOf" : "enrol.workstationOf", { name: each.name }))));
  const known = preview.samePerson.length > 0 && labelled(words("enrol.whose"), whose, words("enrol.whoseNote"));
  const teams = (isPerson && alone ? app.store.settings.get()?.teams ?? [] : []).map((team) => ({ team, box: h("input", { type: "checkbox" }) }));
  const teamChoice = isPerson && alone && h("fieldset", {}, h("legend", {}, words("enrol.teams")),
    ...teams.map(({ team, box }) => h("label", { class: "check" }, box, team.name)), teams.length === 0 && h("p", { class: "view-note" }, words("enrol.noTeams")));
  const choice = h("div", { class: "form" }, known, teamChoice, isPerson && !alone && h("p", { class: "view-note" }, words("enrol.teamsLater")));
  const same = h("p", { class: "signed-word" }, icon("check"), words("enrol.same"));
  const compared = h("div", { class: "request" }, fingerprintWords(check.fingerprint), qrPart(check.qrSvg, words("qr.fingerprint")));
  return [same, compared, signForm(app, {
    lines: [[words("sign.act"), words(`enrol.act.${preview.subject.kind}`)]],
    notes: [words(`enrol.note.${preview.subject.kind}`)],
    choice,
    go: words("enrol.confirm", { name: preview.name }),
    sign: () => whose.value ? app.desk.addKey(whose.value, text, said) : app.desk.enrol(text, said, teams.filter(({ box }) => box.checked).map(({ team }) => team.teamId)),
    done: words("enrol.done", { name: preview.name }),
    then: () => answerParts(app, preview),
  })];
}

/** What is handed back; if it cannot be made the enrolment stands nevertheless. @param {App} app @param {{keyId: string, name: string}} whose @returns {Promise<Node[]>} */
async function answerParts(app, { keyId, name }) {
  try {
    const answer = await app.desk.enrolmentAnswer(keyId);
    return [h("h3", {}, words("answer.title")), h("p", {}, words("answer.lead", { name })),
      handout(answer, { label: words("answer.text"), qrLabel: words("qr.answer") })];
  } catch (thrown) {
    return [errorBox(errorOf(thrown)), h("p", {}, words("answer.later"))];
  }
}

/** @param {App} app @param {{keyId: string, name: string}} whose */
export function answerPanel(app, whose) {
  const content = h("div", { class: "enrol" });
  app.panel.show(words("answer.for", { name: whose.name }), content, { wide: true });
  void answerParts(app, whose).then((parts) => content.replaceChildren(...parts));
}

/** @param {App} app @param {{keyId: string, name: string, fingerprint: string[]}} row */
export function revokePanel(app, row) {
  const choices = REASONS.map((reason) => ({ reason, el: h("input", { type: "radio", name: "reason", required: true, value: reason }) }));
  const choice = h("fieldset", {}, h("legend", {}, words("revoke.reason")),
    ...choices.map(({ reason, el }) => h("label", { class: "check" }, el, words(`revoke.reason.${reason}`))));
  const form = signForm(app, {
    lines: [[words("sign.act"), words("revoke.act")], [words("people.name"), row.name], [words("me.key"), h("span", { class: "hash" }, row.keyId)],
      [words("words.label"), row.fingerprint.join(" ")]],
    notes: [words("revoke.warn")],
    choice,
    go: words("revoke.confirm"),
    sign: () => app.desk.revoke(row.keyId, choices.find(({ el }) => el.checked)?.reason ?? ""),
    done: words("revoke.done", { name: row.name }),
  });
  app.panel.show(words("revoke.title", { name: row.name }), h("div", {}, form), { wide: true });
}

/** @type {readonly view.RoleView[]} */
const ROLES = ["nurse", "physician", "admin", "diagnostician", "pharmacist", "researcher", "caregiver", "privacyOfficer"];

/** @param {App} app @param {view.PractitionerRow} row */
export function rolePanel(app, row) {
  const role = h("select", {}, ...ROLES.filter((each) => each !== row.role).map((each) => h("option", { value: each }, words(`role.${each}`))));
  const form = stepForm(words("sign.next"), async () => [signForm(app, {
    lines: [[words("sign.act"), words("role.act")], [words("people.name"), row.name], [words("people.role"), `${words(`role.${row.role}`)} → ${words(`role.${role.value}`)}`]],
    notes: [words("role.note")],
    go: words("role.go"),
    sign: () => app.desk.changeRole(row.personId, /** @type {view.RoleView} */ (role.value)),
    done: words("role.done", { name: row.name }),
  })], labelled(words("people.role"), role));
  app.panel.show(words("role.title", { name: row.name }), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app @param {view.PractitionerRow} row */
export function reinstatePanel(app, row) {
  const form = signForm(app, {
    lines: [[words("sign.act"), words("reinstate.act")], [words("people.name"), row.name], [words("me.key"), h("span", { class: "hash" }, row.keyId)],
      [words("words.label"), row.fingerprint.join(" ")]],
    notes: [words("reinstate.note")],
    go: words("reinstate.go"),
    sign: () => app.desk.reinstate(row.keyId),
    done: words("reinstate.done", { name: row.name }),
  });
  app.panel.show(words("reinstate.title", { name: row.name }), h("div", {}, form), { wide: true });
}
