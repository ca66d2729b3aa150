//! What was known at one moment: the values under the cursor, each with its age and its state at that time.

use super::super::Moment;
use super::super::patient::limits;
use super::super::value::{parameter_of, shows_text, state_of, value_text};
use super::lines::drawn_as;
use super::{ALWAYS, Tail, marks};
use crate::store::{ChunkDigest, Samples};
use crate::view::{LimitsView, Parameter, TrendAtView, TrendValue, ValueState};
use crate::ward::RecordRef;
use std::collections::BTreeMap;
use wl_ledger::{PatientId, StreamId, UnixMillis};
use wl_vitals::chunk::{Sample, SeriesKey};
use wl_vitals::{Parameter as Measured, Reading};

/// A value of a monitor is lost long before this, in milliseconds.
pub(crate) const JUST_BEFORE: i64 = 60_000;

/// What a cursor reads from.
pub(crate) struct AtSource {
    /// Samples of the minute before, and of the moments that [`wanted`] names.
    pub(crate) stored: Vec<Samples>,
    pub(crate) at: UnixMillis,
}

#[derive(Clone, Copy)]
struct Found {
    reading: Reading,
    state: ValueState,
    record: Option<RecordRef>,
}

/// When spot values were measured last before a moment, where the minute before it has none: cuff pressure and
/// temperature stay to be seen, with their age.
pub(crate) fn wanted(day: &[ChunkDigest], just_before: &[Samples], at: UnixMillis) -> Vec<UnixMillis> {
    let has = |measured: Measured| just_before.iter().any(|series| drawn_as(&series.key) == Some(measured));
    let mut newest: BTreeMap<Measured, UnixMillis> = BTreeMap::new();
    for chunk in day {
        let Some(measured) = drawn_as(&chunk.key).filter(|measured| !has(*measured)) else { continue };
        let taken = chunk.digest.points().map(|point| point.taken).filter(|taken| *taken <= at).max();
        if let Some(taken) = taken {
            let slot = newest.entry(measured).or_insert(taken);
            *slot = (*slot).max(taken);
        }
    }
    let mut times: Vec<UnixMillis> = newest.into_values().collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// The values at a moment, in the order of the charts.
pub(crate) fn trend_at(
    moment: &Moment<'_>,
    patient: &PatientId,
    source: &AtSource,
    tail: &Tail,
) -> TrendAtView {
    let mut found: BTreeMap<Measured, Found> = BTreeMap::new();
    for series in &source.stored {
        take(&mut found, Some(series.stream), &series.key, &series.samples, source.at);
    }
    for (key, samples) in tail {
        take(&mut found, None, key, samples, source.at);
    }
    let history = marks::limits_over_time(moment, patient);
    let in_force = marks::limits_at(&history, source.at);
    let values = Measured::ALL.into_iter().filter_map(|measured| {
        let here = found.get(&measured);
        if here.is_none() && !ALWAYS.contains(&measured) {
            return None;
        }
        let limits = in_force
            .map_or(LimitsView { low: String::new(), high: String::new() }, |set| limits(set, measured));
        match measured {
            Measured::NibpDiastolic | Measured::NibpMean => None,
            Measured::NibpSystolic => Some(pressure(&found, limits)),
            _ => Some(value(parameter_of(measured)?, measured, here, limits)),
        }
    });
    TrendAtView { at_ms: source.at.0, values: values.collect() }
}

/// Keeps the newest usable sample at or before the moment; of several devices the one that may be used most.
fn take(
    found: &mut BTreeMap<Measured, Found>,
    stream: Option<StreamId>,
    key: &SeriesKey,
    samples: &[Sample],
    at: UnixMillis,
) {
    let Some(measured) = drawn_as(key) else { return };
    let Some(sample) = samples.iter().rev().find(|sample| sample.taken <= at) else { return };
    let Some(reading) = key.reading(sample) else { return };
    let record = stream.map(|stream| RecordRef { stream, seq: sample.seq });
    let next = Found { reading, state: state_of(&reading, at), record };
    let rank = |one: &Found| (shows_text(one.state), one.reading.taken);
    match found.get(&measured) {
        Some(known) if rank(known) >= rank(&next) => {}
        Some(_) | None => {
            found.insert(measured, next);
        }
    }
}

fn value(parameter: Parameter, measured: Measured, found: Option<&Found>, limits: LimitsView) -> TrendValue {
    let state = found.map_or(ValueState::NotMeasured, |found| found.state);
    let text = found.filter(|_| shows_text(state)).map(|found| value_text(&found.reading.value));
    TrendValue {
        parameter,
        unit: measured.info().unit.label().to_owned(),
        text: text.unwrap_or_default(),
        state,
        taken_ms: found.map(|found| found.reading.taken.0),
        limits,
        record_ref: found.and_then(|found| found.record).map(|record| record.to_string()),
    }
}

/// Systolic over diastolic of one measurement, with the mean where it was measured with them; never of two.
fn pressure(found: &BTreeMap<Measured, Found>, limits: LimitsView) -> TrendValue {
    let systolic = found.get(&Measured::NibpSystolic);
    let mut view = value(Parameter::BloodPressure, Measured::NibpSystolic, systolic, limits);
    let with = |measured: Measured| {
        let other = found.get(&measured).filter(|other| shows_text(other.state));
        other.filter(|other| systolic.is_some_and(|first| first.reading.taken == other.reading.taken))
    };
    if view.text.is_empty() {
        return view;
    }
    let text = |other: &Found| value_text(&other.reading.value);
    let lower = with(Measured::NibpDiastolic).map_or_else(|| "–".to_owned(), text);
    let mean = with(Measured::NibpMean).map_or_else(String::new, |mean| format!(" ({})", text(mean)));
    view.text = format!("{}/{lower}{mean}", view.text);
    view
}
