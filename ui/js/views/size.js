// How large everything is drawn, chosen on this workstation, and whether the window has become narrow by it. The shell
// takes no zoom keys: a ward that was zoomed by accident would hide beds, so the size is a choice that is seen.

const KEY = "wardlight.size";
/** In per cent. WCAG 1.4.4 asks for 200. */
export const SIZES = /** @type {const} */ ([100, 125, 150, 200]);
/** @typedef {(typeof SIZES)[number]} Size */

/** Below this many pixels of the style sheet the frame stands in one column and the page scrolls. */
const NARROW_WIDTH = 1000;
const NARROW_HEIGHT = 600;

/** Whether a window of this size is narrow at this size of drawing. Pure. @param {number} width @param {number} height @param {number} size */
export function isNarrow(width, height, size) {
  return width * 100 < NARROW_WIDTH * size || height * 100 < NARROW_HEIGHT * size;
}

/** @returns {Size} */
function kept() {
  try {
    const value = Number(localStorage.getItem(KEY));
    return SIZES.find((size) => size === value) ?? 100;
  } catch {
    return 100; // Storage may be off; the choice then lasts until the window closes.
  }
}

export function size() {
  let chosen = kept();
  const root = document.documentElement;

  function apply() {
    root.style.setProperty("zoom", String(chosen / 100));
    if (isNarrow(window.innerWidth, window.innerHeight, chosen)) root.dataset["narrow"] = "true";
    else delete root.dataset["narrow"];
  }
  apply();
  window.addEventListener("resize", apply);

  return {
    chosen: () => chosen,
    /** @param {Size} next */
    choose(next) {
      chosen = next;
      apply();
      try {
        localStorage.setItem(KEY, String(next));
      } catch {
        // See above.
      }
    },
  };
}
