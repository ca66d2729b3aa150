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

/**
 * The desk draws for one ground; the window has two. Colours of the palette (both grounds) become names here, and the
 * style sheet gives each name its colour.
 * @type {Record<string, "trace" | "high" | "medium" | "low" | "muted">}
 */
const PALETTE = {
  "#D32F2F": "high", "#FFD60A": "medium", "#8A6D00": "medium", "#4DD0E1": "low", "#006B7A": "low",
  "#9AA7B4": "muted", "#57636E": "muted",
  "#3DDC84": "trace", "#0B6B3A": "trace", "#4FC3F7": "trace", "#01579B": "trace", "#F2D14E": "trace", "#7A5B00": "trace",
  "#FFFFFF": "trace", "#1F2933": "trace", "#CE93D8": "trace", "#6A1B9A": "trace", "#FFB74D": "trace", "#8A4B00": "trace",
  "#E6EDF3": "trace",
};

/**
 * What a colour attribute becomes: a class of the style sheet, the colour of the text around, or what it was.
 * @param {string} name
 * @param {string} value
 * @returns {{className: string} | {value: string}}
 */
export function colour(name, value) {
  const named = name === "stroke" || name === "fill" ? PALETTE[value.trim().toUpperCase()] : undefined;
  if (named === undefined) return { value };
  return named === "trace" ? { value: "currentColor" } : { className: `${name}-${named}` };
}

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
  for (const { name, value } of from.attributes) {
    if (!allowed(name, value)) continue;
    const next = colour(name, value);
    if ("className" in next) to.classList.add(next.className);
    else to.setAttribute(name, next.value);
  }
  for (const child of from.children) {
    if (child.namespaceURI === SVG && ELEMENTS.has(child.localName)) to.append(copyOf(child));
  }
  return to;
}
