// The only place where markup becomes elements: our own chart SVG, read by an allow-list and made anew.

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

/** An element of a chart as it was read. @typedef {{name: string, attributes: [string, string][], children: Drawn[]}} Drawn */

/** A tag as the desk writes it, or what stands between two tags. No other XML is read: comments, entities, declarations. */
const TOKEN = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|[^<]+/gy;
const ATTRIBUTE = /([\w:-]+)="([^"<]*)"/g;
/** Charts nest once or twice; deeper ones were not drawn by the desk. */
const MAX_DEPTH = 16;

/**
 * Reads a chart by the allow-lists, without the browser's parser: that one would already look at a handler or a style
 * in it. `null` if it is no chart.
 * @param {string} text
 * @returns {Drawn | null}
 */
export function readChart(text) {
  if (text.length === 0 || text.length > MAX_CHARS) return null;
  /** Elements that are open; without `drawn`, one that is not copied, and nothing in it is. @type {{name: string, drawn: Drawn | null}[]} */
  const open = [];
  /** @type {Drawn | null} */
  let root = null;
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    end += found[0].length;
    const [, closing, name, attributes = "", empty] = found;
    if (name === undefined) continue;
    if (closing) {
      if (open.pop()?.name !== name) return null;
      continue;
    }
    const inside = open.at(-1);
    if (!inside && (root || name !== "svg")) return null;
    const kept = ELEMENTS.has(name) && open.length < MAX_DEPTH && (!inside || inside.drawn !== null);
    const drawn = kept ? { name, attributes: attributesOf(attributes), children: [] } : null;
    if (drawn) inside?.drawn?.children.push(drawn);
    root ??= drawn;
    if (!empty) open.push({ name, drawn });
  }
  return end === text.length && open.length === 0 ? root : null;
}

/** @param {string} text @returns {[string, string][]} */
function attributesOf(text) {
  const all = [...text.matchAll(ATTRIBUTE)].map(([, name = "", value = ""]) => /** @type {[string, string]} */ ([name, value]));
  return all.filter(([name, value]) => allowed(name, value));
}

/**
 * Makes the elements of a chart; `null` if it is none.
 * @param {string} text
 * @returns {SVGSVGElement | null}
 */
export function parseChart(text) {
  const read = readChart(text);
  if (!read) return null;
  const root = /** @type {SVGSVGElement} */ (made(read));
  root.setAttribute("aria-hidden", "true");
  root.setAttribute("focusable", "false");
  return root;
}

/** @param {Drawn} drawn @returns {SVGElement} */
function made({ name, attributes, children }) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of attributes) {
    const next = colour(attribute, value);
    if ("className" in next) element.classList.add(next.className);
    else element.setAttribute(attribute, next.value);
  }
  element.append(...children.map(made));
  return element;
}
