// The wall: beds in numbers that are read from across a room, in a window of its own that nobody has to touch.

/** @import * as view from "../bindings/view.ts" */
/** @import { Desk } from "../host/host.js" */
/** @import { WallStore } from "../store/wall.js" */
/** @import { WallIntent } from "../domain/wall.js" */
import { SILENT_AFTER_MS } from "../store/desk.js";
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { clockSeconds } from "../shared/format.js";
import { language } from "../shared/language.js";
import { tickAges } from "../shared/tick.js";
import { words } from "../shared/words.js";
import { nextNames, pagesOf, paging, roomFor, wallIntentOf } from "../domain/wall.js";
import { wallCard } from "../domain/wallcard.js";
import { errorBox } from "./form.js";
import { bannerList, bannersOf, blindness, connectionText } from "./status.js";
import { chipsOfStrip, chipsOfWard, unnamed, wallRow } from "./wallrow.js";

/** More dots than these are counted by nobody; the number beside them says it. */
const MAX_DOTS = 9;

/** @param {HTMLElement} root @param {Desk} desk @param {WallStore} store */
export function openWall(root, desk, store) {
  const turner = paging(Date.now());
  const title = h("h1", { class: "wall-title" }, words("app.name"));
  const demo = h("span", { class: "demo-mark" }, words("demo.mark"));
  const state = h("span", { class: "wall-state" });
  const time = h("time", { class: "wall-clock" });
  const row = wallRow();
  const banners = bannerList();
  const cards = h("ul", { class: "wall-cards", hidden: true, "aria-label": words("ward.title") });
  const list = keyedList(cards, (/** @type {view.TileView} */ tile) => tile.patientId, () => wallCard(store.clock.now));
  const notice = h("div", { class: "wall-notice", role: "status" }, words("app.starting"));
  const faultPlace = h("div", { class: "wall-fault" });
  const dots = h("span", { class: "wall-dots", "aria-hidden": "true" });
  const pageText = h("span", { class: "wall-page" });
  /** @param {WallIntent} intent @param {string} key @param {string} keyName */
  const button = (intent, key, keyName) => {
    const text = h("span", {}, words(key));
    return { text, el: h("button", { class: "button quiet", type: "button", onClick: () => act(intent) }, text, h("kbd", { "aria-hidden": "true" }, keyName)) };
  };
  const hold = button("hold", "wall.hold", words("wall.space"));
  const names = button("names", "wall.names.none", "N");
  const full = button("fullScreen", "wall.fullScreen", "F11");
  const close = button("close", "wall.close", "Q");
  const place = h("main", { class: "wall-main" }, cards, notice, faultPlace);
  let pages = 1;
  let scheduled = false;

  root.replaceChildren(
    h("header", { class: "wall-bar" }, title, demo, state, time),
    banners.el, row.el, place,
    h("footer", { class: "wall-foot" },
      h("strong", { class: "wall-warning" }, words("wall.notPrimary")), h("span", { class: "wall-where" }, dots, pageText),
      h("span", { class: "wall-buttons" }, hold.el, names.el, full.el, close.el)),
  );

  /** Draws once per animation frame, whatever changed. */
  function draw() {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      drawNow();
    });
  }

  function drawNow() {
    const session = store.session.get();
    drawFault();
    if (!session) return;
    const now = store.clock.now();
    const silentFor = Date.now() - store.heardMs();
    const silentSince = silentFor > SILENT_AFTER_MS ? now - silentFor : null;
    const blind = blindness(session.frame, silentSince);
    const ward = session.phase === "open" ? store.ward.get() : null;
    setAttr(root, "data-screen", session.phase);
    setAttr(root, "data-blind", blind ? "true" : null);
    setAttr(root, "data-names", store.names());
    setText(title, session.frame.ward || words("app.name"));
    setShown(demo, session.frame.demo);
    setAttr(state, "data-link", silentSince === null ? session.frame.gateway.state : "lost");
    setText(state, connectionText(session.frame, silentSince !== null, now));
    setText(time, clockSeconds(now));
    banners.update(bannersOf(session.frame, silentSince));
    const { strip } = session.frame;
    row.update(ward ? chipsOfWard(ward.tiles) : chipsOfStrip(strip), ward ? 0 : unnamed(strip), blind);
    drawNotice(session, ward);
    drawCards(ward);
    setText(hold.text, words(turner.held() ? "wall.release" : "wall.hold"));
    setAttr(hold.el, "aria-pressed", String(turner.held()));
    setText(names.text, words(`wall.names.${store.names()}`));
    setShown(names.el, session.phase === "open");
    setShown(hold.el, pages > 1);
    tickAges(root, now);
  }

  /** @param {view.WardView | null} ward */
  function drawCards(ward) {
    const tiles = ward?.tiles ?? [];
    setShown(cards, tiles.length > 0);
    const room = roomFor(cards.clientWidth, cards.clientHeight, store.names());
    const all = pagesOf(tiles, room.columns * room.rows);
    pages = Math.max(1, all.pages.length);
    const page = turner.page(pages, Date.now());
    const shown = all.pages[page] ?? [];
    // The same places on every page, so that a bed which stays does not move.
    const columns = Math.max(1, Math.min(room.columns, tiles.length));
    cards.style.setProperty("--columns", String(columns));
    cards.style.setProperty("--rows", String(Math.max(1, Math.min(room.rows, Math.ceil(tiles.length / columns)))));
    list.update(shown);
    setShown(dots, pages > 1 && pages <= MAX_DOTS);
    if (dots.childElementCount !== pages) dots.replaceChildren(...Array.from({ length: pages }, () => h("span", { class: "wall-dot" })));
    [...dots.children].forEach((dot, i) => setAttr(dot, "data-now", i === page ? "true" : null));
    const of = pages > 1 ? words("wall.page", { page: page + 1, pages }) : "";
    setText(pageText, of && turner.held() ? `${of} · ${words("wall.held")}` : of);
  }

  /** Where no bed is shown, why: empty is never calm. @param {view.SessionView} session @param {view.WardView | null} ward */
  function drawNotice({ phase }, ward) {
    const key = phase === "locked" ? "wall.locked" : phase !== "open" ? "wall.closed" : ward === null ? "ward.loading" : ward.tiles.length === 0 ? "ward.empty" : "";
    setShown(notice, key !== "");
    setText(notice, key === "" ? "" : words(key));
  }

  function drawFault() {
    const fault = store.fault.get();
    setShown(faultPlace, fault !== null);
    if (fault === shownFault) return;
    shownFault = fault;
    faultPlace.replaceChildren(...(fault ? [errorBox(fault)] : []));
  }
  let shownFault = /** @type {view.UiError | null} */ (null);

  /** @param {WallIntent} intent */
  function act(intent) {
    switch (intent) {
      case "close":
        return void store.attempt(desk.closeWall());
      case "fullScreen":
        return void store.attempt(desk.wallFullScreen());
      case "names":
        store.showNames(nextNames(store.names()));
        return draw();
      case "hold":
        turner.hold(Date.now());
        return draw();
      case "next":
      case "previous":
        turner.turn(intent === "next" ? 1 : -1, pages, Date.now());
        return draw();
      default:
        return intent;
    }
  }

  document.addEventListener("keydown", (press) => {
    const intent = wallIntentOf(press, { onControl: document.activeElement instanceof HTMLButtonElement, dir: language().dir });
    if (!intent) return;
    press.preventDefault();
    act(intent);
  });
  for (const each of [store.session, store.ward, store.fault]) each.listen(draw);
  // Banners and rows of alarms come and go, and with them the room for beds.
  new ResizeObserver(draw).observe(cards);
  setInterval(draw, 1000);
  draw();
}
