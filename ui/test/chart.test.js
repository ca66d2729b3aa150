// Charts are read by our own reader: every chart of the desk, and nothing else.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { ATTRIBUTES, ELEMENTS, readChart } from "../js/shared/svg.js";
import { ALL, IN_CHARTS } from "./inject/payloads.mjs";

const FIXTURES = new URL("fixtures/", import.meta.url);

/** @param {any} value @param {string} [name] @returns {string[]} */
function chartsIn(value, name = "") {
  if (typeof value === "string") return /svg$/i.test(name) && value !== "" ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => chartsIn(each, Array.isArray(value) ? name : key));
}

const charts = readdirSync(FIXTURES).flatMap((name) => chartsIn(JSON.parse(readFileSync(new URL(name, FIXTURES), "utf8"))));

/** @param {import("../js/shared/svg.js").Drawn} drawn @returns {import("../js/shared/svg.js").Drawn[]} */
const flat = (drawn) => [drawn, ...drawn.children.flatMap(flat)];

/** @param {string} text */
function parts(text) {
  const read = readChart(text);
  return read ? flat(read) : null;
}

test("every chart of the desk is read whole", () => {
  assert.ok(charts.length > 20);
  for (const chart of charts) {
    const read = parts(chart);
    assert.equal(read?.length, chart.match(/<\w/g)?.length, chart.slice(0, 80));
    const attributes = read.reduce((sum, { attributes: all }) => sum + all.length, 0);
    assert.equal(attributes, chart.match(/\s[\w-]+="/g).length - 1, "all but xmlns");
  }
});

test("nothing but what a chart may hold is kept, whatever stands in it", () => {
  for (const text of [...IN_CHARTS, ...ALL.map((each) => each.text)]) {
    for (const chart of [charts[0].replace("</svg>", `${text}</svg>`), `<svg ${text}></svg>`, `<svg><path d="${text}"/></svg>`, `<svg><rect ${text}/></svg>`, `${text}${charts[0]}`]) {
      for (const { name, attributes } of parts(chart) ?? []) {
        assert.ok(ELEMENTS.has(name), `${name} of ${text}`);
        for (const [attribute, value] of attributes) assert.ok(ATTRIBUTES.has(attribute) && !/[<>"'&;:]/.test(value), `${attribute} of ${text}`);
      }
    }
  }
});

test("what is no chart is not read, and what is not known is left out with all that is in it", () => {
  for (const [text, expected] of [
    ["<svg/>", ["svg"]], ["<svg><g><path d=\"M0 0\"/></g></svg>", ["svg", "g", "path"]], ["<svg>\n</svg>\n", ["svg"]],
    ["<svg><a href=\"#x\"><path/></a><rect/></svg>", ["svg", "rect"]], ["<svg><script>x</script></svg>", ["svg"]],
    ["", null], ["x", null], ["<g/>", null], ["<svg>", null], ["</svg>", null], ["<svg></g>", null], ["<svg/><svg/>", null], ["<svg><g></svg></g>", null],
    ["<svg><!-- --></svg>", null], ["<?xml version=\"1.0\"?><svg/>", null], ["<!DOCTYPE svg><svg/>", null], ["<svg><path d='M0 0'/></svg>", null], ["<svg><path d=M/></svg>", null], ["<SVG/>", null],
    [`<svg>${"<g>".repeat(40)}${"</g>".repeat(40)}</svg>`, ["svg", ...Array(15).fill("g")]], [`<svg>${" ".repeat(600_000)}</svg>`, null],
  ]) {
    assert.deepEqual(parts(text)?.map(({ name }) => name) ?? null, expected, text.slice(0, 60));
  }
});
