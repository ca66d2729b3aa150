// What opens the keys here beside the passphrase: nothing, the keychain, or a token with its PIN.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, setShown, setText } from "../shared/dom.js";
import { words } from "../shared/words.js";
import { attempt, facts, labelled } from "./form.js";

/** Tokens take far fewer; the desk has its own bound. */
const MAX_PIN = "255";
/** @type {readonly view.KeyProtection[]} */
const GUARDS = ["passphrase", "keychain", "token"];

/** A field for a PIN. It is emptied as soon as it was read. */
export function pinField() {
  const field = h("input", { type: "password", autocomplete: "off", inputmode: "text", maxlength: MAX_PIN, spellcheck: "false" });
  return {
    field,
    take() {
      const given = field.value;
      field.value = "";
      return given === "" ? null : given;
    },
  };
}

/** What can be chosen here: what is in force, and what this computer has. @param {view.WorkstationView} workstation */
export function guardsOf(workstation) {
  return GUARDS.filter((guard) => guard === "passphrase" || guard === workstation.protection
    || (guard === "keychain" ? workstation.keychainThere : workstation.tokensKnown));
}

/** Where the token's module lies: to be read where the workstation's settings say so, else to be typed. @param {view.TokenPlaceView | null} token */
function placePart(token) {
  const module = h("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: "1024", dir: "ltr", value: token?.module ?? "" });
  const label = h("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: "32", dir: "auto", value: token?.label ?? "" });
  if (token?.fixed) {
    const el = h("div", {}, facts([[words("token.module"), h("bdi", {}, token.module)], [words("token.label"), token.label === "" ? words("token.anyLabel") : h("bdi", {}, token.label)]]),
      h("p", { class: "cell-note" }, words("token.fixed")));
    return { el, place: () => ({ module: "", label: "" }) };
  }
  const el = h("div", { class: "form" }, labelled(words("token.module"), module, words("token.moduleNote")), labelled(words("token.label"), label, words("token.labelNote")));
  return { el, place: () => ({ module: module.value.trim(), label: label.value.trim() }) };
}

/** Asks for what is to be in force, and for the passphrase once more; then the keys are sealed anew. @param {App} app @param {view.WorkstationView} workstation */
function protectPanel(app, workstation) {
  const before = workstation.protection;
  const passphrase = h("input", { type: "password", autocomplete: "current-password", required: true });
  const pin = pinField();
  const pinBox = labelled(words("token.pin"), pin.field, words("token.pinNote"));
  const place = placePart(workstation.token);
  const fault = h("div");
  const note = h("p", {});
  const button = h("button", { class: "button primary", type: "submit" }, words("protection.go"));
  const choices = guardsOf(workstation).map((guard) => {
    const field = h("input", { type: "radio", name: "protection", value: guard, onChange: () => update() });
    field.checked = guard === before;
    return { guard, field, el: h("label", { class: "check" }, field, words(`protection.by.${guard}`)) };
  });
  const chosen = () => choices.find(({ field }) => field.checked)?.guard ?? before;

  function update() {
    const guard = chosen();
    setText(note, guard === before ? words("protection.asIs") : words(`protection.note.${guard}`));
    setShown(place.el, guard === "token" && before !== "token");
    setShown(pinBox, guard !== before && (guard === "token" || before === "token"));
    button.disabled = guard === before;
  }

  const form = h("form", { class: "form", onSubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void attempt(button, fault, errorOf, async () => {
      const given = passphrase.value;
      passphrase.value = "";
      await app.desk.protect(given, pin.take(), { by: chosen(), ...place.place() });
      await app.store.ask.settings();
      app.panel.close();
    }, words("unlock.opening"));
  } }, h("fieldset", {}, h("legend", {}, words("protection.keys")), ...choices.map(({ el }) => el)), note, place.el,
  labelled(words("unlock.passphrase"), passphrase), pinBox, fault, button);
  update();
  app.panel.show(words("protection.title"), form);
}

/** The line of the settings that says what is in force, with the way to change it. @param {App} app */
export function protectionPart(app) {
  /** @type {view.WorkstationView | null} */
  let shown = null;
  const force = h("span");
  const none = h("span", { class: "cell-note" }, words("protection.nothingElse"));
  const change = h("button", { class: "button quiet protect-change", type: "button", onClick: () => shown && protectPanel(app, shown) }, words("protection.change"));
  return {
    parts: [force, change, none],
    /** @param {view.WorkstationView} workstation */
    update(workstation) {
      shown = workstation;
      const may = guardsOf(workstation).length > 1;
      setText(force, words(`protection.${workstation.protection}`));
      setShown(change, may);
      setShown(none, !may);
    },
  };
}
