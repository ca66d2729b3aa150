//! The history of one alarm: who was told, who saw, who acted, and when; and what can be done about it.

use super::{AlarmOutcome, AlarmRow, CameBackWord, RoleView, SealState, SnoozeReason, TrendView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person does about an alarm, besides acknowledging.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AlarmActInput {
    /// Acknowledge it with a word.
    Answer {
        /// The word.
        comment: AlarmComment,
    },
    /// Put it off. It ends by itself.
    Snooze {
        /// How long, in minutes: at most 2 for high, 30 for medium, 720 for low priority.
        minutes: u32,
        /// Why.
        reason: SnoozeReason,
    },
    /// Close it.
    Resolve {
        /// How it turned out.
        outcome: AlarmOutcome,
    },
    /// Give it to a colleague.
    Assign {
        /// Whose key.
        to: String,
    },
    /// Call somebody more.
    Escalate {
        /// Whose key.
        to: String,
    },
}

/// A word with an acknowledgement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AlarmComment {
    /// None.
    None,
    /// On the way.
    Going,
    /// With the patient.
    AtBedside,
    /// Artefact.
    Artefact,
    /// Expected for this patient.
    Expected,
    /// The device is at fault.
    Device,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AlarmStepKind {
    /// It was raised.
    Raised,
    /// The condition came again.
    Reopened,
    /// Its priority rose.
    Rose,
    /// Its value moved further out.
    Worsened,
    /// It cannot be judged.
    Inhibited,
    /// The condition is over.
    Cleared,
    /// It arrived at a workstation.
    Delivered,
    /// Somebody saw it.
    Seen,
    /// Somebody acknowledged it.
    Acknowledged {
        /// With which word.
        comment: AlarmComment,
    },
    /// Somebody put it off.
    Snoozed {
        /// Until when, Unix milliseconds.
        #[ts(type = "number")]
        until_ms: i64,
        /// Why.
        reason: SnoozeReason,
    },
    /// Somebody closed it.
    Resolved {
        /// How it turned out.
        outcome: AlarmOutcome,
    },
    /// Somebody gave it to somebody.
    Assigned {
        /// To whom, by name.
        to: String,
    },
    /// It came back to the hub.
    CameBack {
        /// Why.
        why: CameBackWord,
    },
    /// Somebody more was called.
    Escalated {
        /// Who, by name.
        to: String,
        /// Because nobody had answered for as long as the roster says.
        by_time: bool,
    },
}

/// One step of an alarm.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AlarmStepView {
    /// When, by its author's clock, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Who, by name; empty for the patient's hub.
    pub by: String,
    /// What.
    pub what: AlarmStepKind,
    /// Worst value against limit, for steps of the hub's rules.
    pub text: String,
    /// What became of its record.
    pub seal: SealState,
    /// Its record, for "why can I trust this?"; none while it is on its way.
    pub record_ref: Option<String>,
}

/// Somebody to whom an alarm can be given.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ColleagueView {
    /// The person, by key.
    pub key_id: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: RoleView,
}

/// Who is called next when nobody answers.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NextCallView {
    /// Names.
    pub names: Vec<String>,
    /// When, Unix milliseconds; none while the alarm calls nobody.
    #[ts(type = "number | null")]
    pub at_ms: Option<i64>,
    /// They were called.
    pub done: bool,
}

/// Answer of `alarm_history`.
#[derive(Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AlarmHistoryView {
    /// The alarm.
    pub row: AlarmRow,
    /// What happened, in the order of the record.
    pub steps: Vec<AlarmStepView>,
    /// Who is called when; empty where nobody is named.
    pub next: Vec<NextCallView>,
    /// Colleagues who may read these alarms.
    pub colleagues: Vec<ColleagueView>,
    /// The parameter around the crossing; none where there are no values.
    pub strip: Option<TrendView>,
    /// How long the reader may put it off, in minutes.
    pub snooze_minutes: Vec<u32>,
    /// Outcomes by which it may be closed now.
    pub outcomes: Vec<AlarmOutcome>,
}
