// The door to the desk. Whoever wants data asks through here; which host answers is decided once, at the start.

/** @import * as view from "../bindings/view.ts" */

/**
 * @typedef {object} Host
 * @property {(command: string, args?: Record<string, unknown>) => Promise<any>} invoke
 * @property {(onEvent: (event: view.UiEvent) => void) => Promise<void>} subscribe
 * @property {(id: string | null, onFrame: (frame: ArrayBuffer) => void) => Promise<void>} subscribeWaves
 */

/** @returns {Promise<Host>} */
export async function openHost() {
  const inShell = "__TAURI__" in globalThis;
  const { host } = inShell ? await import("./tauri.js") : await import("./mock.js");
  return host();
}

/**
 * Every command with its arguments and its answer; the names stand in docs/howto/commands.md.
 * @param {Host} host
 */
export function commands(host) {
  return {
    /** @returns {Promise<view.SessionView>} */
    sessionState: () => host.invoke("session_state"),
    /** @param {string} name @param {view.RoleView} role @param {string} passphrase @returns {Promise<view.SessionView>} */
    createKeys: (name, role, passphrase) => host.invoke("create_keys", { name, role, passphrase }),
    /** @returns {Promise<view.EnrolmentRequestView>} */
    enrolmentRequest: () => host.invoke("enrolment_request"),
    /** @param {string} text @returns {Promise<view.SessionView>} */
    loadEnrolment: (text) => host.invoke("load_enrolment", { text }),
    /** @returns {Promise<view.SessionView>} */
    startDemo: () => host.invoke("start_demo"),
    /** @param {string} passphrase @param {string | null} [pin] of a token @returns {Promise<view.SessionView>} */
    unlock: (passphrase, pin) => host.invoke("unlock", { passphrase, pin: pin ?? null }),
    /** @returns {Promise<view.SessionView>} */
    lock: () => host.invoke("lock"),
    /** @returns {Promise<void>} */
    active: () => host.invoke("active"),
    /** @returns {Promise<view.WardView>} */
    ward: () => host.invoke("ward"),
    /** @param {string} id @returns {Promise<view.PatientView>} */
    patient: (id) => host.invoke("patient", { id }),
    /** @param {string} id @param {2 | 24} hours @returns {Promise<view.TrendView[]>} */
    trend: (id, hours) => host.invoke("trend", { id, hours }),
    /** @param {string} id @param {view.TrendAsk} ask @returns {Promise<view.TrendsView>} */
    trends: (id, ask) => host.invoke("trends", { id, ask }),
    /** @param {string} id @param {number} atMs @returns {Promise<view.TrendAtView>} */
    trendAt: (id, atMs) => host.invoke("trend_at", { id, atMs }),
    /** @param {string} id @param {view.TrendAsk} ask @returns {Promise<view.TrendTableView>} */
    trendTable: (id, ask) => host.invoke("trend_table", { id, ask }),
    /** @param {view.InboxTab} tab @param {view.InboxFilter} [filter] @returns {Promise<view.InboxView>} */
    inbox: (tab, filter) => host.invoke("inbox", { tab, filter: filter ?? null }),
    /** @param {string} alarmId @returns {Promise<view.AlarmRow>} */
    acknowledge: (alarmId) => host.invoke("acknowledge", { alarmId }),
    /** @param {string} alarmId @param {view.AlarmActInput} act @returns {Promise<view.AlarmRow>} */
    actOnAlarm: (alarmId, act) => host.invoke("act_on_alarm", { alarmId, act }),
    /** @param {string[]} alarmIds @returns {Promise<void>} */
    alarmsSeen: (alarmIds) => host.invoke("alarms_seen", { alarmIds }),
    /** @param {string} alarmId @returns {Promise<view.AlarmHistoryView>} */
    alarmHistory: (alarmId) => host.invoke("alarm_history", { alarmId }),
    /** @param {string} id @returns {Promise<view.RosterView>} */
    alarmRoster: (id) => host.invoke("alarm_roster", { id }),
    /** @param {string[]} ids @param {view.RosterStepInput[]} steps @returns {Promise<view.RosterView>} */
    setAlarmRoster: (ids, steps) => host.invoke("set_alarm_roster", { ids, steps }),
    /** @param {string} faultId @returns {Promise<view.InboxView>} */
    acknowledgeFault: (faultId) => host.invoke("acknowledge_fault", { faultId }),
    /** @returns {Promise<void>} */
    pauseSound: () => host.invoke("pause_sound"),
    /** @param {string} recordRef @returns {Promise<view.TrustView>} */
    trust: (recordRef) => host.invoke("trust", { recordRef }),
    /** @param {string} recordRef @returns {Promise<view.ExportView>} */
    exportProof: (recordRef) => host.invoke("export_proof", { recordRef }),
    /** @returns {Promise<view.ExportView>} */
    exportArchive: () => host.invoke("export_archive"),
    /** @returns {Promise<view.SettingsView>} */
    settings: () => host.invoke("settings"),
    /** @param {view.AccessQuery} query @returns {Promise<view.AccessLogView>} */
    accessLog: (query) => host.invoke("access_log", { query }),
    /** @param {view.AccessQuery} query @param {view.AccessFormat} format @returns {Promise<view.SavedView>} */
    exportAccessLog: (query, format) => host.invoke("export_access_log", { query, format }),
    /** @param {view.ReportAsk} ask @returns {Promise<view.ReportView>} */
    report: (ask) => host.invoke("report", { ask }),
    /** @param {view.ReportAsk} ask @param {view.ReportFormat} format @param {view.ReportWords} printed @returns {Promise<view.SavedView>} */
    exportReport: (ask, format, printed) => host.invoke("export_report", { ask, format, words: printed }),
    /** @type {(alarmId: string, offsetMinutes: number, printed: view.ReportWords) => Promise<view.SavedView>} */
    exportStrip: (alarmId, offsetMinutes, printed) => host.invoke("export_strip", { alarmId, offsetMinutes, words: printed }),
    /** @returns {Promise<view.SecurityView>} */
    securityEvents: () => host.invoke("security_events"),
    /** @param {string} id @returns {Promise<view.SecurityView>} */
    finishSecurityEvent: (id) => host.invoke("finish_security_event", { id }),
    /** @returns {Promise<view.ErasuresView>} */
    erasures: () => host.invoke("erasures"),
    /** @param {view.EraseAsk} ask @returns {Promise<view.ChangeView>} */
    proposeErasure: (ask) => host.invoke("propose_erasure", { ask }),
    /** @param {string} passphrase @param {string | null} pin of a token @param {view.ProtectAsk} ask @returns {Promise<void>} */
    protect: (passphrase, pin, ask) => host.invoke("protect", { passphrase, pin, ask }),
    /** @param {number} minutes @returns {Promise<void>} */
    setLockMinutes: (minutes) => host.invoke("set_lock_minutes", { minutes }),
    /** @param {string} text @returns {Promise<view.EnrolPreview>} */
    enrolPreview: (text) => host.invoke("enrol_preview", { text }),
    /** @param {string} text @param {string} words @returns {Promise<view.EnrolCheck>} */
    enrolCheck: (text, words) => host.invoke("enrol_check", { text, words }),
    /** @param {string} text @param {string} words @param {string[]} teams @returns {Promise<view.ChangeView>} */
    enrol: (text, words, teams) => host.invoke("enrol", { text, words, teams }),
    /** @param {string} keyId @returns {Promise<view.EnrolmentAnswerView>} */
    enrolmentAnswer: (keyId) => host.invoke("enrolment_answer", { keyId }),
    /** @param {string} keyId @param {string} reason @returns {Promise<view.ChangeView>} */
    revoke: (keyId, reason) => host.invoke("revoke", { keyId, reason }),
    /** @param {string} name @returns {Promise<view.ChangeView>} */
    createTeam: (name) => host.invoke("create_team", { name }),
    /** @param {string} teamId @param {string} keyId @returns {Promise<view.ChangeView>} */
    joinTeam: (teamId, keyId) => host.invoke("join_team", { teamId, keyId }),
    /** @param {string} teamId @param {string} keyId @returns {Promise<view.ChangeView>} */
    leaveTeam: (teamId, keyId) => host.invoke("leave_team", { teamId, keyId }),
    /** @param {string} personId @param {string} text @param {string} words @returns {Promise<view.ChangeView>} */
    addKey: (personId, text, words) => host.invoke("add_key", { personId, text, words }),
    /** @param {string} keyId @returns {Promise<view.ChangeView>} */
    reinstate: (keyId) => host.invoke("reinstate", { keyId }),
    /** @param {string} personId @param {view.RoleView} role @returns {Promise<view.ChangeView>} */
    changeRole: (personId, role) => host.invoke("change_role", { personId, role }),
    /** @param {view.PolicyView} policy @returns {Promise<view.ChangeView>} */
    setPolicy: (policy) => host.invoke("set_policy", { policy }),
    /** @param {number} threshold @param {string[]} people @returns {Promise<view.ChangeView>} */
    setCustodians: (threshold, people) => host.invoke("set_custodians", { threshold, people }),
    /** @param {string} proposalId @param {string | null} words @returns {Promise<view.ChangeView>} */
    approve: (proposalId, words) => host.invoke("approve", { proposalId, words }),
    /** @param {string} proposalId @returns {Promise<view.ChangeView>} */
    withdraw: (proposalId) => host.invoke("withdraw", { proposalId }),
    /** @param {string} deviceId @returns {Promise<view.ChangeView>} */
    retireDevice: (deviceId) => host.invoke("retire_device", { deviceId }),
    /** @param {string} patientId @param {string} teamId @param {string[]} categories @param {number} hours @returns {Promise<view.ChangeView>} */
    recordConsent: (patientId, teamId, categories, hours) => host.invoke("record_consent", { patientId, teamId, categories, hours }),
    /** @param {string} patientId @param {string} personId @param {string[]} categories @param {number} days @param {string} order @returns {Promise<view.ChangeView>} */
    disclose: (patientId, personId, categories, days, order) => host.invoke("disclose", { patientId, personId, categories, days, order }),
    /** @param {string} agreementId @returns {Promise<view.ChangeView>} */
    endDisclosure: (agreementId) => host.invoke("end_disclosure", { agreementId }),
    /** @returns {Promise<view.EmergencyView>} */
    emergency: () => host.invoke("emergency"),
    /** @param {string} patientId @param {view.EmergencyReason} reason @param {string} text @param {string[]} categories @param {number} minutes @returns {Promise<view.EmergencyRow>} */
    breakGlass: (patientId, reason, text, categories, minutes) => host.invoke("break_glass", { patientId, reason, text, categories, minutes }),
    /** @param {string} requestId @returns {Promise<view.ChangeView>} */
    endEmergency: (requestId) => host.invoke("end_emergency", { requestId }),
    /** @param {string} requestId @returns {Promise<view.ChangeView>} */
    releaseShare: (requestId) => host.invoke("release_share", { requestId }),
    /** @param {string} requestId @param {view.ReviewOutcome} outcome @returns {Promise<view.ChangeView>} */
    reviewBreakGlass: (requestId, outcome) => host.invoke("review_break_glass", { requestId, outcome }),
    /** @param {string | null} patientId @returns {Promise<view.KeyProblemView[]>} */
    keyProblems: (patientId) => host.invoke("key_problems", { patientId }),
    /** @param {string} text @returns {Promise<view.RegistrationPreview>} */
    patientPreview: (text) => host.invoke("patient_preview", { text }),
    /** @param {string} text @returns {Promise<view.ChangeView>} */
    registerPatient: (text) => host.invoke("register_patient", { text }),
    /** @param {string} identity @param {string | null} patientId @returns {Promise<view.ChangeView>} */
    registerDevice: (identity, patientId) => host.invoke("register_device", { identity, patientId }),
    /** @param {string} deviceId @param {string | null} patientId @returns {Promise<view.ChangeView>} */
    assignDevice: (deviceId, patientId) => host.invoke("assign_device", { deviceId, patientId }),
    /** @param {string} id @returns {Promise<view.LimitsPageView>} */
    limits: (id) => host.invoke("limits", { id }),
    /** @param {string} id @param {view.LimitsProposal} proposal @returns {Promise<view.LimitsPreviewView>} */
    previewLimits: (id, proposal) => host.invoke("preview_limits", { id, proposal }),
    /** @param {string} id @param {view.LimitsProposal} proposal @returns {Promise<view.LimitsPageView>} */
    setLimits: (id, proposal) => host.invoke("set_limits", { id, proposal }),
    /** @param {string} id @param {string} changeId @returns {Promise<view.LimitsPageView>} */
    confirmLimits: (id, changeId) => host.invoke("confirm_limits", { id, changeId }),
    /** @param {string} id @param {view.ObservationInput} input @returns {Promise<void>} */
    observe: (id, input) => host.invoke("observe", { id, input }),
    /** @param {string} id @param {view.StandbyInput} input @returns {Promise<void>} */
    standby: (id, input) => host.invoke("standby", { id, input }),
    /** @param {string} id @returns {Promise<view.NotesView>} */
    notes: (id) => host.invoke("notes", { id }),
    /** @param {string} id @param {view.NoteInput} input @returns {Promise<view.NotesView>} */
    writeNote: (id, input) => host.invoke("write_note", { id, input }),
    /** @param {string} id @param {string} recordId @returns {Promise<view.NotesView>} */
    coSign: (id, recordId) => host.invoke("co_sign", { id, recordId }),
    /** @param {string} id @param {view.OrderInput} input @returns {Promise<view.NotesView>} */
    writeOrder: (id, input) => host.invoke("write_order", { id, input }),
    /** @param {string} id @param {string} recordId @param {view.StepInput} input @returns {Promise<view.NotesView>} */
    answerOrder: (id, recordId, input) => host.invoke("answer_order", { id, recordId, input }),
    /** @param {string} id @param {view.AdviceInput} input @returns {Promise<view.NotesView>} */
    writeAdvice: (id, input) => host.invoke("write_advice", { id, input }),
    /** @param {string} id @param {string} recordId @param {string} text @returns {Promise<view.NotesView>} */
    withdrawAdvice: (id, recordId, text) => host.invoke("withdraw_advice", { id, recordId, text }),
    /** @param {string} id @param {string} recordId @returns {Promise<view.NotesView>} */
    noteReply: (id, recordId) => host.invoke("note_reply", { id, recordId }),
    /** @param {string} id @param {view.ProgrammeInput} input @returns {Promise<view.NotesView>} */
    writeProgramme: (id, input) => host.invoke("write_programme", { id, input }),
    /** @param {string} id @param {string} recordId @param {view.ProgrammeEndInput} input @returns {Promise<view.NotesView>} */
    endProgramme: (id, recordId, input) => host.invoke("end_programme", { id, recordId, input }),
    /** @returns {Promise<view.HandOversView>} */
    handOvers: () => host.invoke("hand_overs"),
    /** @param {string} id @returns {Promise<view.HandOverDraft>} */
    handOverDraft: (id) => host.invoke("hand_over_draft", { id }),
    /** @param {string} id @param {view.HandOverInput} input @returns {Promise<view.NotesView>} */
    handOver: (id, input) => host.invoke("hand_over", { id, input }),
    /** @param {string} id @param {string} recordId @param {string} synthesis @returns {Promise<view.NotesView>} */
    acceptHandOver: (id, recordId, synthesis) => host.invoke("accept_hand_over", { id, recordId, synthesis }),
    /** @param {string[]} addresses @param {string[]} witnesses @returns {Promise<view.IntegrityView>} */
    setSources: (addresses, witnesses) => host.invoke("set_sources", { addresses, witnesses }),
    /** @param {string} text @returns {Promise<view.ComparisonRow>} */
    compareFile: (text) => host.invoke("compare_file", { text }),
    /** @returns {Promise<view.HandoutView>} */
    exportHead: () => host.invoke("export_head"),
    /** @returns {Promise<view.HandoutView>} */
    exportCheckpoint: () => host.invoke("export_checkpoint"),
    /** @param {number} id @returns {Promise<view.HandoutView>} */
    exportEvidence: (id) => host.invoke("export_evidence", { id }),
    /** @returns {Promise<void>} */
    openWall: () => host.invoke("open_wall"),
    /** @returns {Promise<void>} */
    closeWall: () => host.invoke("close_wall"),
    /** @returns {Promise<void>} */
    wallFullScreen: () => host.invoke("wall_full_screen"),
    /** @param {view.PaintStamp[]} stamps @returns {Promise<void>} */
    painted: (stamps) => host.invoke("painted", { stamps }),
    subscribe: host.subscribe,
    subscribeWaves: host.subscribeWaves,
  };
}

/** @typedef {ReturnType<typeof commands>} Desk */

/**
 * What a rejected command brought, as the error it should be; anything else is a fault of the program.
 * @param {unknown} thrown
 * @returns {view.UiError}
 */
export function errorOf(thrown) {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    return /** @type {view.UiError} */ (thrown);
  }
  return { code: "internal", message: "", hint: "" };
}
