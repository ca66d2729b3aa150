// The window: the frame around every screen, which screen stands in it, keys, announcements and the paint stamps.

/** @import * as view from "./bindings/view.ts" */
/** @import { Desk } from "./host/host.js" */
/** @import { Store } from "./store/desk.js" */
/** @import { Route } from "./domain/route.js" */
/** @import { Tag } from "./shared/language.js" */
import { errorOf } from "./host/host.js";
import { SILENT_AFTER_MS } from "./store/desk.js";
import { h, setAttr, setShown, setText } from "./shared/dom.js";
import { icon } from "./shared/icon.js";
import { panelPlace } from "./shared/panel.js";
import { boxTables } from "./shared/tablebox.js";
import { tickAges } from "./shared/tick.js";
import { forgetTold, told, toldError } from "./shared/told.js";
import { words } from "./shared/words.js";
import { intentOf } from "./domain/keys.js";
import { hashOf, routeOf } from "./domain/route.js";
import { toAnnounce } from "./domain/rows.js";
import { inSight, sightings } from "./domain/seen.js";
import { topBar } from "./views/bar.js";
import { accessView } from "./views/access.js";
import { density } from "./views/density.js";
import { errorBox } from "./views/form.js";
import { emergencyView } from "./views/emergency.js";
import { awaitEnrolment, firstRun, keyProblem, unlock } from "./views/gate.js";
import { handOversView } from "./views/handover.js";
import { helpPanel } from "./views/help.js";
import { inboxView } from "./views/inbox.js";
import { speech } from "./views/language.js";
import { patientView } from "./views/patient.js";
import { reportsView } from "./views/reports.js";
import { patientsView } from "./views/patients.js";
import { settingsView } from "./views/settings.js";
import { size } from "./views/size.js";
import { bannerList, bannersOf, blindness, statusBar } from "./views/status.js";
import { theme } from "./views/theme.js";
import { trendsView } from "./views/trends.js";
import { wardView } from "./views/ward.js";

/** How long the alarm that was chosen on the locked screen is looked for. */
const FOLLOW_MS = 10_000;
/** How often the desk is told that the workstation is in use. */
const ACTIVE_EVERY_MS = 5_000;
/** So long a screen may take to be drawn anew in another language. */
const RENAMING_MS = 1_000;

/**
 * @typedef {object} Screen
 * @property {HTMLElement} el
 * @property {() => void} update
 * @property {() => void} tick
 * @property {() => void} destroy
 * @property {(steps: 1 | -1) => void} step
 * @property {() => view.AlarmRow | null} chosenAlarm
 * @property {() => void} [write]
 * @property {() => boolean} [back] goes one step back inside the screen; false where there is none
 */

/** @param {HTMLElement} root @param {Desk} desk @param {Store} store */
export function openApp(root, desk, store) {
  const appearance = theme();
  const tongue = speech();
  const drawing = size();
  const tiles = density();
  const place = h("div", { class: "panel-place" });
  const panel = panelPlace(place);
  const main = h("main", { class: "main", id: "main" }, h("h1", { class: "visually-hidden" }, words("app.name")), h("p", { class: "empty", role: "status" }, words("app.starting")));
  const drawerPlace = h("div", { class: "drawer-place" });
  const faultPlace = h("div", { class: "fault" });
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
  /** The button of a language is to have the focus again, as soon as it is drawn anew and not later than then. */
  let renaming = /** @type {{tag: Tag, untilMs: number} | null} */ (null);

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
        const field = main.querySelector("input[type=password]");
        if (field instanceof HTMLElement) field.focus();
        return;
      }
      const id = patientOf(alarmId);
      if (id) app.go({ view: "patient", id });
      else app.go({ view: "inbox" });
    },
    async pauseSound() {
      try {
        await app.desk.pauseSound();
        app.say("polite", words("announce.paused"));
      } catch (thrown) {
        app.say("assertive", toldError(errorOf(thrown)).join(" "));
      }
    },
    /** @param {view.AlarmRow} row */
    async acknowledge(row) {
      const answered = await store.acknowledge(row.alarmId);
      if (answered) app.say("polite", words("announce.acknowledged", { bed: answered.bed, text: told(answered.text) }));
    },
    /** @param {"assertive" | "polite"} manner @param {string} text */
    say(manner, text) {
      const region = document.getElementById(`live-${manner}`);
      if (region) setText(region, text);
    },
    size: drawing.chosen,
    /** @param {import("./views/size.js").Size} next */
    chooseSize(next) {
      drawing.choose(next);
      draw();
    },
    density: tiles.chosen,
    turnDensity() {
      tiles.turn();
      draw();
    },
    /** Opens the wall in a window of its own, or brings it forward. */
    async openWall() {
      await store.attempt("wall", desk.openWall(), () => app.say("polite", words("announce.wall")));
    },
    theme: appearance.chosen,
    /** @param {"auto" | "dark" | "light"} next */
    chooseTheme(next) {
      appearance.choose(next);
      draw();
    },
    /** Words are written when parts are made, so every part is made anew. @param {Tag} tag */
    chooseLanguage(tag) {
      tongue.choose(tag);
      forgetTold();
      renaming = { tag, untilMs: performance.now() + RENAMING_MS };
      const hadDrawer = drawer !== null;
      panel.close();
      closeDrawer();
      frame = framePart();
      putUp();
      drawnKey = "";
      shownFault = null;
      if (hadDrawer) openDrawer();
      draw();
    },
    turnTheme() {
      appearance.turn();
      draw();
    },
  };
  let shownFault = /** @type {view.UiError | null} */ (null);
  let frame = framePart();
  putUp();

  /** What stands around every screen, in the language in force. */
  function framePart() {
    const skip = h("a", { class: "skip", href: "#main", onClick: (/** @type {Event} */ event) => {
      event.preventDefault();
      focusMain();
    } }, words("app.skip"));
    return { skip, bar: topBar(app), banners: bannerList(), rail: railPart(), status: statusBar() };
  }

  function putUp() {
    const { skip, bar, banners, rail, status } = frame;
    root.replaceChildren(skip, bar.el, banners.el, h("div", { class: "stage" }, rail.el, main, drawerPlace, place), faultPlace, status.el);
  }

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
      case "reports":
        return reportsView(app);
      case "access":
        return accessView(app);
      case "handover":
        return handOversView(app);
      case "emergency":
        return emergencyView(app);
      case "settings":
        return settingsView(app);
      case "patient":
        return patientView(app, route.id);
      case "trends":
        return trendsView(app, route.id);
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
      forgetTold();
    }
    screen = make(session, route);
    boxTables(screen.el, words("settings.title"));
    main.replaceChildren(screen.el);
    frame.rail.update(route, session.phase === "open");
    root.dataset["screen"] = session.phase === "open" ? route.view : session.phase;
    if (!first && session.phase === "open") focusMain();
    if (wanted && session.phase === "open") followWanted();
  }

  /** @param {string} alarmId */
  function patientOf(alarmId) {
    const row = store.inbox.get()?.rows.find((each) => each.alarmId === alarmId);
    const tile = store.ward.get()?.tiles.find((each) => each.alarm?.row.alarmId === alarmId);
    return row?.patientId ?? tile?.patientId;
  }

  /** Goes to the patient of an alarm that was chosen on the locked screen, as soon as ward or inbox says who it is. */
  function followWanted() {
    const alarmId = wanted;
    wanted = null;
    if (!alarmId) return;
    const stop = () => [heardInbox, heardWard].forEach((end) => end());
    const look = () => {
      const id = patientOf(alarmId);
      if (!id) return;
      stop();
      app.go({ view: "patient", id });
    };
    const [heardInbox, heardWard] = [store.inbox.listen(look), store.ward.listen(look)];
    // Whoever has gone somewhere else by then is not called back.
    window.setTimeout(stop, FOLLOW_MS);
    look();
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
    frame.bar.update(session, blind, now);
    setAttr(root, "data-blind", blind ? "true" : null);
    frame.banners.update(bannersOf(session.frame, silentSince));
    frame.status.update(session.frame, silentSince !== null, now);
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
    if (renaming) focusLanguage(renaming);
    stampPaint();
  }

  /** @param {{tag: Tag, untilMs: number}} wantedButton */
  function focusLanguage({ tag, untilMs }) {
    const button = root.querySelector(`[data-language="${tag}"]`);
    const ready = button instanceof HTMLElement && button.checkVisibility();
    if (ready || performance.now() > untilMs) renaming = null;
    // After the gate has put the focus into its field, which it does as soon as it stands.
    if (ready) queueMicrotask(() => button.focus());
  }

  const sights = sightings(() => performance.now());
  /** Tells which alarms stood in front of somebody: in sight, in a window that has the focus. */
  function tellSeen() {
    if (!isOpen() || document.visibilityState !== "visible" || !document.hasFocus()) return sights.blink();
    const due = sights.look(inSight(root)).slice(0, 64);
    if (due.length > 0) void desk.alarmsSeen(due).catch(() => sights.again(due));
  }

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
    const line = text ? words("announce.alarm", { priority, bed: loudest.bed, text: told(text) }) : words("announce.locked", { priority, bed: loudest.bed });
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
      case "handover":
      case "reports":
      case "access":
      case "emergency":
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
      case "write":
        return screen?.write ? screen.write() : actOnChosen("answer");
      case "pause":
        return app.pauseSound();
      case "snooze":
      case "resolve":
      case "escalate":
        return actOnChosen(intent);
      case "details":
        return actOnChosen(null);
      case "trends":
        return openTrends();
      case "dense":
        return turnDensityHere();
      case "wall":
        return app.openWall();
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

  /** @param {import("./views/alarm.js").ActKind | null} kind */
  function actOnChosen(kind) {
    const list = walked();
    if (list && "act" in list) /** @type {ReturnType<typeof inboxView>} */ (list).act(kind);
  }

  function openChosen() {
    const list = walked();
    const row = list && "chosenRow" in list ? /** @type {ReturnType<typeof inboxView>} */ (list).chosenRow() : null;
    if (row) app.go({ view: "patient", id: row.patientId });
  }

  /** The size of tiles is changed only where tiles are seen. */
  function turnDensityHere() {
    if (routeOf(location.hash).view === "ward") app.turnDensity();
  }

  /** From the patient who is on the screen. */
  function openTrends() {
    const route = routeOf(location.hash);
    if (route.view === "patient") app.go({ view: "trends", id: route.id });
  }

  function closeSomething() {
    if (panel.close()) return;
    const field = document.activeElement;
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) return field.blur();
    if (drawer) return app.toggleDrawer();
    if (screen?.back?.()) return;
    if (isOpen()) app.go({ view: "ward" });
  }

  function railPart() {
    /** @type {readonly {view: "ward" | "inbox" | "patients" | "handover" | "emergency" | "reports" | "access" | "settings", sign: Parameters<typeof icon>[0], key: string}[]} */
    const items = [
      { view: "ward", sign: "ward", key: "1" }, { view: "inbox", sign: "bell", key: "2" },
      { view: "patients", sign: "people", key: "3" }, { view: "handover", sign: "handover", key: "4" }, { view: "emergency", sign: "key", key: "5" }, { view: "reports", sign: "chart", key: "7" }, { view: "access", sign: "eye", key: "8" }, { view: "settings", sign: "gear", key: "9" },
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
        const role = store.session.get()?.user?.role ?? "";
        const readers = ["physician", "nurse", "privacyOfficer"];
        for (const link of links) setShown(link.el, link.view === "access" ? role === "privacyOfficer" : link.view !== "reports" || readers.includes(role));
        for (const link of links) setAttr(link.el, "aria-current", link.view === route.view ? "page" : null);
      },
    };
  }

  let toldActive = 0;
  /** Whoever moves or types uses the workstation: the desk, which counts the idle time, is told now and then. */
  function onActivity() {
    if (!isOpen() || Date.now() - toldActive < ACTIVE_EVERY_MS) return;
    toldActive = Date.now();
    void desk.active().catch(() => {});
  }

  for (const each of [store.session, store.ward, store.inbox, store.patient, store.trends, store.settings, store.emergency, store.notes, store.handOvers, store.access, store.security, store.fault]) each.listen(draw);
  store.session.listen(announce);
  window.addEventListener("hashchange", draw);
  document.addEventListener("keydown", onKey);
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) document.addEventListener(kind, onActivity, { capture: true, passive: true });
  setInterval(draw, 1000);
  setInterval(tellSeen, 500);
  draw();
  return app;
}

/** @typedef {ReturnType<typeof openApp>} App */
