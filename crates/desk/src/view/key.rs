//! Any trouble with a key, told in one way: which key, since when, what happened, who can help, what to do.

use super::RoleView;
use serde::Serialize;
use ts_rs::TS;

/// Why a key does not serve.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyProblem {
    /// The ledger does not know it.
    NotEnrolled,
    /// It was revoked.
    Revoked,
    /// Its time is over.
    Expired,
    /// The key file is damaged.
    Damaged,
    /// The key file belongs to another hospital.
    OtherHospital,
    /// This workstation's clock differs from that of gateway and hubs.
    Clock,
    /// The patient shares, and the key has not arrived; the hub is heard.
    EnvelopeMissing,
    /// The patient shares, and the key has not arrived; the hub is not heard.
    HubOffline,
    /// The agreement is over.
    AgreementEnded,
}

/// Somebody who can help.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyContact {
    /// Name.
    pub name: String,
    /// Role; none for a hub or a care team.
    pub role: Option<RoleView>,
}

/// The patient and category a key is for.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyPlace {
    /// Pseudonym.
    pub patient_id: String,
    /// Bed, where it is shared with the reader.
    pub bed: String,
    /// Category.
    pub category: String,
    /// Number of the generation, where one is awaited.
    pub generation: Option<u32>,
}

/// The one screen that says which key is needed and who can help.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyProblemView {
    /// What.
    pub problem: KeyProblem,
    /// Which key, hexadecimal: this workstation's.
    pub key_id: String,
    /// Its fingerprint as six words.
    pub fingerprint: Vec<String>,
    /// What the missing key would open; none for the workstation's own key.
    pub place: Option<KeyPlace>,
    /// Since when, Unix milliseconds.
    #[ts(type = "number | null")]
    pub since_ms: Option<i64>,
    /// Who can help, the nearest first.
    pub who_can_help: Vec<KeyContact>,
}
