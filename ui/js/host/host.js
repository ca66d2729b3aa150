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
    /** @param {string} passphrase @returns {Promise<view.SessionView>} */
    unlock: (passphrase) => host.invoke("unlock", { passphrase }),
    /** @returns {Promise<view.SessionView>} */
    lock: () => host.invoke("lock"),
    /** @returns {Promise<view.WardView>} */
    ward: () => host.invoke("ward"),
    /** @param {string} id @returns {Promise<view.PatientView>} */
    patient: (id) => host.invoke("patient", { id }),
    /** @param {string} id @param {2 | 24} hours @returns {Promise<view.TrendView[]>} */
    trend: (id, hours) => host.invoke("trend", { id, hours }),
    /** @param {view.InboxTab} tab @returns {Promise<view.InboxView>} */
    inbox: (tab) => host.invoke("inbox", { tab }),
    /** @param {string} alarmId @returns {Promise<view.AlarmRow>} */
    acknowledge: (alarmId) => host.invoke("acknowledge", { alarmId }),
    /** @param {string} recordRef @returns {Promise<view.TrustView>} */
    trust: (recordRef) => host.invoke("trust", { recordRef }),
    /** @returns {Promise<view.SettingsView>} */
    settings: () => host.invoke("settings"),
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
    /** @param {string} text @returns {Promise<view.RegistrationPreview>} */
    patientPreview: (text) => host.invoke("patient_preview", { text }),
    /** @param {string} text @returns {Promise<view.ChangeView>} */
    registerPatient: (text) => host.invoke("register_patient", { text }),
    /** @param {string} identity @param {string | null} patientId @returns {Promise<view.ChangeView>} */
    registerDevice: (identity, patientId) => host.invoke("register_device", { identity, patientId }),
    /** @param {string} deviceId @param {string | null} patientId @returns {Promise<view.ChangeView>} */
    assignDevice: (deviceId, patientId) => host.invoke("assign_device", { deviceId, patientId }),
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
