//! NEWS2, the National Early Warning Score 2 of the Royal College of Physicians (London, 2017), Chart 1 and 4.
//!
//! Whole numbers only; values are rounded half up before they meet a band. A missing input never counts as zero: the
//! result says what is missing, and the sum is then only a lower bound. Not for patients under 16 or in pregnancy.

mod intake;
mod response;

use minicbor::{Decode, Encode};

use crate::reading::Consciousness;

pub use intake::Intake;
pub use response::{Due, Monitoring};

/// Which SpO₂ scale applies. Scale 2 only for documented hypercapnic failure, prescribed by a competent clinician.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Scale {
    /// Scale 1, everyone else.
    #[n(0)]
    One,
    /// Scale 2, target 88–92 %.
    #[n(1)]
    Two,
}

/// What the patient breathes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Breathing {
    /// Room air.
    #[n(0)]
    Air,
    /// Supplemental oxygen.
    #[n(1)]
    Oxygen,
}

/// One input of the score.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Input<T> {
    /// Recent enough to score.
    Fresh(T),
    /// There was a value, but it is too old to score.
    Stale,
    /// There is none.
    Missing,
}

/// The seven inputs by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Item {
    /// Respirations a minute.
    Respiration,
    /// Oxygen saturation.
    Spo2,
    /// Air or oxygen.
    Breathing,
    /// Systolic pressure.
    Systolic,
    /// Pulse.
    Pulse,
    /// Consciousness.
    Consciousness,
    /// Temperature.
    Temperature,
}

impl Item {
    /// All seven, in the order of the chart.
    pub const ALL: [Self; 7] = [
        Self::Respiration,
        Self::Spo2,
        Self::Breathing,
        Self::Systolic,
        Self::Pulse,
        Self::Consciousness,
        Self::Temperature,
    ];

    fn bit(self) -> u8 {
        match self {
            Self::Respiration => 1,
            Self::Spo2 => 2,
            Self::Breathing => 4,
            Self::Systolic => 8,
            Self::Pulse => 16,
            Self::Consciousness => 32,
            Self::Temperature => 64,
        }
    }
}

/// The inputs as they stand at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inputs {
    /// Which SpO₂ scale applies.
    pub scale: Scale,
    /// Breaths a minute.
    pub respiration: Input<i32>,
    /// Per cent.
    pub spo2: Input<i32>,
    /// Air or oxygen.
    pub breathing: Input<Breathing>,
    /// Systolic pressure in mmHg.
    pub systolic: Input<i32>,
    /// Pulse a minute.
    pub pulse: Input<i32>,
    /// ACVPU.
    pub consciousness: Input<Consciousness>,
    /// Tenths of a degree Celsius.
    pub temperature_tenths: Input<i32>,
}

/// Clinical risk (Chart 4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Risk {
    /// 0–4 with no single 3.
    Low,
    /// 3 in any single parameter.
    LowMedium,
    /// 5–6: urgent response threshold.
    Medium,
    /// 7 or more: emergency response threshold.
    High,
}

impl Risk {
    /// Its name, as in the chart.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::LowMedium => "low-medium",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The points of each input; `None` where it could not be scored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parts {
    /// Respirations.
    pub respiration: Option<u8>,
    /// SpO₂ on the scale that applies.
    pub spo2: Option<u8>,
    /// Air 0, oxygen 2.
    pub breathing: Option<u8>,
    /// Systolic pressure.
    pub systolic: Option<u8>,
    /// Pulse.
    pub pulse: Option<u8>,
    /// Consciousness.
    pub consciousness: Option<u8>,
    /// Temperature.
    pub temperature: Option<u8>,
}

impl Parts {
    /// The seven in chart order.
    pub fn list(&self) -> [(Item, Option<u8>); 7] {
        [
            (Item::Respiration, self.respiration),
            (Item::Spo2, self.spo2),
            (Item::Breathing, self.breathing),
            (Item::Systolic, self.systolic),
            (Item::Pulse, self.pulse),
            (Item::Consciousness, self.consciousness),
            (Item::Temperature, self.temperature),
        ]
    }

    fn sum(&self) -> u8 {
        self.list().iter().filter_map(|(_, part)| *part).fold(0, u8::saturating_add)
    }

    fn risk(&self) -> Risk {
        match self.sum() {
            7.. => Risk::High,
            5 | 6 => Risk::Medium,
            0..=4 if self.list().iter().any(|(_, part)| *part == Some(3)) => Risk::LowMedium,
            0..=4 => Risk::Low,
        }
    }
}

/// The score with its completeness.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum News2 {
    /// All seven inputs were fresh.
    Complete {
        /// 0–20.
        total: u8,
        /// Its risk band.
        risk: Risk,
        /// Points of each input.
        parts: Parts,
    },
    /// The score is at least this much; it may be more.
    Incomplete {
        /// Sum of what could be scored.
        at_least: u8,
        /// Risk band of that sum: the true risk is this or higher.
        at_least_risk: Risk,
        /// Inputs that never came.
        missing: Vec<Item>,
        /// Inputs that are too old.
        stale: Vec<Item>,
        /// Points of each input that could be scored.
        parts: Parts,
    },
}

impl News2 {
    /// The total, or what it is at least.
    pub fn lower_bound(&self) -> u8 {
        match self {
            Self::Complete { total, .. } => *total,
            Self::Incomplete { at_least, .. } => *at_least,
        }
    }

    /// The risk, or what it is at least.
    pub fn risk(&self) -> Risk {
        match self {
            Self::Complete { risk, .. } => *risk,
            Self::Incomplete { at_least_risk, .. } => *at_least_risk,
        }
    }

    /// The points of each input.
    pub fn parts(&self) -> &Parts {
        match self {
            Self::Complete { parts, .. } | Self::Incomplete { parts, .. } => parts,
        }
    }

    /// Which inputs were scored, one bit each: lets the alarm rule see that an input went missing rather than normal.
    pub(crate) fn known(&self) -> u8 {
        self.parts()
            .list()
            .iter()
            .filter(|(_, part)| part.is_some())
            .fold(0, |bits, (item, _)| bits | item.bit())
    }
}

/// Scores the inputs.
pub fn score(inputs: &Inputs) -> News2 {
    let parts = Parts {
        respiration: fresh(inputs.respiration).map(respiration),
        spo2: fresh(inputs.spo2).map(|percent| match inputs.scale {
            Scale::One => spo2_scale_1(percent),
            Scale::Two => spo2_scale_2(percent, fresh(inputs.breathing)),
        }),
        breathing: fresh(inputs.breathing).map(breathing),
        systolic: fresh(inputs.systolic).map(systolic),
        pulse: fresh(inputs.pulse).map(pulse),
        consciousness: fresh(inputs.consciousness).map(consciousness),
        temperature: fresh(inputs.temperature_tenths).map(temperature),
    };
    let absent = absences(inputs);
    let having =
        |wanted| absent.iter().filter(|(_, a)| *a == wanted).map(|(item, _)| *item).collect::<Vec<_>>();
    let (missing, stale) = (having(Absence::Missing), having(Absence::Stale));
    if missing.is_empty() && stale.is_empty() {
        News2::Complete { total: parts.sum(), risk: parts.risk(), parts }
    } else {
        News2::Incomplete { at_least: parts.sum(), at_least_risk: parts.risk(), missing, stale, parts }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Absence {
    None,
    Stale,
    Missing,
}

fn absence<T>(input: &Input<T>) -> Absence {
    match input {
        Input::Fresh(_) => Absence::None,
        Input::Stale => Absence::Stale,
        Input::Missing => Absence::Missing,
    }
}

fn absences(inputs: &Inputs) -> [(Item, Absence); 7] {
    [
        (Item::Respiration, absence(&inputs.respiration)),
        (Item::Spo2, absence(&inputs.spo2)),
        (Item::Breathing, absence(&inputs.breathing)),
        (Item::Systolic, absence(&inputs.systolic)),
        (Item::Pulse, absence(&inputs.pulse)),
        (Item::Consciousness, absence(&inputs.consciousness)),
        (Item::Temperature, absence(&inputs.temperature_tenths)),
    ]
}

fn fresh<T>(input: Input<T>) -> Option<T> {
    match input {
        Input::Fresh(value) => Some(value),
        Input::Stale | Input::Missing => None,
    }
}

fn respiration(per_minute: i32) -> u8 {
    match per_minute {
        ..=8 => 3,
        9..=11 => 1,
        12..=20 => 0,
        21..=24 => 2,
        25.. => 3,
    }
}

fn spo2_scale_1(percent: i32) -> u8 {
    match percent {
        ..=91 => 3,
        92..=93 => 2,
        94..=95 => 1,
        96.. => 0,
    }
}

/// Above the target the points depend on oxygen. Where that is unknown the lower ones stand, because the result is
/// then a lower bound anyway.
fn spo2_scale_2(percent: i32, breathing: Option<Breathing>) -> u8 {
    match (percent, breathing) {
        (..=83, _) => 3,
        (84..=85, _) => 2,
        (86..=87, _) => 1,
        (88..=92, _) => 0,
        (93.., Some(Breathing::Air) | None) => 0,
        (93..=94, Some(Breathing::Oxygen)) => 1,
        (95..=96, Some(Breathing::Oxygen)) => 2,
        (97.., Some(Breathing::Oxygen)) => 3,
    }
}

fn breathing(breathing: Breathing) -> u8 {
    match breathing {
        Breathing::Air => 0,
        Breathing::Oxygen => 2,
    }
}

fn systolic(mmhg: i32) -> u8 {
    match mmhg {
        ..=90 => 3,
        91..=100 => 2,
        101..=110 => 1,
        111..=219 => 0,
        220.. => 3,
    }
}

fn pulse(per_minute: i32) -> u8 {
    match per_minute {
        ..=40 => 3,
        41..=50 => 1,
        51..=90 => 0,
        91..=110 => 1,
        111..=130 => 2,
        131.. => 3,
    }
}

fn consciousness(level: Consciousness) -> u8 {
    match level {
        Consciousness::Alert => 0,
        Consciousness::Confusion
        | Consciousness::Voice
        | Consciousness::Pain
        | Consciousness::Unresponsive => 3,
    }
}

fn temperature(tenths: i32) -> u8 {
    match tenths {
        ..=350 => 3,
        351..=360 => 1,
        361..=380 => 0,
        381..=390 => 1,
        391.. => 2,
    }
}
