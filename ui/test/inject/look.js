// Runs in the page: what of the texts that were given stands in it, whether each stands there letter for letter, and
// whether anything stands there that no source of the window makes.

/** @param {{tags: string[], chartTags: string[], chartAttributes: string[]}} allowed */
export function look({ tags, chartTags, chartAttributes }) {
  const { noted, given, payloads, told } = /** @type {any} */ (globalThis).hostile;
  const faults = noted.splice(0);
  /** Pairs of place and text that were not told before. @type {[string, number][]} */
  const seen = [];
  /** Attributes in which a text of the desk may stand: read aloud, shown, or found by. */
  const spoken = /^(aria-label|aria-valuetext|aria-describedby|aria-labelledby|aria-controls|title|placeholder|value|for|id|name|data-[a-z-]+)$/;

  /** @param {string} where @param {string} text */
  function literal(where, text) {
    for (const { 0: mark, 1: number, index } of text.matchAll(/~(\d+)~/g)) {
      const one = given[Number(number)];
      if (!one) continue;
      const pair = `${one.payload} ${one.path}`;
      if (!told.has(pair)) seen.push([one.path, one.payload]);
      told.add(pair);
      const whole = text.slice(0, index + mark.length);
      if (whole.endsWith(one.text)) continue;
      // A field of one line takes no line ends, and one of several lines knows one kind of them.
      const forms = [one.text, one.text.trimStart(), one.text.replace(/[\r\n]/g, ""), one.text.replace(/[\r\n]/g, "").trimStart(), one.text.replace(/\r\n?/g, "\n"), one.text.replace(/\r\n?/g, "\n").trimStart()];
      if (!forms.some((form) => whole.endsWith(form))) faults.push(`${where} changes ${JSON.stringify(payloads[one.payload].slice(0, 60))} of ${one.path} to ${JSON.stringify(whole.slice(-80))}`);
    }
  }

  const SVG = "http://www.w3.org/2000/svg";
  for (const element of document.body.querySelectorAll("*")) {
    const inChart = element.namespaceURI === SVG;
    const name = inChart ? element.localName : element.tagName.toLowerCase();
    if (!(inChart ? chartTags : tags).includes(name)) faults.push(`an element nobody made: ${element.outerHTML.slice(0, 100)}`);
    for (const { name: attribute, value } of element.attributes) {
      if (/^on|^(src|srcset|srcdoc|action|formaction|ping|background|xlink:href)$/.test(attribute)) faults.push(`an attribute nobody made: ${attribute} of ${name}`);
      // The window sets numbers for its style sheet, by name, and nothing else.
      if (attribute === "style" && !/^(--[a-z]+: [\d.]+(e-\d+)?; ?)*$/.test(value)) faults.push(`a style nobody made: ${value.slice(0, 80)}`);
      if (attribute === "href" && !value.startsWith("#")) faults.push(`leads away: ${value.slice(0, 80)}`);
      if (inChart && !chartAttributes.includes(attribute)) faults.push(`an attribute nobody drew: ${attribute} of ${name}`);
      if (/~\d+~/.test(value) && !spoken.test(attribute)) faults.push(`a text of the desk in ${attribute} of ${name}`);
      literal(`${attribute} of ${name}`, value);
    }
    if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) literal(`the field ${name}`, element.value);
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) literal(name, node.nodeValue ?? "");
  }
  if (document.scripts.length !== 1 || frames.length !== 0) faults.push(`${document.scripts.length} scripts, ${frames.length} frames`);
  if (document.head.querySelectorAll("*").length !== document.head.querySelectorAll("meta, title, link[href^='css/'], link[href='data:,'], script[src='js/main.js']").length) faults.push("something new in the head");
  if (/** @type {any} */ ({}).polluted !== undefined) faults.push("the prototype of every object was changed");
  return { faults: [...new Set(faults)], seen, places: [...new Set(given.map((/** @type {any} */ one) => one.path))] };
}
