//! One alarm of the inbox: its steps in chain order, and what this person did here and the chain does not hold yet.

use super::Sealing;
use crate::ward::RecordRef;
use wl_ledger::{Height, KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{Act, AlarmAck, AlarmEvent, AlarmLife, Happening, Priority, Work};

/// What one record says of an alarm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// The hub's word.
    Event(AlarmEvent),
    /// An acknowledgement, with who made it.
    Ack(KeyId, AlarmAck),
    /// An act, with its author.
    Act(KeyId, Act),
}

impl What {
    pub(super) fn happening(&self) -> Happening<'_> {
        match self {
            Self::Event(event) => Happening::Event(event),
            Self::Ack(by, ack) => Happening::Ack(*by, ack),
            Self::Act(by, act) => Happening::Act(*by, act),
        }
    }

    /// When, by its author's clock.
    pub fn at(&self) -> UnixMillis {
        self.happening().at()
    }
}

pub(super) struct Step {
    pub(super) record: RecordRef,
    pub(super) order: (Height, u32, RecordRef),
    pub(super) sealing: Sealing,
    pub(super) what: What,
}

/// What makes an alarm news: whoever has heard it hears it again when this changes.
pub(super) type News = (u32, Priority, u32, bool);

/// One alarm with all its steps.
pub struct Entry {
    pub(super) patient: PatientId,
    pub(super) steps: Vec<Step>,
    /// Acts of this person that are durable here and not in the chain yet, in order.
    pub(super) own: Vec<What>,
    pub(super) life: Option<AlarmLife>,
    pub(super) pending: Option<UnixMillis>,
    pub(super) called: Option<News>,
    pub(super) called_at: UnixMillis,
}

impl Entry {
    pub(super) fn new(patient: PatientId) -> Self {
        Self {
            patient,
            steps: Vec::new(),
            own: Vec::new(),
            life: None,
            pending: None,
            called: None,
            called_at: UnixMillis(0),
        }
    }

    /// Whose.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// Its state; none while only acknowledgements of it have arrived.
    pub fn life(&self) -> Option<&AlarmLife> {
        self.life.as_ref()
    }

    /// When this person acknowledged it here, if that is still on its way.
    pub fn pending(&self) -> Option<UnixMillis> {
        self.pending
    }

    /// The record of the newest event.
    pub fn record(&self) -> Option<RecordRef> {
        self.steps.iter().rev().find(|step| matches!(step.what, What::Event(_))).map(|step| step.record)
    }

    /// Everything that was said of it, in chain order, with whether that is sealed; what is on its way stands last.
    pub fn history(&self) -> impl Iterator<Item = (Option<RecordRef>, Option<Sealing>, &What)> {
        let said = self.steps.iter().map(|step| (Some(step.record), Some(step.sealing), &step.what));
        said.chain(self.own.iter().map(|what| (None, None, what)))
    }

    /// How far the newest step has come.
    pub fn sealing(&self) -> Sealing {
        let open = self.steps.iter().filter_map(|step| match step.sealing {
            Sealing::Sealed => None,
            Sealing::Since(since) => Some(since),
        });
        open.min().map_or(Sealing::Sealed, Sealing::Since)
    }

    /// Whether it belongs on the list of open alarms: it holds, sounds or latches, or nobody has answered.
    pub fn is_open(&self) -> bool {
        self.life.as_ref().is_some_and(AlarmLife::is_open)
    }

    /// Whether time or people may still change it: it is open, put off, or an answer to it is on its way.
    pub(super) fn is_live(&self) -> bool {
        self.life.as_ref().is_none_or(AlarmLife::is_live) || self.pending.is_some() || !self.own.is_empty()
    }

    pub(super) fn replay(&mut self) {
        self.steps.sort_by_key(|step| step.order);
        let mut life: Option<AlarmLife> = None;
        for what in self.steps.iter().map(|step| &step.what).chain(&self.own) {
            AlarmLife::happen(&mut life, what.happening());
        }
        self.life = life;
    }

    /// The state of what is heard of it, for somebody who is called by this person's name.
    pub(super) fn news(&self, person: Option<KeyId>) -> Option<News> {
        let life = self.life.as_ref()?;
        let named = life.called().iter().any(|called| Some(called.to) == person);
        Some((
            life.alarm().episodes,
            life.alarm().priority,
            life.returns(),
            named || self.is_given_to(person),
        ))
    }

    /// Whether somebody else has given it to this person.
    pub(super) fn is_given_to(&self, person: Option<KeyId>) -> bool {
        let work = self.life.as_ref().map(AlarmLife::work);
        matches!(work, Some(Work::Assigned { to, by, .. }) if Some(to) == person && by != to)
    }
}
