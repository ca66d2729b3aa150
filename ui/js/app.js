// The window: the frame around every screen, which screen stands in it, keys, announcements and the paint stamps.

/** @import * as view from "./bindings/view.ts" */
/** @import { Desk } from "./host/host.js" */
/** @import { Store } from "./store/desk.js" */
/** @import { Route } from "./domain/route.js" */
import { SILENT_AFTER_MS } from "./store/desk.js";
import { h, setAttr, setShown, setText } from "./shared/dom.js";
import { icon } from "./shared/icon.js";
import { panelPlace } from "./shared/panel.js";
import { tickAges } from "./shared/tick.js";
import { words } from "./shared/words.js";
import { intentOf } from "./domain/keys.js";
import { hashOf, routeOf } from "./domain/route.js";
import { toAnnounce } from "./domain/rows.js";
import { topBar } from "./views/bar.js";
import { errorBox } from "./views/form.js";
import { awaitEnrolment, firstRun, keyProblem, unlock } from "./views/gate.js";
import { helpPanel } from "./views/help.js";
import { inboxView } from "./views/inbox.js";
import { patientView } from "./views/patient.js";
import { patientsView } from "./views/patients.js";
import { settingsView } from "./views/settings.js";
import { bannerList, bannersOf, blindness, statusBar } from "./views/status.js";
import { theme } from "./views/theme.js";
import { wardView } from "./views/ward.js";

/**
 * @typedef {object} Screen
 * @property {HTMLElement} el
 * @property {() => void} update
 * @property {() => void} tick
 * @property {() => void} destroy
 * @property {(steps: 1 | -1) => void} step
 * @property {() => view.AlarmRow | null} chosenAlarm
 */

/** @param {HTMLElement} root @param {Desk} desk @param {Store} store */
export function openApp(root, desk, store) {
  const appearance = theme();
  const place = h("div", { class: "panel-place" });
  const panel = panelPlace(place);
  const banners = bannerList();
  const status = statusBar();
  const main = h("main", { class: "main", id: "main" }, h("p", { class: "empty", role: "status" }, words("app.starting")));
  const drawerPlace = h("div", { class: "drawer-place" });
  const faultPlace = h("div", { class: "fault" });
  const rail = railPart();
  /** @type {Screen | null} */
  let screen = null;
  /** @type {ReturnType<typeof inboxView> | null} */
  let drawer = null;
  let drawnKey = "";
  /** @type {Map<string, view.Priority>} */
  const said = new Map();
  /** An alarm clicked while locked, to be shown once unlocked. */
  let wanted = /** @type {string | null} */ (null);
  /** The search field is to have the focus as soon as it stands. */
  let finding = false;

  const app = {
    desk, store, panel,
    /** @param {Route} route */
    go(route) {
      location.hash = hashOf(route);
    },
    lock: async () => store.enter(await desk.lock()),
    find() {
      app.go({ view: "patients" });
      finding = true;
      draw();
    },
    drawerOpen: () => drawer !== null,
    toggleDrawer() {
      if (drawer) closeDrawer();
      else openDrawer();
      draw();
    },
    /** @param {string} alarmId */
    openAlarm(alarmId) {
      if (!isOpen()) {
        wanted = alarmId;
        return;
      }
      const row = store.inbox.get()?.rows.find((each) => each.alarmId === alarmId);
      const tile = store.ward.get()?.tiles.find((each) => each.alarm?.row.alarmId === alarmId);
      const id = row?.patientId ?? tile?.patientId;
      if (id) app.go({ view: "patient", id });
      else app.go({ view: "inbox" });
    },
    /** @param {view.AlarmRow} row */
    async acknowledge(row) {
      const answered = await store.acknowledge(row.alarmId);
      if (answered) app.say("polite", words("announce.acknowledged", { bed: answered.bed, text: answered.text }));
    },
    /** @param {"assertive" | "polite"} manner @param {string} text */
    say(manner, text) {
      const region = document.getElementById(`live-${manner}`);
      if (region) setText(region, text);
    },
    theme: appearance.chosen,
    /** @param {"auto" | "dark" | "light"} next */
    chooseTheme(next) {
      appearance.choose(next);
      draw();
    },
    turnTheme() {
      appearance.turn();
      draw();
    },
  };
  const bar = topBar(app);
  root.replaceChildren(
    h("a", { class: "skip", href: "#main", onClick: (/** @type {Event} */ event) => {
      event.preventDefault();
      focusMain();
    } }, words("app.skip")),
    bar.el, banners.el,
    h("div", { class: "stage" }, rail.el, main, drawerPlace, place), faultPlace, status.el,
  );

  function isOpen() {
    return store.session.get()?.phase === "open";
  }

  function focusMain() {
    const heading = main.querySelector("h1");
    if (heading instanceof HTMLElement) heading.focus();
  }

  function openDrawer() {
    drawer = inboxView(app, { drawer: true });
    drawerPlace.replaceChildren(drawer.el);
    drawer.update();
  }

  function closeDrawer() {
    drawer?.destroy();
    drawer = null;
    drawerPlace.replaceChildren();
  }

  /** @param {HTMLElement} el @param {Partial<Screen>} [parts] @returns {Screen} */
  function still(el, parts = {}) {
    return { el, update() {}, tick() {}, destroy() {}, step() {}, chosenAlarm: () => null, ...parts };
  }

  /** @param {view.SessionView} session @param {Route} route @returns {Screen} */
  function make(session, route) {
    switch (session.phase) {
      case "firstRun":
        return still(firstRun(app));
      case "awaitingEnrolment":
        return still(awaitEnrolment(app));
      case "locked":
        return still(unlock(app, session));
      case "keyProblem":
        return session.keyProblem ? still(keyProblem(app, session.keyProblem)) : still(unlock(app, session));
      case "open":
        return makeOpen(route);
      default:
        return session.phase;
    }
  }

  /** @param {Route} route @returns {Screen} */
  function makeOpen(route) {
    switch (route.view) {
      case "ward":
        return wardView(app);
      case "inbox":
        return inboxView(app, { drawer: false });
      case "patients":
        return patientsView(app);
      case "settings":
        return settingsView(app);
      case "patient":
        return patientView(app, route.id);
      default:
        return route;
    }
  }

  /** Puts up another screen when phase or route changed. @param {view.SessionView} session */
  function turnTo(session) {
    const route = routeOf(location.hash);
    const key = session.phase === "open" ? hashOf(route) : session.phase;
    if (key === drawnKey) return;
    const first = drawnKey === "";
    drawnKey = key;
    screen?.destroy();
    panel.close();
    if (session.phase !== "open" || route.view === "inbox") closeDrawer();
    if (session.phase !== "open") {
      // What was said may hold a value, and the lock screen shows none.
      app.say("assertive", "");
      app.say("polite", "");
    }
    screen = make(session, route);
    main.replaceChildren(screen.el);
    rail.update(route, session.phase === "open");
    root.dataset["screen"] = session.phase === "open" ? route.view : session.phase;
    if (!first && session.phase === "open") focusMain();
    if (wanted && session.phase === "open") followWanted();
  }

  function followWanted() {
    const alarmId = wanted;
    wanted = null;
    const stop = store.inbox.listen((inbox) => {
      if (!inbox || !alarmId) return;
      stop();
      app.openAlarm(alarmId);
    });
  }

  let scheduled = false;
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
    if (!session) return showFault();
    turnTo(session);
    const now = store.clock.now();
    const silentSince = isOpen() && Date.now() - store.heardMs() > SILENT_AFTER_MS ? now - (Date.now() - store.heardMs()) : null;
    const blind = blindness(session.frame, silentSince);
    bar.update(session, blind, now);
    setAttr(root, "data-blind", blind ? "true" : null);
    banners.update(bannersOf(session.frame, silentSince));
    status.update(session.frame, silentSince !== null, now);
    setAttr(root, "data-demo", session.frame.demo ? "true" : null);
    screen?.update();
    drawer?.update();
    showFault();
    tickAges(root, now);
    const field = finding ? document.getElementById("find") : null;
    if (field) {
      finding = false;
      field.focus();
    }
    stampPaint();
  }

  let shownFault = /** @type {view.UiError | null} */ (null);
  function showFault() {
    const fault = store.fault.get();
    if (fault === shownFault) return;
    shownFault = fault;
    setShown(faultPlace, fault !== null);
    faultPlace.replaceChildren(...(fault ? [errorBox(fault)] : []));
  }

  /** Two animation frames after the change its pixels are on the screen: then the desk is told. */
  function stampPaint() {
    const drawn = store.takeUnpainted();
    if (drawn.length === 0) return;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const drawnMs = performance.timeOrigin + performance.now();
      void desk.painted(drawn.slice(-64).map((seq) => ({ seq, drawnMs }))).catch(() => {});
    }));
  }

  /** New alarms are said: high at once, others politely; while locked without a name. @param {view.SessionView | null} session */
  function announce(session) {
    if (!session) return;
    const rows = new Map((store.inbox.get()?.rows ?? []).map((row) => [row.alarmId, row]));
    const fresh = toAnnounce(said, session.frame.strip.alarms);
    const loudest = fresh[0];
    if (!loudest) return;
    const priority = words(`priority.${loudest.priority}.long`);
    const text = rows.get(loudest.alarmId)?.text;
    const line = text ? words("announce.alarm", { priority, bed: loudest.bed, text }) : words("announce.locked", { priority, bed: loudest.bed });
    app.say(loudest.priority === "high" ? "assertive" : "polite", line);
  }

  /** @param {KeyboardEvent} press */
  function onKey(press) {
    const focus = document.activeElement;
    const editing = focus instanceof HTMLInputElement || focus instanceof HTMLTextAreaElement || focus instanceof HTMLSelectElement;
    const onControl = focus instanceof HTMLButtonElement || focus instanceof HTMLAnchorElement || focus?.tagName === "SUMMARY";
    const intent = intentOf(press, { editing, onControl, open: isOpen() });
    if (!intent) return;
    if (intent !== "close") press.preventDefault();
    act(intent);
  }

  /** The list that J and K walk: the drawer if it is open, else the screen. */
  function walked() {
    return drawer ?? screen;
  }

  /** @param {import("./domain/keys.js").Intent} intent */
  function act(intent) {
    switch (intent) {
      case "ward":
      case "inbox":
      case "patients":
      case "settings":
        return app.go({ view: intent });
      case "find":
        return app.find();
      case "drawer":
        return app.toggleDrawer();
      case "next":
        return walked()?.step(1);
      case "previous":
        return walked()?.step(-1);
      case "acknowledge":
        return acknowledgeChosen();
      case "open":
        return openChosen();
      case "close":
        return closeSomething();
      case "help":
        return helpPanel(app);
      default:
        return intent;
    }
  }

  function acknowledgeChosen() {
    const row = walked()?.chosenAlarm() ?? null;
    if (row) void app.acknowledge(row);
  }

  function openChosen() {
    const list = walked();
    const row = list && "chosenRow" in list ? /** @type {ReturnType<typeof inboxView>} */ (list).chosenRow() : null;
    if (row) app.go({ view: "patient", id: row.patientId });
  }

  function closeSomething() {
    if (panel.close()) return;
    if (document.activeElement instanceof HTMLInputElement) return document.activeElement.blur();
    if (drawer) return app.toggleDrawer();
    if (isOpen()) app.go({ view: "ward" });
  }

  function railPart() {
    /** @type {readonly {view: "ward" | "inbox" | "patients" | "settings", sign: Parameters<typeof icon>[0], key: string}[]} */
    const items = [
      { view: "ward", sign: "ward", key: "1" }, { view: "inbox", sign: "bell", key: "2" },
      { view: "patients", sign: "people", key: "3" }, { view: "settings", sign: "gear", key: "9" },
    ];
    const links = items.map((item) => ({
      ...item,
      el: h("a", { class: "rail-item", href: hashOf({ view: item.view }) }, icon(item.sign), h("span", {}, words(`nav.${item.view}`)), h("kbd", { "aria-hidden": "true" }, item.key)),
    }));
    const help = h("button", { class: "rail-item", type: "button", onClick: () => helpPanel(app) }, icon("help"), h("span", {}, words("nav.help")), h("kbd", { "aria-hidden": "true" }, "?"));
    const el = h("nav", { class: "rail", "aria-label": words("nav.label") }, ...links.map((link) => link.el), help);
    return {
      el,
      /** @param {Route} route @param {boolean} open */
      update(route, open) {
        setShown(el, open);
        for (const link of links) setAttr(link.el, "aria-current", link.view === route.view ? "page" : null);
      },
    };
  }

  for (const each of [store.session, store.ward, store.inbox, store.patient, store.trends, store.settings, store.fault]) each.listen(draw);
  store.session.listen(announce);
  window.addEventListener("hashchange", draw);
  document.addEventListener("keydown", onKey);
  setInterval(draw, 1000);
  draw();
  return app;
}

/** @typedef {ReturnType<typeof openApp>} App */
