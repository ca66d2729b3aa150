//! Who is called when nobody answers an alarm, and the technical alarms of this workstation.

use super::{ColleagueView, Priority};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One step of a roster.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RosterStepInput {
    /// Keys of the people who are called.
    pub people: Vec<String>,
    /// Seconds without an answer to a high alarm; the first step calls at once.
    pub high_s: u32,
    /// The same for a medium one; none calls nobody more.
    pub medium_s: Option<u32>,
}

/// One step of the roster in force.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RosterStepView {
    /// Who.
    pub people: Vec<ColleagueView>,
    /// Seconds, high priority.
    pub high_s: u32,
    /// Seconds, medium priority.
    pub medium_s: Option<u32>,
    /// Somebody of this step can be reached now.
    pub reached: bool,
}

/// Answer of `alarm_roster` and `set_alarm_roster`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RosterView {
    /// Whose alarms.
    pub patient_id: String,
    /// Bed.
    pub bed: String,
    /// The steps in force; empty where nobody is called by time.
    pub steps: Vec<RosterStepView>,
    /// Who signed it, by name; empty where there is none.
    pub by: String,
    /// When, Unix milliseconds.
    #[ts(type = "number | null")]
    pub at_ms: Option<i64>,
    /// Clinicians who may read these alarms.
    pub colleagues: Vec<ColleagueView>,
    /// The usual times of the steps, seconds, high and medium priority.
    pub usual: Vec<(u32, Option<u32>)>,
    /// The reader may change it.
    pub can_change: bool,
}

/// What is wrong with the way of alarms to this workstation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// The gateway is silent: new alarms do not arrive.
    GatewaySilent,
    /// A hub is silent: its patients are not watched here.
    HubSilent,
    /// A hub could not deliver some records: values of its patients may be missing.
    RecordsLost,
    /// This workstation's clock differs.
    ClockWrong,
    /// No sound can be played here.
    NoSound,
    /// A record failed verification.
    Unverified,
    /// Alarms of a patient cannot be read here: their keys are missing.
    Unreadable,
}

/// One technical alarm of this workstation.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FaultRow {
    /// Its name.
    pub fault_id: String,
    /// What is wrong.
    pub kind: FaultKind,
    /// How urgent.
    pub priority: Priority,
    /// Beds that are not watched because of it; empty where it is all of them or none.
    pub beds: Vec<String>,
    /// Since when, Unix milliseconds.
    #[ts(type = "number")]
    pub since_ms: i64,
    /// Somebody here has taken notice.
    pub acknowledged: bool,
}
