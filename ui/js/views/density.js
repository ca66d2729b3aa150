// Comfortable or dense tiles: a choice of this workstation, kept as the appearance is.

/** @typedef {"comfortable" | "dense"} Density */

const KEY = "wardlight.density";

/** @returns {Density} */
function kept() {
  try {
    return localStorage.getItem(KEY) === "dense" ? "dense" : "comfortable";
  } catch {
    return "comfortable"; // Storage may be off; the choice then lasts until the window closes.
  }
}

export function density() {
  let chosen = kept();
  return {
    chosen: () => chosen,
    /** From the one to the other. */
    turn() {
      chosen = chosen === "dense" ? "comfortable" : "dense";
      try {
        localStorage.setItem(KEY, chosen);
      } catch {
        // See above.
      }
    },
  };
}
