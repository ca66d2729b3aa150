//! Keys, patients, devices, teams and the state of the chain.

use super::{GatewayView, NameView, RoleView};
use serde::Serialize;
use ts_rs::TS;

/// Answer of `settings`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Whether this reader may change anything here. The desk refuses by itself; this only explains.
    pub admin: AdminBar,
    /// All enrolled people. Empty unless the reader is an administrator.
    pub practitioners: Vec<PractitionerRow>,
    /// Care teams.
    pub teams: Vec<TeamRow>,
    /// Registered patients.
    pub patients: Vec<PatientRow>,
    /// Registered devices.
    pub devices: Vec<DeviceRow>,
    /// Gateway.
    pub gateway: GatewayView,
    /// Chain.
    pub chain: ChainStatus,
}

/// Why the reader may or may not administer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AdminBar {
    /// May.
    Allowed,
    /// The role does not.
    NotAdmin,
    /// Would, but the gateway is not reached and nothing can be changed.
    Offline,
}

/// State of a practitioner's key on the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyState {
    /// In force.
    Active,
    /// Sent, not yet in the permanent record.
    Pending,
    /// Ends within a week.
    Expiring,
    /// Withdrawn.
    Revoked,
}

/// One enrolled person.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PractitionerRow {
    /// Key id, hexadecimal.
    pub key_id: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: RoleView,
    /// State.
    pub state: KeyState,
    /// Fingerprint as six words.
    pub fingerprint: Vec<String>,
    /// Names of the care teams.
    pub teams: Vec<String>,
    /// Enrolled, Unix milliseconds.
    #[ts(type = "number")]
    pub since_ms: i64,
    /// Revoked.
    #[ts(type = "number | null")]
    pub revoked_ms: Option<i64>,
    /// Reason of the revocation.
    pub revoked_reason: String,
    /// It is the reader's own key.
    pub me: bool,
}

/// A care team.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TeamRow {
    /// Identity.
    pub team_id: String,
    /// Name.
    pub name: String,
    /// How many people.
    pub members: u32,
    /// How many patients share with it.
    pub patients: u32,
}

/// A registered patient.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PatientRow {
    /// Identity.
    pub patient_id: String,
    /// Bed.
    pub bed: String,
    /// Name, or why there is none: an administrator reads no clinical data by that role.
    pub name: NameView,
    /// Last heartbeat of the hub, Unix milliseconds.
    #[ts(type = "number | null")]
    pub heard_ms: Option<i64>,
}

/// A registered device.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeviceRow {
    /// Short id.
    pub device_id: String,
    /// Maker and model.
    pub name: String,
    /// Bed of the patient it is bound to.
    pub bed: String,
    /// Last message, Unix milliseconds.
    #[ts(type = "number | null")]
    pub heard_ms: Option<i64>,
    /// Messages in quarantine.
    pub quarantined: u32,
}

/// State of the ledger on this workstation.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChainStatus {
    /// Chain id, hexadecimal.
    pub chain_id: String,
    /// Hospital named in genesis.
    pub hospital: String,
    /// Newest verified height.
    #[ts(type = "number")]
    pub height: u64,
    /// Time of that block, Unix milliseconds.
    #[ts(type = "number")]
    pub head_ms: i64,
    /// Records verified here.
    #[ts(type = "number")]
    pub records_verified: u64,
    /// Verifications that failed; evidence is kept.
    #[ts(type = "number")]
    pub failures: u64,
    /// Validators in force.
    pub validators: u32,
    /// How many of them may fail without harm.
    pub may_fail: u32,
}

/// What is wrong with an enrolment request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EnrolProblem {
    /// Nothing.
    None,
    /// The proof of possession is wrong.
    BadProof,
    /// Enrolled already.
    AlreadyEnrolled,
    /// A revoked key may not come back.
    Revoked,
    /// Made for another hospital.
    OtherChain,
    /// Older than the policy allows.
    TooOld,
}

/// Answer of `enrol_preview`: to be compared aloud before anything is signed.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EnrolPreview {
    /// Name the request claims.
    pub name: String,
    /// Role the request asks for.
    pub role: RoleView,
    /// Key id, hexadecimal.
    pub key_id: String,
    /// Fingerprint as six words.
    pub fingerprint: Vec<String>,
    /// The same as a QR code.
    pub qr_svg: String,
    /// When the request was made, Unix milliseconds.
    #[ts(type = "number")]
    pub made_ms: i64,
    /// What is wrong with it.
    pub problem: EnrolProblem,
}
