//! Trends of one patient on a screen of their own: charts over one time axis, the values under a cursor, and the same
//! window as a table.

use super::{
    AxisTick, GapKind, LimitsView, NameView, Parameter, Priority, SealState, Sharing, TrendView, ValueState,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which window of time is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrendAsk {
    /// The span that was chosen: 1, 4, 12, 24, 72 or 168 hours until now.
    pub hours: u32,
    /// Begin of a part of the last seven days, Unix milliseconds; none for the whole span.
    #[ts(type = "number | null")]
    pub from_ms: Option<i64>,
    /// Its end.
    #[ts(type = "number | null")]
    pub to_ms: Option<i64>,
}

/// Answer of `trends`.
#[derive(Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrendsView {
    /// Identity.
    pub patient_id: String,
    /// Bed.
    pub bed: String,
    /// Name.
    pub name: NameView,
    /// The window, as it was asked for.
    pub ask: TrendAsk,
    /// Left edge, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// Right edge.
    #[ts(type = "number")]
    pub to_ms: i64,
    /// Whether vital signs are shared with the reader; there are charts only then.
    pub vitals: Sharing,
    /// Whether alarms are; there are episodes and the patient's own limits only then.
    pub alarms: Sharing,
    /// Marks of the shared time axis.
    pub x_ticks: Vec<AxisTick>,
    /// One chart for each vital sign, in the order they are drawn. The usual five are there even without a value.
    pub charts: Vec<TrendView>,
    /// Alarm episodes that touch the window, oldest first.
    pub episodes: Vec<EpisodeView>,
    /// Worst state of the records behind it.
    pub seal: SealState,
    /// From the demo ward.
    pub demo: bool,
}

/// An alarm episode on the time axis.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EpisodeView {
    /// The alarm.
    pub alarm_id: String,
    /// The chart it belongs to; `monitoring` where it belongs to none.
    pub parameter: Parameter,
    /// How urgent.
    pub priority: Priority,
    /// When the limit was crossed, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// When it was over; none while it persists.
    #[ts(type = "number | null")]
    pub to_ms: Option<i64>,
    /// "SpO₂ 84 < 90".
    pub text: String,
    /// How often the condition came back within the episode; 1 is the first time.
    pub count: u32,
}

/// Answer of `trend_at`: what was known at one moment.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrendAtView {
    /// The moment, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// One row for each chart, in the same order.
    pub values: Vec<TrendValue>,
}

/// One vital sign at a moment.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrendValue {
    /// Which parameter.
    pub parameter: Parameter,
    /// Unit.
    pub unit: String,
    /// The number as the device printed it; empty where the state forbids to show one.
    pub text: String,
    /// How far it might have been used at that moment.
    pub state: ValueState,
    /// When it was measured, Unix milliseconds; without a value, when the last one was.
    #[ts(type = "number | null")]
    pub taken_ms: Option<i64>,
    /// Limits that were in force then.
    pub limits: LimitsView,
    /// The record it was read from, for "why can I trust this?".
    pub record_ref: Option<String>,
}

/// Answer of `trend_table`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrendTableView {
    /// Left edge of the first column, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// Right edge of the last one.
    #[ts(type = "number")]
    pub to_ms: i64,
    /// Width of a column in minutes: 1, 5, 15 or 60.
    pub step_minutes: u32,
    /// Whether vital signs are shared with the reader; there are rows only then.
    pub vitals: Sharing,
    /// Begin of each column, Unix milliseconds.
    #[ts(type = "number[]")]
    pub columns: Vec<i64>,
    /// One row for each vital sign.
    pub rows: Vec<TrendTableRow>,
}

/// One vital sign in a table.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrendTableRow {
    /// Which parameter.
    pub parameter: Parameter,
    /// Unit.
    pub unit: String,
    /// One cell for each column.
    pub cells: Vec<TrendCell>,
}

/// What the values of one step say; without a value, why there is none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrendCell {
    /// How many values there were; 0 for a step without one.
    pub count: u32,
    /// The lowest.
    pub low: String,
    /// The middle one.
    pub median: String,
    /// The highest.
    pub high: String,
    /// Why there is none; none where there are values.
    pub gap: Option<GapKind>,
}
