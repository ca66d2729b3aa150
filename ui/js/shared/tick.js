// Ages grow in the window, once a second, in every element that carries a time. States do not: they come from the desk.
import { age, running } from "./format.js";
import { words } from "./words.js";
import { setAttr, setText } from "./dom.js";

/** @typedef {"age" | "ago" | "running" | "left"} AgeForm */

/** Makes an element show the age of a time. @param {Element} element @param {number | null} ms @param {AgeForm} form */
export function showAge(element, ms, form) {
  setAttr(element, "data-age-of", ms === null ? null : String(ms));
  setAttr(element, "data-age-form", form);
  if (ms === null) setText(element, "");
}

/** @param {number} ms @param {AgeForm} form @param {number} now */
export function ageText(ms, form, now) {
  switch (form) {
    case "age":
      return age(now - ms);
    case "ago":
      return words("age.ago", { age: age(now - ms) });
    case "running":
      return running(now - ms);
    case "left":
      return running(ms - now);
    default:
      return form;
  }
}

/** Writes every age under `root` as of now. @param {ParentNode} root @param {number} now */
export function tickAges(root, now) {
  for (const element of root.querySelectorAll("[data-age-of]")) {
    const form = /** @type {AgeForm} */ (element.getAttribute("data-age-form"));
    setText(element, ageText(Number(element.getAttribute("data-age-of")), form, now));
  }
}
