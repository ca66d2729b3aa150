// Pieces of forms: fields with labels, errors in words, file choosers.

/** @import * as view from "../bindings/view.ts" */
import { h, setAttr, setText } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { toldError } from "../shared/told.js";
import { words } from "../shared/words.js";

/** Texts above this are refused by the desk anyway (docs/howto/commands.md). */
const MAX_FILE_BYTES = 256 * 1024;
let count = 0;

/**
 * A field with its label and, below, a note that belongs to it.
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} field
 * @param {string} [note]
 */
export function labelled(label, field, note) {
  count += 1;
  field.id = `field-${count}`;
  field.classList.add("field");
  const hint = note ? h("span", { class: "field-note", id: `note-${count}` }, note) : null;
  if (hint) field.setAttribute("aria-describedby", hint.id);
  return h("div", { class: "field-box" }, h("label", { for: field.id }, label), field, hint);
}

/** An error in plain words with what to do next. @param {view.UiError} error */
export function errorBox(error) {
  const [message, hint] = toldError(error);
  return h("p", { class: "error", role: "alert" }, icon("warn"), h("span", {}, h("strong", {}, words("error.title")), ` ${error.code === "internal" ? words("error.internal") : message} ${hint}`));
}

/**
 * A file chooser beside a text field: whichever was used last counts. A bar-code reader types into the field.
 * @param {string} fileLabel
 * @param {string} textLabel
 */
export function textOrFile(fileLabel, textLabel) {
  const area = h("textarea", { rows: "4", spellcheck: "false", autocomplete: "off", maxlength: String(MAX_FILE_BYTES) });
  const tooLong = h("p", { class: "field-note", role: "status" });
  const file = h("input", { type: "file", onChange: async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    const fits = chosen.size <= MAX_FILE_BYTES;
    area.value = fits ? await chosen.text() : "";
    setText(tooLong, fits ? "" : words("error.tooLong"));
  } });
  const el = h("div", { class: "text-or-file" }, labelled(fileLabel, file), tooLong, labelled(textLabel, area));
  return { el, text: () => area.value };
}

/**
 * Runs an action with its button out of use and saying so, and shows what went wrong.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} place where an error is shown
 * @param {(thrown: unknown) => view.UiError} errorOf
 * @param {() => Promise<void>} act
 * @param {string} [busy] what the button says meanwhile
 */
export async function attempt(button, place, errorOf, act, busy) {
  const idle = button.textContent ?? "";
  button.disabled = true;
  setAttr(button, "aria-busy", "true");
  if (busy) setText(button, busy);
  place.replaceChildren();
  try {
    await act();
  } catch (thrown) {
    place.replaceChildren(errorBox(errorOf(thrown)));
  } finally {
    button.disabled = false;
    setAttr(button, "aria-busy", null);
    if (busy) setText(button, idle);
  }
}

/** What is said about something, line by line. @param {readonly (readonly [string, Node | string])[]} lines */
export function facts(lines) {
  return h("dl", { class: "facts" }, ...lines.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
