//! Alarms: what they say, the rule engine that raises them, and what people do about them (docs/spec/alarm.md).
//!
//! Condition, signal and work-flow are three state machines (clinical reference §3.8). The condition is the engine's
//! alone; the signal belongs to a workstation; the work-flow belongs to people.

mod act;
mod annunciator;
mod course;
mod engine;
mod episode;
mod escalation;
mod event;
mod life;
mod replay;
mod technical;
mod watching;

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use wl_ledger::{PatientId, UnixMillis};

use crate::limits::Direction;
use crate::reading::{Code, Decimal, Unit};

pub use act::{
    Act, Assignment, Deed, Escalation, EscalationCause, Limb, Resolution, Return, ReturnCause, Snooze,
    SnoozeReason, StandbyOrder, StandbyPlace,
};
pub use annunciator::Annunciator;
pub use course::Happening;
pub use engine::{AlarmEngine, BACKFILL_AGE, Counts, MAX_STANDBY, Settings, SnapshotError, trial};
pub use escalation::{
    Chain, ChainError, MAX_CALLED, MAX_STEPS, Roster, RosterStep, Step, default_times, unanswered_since,
};
pub use event::{
    AckComment, AlarmAck, AlarmDecodeError, AlarmEvent, BackfillNote, Began, Carried, DeclineReason,
    Declined, MAX_EVENT_BYTES, ResumeCause, Resumed,
};
pub use life::{
    AUDIO_PAUSE, AckEntry, AlarmLife, Called, ExpiredSnooze, LifeError, Outcome, Receipt, Signal, Work,
    loudest,
};
pub use replay::{Difference, Input, Replayed, replay};
pub use technical::{Fault, Faults, Standing, silence};
pub use watching::{UNDELIVERED, UNSEEN, owed};

/// The name of one alarm: derived, so that every node names it alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlarmId([u8; 16]);

impl AlarmId {
    /// Takes the raw bytes as they are.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The first 16 bytes of SHA-256 over tag, patient, code, channel, kind, direction and time raised (docs/spec/alarm.md).
    pub fn derive(subject: &Subject, raised: UnixMillis) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"wardlight alarm id v1");
        hasher.update(subject.patient.as_bytes());
        hasher.update(subject.code.0.to_be_bytes());
        hasher.update([subject.channel, subject.kind.number(), direction_number(subject.direction)]);
        hasher.update(raised.0.to_be_bytes());
        let mut id = [0u8; 16];
        for (to, from) in id.iter_mut().zip(hasher.finalize().iter()) {
            *to = *from;
        }
        Self(id)
    }
}

impl core::fmt::Display for AlarmId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl core::fmt::Debug for AlarmId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "AlarmId({self})")
    }
}

impl<C> Encode<C> for AlarmId {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for AlarmId {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        <[u8; 16]>::try_from(d.bytes()?)
            .map(Self)
            .map_err(|_| minicbor::decode::Error::message("an alarm id has 16 bytes"))
    }
}

fn direction_number(direction: Option<Direction>) -> u8 {
    match direction {
        None => 0,
        Some(Direction::Low) => 1,
        Some(Direction::High) => 2,
    }
}

/// Alarm priority, IEC 60601-1-8.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Priority {
    /// Awareness.
    #[n(0)]
    Low,
    /// Prompt response.
    #[n(1)]
    Medium,
    /// Immediate response.
    #[n(2)]
    High,
}

/// What the alarm is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Kind {
    /// A value of the patient is beyond a limit.
    #[n(0)]
    Physiological,
    /// The device says there is no value: probe or lead off.
    #[n(1)]
    ProbeOff,
    /// No valid value has come for too long.
    #[n(2)]
    NoData,
}

impl Kind {
    /// Whether this is a technical alarm condition (IEC 60601-1-8).
    pub fn is_technical(self) -> bool {
        match self {
            Self::Physiological => false,
            Self::ProbeOff | Self::NoData => true,
        }
    }

    fn number(self) -> u8 {
        match self {
            Self::Physiological => 0,
            Self::ProbeOff => 1,
            Self::NoData => 2,
        }
    }
}

/// Whether the reason for the alarm persists. Only the engine moves it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Condition {
    /// It persists.
    #[n(0)]
    Active,
    /// It cannot be judged: the probe is off or the stream is lost, and a technical alarm stands in its place.
    #[n(1)]
    Inhibited,
    /// It is over.
    #[n(2)]
    Cleared,
}

/// What an alarm is about: the key of an episode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Subject {
    /// The patient's pseudonym.
    #[n(0)]
    pub patient: PatientId,
    /// The parameter as MDC code; [`crate::codes::private::NEWS2`] for the score.
    #[n(1)]
    pub code: Code,
    /// Which of several rows with this code.
    #[n(2)]
    pub channel: u8,
    /// What kind.
    #[n(3)]
    pub kind: Kind,
    /// On which side; none for technical alarms.
    #[n(4)]
    pub direction: Option<Direction>,
}

/// One alarm as it stood when an event was written.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Alarm {
    /// Its name.
    #[n(0)]
    pub id: AlarmId,
    /// What it is about.
    #[n(1)]
    pub subject: Subject,
    /// The highest priority of the episode.
    #[n(2)]
    pub priority: Priority,
    /// Whether the reason persists.
    #[n(3)]
    pub condition: Condition,
    /// The limit that was crossed; none for technical alarms.
    #[n(4)]
    pub limit: Option<Decimal>,
    /// The value furthest out in this episode; none for technical alarms.
    #[n(5)]
    pub worst: Option<Decimal>,
    /// The unit of limit and worst value.
    #[n(6)]
    pub unit: Option<Unit>,
    /// When the limit was first crossed, by the time taken.
    #[n(7)]
    pub first_crossed: UnixMillis,
    /// When the rule raised it, by the hub's clock.
    #[n(8)]
    pub raised: UnixMillis,
    /// When it was last over.
    #[n(9)]
    pub cleared: Option<UnixMillis>,
    /// How often the condition has come in this episode; 1 is the first time.
    #[n(10)]
    pub episodes: u32,
    /// When this step was decided, by the hub's clock.
    #[n(11)]
    pub told: UnixMillis,
}

impl Alarm {
    /// Whether its name is the one derived from what it says.
    pub fn is_named_right(&self) -> bool {
        self.id == AlarmId::derive(&self.subject, self.raised)
    }
}
