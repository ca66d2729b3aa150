//! One alarm as a row: condition, signal and work are three separate states (IEC 60601-1-8, `clinical.md` §3.8).

use super::{NameView, Parameter, SealState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Priority of an alarm condition after IEC 60601-1-8, lowest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Priority {
    /// Awareness.
    Low,
    /// Prompt response.
    Medium,
    /// Immediate response.
    High,
}

/// What the alarm is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AlarmKind {
    /// The patient.
    Physiological,
    /// The equipment or the connection.
    Technical,
    /// A score or a task.
    Advisory,
}

/// Whether the condition holds. Acknowledging never changes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AlarmCondition {
    /// The limit is crossed and the delay is running.
    Pending,
    /// It holds.
    Active,
    /// It has ended.
    Cleared,
}

/// What can be heard and seen of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AlarmSignal {
    /// Sounding.
    Sounding,
    /// Shown without sound, by the rules of its priority.
    Silent,
    /// Sound is paused on this workstation.
    Paused,
    /// Ended, and kept on the screen until somebody has seen it.
    Latched,
    /// Over.
    Off,
}

/// Why an alarm is put off.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SnoozeReason {
    /// Treatment takes time to work.
    Treated,
    /// Somebody works at the patient.
    Procedure,
    /// Expected for this patient.
    Expected,
    /// A review was asked for.
    AwaitingReview,
    /// Artefact.
    Artefact,
}

/// How an alarm turned out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AlarmOutcome {
    /// Something had to be done.
    Actionable,
    /// Something was done already.
    Treated,
    /// Artefact.
    Artefact,
    /// Expected for this patient.
    Expected,
    /// A fault of the device.
    Device,
}

/// What people have done about it.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AlarmWork {
    /// Nobody has answered.
    New,
    /// The acknowledgement was made here and is on its way into the permanent record.
    Acknowledging,
    /// Somebody has taken it.
    Acknowledged {
        /// Who, by name.
        by: String,
        /// The reader did it.
        by_me: bool,
        /// When, Unix milliseconds.
        #[ts(type = "number")]
        at_ms: i64,
    },
    /// Somebody has given it to somebody.
    Assigned {
        /// To whom, by name.
        to: String,
        /// The reader has it.
        to_me: bool,
        /// By whom, by name.
        by: String,
        /// When, Unix milliseconds.
        #[ts(type = "number")]
        at_ms: i64,
    },
    /// Put off. It ends by itself.
    Snoozed {
        /// By whom, by name.
        by: String,
        /// Why.
        reason: SnoozeReason,
        /// Until when, Unix milliseconds.
        #[ts(type = "number")]
        until_ms: i64,
    },
    /// Closed.
    Resolved {
        /// Who, by name; empty when it closed by rule.
        by: String,
        /// When, Unix milliseconds.
        #[ts(type = "number")]
        at_ms: i64,
        /// How it turned out.
        outcome: AlarmOutcome,
    },
}

/// One alarm. Upserted by `alarm_id`, in the inbox, on the tile and on the patient's page alike.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AlarmRow {
    /// Identity of the episode.
    pub alarm_id: String,
    /// Whose.
    pub patient_id: String,
    /// Bed, for example "12".
    pub bed: String,
    /// Patient's name.
    pub name: NameView,
    /// Priority.
    pub priority: Priority,
    /// What it is about.
    pub kind: AlarmKind,
    /// Which parameter.
    pub parameter: Parameter,
    /// Worst value against limit, for example "SpO₂ 84 < 90".
    pub text: String,
    /// Whether it holds.
    pub condition: AlarmCondition,
    /// What can be heard of it.
    pub signal: AlarmSignal,
    /// What was done.
    pub work: AlarmWork,
    /// When it was raised, Unix milliseconds.
    #[ts(type = "number")]
    pub since_ms: i64,
    /// When the condition ended.
    #[ts(type = "number | null")]
    pub cleared_ms: Option<i64>,
    /// How many crossings this episode joins.
    pub count: u32,
    /// What became of its record. A provisional alarm is `sealing`.
    pub seal: SealState,
    /// Its record, for "why can I trust this?".
    pub record_ref: Option<String>,
    /// From the demo ward.
    pub demo: bool,
    /// This reader may acknowledge it now.
    pub can_acknowledge: bool,
    /// This reader may put it off, give it to somebody, call somebody and close it.
    pub can_act: bool,
    /// Who was called besides, by name, the newest last.
    pub called: Vec<String>,
    /// The reader is among them.
    pub called_me: bool,
    /// It came back to the patient's hub, and nobody has answered since.
    pub came_back: Option<CameBackWord>,
    /// Somebody has seen it since it calls.
    pub seen: bool,
}

/// Why an alarm came back to the hub.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CameBackWord {
    /// No workstation in use has it.
    NotDelivered,
    /// Nobody has seen it.
    NotSeen,
}
