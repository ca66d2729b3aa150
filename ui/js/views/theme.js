// Dark or light: as the system says unless somebody chose.

/** @typedef {"auto" | "dark" | "light"} Theme */

const KEY = "wardlight.theme";

/** @returns {Theme} */
function kept() {
  try {
    const value = localStorage.getItem(KEY);
    return value === "dark" || value === "light" ? value : "auto";
  } catch {
    return "auto"; // Storage may be off; the choice then lasts until the window closes.
  }
}

export function theme() {
  let chosen = kept();
  const apply = () => {
    document.documentElement.dataset["theme"] = chosen;
  };
  apply();

  /** @param {Theme} next */
  function choose(next) {
    chosen = next;
    apply();
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // See above.
    }
  }

  return {
    chosen: () => chosen,
    choose,
    /** From what is shown now to the other. */
    turn() {
      const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
      choose(dark ? "light" : "dark");
    },
  };
}
