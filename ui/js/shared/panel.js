// A panel at the side. It never covers the alarm strip, takes the focus when it opens and gives it back when closed.
import { h } from "./dom.js";
import { icon } from "./icon.js";
import { words } from "./words.js";

/** @param {HTMLElement} place */
export function panelPlace(place) {
  /** @type {{el: HTMLElement, back: Element | null, closed?: () => void} | null} */
  let open = null;

  function close() {
    if (!open) return false;
    const { el, back, closed } = open;
    open = null;
    el.remove();
    closed?.();
    if (back instanceof HTMLElement && back.isConnected) back.focus();
    return true;
  }

  return {
    close,
    isOpen: () => open !== null,
    /**
     * @param {string} title
     * @param {HTMLElement} content
     * @param {{wide?: boolean, closed?: () => void}} [options]
     */
    show(title, content, { wide = false, closed } = {}) {
      const back = open ? open.back : document.activeElement;
      open?.el.remove();
      open?.closed?.();
      const heading = h("h2", { class: "panel-title", tabindex: "-1" }, title);
      const shut = h("button", { class: "icon-button", type: "button", "aria-label": words("panel.close"), onClick: close }, icon("close"));
      const head = h("header", { class: "panel-head" }, heading, shut);
      const el = h("aside", { class: wide ? "panel wide" : "panel", "aria-label": title }, head, h("div", { class: "panel-body", tabindex: "0", role: "group", "aria-label": title }, content));
      place.append(el);
      open = { el, back, ...(closed ? { closed } : {}) };
      heading.focus();
    },
  };
}

/** @typedef {ReturnType<typeof panelPlace>} PanelPlace */
