//! Emergency access ("break-glass"): who may open what is not shared with them, what is open now, and the review.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Answer of `emergency`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyView {
    /// Whether the reader may ask for emergency access.
    pub bar: EmergencyBar,
    /// Longest access, minutes; 0 where there is none.
    pub minutes: u8,
    /// What happens when a patient's hub cannot be reached.
    pub fallback: Fallback,
    /// Patients of whom nothing, or not all, is shared with the reader. Empty unless the reader may ask.
    pub closed: Vec<ClosedPatient>,
    /// What is open now, to the reader.
    pub open: Vec<EmergencyRow>,
    /// Requests that wait for the reader's share of a key.
    pub asked: Vec<EmergencyRow>,
    /// Requests to review, unseen ones first: all of them for privacy officers, the own ones for everybody else.
    pub reviews: Vec<EmergencyRow>,
}

/// Whether somebody may ask for emergency access.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EmergencyBar {
    /// May.
    Allowed,
    /// The hospital's rules name other roles.
    OtherRole,
    /// The hospital has switched it off.
    SwitchedOff,
    /// The gateway is not reached, and without a sealed request nobody releases a key.
    Offline,
}

/// What opens a patient when the hub cannot be reached.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fallback {
    /// Nothing.
    None,
    /// So many of these people, together.
    Custodians {
        /// How many.
        threshold: u8,
        /// Their names.
        names: Vec<String>,
    },
}

/// A patient who is not shared with the reader, by what the ledger tells everybody: no name, no bed.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClosedPatient {
    /// Pseudonym, as it stands on the patient's page at the hub.
    pub patient_id: String,
    /// Name of the hub beside the patient.
    pub hub: String,
    /// The hub is heard now.
    pub hub_heard: bool,
    /// What the devices at the patient call themselves, as printed on them.
    pub devices: Vec<String>,
    /// Bed, where the patient shares it.
    pub bed: String,
    /// Categories that are not shared with the reader.
    pub categories: Vec<String>,
    /// Custodians hold shares of at least one key, should the hub not be reached.
    pub shared_out: bool,
}

/// Why somebody opened a patient. The words beside it travel sealed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EmergencyReason {
    /// Danger to life or limb.
    DangerToLife,
    /// The patient cannot agree.
    CannotConsent,
    /// A gap at hand-over.
    HandoverGap,
    /// Something else.
    Other,
}

/// What a privacy officer found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReviewOutcome {
    /// It was right.
    Justified,
    /// It was not.
    NotJustified,
    /// To be looked into.
    FollowUp,
}

/// A finished review.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewView {
    /// What was found.
    pub outcome: ReviewOutcome,
    /// By whom.
    pub by: String,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// How far a request has come.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EmergencyProgress {
    /// Sealed; no key has arrived yet.
    Waiting {
        /// The patient's hub is heard, and will grant by itself.
        hub_heard: bool,
        /// Shares that custodians have released so far, for the category that has fewest.
        released: u8,
        /// Shares needed; 0 where nobody holds any.
        threshold: u8,
    },
    /// Keys are here.
    Open,
    /// Its time is over.
    Over,
}

/// One emergency access.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyRow {
    /// Its id, hexadecimal.
    pub request_id: String,
    /// Whose data.
    pub patient_id: String,
    /// Bed, where the reader may know it.
    pub bed: String,
    /// Who asked.
    pub by: String,
    /// Why.
    pub reason: EmergencyReason,
    /// The words beside the reason; empty where they are not for the reader or have not arrived.
    pub text: String,
    /// Which categories.
    pub categories: Vec<String>,
    /// Sealed, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// End, Unix milliseconds.
    #[ts(type = "number")]
    pub until_ms: i64,
    /// How far it has come.
    pub progress: EmergencyProgress,
    /// What the privacy officer found.
    pub review: Option<ReviewView>,
    /// The reader may review it.
    pub can_review: bool,
    /// The reader holds a share that can be released.
    pub can_release: bool,
}

/// An emergency access that is open at this workstation: it stands on every screen until it ends.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyMark {
    /// Whose data.
    pub patient_id: String,
    /// Bed, where it is known; never a name.
    pub bed: String,
    /// End, Unix milliseconds.
    #[ts(type = "number")]
    pub until_ms: i64,
    /// Keys are here.
    pub open: bool,
}
