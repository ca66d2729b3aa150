//! The access log: who opened which patient's record, when, by what right and where. For privacy officers.

use super::{NameView, RoleView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was opened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AccessScreen {
    /// The patient's page.
    Patient,
    /// Trends.
    Trend,
    /// A document, an image or a note.
    Document,
    /// Data were written to a file or printed.
    Export,
    /// The glass was broken.
    BreakGlass,
}

/// By what right somebody read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AccessGround {
    /// Care of this patient.
    Treatment,
    /// Research.
    Research,
    /// Care by family or a caregiver.
    Caregiving,
    /// An order of a court or an authority.
    LegalDisclosure,
    /// An emergency.
    BreakGlass,
    /// The agreement that the receipt names is not on the ledger: an incident.
    Unknown,
}

/// Which openings are asked for. What is left out is not filtered by.
#[derive(Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessQuery {
    /// Of this patient: the pseudonym.
    pub patient_id: Option<String>,
    /// By this person: the id of the first key.
    pub person_id: Option<String>,
    /// From then on, Unix milliseconds.
    #[ts(type = "number | null")]
    pub from_ms: Option<i64>,
    /// Up to then, Unix milliseconds.
    #[ts(type = "number | null")]
    pub to_ms: Option<i64>,
}

/// In which form the log is written to a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AccessFormat {
    /// A FHIR R4 Bundle of AuditEvents, JSON.
    Fhir,
    /// Comma-separated values.
    Csv,
}

/// One opening. It stands for up to fifteen minutes of looking on.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccessRow {
    /// Its receipt and place: `stream.number.place`.
    pub id: String,
    /// The receipt, for "why can I trust this?".
    pub record_ref: String,
    /// When, Unix milliseconds, by the workstation's clock.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// The person's name, as enrolled.
    pub person: String,
    /// The person: id of the first key.
    pub person_id: String,
    /// Role; none if the key was a hub's, which is an incident.
    pub role: Option<RoleView>,
    /// The workstation: id of the key that signed the receipt.
    pub workstation: String,
    /// Whose record: the pseudonym.
    pub patient_id: String,
    /// Name, if the patient shares it with this reader.
    pub name: NameView,
    /// What was opened.
    pub screen: AccessScreen,
    /// Categories, by the words of `CategoryShare`.
    pub categories: Vec<String>,
    /// By what right.
    pub grounds: Vec<AccessGround>,
    /// Why the glass was broken, in the person's own words; empty otherwise.
    pub reason: String,
}

/// Somebody or somebody's record that can be filtered by.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccessChoice {
    /// Id.
    pub id: String,
    /// As it is shown.
    pub label: String,
}

/// Answer of `access_log`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccessLogView {
    /// Broken glass first, then the newest first.
    pub rows: Vec<AccessRow>,
    /// There are more than these.
    pub more: bool,
    /// All persons who are enrolled, or were.
    pub people: Vec<AccessChoice>,
    /// All patients.
    pub patients: Vec<AccessChoice>,
}

/// Answer of `export_access_log`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// Where the file lies.
    pub saved_as: String,
    /// How many openings it holds.
    pub entries: u32,
}
