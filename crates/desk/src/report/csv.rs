//! A report as comma-separated values, RFC 4180. Each row carries what it is of, so that none is worth more when it is cut
//! out; no cell can run as a formula.

use super::{NOTICE, word};
use crate::cli::{cell, time_utc};
use crate::view::ReportView;
use wl_ledger::UnixMillis;

/// What follows the report's own columns in every row.
const ABOUT: [&str; 8] =
    ["report", "period_from", "period_to", "made_at", "made_by", "hospital", "record", "notice"];

pub(crate) fn write(report: &ReportView) -> String {
    let heads = report.columns.iter().map(|column| column.key.as_str()).chain(ABOUT);
    let mut text = line(heads.map(str::to_owned));
    let ask = &report.ask;
    let about = [
        word(&ask.kind),
        time_utc(UnixMillis(ask.from_ms)),
        time_utc(UnixMillis(ask.to_ms)),
        time_utc(UnixMillis(report.made_ms)),
        report.made_by.clone(),
        report.hospital.clone(),
        format!("{} {}", report.seal.height, report.seal.short),
        NOTICE.to_owned(),
    ];
    for row in &report.rows {
        text.push_str(&line(row.iter().cloned().chain(about.iter().cloned())));
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|text| cell(&text)).collect();
    format!("{}\r\n", cells.join(","))
}
