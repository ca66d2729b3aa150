// Disclosures by order of the law that are not over, and how one ends: two people sign that too.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setShown, setText } from "../shared/dom.js";
import { day } from "../shared/format.js";
import { words } from "../shared/words.js";
import { categoriesText } from "../domain/emergency.js";
import { oversees } from "./erasure.js";
import { signForm } from "./sign.js";

/** @param {number | null} untilMs */
const endText = (untilMs) => (untilMs === null ? words("share.shared") : day(untilMs));

/** @param {App} app @param {view.DisclosureRow} row */
function endPanel(app, row) {
  const form = signForm(app, {
    lines: [[words("sign.act"), words("proposal.endDisclosure")], [words("patients.pseudonym"), h("span", { class: "hash" }, row.patientId)],
      [words("disclose.holder"), row.holder], [words("emergency.categories"), categoriesText(row.categories)], [words("proposal.until"), endText(row.untilMs)]],
    notes: [words("disclosures.note"), words("disclosures.noteRead")],
    go: words("disclosures.go"),
    sign: () => app.desk.endDisclosure(row.agreementId),
    done: words("disclosures.done"),
    doneWaiting: words("disclosures.doneWaiting"),
  });
  app.panel.show(words("disclosures.endTitle"), h("div", { class: "enrol" }, form), { wide: true });
}

/** @param {App} app */
export function disclosuresSection(app) {
  const body = h("tbody");
  const none = h("p", { class: "view-note" }, words("disclosures.none"));
  const heads = ["patients.pseudonym", "disclose.holder", "emergency.categories", "proposal.until"];
  const table = h("table", { class: "table" }, h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col", class: key === "proposal.until" ? "number" : "" }, words(key))),
    h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, words("settings.actions"))))), body);
  const el = h("section", { class: "settings-card wide disclosures", "aria-label": words("disclosures.title") },
    h("div", { class: "section-head" }, h("h2", {}, words("disclosures.title"))), none, table);
  const list = keyedList(body, (/** @type {view.DisclosureRow} */ row) => row.agreementId, (first) => {
    let row = first;
    const until = h("td", { class: "number" });
    const categories = h("td");
    const ending = h("span", { class: "cell-note" }, words("disclosures.ending"));
    const end = h("button", { class: "button quiet", type: "button", "aria-label": words("disclosures.endOf", { holder: first.holder }), onClick: () => endPanel(app, row) }, words("disclosures.end"));
    return {
      el: h("tr", {}, h("td", { class: "hash" }, first.patientId), h("th", { scope: "row" }, first.holder), categories, until, h("td", { class: "number" }, end, ending)),
      update(/** @type {view.DisclosureRow} */ next) {
        row = next;
        setText(categories, categoriesText(row.categories));
        setText(until, endText(row.untilMs));
        setShown(ending, row.ending);
        setShown(end, !row.ending && app.store.settings.get()?.admin !== "offline");
      },
    };
  });
  return {
    el,
    /** @param {view.SettingsView} settings */
    update({ disclosures }) {
      setShown(el, oversees(app));
      setShown(none, disclosures.length === 0);
      setShown(table, disclosures.length > 0);
      list.update(disclosures);
    },
  };
}
