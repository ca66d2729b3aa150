//! Reports for whoever leads a ward, from what this workstation has verified.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What a report is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReportKind {
    /// What each patient brought in a shift, and what is left to be done.
    Shift,
    /// Alarms of each bed by priority.
    Load,
    /// Alarms of each hour of the day by priority.
    Hours,
    /// How long until alarms were seen, acknowledged, resolved.
    Response,
    /// How alarms turned out.
    Outcome,
    /// Minutes without a value, by patient.
    Silence,
    /// Who opened how many records. For privacy officers.
    Access,
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportAsk {
    /// About what.
    pub kind: ReportKind,
    /// Begin of the period, Unix milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    /// Its end; at most 31 days after the begin, 7 for silence.
    #[ts(type = "number")]
    pub to_ms: i64,
    /// How many minutes the window's clock is east of UTC: what hours of the day are reckoned by.
    pub offset_minutes: i32,
}

/// How a report is saved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReportFormat {
    /// Comma-separated values, RFC 4180, machine words.
    Csv,
    /// A page to print.
    Pdf,
}

/// The words of a printed report in the language of the window: `report.…` keys to texts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportWords {
    /// At most 128 keys; each text has at most 300 characters.
    pub texts: BTreeMap<String, String>,
}

/// How a column is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReportForm {
    /// A name, as it is.
    Text,
    /// A word `report.word.…` of the catalogue.
    Word,
    /// A whole number.
    Count,
    /// Minutes.
    Minutes,
    /// Seconds.
    Seconds,
    /// Per cent.
    Percent,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReportColumn {
    /// `report.column.…` of the catalogue.
    pub key: String,
    /// How its cells are read.
    pub form: ReportForm,
}

/// One bar of the chart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReportBar {
    /// Its name: a cell of the first column.
    pub label: String,
    /// Its height.
    #[ts(type = "number")]
    pub value: i64,
}

/// Up to where the permanent record was verified when the report was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SealLine {
    /// Number of the newest verified record.
    #[ts(type = "number")]
    pub height: u64,
    /// The first 16 digits of its id.
    pub short: String,
    /// What the code holds: kind, period, number and whole id.
    pub text: String,
    /// The same as a QR code.
    pub qr_svg: String,
}

/// Answer of `report`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReportView {
    /// What was asked for.
    pub ask: ReportAsk,
    /// When it was made, Unix milliseconds.
    #[ts(type = "number")]
    pub made_ms: i64,
    /// By whom.
    pub made_by: String,
    /// The hospital.
    pub hospital: String,
    /// Of how many patients; those who share nothing with the reader are not among them.
    pub patients: u32,
    /// Columns.
    pub columns: Vec<ReportColumn>,
    /// Rows; one cell for each column.
    pub rows: Vec<Vec<String>>,
    /// The chart, drawn in Rust; no text inside.
    pub chart_svg: String,
    /// Its bars, left to right.
    pub bars: Vec<ReportBar>,
    /// How the bars are read.
    pub bar_form: ReportForm,
    /// The seal line.
    pub seal: SealLine,
    /// From the demo ward.
    pub demo: bool,
}
