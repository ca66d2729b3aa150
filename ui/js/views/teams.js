// Care teams: a new one, and who is in one.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h } from "../shared/dom.js";
import { words } from "../shared/words.js";
import { labelled } from "./form.js";
import { signForm, stepForm } from "./sign.js";

/** @param {App} app */
export function newTeamPanel(app) {
  const name = h("input", { type: "text", autocomplete: "off", required: true, maxlength: "96" });
  const form = stepForm(words("sign.next"), async () => [signForm(app, {
    lines: [[words("sign.act"), words("team.act.create")], [words("team.name"), name.value.trim()]],
    notes: [words("team.note.create")],
    go: words("team.create"),
    sign: () => app.desk.createTeam(name.value),
    done: words("team.done.create", { name: name.value.trim() }),
  })], labelled(words("team.name"), name));
  app.panel.show(words("team.new"), h("div", { class: "enrol" }, form), { wide: true });
  name.focus();
}

/** A person of a team as one line. @param {view.PractitionerRow} row */
function personText(row) {
  return `${row.name}, ${words(`role.${row.role}`)}${!row.personActive ? ` (${words("key.revoked")})` : ""}`;
}

/** @param {App} app @param {view.TeamRow} team */
export function membersPanel(app, team) {
  const people = app.store.settings.get()?.practitioners ?? [];
  const inside = people.filter((row) => row.keyId === row.personId && team.people.includes(row.personId));
  const outside = people.filter((row) => row.keyId === row.personId && !team.people.includes(row.personId) && row.personActive);
  const content = h("div", { class: "enrol" });

  /** @param {view.PractitionerRow} row @param {"join" | "leave"} way */
  function confirm(row, way) {
    const names = { name: row.name, team: team.name };
    content.replaceChildren(signForm(app, {
      lines: [[words("sign.act"), words(`team.act.${way}`)], [words("people.name"), personText(row)], [words("me.key"), h("span", { class: "hash" }, row.personId)], [words("team.name"), team.name]],
      notes: [words(`team.note.${way}`, { patients: team.patients })],
      go: words(`team.go.${way}`),
      sign: () => (way === "join" ? app.desk.joinTeam(team.teamId, row.personId) : app.desk.leaveTeam(team.teamId, row.personId)),
      done: words(`team.done.${way}`, names),
    }));
    content.querySelector("button")?.focus();
  }

  const rows = inside.map((row) => h("li", {}, h("span", {}, personText(row)),
    h("button", { class: "button quiet", type: "button", "aria-label": words("team.takeOutLabel", { name: row.name }), onClick: () => confirm(row, "leave") }, words("team.takeOut"))));
  const choose = h("select", {}, ...outside.map((row) => h("option", { value: row.personId }, personText(row))));
  const add = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const row = outside.find((each) => each.personId === choose.value);
    if (row) confirm(row, "join");
  } }, labelled(words("team.who"), choose), h("button", { class: "button", type: "submit" }, words("sign.next")));
  content.append(h("h3", {}, words("team.inside")), rows.length ? h("ul", { class: "members" }, ...rows) : h("p", { class: "view-note" }, words("team.nobody")),
    h("h3", {}, words("team.add")), outside.length ? add : h("p", { class: "view-note" }, words("team.everybody")),
    h("p", { class: "view-note" }, words("team.id"), " ", h("span", { class: "hash" }, team.teamId)));
  app.panel.show(words("team.membersOf", { team: team.name }), content, { wide: true });
}
