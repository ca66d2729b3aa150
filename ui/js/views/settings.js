// Settings: people and their keys, patients, devices, teams, and the state of gateway and records.

/** @import * as view from "../bindings/view.ts" */
/** @import { App } from "../app.js" */
import { errorOf } from "../host/host.js";
import { h, keyedList, setAttr, setShown, setText } from "../shared/dom.js";
import { clockSeconds, count, day, dayClock, listed } from "../shared/format.js";
import { icon, setIcon } from "../shared/icon.js";
import { showAge } from "../shared/tick.js";
import { told } from "../shared/told.js";
import { words } from "../shared/words.js";
import { KEY_SIGN } from "../domain/look.js";
import { nameText } from "../domain/person.js";
import { disclosuresSection } from "./disclosures.js";
import { erasePanel, erasuresPart, oversees } from "./erasure.js";
import { errorBox, labelled } from "./form.js";
import { SIZES } from "./size.js";
import { connectionText } from "./status.js";
import { integritySection } from "./integrity.js";
import { answerPanel, enrolPanel, reinstatePanel, revokePanel, rolePanel } from "./people.js";
import { policySection } from "./policy.js";
import { proposalsSection } from "./proposals.js";
import { protectionPart } from "./protection.js";
import { assignDevicePanel, registerDevicePanel, registerPatientPanel, retireDevicePanel } from "./registry.js";
import { keysPanel } from "./keys.js";
import { languageChoice } from "./language.js";
import { disclosePanel } from "./consent.js";
import { membersPanel, newTeamPanel } from "./teams.js";

/** Idle minutes to choose from. */
const LOCK_MINUTES = Array.from({ length: 15 }, (_, i) => i + 1);

/** @param {string} title @param {...Node} parts */
function section(title, ...parts) {
  return h("section", { class: "settings-card", "aria-label": title }, h("div", { class: "section-head" }, h("h2", {}, title)), ...parts);
}

/** A button in the head of a section, for administrators only. @param {HTMLElement} el @param {string} text @param {() => void} act @param {boolean} [primary] */
function headButton(el, text, act, primary = false) {
  const button = h("button", { class: primary ? "button primary" : "button", type: "button", onClick: act }, text);
  el.querySelector(".section-head")?.append(button);
  return button;
}

/** A button in a row. Its label says which row. @param {string} text @param {string} label @param {() => void} act */
function rowButton(text, label, act) {
  return h("button", { class: "button quiet", type: "button", "aria-label": label, onClick: act }, text);
}

/** The head of the column with the buttons. */
function actionsHead() {
  return h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, words("settings.actions")));
}

/** @param {readonly {key: string, number?: boolean}[]} columns @param {HTMLElement} body */
function tableOf(columns, body) {
  const heads = columns.map(({ key, number }) => h("th", { scope: "col", class: number ? "number" : "" }, key && words(key)));
  return h("table", { class: "table" }, h("thead", {}, h("tr", {}, ...heads, actionsHead())), body);
}

/** The state of a key with its sign. */
function keyCell() {
  const sign = icon("check");
  const state = h("span");
  const note = h("span", { class: "cell-note" });
  return {
    el: h("td", {}, h("span", { class: "key-state" }, sign, state), note),
    /** @param {{state: view.KeyState, revokedMs: number | null, revokedReason: string}} row */
    update(row) {
      setIcon(sign, KEY_SIGN[row.state]);
      setText(state, words(`key.${row.state}`));
      setText(note, row.revokedMs === null ? "" : words("people.revokedAt", { date: day(row.revokedMs), reason: told(row.revokedReason) }));
    },
  };
}

/** What can be done with a key. @param {App} app @param {() => {keyId: string, name: string, fingerprint: string[]}} row @param {string} name */
function keyActions(app, row, name) {
  const answer = rowButton(words("answer.file"), words("answer.for", { name }), () => answerPanel(app, row()));
  const revoke = rowButton(words("people.revoke"), words("people.revokeLabel", { name }), () => revokePanel(app, row()));
  return {
    el: h("td", { class: "number" }, h("span", { class: "row-actions" }, answer, revoke)),
    /** @param {boolean} open @param {boolean} mine */
    update(open, mine) {
      setShown(answer, open && !mine);
      setShown(revoke, open && !mine);
    },
  };
}

/** @param {App} app */
function peopleSection(app) {
  const body = h("tbody");
  const table = tableOf(["people.name", "people.role", "people.state", "people.teams", "people.words", "people.since"].map((key) => ({ key, number: key === "people.since" })), body);
  const hidden = h("p", { class: "view-note" }, words("settings.peopleHidden"));
  const el = section(words("settings.people"), hidden, table);
  const enrol = headButton(el, words("enrol.title"), () => enrolPanel(app), true);
  let allowed = false;
  const list = keyedList(body, (/** @type {view.PractitionerRow} */ row) => row.keyId, (first) => {
    let row = first;
    const key = keyCell();
    const teams = h("td");
    const actions = keyActions(app, () => row, first.name);
    const turn = rowButton(words("role.change"), words("role.title", { name: first.name }), () => rolePanel(app, row));
    const undo = rowButton(words("reinstate.undo"), words("reinstate.title", { name: first.name }), () => reinstatePanel(app, row));
    actions.el.firstElementChild?.append(turn, undo);
    const role = h("td");
    const station = h("span", { class: "cell-note" });
    const name = h("th", { scope: "row" }, row.name, row.me && h("span", { class: "you" }, words("people.you")), station);
    const part = h("tr", {}, name, role, key.el, teams,
      h("td", { class: "six-words" }, row.fingerprint.join(" ")), h("td", { class: "number" }, day(row.sinceMs)), actions.el);
    return {
      el: part,
      update(/** @type {view.PractitionerRow} */ next) {
        row = next;
        setAttr(part, "data-key", row.state);
        key.update(row);
        setText(role, words(`role.${row.role}`));
        setText(station, row.workstation > 1 ? words("people.workstation", { n: row.workstation }) : "");
        setShown(turn, allowed && row.personActive && row.keyId === row.personId && !row.me);
        setShown(undo, allowed && row.state === "revoked");
        setText(teams, listed(row.teams) || words("people.noTeams"));
        actions.update(allowed && row.state !== "revoked", row.me);
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

/** @param {App} app */
function hubsSection(app) {
  const body = h("tbody");
  const none = h("p", { class: "view-note" }, words("hub.none"));
  const table = tableOf([{ key: "hub.name" }, { key: "people.state" }, { key: "people.words" }, { key: "hub.patients", number: true }, { key: "device.heard", number: true }], body);
  const el = section(words("settings.hubs"), none, table);
  let allowed = false;
  const list = keyedList(body, (/** @type {view.HubRow} */ row) => row.keyId, (first) => {
    let row = first;
    const key = keyCell();
    const patients = h("td", { class: "number" });
    const heard = h("td", { class: "number" });
    const actions = keyActions(app, () => row, first.name);
    const lost = h("span", { class: "cell-note" });
    const part = h("tr", {}, h("th", { scope: "row" }, first.name, lost), key.el, h("td", { class: "six-words" }, first.fingerprint.join(" ")), patients, heard, actions.el);
    return {
      el: part,
      update(/** @type {view.HubRow} */ next) {
        row = next;
        setAttr(part, "data-key", row.state);
        key.update(row);
        setText(patients, String(row.patients));
        setText(lost, row.lost ? words("hub.lost", { count: row.lost.count, from: dayClock(row.lost.firstMs), to: dayClock(row.lost.lastMs) }) : "");
        showAge(heard, row.heardMs, "ago");
        actions.update(allowed && row.state !== "revoked", false);
      },
    };
  });
  return {
    el,
    /** @param {view.SettingsView} settings */
    update(settings) {
      allowed = settings.admin === "allowed";
      // Who is not shown the people is not shown the hubs' keys either; patients and devices tell what a hub does.
      setShown(el, settings.practitioners.length > 0);
      setShown(none, settings.hubs.length === 0);
      setShown(table, settings.hubs.length > 0);
      list.update(settings.hubs);
    },
  };
}

/** @param {App} app */
function patientsSection(app) {
  const body = h("tbody");
  const el = section(words("settings.patients"), tableOf([{ key: "patients.bed", number: true }, { key: "patients.name" }, { key: "patients.hub" }, { key: "device.heard", number: true }], body));
  const register = headButton(el, words("register.title"), () => registerPatientPanel(app));
  const disclose = headButton(el, words("disclose.title"), () => {
    const settings = app.store.settings.get();
    if (settings) disclosePanel(app, settings.patients, settings.practitioners);
  });
  const list = keyedList(body, (/** @type {view.PatientRow} */ row) => row.patientId, (first) => {
    const bed = h("td", { class: "number strong" });
    const name = h("span");
    const hub = h("td");
    const heard = h("td", { class: "number" });
    const erase = rowButton(words("erase.open"), words("erase.openOf", { patient: first.patientId }), () => erasePanel(app, first));
    return {
      el: h("tr", {}, bed, h("td", {}, name, h("span", { class: "cell-note hash" }, first.patientId)), hub, heard, h("td", { class: "number" }, erase)),
      update(/** @type {view.PatientRow} */ row) {
        setText(bed, row.bed || "–");
        setText(name, nameText(row.name));
        setText(hub, row.hub);
        showAge(heard, row.heardMs, "ago");
        setShown(erase, oversees(app) && app.store.settings.get()?.admin !== "offline");
      },
    };
  });
  return {
    el,
    /** @param {view.SettingsView} settings */
    update(settings) {
      setShown(register, settings.admin === "allowed");
      setShown(disclose, settings.admin === "allowed");
      list.update(settings.patients);
    },
  };
}

/** @param {App} app */
function devicesSection(app) {
  const body = h("tbody");
  const el = section(words("settings.devices"), tableOf([{ key: "device.id", number: true }, { key: "device.name" }, { key: "device.patient" }, { key: "device.heard", number: true }, { key: "device.quarantine", number: true }], body));
  const register = headButton(el, words("device.new"), () => registerDevicePanel(app));
  let allowed = false;
  const list = keyedList(body, (/** @type {view.DeviceRow} */ row) => row.deviceId, (first) => {
    let row = first;
    const name = h("td");
    const bed = h("td");
    const heard = h("td", { class: "number" });
    const held = h("td", { class: "number" });
    const retire = rowButton(words("device.retire"), words("device.retireOf", { name: first.name }), () => retireDevicePanel(app, row));
    const assign = rowButton(words("device.assign"), words("device.assignOf", { name: first.name }), () => assignDevicePanel(app, row));
    return {
      el: h("tr", {}, h("td", { class: "number" }, first.deviceId), name, bed, heard, held, h("td", { class: "number" }, h("span", { class: "row-actions" }, assign, retire))),
      update(/** @type {view.DeviceRow} */ next) {
        row = next;
        setText(name, row.name);
        setText(bed, row.retired ? words("device.retired") : row.patientId === null ? words("device.free") : row.bed ? words("tile.bed", { bed: row.bed }) : `${row.patientId.slice(0, 8)}…`);
        showAge(heard, row.heardMs, "ago");
        setText(held, String(row.quarantined));
        setAttr(held, "data-held", row.quarantined > 0 ? "true" : null);
        setShown(assign, allowed && !row.retired);
        setShown(retire, allowed && !row.retired);
      },
    };
  });
  return {
    el,
    /** @param {view.SettingsView} settings */
    update(settings) {
      allowed = settings.admin === "allowed";
      setShown(register, allowed);
      list.update(settings.devices);
    },
  };
}

/** @param {App} app */
function teamsSection(app) {
  const body = h("tbody");
  const el = section(words("settings.teams"), tableOf([{ key: "team.name" }, { key: "team.members", number: true }, { key: "team.patients", number: true }], body));
  const create = headButton(el, words("team.new"), () => newTeamPanel(app));
  let allowed = false;
  const list = keyedList(body, (/** @type {view.TeamRow} */ row) => row.teamId, (first) => {
    let row = first;
    const members = h("td", { class: "number" });
    const patients = h("td", { class: "number" });
    const change = rowButton(words("team.change"), words("team.membersOf", { team: first.name }), () => membersPanel(app, row));
    return {
      el: h("tr", {}, h("th", { scope: "row" }, first.name), members, patients, h("td", { class: "number" }, change)),
      update(/** @type {view.TeamRow} */ next) {
        row = next;
        setText(members, String(row.members));
        setText(patients, String(row.patients));
        setShown(change, allowed);
      },
    };
  });
  return {
    el,
    /** @param {view.SettingsView} settings */
    update(settings) {
      allowed = settings.admin === "allowed";
      setShown(create, allowed);
      list.update(settings.teams);
    },
  };
}

/** @param {App} app */
function chainSection(app) {
  const fields = /** @type {const} */ (["chain.hospital", "chain.address", "chain.state", "chain.height", "chain.head", "chain.verified", "chain.failures", "chain.validators", "chain.id"]);
  const values = new Map(fields.map((key) => [key, h("dd")]));
  const warning = h("p", { class: "view-note" }, words("chain.single"));
  const el = section(words("settings.gateway"), h("dl", { class: "facts" }, ...fields.flatMap((key) => [h("dt", {}, words(key)), /** @type {HTMLElement} */ (values.get(key))])), warning, archivePart(app));
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

/**
 * The whole chain as a file that anybody can judge offline.
 * @param {App} app
 */
function archivePart(app) {
  const said = h("p", { class: "handout-place", role: "status" });
  const button = h("button", { class: "button", type: "button", onClick: async () => {
    button.disabled = true;
    try {
      const { savedAs } = await app.desk.exportArchive();
      said.replaceChildren(words("handout.saved", { path: savedAs }));
    } catch (thrown) {
      said.replaceChildren(errorBox(errorOf(thrown)));
    }
    button.disabled = false;
  } }, words("chain.export"));
  return h("div", { class: "trust-export" }, button, h("p", { class: "view-note" }, words("chain.export.hint")), said);
}

/** @param {App} app */
function meSection(app) {
  const name = h("dd");
  const role = h("dd");
  const key = h("dd", { class: "hash" });
  const themes = /** @type {const} */ (["auto", "dark", "light"]).map((theme) => ({
    theme, el: h("button", { class: "tab", type: "button", onClick: () => app.chooseTheme(theme) }, words(`theme.${theme}`)),
  }));
  const sizes = SIZES.map((size) => ({ size, el: h("button", { class: "tab", type: "button", onClick: () => app.chooseSize(size) }, words("size.percent", { size })) }));
  const el = section(words("settings.me"), h("dl", { class: "facts" }, h("dt", {}, words("me.name")), name, h("dt", {}, words("me.role")), role,
    h("dt", {}, words("me.key")), key, h("dt", {}, words("language.label")), h("dd", {}, languageChoice(app)), h("dt", {}, words("me.size")), h("dd", {}, h("div", { class: "tabs", role: "group", "aria-label": words("me.size") }, ...sizes.map((each) => each.el))),
    h("dt", {}, words("me.theme")), h("dd", {}, h("div", { class: "tabs", role: "group", "aria-label": words("me.theme") }, ...themes.map((each) => each.el)))),
  h("button", { class: "tab lone", type: "button", onClick: () => keysPanel(app, null) }, words("key.panel")),
  h("p", { class: "view-note" }, words("app.disclaimer")));
  return {
    el,
    update() {
      const user = app.store.session.get()?.user;
      setText(name, user?.name ?? "");
      setText(role, user ? words(`role.${user.role}`) : "");
      setText(key, user?.keyId ?? "");
      for (const each of sizes) setAttr(each.el, "aria-pressed", String(each.size === app.size()));
      for (const each of themes) setAttr(each.el, "aria-pressed", String(each.theme === app.theme()));
    },
  };
}

/** @param {App} app */
function erasuresSection(app) {
  const part = erasuresPart(app);
  const el = section(words("erase.orders"), part.el);
  el.classList.add("wide");
  let asked = 0;
  return {
    el,
    update() {
      setShown(el, oversees(app));
      if (!oversees(app) || Date.now() - asked < 5000) return;
      asked = Date.now();
      void part.ask();
    },
  };
}

/** How this workstation locks and what protects the keys on it. @param {App} app */
function workstationSection(app) {
  const select = h("select", {}, ...LOCK_MINUTES.map((minutes) => h("option", { value: String(minutes) }, words("lock.minutes", { minutes }))));
  const policy = h("p", { class: "view-note" });
  const fault = h("div");
  const protection = protectionPart(app);
  const swap = h("dd");
  const el = section(words("settings.workstation"), labelled(words("lock.after"), select), policy, fault,
    h("dl", { class: "facts" }, h("dt", {}, words("protection.keys")), h("dd", {}, ...protection.parts), h("dt", {}, words("protection.memory")), swap));
  select.addEventListener("change", async () => {
    fault.replaceChildren();
    try {
      await app.desk.setLockMinutes(Number(select.value));
    } catch (thrown) {
      fault.replaceChildren(errorBox(errorOf(thrown)));
    }
    void app.store.ask.settings();
  });
  return {
    el,
    /** @param {view.SettingsView} settings */
    update({ workstation }) {
      if (document.activeElement !== select) select.value = String(workstation.lockMinutes);
      const shorter = workstation.lockMinutesAtMost < workstation.lockMinutes;
      setText(policy, words(shorter ? "lock.policyCounts" : "lock.policy", { minutes: workstation.lockMinutesAtMost }));
      protection.update(workstation);
      setText(swap, words(workstation.mayBeSwapped ? "protection.swapped" : "protection.kept"));
    },
  };
}

/** @param {App} app */
export function settingsView(app) {
  const { store } = app;
  const bar = h("p", { class: "admin-bar" });
  const waiting = h("p", { class: "empty" }, words("settings.loading"));
  const sections = [proposalsSection(app), peopleSection(app), hubsSection(app), chainSection(app), integritySection(app), policySection(app), teamsSection(app), patientsSection(app), devicesSection(app), disclosuresSection(app), erasuresSection(app), workstationSection(app)];
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
