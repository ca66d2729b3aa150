//! One patient: numerics with limits, curves, open alarms, and what is shared.

use super::Moment;
use super::value::{parameter_of, shows_text, state_of, value_text};
use crate::opener::Access;
use crate::view::{
    CategoryShare, LimitsView, MissingView, NumericView, Parameter, PatientView, Sharing, ValueState,
    WaveView,
};
use crate::watch::ward_limits;
use wl_ledger::{Category, PatientId};
use wl_vitals::limits::LimitSet;
use wl_vitals::{Decimal, Parameter as Measured};

pub(crate) fn patient_view(
    moment: &Moment<'_>,
    patient: &PatientId,
    missing: Vec<MissingView>,
) -> Option<PatientView> {
    if !moment.patients().contains(patient) {
        return None;
    }
    let newest = moment.core.ward.bedside(patient).and_then(|bedside| bedside.newest());
    Some(PatientView {
        patient_id: patient.to_string(),
        bed: moment.bed(patient),
        name: moment.name(patient),
        age_text: moment.age_text(patient),
        record_number: moment.identity_text(patient, |identity| identity.mrn.clone()),
        numerics: numerics(moment, patient),
        news2: moment.news2(patient),
        alarms: moment.open_alarms(patient),
        waves: waves(moment, patient),
        sharing: Category::ALL.map(|category| share(moment, patient, category)).to_vec(),
        monitoring: moment.monitoring(patient),
        technical: moment.technical(patient),
        seal: moment.seal(patient),
        missing,
        record_ref: newest
            .filter(|_| moment.shares(patient, Category::Vitals))
            .map(|latest| latest.record.to_string()),
        emergency_until_ms: moment.emergency_until(patient),
        demo: moment.demo(),
    })
}

/// The five that are always there, and every other one that was ever measured.
fn numerics(moment: &Moment<'_>, patient: &PatientId) -> Vec<NumericView> {
    let mut views = Vec::new();
    let in_force = limits_in_force(moment, patient);
    for measured in Measured::ALL {
        let Some(parameter) = parameter_of(measured) else { continue };
        let value = match measured {
            Measured::NibpSystolic => moment.blood_pressure(patient),
            Measured::NibpDiastolic | Measured::NibpMean => continue,
            _ => moment.value(patient, measured),
        };
        let always = matches!(
            measured,
            Measured::HeartRate
                | Measured::Spo2
                | Measured::RespiratoryRate
                | Measured::NibpSystolic
                | Measured::Temperature
        );
        if !always && value.state == ValueState::NotMeasured {
            continue;
        }
        let parameter = if measured == Measured::NibpSystolic { Parameter::BloodPressure } else { parameter };
        views.push(NumericView {
            parameter,
            unit: measured.info().unit.label().to_owned(),
            value,
            detail: detail(moment, patient, measured),
            source: source(moment, patient, measured),
            limits: limits(&in_force, measured),
        });
    }
    views
}

/// The mean pressure beside the cuff's two.
fn detail(moment: &Moment<'_>, patient: &PatientId, measured: Measured) -> String {
    if measured != Measured::NibpSystolic || !moment.shares(patient, Category::Vitals) {
        return String::new();
    }
    let mean = moment.core.ward.bedside(patient).and_then(|b| b.latest(Measured::NibpMean, moment.now));
    mean.filter(|mean| shows_text(state_of(&mean.reading, moment.now)))
        .map_or_else(String::new, |mean| format!("({})", value_text(&mean.reading.value)))
}

/// What the device calls itself on the ledger.
fn source(moment: &Moment<'_>, patient: &PatientId, measured: Measured) -> String {
    let latest = moment.core.ward.bedside(patient).and_then(|b| b.latest(measured, moment.now));
    let shared = moment.shares(patient, Category::Vitals);
    latest
        .filter(|_| shared)
        .and_then(|latest| moment.core.state().device(latest.device))
        .map_or_else(String::new, |device| device.identity.clone())
}

/// The limits the hub judges by.
pub(super) fn limits_in_force(moment: &Moment<'_>, patient: &PatientId) -> LimitSet {
    let watch = moment.core.watches.get(patient).filter(|_| moment.shares(patient, Category::Alarms));
    watch.map_or_else(ward_limits, |watch| watch.limits())
}

pub(super) fn limits(set: &LimitSet, measured: Measured) -> LimitsView {
    let row = set.get(measured, measured.info().unit);
    let text = |side: Option<&wl_vitals::limits::Side>| {
        side.and_then(|side| side.medium.or(side.high)).map_or_else(String::new, |edge| edge.at.to_string())
    };
    LimitsView { low: text(row.map(|row| &row.low)), high: text(row.map(|row| &row.high)) }
}

fn share(moment: &Moment<'_>, patient: &PatientId, category: Category) -> CategoryShare {
    let (state, until) = match moment.access(patient, category) {
        Access::Granted { until } => (Sharing::Shared, until),
        Access::Never => (Sharing::NotShared, None),
        Access::Ended => (Sharing::Ended, None),
    };
    let problem = super::keys::category_problem(moment, patient, category);
    let key_problem = problem.map(|(problem, _)| problem).filter(|_| state == Sharing::Shared);
    CategoryShare {
        category: category_name(category).to_owned(),
        state,
        until_ms: until.map(|time| time.0),
        key_problem,
    }
}

/// The word of the window for a category.
pub(crate) fn category_name(category: Category) -> &'static str {
    match category {
        Category::Vitals => "vitals",
        Category::Waveforms => "waveforms",
        Category::Alarms => "alarms",
        Category::Notes => "notes",
        Category::Documents => "documents",
        Category::Images => "images",
        Category::PatientReports => "patientReports",
        Category::Administration => "administration",
        Category::Identity => "identity",
    }
}

/// The category of a word of the window.
pub(crate) fn category_of(name: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category_name(*category) == name)
}

fn waves(moment: &Moment<'_>, patient: &PatientId) -> Vec<WaveView> {
    let shared = moment.shares(patient, Category::Waveforms);
    let Some(bedside) = moment.core.ward.bedside(patient).filter(|_| shared) else { return Vec::new() };
    bedside
        .waves()
        .filter_map(|(code, kind)| {
            let measured = Measured::from_code(*code)?;
            let (label, parameter, low, high) = match measured {
                Measured::EcgLeadII => ("ECG II", Parameter::HeartRate, -1.0, 2.0),
                Measured::Pleth => ("Pleth", Parameter::Spo2, 0.0, 1.0),
                _ => return None,
            };
            let scale = float(kind.gain);
            Some(WaveView {
                code: code.0,
                label: label.to_owned(),
                parameter,
                unit: kind.unit.label().to_owned(),
                scale,
                offset: -f32::from(kind.baseline) * scale,
                low,
                high,
                sweep_mm_s: 25.0,
            })
        })
        .collect()
}

/// A decimal for drawing; never for a number that is read.
fn float(value: Decimal) -> f32 {
    (f64::from(value.mantissa) * 10f64.powi(i32::from(value.scale))) as f32
}
