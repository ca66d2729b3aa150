// Making and mending elements. Text enters only as text; no markup is ever parsed here.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Makes an element. Keys beginning with "on" are listeners, "class" and "dataset" are themselves, booleans toggle.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2).toLowerCase(), /** @type {EventListener} */ (value));
    } else if (value === true) {
      element.setAttribute(name, "");
    } else {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets the text if it differs, so that an unchanged value costs no layout. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or removes an attribute if it differs. @param {Element} element @param {string} name @param {string | null} value */
export function setAttr(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Shows or hides. @param {HTMLElement} element @param {boolean} shown */
export function setShown(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/**
 * @template T
 * @typedef {{el: HTMLElement, update: (item: T) => void, destroy?: () => void}} Part
 */

/**
 * A list whose parts are kept by key: parts of kept items are updated and moved, never rebuilt, and the part that
 * holds the focus is never moved unless its neighbours force it.
 * @template T
 * @param {HTMLElement} parent
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Part<T>} make
 */
export function keyedList(parent, keyOf, make) {
  /** @type {Map<string, Part<T>>} */
  const parts = new Map();
  return {
    parts,
    /** @param {readonly T[]} items */
    update(items) {
      const keys = new Set(items.map(keyOf));
      for (const [key, part] of parts) {
        if (keys.has(key)) continue;
        part.destroy?.();
        part.el.remove();
        parts.delete(key);
      }
      /** @type {Element | null} */
      let place = parent.firstElementChild;
      for (const item of items) {
        const key = keyOf(item);
        let part = parts.get(key);
        if (!part) {
          part = make(item);
          parts.set(key, part);
        }
        part.update(item);
        if (part.el === place) {
          place = place.nextElementSibling;
        } else {
          moveBefore(parent, part.el, place);
        }
      }
    },
    destroy() {
      for (const part of parts.values()) part.destroy?.();
      parts.clear();
    },
  };
}

/** Moving an element drops its focus: give it back. @param {HTMLElement} parent @param {HTMLElement} element @param {Element | null} place */
function moveBefore(parent, element, place) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(element, place);
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}
