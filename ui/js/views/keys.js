// Any trouble with a key, as a screen or in a panel: which key, since when, what happened, who can help, what to do.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { placeText } from "../domain/emergency.js";
import { fingerprintWords } from "../domain/person.js";
import { errorBox } from "./form.js";

/** @param {view.KeyContact} contact */
function contactText({ name, role }) {
  return role === null ? name : words("key.contact", { name, role: words(`role.${role}`) });
}

/** One problem with all that is known of it. @param {view.KeyProblemView} key @param {number} now @returns {Node[]} */
export function keyProblemParts(key, now) {
  const { place } = key;
  const since = key.sinceMs === null ? "" : ` (${words("key.since", { time: moment(key.sinceMs, now) })})`;
  const what = place ? [h("p", {}, `${placeText(place)} · ${words(`category.${place.category}`)}${place.generation === null ? "" : ` · ${words("key.generation", { n: place.generation })}`}`)] : [];
  const helpers = key.whoCanHelp.length ? h("ul", { class: "helpers" }, ...key.whoCanHelp.map((each) => h("li", {}, contactText(each)))) : h("p", {}, words("key.helpNone"));
  return [
    h("p", { class: "gate-lead" }, icon("key"), h("span", {}, words(`key.problem.${key.problem}`) + since)), ...what,
    h("h2", {}, words("key.do")), h("p", {}, words(`key.do.${key.problem}`)),
    h("h2", {}, words("key.help")), helpers,
    h("h2", {}, words("key.which")), fingerprintWords(key.fingerprint), h("p", { class: "hash" }, key.keyId),
  ];
}

/** Every trouble with keys that this person has, or has with one patient. @param {App} app @param {string | null} patientId */
export function keysPanel(app, patientId) {
  const content = h("div", { class: "enrol" }, h("p", { class: "view-note" }, words("settings.loading")));
  app.panel.show(words("key.panel"), content, { wide: true });
  app.desk.keyProblems(patientId).then(
    (problems) => content.replaceChildren(...(problems.length ? problems.map((each) => h("section", { class: "key-problem" }, ...keyProblemParts(each, app.store.clock.now()))) : [h("p", {}, icon("check"), " ", words("key.allWell"))])),
    (thrown) => content.replaceChildren(errorBox(errorOf(thrown))),
  );
}
