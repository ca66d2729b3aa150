//! The inbox: alarm events of hubs and acknowledgements of people, merged in chain order by the state machines of
//! `wl_vitals`. Nothing here raises or clears an alarm by itself.
//!
//! Steps may come in any order (history arrives newest first); each alarm is replayed from its steps in chain order,
//! so every workstation ends in the same state.

use crate::opener::{Content, Opened};
use crate::ward::RecordRef;
use std::collections::BTreeMap;
use wl_ledger::{Category, Height, KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{
    AlarmAck, AlarmEvent, AlarmId, AlarmLife, Condition, Priority, Signal, Work, loudest,
};

/// How long an alarm may be sealing before it is said that it cannot be confirmed, in milliseconds.
pub const SEALING_LIMIT: i64 = 10_000;
/// How often the loudest alarm sounds again, in milliseconds (IEC 60601-1-8 bursts).
const AGAIN_HIGH: i64 = 10_000;
const AGAIN_MEDIUM: i64 = 25_000;

/// How far an alarm's newest step has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sealing {
    /// In the verified chain.
    Sealed,
    /// Signed and received at this time, not yet in a block.
    Since(UnixMillis),
}

enum What {
    Event(AlarmEvent),
    Ack(KeyId, AlarmAck),
}

struct Step {
    record: RecordRef,
    order: (Height, u32, RecordRef),
    sealing: Sealing,
    what: What,
}

/// One alarm with all its steps.
pub struct Entry {
    patient: PatientId,
    steps: Vec<Step>,
    life: Option<AlarmLife>,
    pending: Option<UnixMillis>,
    called: Option<(u32, Priority, bool)>,
    called_at: UnixMillis,
}

impl Entry {
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
        self.life.as_ref().is_some_and(|life| {
            let holds = life.alarm().condition != Condition::Cleared;
            let unanswered = matches!(life.work(), Work::New | Work::Seen { .. } | Work::Snoozed { .. });
            holds || life.signal() == Signal::Latched || (unanswered && life.is_sounding())
        })
    }

    fn replay(&mut self) {
        self.steps.sort_by_key(|step| step.order);
        let mut life: Option<AlarmLife> = None;
        for step in &self.steps {
            match (&step.what, life.as_mut()) {
                (What::Event(event), None) => life = AlarmLife::new(event),
                (What::Event(event), Some(life)) => {
                    // Another alarm's event cannot be here: steps are kept by the alarm's own name.
                    let _same_alarm = life.follow(event);
                }
                (What::Ack(by, ack), Some(life)) => life.acknowledge(*by, ack.at, ack.comment),
                (What::Ack(..), None) => {}
            }
        }
        self.life = life;
    }
}

/// An alarm that calls for attention now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Call {
    /// Which.
    pub alarm: AlarmId,
    /// Whose.
    pub patient: PatientId,
    /// How urgent.
    pub priority: Priority,
}

/// All alarms this reader may see.
#[derive(Default)]
pub struct Inbox {
    entries: BTreeMap<AlarmId, Entry>,
    raised: u64,
    acknowledged: u64,
}

impl Inbox {
    /// All alarms.
    pub fn entries(&self) -> impl Iterator<Item = (&AlarmId, &Entry)> {
        self.entries.iter()
    }

    /// One alarm.
    pub fn entry(&self, alarm: &AlarmId) -> Option<&Entry> {
        self.entries.get(alarm)
    }

    /// Alarms that were raised and acknowledgements that were made, as opened here.
    pub fn counts(&self) -> (u64, u64) {
        (self.raised, self.acknowledged)
    }

    /// Takes an opened record in. Returns the alarm that changed.
    pub fn take(&mut self, opened: &Opened, now: UnixMillis) -> Option<AlarmId> {
        let place = opened.place();
        if place.category != Category::Alarms {
            return None;
        }
        let (alarm, what) = match opened.content() {
            Content::Alarm(event) => {
                let alarm = event.alarm()?;
                // A hub speaks for the patient of its stream only.
                if alarm.subject.patient != place.patient {
                    return None;
                }
                (alarm.id, What::Event(event.clone()))
            }
            Content::Acknowledgement(ack) => (ack.alarm, What::Ack(opened.author(), *ack)),
            Content::Frame(_) | Content::Waveform(_) | Content::Identity(_) | Content::Kept => return None,
        };
        let record = RecordRef { stream: place.stream, seq: place.seq };
        let sealing = if opened.sequenced().is_some() { Sealing::Sealed } else { Sealing::Since(now) };
        self.insert(alarm, place.patient, record, (place.height, place.index), sealing, what)
    }

    /// Takes a stored step in: it was opened in an earlier session.
    pub fn restore(&mut self, step: &crate::store::StoredStep) -> Option<AlarmId> {
        let (alarm, what) = if step.acknowledges {
            let ack = AlarmAck::from_bytes(&step.body).ok()?;
            (ack.alarm, What::Ack(step.author, ack))
        } else {
            let event = AlarmEvent::from_bytes(&step.body).ok()?;
            (event.alarm()?.id, What::Event(event))
        };
        let record = RecordRef { stream: step.stream, seq: step.seq };
        self.insert(alarm, step.patient, record, (step.height, step.index), Sealing::Sealed, what)
    }

    fn insert(
        &mut self,
        alarm: AlarmId,
        patient: PatientId,
        record: RecordRef,
        (height, index): (Height, u32),
        sealing: Sealing,
        what: What,
    ) -> Option<AlarmId> {
        let entry = self.entries.entry(alarm).or_insert_with(|| Entry {
            patient,
            steps: Vec::new(),
            life: None,
            pending: None,
            called: None,
            called_at: UnixMillis(0),
        });
        if entry.patient != patient {
            return None;
        }
        let order = (height, index, record);
        match entry.steps.iter_mut().find(|step| step.record == record) {
            // The sealed record settles the provisional one; another sealed one at its place cannot be.
            Some(known) if known.sealing != Sealing::Sealed && sealing == Sealing::Sealed => {
                *known = Step { record, order, sealing, what };
            }
            Some(_) => return None,
            None => {
                match &what {
                    What::Event(AlarmEvent::Raised(_)) => self.raised += 1,
                    What::Ack(..) => self.acknowledged += 1,
                    What::Event(_) => {}
                }
                entry.steps.push(Step { record, order, sealing, what });
            }
        }
        entry.replay();
        Some(alarm)
    }

    /// This person has acknowledged it here; the record is on its way.
    pub fn set_pending(&mut self, alarm: &AlarmId, at: Option<UnixMillis>) {
        if let Some(entry) = self.entries.get_mut(alarm) {
            entry.pending = at;
        }
    }

    /// Forgets the alarms of a patient.
    pub fn forget(&mut self, patient: &PatientId) {
        self.entries.retain(|_, entry| entry.patient != *patient);
    }

    /// Lets time pass. Returns the alarms whose look has changed.
    pub fn tick(&mut self, now: UnixMillis) -> Vec<AlarmId> {
        let mut changed = Vec::new();
        for (alarm, entry) in &mut self.entries {
            let before = entry.life.as_ref().map(|life| (life.signal(), life.work()));
            if let Some(life) = entry.life.as_mut() {
                life.tick(now);
            }
            let after = entry.life.as_ref().map(|life| (life.signal(), life.work()));
            let overdue = matches!(entry.sealing(), Sealing::Since(since)
                if (0..2_000).contains(&(now.since(since) - SEALING_LIMIT)));
            if before != after || overdue {
                changed.push(*alarm);
            }
        }
        changed
    }

    /// What calls for attention now: each alarm when it begins to sound, comes again or rises, and the loudest one again
    /// after its interval. An acknowledgement that is on its way silences already here.
    pub fn calls(&mut self, now: UnixMillis) -> Vec<Call> {
        let sounding = self.entries.values().filter(|entry| entry.pending.is_none());
        let loudest = loudest(sounding.filter_map(|entry| entry.life.as_ref()));
        let mut calls = Vec::new();
        for (alarm, entry) in &mut self.entries {
            let Some(life) = entry.life.as_ref().filter(|life| life.is_sounding() && entry.pending.is_none())
            else {
                entry.called = None;
                continue;
            };
            let state = (life.alarm().episodes, life.alarm().priority, true);
            let interval = match life.alarm().priority {
                Priority::High => Some(AGAIN_HIGH),
                Priority::Medium => Some(AGAIN_MEDIUM),
                Priority::Low => None,
            };
            let again = loudest == Some(*alarm)
                && interval.is_some_and(|interval| now.since(entry.called_at) >= interval);
            if entry.called != Some(state) || again {
                entry.called = Some(state);
                entry.called_at = now;
                calls.push(Call { alarm: *alarm, patient: entry.patient, priority: life.alarm().priority });
            }
        }
        calls
    }
}
