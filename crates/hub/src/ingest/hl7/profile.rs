//! What an administrator says about one source, because the messages do not.

use wl_vitals::{Code, Decimal, Unit};

use super::charset::Charset;
use super::time::UtcOffset;

/// Bounds on one message; the frame limit bounds everything else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Segments in a message.
    pub segments: usize,
    /// Fields in a segment.
    pub fields: usize,
    /// Repetitions in a field.
    pub repetitions: usize,
    /// Samples in one waveform row.
    pub samples: usize,
    /// Bytes in an identifier that is kept (control id, device, patient, location).
    pub identifier: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { segments: 2048, fields: 256, repetitions: 64, samples: 16_384, identifier: 199 }
    }
}

/// A private code of this source that means a known one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeRule {
    /// OBX-3.3 as sent; may be empty.
    pub system: String,
    /// OBX-3.1 as sent.
    pub code: String,
    /// The MDC code it means.
    pub meaning: Code,
}

/// A private unit of this source that means a known one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitRule {
    /// OBX-6.3 as sent; may be empty.
    pub system: String,
    /// OBX-6.1 as sent.
    pub text: String,
    /// The MDC unit it means.
    pub meaning: Unit,
}

/// The sampling rate of a curve that is sent without one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SamplingRule {
    /// Which curve.
    pub code: Code,
    /// Samples in 1,000 seconds.
    pub millihertz: u32,
}

/// Which acknowledgement codes a source understands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AckCodes {
    /// `AA`, `AE`, `AR` whatever was asked for: what gateways in the field take.
    #[default]
    Application,
    /// `CA`, `CE`, `CR` where MSH-15 alone asks for a reply, as HL7 §2.9.3 prescribes.
    Commit,
}

/// Everything about one source that its messages leave open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceProfile {
    /// Zone of times that carry none, in messages whose MSH-7 carries none either.
    pub offset: UtcOffset,
    /// Character set where MSH-18 is empty.
    pub charset: Charset,
    /// Numbers that mean "no value".
    pub sentinels: Vec<Decimal>,
    /// Texts that mean "no value" in a numeric row.
    pub sentinel_texts: Vec<String>,
    /// Private codes.
    pub codes: Vec<CodeRule>,
    /// Private units.
    pub units: Vec<UnitRule>,
    /// Sampling rates of curves sent without one.
    pub sampling: Vec<SamplingRule>,
    /// The source is a demo: training messages are taken in, and good readings are marked as demo.
    pub demo: bool,
    /// Acknowledgement codes.
    pub ack: AckCodes,
    /// Bounds.
    pub limits: Limits,
}

/// The sentinels met in the field: −100, −999, −99.9 and the special values of an 11073 FLOAT
/// (NaN, NRes, reserved, infinities) sent as plain numbers.
pub const SENTINELS: [Decimal; 8] = [
    Decimal::whole(-100),
    Decimal::whole(-999),
    Decimal::tenths(-999),
    Decimal::whole(8_388_607),
    Decimal::whole(8_388_608),
    Decimal::whole(8_388_609),
    Decimal::whole(8_388_606),
    Decimal::whole(8_388_610),
];

impl Default for SourceProfile {
    fn default() -> Self {
        Self {
            offset: UtcOffset::UTC,
            charset: Charset::Ascii,
            sentinels: SENTINELS.to_vec(),
            sentinel_texts: Vec::new(),
            codes: Vec::new(),
            units: Vec::new(),
            sampling: Vec::new(),
            demo: false,
            ack: AckCodes::default(),
            limits: Limits::default(),
        }
    }
}
