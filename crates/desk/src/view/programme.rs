//! Programmes of rehabilitation and prevention.

use super::{RoleView, ValueView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a programme is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ProgrammeWord {
    /// To become able again.
    Rehabilitation,
    /// To stay well.
    Prevention,
}

/// What a goal is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum GoalMeasure {
    /// Heart rate.
    HeartRate,
    /// Oxygen saturation.
    Spo2,
    /// Respiration rate.
    RespirationRate,
    /// Systolic pressure.
    Systolic,
    /// Diastolic pressure.
    Diastolic,
    /// Body temperature.
    Temperature,
    /// Glucose by finger stick.
    Glucose,
    /// Pain, 0 to 10.
    Pain,
    /// Body weight.
    Weight,
}

/// How the present value stands to a goal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum GoalState {
    /// The value that is shown lies within.
    Met,
    /// It lies outside.
    NotMet,
    /// No value is known that could tell.
    Unknown,
}

/// One goal with the present value.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GoalView {
    /// What is measured.
    pub measure: GoalMeasure,
    /// Lowest number that meets it; empty where there is no lower end.
    pub low: String,
    /// Highest; empty where there is no upper end.
    pub high: String,
    /// The unit of these numbers.
    pub unit: String,
    /// By when, Unix milliseconds.
    #[ts(type = "number")]
    pub by_ms: i64,
    /// The value as it stands now.
    pub value: ValueView,
    /// How it stands to the goal.
    pub state: GoalState,
}

/// Where a programme stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ProgrammeState {
    /// It begins later.
    Planned,
    /// It runs.
    Running,
    /// Its time is over, and nobody has ended it.
    Over,
    /// It was ended.
    Ended,
    /// Another one came in its place.
    Replaced,
}

/// How a programme ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OutcomeWord {
    /// Its goals were reached.
    Reached,
    /// Some of them were.
    Partly,
    /// It was given up.
    Stopped,
}

/// The end of a programme.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeEndView {
    /// Who, by name.
    pub by: String,
    /// In which role.
    pub role: Option<RoleView>,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// How.
    pub outcome: OutcomeWord,
    /// What is to be said of it.
    pub text: String,
    /// Its record, for "why can I trust this?".
    pub record_ref: String,
}

/// A programme.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeView {
    /// What it is for.
    pub kind: ProgrammeWord,
    /// What it is called.
    pub title: String,
    /// Its begin, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// Its end, Unix milliseconds.
    #[ts(type = "number")]
    pub until_ms: i64,
    /// Its goals.
    pub goals: Vec<GoalView>,
    /// What is done; empty if nothing was said.
    pub text: String,
    /// Where it stands.
    pub state: ProgrammeState,
    /// It was ended.
    pub end: Option<ProgrammeEndView>,
    /// The reader may change or end it.
    pub may_change: bool,
}

/// One goal as it is asked for.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GoalInput {
    /// What is measured.
    pub measure: GoalMeasure,
    /// Lowest number, with a point; empty for none.
    pub low: String,
    /// Highest.
    pub high: String,
    /// By when, Unix milliseconds.
    #[ts(type = "number")]
    pub by_ms: i64,
}

/// Argument of `write_programme`.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeInput {
    /// What it is for.
    pub kind: ProgrammeWord,
    /// What it is called.
    pub title: String,
    /// Its begin, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// Its end, Unix milliseconds.
    #[ts(type = "number")]
    pub until_ms: i64,
    /// Its goals.
    pub goals: Vec<GoalInput>,
    /// What is done; may be empty.
    pub text: String,
    /// The programme in whose place it comes, by its row's id.
    pub replaces: Option<String>,
}

/// Argument of `end_programme`.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProgrammeEndInput {
    /// How it ended.
    pub outcome: OutcomeWord,
    /// What is to be said of it.
    pub text: String,
}
