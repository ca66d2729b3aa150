//! What the command line prints. Cells of a table can neither break its columns nor become formulas.

use super::told;
use crate::desk::Desk;
use crate::opener::Access;
use crate::present::state_of;
use crate::store::Samples;
use crate::view::{InboxTab, ValueState};
use anyhow::Context as _;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Write;
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::{Quality, Value};
use wl_wire::access::Screen;

/// The columns of `readings --csv`.
pub(crate) const COLUMNS: &str = "time_utc,mdc_code,name,value,unit,device,record,state";

/// The enrolment request with its six words.
pub(super) async fn request(desk: &Desk, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let request = desk.enrolment_request().await.map_err(told)?;
    writeln!(out, "key   {}", request.key_id)?;
    writeln!(out, "words {}", request.fingerprint.join(" "))?;
    writeln!(out, "file  {}", request.saved_as)?;
    Ok(())
}

/// Where this workstation stands.
pub(super) async fn status(desk: &Desk, as_json: bool, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let state = desk.session_state().await.map_err(told)?;
    let settings = desk.settings().await.map_err(told)?;
    let ward = desk.ward().await.map_err(told)?;
    let report = desk.report().await.context("the session has ended")?;
    let session = desk.session().await.context("the session has ended")?;
    let core = session.core().await;
    let outbox = match core.store() {
        Some(store) => store.outbox().await?,
        None => Vec::new(),
    };
    let evidence: Vec<_> = core
        .evidence
        .iter()
        .map(|one| json!({ "kind": one.kind, "height": one.height.map(|h| h.0), "seen_ms": one.seen.0, "detail": one.detail }))
        .collect();
    let patients: Vec<&str> = ward.tiles.iter().map(|tile| tile.patient_id.as_str()).collect();
    let status = json!({
        "session": state,
        "chain": settings.chain,
        "patients": patients,
        "missing_blocks": core.engine.progress().missing,
        "complete": core.engine.progress().missing == 0 && core.engine.verifier().tip().is_some(),
        "outbox": outbox.len(),
        "outbox_refused": outbox.iter().filter(|one| one.refused.is_some()).count(),
        "evidence": evidence,
        "report": report,
    });
    if as_json {
        writeln!(out, "{}", serde_json::to_string_pretty(&status)?)?;
    } else {
        writeln!(out, "hospital {}", settings.chain.hospital)?;
        writeln!(out, "height   {}", settings.chain.height)?;
        writeln!(out, "records  {}", settings.chain.records_verified)?;
        writeln!(out, "patients {}", patients.len())?;
        writeln!(out, "evidence {}", evidence.len())?;
    }
    Ok(())
}

/// All alarms.
pub(super) async fn alarms(desk: &Desk, as_json: bool, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let mut rows = desk.inbox(InboxTab::Active).await.map_err(told)?.rows;
    rows.extend(desk.inbox(InboxTab::History).await.map_err(told)?.rows);
    let session = desk.session().await.context("the session has ended")?;
    let patients: BTreeSet<PatientId> =
        rows.iter().filter_map(|row| PatientId::from_hex(&row.patient_id)).collect();
    for patient in patients {
        let now = crate::edge::now();
        session.core().await.log_opening(&patient, Screen::Export, now).await.map_err(told)?;
    }
    if as_json {
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(());
    }
    for row in rows {
        writeln!(out, "{} bed {} {}", time_utc(UnixMillis(row.since_ms)), row.bed, row.text)?;
    }
    Ok(())
}

/// The opened readings of one patient or of all, as CSV.
pub(super) async fn readings(
    desk: &Desk,
    patient: Option<&str>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let session = desk.session().await.context("the session has ended")?;
    let now = crate::edge::now();
    let wanted = patient
        .map(|text| PatientId::from_hex(text).context("a patient is named by 32 hexadecimal digits"))
        .transpose()?;
    let (store, patients) = {
        let mut core = session.core().await;
        let time = core.deciding_time(now);
        let state = core.engine.verifier().shared_state();
        let shared: Vec<PatientId> = state
            .patients()
            .map(|(patient, _)| *patient)
            .filter(|patient| wanted.is_none_or(|wanted| wanted == *patient))
            .filter(|patient| {
                matches!(core.opener.access(&state, patient, Category::Vitals, time), Access::Granted { .. })
            })
            .collect();
        (core.store().context("the session is locked")?, shared)
    };
    if wanted.is_some() && patients.is_empty() {
        anyhow::bail!("there is no such patient, or its vitals are not shared with you");
    }
    for patient in &patients {
        session.core().await.log_opening(patient, Screen::Export, now).await.map_err(told)?;
    }
    writeln!(out, "{COLUMNS}")?;
    for patient in patients {
        let session = session.core().await;
        let state = session.engine.verifier().shared_state();
        drop(session);
        let mut rows: Vec<(UnixMillis, u32, String)> = Vec::new();
        for series in store.samples(&patient, UnixMillis(0), UnixMillis(i64::MAX)).await? {
            let device = state.device(series.key.device).map_or("", |device| device.identity.as_str());
            rows.extend(lines(&series, device, now));
        }
        rows.sort();
        for (_, _, line) in rows {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// One line for each sample of a known code.
fn lines(series: &Samples, device: &str, now: UnixMillis) -> Vec<(UnixMillis, u32, String)> {
    let Some(parameter) = series.key.parameter() else { return Vec::new() };
    let mut lines = Vec::with_capacity(series.samples.len());
    for sample in &series.samples {
        let Some(reading) = series.key.reading(sample) else { continue };
        let value = match (reading.quality.has_value(), reading.value) {
            (true, Value::Number(number)) => number.to_string(),
            (true, Value::Consciousness(level)) => level.letter().to_string(),
            (false, _) => String::new(),
        };
        let state = match reading.quality {
            Quality::Good => state_name(state_of(&reading, now)),
            Quality::Questionable | Quality::Unavailable | Quality::Invalid | Quality::Demo => {
                reading.quality.name()
            }
        };
        let cells = [
            time_utc(reading.taken),
            reading.code.0.to_string(),
            parameter.info().name.to_owned(),
            value,
            reading.unit.0.to_string(),
            device.to_owned(),
            format!("{}.{}", series.stream, sample.seq),
            state.to_owned(),
        ];
        lines.push((reading.taken, reading.code.0, cells.map(|text| cell(&text)).join(",")));
    }
    lines
}

fn state_name(state: ValueState) -> &'static str {
    match state {
        ValueState::Fresh => "fresh",
        ValueState::Ageing => "ageing",
        ValueState::Lost => "lost",
        ValueState::NotMeasured => "not-measured",
        ValueState::Questionable => "questionable",
        ValueState::SensorOff => "sensor-off",
        ValueState::Invalid => "invalid",
        ValueState::NotShared => "not-shared",
        ValueState::Unverified => "unverified",
        ValueState::Unreadable => "unreadable",
        ValueState::Failed => "failed",
    }
}

/// ISO 8601 with milliseconds, UTC.
pub(crate) fn time_utc(time: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(time.0).map_or_else(|_| time.0.to_string(), |time| format!("{time:.3}"))
}

/// How a formula begins in a spreadsheet: also in the wide letters that some take for the same, and behind white space that
/// others pass over.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Where another cell may begin inside of one: at the separator of files from countries with a decimal comma, at others that a
/// spreadsheet may be told to use, and at a line's end.
const INSIDE: [char; 5] = [';', '|', '\t', '\r', '\n'];

/// One cell after RFC 4180. What a spreadsheet would run as a formula is made a text by an apostrophe; numbers stay
/// numbers. "-inf" and "+nan" are words to a spreadsheet, not numbers.
pub(crate) fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 2);
    for (place, part) in text.split_inclusive(INSIDE).enumerate() {
        let ends_only = part.starts_with(INSIDE) && place > 0;
        let is_number = part.trim_end_matches(INSIDE).parse::<f64>().is_ok_and(f64::is_finite);
        if part.starts_with(FORMULA) && !is_number && !ends_only {
            safe.push('\'');
        }
        safe.push_str(part);
    }
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_neither_break_nor_run() {
        let table = [
            ("36.8", "36.8"),
            ("-5", "-5"),
            ("=1+1", "'=1+1"),
            ("+cmd", "'+cmd"),
            ("-cmd|calc", "'-cmd|calc"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "\"'\r'=1\""),
            ("\n=1", "\"'\n'=1\""),
            ("\r\n@x", "\"'\r\n'@x\""),
            ("x;=1+1", "x;'=1+1"),
            ("x;;-cmd", "x;;'-cmd"),
            ("x;-5;+6", "x;-5;+6"),
            ("a|@SUM(A1)", "a|'@SUM(A1)"),
            ("a\n=b", "\"a\n'=b\""),
            ("a; b", "a; b"),
            ("＝1+1", "'＝1+1"),
            ("－2", "'－2"),
            ("+1.5e3", "+1.5e3"),
            ("-inf", "'-inf"),
            ("+nan", "'+nan"),
            ("-1-1", "'-1-1"),
            ("-", "'-"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=a,\"b\"\n", "\"'=a,\"\"b\"\"\n\""),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(cell(text), expected, "cell of {text:?}");
        }
    }

    #[test]
    fn times_are_utc_with_milliseconds() {
        assert_eq!(time_utc(UnixMillis(1_768_000_000_123)), "2026-01-09T23:06:40.123Z");
    }
}
