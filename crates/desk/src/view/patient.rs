//! One patient: numerics, trends and what is shared.

use super::{
    AlarmRow, KeyProblem, Monitoring, NameView, News2View, Parameter, SealState, TechnicalMark, ValueView,
};
use serde::Serialize;
use ts_rs::TS;

/// Answer of `patient`.
#[derive(Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PatientView {
    /// Identity.
    pub patient_id: String,
    /// Bed.
    pub bed: String,
    /// Name.
    pub name: NameView,
    /// "71 y · F", or empty.
    pub age_text: String,
    /// Record number, or the reason why there is none.
    pub record_number: NameView,
    /// Numerics in the order they are drawn.
    pub numerics: Vec<NumericView>,
    /// NEWS2.
    pub news2: News2View,
    /// Open alarms, worst first.
    pub alarms: Vec<AlarmRow>,
    /// Waveforms that may be subscribed to.
    pub waves: Vec<WaveView>,
    /// What the patient shares with the reader.
    pub sharing: Vec<CategoryShare>,
    /// Whether the patient is watched.
    pub monitoring: Monitoring,
    /// Equipment trouble.
    pub technical: Vec<TechnicalMark>,
    /// Worst state of the records behind this page.
    pub seal: SealState,
    /// Stretches of which records are missing and nothing explains it: an incident.
    pub missing: Vec<MissingView>,
    /// Newest record, for "why can I trust this?".
    pub record_ref: Option<String>,
    /// Opened by emergency access; it closes by itself then, Unix milliseconds.
    #[ts(type = "number | null")]
    pub emergency_until_ms: Option<i64>,
    /// From the demo ward.
    pub demo: bool,
}

/// Records of one category that are missing: signed by their author, and not served.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MissingView {
    /// The category, as in `sharing`.
    pub category: String,
    /// The last record before was taken then, or the stream began then, Unix milliseconds.
    #[ts(type = "number | null")]
    pub from_ms: Option<i64>,
    /// The first record after was taken then; none if it lasts until now.
    #[ts(type = "number | null")]
    pub to_ms: Option<i64>,
}

/// A numeric with its limits.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NumericView {
    /// Which parameter.
    pub parameter: Parameter,
    /// Unit as printed, for example "/min".
    pub unit: String,
    /// The value.
    pub value: ValueView,
    /// A second line, for example the mean pressure "(92)"; empty if there is none.
    pub detail: String,
    /// Where it was measured, for example "GE B650, ECG".
    pub source: String,
    /// Alarm limits in force.
    pub limits: LimitsView,
}

/// Alarm limits as printed. An empty text means that there is no limit on that side, which the window says.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitsView {
    /// Lower limit.
    pub low: String,
    /// Upper limit.
    pub high: String,
}

/// A waveform channel. Sample × `scale` + `offset` is the value in `unit`.
#[derive(Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaveView {
    /// IEEE 11073 code: the key of the binary frames.
    pub code: u32,
    /// "ECG II".
    pub label: String,
    /// The parameter whose colour it takes.
    pub parameter: Parameter,
    /// Unit.
    pub unit: String,
    /// Factor from sample to unit.
    pub scale: f32,
    /// Added after scaling.
    pub offset: f32,
    /// Value at the lower edge of the strip.
    pub low: f32,
    /// Value at the upper edge of the strip.
    pub high: f32,
    /// Sweep speed, mm/s (25 for ECG and pleth, 6.25 for respiration).
    pub sweep_mm_s: f32,
}

/// Whether a category is shared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Sharing {
    /// Shared with the reader.
    Shared,
    /// Never shared with the reader.
    NotShared,
    /// Sharing has ended.
    Ended,
}

/// One category of consent, in the reader's eyes.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CategoryShare {
    /// `vitals`, `waveforms`, `alarms`, `notes`, `documents`, `images`, `patientReports`, `administration`, `identity`.
    pub category: String,
    /// Whether.
    pub state: Sharing,
    /// Until when, Unix milliseconds; none means without an end.
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
    /// Shared, and yet nothing opens.
    pub key_problem: Option<KeyProblem>,
}

/// Why a stretch of a trend is empty. A line is never drawn through it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum GapKind {
    /// Nothing was measured.
    NotMeasured,
    /// The sensor was off.
    SensorOff,
    /// The device sent values no patient can have.
    Invalid,
    /// The watch was on standby: the patient was away.
    Standby,
    /// Records are still being fetched.
    NotYetHere,
    /// A record is missing and nothing explains it: an incident.
    MissingRecord,
    /// Erased by order.
    Erased,
    /// Not shared with the reader.
    NotShared,
}

/// An empty stretch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GapView {
    /// Begin, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// End.
    #[ts(type = "number")]
    pub to_ms: i64,
    /// Why.
    pub kind: GapKind,
}

/// One axis mark. The text is written by the page, since the SVG carries no font.
#[derive(Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AxisTick {
    /// Place along the axis, 0 at the left or bottom edge, 1 at the right or top edge.
    pub at: f32,
    /// What is written there; for the time axis the window writes the local time of `time_ms` instead.
    pub text: String,
    /// For the time axis: Unix milliseconds.
    #[ts(type = "number | null")]
    pub time_ms: Option<i64>,
}

/// One element of the answer of `trend`.
#[derive(Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrendView {
    /// Which parameter.
    pub parameter: Parameter,
    /// Unit.
    pub unit: String,
    /// The plot area, drawn in Rust, which the window stretches over its box; no text inside.
    pub svg: String,
    /// The line in words.
    pub summary: String,
    /// Left edge, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// Right edge.
    #[ts(type = "number")]
    pub to_ms: i64,
    /// Marks of the time axis.
    pub x_ticks: Vec<AxisTick>,
    /// Marks of the value axis.
    pub y_ticks: Vec<AxisTick>,
    /// Empty stretches.
    pub gaps: Vec<GapView>,
    /// Limits in force now.
    pub limits: LimitsView,
    /// The newest value.
    pub last: ValueView,
}
