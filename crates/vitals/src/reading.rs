//! One measured value, as a device told it, with nothing guessed and nothing rounded.

use minicbor::{Decode, Encode};
use wl_ledger::{DeviceId, UnixMillis};

/// A decimal number exactly as monitors print it: `mantissa × 10^scale`. No floats are ever signed or stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Decimal {
    /// The digits.
    pub mantissa: i32,
    /// Power of ten, `-9..=9`; 36.8 is `368 × 10^-1`.
    pub scale: i8,
}

/// IEEE 11073-10101 code (partition × 65,536 + term): the internal code system.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(transparent)]
pub struct Code(#[n(0)] pub u32);

/// IEEE 11073-10101 unit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(transparent)]
pub struct Unit(#[n(0)] pub u32);

/// Level of consciousness on the ACVPU scale (RCP NEWS2 2017).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Consciousness {
    /// Alert.
    #[n(0)]
    Alert,
    /// New confusion.
    #[n(1)]
    Confusion,
    /// Responds to voice.
    #[n(2)]
    Voice,
    /// Responds to pain.
    #[n(3)]
    Pain,
    /// Unresponsive.
    #[n(4)]
    Unresponsive,
}

/// What was measured.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// A number. Zero is a value.
    Number(Decimal),
    /// A coded observation.
    Consciousness(Consciousness),
}

/// What the device said about its own value. Unknown is never normal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Quality {
    /// Measured, nothing remarked.
    #[n(0)]
    Good,
    /// The device itself doubts it; shown with a question mark.
    #[n(1)]
    Questionable,
    /// Sensor off, leads off or a sentinel: there is no value, and `value` must not be shown.
    #[n(2)]
    Unavailable,
    /// Physiologically impossible (SpO2 above 100 %, temperature below 25 °C): never an alarm, shown as invalid.
    #[n(3)]
    Invalid,
    /// From the demo ward.
    #[n(4)]
    Demo,
}

/// One value of one parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Reading {
    /// Which parameter.
    pub code: Code,
    /// Ordinal among rows with this code in one device message, ordered by their containment (HL7 OBX-4); 0 is the first.
    pub channel: u8,
    /// The value.
    pub value: Value,
    /// Its unit.
    pub unit: Unit,
    /// When the device says it was measured.
    pub taken: UnixMillis,
    /// How far it may be used.
    pub quality: Quality,
}

/// What one device message brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The registered device it came from.
    pub device: DeviceId,
    /// When the hub received it.
    pub received: UnixMillis,
    /// Its readings, in message order.
    pub readings: Vec<Reading>,
}
