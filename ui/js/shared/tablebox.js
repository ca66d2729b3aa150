// A table that is wider than its place scrolls in a box of its own, which the keyboard reaches while it does.
import { h, setAttr } from "./dom.js";

/** Puts a box around every table of a screen. @param {HTMLElement} screen @param {string} name of a box without a section that has one */
export function boxTables(screen, name) {
  const watch = new ResizeObserver((changes) => {
    for (const { target } of changes) reach(/** @type {Element} */ (target.closest(".table-box")), name);
  });
  for (const table of screen.querySelectorAll("table")) {
    if (table.closest(".table-scroll, .table-box")) continue;
    const box = h("div", { class: "table-box" });
    table.replaceWith(box);
    box.append(table);
    watch.observe(table);
    watch.observe(box);
  }
}

/** Lets the keyboard into a box that scrolls, and out of one that does not. @param {Element} box @param {string} name */
function reach(box, name) {
  const scrolls = box.scrollWidth > box.clientWidth + 1;
  setAttr(box, "tabindex", scrolls ? "0" : null);
  setAttr(box, "role", scrolls ? "group" : null);
  setAttr(box, "aria-label", scrolls ? box.closest("section[aria-label]")?.getAttribute("aria-label") ?? name : null);
}
