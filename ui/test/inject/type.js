// Runs in the page: puts every text of the table into every field for text that can be seen, and sends what was filled.

/** @param {{done: string[]}} given fields that had every text before */
export async function typeAll({ done }) {
  const { payloads, hostile } = /** @type {any} */ (globalThis).hostile;
  const turn = () => new Promise((resolve) => requestAnimationFrame(() => resolve(null)));
  const KINDS = "input:not([type]), input[type=text], input[type=search], input[type=password], textarea";
  const before = new Set(done);
  const typed = [];

  /** What people call the field, on its screen. @param {any} field */
  function nameOf(field) {
    const label = (field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent ?? field.placeholder).split(/[~\n]/)[0].slice(0, 40);
    return `${document.getElementById("app")?.dataset["screen"]}: ${label} ${field.className} ${field.type}`;
  }

  /** @param {any} field @param {string} text */
  function put(field, text) {
    field.value = text;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  for (const field of /** @type {NodeListOf<any>} */ (document.querySelectorAll(KINDS))) {
    const name = nameOf(field);
    if (!field.checkVisibility() || field.disabled || field.readOnly) continue;
    if (!before.has(name)) {
      before.add(name);
      typed.push(name);
      for (const [at, text] of payloads.entries()) {
        if (field.isConnected) put(field, text);
        if (at % 16 === 15) await turn();
      }
    }
    if (field.isConnected) put(field, hostile("typed", name));
  }
  await turn();
  return typed;
}

/** Sends the first form that was not sent before, or presses the button that stands for it. @param {{done: string[]}} given */
export async function send({ done }) {
  const panel = document.querySelector(".panel");
  const forms = [...(panel ?? document).querySelectorAll("form")].filter((form) => form.checkVisibility());
  const nameOf = (/** @type {Element} */ part) => `${document.getElementById("app")?.dataset["screen"]}: ${part.tagName} ${part.className} ${part.querySelector("button[type=submit], .primary")?.textContent?.split("~")[0]} ${part.querySelectorAll("input, textarea").length}`;
  const next = [...forms, ...(panel ? [panel] : [])].find((part) => !done.includes(nameOf(part)));
  if (!next) return null;
  const name = nameOf(next);
  if (next instanceof HTMLFormElement) next.noValidate = true;
  if (next instanceof HTMLFormElement) next.requestSubmit();
  else /** @type {HTMLElement | null} */ (next.querySelector("button.primary:not(:disabled)"))?.click();
  await new Promise((resolve) => setTimeout(resolve, 60));
  return name;
}
