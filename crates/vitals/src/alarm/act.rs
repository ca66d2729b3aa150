//! What people and workstations do about alarms, other than acknowledging: each a record of its author
//! (docs/spec/act.md). Codes only, so that no free text travels with alarms.

use minicbor::{Decode, Encode};
use wl_ledger::{KeyId, Role, UnixMillis};

use super::event::{AlarmDecodeError, from_bytes, to_bytes};
use super::{AlarmId, Outcome, Roster};

/// One thing that was done. Who did it is the author of the record around it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Act {
    /// The alarm has arrived at this workstation.
    #[n(0)]
    Delivered(#[n(0)] Deed),
    /// It stood on the screen of a workstation that was not locked.
    #[n(1)]
    Seen(#[n(0)] Deed),
    /// It was put off.
    #[n(2)]
    Snoozed(#[n(0)] Snooze),
    /// It was closed.
    #[n(3)]
    Resolved(#[n(0)] Resolution),
    /// It was given to somebody.
    #[n(4)]
    Assigned(#[n(0)] Assignment),
    /// The watch is suspended for a while.
    #[n(5)]
    StandbyBegan(#[n(0)] StandbyOrder),
    /// The watch goes on.
    #[n(6)]
    StandbyEnded(#[n(0)] UnixMillis),
    /// Where the cuff is.
    #[n(7)]
    SameLimb(#[n(0)] Limb),
    /// The alarm came back to the hub, because nobody has it or has seen it. Only a hub says so.
    #[n(8)]
    Returned(#[n(0)] Return),
    /// Somebody more is called to the alarm.
    #[n(9)]
    Escalated(#[n(0)] Escalation),
    /// Who is called when nobody answers.
    #[n(10)]
    Named(#[n(0)] Roster),
}

/// Why an alarm came back to the hub.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum ReturnCause {
    /// No workstation in use has told that it arrived.
    #[n(0)]
    NotDelivered,
    /// It stood at workstations, and nobody has seen it.
    #[n(1)]
    NotSeen,
}

/// An alarm that came back to the hub.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Return {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// When, by the hub's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// Why.
    #[n(2)]
    pub cause: ReturnCause,
}

/// Why somebody more is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum EscalationCause {
    /// A person asked for it.
    #[n(0)]
    Person,
    /// Nobody has answered for as long as the roster says. Only a hub says so.
    #[n(1)]
    Time,
}

/// Calling somebody more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Escalation {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// When, by the author's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// Who is called, by person.
    #[n(2)]
    pub to: KeyId,
    /// Why.
    #[n(3)]
    pub cause: EscalationCause,
}

/// Something that happened to an alarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Deed {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// When, by the workstation's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// Which episode of it.
    #[n(2)]
    pub episode: u32,
}

/// Putting off. It ends by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Snooze {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// When, by the workstation's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// Until when.
    #[n(2)]
    pub until: UnixMillis,
    /// Why.
    #[n(3)]
    pub reason: SnoozeReason,
}

/// Why an alarm is put off.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum SnoozeReason {
    /// Treatment takes time to work.
    #[n(0)]
    Treated,
    /// Somebody works at the patient.
    #[n(1)]
    Procedure,
    /// Expected for this patient.
    #[n(2)]
    Expected,
    /// A review was asked for.
    #[n(3)]
    AwaitingReview,
    /// Artefact.
    #[n(4)]
    Artefact,
}

/// Closing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Resolution {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// When, by the workstation's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// How it turned out.
    #[n(2)]
    pub outcome: Outcome,
}

/// Giving an alarm to somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Assignment {
    /// Which alarm.
    #[n(0)]
    pub alarm: AlarmId,
    /// When, by the workstation's clock.
    #[n(1)]
    pub at: UnixMillis,
    /// To whom.
    #[n(2)]
    pub to: KeyId,
}

/// A standby as ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct StandbyOrder {
    /// When, by the workstation's clock.
    #[n(0)]
    pub at: UnixMillis,
    /// When it ends at the latest.
    #[n(1)]
    pub until: UnixMillis,
    /// Where the patient is.
    #[n(2)]
    pub place: StandbyPlace,
}

/// Where a patient is during a standby.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum StandbyPlace {
    /// Bath or toilet.
    #[n(0)]
    Bath,
    /// Imaging.
    #[n(1)]
    Imaging,
    /// Theatre.
    #[n(2)]
    Theatre,
    /// A walk or therapy.
    #[n(3)]
    Therapy,
    /// Somewhere else.
    #[n(4)]
    Elsewhere,
}

/// Whether the cuff is on the limb of the oximeter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Limb {
    /// When, by the workstation's clock.
    #[n(0)]
    pub at: UnixMillis,
    /// Whether it is.
    #[n(1)]
    pub same: bool,
}

impl Act {
    /// The alarm it is about; none if it is about the watch.
    pub fn alarm(&self) -> Option<AlarmId> {
        match self {
            Self::Delivered(deed) | Self::Seen(deed) => Some(deed.alarm),
            Self::Snoozed(snooze) => Some(snooze.alarm),
            Self::Resolved(resolution) => Some(resolution.alarm),
            Self::Assigned(assignment) => Some(assignment.alarm),
            Self::Returned(back) => Some(back.alarm),
            Self::Escalated(escalation) => Some(escalation.alarm),
            Self::StandbyBegan(_) | Self::StandbyEnded(_) | Self::SameLimb(_) | Self::Named(_) => None,
        }
    }

    /// When it was done, by the workstation's clock.
    pub fn at(&self) -> UnixMillis {
        match self {
            Self::Delivered(deed) | Self::Seen(deed) => deed.at,
            Self::Snoozed(snooze) => snooze.at,
            Self::Resolved(resolution) => resolution.at,
            Self::Assigned(assignment) => assignment.at,
            Self::StandbyBegan(order) => order.at,
            Self::StandbyEnded(at) => *at,
            Self::SameLimb(limb) => limb.at,
            Self::Returned(back) => back.at,
            Self::Escalated(escalation) => escalation.at,
            Self::Named(roster) => roster.at,
        }
    }

    /// Whether an author of this role may say it: what hubs find out only hubs, what people do only people, and what
    /// changes an alarm's work only clinicians.
    pub fn may_be_said_by(&self, role: Role) -> bool {
        let by_hub = match self {
            Self::Returned(_) => true,
            Self::Escalated(escalation) => escalation.cause == EscalationCause::Time,
            _ => false,
        };
        match self {
            _ if by_hub || role == Role::Hub => by_hub && role == Role::Hub,
            Self::Delivered(_) | Self::Seen(_) => true,
            Self::Snoozed(_)
            | Self::Resolved(_)
            | Self::Assigned(_)
            | Self::StandbyBegan(_)
            | Self::StandbyEnded(_)
            | Self::SameLimb(_)
            | Self::Returned(_)
            | Self::Escalated(_)
            | Self::Named(_) => matches!(role, Role::Physician | Role::Nurse),
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
        from_bytes(bytes)
    }
}
