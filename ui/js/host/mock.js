// A host without a desk, for tests in a browser: answers from the fixtures that a Rust test writes from the view
// types. `?scene=` chooses the session, `?live=0` stops the simulated changes. The shell never loads this file.

/** @import { Host } from "./host.js" */
/** @import * as view from "../bindings/view.ts" */
import { fullWard } from "./mockward.js";

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
  const names = ["session", "enrolment_request", "errors", "ward", "patients", "trends", "trends_screen", "trend_at", "trend_table", "inbox", "trust", "settings", "emergency", "key_problems", "enrol_preview", "enrol_check", "enrolment_answer", "patient_preview", "access_log", "reports", "security_events", "erasures", "limits", "notes", "alarm_history", "alarm_roster"];
  const loaded = await Promise.all(names.map(fixture));
  const base = loaded[0].open.frame.nowMs;
  const started = Date.now();
  const all = Object.fromEntries(names.map((name, i) => [name, shifted(loaded[i], started - base)]));
  if (query.has("beds")) all.ward = fullWard(all.ward, Number(query.get("beds")), started);
  let scene = query.get("scene") ?? "open";
  // A workstation whose administrator has set a token up; one whose keys open with it; one with a keychain.
  const fixed = { module: "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so", label: "", fixed: true };
  for (const { workstation } of Object.values(all.settings)) {
    if (query.has("token")) Object.assign(workstation, { token: fixed, protection: query.get("token") || "passphrase" });
    if (query.has("keychain")) workstation.keychainThere = true;
  }
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
  /** A token is asked before the passphrase is tried. @param {string} passphrase @param {string | null} pin */
  const refusal = (passphrase, pin) => (pin === "0000" ? refuse("wrongPin") : pin === null ? refuse("noToken") : passphrase === "wrong" ? refuse("wrongPassphrase") : null);
  /** @param {view.ProtectAsk} ask */
  const protectedBy = (ask) => {
    for (const { workstation } of Object.values(all.settings)) {
      workstation.protection = ask.by;
      if (ask.by === "token") workstation.token ??= { module: ask.module, label: ask.label, fixed: false };
    }
  };
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
    // A desk that has not answered yet.
    session_state: () => (query.has("starting") ? new Promise(() => {}) : session()),
    create_keys: () => turn("awaitingEnrolment"),
    enrolment_request: () => all.enrolment_request,
    load_enrolment: ({ text }) => (String(text).trim() ? turn("locked") : refuse("badInput")),
    start_demo: () => turn("open"),
    unlock: ({ passphrase, pin }) => (refusal(passphrase, session().pin !== "yes" ? "" : pin) ?? turn("open")),
    lock: () => turn("locked"),
    active: () => undefined,
    access_log: ({ query: asked }) => accessLog(asked),
    export_access_log: ({ query: asked, format }) => ({ savedAs: `Downloads/wardlight-access.${format === "csv" ? "csv" : "json"}`, entries: accessLog(asked).rows.length }),
    report: ({ ask }) => report(ask),
    export_report: ({ ask, format, words: printed }) => (Object.values(printed.texts).every((text) => text !== "") ? { savedAs: `Downloads/wardlight-report-${ask.kind}.${format}`, entries: report(ask).rows.length } : refuse("badInput")),
    export_strip: ({ words: printed }) => (Object.values(printed.texts).every((text) => text !== "") ? { savedAs: "Downloads/wardlight-strip.pdf", entries: 1 } : refuse("badInput")),
    security_events: asAdmin(() => all.security_events),
    finish_security_event: asAdmin(({ id }) => finishEvent(id)),
    erasures: () => (mayErase() ? all.erasures : refuse("notAllowed")),
    propose_erasure: ({ ask }) => (mayErase() ? change("erasure", ask.patientId) : refuse("notAllowed")),
    protect: ({ passphrase, pin, ask }) => refusal(passphrase, ask.by === "token" ? pin : "") ?? protectedBy(ask),
    set_lock_minutes: ({ minutes }) => {
      for (const each of Object.values(all.settings)) each.workstation.lockMinutes = minutes;
    },
    open_wall: () => asked("open"),
    close_wall: () => asked("close"),
    wall_full_screen: () => asked("full"),
    ward: () => (query.has("empty") ? { ...all.ward, tiles: [] } : all.ward),
    patient: ({ id }) => all.patients[id] ?? refuse("notFound"),
    trend: ({ hours }) => all.trends[String(hours)],
    trends: ({ id, ask }) => trendsOf(id, ask),
    trend_at: ({ id, atMs }) => trendAt(id, atMs),
    trend_table: ({ id, ask }) => (all.patients[id] ? tableOf(windowOf(ask)) : refuse("notFound")),
    inbox: ({ tab, filter }) => inboxOf(tab, filter ?? { text: "", priority: null }),
    act_on_alarm: ({ alarmId, act }) => actOnAlarm(alarmId, act),
    alarms_seen: ({ alarmIds }) => {
      document.documentElement.dataset["seen"] = [...new Set([...(document.documentElement.dataset["seen"] ?? "").split(" "), ...alarmIds])].join(" ").trim();
    },
    alarm_history: ({ alarmId }) => historyOf(alarmId),
    alarm_roster: ({ id }) => (all.patients[id] ? { ...all.alarm_roster, patientId: id } : refuse("notFound")),
    set_alarm_roster: ({ ids, steps }) => (steps.some((/** @type {view.RosterStepInput} */ step) => step.people.length === 0) ? refuse("nobodyReached") : { ...all.alarm_roster, patientId: ids[0] }),
    acknowledge_fault: ({ faultId }) => {
      for (const each of Object.values(all.inbox)) for (const row of each.faults) if (row.faultId === faultId) row.acknowledged = true;
      return all.inbox.technical;
    },
    acknowledge: ({ alarmId }) => acknowledge(alarmId),
    pause_sound: () => {
      const until = Date.now() + 120000;
      for (const each of Object.values(all.session)) each.frame.sound = { state: "paused", untilMs: until };
      send({ frame: session().frame });
    },
    limits: ({ id }) => (all.patients[id] ? { ...all.limits.page, patientId: id } : refuse("notFound")),
    preview_limits: ({ proposal }) => (proposal.rows.length ? all.limits.preview : all.limits.unchanged),
    set_limits: ({ id }) => ({ ...all.limits.page, patientId: id }),
    confirm_limits: ({ id }) => ({ ...all.limits.page, patientId: id }),
    observe: ({ input }) => (Object.values(input).every((value) => value === null) ? refuse("badInput") : undefined),
    standby: () => undefined,
    notes: ({ id }) => notes(id),
    write_note: ({ id, input }) => written(id, input.text, { sort: "note", note: { ...blankNote, kind: input.kind, text: input.text, amends: input.amends !== null } }),
    co_sign: ({ id, recordId }) => (all.notes.page.rows.some((/** @type {view.WrittenRow} */ row) => row.id === recordId) ? written(id, "x", { sort: "coSignature" }) : refuse("notFound")),
    write_order: ({ id, input }) => written(id, Object.values(input.ordered).every((part) => String(part).trim() !== "") ? "x" : "", { sort: "order", order: { ...input, state: input.ordered.what === "medicine" ? "unchecked" : "open", steps: [], may: [] } }),
    answer_order: ({ id, input }) => written(id, ["queried", "declined", "stopped"].includes(input.step) ? input.text : "x", { sort: "orderStep" }),
    write_advice: ({ id, input }) => written(id, input.text, { sort: "advice", advice: { ...input, delivery: { state: "notDelivered" }, decision: input.proposal ? "open" : "none", withdrawn: null, replies: [], mayWithdraw: false, mayFollow: false } }),
    withdraw_advice: ({ id, text }) => written(id, text, { sort: "withdrawal" }),
    note_reply: ({ id }) => written(id, "x", { sort: "noted" }),
    write_programme: ({ id, input }) => written(id, input.title, { sort: "programme", programme: { ...input, goals: input.goals.map((/** @type {view.GoalInput} */ goal) => ({ ...goal, unit: "", value: { text: "", state: "notMeasured", takenMs: null, demo: true, alarm: null, recordRef: null }, state: "unknown" })), state: "running", end: null, mayChange: false } }),
    end_programme: ({ id, input }) => written(id, input.text, { sort: "programmeEnd" }),
    hand_overs: () => (query.has("empty") ? { toMe: [], byMe: [], others: [] } : all.notes.open),
    hand_over_draft: ({ id }) => ({ ...all.notes.draft, patientId: id }),
    hand_over: ({ id, input }) => written(id, input.summary, { sort: "handOver", handOver: { ...all.notes.open.byMe[0].row.entry.handOver, ...input } }),
    accept_hand_over: ({ id, synthesis }) => {
      if (String(synthesis).trim() !== "") all.notes.open.toMe = [];
      return written(id, synthesis, { sort: "acceptance" });
    },
    trust: ({ recordRef }) => all.trust[recordRef] ?? refuse("notFound"),
    export_proof: ({ recordRef }) => (all.trust[recordRef] ? { savedAs: `/people/ana/Downloads/wardlight-record-${recordRef}.wlproof` } : refuse("notFound")),
    export_archive: () => ({ savedAs: "/people/ana/Downloads/wardlight-chain-99fadceb.wlarchive" }),
    settings: () => {
      if (isAdmin()) return all.settings[query.has("offline") ? "offline" : "admin"];
      return mayErase() ? { ...all.settings.other, disclosures: all.settings.admin.disclosures } : all.settings.other;
    },
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
    add_key: asAdmin(({ text, words }) => (heard(words) ? change("proposed", all.settings.admin.proposals[0].proposalId) : refuse(text ? "wrongWords" : "badInput"))),
    reinstate: asAdmin(({ keyId }) => change("proposed", keyId)),
    change_role: asAdmin(({ personId }) => change("proposed", personId)),
    set_policy: asAdmin(() => change("proposed", all.settings.admin.proposals[0].proposalId)),
    set_custodians: asAdmin(() => change("proposed", all.settings.admin.proposals[0].proposalId)),
    retire_device: asAdmin(({ deviceId }) => retireDevice(deviceId)),
    approve: ({ proposalId, words }) => approve(proposalId, words),
    withdraw: ({ proposalId }) => ended(proposalId, "withdrawn"),
    record_consent: () => change("proposed", "7".repeat(64)),
    disclose: () => change("proposed", "8".repeat(64)),
    end_disclosure: ({ agreementId }) => {
      if (!mayErase()) return refuse("notAllowed");
      const row = all.settings.admin.disclosures.find((/** @type {view.DisclosureRow} */ each) => each.agreementId === agreementId);
      if (!row) return refuse("notFound");
      row.ending = true;
      return change("proposed", "9".repeat(64));
    },
    key_problems: () => all.key_problems,
    emergency: () => all.emergency[query.get("emergency") ?? (session().user?.role === "privacyOfficer" ? "officer" : "clinician")],
    break_glass: (args) => breakGlass(args),
    end_emergency: ({ requestId }) => {
      all.emergency.clinician.open = all.emergency.clinician.open.filter((/** @type {view.EmergencyRow} */ each) => each.requestId !== requestId);
      return change("emergency", requestId);
    },
    release_share: ({ requestId }) => released(requestId),
    review_break_glass: ({ requestId, outcome }) => reviewed(requestId, outcome),
    set_sources: ({ addresses, witnesses }) => {
      for (const each of Object.values(all.settings)) Object.assign(each.integrity, { addresses, witnesses });
      return all.settings.other.integrity;
    },
    compare_file: ({ text }) => (String(text).startsWith("wardlight head") ? all.settings.other.integrity.comparisons[0] : refuse("badInput")),
    export_head: () => ({ savedAs: "Downloads/wardlight-head-48211.txt", summary: "Certified header 48211.", text: "wardlight head 1\nogBYQQ==\ncheck 0f4c1e9a\n" }),
    export_checkpoint: () => ({ savedAs: "Downloads/wardlight-checkpoint-48212.txt", summary: "Checkpoint over 48212 headers.", text: "wardlight/chain/7b0f\n48212\n" }),
    export_evidence: ({ id }) => ({ savedAs: `Downloads/wardlight-${id}.wlevidence`, summary: "Proves two headers at height 48100.", text: "" }),
    painted: ({ stamps }) => {
      document.documentElement.dataset["painted"] = String(stamps.at(-1)?.seq ?? 0);
    },
  };

  /** What was asked of the wall's window, which a page in a browser is not. @param {string} what */
  function asked(what) {
    document.documentElement.dataset["wall"] = what;
  }

  const blankNote = { coSigned: [], earlier: [], amends: false, mayAmend: false, mayCoSign: false };

  /** @param {string} id */
  function notes(id) {
    if (!all.patients[id]) return refuse("notFound");
    const physician = session().user?.role === "physician" || query.has("orders");
    const changed = (/** @type {view.WrittenRow} */ row) => (row.entry.sort === "programme" && row.state === "sealed" ? { ...row, entry: { ...row.entry, programme: { ...row.entry.programme, mayChange: physician } } } : row);
    const rows = query.has("empty") ? [] : all.notes.page.rows.map(changed).map((/** @type {view.WrittenRow} */ row) => (row.entry.sort === "advice" && row.state === "sealed" ? { ...row, entry: { ...row.entry, advice: { ...row.entry.advice, mayFollow: physician, mayWithdraw: physician && row.entry.advice.withdrawn === null } } } : row));
    return { ...all.notes.page, mayOrder: physician, mayAdvise: physician, mayPlan: physician, patientId: id, rows };
  }

  /** What was written waits, as it does without a gateway. @param {string} id @param {string} text @param {any} entry */
  function written(id, text, entry) {
    if (String(text).trim() === "") return refuse("badInput");
    const user = session().user;
    all.notes.page.rows.unshift({ id: `waiting-${Date.now()}`, by: user?.name ?? "", role: user?.role ?? null, mine: true, writtenMs: Date.now(), sealedMs: null, state: "waiting", recordRef: null, entry });
    return notes(id);
  }

  /** @param {view.TrendAsk} ask */
  const windowOf = ({ hours, fromMs, toMs }) => ({ fromMs: fromMs ?? Date.now() - hours * 3_600_000, toMs: toMs ?? Date.now() });

  /** The fixture's day, drawn out over another window. @param {any} base @param {{fromMs: number, toMs: number}} to */
  function spread(base, to) {
    const at = (/** @type {number} */ ms) => Math.round(to.fromMs + ((ms - base.fromMs) * (to.toMs - to.fromMs)) / (base.toMs - base.fromMs));
    /** @type {(value: any, key: string) => any} */
    const moved = (value, key) => {
      if (Array.isArray(value)) return value.map((item) => moved(item, key));
      if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, name === "last" ? item : moved(item, name)]));
      return key.endsWith("Ms") && typeof value === "number" && value > 1e12 ? at(value) : value;
    };
    return moved(base, "");
  }

  /** @param {{fromMs: number, toMs: number}} to @returns {view.TrendTableView} */
  function tableOf(to) {
    const step = (to.toMs - to.fromMs) / all.trend_table.columns.length;
    return { ...all.trend_table, ...to, columns: all.trend_table.columns.map((/** @type {number} */ _, /** @type {number} */ i) => Math.round(to.fromMs + i * step)) };
  }

  /** @param {string} id @param {view.TrendAsk} ask */
  function trendsOf(id, ask) {
    const page = all.patients[id];
    if (!page) return refuse("notFound");
    const kind = query.get("sharing") ?? "shared";
    return { ...spread(all.trends_screen[kind], windowOf(ask)), ask, patientId: id, bed: page.bed, name: page.name };
  }

  /** @param {string} id @param {number} atMs */
  function trendAt(id, atMs) {
    if (!all.patients[id]) return refuse("notFound");
    const base = all.trend_at[query.get("moment") ?? "there"];
    return shifted(base, atMs - base.atMs);
  }

  /** @param {string} text */
  function preview(text) {
    if (!text.startsWith("wardlight enrolment request")) return refuse("badInput");
    if (text.includes("known")) return all.enrol_preview.known;
    return all.enrol_preview[text.includes("revoked") ? "revoked" : text.includes("hub") ? "hub" : "person"];
  }

  /** @param {string} text */
  function registration(text) {
    if (!text.startsWith("wardlight patient registration")) return refuse("badRegistration");
    return all.patient_preview[text.includes("unknown hub") ? "unknownHub" : "good"];
  }

  /** @param {view.ReportAsk} ask */
  function report(ask) {
    const role = session().user?.role ?? "";
    const may = ask.kind === "access" ? role === "privacyOfficer" : ["physician", "nurse"].includes(role);
    return may ? { ...all.reports[ask.kind], ask, madeMs: Date.now() } : refuse("notAllowed");
  }

  /** @param {view.AccessQuery} asked */
  function accessLog({ patientId, personId }) {
    if (session().user?.role !== "privacyOfficer") return refuse("notAllowed");
    const rows = all.access_log.rows.filter((/** @type {view.AccessRow} */ row) => (!patientId || row.patientId === patientId) && (!personId || row.personId === personId));
    return { ...all.access_log, rows: query.has("empty") ? [] : rows };
  }

  const mayErase = () => ["admin", "privacyOfficer"].includes(session().user?.role);

  /** @param {string} id */
  function finishEvent(id) {
    const row = all.security_events.rows.find((/** @type {view.SecurityRow} */ each) => each.id === id);
    if (!row) return refuse("notFound");
    Object.assign(row, { done: true });
    all.security_events.open = all.security_events.rows.filter((/** @type {view.SecurityRow} */ each) => !each.done).length;
    return all.security_events;
  }

  /** @param {string} said */
  const heard = (said) => said.trim().toLowerCase() === all.enrol_check.fingerprint.join(" ");

  /** @param {view.EnrolPreview} request @param {string[]} teams */
  function enrol({ name, subject, keyId }, teams) {
    const row = { keyId, name, state: "active", fingerprint: all.enrol_check.fingerprint, revokedMs: null, revokedReason: "", personId: keyId, workstation: 1, personActive: true };
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
    all.settings.admin.teams.push({ teamId, name, members: 0, people: [], patients: 0 });
    return change("team", teamId);
  }

  /** @param {string} teamId @param {(keys: string[]) => string[]} turn */
  function changeTeam(teamId, turn) {
    const team = all.settings.admin.teams.find((/** @type {view.TeamRow} */ each) => each.teamId === teamId);
    if (!team) return refuse("notFound");
    team.people = turn(team.people);
    team.members = team.people.length;
    return change("team", teamId);
  }

  /** @param {string} name @param {string | null} patientId */
  function registerDevice(name, patientId) {
    const deviceId = String(all.settings.admin.devices.length + 1);
    all.settings.admin.devices.push({ deviceId, name, patientId, bed: bedOf(patientId), heardMs: null, quarantined: 0, retired: false });
    return change("device", deviceId);
  }

  /** @param {string} deviceId @param {string | null} patientId */
  function assignDevice(deviceId, patientId) {
    const device = all.settings.admin.devices.find((/** @type {view.DeviceRow} */ each) => each.deviceId === deviceId);
    if (!device) return refuse("notFound");
    Object.assign(device, { patientId, bed: bedOf(patientId) });
    return change("device", deviceId);
  }

  /** @param {string} deviceId */
  function retireDevice(deviceId) {
    const device = all.settings.admin.devices.find((/** @type {view.DeviceRow} */ each) => each.deviceId === deviceId);
    if (!device) return refuse("notFound");
    Object.assign(device, { patientId: null, bed: "", retired: true });
    return change("device", deviceId);
  }

  /** @param {string} proposalId @param {view.ChangeKind} kind */
  function ended(proposalId, kind) {
    const { admin } = all.settings;
    admin.proposals = admin.proposals.filter((/** @type {view.ProposalRow} */ each) => each.proposalId !== proposalId);
    return change(kind, proposalId);
  }

  /** @param {string} proposalId @param {string | null} words */
  function approve(proposalId, words) {
    const row = all.settings.admin.proposals.find((/** @type {view.ProposalRow} */ each) => each.proposalId === proposalId);
    if (!row) return refuse("notFound");
    if (row.needsWords && !heard(words ?? "")) return refuse("wrongWords");
    return ended(proposalId, "key");
  }

  /** @param {any} args @returns {view.EmergencyRow} */
  function breakGlass({ patientId, reason, text, categories, minutes }) {
    const shown = all.emergency.clinician;
    const closed = shown.closed.find((/** @type {view.ClosedPatient} */ each) => each.patientId === patientId);
    /** @type {view.EmergencyRow} */
    const row = {
      requestId: "c".repeat(32), patientId, bed: "", by: session().user?.name ?? "", reason, text, categories, atMs: Date.now(), untilMs: Date.now() + minutes * 60_000,
      progress: { state: "waiting", hubHeard: closed?.hubHeard ?? false, released: 0, threshold: closed?.sharedOut ? 2 : 0 }, review: null, canReview: false, canRelease: false,
    };
    shown.open = [...shown.open, row];
    all.session[scene].frame.emergency = [{ patientId, bed: "", untilMs: row.untilMs, open: false }];
    return row;
  }

  /** @param {string} requestId */
  function released(requestId) {
    all.emergency.clinician.asked = all.emergency.clinician.asked.filter((/** @type {view.EmergencyRow} */ each) => each.requestId !== requestId);
    return change("emergency", requestId);
  }

  /** @param {string} requestId @param {view.ReviewOutcome} outcome */
  function reviewed(requestId, outcome) {
    const row = all.emergency.officer.reviews.find((/** @type {view.EmergencyRow} */ each) => each.requestId === requestId);
    if (!row) return refuse("notFound");
    Object.assign(row, { canReview: false, review: { outcome, by: session().user?.name ?? "", atMs: Date.now() } });
    return change("emergency", requestId);
  }

  /** @param {string | null} patientId @returns {string} */
  const bedOf = (patientId) => all.settings.admin.patients.find((/** @type {view.PatientRow} */ each) => each.patientId === patientId)?.bed ?? "";

  /** @returns {view.AlarmRow[]} */
  const everyRow = () => [
    ...Object.values(all.inbox).flatMap((each) => each.rows),
    ...all.ward.tiles.flatMap((/** @type {view.TileView} */ tile) => (tile.alarm ? [tile.alarm.row] : [])),
    ...Object.values(all.patients).flatMap((page) => page.alarms),
  ];

  /** @param {view.InboxTab} tab @param {view.InboxFilter} filter @returns {view.InboxView} */
  function inboxOf(tab, { text, priority }) {
    const view = all.inbox[tab];
    if (query.has("empty")) return { ...view, rows: [], faults: [] };
    const asked = text.trim().toLowerCase().split(/\s+/).filter((word) => word !== "");
    const fits = (/** @type {view.AlarmRow} */ row) => (!priority || row.priority === priority)
      && asked.every((word) => row.bed === word || row.name.text.toLowerCase().includes(word) || row.text.toLowerCase().includes(word));
    return { ...view, rows: view.rows.filter(fits), faults: query.has("healthy") ? [] : view.faults };
  }

  /** @param {string} alarmId */
  function historyOf(alarmId) {
    const row = everyRow().find((each) => each.alarmId === alarmId);
    return row ? { ...all.alarm_history, row } : refuse("notFound");
  }

  /** @param {string} alarmId @param {view.AlarmActInput} act */
  function actOnAlarm(alarmId, act) {
    const rows = everyRow().filter((row) => row.alarmId === alarmId);
    const row = rows[0];
    if (!row) return refuse("notFound");
    if (act.kind === "answer") return acknowledge(alarmId);
    const [by, atMs] = [session().user?.name ?? "", Date.now()];
    const name = (/** @type {string} */ key) => all.alarm_roster.colleagues.find((/** @type {view.ColleagueView} */ each) => each.keyId === key)?.name ?? "";
    for (const each of rows) {
      if (act.kind === "escalate") each.called = [...each.called, name(act.to)];
      if (act.kind === "snooze") Object.assign(each, { signal: "silent", work: { state: "snoozed", by, reason: act.reason, untilMs: atMs + act.minutes * 60_000 } });
      if (act.kind === "assign") Object.assign(each, { signal: "silent", canAcknowledge: false, work: { state: "assigned", to: name(act.to), toMe: false, by, atMs } });
      if (act.kind === "resolve") Object.assign(each, { signal: "off", canAcknowledge: false, canAct: false, work: { state: "resolved", by, atMs, outcome: act.outcome } });
    }
    return structuredClone(row);
  }

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
