//! The inbox: alarm events of hubs and acknowledgements of people, merged in chain order by the state machines of
//! `wl_vitals`. Nothing here raises or clears an alarm by itself.
//!
//! Steps may come in any order (history arrives newest first); each alarm is replayed from its steps in chain order,
//! so every workstation ends in the same state.

mod entry;

use crate::opener::{Content, Opened};
use crate::ward::RecordRef;
use entry::Step;
use std::collections::{BTreeMap, BTreeSet};
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Height, KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{Act, AlarmAck, AlarmEvent, AlarmId, AlarmLife, Annunciator, Priority, Work};

pub use entry::{Entry, What};

/// How long an alarm may be sealing before it is said that it cannot be confirmed, in milliseconds.
pub const SEALING_LIMIT: i64 = 10_000;
/// How often the loudest alarm sounds again, in milliseconds (IEC 60601-1-8 bursts).
const AGAIN_HIGH: i64 = 10_000;
const AGAIN_MEDIUM: i64 = 25_000;
/// How long ago an alarm may have been given to somebody to be called for it, in milliseconds.
const GIVEN: i64 = 600_000;

/// How far an alarm's newest step has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sealing {
    /// In the verified chain.
    Sealed,
    /// Signed and received at this time, not yet in a block.
    Since(UnixMillis),
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
    /// Those that time or people may still change. All others only lie there.
    live: BTreeSet<AlarmId>,
    /// The person who sits here, once the ledger has said so.
    person: Option<KeyId>,
    raised: u64,
    acknowledged: u64,
    station: Annunciator,
}

impl Inbox {
    /// Pauses the sound of this workstation over what sounds now. Returns when the pause ends.
    pub fn pause_sound(&mut self, now: UnixMillis) -> UnixMillis {
        let lives = self.live.iter().filter_map(|alarm| self.entries.get(alarm)?.life.as_ref());
        self.station.pause(lives, now)
    }

    /// Says who sits here: alarms that call this person by name are heard again.
    pub fn set_person(&mut self, person: Option<KeyId>) {
        self.person = person;
    }

    /// Alarms that time or people may still change.
    pub fn live(&self) -> impl Iterator<Item = (&AlarmId, &Entry)> {
        self.live.iter().filter_map(|alarm| self.entries.get_key_value(alarm))
    }

    /// Until when the sound of this workstation is paused.
    pub fn paused_until(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.station.paused_until(now)
    }

    /// Whether the pause covers an alarm.
    pub fn is_paused(&self, life: &AlarmLife, now: UnixMillis) -> bool {
        self.station.covers(life, now)
    }

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
            Content::Act(act) => (act.alarm()?, What::Act(opened.author(), act.clone())),
            Content::Frame(_)
            | Content::Observation(_)
            | Content::Waveform(_)
            | Content::Limits(_)
            | Content::Identity(_)
            | Content::Writing(_)
            | Content::Kept => return None,
        };
        let record = RecordRef { stream: place.stream, seq: place.seq };
        let sealing = if opened.sequenced().is_some() { Sealing::Sealed } else { Sealing::Since(now) };
        self.insert(alarm, place.patient, record, (place.height, place.index), sealing, what)
    }

    /// Takes a stored step in: it was opened in an earlier session.
    pub fn restore(&mut self, step: &crate::store::StoredStep) -> Option<AlarmId> {
        let (alarm, what) = match step.kind {
            RecordKind::Acknowledgement => {
                let ack = AlarmAck::from_bytes(&step.body).ok()?;
                (ack.alarm, What::Ack(step.author, ack))
            }
            RecordKind::Act => {
                let act = Act::from_bytes(&step.body).ok()?;
                (act.alarm()?, What::Act(step.author, act))
            }
            RecordKind::Alarm => {
                let event = AlarmEvent::from_bytes(&step.body).ok()?;
                (event.alarm()?.id, What::Event(event))
            }
            _ => return None,
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
        let entry = self.entries.entry(alarm).or_insert_with(|| Entry::new(patient));
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
                    What::Event(_) | What::Act(..) => {}
                }
                entry.steps.push(Step { record, order, sealing, what });
            }
        }
        entry.replay();
        self.keep_live(alarm);
        Some(alarm)
    }

    fn keep_live(&mut self, alarm: AlarmId) {
        if self.entries.get(&alarm).is_some_and(Entry::is_live) {
            self.live.insert(alarm);
        } else {
            self.live.remove(&alarm);
        }
    }

    /// This person has acknowledged it here; the record is on its way.
    pub fn set_pending(&mut self, alarm: &AlarmId, at: Option<UnixMillis>) {
        if let Some(entry) = self.entries.get_mut(alarm) {
            entry.pending = at;
            self.keep_live(*alarm);
        }
    }

    /// This person, or this workstation for them, has done something; the record is on its way.
    pub fn add_own(&mut self, by: KeyId, act: Act) {
        let Some(alarm) = act.alarm() else { return };
        if let Some(entry) = self.entries.get_mut(&alarm) {
            entry.own.push(What::Act(by, act));
            entry.replay();
            self.keep_live(alarm);
        }
    }

    /// Takes back all that is on its way, to be told anew from the outbox. Returns the alarms that had some.
    pub fn clear_own(&mut self) -> Vec<AlarmId> {
        let had = |entry: &Entry| entry.pending.is_some() || !entry.own.is_empty();
        let alarms: Vec<AlarmId> =
            self.live().filter(|(_, entry)| had(entry)).map(|(alarm, _)| *alarm).collect();
        for alarm in &alarms {
            if let Some(entry) = self.entries.get_mut(alarm) {
                entry.pending = None;
                entry.own.clear();
                entry.replay();
                self.keep_live(*alarm);
            }
        }
        alarms
    }

    /// Forgets the alarms of a patient.
    pub fn forget(&mut self, patient: &PatientId) {
        self.entries.retain(|_, entry| entry.patient != *patient);
        self.live.retain(|alarm| self.entries.contains_key(alarm));
    }

    /// Alarms in memory that nothing but a new record changes.
    pub fn over(&self) -> impl Iterator<Item = (&AlarmId, &Entry)> {
        self.entries.iter().filter(|(alarm, _)| !self.live.contains(alarm))
    }

    /// Lets go of alarms that are over and were raised before a time: the store has them.
    pub fn let_go(&mut self, before: UnixMillis) {
        let live = &self.live;
        self.entries.retain(|alarm, entry| {
            live.contains(alarm) || entry.life.as_ref().is_none_or(|life| life.alarm().raised >= before)
        });
    }

    /// Lets time pass. Returns the alarms whose look has changed.
    pub fn tick(&mut self, now: UnixMillis) -> Vec<AlarmId> {
        let mut changed = Vec::new();
        let live: Vec<AlarmId> = self.live.iter().copied().collect();
        for alarm in live {
            let Some(entry) = self.entries.get_mut(&alarm) else { continue };
            let state = |entry: &Entry| entry.life.as_ref().map(|life| (life.signal(), life.work()));
            let before = state(entry);
            if let Some(life) = entry.life.as_mut() {
                life.tick(now);
            }
            let overdue = matches!(entry.sealing(), Sealing::Since(since)
                if (0..2_000).contains(&(now.since(since) - SEALING_LIMIT)));
            if before != state(entry) || overdue {
                changed.push(alarm);
            }
            self.keep_live(alarm);
        }
        changed
    }

    /// What calls for attention now: each alarm when it begins to sound, comes again, rises, comes back to the hub or
    /// calls this person by name, and the loudest one again after its interval. An acknowledgement that is on its way
    /// silences already here.
    pub fn calls(&mut self, now: UnixMillis) -> Vec<Call> {
        let sounding = self.live().filter(|(_, entry)| entry.pending.is_none());
        let loudest = self.station.loudest(sounding.filter_map(|(_, entry)| entry.life.as_ref()), now);
        let mut calls = Vec::new();
        for alarm in &self.live {
            let Some(entry) = self.entries.get_mut(alarm) else { continue };
            let given = entry.is_given_to(self.person)
                && matches!(entry.life.as_ref().map(AlarmLife::work), Some(Work::Assigned { at, .. })
                    if now.since(at) < GIVEN);
            let heard =
                |life: &&AlarmLife| entry.pending.is_none() && (given || self.station.is_audible(life, now));
            let Some(life) = entry.life.as_ref().filter(heard) else {
                entry.called = None;
                continue;
            };
            let news = entry.news(self.person);
            let priority = life.alarm().priority;
            let interval = match priority {
                Priority::High => Some(AGAIN_HIGH),
                Priority::Medium => Some(AGAIN_MEDIUM),
                Priority::Low => None,
            };
            let again = loudest == Some(*alarm)
                && interval.is_some_and(|interval| now.since(entry.called_at) >= interval);
            // A low alarm is silent unless it is the only thing.
            let drowned = priority == Priority::Low && loudest != Some(*alarm) && !given;
            if drowned {
                continue;
            }
            if entry.called != news || again {
                entry.called = news;
                entry.called_at = now;
                calls.push(Call { alarm: *alarm, patient: entry.patient, priority });
            }
        }
        calls
    }
}
