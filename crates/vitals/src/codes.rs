//! What the product knows by code: MDC code, LOINC, names, units, plausibility (docs/spec/codes.md).
//!
//! Key on the number, never on the name: monitors call the same code by different names.

mod table;
mod unit;

use core::cmp::Ordering;

use minicbor::{Decode, Encode};

use crate::reading::{Code, Consciousness, Decimal, Quality, Reading, Unit, Value};

pub use table::ParameterInfo;
pub use unit::{ALL_UNITS, UnitInfo, units};

/// Codes without an MDC term of their own, in the block 11073-10101 leaves to the implementer (terms F000h and up).
pub mod private {
    use super::Code;
    /// Level of consciousness, ACVPU.
    pub const CONSCIOUSNESS: Code = Code(192_512);
    /// Flow of inhaled oxygen; zero means air.
    pub const OXYGEN_FLOW: Code = Code(192_513);
    /// Pain, 0 to 10, as the patient tells it.
    pub const PAIN: Code = Code(192_514);
    /// The NEWS2 total, which alarms carry as their parameter. It is never a reading.
    pub const NEWS2: Code = Code(192_515);
    /// Whether the cuff is tightening: 1 from its beginning on, 0 at its end. It holds alarms off and is never shown.
    pub const CUFF_INFLATION: Code = Code(192_516);
}

/// A parameter the product shows. A code outside of it is accepted, kept with its message and not shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Parameter {
    /// Heart rate from the ECG.
    #[n(0)]
    HeartRate,
    /// Pulse rate from the oximeter.
    #[n(1)]
    PulseRate,
    /// Oxygen saturation by pulse oximetry.
    #[n(2)]
    Spo2,
    /// Respiratory rate.
    #[n(3)]
    RespiratoryRate,
    /// Non-invasive systolic pressure.
    #[n(4)]
    NibpSystolic,
    /// Non-invasive diastolic pressure.
    #[n(5)]
    NibpDiastolic,
    /// Non-invasive mean pressure.
    #[n(6)]
    NibpMean,
    /// Body temperature.
    #[n(7)]
    Temperature,
    /// Interstitial glucose (continuous monitor).
    #[n(8)]
    GlucoseInterstitial,
    /// Capillary glucose (finger stick).
    #[n(9)]
    GlucoseCapillary,
    /// ACVPU.
    #[n(10)]
    Consciousness,
    /// Flow of inhaled oxygen.
    #[n(11)]
    OxygenFlow,
    /// Fraction of inspired oxygen.
    #[n(12)]
    InspiredOxygen,
    /// Pain score.
    #[n(13)]
    Pain,
    /// Body weight.
    #[n(14)]
    Weight,
    /// ECG lead II, a waveform.
    #[n(15)]
    EcgLeadII,
    /// Plethysmogram, a waveform.
    #[n(16)]
    Pleth,
}

/// How a parameter arrives; decides how fast its values grow old (clinical reference §3.6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cadence {
    /// About once a second.
    Continuous,
    /// Samples of a curve.
    Waveform,
    /// A measurement now and then: cuff, thermometer, finger stick.
    Spot,
    /// Every five minutes, as continuous glucose monitors do.
    FiveMinutes,
    /// Entered by a person; next due after so many milliseconds.
    Manual {
        /// The observation interval, in milliseconds.
        interval: i64,
    },
}

/// Why a reading of a known code cannot be accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeError {
    /// The unit is not among those of the code.
    #[error("unit {} does not belong to code {}", unit.0, code.0)]
    Unit {
        /// The code.
        code: Code,
        /// The unit that came with it.
        unit: Unit,
    },
    /// A number where a coded value belongs, or the other way round.
    #[error("code {} does not take this kind of value", code.0)]
    Kind {
        /// The code.
        code: Code,
    },
}

impl Parameter {
    /// Every parameter, in the order of its number.
    pub const ALL: [Self; 17] = [
        Self::HeartRate,
        Self::PulseRate,
        Self::Spo2,
        Self::RespiratoryRate,
        Self::NibpSystolic,
        Self::NibpDiastolic,
        Self::NibpMean,
        Self::Temperature,
        Self::GlucoseInterstitial,
        Self::GlucoseCapillary,
        Self::Consciousness,
        Self::OxygenFlow,
        Self::InspiredOxygen,
        Self::Pain,
        Self::Weight,
        Self::EcgLeadII,
        Self::Pleth,
    ];

    /// The parameter a code stands for, with the codes that mean the same; `None` for a code the product does not know.
    pub fn from_code(code: Code) -> Option<Self> {
        Self::ALL.into_iter().find(|p| {
            let info = p.info();
            info.code == code || info.also.contains(&code)
        })
    }

    /// The parameter of a LOINC code, if it is one of the table's.
    pub fn from_loinc(loinc: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.info().loinc.contains(&loinc))
    }

    /// Its row in the table.
    pub fn info(self) -> &'static ParameterInfo {
        table::info(self)
    }

    /// Its preferred MDC code.
    pub fn code(self) -> Code {
        self.info().code
    }

    /// Its short label, as on a monitor.
    pub fn short(self) -> &'static str {
        self.info().short
    }
}

/// Whether any part of the product knows this code as a reading.
pub fn is_known(code: Code) -> bool {
    Parameter::from_code(code).is_some()
}

/// The code under which a reading is stored: cuff pressures (150301–150303, as one gateway sends them) become the
/// non-invasive ones; every other code stays itself.
pub fn canonical(code: Code) -> Code {
    match code.0 {
        150_300 => Code(150_020),
        150_301 => Code(150_021),
        150_302 => Code(150_022),
        150_303 => Code(150_023),
        _ => code,
    }
}

/// Checks a unit against the code. Unknown codes pass: they are kept, not judged.
///
/// # Errors
/// [`CodeError::Unit`] when the code is known and the unit is not one of its own.
pub fn check_unit(code: Code, unit: Unit) -> Result<(), CodeError> {
    match Parameter::from_code(code) {
        Some(parameter) if !parameter.info().units.contains(&unit) => Err(CodeError::Unit { code, unit }),
        Some(_) | None => Ok(()),
    }
}

/// Brings a reading as decoded from a device to the form that is stored: canonical code, checked unit and kind of
/// value, and [`Quality::Invalid`] where the number is physiologically impossible.
///
/// # Errors
/// [`CodeError`] when a known code comes with a foreign unit or kind of value.
pub fn admit(reading: Reading) -> Result<Reading, CodeError> {
    let code = canonical(reading.code);
    let reading = Reading { code, ..reading };
    let Some(parameter) = Parameter::from_code(code) else {
        return Ok(reading);
    };
    check_unit(code, reading.unit)?;
    let coded = matches!(reading.value, Value::Consciousness(_));
    if coded != (parameter == Parameter::Consciousness) {
        return Err(CodeError::Kind { code });
    }
    let quality = match reading.quality {
        Quality::Good | Quality::Questionable | Quality::Demo if !plausible(parameter, &reading) => {
            Quality::Invalid
        }
        kept => kept,
    };
    Ok(Reading { quality, ..reading })
}

/// Whether a value can come from a living body at all. This is no alarm limit: what fails is shown as invalid.
fn plausible(parameter: Parameter, reading: &Reading) -> bool {
    match reading.value {
        Value::Consciousness(_) => true,
        Value::Number(number) => match parameter.info().bounds(reading.unit) {
            Some((low, high)) => {
                number.compare(low) != Ordering::Less && number.compare(high) != Ordering::Greater
            }
            None => true,
        },
    }
}

impl Consciousness {
    /// Its letter on the ACVPU scale.
    pub fn letter(self) -> char {
        match self {
            Self::Alert => 'A',
            Self::Confusion => 'C',
            Self::Voice => 'V',
            Self::Pain => 'P',
            Self::Unresponsive => 'U',
        }
    }

    /// The level of a letter, upper case.
    pub fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'A' => Some(Self::Alert),
            'C' => Some(Self::Confusion),
            'V' => Some(Self::Voice),
            'P' => Some(Self::Pain),
            'U' => Some(Self::Unresponsive),
            _ => None,
        }
    }
}

impl Quality {
    /// Whether a reading of this quality carries a value that may be shown.
    pub fn has_value(self) -> bool {
        match self {
            Self::Good | Self::Questionable | Self::Demo => true,
            Self::Unavailable | Self::Invalid => false,
        }
    }

    /// Its name in exports and in the window's data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Questionable => "questionable",
            Self::Unavailable => "unavailable",
            Self::Invalid => "invalid",
            Self::Demo => "demo",
        }
    }
}

impl Reading {
    /// The number, if it is one and may be used.
    pub fn usable(&self) -> Option<Decimal> {
        match self.value {
            Value::Number(number) if self.quality.has_value() => Some(number),
            Value::Number(_) | Value::Consciousness(_) => None,
        }
    }

    /// The parameter it belongs to, if the product knows the code.
    pub fn parameter(&self) -> Option<Parameter> {
        Parameter::from_code(self.code)
    }
}
