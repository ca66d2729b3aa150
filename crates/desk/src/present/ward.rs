//! The ward overview.

use super::Moment;
use super::value::parameter_of;
use crate::sync::Liveness;
use crate::view::{
    AlarmWork, Monitoring, Parameter, SealState, Sparkline, TechnicalKind, TechnicalMark, TileView,
    ValueState, WardView,
};
use crate::ward::SPARK_SPAN;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use wl_chart::{Size, Theme, fixed_range};
use wl_ledger::control::Subject;
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::trend::{self, Point, Window};
use wl_vitals::{Decimal, Parameter as Measured};

/// Slices of a sparkline: one a minute.
const SLICES: u32 = 60;
/// How often a sparkline moves, in milliseconds.
const SPARK_MOVES: i64 = 10_000;

pub(crate) fn ward_view(moment: &Moment<'_>) -> WardView {
    let mut tiles: Vec<TileView> = moment.patients().iter().map(|patient| tile(moment, patient)).collect();
    tiles.sort_by(|a, b| {
        let since = |tile: &TileView| tile.alarm.as_ref().map_or(i64::MAX, |alarm| alarm.row.since_ms);
        b.urgency.cmp(&a.urgency).then(since(a).cmp(&since(b))).then_with(|| by_bed(&a.bed, &b.bed))
    });
    WardView { ward: ward_name(moment), tiles }
}

/// How everything on the ward stands that changes by age alone, as one number: fresh, stale, lost, watched or not.
pub(crate) fn ward_states(moment: &Moment<'_>) -> u64 {
    let mut states = DefaultHasher::new();
    for patient in moment.patients() {
        core::mem::discriminant(&moment.monitoring(&patient)).hash(&mut states);
        for measured in Measured::ALL {
            core::mem::discriminant(&moment.value(&patient, measured).state).hash(&mut states);
        }
    }
    states.finish()
}

/// Beds with numbers in the order of their numbers.
pub(super) fn by_bed(a: &str, b: &str) -> core::cmp::Ordering {
    match (a.parse::<u32>(), b.parse::<u32>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

/// The ward that most identities name; the hospital's name where none is shared.
pub(super) fn ward_name(moment: &Moment<'_>) -> String {
    let named = moment.core.state().patients().filter_map(|(patient, _)| {
        Some(moment.core.ward.bedside(patient)?.identity()?.ward.clone()).filter(|ward| !ward.is_empty())
    });
    let mut counts = std::collections::BTreeMap::new();
    named.for_each(|ward| *counts.entry(ward).or_insert(0u32) += 1);
    let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(ward, _)| ward);
    most.unwrap_or_else(|| moment.core.answer.hospital.clone())
}

fn tile(moment: &Moment<'_>, patient: &PatientId) -> TileView {
    let heart = moment.value(patient, Measured::HeartRate);
    let (rate, rate_parameter) = match heart.state {
        ValueState::NotMeasured | ValueState::Lost | ValueState::SensorOff => {
            let pulse = moment.value(patient, Measured::PulseRate);
            let better = !pulse.text.is_empty();
            if better { (pulse, Parameter::PulseRate) } else { (heart, Parameter::HeartRate) }
        }
        _ => (heart, Parameter::HeartRate),
    };
    let news2 = moment.news2(patient);
    let alarm = moment.tile_alarm(patient);
    let answered = |work: &AlarmWork| *work != AlarmWork::New;
    let urgency = TileView::urgency(
        alarm.as_ref().map(|alarm| (alarm.row.priority, answered(&alarm.row.work))),
        news2.at_least,
    );
    let newest = moment.core.ward.bedside(patient).and_then(|bedside| bedside.newest());
    TileView {
        patient_id: patient.to_string(),
        bed: moment.bed(patient),
        name: moment.name(patient),
        age_text: moment.age_text(patient),
        urgency,
        rate,
        rate_parameter,
        spo2: moment.value(patient, Measured::Spo2),
        respiration: moment.value(patient, Measured::RespiratoryRate),
        blood_pressure: moment.blood_pressure(patient),
        temperature: moment.value(patient, Measured::Temperature),
        news2,
        sparkline: sparkline(moment, patient, alarm.as_ref().map(|alarm| alarm.row.parameter)),
        alarm,
        monitoring: moment.monitoring(patient),
        technical: moment.technical(patient),
        seal: moment.seal(patient),
        newest_ms: newest.map(|latest| latest.reading.taken.0),
        unread_answers: moment.unread_answers(patient),
        emergency_until_ms: moment.emergency_until(patient),
        demo: moment.demo(),
    }
}

impl Moment<'_> {
    /// "71 y", where the birth date is shared and known.
    pub(super) fn age_text(&self, patient: &PatientId) -> String {
        let birth = self.identity_text(patient, |identity| identity.birth_date.clone()).text;
        let years = || {
            let born: jiff::civil::Date = birth.parse().ok()?;
            let today =
                jiff::Timestamp::from_millisecond(self.now.0).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
            let had = (today.month(), today.day()) >= (born.month(), born.day());
            let years = today.year() - born.year() - i16::from(!had);
            (years >= 0).then(|| format!("{years} y"))
        };
        years().unwrap_or_default()
    }

    /// Whether the patient's hub is heard.
    pub(super) fn monitoring(&self, patient: &PatientId) -> Monitoring {
        if self.core.engine.progress().lane && self.core.contact == crate::session::Contact::Reached {
            return Monitoring::CatchingUp;
        }
        let hub = self.core.state().patient(patient).map(|known| known.hub);
        let Some(hearing) = hub.and_then(|hub| self.core.freshness.hub(&hub)) else {
            return Monitoring::NeverHeard;
        };
        let since_ms = hearing.heard.0;
        match hearing.liveness(self.now) {
            Liveness::Live => Monitoring::Monitored,
            Liveness::Delayed => Monitoring::Delayed { since_ms },
            Liveness::Stale | Liveness::Lost => Monitoring::HubOffline { since_ms },
        }
    }

    /// What is wrong with equipment.
    pub(super) fn technical(&self, patient: &PatientId) -> Vec<TechnicalMark> {
        Measured::ALL
            .into_iter()
            .filter_map(|measured| {
                let value = self.value(patient, measured);
                let kind = match value.state {
                    ValueState::SensorOff => TechnicalKind::SensorOff,
                    ValueState::Lost => TechnicalKind::NoData,
                    _ => return None,
                };
                Some(TechnicalMark { kind, parameter: parameter_of(measured), since_ms: value.taken_ms? })
            })
            .collect()
    }

    /// The worst word about the records of a patient: a gap in one of its streams shows here.
    pub(super) fn seal(&self, patient: &PatientId) -> SealState {
        let gap = self.core.state().streams().any(|(id, stream)| {
            matches!(stream.subject, Subject::Patient(of, _) if of == *patient)
                && !self.core.engine.missing_of(*id).is_empty()
        });
        if gap { SealState::CantConfirm } else { SealState::Sealed }
    }
}

fn sparkline(moment: &Moment<'_>, patient: &PatientId, worst: Option<Parameter>) -> Option<Sparkline> {
    if !moment.shares(patient, Category::Vitals) {
        return None;
    }
    let bedside = moment.core.ward.bedside(patient)?;
    let candidates = [Measured::HeartRate, Measured::PulseRate, Measured::Spo2, Measured::RespiratoryRate];
    let of_alarm = candidates.into_iter().find(|measured| parameter_of(*measured) == worst);
    let measured =
        of_alarm.into_iter().chain(candidates).find(|measured| bedside.spark(*measured).next().is_some())?;
    let info = measured.info();
    let scale = -i8::try_from(info.decimals).unwrap_or(0);
    // It moves every ten seconds: a line that changed with every value would be drawn anew fifty times a second.
    let to = UnixMillis(moment.now.0.div_euclid(SPARK_MOVES).saturating_mul(SPARK_MOVES));
    let points: Vec<Point> = bedside
        .spark(measured)
        .filter(|(taken, _)| *taken < to)
        .filter_map(|(taken, value)| Some(Point { taken, value: value.rounded(scale)? }))
        .collect();
    let window = Window { from: to.plus(-SPARK_SPAN), to, slices: SLICES, gap: 120_000 };
    let values = trend::sparkline(points.iter().copied(), &window);
    let svg = wl_chart::sparkline(&wl_chart::Sparkline {
        parameter: measured,
        values,
        scale,
        range: fixed_range(measured, info.unit),
        size: Size { width: 120, height: 28 },
        theme: Theme::Dark,
    })
    .ok()?;
    Some(Sparkline {
        parameter: parameter_of(measured)?,
        svg,
        summary: summary(&points, scale, info.unit.label()),
    })
}

/// A line in words: "88 to 97 %, falling".
pub(super) fn summary(points: &[Point], scale: i8, unit: &str) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let low = points.iter().map(|point| point.value).min().unwrap_or(first.value);
    let high = points.iter().map(|point| point.value).max().unwrap_or(first.value);
    let text = |value| Decimal { mantissa: value, scale }.to_string();
    let moved = last.value.saturating_sub(first.value);
    let direction = match moved {
        _ if moved.saturating_abs() * 4 < high.saturating_sub(low).max(4) => "steady",
        i32::MIN..=0 => "falling",
        1.. => "rising",
    };
    format!("{} to {} {unit}, {direction}", text(low), text(high))
}
