// "Why can I trust this?": three plain lines, and everything for IT behind a fold.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { clockSeconds, day, listed } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { SEAL_SIGN } from "../domain/look.js";
import { errorBox } from "./form.js";
import { comparisonText } from "./integrity.js";

/** @param {App} app @param {string} recordRef */
export async function trustPanel(app, recordRef) {
  const content = h("div", { class: "trust" }, h("p", { class: "empty" }, words("trust.loading")));
  app.panel.show(words("trust.title"), content, { wide: true });
  try {
    content.replaceChildren(...trustParts(await app.desk.trust(recordRef)), exportPart(app, recordRef));
  } catch (thrown) {
    content.replaceChildren(errorBox(errorOf(thrown)));
  }
}

/** @param {number | null} ms */
const timeOf = (ms) => (ms === null ? "–" : clockSeconds(ms));

/**
 * The file that lets an outsider check this record.
 * @param {App} app @param {string} recordRef
 */
function exportPart(app, recordRef) {
  const said = h("p", { class: "handout-place", role: "status" });
  const button = h("button", { class: "button", type: "button", onClick: async () => {
    button.disabled = true;
    try {
      const { savedAs } = await app.desk.exportProof(recordRef);
      said.replaceChildren(savedAs ? words("handout.saved", { path: savedAs }) : words("trust.export.notSaved"));
    } catch (thrown) {
      said.replaceChildren(errorBox(errorOf(thrown)));
    }
    button.disabled = false;
  } }, words("trust.export"));
  return h("div", { class: "trust-export" }, button, h("p", {}, words("trust.export.hint")), said);
}

/** @param {view.AllowedLine} line */
function allowedText({ holder, untilMs }) {
  return untilMs === null ? words("trust.allowed", { holder })
    : words("trust.allowedUntil", { holder, date: day(untilMs), time: clockSeconds(untilMs) });
}

/** @param {view.TrustView} trust */
function trustParts(trust) {
  const { stamps } = trust;
  const names = listed(trust.readers.map((reader) => reader.name));
  return [
    h("p", { class: "trust-seal", "data-seal": trust.seal }, icon(SEAL_SIGN[trust.seal]), words(`seal.${trust.seal}`)),
    h("ul", { class: "trust-lines" },
      h("li", {}, words("trust.measured", { by: told(trust.measuredBy), time: timeOf(stamps.takenMs) })),
      h("li", {}, words(`seal.${trust.seal}.long`, { time: timeOf(stamps.sequencedMs), by: trust.signedBy }),
        trust.problem && h("strong", { class: "trust-problem" }, ` ${told(trust.problem)}`)),
      ...trust.allowed.map((line) => h("li", {}, allowedText(line))),
      h("li", {}, names ? words("trust.readers", { names }) : words("trust.readersNone")),
      ...comparedLines(trust)),
    trust.demo && h("p", { class: "trust-demo" }, words("trust.demo")),
    detailsFold(trust),
  ].filter((part) => part !== false);
}

/** @param {view.TrustView} trust */
function comparedLines({ compared }) {
  if (compared.length === 0) return [h("li", {}, words("trust.notCompared"))];
  return compared.map((row) => h("li", { "data-compare": row.state },
    words("trust.compared", { source: row.source, text: comparisonText(row) }), ` ${clockSeconds(row.atMs)}`));
}

/** @param {string} title @param {...(Node | string)} parts */
function block(title, ...parts) {
  return h("section", {}, h("h3", {}, title), ...parts);
}

/** @param {readonly view.HashLine[]} lines */
function hashList(lines) {
  return h("dl", { class: "hashes" }, ...lines.flatMap((line) => [h("dt", {}, told(line.label)), h("dd", {}, line.value)]));
}

/** @param {view.SignatureView} signature */
function signaturePart(signature) {
  const found = h("span", { class: "signature-found", "data-valid": String(signature.valid) },
    icon(signature.valid ? "check" : "cross"), words(signature.valid ? "trust.valid" : "trust.notValid"));
  return h("div", { class: "signature" }, h("p", {}, h("strong", {}, told(signature.signer)), " ", found),
    h("p", { class: "hash" }, signature.keyId), h("p", { class: "hash" }, signature.signature));
}

/** @param {view.TrustView} trust */
function detailsFold({ details, stamps }) {
  const height = details.height === null ? words("trust.noHeight") : words("trust.height", { height: details.height });
  /** @type {[string, number | null][]} */
  const times = [
    ["trust.taken", stamps.takenMs], ["trust.sealedAt", stamps.sealedMs], ["trust.sequenced", stamps.sequencedMs],
    ["trust.verified", stamps.verifiedMs], ["trust.drawn", stamps.drawnMs],
  ];
  return h("details", { class: "trust-details" }, h("summary", {}, words("trust.details")),
    block(words("trust.stamps"), hashList(times.map(([key, ms]) => ({
      label: words(key), value: ms === null ? "–" : `${new Date(ms).toISOString()}`,
    })))),
    block(words("trust.chain"), h("p", { class: "hash" }, details.chainId), h("p", {}, `${height}, ${told(details.position)}`)),
    details.origin.length > 0 && block(words("trust.origin"), hashList(details.origin)),
    details.header.length > 0 && block(words("trust.header"), hashList(details.header)),
    details.proof.length > 0 && block(words("trust.proof"), h("p", {}, told(details.leafText)), hashList(details.proof)),
    block(words("trust.signatures"), ...details.signatures.map(signaturePart)));
}
