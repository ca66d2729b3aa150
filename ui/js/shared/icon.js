// Signs. Every state has one of its own, so that nothing is told by colour alone. Decorative: words stand beside.

const SVG = "http://www.w3.org/2000/svg";

/** Outlines on a field of 16 by 16; a leading "!" means filled. */
const SIGNS = /** @type {const} */ ({
  ward: "M2 2.5h5v4.5H2zM9 2.5h5v4.5H9zM2 9h5v4.5H2zM9 9h5v4.5H9z",
  bell: "M4 11V7a4 4 0 0 1 8 0v4l1.5 1.5h-11zM6.5 14h3",
  bellPaused: "M4 11V7a4 4 0 0 1 8 0v4l1.5 1.5h-11zM2 2l12 12",
  people: "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.5 2-4 4.5-4s4.500 1.500 4.500 4M10.500 2.800a2.300 2.300 0 0 1 0 4.400M12 9.800c1.500.5 2.500 1.700 2.500 3.700",
  handover: "M1.500 5.500h9M7.500 2.500l3 3-3 3M14.500 10.500h-9M8.500 7.500l-3 3 3 3",
  gear: "M8 10.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400zM8 1.500v2.200M8 12.300v2.200M1.500 8h2.200M12.300 8h2.200M3.400 3.400l1.600 1.600M11 11l1.600 1.600M3.400 12.600l1.600-1.600M11 5l1.600-1.600",
  lock: "M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500",
  key: "M5.500 12.500a3 3 0 1 1 2.700-4.300H14v2.300h-1.500v1.800h-2V10.500H8.300",
  search: "M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.500 10.500 14 14",
  theme: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  list: "M2.500 4h11M2.500 8h11M2.500 12h11",
  globe: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM2 8h12M8 2c2.200 2 2.800 4 2.800 6S10.200 12 8 14c-2.200-2-2.800-4-2.800-6S5.800 4 8 2z",
  chart: "M2.500 13.500h11M4 11.500V8M8 11.500V3.500M12 11.500V6",
  help: "M5.500 6a2.500 2.500 0 1 1 3.600 2.200c-.8.4-1.100.9-1.100 1.800M8 12.500v.6",
  back: "M9.500 3 4.500 8l5 5",
  close: "M3.500 3.500l9 9M12.500 3.500l-9 9",
  eye: "M1.500 8c2-3.300 4.200-4.500 6.500-4.500s4.500 1.200 6.500 4.500c-2 3.300-4.200 4.500-6.500 4.500S3.500 11.300 1.500 8zM8 10.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z",
  check: "M2.500 8.500 6 12l7.500-8",
  letter: "M1.500 3.500h13v9h-13zM1.500 4l6.500 5 6.500-5",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.500V8l2.500 1.500",
  sealing: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 2v6h6",
  warn: "M8 2 14.500 13.500h-13zM8 6.500v3.500M8 11.500v.6",
  cross: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.700 5.700l4.600 4.600M10.300 5.700l-4.600 4.600",
  unplug: "M3 13l2.500-2.500M9.500 3v3M13 6.500h-3M4.500 9.500l2-2 3 3-2 2a2 2 0 0 1-3-3zM2 2l12 12",
  wrench: "M13.500 4.500a3.300 3.300 0 0 1-4.400 4L4.500 13a1.500 1.500 0 0 1-2-2l4.600-4.500a3.300 3.300 0 0 1 4-4.400L9 4.300l.4 2.300 2.300.4z",
  question: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.300 6.500a1.700 1.700 0 1 1 2.400 1.600c-.5.3-.7.600-.7 1.200M8 11v.6",
  impossible: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.800 3.800l8.400 8.400",
  dash: "M3 8h10",
  battery: "M1.500 5.500h11v5h-11zM14.500 7v2M3.500 7.500v1",
  hub: "M8 9.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3zM4.800 11.200a4.500 4.500 0 0 1 0-6.400M11.200 4.800a4.500 4.500 0 0 1 0 6.400M2.700 13.300a7.500 7.500 0 0 1 0-10.600M13.300 2.700a7.500 7.500 0 0 1 0 10.600",
  high: "!M5 1h6l4 4v6l-4 4H5l-4-4V5z",
  medium: "!M8 1.500 15.500 14.500h-15z",
  low: "!M8 14.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13z",
});

/** @typedef {keyof typeof SIGNS} Sign */

/** Makes a sign. @param {Sign} name @param {string} [className] @returns {SVGSVGElement} */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  svg.append(path);
  setIcon(svg, name, className);
  return svg;
}

/** Changes a sign in place. @param {SVGSVGElement} svg @param {Sign} name @param {string} [className] */
export function setIcon(svg, name, className) {
  if (svg.getAttribute("data-sign") === name) return;
  const outline = SIGNS[name];
  const filled = outline.startsWith("!");
  svg.setAttribute("data-sign", name);
  svg.setAttribute("class", `${className ?? svg.getAttribute("class")}`);
  svg.classList.toggle("filled", filled);
  svg.firstElementChild?.setAttribute("d", filled ? outline.slice(1) : outline);
}

/** All names, for the test. */
export const SIGN_NAMES = /** @type {Sign[]} */ (Object.keys(SIGNS));
