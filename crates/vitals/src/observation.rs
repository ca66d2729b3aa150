//! What a person observed at the bedside and entered by hand: consciousness, oxygen, pain, temperature
//! (docs/spec/observation.md).

use minicbor::{Decode, Encode};
use wl_ledger::{DeviceId, UnixMillis};

use crate::cbor::{self, StrictError};
use crate::codes::{Parameter, units};
use crate::reading::{Consciousness, Decimal, Frame, Quality, Reading, Value};

/// The channel of readings that were entered by hand, apart from those of every device.
pub const BY_HAND: u8 = 200;
/// Stands where readings name their device; no device is registered under it.
pub const NO_DEVICE: DeviceId = DeviceId(u32::MAX);
/// Most bytes of an observation.
pub const MAX_OBSERVATION_BYTES: usize = 64;
/// Highest oxygen flow that can be entered, in tenths of a litre a minute.
const MAX_FLOW: u16 = 700;
/// Body temperatures that can be entered, in tenths of a degree Celsius.
const TEMPERATURES: core::ops::RangeInclusive<u16> = 250..=450;

/// One round of observations. What was not observed is absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Observation {
    /// When it was observed, by the workstation's clock.
    #[n(0)]
    pub at: UnixMillis,
    /// ACVPU.
    #[n(1)]
    pub consciousness: Option<Consciousness>,
    /// Flow of inhaled oxygen in tenths of a litre a minute; 0 is room air.
    #[n(2)]
    pub oxygen: Option<u16>,
    /// Pain, 0 to 10, as the patient tells it.
    #[n(3)]
    pub pain: Option<u8>,
    /// Body temperature in tenths of a degree Celsius.
    #[n(4)]
    pub temperature: Option<u16>,
}

/// Why an observation is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ObservationError {
    /// Longer than [`MAX_OBSERVATION_BYTES`].
    #[error("{0} bytes are more than an observation may have")]
    TooLong(usize),
    /// Not the shape of the format.
    #[error("the observation does not decode at byte {0}")]
    Shape(usize),
    /// Decodes, but is not the one canonical encoding.
    #[error("the observation is not in canonical form")]
    NotCanonical,
    /// It says nothing.
    #[error("an observation must hold at least one value")]
    Empty,
    /// Pain beyond 10.
    #[error("pain is entered from 0 to 10")]
    Pain,
    /// More oxygen than any device gives.
    #[error("oxygen is entered from 0 to 70 litres a minute")]
    Oxygen,
    /// No temperature of a body.
    #[error("temperature is entered from 25.0 to 45.0 degrees Celsius")]
    Temperature,
}

impl Observation {
    /// Checks what was entered.
    ///
    /// # Errors
    /// [`ObservationError`] naming the value.
    pub fn check(&self) -> Result<(), ObservationError> {
        let nothing = self.consciousness.is_none()
            && self.oxygen.is_none()
            && self.pain.is_none()
            && self.temperature.is_none();
        if nothing {
            return Err(ObservationError::Empty);
        }
        if self.pain.is_some_and(|pain| pain > 10) {
            return Err(ObservationError::Pain);
        }
        if self.oxygen.is_some_and(|flow| flow > MAX_FLOW) {
            return Err(ObservationError::Oxygen);
        }
        if self.temperature.is_some_and(|tenths| !TEMPERATURES.contains(&tenths)) {
            return Err(ObservationError::Temperature);
        }
        Ok(())
    }

    /// The same as readings, on the channel [`BY_HAND`].
    pub fn readings(&self) -> Vec<Reading> {
        let reading = |parameter: Parameter, value, unit| Reading {
            code: parameter.code(),
            channel: BY_HAND,
            value,
            unit,
            taken: self.at,
            quality: Quality::Good,
        };
        let number =
            |parameter: Parameter, value| reading(parameter, Value::Number(value), parameter.info().unit);
        let level = self.consciousness.map(|level| {
            reading(Parameter::Consciousness, Value::Consciousness(level), units::DIMENSIONLESS)
        });
        let flow = self.oxygen.map(|flow| number(Parameter::OxygenFlow, Decimal::tenths(i32::from(flow))));
        let pain = self.pain.map(|pain| number(Parameter::Pain, Decimal::whole(i32::from(pain))));
        let temperature =
            self.temperature.map(|t| number(Parameter::Temperature, Decimal::tenths(i32::from(t))));
        [level, flow, pain, temperature].into_iter().flatten().collect()
    }

    /// The same as a frame of [`NO_DEVICE`].
    pub fn frame(&self) -> Frame {
        Frame { device: NO_DEVICE, received: self.at, readings: self.readings() }
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads canonical bytes and nothing else, and checks them.
    ///
    /// # Errors
    /// [`ObservationError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ObservationError> {
        if bytes.len() > MAX_OBSERVATION_BYTES {
            return Err(ObservationError::TooLong(bytes.len()));
        }
        let observation: Self = cbor::decode(bytes).map_err(|e| match e {
            StrictError::Shape(at) => ObservationError::Shape(at),
            StrictError::NotCanonical => ObservationError::NotCanonical,
        })?;
        observation.check()?;
        Ok(observation)
    }
}
