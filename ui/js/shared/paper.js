// Words that go on paper.
/** @import * as view from "../bindings/view.ts" */
import { language, setLanguage } from "./language.js";

/**
 * Words for a printed page. Paper runs from left to right only (docs/adr/0099-reports.md): where the screen does not, they
 * are English. What keeps pieces of two directions apart on the screen is no sign to be printed.
 * @param {() => Record<string, string>} say @returns {view.ReportWords}
 */
export function onPaper(say) {
  const { tag, dir } = language();
  if (dir === "rtl") setLanguage("en");
  try {
    const texts = Object.entries(say()).map(([key, text]) => [key, text.replace(/[\u2066-\u2069\u200e\u200f]/g, "")]);
    return { texts: Object.fromEntries(texts) };
  } finally {
    setLanguage(tag);
  }
}
