// "Why can I trust this?": three plain lines, and everything for IT behind a fold.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h } from "../shared/dom.js";
import { clockSeconds } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { SEAL_SIGN } from "../domain/look.js";
import { errorBox } from "./form.js";

/** @param {App} app @param {string} recordRef */
export async function trustPanel(app, recordRef) {
  const content = h("div", { class: "trust" }, h("p", { class: "empty" }, words("trust.loading")));
  app.panel.show(words("trust.title"), content, { wide: true });
  try {
    content.replaceChildren(...trustParts(await app.desk.trust(recordRef)));
  } catch (thrown) {
    content.replaceChildren(errorBox(errorOf(thrown)));
  }
}

/** @param {number | null} ms */
const timeOf = (ms) => (ms === null ? "–" : clockSeconds(ms));

/** @param {view.TrustView} trust */
function trustParts(trust) {
  const { stamps } = trust;
  const names = trust.readers.map((reader) => reader.name).join(", ");
  return [
    h("p", { class: "trust-seal", "data-seal": trust.seal }, icon(SEAL_SIGN[trust.seal]), words(`seal.${trust.seal}`)),
    h("ul", { class: "trust-lines" },
      h("li", {}, words("trust.measured", { by: trust.measuredBy, time: timeOf(stamps.takenMs) })),
      h("li", {}, words(`seal.${trust.seal}.long`, { time: timeOf(stamps.sequencedMs), by: trust.signedBy }),
        trust.problem && h("strong", { class: "trust-problem" }, ` ${trust.problem}`)),
      h("li", {}, names ? words("trust.readers", { names }) : words("trust.readersNone"))),
    trust.demo && h("p", { class: "trust-demo" }, words("trust.demo")),
    detailsFold(trust),
  ].filter((part) => part !== false);
}

/** @param {string} title @param {...(Node | string)} parts */
function block(title, ...parts) {
  return h("section", {}, h("h3", {}, title), ...parts);
}

/** @param {readonly view.HashLine[]} lines */
function hashList(lines) {
  return h("dl", { class: "hashes" }, ...lines.flatMap((line) => [h("dt", {}, line.label), h("dd", {}, line.value)]));
}

/** @param {view.SignatureView} signature */
function signaturePart(signature) {
  const found = h("span", { class: "signature-found", "data-valid": String(signature.valid) },
    icon(signature.valid ? "check" : "cross"), words(signature.valid ? "trust.valid" : "trust.notValid"));
  return h("div", { class: "signature" }, h("p", {}, h("strong", {}, signature.signer), " ", found),
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
    block(words("trust.chain"), h("p", { class: "hash" }, details.chainId), h("p", {}, `${height}, ${details.position}`)),
    details.header.length > 0 && block(words("trust.header"), hashList(details.header)),
    details.proof.length > 0 && block(words("trust.proof"), h("p", {}, details.leafText), hashList(details.proof)),
    block(words("trust.signatures"), ...details.signatures.map(signaturePart)));
}
