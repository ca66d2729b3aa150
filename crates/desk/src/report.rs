//! Reports: counted from alarms, values and access receipts that this workstation has verified and opened, and from
//! nothing else. What is not shared with the reader is not counted, and the report says of how many patients it is.

mod alarms;
mod csv;
mod line;
mod paper;
mod pdf;
mod shift;
mod silence;
mod strip;

pub(crate) use alarms::{Counted, count, hours, load, outcome, response};
pub(crate) use csv::write as csv;
pub(crate) use pdf::write as pdf;
pub(crate) use shift::{Stay, shift};
pub(crate) use silence::{Watched, silence};
pub(crate) use strip::{Strip, write as strip};

use crate::store::StoredOpening;
use crate::view::{ReportAsk, ReportBar, ReportColumn, ReportForm, ReportKind, SealLine};
use std::collections::{BTreeMap, BTreeSet};
use wl_chart::{BarChart, Size, Theme};
use wl_ledger::{Hash, Height, KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::AlarmId;
use wl_wire::access::Screen;

/// The longest period of a report, in milliseconds.
pub(crate) const LONGEST: i64 = 31 * 24 * 3_600_000;
/// What a report is not.
pub(crate) const NOTICE: &str = "not a certified medical device";

/// The figures of a report: a table and one bar for each of its rows, or for each hour.
pub(crate) struct Figures {
    pub(crate) columns: Vec<(&'static str, ReportForm)>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) bars: Vec<ReportBar>,
    pub(crate) bar_form: ReportForm,
}

impl Figures {
    pub(crate) fn view_columns(&self) -> Vec<ReportColumn> {
        self.columns.iter().map(|(key, form)| ReportColumn { key: (*key).to_owned(), form: *form }).collect()
    }
}

pub(crate) fn bar(label: impl Into<String>, value: i64) -> ReportBar {
    ReportBar { label: label.into(), value }
}

/// The chart of a report's bars.
pub(crate) fn chart(bars: &[ReportBar], size: Size) -> BarChart {
    BarChart { values: bars.iter().map(|bar| bar.value).collect(), size, theme: Theme::Light }
}

/// A value at a share of sorted ones: 50 is the median, 90 what nine of ten do not exceed.
pub(crate) fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let last = sorted.len().checked_sub(1)?;
    sorted.get((last * percent + 50) / 100).copied()
}

/// Up to where the permanent record was verified, as a line and as a code that names the report with it.
pub(crate) fn seal_line(ask: &ReportAsk, height: Height, id: &Hash) -> SealLine {
    let of = format!("report 1 {} {} {}", word(&ask.kind), ask.from_ms, ask.to_ms);
    sealed(&of, height, id)
}

/// The same for the strip of an alarm.
pub(crate) fn strip_seal(
    alarm: &AlarmId,
    from: UnixMillis,
    to: UnixMillis,
    height: Height,
    id: &Hash,
) -> SealLine {
    sealed(&format!("strip 1 {alarm} {} {}", from.0, to.0), height, id)
}

fn sealed(of: &str, height: Height, id: &Hash) -> SealLine {
    let whole = id.to_string();
    let text = format!("wardlight {of} {} {whole}", height.0);
    SealLine {
        height: height.0,
        short: whole.chars().take(16).collect(),
        qr_svg: crate::qr::svg(&text),
        text,
    }
}

/// The word of the window for a value of the views.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Who opened how many records, most first.
pub(crate) fn access(
    openings: &[StoredOpening],
    name: impl Fn(&KeyId) -> (KeyId, String, String),
) -> Figures {
    #[derive(Default)]
    struct Row {
        name: String,
        role: String,
        openings: u32,
        patients: BTreeSet<PatientId>,
        broken: u32,
    }
    let mut rows: BTreeMap<KeyId, Row> = BTreeMap::new();
    for opening in openings {
        let (person, called, role) = name(&opening.author);
        let row = rows.entry(person).or_default();
        (row.name, row.role) = (called, role);
        row.openings = row.openings.saturating_add(1);
        row.patients.insert(opening.patient);
        row.broken = row.broken.saturating_add(u32::from(opening.opening.screen == Screen::BreakGlass));
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by(|a, b| (b.openings, &a.name).cmp(&(a.openings, &b.name)));
    Figures {
        columns: vec![
            ("person", ReportForm::Text),
            ("role", ReportForm::Word),
            ("openings", ReportForm::Count),
            ("patients", ReportForm::Count),
            ("broken", ReportForm::Count),
        ],
        bars: rows.iter().map(|row| bar(row.name.clone(), i64::from(row.openings))).collect(),
        rows: rows
            .into_iter()
            .map(|row| {
                vec![
                    row.name,
                    row.role,
                    row.openings.to_string(),
                    row.patients.len().to_string(),
                    row.broken.to_string(),
                ]
            })
            .collect(),
        bar_form: ReportForm::Count,
    }
}

/// Whether a kind is for privacy officers; all others are for clinicians.
pub(crate) fn is_oversight(kind: ReportKind) -> bool {
    match kind {
        ReportKind::Access => true,
        ReportKind::Shift
        | ReportKind::Load
        | ReportKind::Hours
        | ReportKind::Response
        | ReportKind::Outcome
        | ReportKind::Silence => false,
    }
}

/// Of how many milliseconds two spans share.
pub(crate) fn shared(a: (i64, i64), b: (i64, i64)) -> i64 {
    a.1.min(b.1).saturating_sub(a.0.max(b.0)).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_there() {
        for (sorted, percent, expected) in [
            (vec![], 50, None),
            (vec![7], 90, Some(7)),
            (vec![1, 2, 3], 50, Some(2)),
            (vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90, Some(9)),
            (vec![1, 2], 100, Some(2)),
        ] {
            assert_eq!(percentile(&sorted, percent), expected, "{sorted:?} {percent}");
        }
    }

    #[test]
    fn a_seal_line_names_the_report_and_the_record() {
        let ask = ReportAsk { kind: ReportKind::Load, from_ms: 1, to_ms: 2, offset_minutes: 0 };
        let line = seal_line(&ask, Height(48_211), &Hash::from_bytes([0xab; 32]));
        assert_eq!(line.short, "abababababababab");
        assert_eq!(line.text, format!("wardlight report 1 load 1 2 48211 {}", "ab".repeat(32)));
        assert!(line.qr_svg.starts_with("<svg"));
    }
}
