// The only place where markup becomes elements: our own chart SVG, parsed as XML and copied by an allow-list.

const SVG = "http://www.w3.org/2000/svg";
const MAX_CHARS = 512 * 1024;

export const ELEMENTS = new Set(["svg", "g", "path", "polyline", "polygon", "line", "rect", "circle"]);
export const ATTRIBUTES = new Set(
  (
    "viewBox width height x y x1 y1 x2 y2 cx cy r d points fill fill-opacity stroke stroke-width stroke-opacity " +
    "stroke-dasharray stroke-linejoin stroke-linecap opacity transform class preserveAspectRatio"
  ).split(" "),
);
/** What a value may be made of: numbers, path letters, colours, names. No url(), no quotes, no entities. */
const VALUE = /^[-+#%.,\w\s()]*$/;

/** Whether this attribute may be copied. @param {string} name @param {string} value */
export function allowed(name, value) {
  return ATTRIBUTES.has(name) && VALUE.test(value) && !/url\s*\(/i.test(value);
}

/**
 * Parses a chart; `null` if it is none.
 * @param {string} text
 * @returns {SVGSVGElement | null}
 */
export function parseChart(text) {
  if (text.length === 0 || text.length > MAX_CHARS) return null;
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (root.namespaceURI !== SVG || root.localName !== "svg") return null;
  const copy = /** @type {SVGSVGElement} */ (copyOf(root));
  copy.setAttribute("aria-hidden", "true");
  copy.setAttribute("focusable", "false");
  return copy;
}

/** @param {Element} from @returns {SVGElement} */
function copyOf(from) {
  const to = document.createElementNS(SVG, from.localName);
  for (const { name, value } of from.attributes) if (allowed(name, value)) to.setAttribute(name, value);
  for (const child of from.children) {
    if (child.namespaceURI === SVG && ELEMENTS.has(child.localName)) to.append(copyOf(child));
  }
  return to;
}
