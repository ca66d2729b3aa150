// A host without a desk, for tests in a browser: answers from the fixtures that a Rust test writes from the view
// types. `?scene=` chooses the session, `?live=0` stops the simulated changes. The shell never loads this file.

/** @import { Host } from "./host.js" */
/** @import * as view from "../bindings/view.ts" */

const FIXTURES = "test/fixtures";
const STEP_MS = 1000;
const WAVE_MS = 100;
const WAVE_RATE = 125;
const PLETH = 150452;

/** @param {string} name @returns {Promise<any>} */
async function fixture(name) {
  const answer = await fetch(`${FIXTURES}/${name}.json`);
  if (!answer.ok) throw new Error(`no fixture ${name}`);
  return answer.json();
}

/** Moves every time in a view so that the fixture's clock is the browser's. @param {any} value @param {number} by @returns {any} */
function shifted(value, by) {
  if (Array.isArray(value)) return value.map((item) => shifted(item, by));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isTime = key.endsWith("Ms") && typeof item === "number" && item > 1e12;
      return [key, isTime ? item + by : shifted(item, by)];
    }),
  );
}

/** @returns {Promise<Host>} */
export async function host() {
  const query = new URLSearchParams(location.search);
  const live = query.get("live") !== "0";
  const names = ["session", "enrolment_request", "errors", "ward", "patients", "trends", "inbox", "trust", "settings", "enrol_preview", "enrol_check", "enrolment_answer", "patient_preview"];
  const loaded = await Promise.all(names.map(fixture));
  const base = loaded[0].open.frame.nowMs;
  const started = Date.now();
  const all = Object.fromEntries(names.map((name, i) => [name, shifted(loaded[i], started - base)]));
  let scene = query.get("scene") ?? "open";
  /** @type {((event: view.UiEvent) => void) | null} */
  let listener = null;
  let seq = 0;
  /** @type {number | undefined} */
  let waveTimer;

  const session = () => {
    const now = all.session[scene];
    return { ...now, frame: { ...now.frame, nowMs: Date.now(), gateway: fresh(now.frame.gateway) } };
  };
  /** A live gateway stays live; a lost one grows older. @param {view.GatewayView} gateway */
  const fresh = (gateway) => (gateway.state === "live" ? { ...gateway, updatedMs: Date.now() - 1000 } : gateway);
  const isAdmin = () => session().user?.canAdminister === true;
  /** @param {string} name */
  const refuse = (name) => Promise.reject(all.errors[name]);
  /** @param {string} to */
  const turn = (to) => {
    scene = to;
    return session();
  };

  /** @param {Partial<view.UiEvent>} part */
  const send = (part) => {
    seq += 1;
    listener?.({ seq, tags: [], frame: null, values: [], alarms: [], ...part });
  };

  /** @param {(args: any) => any} act @returns {(args: any) => any} */
  const asAdmin = (act) => (args) => (isAdmin() ? act(args) : refuse("notAllowed"));
  /** @param {view.ChangeKind} kind @param {string} id @returns {view.ChangeView} */
  const change = (kind, id) => ({ kind, id });

  /** @type {Record<string, (args: any) => any>} */
  const answers = {
    session_state: session,
    create_keys: () => turn("awaitingEnrolment"),
    enrolment_request: () => all.enrolment_request,
    load_enrolment: ({ text }) => (String(text).trim() ? turn("locked") : refuse("badInput")),
    start_demo: () => turn("open"),
    unlock: ({ passphrase }) => (passphrase === "wrong" ? refuse("wrongPassphrase") : turn("open")),
    lock: () => turn("locked"),
    ward: () => (query.has("empty") ? { ...all.ward, tiles: [] } : all.ward),
    patient: ({ id }) => all.patients[id] ?? refuse("notFound"),
    trend: ({ hours }) => all.trends[String(hours)],
    inbox: ({ tab }) => (query.has("empty") ? { ...all.inbox[tab], rows: [] } : all.inbox[tab]),
    acknowledge: ({ alarmId }) => acknowledge(alarmId),
    trust: ({ recordRef }) => all.trust[recordRef] ?? refuse("notFound"),
    settings: () => all.settings[isAdmin() ? (query.has("offline") ? "offline" : "admin") : "other"],
    enrol_preview: asAdmin(({ text }) => preview(String(text))),
    enrol_check: asAdmin(({ words }) => (heard(words) ? all.enrol_check : refuse("wrongWords"))),
    enrol: asAdmin(({ text, words, teams }) => (heard(words) ? enrol(preview(String(text)), teams) : refuse("wrongWords"))),
    enrolment_answer: asAdmin(() => all.enrolment_answer),
    revoke: asAdmin(({ keyId, reason }) => revoke(keyId, reason)),
    create_team: asAdmin(({ name }) => createTeam(String(name).trim())),
    join_team: asAdmin(({ teamId, keyId }) => changeTeam(teamId, (keys) => [...keys, keyId])),
    leave_team: asAdmin(({ teamId, keyId }) => changeTeam(teamId, (keys) => keys.filter((key) => key !== keyId))),
    patient_preview: asAdmin(({ text }) => registration(String(text))),
    register_patient: asAdmin(() => change("patient", all.patient_preview.good.patientId)),
    register_device: asAdmin(({ identity, patientId }) => registerDevice(String(identity).trim(), patientId)),
    assign_device: asAdmin(({ deviceId, patientId }) => assignDevice(deviceId, patientId)),
    painted: ({ stamps }) => {
      document.documentElement.dataset["painted"] = String(stamps.at(-1)?.seq ?? 0);
    },
  };

  /** @param {string} text */
  function preview(text) {
    if (!text.startsWith("wardlight enrolment request")) return refuse("badInput");
    return all.enrol_preview[text.includes("revoked") ? "revoked" : text.includes("hub") ? "hub" : "person"];
  }

  /** @param {string} text */
  function registration(text) {
    if (!text.startsWith("wardlight patient registration")) return refuse("badRegistration");
    return all.patient_preview[text.includes("unknown hub") ? "unknownHub" : "good"];
  }

  /** @param {string} said */
  const heard = (said) => said.trim().toLowerCase() === all.enrol_check.fingerprint.join(" ");

  /** @param {view.EnrolPreview} request @param {string[]} teams */
  function enrol({ name, subject, keyId }, teams) {
    const row = { keyId, name, state: "active", fingerprint: all.enrol_check.fingerprint, revokedMs: null, revokedReason: "" };
    const { practitioners, hubs, teams: known } = all.settings.admin;
    if (subject.kind === "hub") {
      hubs.push({ ...row, patients: 0, heardMs: null });
      return change("key", keyId);
    }
    const joined = known.filter((/** @type {view.TeamRow} */ team) => teams.includes(team.teamId));
    practitioners.push({ ...row, role: subject.role, teams: joined.map((/** @type {view.TeamRow} */ team) => team.name), sinceMs: Date.now(), me: false });
    return change("key", keyId);
  }

  /** @param {string} keyId @param {string} reason */
  function revoke(keyId, reason) {
    const { practitioners, hubs } = all.settings.admin;
    const row = [...practitioners, ...hubs].find((each) => each.keyId === keyId);
    if (!row) return refuse("notFound");
    Object.assign(row, { state: "revoked", revokedMs: Date.now(), revokedReason: reason });
    return change("key", keyId);
  }

  /** @param {string} name */
  function createTeam(name) {
    const teamId = "9".repeat(32);
    all.settings.admin.teams.push({ teamId, name, members: 0, keys: [], patients: 0 });
    return change("team", teamId);
  }

  /** @param {string} teamId @param {(keys: string[]) => string[]} turn */
  function changeTeam(teamId, turn) {
    const team = all.settings.admin.teams.find((/** @type {view.TeamRow} */ each) => each.teamId === teamId);
    if (!team) return refuse("notFound");
    team.keys = turn(team.keys);
    team.members = team.keys.length;
    return change("team", teamId);
  }

  /** @param {string} name @param {string | null} patientId */
  function registerDevice(name, patientId) {
    const deviceId = String(all.settings.admin.devices.length + 1);
    all.settings.admin.devices.push({ deviceId, name, patientId, bed: bedOf(patientId), heardMs: null, quarantined: 0 });
    return change("device", deviceId);
  }

  /** @param {string} deviceId @param {string | null} patientId */
  function assignDevice(deviceId, patientId) {
    const device = all.settings.admin.devices.find((/** @type {view.DeviceRow} */ each) => each.deviceId === deviceId);
    if (!device) return refuse("notFound");
    Object.assign(device, { patientId, bed: bedOf(patientId) });
    return change("device", deviceId);
  }

  /** @param {string | null} patientId @returns {string} */
  const bedOf = (patientId) => all.settings.admin.patients.find((/** @type {view.PatientRow} */ each) => each.patientId === patientId)?.bed ?? "";

  /** @returns {view.AlarmRow[]} */
  const everyRow = () => [
    ...Object.values(all.inbox).flatMap((each) => each.rows),
    ...all.ward.tiles.flatMap((/** @type {view.TileView} */ tile) => (tile.alarm ? [tile.alarm.row] : [])),
    ...Object.values(all.patients).flatMap((page) => page.alarms),
  ];

  /** @param {string} alarmId */
  function acknowledge(alarmId) {
    const rows = everyRow().filter((row) => row.alarmId === alarmId);
    const row = rows[0];
    if (!row) return refuse("notFound");
    for (const each of rows) Object.assign(each, { work: { state: "acknowledging" }, canAcknowledge: false });
    setTimeout(() => {
      const work = { state: "acknowledged", by: session().user?.name ?? "", byMe: true, atMs: Date.now() };
      for (const each of rows) Object.assign(each, { work, signal: "silent" });
      for (const each of all.session[scene].frame.strip.alarms) if (each.alarmId === alarmId) each.acknowledged = true;
      send({ alarms: [structuredClone(row)], tags: [{ view: "inbox" }], frame: session().frame });
    }, 400);
    return structuredClone(row);
  }

  /** Heart rates walk a little, every second, as on a real ward. */
  function step() {
    /** @type {view.LiveValue[]} */
    const values = [];
    for (const tile of all.ward.tiles) {
      for (const [field, parameter] of [["rate", tile.rateParameter], ["spo2", "spo2"], ["respiration", "respirationRate"]]) {
        const value = /** @type {view.ValueView} */ (tile[field]);
        if (value.state !== "fresh" || tile.patientId === "p-07") continue;
        const walk = field === "rate" ? Math.round(Math.sin(Date.now() / 7000 + Number(tile.bed)) * 1.4) : 0;
        values.push({
          patientId: tile.patientId,
          parameter,
          value: { ...value, text: String(Number(value.text) + walk), takenMs: Date.now() },
        });
      }
    }
    const open = session().phase === "open";
    send({ frame: session().frame, values: open ? values : [] });
  }

  /** @param {(frame: ArrayBuffer) => void} onFrame */
  function waves(onFrame) {
    let at = Date.now();
    return window.setInterval(() => {
      const count = Math.max(1, Math.round(((Date.now() - at) / 1000) * WAVE_RATE));
      const frame = new ArrayBuffer(16 + 2 * count);
      const bytes = new DataView(frame);
      bytes.setUint32(0, PLETH, true);
      bytes.setFloat64(4, at, true);
      bytes.setFloat32(12, WAVE_RATE, true);
      for (let i = 0; i < count; i += 1) {
        const phase = (((at + (i * 1000) / WAVE_RATE) / 1000) * 1.6) % 1;
        const beat = Math.exp(-((phase - 0.22) ** 2) / 0.008) + 0.38 * Math.exp(-((phase - 0.52) ** 2) / 0.012);
        bytes.setInt16(16 + 2 * i, Math.round(beat * 28000), true);
      }
      at += (count * 1000) / WAVE_RATE;
      onFrame(frame);
    }, WAVE_MS);
  }

  return {
    invoke: async (command, args) => {
      const answer = answers[command];
      if (!answer) throw new Error(`no command ${command}`);
      return structuredClone(await answer(args ?? {}));
    },
    subscribe: async (onEvent) => {
      listener = onEvent;
      if (live) setInterval(step, STEP_MS);
    },
    subscribeWaves: async (id, onFrame) => {
      clearInterval(waveTimer);
      if (id && all.patients[id]?.waves.length) waveTimer = waves(onFrame);
    },
  };
}
