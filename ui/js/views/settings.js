// Settings: people and their keys, patients, devices, teams, and the state of gateway and records.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { clockSeconds, count, day } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { words } from "../shared/words.js";
import { KEY_SIGN } from "../domain/look.js";
import { nameText } from "../domain/person.js";
import { connectionText } from "./status.js";
import { enrolPanel, revokePanel } from "./people.js";

/** @param {string} title @param {...Node} parts */
function section(title, ...parts) {
  return h("section", { class: "settings-card", "aria-label": title }, h("div", { class: "section-head" }, h("h2", {}, title)), ...parts);
}

/** @param {readonly {key: string, number?: boolean}[]} columns @param {HTMLElement} body */
function tableOf(columns, body) {
  const heads = columns.map(({ key, number }) => h("th", { scope: "col", class: number ? "number" : "" }, key && words(key)));
  return h("table", { class: "table" }, h("thead", {}, h("tr", {}, ...heads)), body);
}

/** @param {App} app */
function peopleSection(app) {
  const body = h("tbody");
  const enrol = h("button", { class: "button primary", type: "button", onClick: () => enrolPanel(app) }, words("people.enrol"));
  const table = h("table", { class: "table" }, h("thead", {}, h("tr", {},
    ...["people.name", "people.role", "people.state", "people.teams", "people.words", "people.since"].map((key) => h("th", { scope: "col" }, words(key))),
    h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, words("people.revoke"))))), body);
  const hidden = h("p", { class: "view-note" }, words("settings.peopleHidden"));
  const el = section(words("settings.people"), hidden, table);
  el.querySelector(".section-head")?.append(enrol);
  let allowed = false;
  const list = keyedList(body, (/** @type {view.PractitionerRow} */ row) => row.keyId, (first) => {
    let row = first;
    const sign = icon(KEY_SIGN[row.state]);
    const state = h("span");
    const note = h("span", { class: "cell-note" });
    const revoke = h("button", { class: "button quiet", type: "button", onClick: () => revokePanel(app, row) }, words("people.revoke"));
    const teams = h("td");
    const name = h("th", { scope: "row" }, row.name, row.me && h("span", { class: "you" }, words("people.you")));
    const part = h("tr", {}, name, h("td", {}, words(`role.${row.role}`)),
      h("td", {}, h("span", { class: "key-state" }, sign, state), note), teams,
      h("td", { class: "six-words" }, row.fingerprint.join(" ")), h("td", { class: "number" }, day(row.sinceMs)), h("td", { class: "number" }, revoke));
    return {
      el: part,
      update(/** @type {view.PractitionerRow} */ next) {
        row = next;
        setAttr(part, "data-key", row.state);
        setIcon(sign, KEY_SIGN[row.state]);
        setText(state, words(`key.${row.state}`));
        setText(note, row.revokedMs === null ? "" : words("people.revokedAt", { date: day(row.revokedMs), reason: row.revokedReason }));
        setText(teams, row.teams.join(", ") || words("people.noTeams"));
        setShown(revoke, allowed && row.state !== "revoked" && !row.me);
        setAttr(revoke, "aria-label", words("people.revokeLabel", { name: row.name }));
      },
    };
  });
  return {
    el,
    /** @param {view.SettingsView} settings */
    update(settings) {
      allowed = settings.admin === "allowed";
      setShown(enrol, allowed);
      setShown(hidden, settings.practitioners.length === 0);
      setShown(table, settings.practitioners.length > 0);
      list.update(settings.practitioners);
    },
  };
}

function patientsSection() {
  const body = h("tbody");
  const el = section(words("settings.patients"), tableOf([{ key: "patients.bed", number: true }, { key: "patients.name" }, { key: "device.heard", number: true }], body));
  const list = keyedList(body, (/** @type {view.PatientRow} */ row) => row.patientId, () => {
    const cells = [h("td", { class: "number strong" }), h("td"), h("td", { class: "number" })];
    return {
      el: h("tr", {}, ...cells),
      update(/** @type {view.PatientRow} */ row) {
        setText(/** @type {Node} */ (cells[0]), row.bed);
        setText(/** @type {Node} */ (cells[1]), nameText(row.name));
        showAge(/** @type {Element} */ (cells[2]), row.heardMs, "ago");
      },
    };
  });
  return { el, update: (/** @type {view.SettingsView} */ settings) => list.update(settings.patients) };
}

function devicesSection() {
  const body = h("tbody");
  const el = section(words("settings.devices"), tableOf([{ key: "device.id", number: true }, { key: "device.name" }, { key: "patients.bed", number: true }, { key: "device.heard", number: true }, { key: "device.quarantine", number: true }], body));
  const list = keyedList(body, (/** @type {view.DeviceRow} */ row) => row.deviceId, () => {
    const id = h("td", { class: "number" });
    const name = h("td");
    const bed = h("td", { class: "number strong" });
    const heard = h("td", { class: "number" });
    const held = h("td", { class: "number" });
    return {
      el: h("tr", {}, id, name, bed, heard, held),
      update(/** @type {view.DeviceRow} */ row) {
        setText(id, row.deviceId);
        setText(name, row.name);
        setText(bed, row.bed);
        showAge(heard, row.heardMs, "ago");
        setText(held, String(row.quarantined));
        setAttr(held, "data-held", row.quarantined > 0 ? "true" : null);
      },
    };
  });
  return { el, update: (/** @type {view.SettingsView} */ settings) => list.update(settings.devices) };
}

function teamsSection() {
  const body = h("tbody");
  const el = section(words("settings.teams"), tableOf([{ key: "team.name" }, { key: "team.members", number: true }, { key: "team.patients", number: true }], body));
  const list = keyedList(body, (/** @type {view.TeamRow} */ row) => row.teamId, () => {
    const name = h("th", { scope: "row" });
    const members = h("td", { class: "number" });
    const patients = h("td", { class: "number" });
    return {
      el: h("tr", {}, name, members, patients),
      update(/** @type {view.TeamRow} */ row) {
        setText(name, row.name);
        setText(members, String(row.members));
        setText(patients, String(row.patients));
      },
    };
  });
  return { el, update: (/** @type {view.SettingsView} */ settings) => list.update(settings.teams) };
}

/** @param {App} app */
function chainSection(app) {
  const fields = /** @type {const} */ (["chain.hospital", "chain.address", "chain.state", "chain.height", "chain.head", "chain.verified", "chain.failures", "chain.validators", "chain.id"]);
  const values = new Map(fields.map((key) => [key, h("dd")]));
  const warning = h("p", { class: "view-note" }, words("chain.single"));
  const el = section(words("settings.gateway"), h("dl", { class: "facts" }, ...fields.flatMap((key) => [h("dt", {}, words(key)), /** @type {HTMLElement} */ (values.get(key))])), warning);
  return {
    el,
    /** @param {view.SettingsView} settings */
    update({ chain, gateway }) {
      const frame = app.store.session.get()?.frame;
      /** @type {Record<typeof fields[number], string>} */
      const texts = {
        "chain.hospital": chain.hospital,
        "chain.address": gateway.address,
        "chain.state": frame ? connectionText(frame, false, app.store.clock.now()) : "",
        "chain.height": count(chain.height),
        "chain.head": clockSeconds(chain.headMs),
        "chain.verified": count(chain.recordsVerified),
        "chain.failures": count(chain.failures),
        "chain.validators": words("chain.mayFail", { validators: chain.validators, mayFail: chain.mayFail }),
        "chain.id": chain.chainId,
      };
      for (const key of fields) setText(/** @type {Node} */ (values.get(key)), texts[key]);
      setShown(warning, chain.mayFail === 0);
    },
  };
}

/** @param {App} app */
function meSection(app) {
  const name = h("dd");
  const role = h("dd");
  const key = h("dd", { class: "hash" });
  const themes = /** @type {const} */ (["auto", "dark", "light"]).map((theme) => ({
    theme, el: h("button", { class: "tab", type: "button", onClick: () => app.chooseTheme(theme) }, words(`theme.${theme}`)),
  }));
  const el = section(words("settings.me"), h("dl", { class: "facts" }, h("dt", {}, words("me.name")), name, h("dt", {}, words("me.role")), role,
    h("dt", {}, words("me.key")), key, h("dt", {}, words("me.theme")), h("dd", {}, h("div", { class: "tabs", role: "group", "aria-label": words("me.theme") }, ...themes.map((each) => each.el)))),
  h("p", { class: "view-note" }, words("app.disclaimer")));
  return {
    el,
    update() {
      const user = app.store.session.get()?.user;
      setText(name, user?.name ?? "");
      setText(role, user ? words(`role.${user.role}`) : "");
      setText(key, user?.keyId ?? "");
      for (const each of themes) setAttr(each.el, "aria-pressed", String(each.theme === app.theme()));
    },
  };
}

/** @param {App} app */
export function settingsView(app) {
  const { store } = app;
  const bar = h("p", { class: "admin-bar" });
  const waiting = h("p", { class: "empty" }, words("settings.loading"));
  const sections = [peopleSection(app), chainSection(app), teamsSection(), patientsSection(), devicesSection()];
  const me = meSection(app);
  const grid = h("div", { class: "settings-grid" }, ...sections.map((part) => part.el), me.el);
  const el = h("section", { class: "view settings-view" },
    h("header", { class: "view-head" }, h("h1", { class: "view-title", tabindex: "-1" }, words("settings.title"))), bar, waiting, grid);
  store.showSettings(true);

  function update() {
    const settings = store.settings.get();
    setShown(waiting, settings === null);
    setShown(grid, settings !== null);
    setShown(bar, settings !== null && settings.admin !== "allowed");
    me.update();
    if (!settings) return;
    const role = words(`role.${store.session.get()?.user?.role ?? "nurse"}`);
    bar.replaceChildren(icon("lock"), h("span", {}, words(settings.admin === "offline" ? "settings.offline" : "settings.notAdmin", { role })));
    for (const part of sections) part.update(settings);
  }

  return { el, update, tick: () => {}, destroy: () => store.showSettings(false), step: () => {}, chosenAlarm: () => null };
}
