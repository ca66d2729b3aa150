//! Who sits here, and the frame that stands around every screen, also around the locked one.

use super::{EmergencyMark, KeyProblemView, Priority};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the application stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SessionPhase {
    /// No keys on this workstation.
    FirstRun,
    /// Keys are made; the enrolment file is awaited.
    AwaitingEnrolment,
    /// Keys are enrolled and locked. Alarms go on.
    Locked,
    /// In use.
    Open,
    /// The key does not fit: see [`SessionView::key_problem`].
    KeyProblem,
}

/// Answer of `session_state` and of every command that changes the session.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// Where the application stands.
    pub phase: SessionPhase,
    /// Who; none before keys exist.
    pub user: Option<UserView>,
    /// What is wrong with the key.
    pub key_problem: Option<KeyProblemView>,
    /// Whether unlocking takes the PIN of a token too.
    pub pin: PinWanted,
    /// The frame of every screen.
    pub frame: FrameView,
}

/// Whether unlocking takes the PIN of a token beside the passphrase.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PinWanted {
    /// No.
    No,
    /// Yes.
    Yes,
    /// A change of the protection was cut short: only where the token was to open the keys.
    Maybe,
}

/// The person at this workstation.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// Name.
    pub name: String,
    /// Role.
    pub role: RoleView,
    /// Key id, hexadecimal.
    pub key_id: String,
    /// May enrol and revoke.
    pub can_administer: bool,
    /// End of the key's validity, Unix milliseconds.
    #[ts(type = "number | null")]
    pub key_ends_ms: Option<i64>,
}

/// What a practitioner is enrolled as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RoleView {
    /// Physician.
    Physician,
    /// Nurse.
    Nurse,
    /// Administrator.
    Admin,
    /// Diagnostic centre.
    Diagnostician,
    /// Pharmacist.
    Pharmacist,
    /// Researcher.
    Researcher,
    /// Caregiver.
    Caregiver,
    /// Privacy officer.
    PrivacyOfficer,
}

/// What stands on every screen. Holds no name: it is shown while locked.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FrameView {
    /// The host's clock, Unix milliseconds: the window reckons ages by it.
    #[ts(type = "number")]
    pub now_ms: i64,
    /// Everything shown is made up.
    pub demo: bool,
    /// Ward.
    pub ward: String,
    /// Connection to the gateway.
    pub gateway: GatewayView,
    /// State of the records.
    pub records: RecordsView,
    /// Whether everybody is shown the same history.
    pub integrity: Option<super::IntegrityAlert>,
    /// Hubs.
    pub hubs: HubsView,
    /// Sound.
    pub sound: SoundView,
    /// Alarms, by bed and priority only.
    pub strip: StripView,
    /// Emergency access of this person that is open or on its way, by bed only.
    pub emergency: Vec<EmergencyMark>,
    /// This workstation's clock less the verified clock of gateway and hubs, ms, when it matters.
    #[ts(type = "number | null")]
    pub clock_off_ms: Option<i64>,
    /// Version of the application.
    pub version: String,
}

/// How the gateway is reached.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum GatewayState {
    /// The newest verified head is at most 5 s old.
    Live,
    /// Older than that, up to 15 s.
    Delayed,
    /// Stale: above 15 s.
    Stale,
    /// Lost: above 30 s. New alarms will not arrive.
    Lost,
    /// Records are being fetched and verified.
    CatchingUp,
    /// No gateway is set up yet.
    None,
}

/// Connection to the gateway.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GatewayView {
    /// How it is reached.
    pub state: GatewayState,
    /// Newest verified head or heartbeat, Unix milliseconds.
    #[ts(type = "number | null")]
    pub updated_ms: Option<i64>,
    /// How far behind while catching up, ms.
    #[ts(type = "number | null")]
    pub behind_ms: Option<i64>,
    /// Progress of catching up in per cent, 0 to 100.
    pub progress: Option<u8>,
    /// Host and port.
    pub address: String,
}

/// The one word about all records.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RecordsState {
    /// All that is shown is verified.
    Verified,
    /// Verification is running.
    Checking,
    /// Something is missing.
    CantConfirm,
    /// Something failed: evidence is kept.
    Failed,
    /// There are none yet.
    None,
}

/// State of the records on this workstation.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecordsView {
    /// The one word.
    pub state: RecordsState,
    /// Last verification, Unix milliseconds.
    #[ts(type = "number | null")]
    pub at_ms: Option<i64>,
    /// How many failed.
    #[ts(type = "number")]
    pub failures: u64,
}

/// How many hubs are heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HubsView {
    /// Heard within 15 s.
    pub heard: u32,
    /// Known.
    pub known: u32,
}

/// What can be heard here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SoundState {
    /// Alarms sound.
    On,
    /// Paused until a time.
    Paused,
    /// There is no sound device.
    Unavailable,
}

/// Sound of this workstation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SoundView {
    /// What can be heard.
    pub state: SoundState,
    /// End of the pause, Unix milliseconds.
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
}

/// The alarm strip of the top bar.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StripView {
    /// Open high alarms.
    pub high: u32,
    /// Open medium alarms.
    pub medium: u32,
    /// Open low alarms.
    pub low: u32,
    /// The worst ones, at most eight, worst first.
    pub alarms: Vec<StripAlarm>,
}

/// One alarm without name and value.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StripAlarm {
    /// Identity of the episode, so that a click leads to it once unlocked.
    pub alarm_id: String,
    /// Bed.
    pub bed: String,
    /// Priority.
    pub priority: Priority,
    /// Somebody has answered.
    pub acknowledged: bool,
    /// Raised, Unix milliseconds.
    #[ts(type = "number")]
    pub since_ms: i64,
}

/// Answer of `enrolment_request`: what the workstation hands to the administrator.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentRequestView {
    /// Name in the request.
    pub name: String,
    /// Role in the request.
    pub role: RoleView,
    /// Key id, hexadecimal.
    pub key_id: String,
    /// Fingerprint as six words, to be read aloud.
    pub fingerprint: Vec<String>,
    /// The request as text; it holds no secret.
    pub text: String,
    /// The request as a QR code.
    pub qr_svg: String,
    /// Where the desk has saved the text as a file; empty if it could not.
    pub saved_as: String,
}

/// What a command answers when it cannot do what was asked. The window switches on `code` only.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UiError {
    /// Kind of the error.
    pub code: ErrorCode,
    /// What happened, in one plain sentence without names and values.
    pub message: String,
    /// What to do next, in one plain sentence; may be empty.
    pub hint: String,
}

/// Kinds of errors, grouped by what the reader can do about them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// Unlock first.
    Locked,
    /// The passphrase is wrong.
    WrongPassphrase,
    /// The passphrase is too weak.
    WeakPassphrase,
    /// The key is not enrolled, revoked or expired.
    Key,
    /// The role may not do this.
    NotAllowed,
    /// There is no such thing, or it is not shared with the reader.
    NotFound,
    /// The input cannot be read; the message says where.
    BadInput,
    /// The gateway is not reached.
    Unreachable,
    /// The gateway or the ledger refused it; the message says why.
    Refused,
    /// The local database failed.
    Storage,
    /// It is being done already.
    Busy,
    /// Whoever is to be called cannot be reached.
    NobodyReached,
    /// A fault of the program.
    Internal,
}
