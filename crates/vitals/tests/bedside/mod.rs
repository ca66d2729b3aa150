//! What the tests of the rules share: one patient, times in seconds, readings from text.
#![allow(dead_code, unreachable_pub, reason = "each test file uses what it needs")]

use wl_ledger::{PatientId, UnixMillis};
use wl_vitals::alarm::{AlarmEngine, AlarmEvent, Settings};
use wl_vitals::limits::adult;
use wl_vitals::news2::Scale;
use wl_vitals::{Decimal, Parameter, Quality, Reading, Value};

/// A whole second.
pub(crate) const START: i64 = 1_768_005_060_000;

/// The patient of every engine here.
pub(crate) const PATIENT: PatientId = PatientId::from_bytes([7; 16]);

/// An engine with the adult defaults.
pub(crate) fn engine() -> AlarmEngine {
    AlarmEngine::new(Settings {
        patient: PATIENT,
        limits: adult(Scale::One),
        interval: 1_000,
        same_limb: false,
    })
}

/// A time in seconds after the start.
pub(crate) fn at(second: i64) -> UnixMillis {
    UnixMillis(START + second * 1_000)
}

/// A good reading.
pub(crate) fn value(parameter: Parameter, text: &str, second: i64) -> Reading {
    let info = parameter.info();
    Reading {
        code: info.code,
        channel: 0,
        value: Value::Number(Decimal::parse(text).expect("a number")),
        unit: info.unit,
        taken: at(second),
        quality: Quality::Good,
    }
}

/// A reading of oxygen saturation.
pub(crate) fn spo2(text: &str, second: i64) -> Reading {
    value(Parameter::Spo2, text, second)
}

/// An event's kind.
pub(crate) fn name(event: &AlarmEvent) -> &'static str {
    match event {
        AlarmEvent::Raised(_) => "raised",
        AlarmEvent::Reopened(_) => "reopened",
        AlarmEvent::Escalated(_) => "escalated",
        AlarmEvent::Worsened(_) => "worsened",
        AlarmEvent::Inhibited(_) => "inhibited",
        AlarmEvent::Cleared(_) => "cleared",
        AlarmEvent::BackfillNoted(_) => "noted",
        AlarmEvent::Began(_) => "began",
        AlarmEvent::Carried(_) => "carried",
        AlarmEvent::Resumed(_) => "resumed",
        AlarmEvent::Declined(_) => "declined",
    }
}
