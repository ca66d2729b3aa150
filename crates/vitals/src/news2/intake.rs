//! Gathers the inputs of the score from a stream of readings.
//!
//! Continuous parameters enter as the median of their valid samples of the last 60 s, so that one artefact does not
//! move the score; the cuff and the thermometer enter as their last value, entries by hand likewise.

use std::collections::VecDeque;

use minicbor::{Decode, Encode};
use wl_ledger::UnixMillis;

use super::{Breathing, Input, Inputs, Scale};
use crate::codes::Parameter;
use crate::reading::{Consciousness, Decimal, Quality, Reading, Value};

/// Span of the median, in milliseconds.
const WINDOW: i64 = 60_000;
/// Age above which a cuff pressure or a temperature no longer scores, in milliseconds.
const SPOT_LIMIT: i64 = 60 * 60_000;
/// Age above which an entry by hand no longer scores, in milliseconds: the longest NEWS2 interval.
const MANUAL_LIMIT: i64 = 12 * 3_600_000;
/// Most samples kept for one median: several devices at once a second.
const KEPT: usize = 512;

/// Samples of one continuous parameter, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
struct Window {
    #[n(0)]
    samples: VecDeque<Sample>,
    #[n(1)]
    newest: Option<UnixMillis>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
struct Sample {
    #[n(0)]
    taken: UnixMillis,
    #[n(1)]
    value: i32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
struct Level {
    #[n(0)]
    taken: UnixMillis,
    #[n(1)]
    level: Consciousness,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
struct Supply {
    #[n(0)]
    taken: UnixMillis,
    #[n(1)]
    breathing: Breathing,
}

/// The inputs as they came; ask it for [`Inputs`] at any moment.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Intake {
    #[n(0)]
    respiration: Window,
    #[n(1)]
    spo2: Window,
    #[n(2)]
    heart_rate: Window,
    #[n(3)]
    pulse_rate: Window,
    #[n(4)]
    systolic: Option<Sample>,
    #[n(5)]
    temperature: Option<Sample>,
    #[n(6)]
    consciousness: Option<Level>,
    #[n(7)]
    breathing: Option<Supply>,
}

impl Intake {
    /// Takes one reading in, in any order of time. Only good (or demo) values enter; a doubtful one leaves the input as
    /// it was. A reading dated after `now` counts as taken now, so that a clock ahead cannot hold later values off.
    pub fn take(&mut self, reading: &Reading, now: UnixMillis) {
        let reading = &Reading { taken: reading.taken.min(now), ..*reading };
        match reading.quality {
            Quality::Good | Quality::Demo => {}
            Quality::Questionable | Quality::Unavailable | Quality::Invalid => return,
        }
        let Some(parameter) = reading.parameter() else { return };
        match reading.value {
            Value::Consciousness(level) => {
                if parameter == Parameter::Consciousness
                    && is_newer(self.consciousness.map(|l| l.taken), reading)
                {
                    self.consciousness = Some(Level { taken: reading.taken, level });
                }
            }
            Value::Number(number) => self.take_number(parameter, number, reading),
        }
    }

    fn take_number(&mut self, parameter: Parameter, number: Decimal, reading: &Reading) {
        match parameter {
            Parameter::RespiratoryRate => self.respiration.push(number, reading.taken),
            Parameter::Spo2 => self.spo2.push(number, reading.taken),
            Parameter::HeartRate => self.heart_rate.push(number, reading.taken),
            Parameter::PulseRate => self.pulse_rate.push(number, reading.taken),
            Parameter::NibpSystolic => replace(&mut self.systolic, number.rounded(0), reading),
            Parameter::Temperature => replace(&mut self.temperature, number.rounded(-1), reading),
            Parameter::OxygenFlow => self.supply(number, Decimal::whole(0), reading),
            Parameter::InspiredOxygen => self.supply(number, Decimal::whole(21), reading),
            Parameter::NibpDiastolic
            | Parameter::NibpMean
            | Parameter::GlucoseInterstitial
            | Parameter::GlucoseCapillary
            | Parameter::Consciousness
            | Parameter::Pain
            | Parameter::Weight
            | Parameter::EcgLeadII
            | Parameter::Pleth => {}
        }
    }

    fn supply(&mut self, number: Decimal, air: Decimal, reading: &Reading) {
        if is_newer(self.breathing.map(|s| s.taken), reading) {
            let breathing = if number.compare(air).is_gt() { Breathing::Oxygen } else { Breathing::Air };
            self.breathing = Some(Supply { taken: reading.taken, breathing });
        }
    }

    /// What the patient breathed by the last entry that is not too old.
    pub fn breathing(&self, now: UnixMillis) -> Input<Breathing> {
        aged(self.breathing.map(|s| (s.taken, s.breathing)), now, MANUAL_LIMIT)
    }

    /// When somebody last entered consciousness or oxygen by hand, the older of the two; none until both were.
    pub fn last_by_hand(&self) -> Option<UnixMillis> {
        Some(self.consciousness?.taken.min(self.breathing?.taken))
    }

    /// The inputs as they stand at `now`. Samples later than `now` wait.
    pub fn inputs(&self, scale: Scale, now: UnixMillis) -> Inputs {
        Inputs {
            scale,
            respiration: self.respiration.median(now),
            spo2: self.spo2.median(now),
            breathing: self.breathing(now),
            systolic: aged(self.systolic.map(|s| (s.taken, s.value)), now, SPOT_LIMIT),
            pulse: match self.heart_rate.median(now) {
                Input::Fresh(rate) => Input::Fresh(rate),
                Input::Stale => match self.pulse_rate.median(now) {
                    Input::Fresh(rate) => Input::Fresh(rate),
                    Input::Stale | Input::Missing => Input::Stale,
                },
                Input::Missing => self.pulse_rate.median(now),
            },
            consciousness: aged(self.consciousness.map(|l| (l.taken, l.level)), now, MANUAL_LIMIT),
            temperature_tenths: aged(self.temperature.map(|s| (s.taken, s.value)), now, SPOT_LIMIT),
        }
    }
}

impl Window {
    fn push(&mut self, number: Decimal, taken: UnixMillis) {
        let Some(value) = number.rounded(0) else { return };
        let newest = self.newest.map_or(taken, |newest| newest.max(taken));
        self.newest = Some(newest);
        if newest.since(taken) < WINDOW {
            let at = self.samples.partition_point(|s| s.taken <= taken);
            self.samples.insert(at, Sample { taken, value });
        }
        while self.samples.len() > KEPT
            || self.samples.front().is_some_and(|s| newest.since(s.taken) >= WINDOW)
        {
            self.samples.pop_front();
        }
    }

    /// The median of the last 60 s; the lower middle one of an even count.
    fn median(&self, now: UnixMillis) -> Input<i32> {
        let mut values: Vec<i32> = self
            .samples
            .iter()
            .filter(|s| s.taken <= now && now.since(s.taken) < WINDOW)
            .map(|s| s.value)
            .collect();
        values.sort_unstable();
        let middle = values.len().saturating_sub(1) / 2;
        match (values.get(middle), self.newest) {
            (Some(value), _) => Input::Fresh(*value),
            (None, Some(_)) => Input::Stale,
            (None, None) => Input::Missing,
        }
    }
}

fn is_newer(known: Option<UnixMillis>, reading: &Reading) -> bool {
    known.is_none_or(|taken| taken <= reading.taken)
}

fn replace(slot: &mut Option<Sample>, value: Option<i32>, reading: &Reading) {
    if let Some(value) = value
        && is_newer(slot.map(|s| s.taken), reading)
    {
        *slot = Some(Sample { taken: reading.taken, value });
    }
}

fn aged<T>(last: Option<(UnixMillis, T)>, now: UnixMillis, limit: i64) -> Input<T> {
    match last {
        None => Input::Missing,
        Some((taken, value)) if now.since(taken) <= limit => Input::Fresh(value),
        Some(_) => Input::Stale,
    }
}
