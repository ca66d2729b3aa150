//! The table itself, one row for each parameter (clinical reference §3.9, §3.1 for bounds).

use crate::codes::{Cadence, Parameter, private, units};
use crate::reading::{Code, Decimal, Unit};

/// One row of the code table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParameterInfo {
    /// The parameter.
    pub parameter: Parameter,
    /// Its preferred MDC code.
    pub code: Code,
    /// Other codes that mean the same.
    pub also: &'static [Code],
    /// LOINC codes, the preferred first.
    pub loinc: &'static [&'static str],
    /// Short label.
    pub short: &'static str,
    /// Long name.
    pub name: &'static str,
    /// Unit that is implied in a frame.
    pub unit: Unit,
    /// Every unit the reader accepts.
    pub units: &'static [Unit],
    /// Lowest and highest possible value in each unit; outside is invalid. No row: not judged.
    pub plausible: &'static [(Unit, Decimal, Decimal)],
    /// Digits shown after the point, and the power of ten implied in a frame.
    pub decimals: u8,
    /// How it arrives.
    pub cadence: Cadence,
}

impl ParameterInfo {
    /// Lowest and highest possible value in this unit, where the table judges.
    pub fn bounds(&self, unit: Unit) -> Option<(Decimal, Decimal)> {
        self.plausible.iter().find(|(of, _, _)| *of == unit).map(|(_, low, high)| (*low, *high))
    }
}

const HOURS_12: i64 = 12 * 3_600_000;
const HOURS_24: i64 = 24 * 3_600_000;

/// A row with one unit and whole bounds; the rest differs by struct update.
const fn row(
    parameter: Parameter,
    code: u32,
    units: &'static [Unit],
    unit: Unit,
    plausible: &'static [(Unit, Decimal, Decimal)],
) -> ParameterInfo {
    ParameterInfo {
        parameter,
        code: Code(code),
        also: &[],
        loinc: &[],
        short: "",
        name: "",
        unit,
        units,
        plausible,
        decimals: 0,
        cadence: Cadence::Continuous,
    }
}

const BEATS: &[Unit] = &[units::BEATS_PER_MINUTE];
const BREATHS: &[Unit] = &[units::BREATHS_PER_MINUTE];
const PERCENT: &[Unit] = &[units::PERCENT];
const MMHG: &[Unit] = &[units::MMHG];
const GLUCOSE: &[Unit] = &[units::MG_PER_DL, units::MMOL_PER_L];
const BARE: &[Unit] = &[units::DIMENSIONLESS];

const RATE_BOUNDS: &[(Unit, Decimal, Decimal)] =
    &[(units::BEATS_PER_MINUTE, Decimal::whole(0), Decimal::whole(350))];
const PERCENT_BOUNDS: &[(Unit, Decimal, Decimal)] =
    &[(units::PERCENT, Decimal::whole(0), Decimal::whole(100))];
const PRESSURE_BOUNDS: &[(Unit, Decimal, Decimal)] = &[(units::MMHG, Decimal::whole(0), Decimal::whole(350))];
const GLUCOSE_BOUNDS: &[(Unit, Decimal, Decimal)] = &[
    (units::MG_PER_DL, Decimal::whole(0), Decimal::whole(1_500)),
    (units::MMOL_PER_L, Decimal::whole(0), Decimal::tenths(833)),
];

static HEART_RATE: ParameterInfo = ParameterInfo {
    loinc: &["8867-4"],
    short: "HR",
    name: "Heart rate",
    ..row(Parameter::HeartRate, 147_842, BEATS, units::BEATS_PER_MINUTE, RATE_BOUNDS)
};
static PULSE_RATE: ParameterInfo = ParameterInfo {
    loinc: &["8889-8"],
    short: "PR",
    name: "Pulse rate (oximeter)",
    ..row(Parameter::PulseRate, 149_530, BEATS, units::BEATS_PER_MINUTE, RATE_BOUNDS)
};
static SPO2: ParameterInfo = ParameterInfo {
    loinc: &["59408-5", "2708-6"],
    short: "SpO₂",
    name: "Oxygen saturation",
    ..row(Parameter::Spo2, 150_456, PERCENT, units::PERCENT, PERCENT_BOUNDS)
};
static RESPIRATORY_RATE: ParameterInfo = ParameterInfo {
    also: &[Code(151_578)],
    loinc: &["9279-1"],
    short: "RR",
    name: "Respiratory rate",
    ..row(
        Parameter::RespiratoryRate,
        151_562,
        BREATHS,
        units::BREATHS_PER_MINUTE,
        &[(units::BREATHS_PER_MINUTE, Decimal::whole(0), Decimal::whole(200))],
    )
};
static NIBP_SYSTOLIC: ParameterInfo = ParameterInfo {
    also: &[Code(150_301)],
    loinc: &["8480-6"],
    short: "NIBP sys",
    name: "Systolic pressure (cuff)",
    cadence: Cadence::Spot,
    ..row(Parameter::NibpSystolic, 150_021, MMHG, units::MMHG, PRESSURE_BOUNDS)
};
static NIBP_DIASTOLIC: ParameterInfo = ParameterInfo {
    also: &[Code(150_302)],
    loinc: &["8462-4"],
    short: "NIBP dia",
    name: "Diastolic pressure (cuff)",
    cadence: Cadence::Spot,
    ..row(Parameter::NibpDiastolic, 150_022, MMHG, units::MMHG, PRESSURE_BOUNDS)
};
static NIBP_MEAN: ParameterInfo = ParameterInfo {
    also: &[Code(150_303)],
    loinc: &["8478-0"],
    short: "NIBP mean",
    name: "Mean pressure (cuff)",
    cadence: Cadence::Spot,
    ..row(Parameter::NibpMean, 150_023, MMHG, units::MMHG, PRESSURE_BOUNDS)
};
static TEMPERATURE: ParameterInfo = ParameterInfo {
    loinc: &["8310-5"],
    short: "Temp",
    name: "Body temperature",
    decimals: 1,
    cadence: Cadence::Spot,
    ..row(
        Parameter::Temperature,
        150_364,
        &[units::CELSIUS],
        units::CELSIUS,
        &[(units::CELSIUS, Decimal::whole(25), Decimal::whole(45))],
    )
};
static GLUCOSE_INTERSTITIAL: ParameterInfo = ParameterInfo {
    loinc: &["99504-3", "105272-9"],
    short: "CGM",
    name: "Glucose (interstitial)",
    cadence: Cadence::FiveMinutes,
    ..row(Parameter::GlucoseInterstitial, 160_212, GLUCOSE, units::MG_PER_DL, GLUCOSE_BOUNDS)
};
static GLUCOSE_CAPILLARY: ParameterInfo = ParameterInfo {
    loinc: &["41653-7", "14743-9"],
    short: "Glucose",
    name: "Glucose (capillary)",
    cadence: Cadence::Spot,
    ..row(Parameter::GlucoseCapillary, 160_184, GLUCOSE, units::MG_PER_DL, GLUCOSE_BOUNDS)
};
static CONSCIOUSNESS: ParameterInfo = ParameterInfo {
    loinc: &["67775-7", "80288-4"],
    short: "ACVPU",
    name: "Level of consciousness",
    cadence: Cadence::Manual { interval: HOURS_12 },
    ..row(Parameter::Consciousness, private::CONSCIOUSNESS.0, BARE, units::DIMENSIONLESS, &[])
};
static OXYGEN_FLOW: ParameterInfo = ParameterInfo {
    loinc: &["3151-8"],
    short: "O₂",
    name: "Inhaled oxygen flow",
    cadence: Cadence::Manual { interval: HOURS_12 },
    ..row(
        Parameter::OxygenFlow,
        private::OXYGEN_FLOW.0,
        &[units::L_PER_MINUTE],
        units::L_PER_MINUTE,
        &[(units::L_PER_MINUTE, Decimal::whole(0), Decimal::whole(100))],
    )
};
static INSPIRED_OXYGEN: ParameterInfo = ParameterInfo {
    loinc: &["3150-6"],
    short: "FiO₂",
    name: "Inspired oxygen fraction",
    cadence: Cadence::Manual { interval: HOURS_12 },
    ..row(Parameter::InspiredOxygen, 152_196, PERCENT, units::PERCENT, PERCENT_BOUNDS)
};
static PAIN: ParameterInfo = ParameterInfo {
    loinc: &["72514-3"],
    short: "Pain",
    name: "Pain score",
    cadence: Cadence::Manual { interval: HOURS_12 },
    ..row(
        Parameter::Pain,
        private::PAIN.0,
        BARE,
        units::DIMENSIONLESS,
        &[(units::DIMENSIONLESS, Decimal::whole(0), Decimal::whole(10))],
    )
};
static WEIGHT: ParameterInfo = ParameterInfo {
    loinc: &["29463-7"],
    short: "Weight",
    name: "Body weight",
    decimals: 1,
    cadence: Cadence::Manual { interval: HOURS_24 },
    ..row(
        Parameter::Weight,
        188_736,
        &[units::KILOGRAM],
        units::KILOGRAM,
        &[(units::KILOGRAM, Decimal::whole(0), Decimal::whole(700))],
    )
};
static ECG_LEAD_II: ParameterInfo = ParameterInfo {
    short: "II",
    name: "ECG lead II",
    decimals: 3,
    cadence: Cadence::Waveform,
    ..row(Parameter::EcgLeadII, 131_330, &[units::MILLIVOLT], units::MILLIVOLT, &[])
};
static PLETH: ParameterInfo = ParameterInfo {
    short: "Pleth",
    name: "Plethysmogram",
    cadence: Cadence::Waveform,
    ..row(Parameter::Pleth, 150_452, BARE, units::DIMENSIONLESS, &[])
};

/// The row of a parameter.
pub(super) fn info(parameter: Parameter) -> &'static ParameterInfo {
    match parameter {
        Parameter::HeartRate => &HEART_RATE,
        Parameter::PulseRate => &PULSE_RATE,
        Parameter::Spo2 => &SPO2,
        Parameter::RespiratoryRate => &RESPIRATORY_RATE,
        Parameter::NibpSystolic => &NIBP_SYSTOLIC,
        Parameter::NibpDiastolic => &NIBP_DIASTOLIC,
        Parameter::NibpMean => &NIBP_MEAN,
        Parameter::Temperature => &TEMPERATURE,
        Parameter::GlucoseInterstitial => &GLUCOSE_INTERSTITIAL,
        Parameter::GlucoseCapillary => &GLUCOSE_CAPILLARY,
        Parameter::Consciousness => &CONSCIOUSNESS,
        Parameter::OxygenFlow => &OXYGEN_FLOW,
        Parameter::InspiredOxygen => &INSPIRED_OXYGEN,
        Parameter::Pain => &PAIN,
        Parameter::Weight => &WEIGHT,
        Parameter::EcgLeadII => &ECG_LEAD_II,
        Parameter::Pleth => &PLETH,
    }
}
