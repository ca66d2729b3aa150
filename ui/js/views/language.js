// The language of the window: the system's unless somebody chose. Kept on this workstation, as the appearance is.

/** @import { Tag } from "../shared/language.js" */
/** @import { App } from "../app.js" */
import { h } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { LANGUAGES, bestOf, language, setLanguage } from "../shared/language.js";
import { ownName, words } from "../shared/words.js";

const KEY = "wardlight.language";

/** @returns {Tag} */
function kept() {
  try {
    const value = localStorage.getItem(KEY);
    if (value !== null) return bestOf([value]);
  } catch {
    // Storage may be off; the choice then lasts until the window closes.
  }
  return bestOf(navigator.languages);
}

/** Puts a language in force for words, reading direction and screen readers. @param {Tag} tag */
function apply(tag) {
  setLanguage(tag);
  document.documentElement.lang = tag;
  document.documentElement.dir = language().dir;
}

export function speech() {
  apply(kept());
  return {
    /** @param {Tag} tag */
    choose(tag) {
      apply(tag);
      try {
        localStorage.setItem(KEY, tag);
      } catch {
        // See above.
      }
    },
  };
}

/** One button for each language, named by itself, so that somebody who reads no other finds it. @param {App} app */
export function languageChoice(app) {
  const buttons = LANGUAGES.map(({ tag, dir }) => h("button", {
    class: "tab", type: "button", lang: tag, dir, "data-language": tag, "aria-pressed": String(tag === language().tag),
    onClick: () => app.chooseLanguage(tag),
  }, ownName(tag)));
  return h("div", { class: "languages" }, icon("globe"), h("div", { class: "tabs", role: "group", "aria-label": words("language.label") }, ...buttons));
}
