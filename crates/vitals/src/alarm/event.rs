//! What the engine says and what practitioners answer, with their canonical bytes (docs/spec/alarm.md).

use minicbor::{Decode, Encode};
use wl_ledger::{Hash, UnixMillis};

use super::{Alarm, AlarmId, Priority};
use crate::cbor::{self, StrictError};
use crate::limits::Direction;
use crate::reading::{Code, Decimal, Unit};

/// Most bytes an event or an acknowledgement may have.
pub const MAX_EVENT_BYTES: usize = 512;

/// A reading of the past that crossed a limit: the decision is logged and makes no sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct BackfillNote {
    /// The parameter.
    #[n(0)]
    pub code: Code,
    /// Which of several rows with this code.
    #[n(1)]
    pub channel: u8,
    /// The side.
    #[n(2)]
    pub direction: Direction,
    /// The priority a live reading would have had.
    #[n(3)]
    pub priority: Priority,
    /// The value.
    #[n(4)]
    pub value: Decimal,
    /// The limit it crossed.
    #[n(5)]
    pub limit: Decimal,
    /// The unit of both.
    #[n(6)]
    pub unit: Unit,
    /// When it was measured.
    #[n(7)]
    pub taken: UnixMillis,
    /// When it arrived and was decided upon.
    #[n(8)]
    pub decided: UnixMillis,
}

/// One step of an alarm. Each is a record of its own; the alarm inside is complete, so a reader needs no earlier one.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum AlarmEvent {
    /// A new alarm.
    #[n(0)]
    Raised(#[n(0)] Alarm),
    /// The condition came again within 60 s: the same alarm, one episode more.
    #[n(1)]
    Reopened(#[n(0)] Alarm),
    /// Its priority rose: it sounds again.
    #[n(2)]
    Escalated(#[n(0)] Alarm),
    /// Its worst value moved further out, by at least the hysteresis.
    #[n(3)]
    Worsened(#[n(0)] Alarm),
    /// It can no longer be judged; a technical alarm stands in its place.
    #[n(4)]
    Inhibited(#[n(0)] Alarm),
    /// The condition is over.
    #[n(5)]
    Cleared(#[n(0)] Alarm),
    /// A reading of the past crossed a limit.
    #[n(6)]
    BackfillNoted(#[n(0)] BackfillNote),
    /// The rules of this patient began to watch.
    #[n(7)]
    Began(#[n(0)] Began),
    /// What a person signed took effect at the hub.
    #[n(8)]
    Carried(#[n(0)] Carried),
    /// A standby ended.
    #[n(9)]
    Resumed(#[n(0)] Resumed),
    /// What a person signed did not take effect at the hub.
    #[n(10)]
    Declined(#[n(0)] Declined),
}

/// What a person signed was not carried out, or not yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Declined {
    /// Hash of the person's record.
    #[n(0)]
    pub record: Hash,
    /// When it was decided, by the hub's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// Why.
    #[n(2)]
    pub why: DeclineReason,
}

/// Why the hub does not carry out what a person signed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum DeclineReason {
    /// The author's role does not allow it.
    #[n(0)]
    Role,
    /// It waits for a second person's signature.
    #[n(1)]
    NeedsSecond,
    /// The ward's rules do not allow it, whoever signs.
    #[n(2)]
    Rules,
    /// A second signature under nothing that waits, or by the same person.
    #[n(3)]
    NothingToConfirm,
    /// It does not open or does not decode.
    #[n(4)]
    Unreadable,
}

/// How the rules were set up when they began: what a replay starts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Began {
    /// When the first input came.
    #[n(0)]
    pub at: UnixMillis,
    /// How often devices send, in milliseconds.
    #[n(1)]
    pub interval: i64,
    /// [`crate::limits::LimitSet::digest`] of the limits in force.
    #[n(2)]
    pub limits: Hash,
}

/// What a person signed took effect: when, and between which inputs, so that a replay does the same at the same place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Carried {
    /// Hash of the person's record.
    #[n(0)]
    pub record: Hash,
    /// When it took effect, by the hub's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// Which input of the rules it was, counted from 0.
    #[n(2)]
    pub input: u64,
}

/// The end of a standby.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Resumed {
    /// When.
    #[n(0)]
    pub at: UnixMillis,
    /// Why.
    #[n(1)]
    pub cause: ResumeCause,
}

/// Why a standby ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum ResumeCause {
    /// Good signal was back for three minutes.
    #[n(0)]
    Signal,
    /// Its time was over.
    #[n(1)]
    Time,
    /// A person ended it.
    #[n(2)]
    Person,
}

/// A practitioner's acknowledgement. Who and when it was signed is in the record around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct AlarmAck {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// When the practitioner acted, by the workstation's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// What they say to it.
    #[n(2)]
    pub comment: AckComment,
}

/// What an acknowledgement says; a code, so that no free text travels with alarms.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum AckComment {
    /// Nothing.
    #[n(0)]
    None,
    /// "I'm going."
    #[n(1)]
    Going,
    /// "I'm with the patient."
    #[n(2)]
    AtBedside,
    /// "Artefact."
    #[n(3)]
    Artefact,
    /// "Expected for this patient."
    #[n(4)]
    Expected,
    /// "The device is at fault."
    #[n(5)]
    Device,
}

/// Why bytes are no alarm event or acknowledgement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AlarmDecodeError {
    /// Longer than [`MAX_EVENT_BYTES`].
    #[error("{0} bytes are more than an alarm record may have")]
    TooLong(usize),
    /// Not the shape of the format.
    #[error("the alarm record does not decode at byte {0}")]
    Shape(usize),
    /// Decodes, but is not the one canonical encoding.
    #[error("the alarm record is not in canonical form")]
    NotCanonical,
    /// The alarm's name is not derived from what it says.
    #[error("the alarm's id does not belong to its content")]
    Id,
}

impl AlarmEvent {
    /// The alarm it carries.
    pub fn alarm(&self) -> Option<&Alarm> {
        match self {
            Self::Raised(alarm)
            | Self::Reopened(alarm)
            | Self::Escalated(alarm)
            | Self::Worsened(alarm)
            | Self::Inhibited(alarm)
            | Self::Cleared(alarm) => Some(alarm),
            Self::BackfillNoted(_)
            | Self::Began(_)
            | Self::Carried(_)
            | Self::Resumed(_)
            | Self::Declined(_) => None,
        }
    }

    /// When it was decided, by the hub's clock.
    pub fn at(&self) -> UnixMillis {
        match self {
            Self::Raised(alarm)
            | Self::Reopened(alarm)
            | Self::Escalated(alarm)
            | Self::Worsened(alarm)
            | Self::Inhibited(alarm)
            | Self::Cleared(alarm) => alarm.told,
            Self::BackfillNoted(note) => note.decided,
            Self::Began(began) => began.at,
            Self::Carried(carried) => carried.at,
            Self::Resumed(resumed) => resumed.at,
            Self::Declined(declined) => declined.at,
        }
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// Reads canonical bytes and nothing else.
    ///
    /// # Errors
    /// [`AlarmDecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AlarmDecodeError> {
        let event: Self = from_bytes(bytes)?;
        match event.alarm() {
            Some(alarm) if !alarm.is_named_right() => Err(AlarmDecodeError::Id),
            Some(_) | None => Ok(event),
        }
    }
}

impl AlarmAck {
    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// Reads canonical bytes and nothing else.
    ///
    /// # Errors
    /// [`AlarmDecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AlarmDecodeError> {
        from_bytes(bytes)
    }
}

pub(super) fn to_bytes<T: Encode<()>>(value: &T) -> Vec<u8> {
    cbor::encode(value)
}

pub(super) fn from_bytes<T: Encode<()> + for<'b> Decode<'b, ()>>(
    bytes: &[u8],
) -> Result<T, AlarmDecodeError> {
    if bytes.len() > MAX_EVENT_BYTES {
        return Err(AlarmDecodeError::TooLong(bytes.len()));
    }
    cbor::decode(bytes).map_err(|e| match e {
        StrictError::Shape(at) => AlarmDecodeError::Shape(at),
        StrictError::NotCanonical => AlarmDecodeError::NotCanonical,
    })
}
