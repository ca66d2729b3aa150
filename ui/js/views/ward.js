// The ward: who is worst now, at a glance.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { words } from "../shared/words.js";
import { arrange, hold } from "../domain/order.js";
import { tilePart } from "../domain/tile.js";

/** Up to so many patients the tiles grow on a large screen. */
const FEW = 12;

/** @param {App} app */
export function wardView(app) {
  const { store } = app;
  const holding = hold();
  const count = h("span", { class: "view-note" });
  const held = h("span", { class: "view-held" }, words("ward.held"));
  /** @param {string} text @param {string} key @param {() => void} act */
  const button = (text, key, act) => h("button", { class: "button quiet", type: "button", onClick: act }, words(text), h("kbd", { "aria-hidden": "true" }, key));
  const dense = button("ward.dense", "C", app.turnDensity);
  const switches = h("span", { class: "ward-switches" }, dense, button("ward.wall", "W", app.openWall));
  const grid = h("ul", { class: "tiles", onPointermove: touch, onPointerdown: touch, onPointerleave: holding.release, onFocusin: touch, onKeydown: touch });
  const empty = h("div", { class: "empty" });
  const el = h("section", { class: "view ward-view" },
    h("header", { class: "view-head" }, h("h1", { class: "view-title", tabindex: "-1" }, words("ward.title")), count, held, switches), grid, empty);
  const list = keyedList(grid, (/** @type {view.TileView} */ tile) => tile.patientId, (tile) => tilePart(tile, store.clock.now));
  /** @type {string[]} */
  let drawn = [];

  function touch() {
    holding.touch(performance.now());
  }

  /** @param {view.WardView | null} ward */
  function update(ward) {
    const none = ward === null || ward.tiles.length === 0;
    const isDense = app.density() === "dense";
    setAttr(dense, "aria-pressed", String(isDense));
    setAttr(grid, "data-dense", isDense ? "true" : null);
    setShown(grid, !none);
    setShown(empty, none);
    if (ward === null) {
      setText(empty, words("ward.loading"));
      setText(count, "");
      setShown(held, false);
      return;
    }
    if (none) empty.replaceChildren(h("h2", {}, words("ward.empty.title")), h("p", {}, words("ward.empty")));
    setText(count, words("ward.count", { count: ward.tiles.length }));
    const isHeld = holding.held(performance.now());
    const tiles = arrange(drawn, ward.tiles, isHeld);
    const free = isHeld ? arrange([], ward.tiles, false) : tiles;
    setShown(held, tiles.some((tile, i) => tile.patientId !== free[i]?.patientId));
    drawn = tiles.map((tile) => tile.patientId);
    setAttr(grid, "data-few", tiles.length <= FEW && !isDense ? "true" : null);
    list.update(tiles);
  }

  /** The tile that has the focus. */
  function focused() {
    return document.activeElement?.closest("[data-patient]")?.getAttribute("data-patient") ?? null;
  }

  return {
    el,
    update: () => update(store.ward.get()),
    tick: () => update(store.ward.get()),
    destroy: list.destroy,
    /** @param {1 | -1} steps */
    step(steps) {
      const at = drawn.indexOf(focused() ?? "");
      const id = drawn[at < 0 ? 0 : Math.min(Math.max(0, at + steps), drawn.length - 1)];
      const link = grid.querySelector(`[data-patient="${CSS.escape(id ?? "")}"]`);
      if (link instanceof HTMLElement) link.focus();
    },
    /** The alarm the key A would answer: that of the tile with the focus. */
    chosenAlarm() {
      const id = focused();
      const row = store.ward.get()?.tiles.find((tile) => tile.patientId === id)?.alarm?.row;
      return row?.canAcknowledge ? row : null;
    },
  };
}
