//! Why a message is refused, and how the refusal is told to its sender and to the people at the quarantine.

use core::fmt;

use wl_vitals::DecimalError;

use super::charset::BadByte;
use super::header::ReplyTo;
use super::time::TimeError;
use crate::ingest::mllp::FrameFault;
use crate::ingest::quarantine::Ground;

/// A field of a message: `OBX[3]-5` is field 5 of the third segment of that name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Segment name.
    pub segment: &'static str,
    /// Its number among the segments of this name, from 1.
    pub ordinal: usize,
    /// Field number.
    pub field: u8,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]-{}", self.segment, self.ordinal, self.field)
    }
}

/// What is wrong. Names places and rules, never content.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Reason {
    /// Nothing but blank lines.
    #[error("the message is empty")]
    Empty,
    /// The frame was no message.
    #[error("{0}")]
    Frame(FrameFault),
    /// Something else comes first, a batch header for instance.
    #[error("the message does not begin with an MSH segment")]
    NoHeader,
    /// MSH-1 or MSH-2.
    #[error("MSH-1 and MSH-2 must be distinct punctuation marks, two to five in MSH-2")]
    Delimiters,
    /// Two messages in one frame.
    #[error("line {line} begins a second message: send one message in a frame")]
    SecondHeader {
        /// Segment number.
        line: usize,
    },
    /// A line that is no segment.
    #[error("line {line} does not begin with a segment name and a field separator")]
    SegmentName {
        /// Segment number.
        line: usize,
    },
    /// Too many segments.
    #[error("more than {limit} segments")]
    TooManySegments {
        /// The limit.
        limit: usize,
    },
    /// Too many fields.
    #[error("more than {limit} fields in line {line}")]
    TooManyFields {
        /// Segment number.
        line: usize,
        /// The limit.
        limit: usize,
    },
    /// Too many repetitions.
    #[error("more than {limit} repetitions in a field of line {line}")]
    TooManyRepetitions {
        /// Segment number.
        line: usize,
        /// The limit.
        limit: usize,
    },
    /// An identifier that is kept is too long.
    #[error("{place} is longer than {limit} bytes")]
    TooLong {
        /// Where.
        place: Place,
        /// The limit.
        limit: usize,
    },
    /// A compulsory field is empty.
    #[error("{0} is required")]
    Missing(Place),
    /// An identifier that no reply can echo.
    #[error("{0} holds a control character")]
    ControlCharacter(Place),
    /// More samples than a row may hold.
    #[error("{place} holds more than {limit} samples")]
    TooManySamples {
        /// Where.
        place: Place,
        /// The limit.
        limit: usize,
    },
    /// More rows of one code than there are channels.
    #[error("{0} is one of more than 256 rows with the same code")]
    TooManyChannels(Place),
    /// MSH-18 is none the reader has.
    #[error("MSH-18 names a character set that is not supported: use UNICODE UTF-8, 8859/1 or ASCII")]
    Charset,
    /// The bytes are not in the declared set.
    #[error("{0}: correct MSH-18")]
    CharsetByte(BadByte),
    /// MSH-9.1.
    #[error("MSH-9 is not an ORU message")]
    MessageType,
    /// MSH-9.2.
    #[error("MSH-9 is an ORU event other than R01, R40 and W01")]
    Event,
    /// MSH-11.
    #[error("MSH-11 is not P: training and debugging messages are taken from demo sources only")]
    Processing,
    /// MSH-12.
    #[error("MSH-12 is not a version 2 of HL7")]
    Version,
    /// PID or PV1 segments that disagree.
    #[error("{0} names another patient or bed than the one before it: send one patient in a message")]
    SeveralPatients(Place),
    /// Raised by the hub: nobody is associated with this patient, bed or device.
    #[error("no patient is associated with this identifier, bed or device: register or associate it first")]
    PatientUnknown,
    /// Raised by the hub: no such device is registered.
    #[error("the sending device is not registered: an administrator registers it first")]
    DeviceUnknown,
    /// Raised by the hub: the device was taken out of use for good.
    #[error("the sending device was retired: an administrator registers another one in its place")]
    DeviceRetired,
    /// Raised by the hub: the device measures nobody.
    #[error("the sending device is assigned to no patient: an administrator assigns it first")]
    DeviceUnassigned,
    /// Raised by the hub: the device measures a patient of another hub, or another one than the rest of the message.
    #[error(
        "a device of this message is assigned to another patient than this hub, or the rest of it, is for"
    )]
    DeviceElsewhere,
    /// Raised by the hub: the message and its device speak of different patients.
    #[error("the message names another patient than the one its device is assigned to")]
    OtherPatient,
    /// Raised by the hub: streams and keys for the patient are not on the ledger yet.
    #[error("the patient's streams and keys are not ready yet: send again in a moment")]
    NotReady,
    /// Raised by the hub: the device's clock is ahead of the hub's by more than the tolerated drift.
    #[error("a time lies {0} s ahead of the hub's clock: set the device's clock or its time zone")]
    ClockAhead(i64),
    /// A malformed time.
    #[error("{place}: {error}")]
    Time {
        /// Where.
        place: Place,
        /// What is wrong.
        error: TimeError,
    },
    /// No time at all.
    #[error("{0} and OBR-7 and MSH-7 are all empty: the row has no time")]
    TimeMissing(Place),
    /// Not an exact number.
    #[error("{place}: {error}")]
    Number {
        /// Where.
        place: Place,
        /// What is wrong.
        error: DecimalError,
    },
    /// Several values or parts where one number belongs, or a comparator.
    #[error("{0} is not one single value")]
    NotOneValue(Place),
    /// OBX-2 does not fit the code.
    #[error("{0} is a value type that does not fit the code of the row")]
    ValueType(Place),
    /// A coded level of consciousness outside ACVPU.
    #[error("{0} is no ACVPU level in SNOMED CT, LOINC or letters")]
    Level(Place),
    /// OBX-11 withdraws or disowns the value it comes with.
    #[error("{0} withdraws or disowns the value: it is kept for a person to look at")]
    Status(Place),
    /// No unit where the code needs one.
    #[error("{0} is empty: the code needs a unit")]
    UnitMissing(Place),
    /// A unit that is unknown or not one of the code's.
    #[error("{0} is not a unit of the code, in MDC or UCUM")]
    Unit(Place),
}

/// What the sender is told: is there a use in sending the same again after something was put right here or there?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// `AE`: the content failed.
    Error,
    /// `AR`: not a message this product takes.
    Reject,
}

impl Reason {
    /// Which part of the message failed.
    pub fn ground(&self) -> Ground {
        match self {
            Self::Empty
            | Self::Frame(_)
            | Self::NoHeader
            | Self::Delimiters
            | Self::SecondHeader { .. }
            | Self::SegmentName { .. }
            | Self::TooManySegments { .. }
            | Self::TooManyFields { .. }
            | Self::TooManyRepetitions { .. }
            | Self::TooLong { .. }
            | Self::Missing(_)
            | Self::ControlCharacter(_)
            | Self::TooManySamples { .. }
            | Self::TooManyChannels(_) => Ground::Structure,
            Self::Charset | Self::CharsetByte(_) => Ground::Charset,
            Self::MessageType | Self::Event | Self::Processing | Self::Version => Ground::NotSupported,
            Self::SeveralPatients(_) | Self::PatientUnknown | Self::OtherPatient | Self::NotReady => {
                Ground::Patient
            }
            Self::DeviceUnknown | Self::DeviceRetired | Self::DeviceUnassigned | Self::DeviceElsewhere => {
                Ground::Device
            }
            Self::Time { .. } | Self::TimeMissing(_) | Self::ClockAhead(_) => Ground::Time,
            Self::Number { .. }
            | Self::NotOneValue(_)
            | Self::ValueType(_)
            | Self::Level(_)
            | Self::Status(_) => Ground::Value,
            Self::UnitMissing(_) | Self::Unit(_) => Ground::Unit,
        }
    }

    /// Error or rejection: what can never be taken in this form is rejected.
    pub fn answer(&self) -> Answer {
        match self.ground() {
            Ground::Structure | Ground::NotSupported => Answer::Reject,
            Ground::Charset
            | Ground::Patient
            | Ground::Device
            | Ground::Time
            | Ground::Value
            | Ground::Unit => Answer::Error,
        }
    }

    /// The condition of HL7 table 0357 for ERR-3.
    pub(super) fn condition(&self) -> (u16, &'static str) {
        match self {
            Self::Missing(_) | Self::TimeMissing(_) | Self::UnitMissing(_) => (101, "Required field missing"),
            Self::Time { .. }
            | Self::ClockAhead(_)
            | Self::Number { .. }
            | Self::NotOneValue(_)
            | Self::ValueType(_)
            | Self::ControlCharacter(_) => (102, "Data type error"),
            Self::Level(_) | Self::Unit(_) | Self::Status(_) | Self::Charset | Self::CharsetByte(_) => {
                (103, "Table value not found")
            }
            Self::MessageType => (200, "Unsupported message type"),
            Self::Event => (201, "Unsupported event code"),
            Self::Processing => (202, "Unsupported processing id"),
            Self::Version => (203, "Unsupported version id"),
            Self::PatientUnknown
            | Self::OtherPatient
            | Self::DeviceUnknown
            | Self::DeviceRetired
            | Self::DeviceUnassigned
            | Self::DeviceElsewhere => (204, "Unknown key identifier"),
            Self::NotReady => (207, "Application internal error"),
            Self::Empty
            | Self::Frame(_)
            | Self::NoHeader
            | Self::Delimiters
            | Self::SecondHeader { .. }
            | Self::SegmentName { .. }
            | Self::TooManySegments { .. }
            | Self::TooManyFields { .. }
            | Self::TooManyRepetitions { .. }
            | Self::TooLong { .. }
            | Self::TooManySamples { .. }
            | Self::TooManyChannels(_)
            | Self::SeveralPatients(_) => (100, "Segment sequence error"),
        }
    }

    /// The field at fault, where it is one.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::TooLong { place, .. }
            | Self::Missing(place)
            | Self::ControlCharacter(place)
            | Self::TooManySamples { place, .. }
            | Self::TooManyChannels(place)
            | Self::SeveralPatients(place)
            | Self::Time { place, .. }
            | Self::TimeMissing(place)
            | Self::Number { place, .. }
            | Self::NotOneValue(place)
            | Self::ValueType(place)
            | Self::Level(place)
            | Self::Status(place)
            | Self::UnitMissing(place)
            | Self::Unit(place) => Some(*place),
            Self::Charset | Self::CharsetByte(_) => Some(Place { segment: "MSH", ordinal: 1, field: 18 }),
            Self::MessageType | Self::Event => Some(Place { segment: "MSH", ordinal: 1, field: 9 }),
            Self::Processing => Some(Place { segment: "MSH", ordinal: 1, field: 11 }),
            Self::Version => Some(Place { segment: "MSH", ordinal: 1, field: 12 }),
            Self::Empty
            | Self::Frame(_)
            | Self::NoHeader
            | Self::Delimiters
            | Self::SecondHeader { .. }
            | Self::SegmentName { .. }
            | Self::TooManySegments { .. }
            | Self::TooManyFields { .. }
            | Self::TooManyRepetitions { .. }
            | Self::PatientUnknown
            | Self::OtherPatient
            | Self::DeviceUnknown
            | Self::DeviceRetired
            | Self::DeviceUnassigned
            | Self::DeviceElsewhere
            | Self::NotReady
            | Self::ClockAhead(_) => None,
        }
    }
}

/// A refused message: the reason and whom to tell. The bytes stay with the caller, who puts them into quarantine.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What a reply needs of the header.
    pub reply_to: Box<ReplyTo>,
}

impl Refusal {
    /// A frame that never became a message, with its first bytes.
    pub fn of_frame(fault: FrameFault, head: &[u8]) -> Self {
        Self { reason: Reason::Frame(fault), reply_to: Box::new(ReplyTo::scan(head)) }
    }
}
