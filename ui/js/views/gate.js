// Before the ward: first run, awaiting enrolment, locked, and a key that does not fit.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setText } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";
import { fingerprintWords } from "../domain/person.js";
import { languageChoice } from "./language.js";
import { keyProblemParts } from "./keys.js";
import { attempt, errorBox, labelled, textOrFile } from "./form.js";
import { handout } from "./handout.js";
import { pinField } from "./protection.js";

/** The desk has its own floor; this one only spares a round trip. */
const MIN_PASSPHRASE = 12;
/** @type {readonly view.RoleView[]} */
const ROLES = ["nurse", "physician", "admin", "diagnostician", "pharmacist", "researcher", "caregiver", "privacyOfficer"];

/** @param {App} app @param {string} title @param {...(Node | string | null | false)} children */
function card(app, title, ...children) {
  return h("section", { class: "gate" }, h("div", { class: "gate-card" }, languageChoice(app), h("h1", { class: "gate-title", tabindex: "-1" }, title), ...children,
    h("p", { class: "gate-disclaimer" }, icon("warn"), words("app.disclaimer"))));
}

/** @param {string} name @param {string} passphrase @param {string} again */
export function setupFault(name, passphrase, again) {
  if (name.trim() === "") return words("first.noName");
  if (passphrase.length < MIN_PASSPHRASE) return words("first.short");
  return passphrase === again ? "" : words("first.differs");
}

/** @param {App} app */
function createKeysForm(app) {
  const name = h("input", { type: "text", autocomplete: "off", maxlength: "120" });
  const role = h("select", {}, ...ROLES.map((each) => h("option", { value: each }, words(`role.${each}`))));
  const passphrase = h("input", { type: "password", autocomplete: "new-password" });
  const again = h("input", { type: "password", autocomplete: "new-password" });
  const fault = h("div", { "aria-live": "polite" });
  const button = h("button", { class: "button", type: "submit" }, words("first.create"));
  return h("form", {
    class: "form",
    onSubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const wrong = setupFault(name.value, passphrase.value, again.value);
      if (wrong) return fault.replaceChildren(h("p", { class: "error" }, icon("warn"), wrong));
      return attempt(button, fault, errorOf, async () => {
        const session = await app.desk.createKeys(name.value.trim(), /** @type {view.RoleView} */ (role.value), passphrase.value);
        passphrase.value = again.value = "";
        app.store.enter(session);
      });
    },
  }, labelled(words("first.name"), name), labelled(words("first.role"), role),
  labelled(words("first.passphrase"), passphrase, words("first.passphraseNote")), labelled(words("first.again"), again), fault, button);
}

/** @param {App} app */
export function firstRun(app) {
  const fault = h("div");
  const demo = h("button", { class: "button primary large", type: "button", onClick: () => attempt(demo, fault, errorOf, async () => {
    app.store.enter(await app.desk.startDemo());
  }) }, words("first.demo"));
  return card(app, words("first.title"), h("p", { class: "gate-lead" }, words("first.lead")),
    demo, h("p", { class: "gate-note" }, words("first.demoNote")), fault,
    h("hr"), h("h2", {}, words("first.setup")), createKeysForm(app));
}

/** @param {App} app @param {boolean} primary */
function loadEnrolmentForm(app, primary) {
  const source = textOrFile(words("await.load"), words("await.text"));
  const fault = h("div");
  const button = h("button", { class: primary ? "button primary" : "button", type: "submit" }, words("await.use"));
  return h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(button, fault, errorOf, async () => app.store.enter(await app.desk.loadEnrolment(source.text())));
  } }, source.el, fault, button);
}

/** @param {view.EnrolmentRequestView} request */
function requestPart(request) {
  return [
    h("li", {}, h("p", {}, words("await.step1")), handout(request, { label: words("await.request"), qrLabel: words("qr.label") })),
    h("li", {}, h("p", {}, words("await.step2")), fingerprintWords(request.fingerprint)),
  ];
}

/** @param {App} app */
export function awaitEnrolment(app) {
  const steps = h("ol", { class: "steps" }, h("li", {}, h("p", {}, words("await.step3")), loadEnrolmentForm(app, true)));
  app.desk.enrolmentRequest().then(
    (request) => steps.prepend(...requestPart(request)),
    (thrown) => steps.before(errorBox(errorOf(thrown))),
  );
  return card(app, words("await.title"), steps);
}

/** @param {App} app @param {view.SessionView} session */
export function unlock(app, session) {
  const passphrase = h("input", { type: "password", autocomplete: "current-password" });
  const pin = session.pin === "no" ? null : pinField();
  const fault = h("div");
  const button = h("button", { class: "button primary", type: "submit" }, words("unlock.go"));
  const who = session.user ? words("unlock.who", { name: session.user.name, role: words(`role.${session.user.role}`) }) : "";
  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    setText(button, words("unlock.opening"));
    void attempt(button, fault, errorOf, async () => {
      const given = passphrase.value;
      passphrase.value = "";
      app.store.enter(await app.desk.unlock(given, pin?.take() ?? null));
    }).then(() => {
      setText(button, words("unlock.go"));
      passphrase.focus();
    });
  } }, labelled(words("unlock.passphrase"), passphrase),
  pin && labelled(words("token.pin"), pin.field, words(session.pin === "yes" ? "token.pinNote" : "token.pinMaybe")), fault, button);
  queueMicrotask(() => passphrase.focus());
  return card(app, words("unlock.title"), h("p", { class: "gate-lead" }, icon("lock"), who), form,
    session.frame.demo && h("p", { class: "gate-note" }, words("unlock.demo")), h("p", { class: "gate-note" }, words("unlock.note")));
}

/** @param {App} app @param {view.KeyProblemView} key */
export function keyProblem(app, key) {
  return card(app, words("key.title"), ...keyProblemParts(key, app.store.clock.now()), h("h2", {}, words("key.load")), h("p", { class: "gate-note" }, words("key.loadNote")), loadEnrolmentForm(app, false));
}
