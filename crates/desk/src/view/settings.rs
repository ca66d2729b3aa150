//! Keys, patients, devices, teams and the state of the chain.

use super::{
    CustodiansView, GatewayView, IntegrityView, NameView, PolicyView, ProposalRow, RoleView, WorkstationView,
};
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
    /// All enrolled hubs. Empty unless the reader is an administrator.
    pub hubs: Vec<HubRow>,
    /// Care teams.
    pub teams: Vec<TeamRow>,
    /// Registered patients.
    pub patients: Vec<PatientRow>,
    /// Registered devices.
    pub devices: Vec<DeviceRow>,
    /// Acts that wait for a further signature, as far as they concern the reader.
    pub proposals: Vec<ProposalRow>,
    /// Disclosures by order of the law that are not over. Empty unless the reader may end them: administrators and
    /// privacy officers.
    pub disclosures: Vec<DisclosureRow>,
    /// The hospital's rules.
    pub policy: PolicyView,
    /// Who keeps shares of emergency keys.
    pub custodians: CustodiansView,
    /// Gateway.
    pub gateway: GatewayView,
    /// Chain.
    pub chain: ChainStatus,
    /// Locking and protection of the keys here.
    pub workstation: WorkstationView,
    /// Whether everybody is shown the same.
    pub integrity: IntegrityView,
}

/// Records of a patient that somebody may read by order of the law.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DisclosureRow {
    /// The agreement, hexadecimal.
    pub agreement_id: String,
    /// Whose: the pseudonym.
    pub patient_id: String,
    /// Who may read.
    pub holder: String,
    /// Which categories.
    pub categories: Vec<String>,
    /// Begin, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// End, Unix milliseconds.
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
    /// Digest of the order, hexadecimal.
    pub order: String,
    /// Its end is proposed already and waits for the other signature.
    pub ending: bool,
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
    /// The person, by the id of the first key. Rows of one person differ by workstation.
    pub person_id: String,
    /// Which workstation of this person: 1 for the first.
    pub workstation: u32,
    /// The person has a key in force, this one or another.
    pub person_active: bool,
}

/// One enrolled hub.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HubRow {
    /// Key id, hexadecimal.
    pub key_id: String,
    /// Name.
    pub name: String,
    /// State.
    pub state: KeyState,
    /// Fingerprint as six words.
    pub fingerprint: Vec<String>,
    /// How many patients it serves.
    pub patients: u32,
    /// Last heartbeat, Unix milliseconds.
    #[ts(type = "number | null")]
    pub heard_ms: Option<i64>,
    /// What it could not deliver.
    pub lost: Option<LostView>,
    /// Revoked.
    #[ts(type = "number | null")]
    pub revoked_ms: Option<i64>,
    /// Reason of the revocation.
    pub revoked_reason: String,
}

/// Records that the gateway refused for good, by the hub's own word.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LostView {
    /// How many.
    #[ts(type = "number")]
    pub count: u64,
    /// When the first was taken, Unix milliseconds.
    #[ts(type = "number")]
    pub first_ms: i64,
    /// When the last was taken, Unix milliseconds.
    #[ts(type = "number")]
    pub last_ms: i64,
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
    /// Person ids of all that are in it, also of people without a key in force until somebody takes them out. Empty
    /// unless the reader is an administrator.
    pub people: Vec<String>,
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
    /// Name of the hub.
    pub hub: String,
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
    /// What the device calls itself.
    pub name: String,
    /// The patient it is assigned to.
    pub patient_id: Option<String>,
    /// Bed of the patient it is bound to.
    pub bed: String,
    /// Last message, Unix milliseconds.
    #[ts(type = "number | null")]
    pub heard_ms: Option<i64>,
    /// Messages in quarantine.
    pub quarantined: u32,
    /// Retired for good.
    pub retired: bool,
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

/// Why an enrolment request cannot be enrolled here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EnrolProblem {
    /// It can.
    None,
    /// Enrolled already.
    AlreadyEnrolled,
    /// This key was revoked; only undoing the revocation brings it back.
    Revoked,
    /// It waits for a second signature already.
    Proposed,
}

/// Who asks to be enrolled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EnrolSubject {
    /// A person.
    Person {
        /// The role asked for.
        role: RoleView,
    },
    /// A hub, which belongs to no care team.
    Hub,
}

/// Answer of `enrol_preview`. It leaves the six words out: what stands on the screen need not be listened for.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EnrolPreview {
    /// Name the request claims.
    pub name: String,
    /// Who asks.
    pub subject: EnrolSubject,
    /// Key id, hexadecimal.
    pub key_id: String,
    /// Why it cannot be enrolled.
    pub problem: EnrolProblem,
    /// People of this name and role: the key can be a further workstation of one of them.
    pub same_person: Vec<PersonRef>,
    /// How many administrators must sign.
    pub signers: u8,
}

/// A person who is enrolled.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonRef {
    /// The person, hexadecimal.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// The person has no key in force: administrators would speak for the person.
    pub without_key: bool,
}

/// Answer of `enrol_check`: the words that were heard are those of the request.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EnrolCheck {
    /// Fingerprint as six words.
    pub fingerprint: Vec<String>,
    /// The fingerprint as a QR code.
    pub qr_svg: String,
}

/// Why a patient's registration cannot be signed here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RegistrationProblem {
    /// It can.
    None,
    /// Registered already.
    AlreadyRegistered,
    /// The hub is not enrolled, or no longer.
    UnknownHub,
}

/// Answer of `patient_preview`: what a hub's registration file asks for. It holds no name.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationPreview {
    /// The patient's pseudonym.
    pub patient_id: String,
    /// Name of the hub; empty if it is not known.
    pub hub: String,
    /// Why it cannot be registered.
    pub problem: RegistrationProblem,
}

/// What an administrator's signature has changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// A key was enrolled or revoked.
    Key,
    /// A team was created, or who is in it has changed.
    Team,
    /// A patient was registered.
    Patient,
    /// A device was registered or assigned.
    Device,
    /// The rules or the custodians have changed.
    Policy,
    /// An agreement was recorded, or has ended.
    Agreement,
    /// Emergency access was asked for, reviewed, or a share was released.
    Emergency,
    /// Nothing yet: it waits for a further signature.
    Proposed,
    /// A proposal was ended.
    Withdrawn,
    /// Somebody else's transaction was passed on.
    Relayed,
    /// An order to erase was proposed.
    Erasure,
}

/// Answer of every command that signs: it is sealed, and verified on this workstation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeView {
    /// What.
    pub kind: ChangeKind,
    /// Which: the id that `settings` shows.
    pub id: String,
}

/// Answer of `enrolment_answer`: what a new workstation or hub needs to find this hospital and to trust it.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentAnswerView {
    /// The answer as text; it holds no secret.
    pub text: String,
    /// The answer as a QR code; empty if it is too long for one.
    pub qr_svg: String,
    /// Where the desk has saved the text as a file; empty if it could not.
    pub saved_as: String,
}
