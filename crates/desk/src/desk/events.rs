//! The way from the session to the window. Alarms, and the values of the patient who is looked at, are sent at most 30
//! times a second; the values of all others once a second, together: a ward of fifty is drawn once for all of them.

use super::{AlarmAbout, AlarmCall, AlarmSound, Delivery, EventSink, Shared, Sink};
use crate::edge;
use crate::present::{self, Moment};
use crate::session::{Attendance, Changes};
use crate::view::{Tag, UiEvent};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use wl_ledger::{PatientId, UnixMillis};
use wl_vitals::Parameter;

/// Shortest time between two events.
const FRAME: Duration = Duration::from_millis(33);
/// The window asks for a view again at most this often, and gets the values of all patients this often.
const TAGS: Duration = Duration::from_secs(1);
/// The window asks for the whole ward at most this often when only values have changed, which it has then already.
const WARD: Duration = Duration::from_secs(5);
/// Values change their state by age; this often that is looked at.
const AGEING: Duration = Duration::from_secs(1);

/// Where events go.
#[derive(Default)]
pub(super) struct Outlet {
    events: Mutex<Option<(EventSink, u32)>>,
    waves: Mutex<Option<Sink<Vec<u8>>>>,
    bell: Notify,
}

impl Outlet {
    pub(super) fn subscribe(&self, sink: EventSink) {
        *self.events.lock().unwrap_or_else(PoisonError::into_inner) = Some((sink, 0));
        self.ring();
    }

    pub(super) fn subscribe_waves(&self, sink: Option<Sink<Vec<u8>>>) {
        *self.waves.lock().unwrap_or_else(PoisonError::into_inner) = sink;
    }

    pub(super) fn ring(&self) {
        self.bell.notify_one();
    }

    /// The number of the next event, if anybody listens.
    fn next_seq(&self) -> Option<u32> {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(|(_, seq)| seq.wrapping_add(1))
    }

    fn send(&self, event: UiEvent) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((sink, seq)) = events.as_mut() else { return };
        *seq = event.seq;
        if sink(event) == Delivery::Gone {
            *events = None;
        }
    }

    fn send_waves(&self, frames: Vec<Vec<u8>>) {
        let mut waves = self.waves.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in frames {
            if waves.as_ref().is_some_and(|sink| sink(frame) == Delivery::Gone) {
                *waves = None;
            }
        }
    }
}

/// What waits for the next time tags may be sent.
#[derive(Default)]
struct Waiting {
    due: Due,
    /// Values of patients who are not looked at; the time taken of those that count for latency.
    values: BTreeMap<(PatientId, Parameter), Option<UnixMillis>>,
    /// When the window was told last to ask for the ward.
    ward_told: Option<Instant>,
    /// How the ward stood by age when that was looked at last.
    states: u64,
}

/// What the window is to ask for anew.
#[derive(Default)]
struct Due {
    patients: BTreeSet<PatientId>,
    ward: bool,
    inbox: bool,
    state: bool,
    notices: bool,
    emergency: bool,
}

impl Due {
    fn add(&mut self, changes: &Changes) {
        self.patients.extend(&changes.patients);
        self.ward |= changes.ward || !changes.alarms.is_empty() || changes.state;
        self.inbox |= !changes.alarms.is_empty() || changes.emergency || changes.faults_turned;
        self.state |= changes.state;
        self.notices |= changes.notices;
        self.emergency |= changes.emergency || changes.state;
    }

    fn tags(self) -> Vec<Tag> {
        let whole = [
            (self.state, Tag::Session),
            (self.state, Tag::Settings),
            (self.emergency, Tag::Emergency),
            (self.ward, Tag::Ward),
            (self.inbox, Tag::Inbox),
            (self.notices, Tag::Oversight),
        ];
        let of = |patient: PatientId| {
            let patient_id = patient.to_string();
            [Tag::Patient { patient_id: patient_id.clone() }, Tag::Trend { patient_id }]
        };
        let whole = whole.into_iter().filter_map(|(is_due, tag)| is_due.then_some(tag));
        whole.chain(self.patients.into_iter().flat_map(of)).collect()
    }
}

impl Waiting {
    /// The values that go now: those of the patient who is looked at, and of everybody when it is time.
    fn values(
        &mut self,
        fresh: BTreeMap<(PatientId, Parameter), Option<UnixMillis>>,
        seen: Option<PatientId>,
        all: bool,
    ) -> BTreeMap<(PatientId, Parameter), Option<UnixMillis>> {
        self.values.extend(fresh);
        if all {
            return core::mem::take(&mut self.values);
        }
        self.values.extract_if(.., |(patient, _), _| Some(*patient) == seen).collect()
    }

    fn tags(&mut self) -> Vec<Tag> {
        let mut due = core::mem::take(&mut self.due);
        let is_time = self.ward_told.is_none_or(|told| told.elapsed() >= WARD);
        due.ward |= is_time && !due.patients.is_empty();
        if due.ward {
            self.ward_told = Some(edge::monotonic());
        }
        due.tags()
    }
}

/// Sends events until it is aborted.
pub(super) async fn pump(shared: Arc<Shared>) {
    let mut waiting = Waiting::default();
    let mut tags_sent = edge::monotonic();
    let mut aged = edge::monotonic();
    loop {
        let session = shared.session().await;
        let stepped = async {
            match &session {
                Some(session) => {
                    let mut steps = session.steps();
                    // The sender lives as long as the session.
                    let _stepped = steps.changed().await;
                }
                None => std::future::pending().await,
            }
        };
        // What waits for its turn goes when that comes, whether anything else happens or not.
        let pause = match waiting.values.is_empty() {
            true => AGEING,
            false => TAGS.saturating_sub(tags_sent.elapsed()),
        };
        tokio::select! {
            () = stepped => {}
            () = shared.outlet.bell.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
        let with_age = aged.elapsed() >= AGEING;
        if with_age {
            aged = edge::monotonic();
        }
        let with_tags = tags_sent.elapsed() >= TAGS;
        send_one(&shared, &mut waiting, with_tags, with_age).await;
        if with_tags {
            tags_sent = edge::monotonic();
        }
        tokio::time::sleep(FRAME).await;
    }
}

async fn send_one(shared: &Shared, waiting: &mut Waiting, with_tags: bool, with_age: bool) {
    let now = edge::now();
    let Some(session) = shared.session().await else {
        waiting.values.clear();
        if with_age && let Some(seq) = shared.outlet.next_seq() {
            let frame = Some(present::idle_frame(&shared.profile, now));
            shared.outlet.send(UiEvent {
                seq,
                tags: vec![Tag::Session],
                frame,
                values: vec![],
                alarms: vec![],
            });
        }
        return;
    };
    let mut core = session.core().await;
    let listens = shared.outlet.next_seq().is_some();
    core.set_attendance(if listens { Attendance::Window } else { Attendance::Nobody });
    core.no_sound = !(shared.settings.can_sound)();
    let mut changes = core::mem::take(&mut core.changes);
    let locked = core.keys().is_none();
    let (calls, waves) = (changes.calls.clone(), changes.waves.clone());
    let faults = changes.faults.clone();
    waiting.due.add(&changes);
    changes.values = waiting.values(core::mem::take(&mut changes.values), core.waves_of, with_tags);
    // Where no window listens nobody is told, and nothing is looked up for it.
    if with_age && listens && !locked {
        let states = present::ward_states(&Moment::new(&mut core, now));
        waiting.due.ward |= states != waiting.states;
        waiting.states = states;
    }
    let seq = shared.outlet.next_seq();
    let event = seq.and_then(|seq| {
        let moment = Moment::new(&mut core, now);
        build(&moment, &changes, seq, locked, with_age, if with_tags { waiting.tags() } else { Vec::new() })
    });
    if let Some(event) = &event {
        // What was measured before this session waited for it, and says nothing about the way of a reading.
        let begun = core.begun;
        let taken = changes.values.values().filter_map(|taken| *taken).filter(|taken| *taken >= begun);
        let taken: Vec<UnixMillis> = taken.collect();
        core.counters.sent(event.seq, if locked { Vec::new() } else { taken });
    }
    let demo = core.answer.demo;
    let heard = |call: &crate::inbox::Call| {
        let life = core.inbox.entry(&call.alarm).and_then(|entry| entry.life());
        let sound = life.map_or(AlarmSound::General, |life| AlarmSound::of(&life.alarm().subject));
        (core.beds.get(&call.patient).cloned().unwrap_or_default(), sound)
    };
    let heard: Vec<(String, AlarmSound)> = calls.iter().map(heard).collect();
    drop(core);
    for (call, (bed, sound)) in calls.into_iter().zip(heard) {
        let priority = present::priority_of(call.priority);
        let (alarm_id, about) = (call.alarm.to_string(), AlarmAbout::Bed(bed));
        (shared.settings.on_alarm)(&AlarmCall { alarm_id, about, priority, sound, demo });
    }
    for (fault, priority) in faults {
        let (alarm_id, priority) = (fault.to_string(), present::priority_of(priority));
        let (about, sound) = (AlarmAbout::Equipment, AlarmSound::General);
        (shared.settings.on_alarm)(&AlarmCall { alarm_id, about, priority, sound, demo });
    }
    if let Some(event) = event {
        shared.outlet.send(event);
    }
    shared.outlet.send_waves(waves);
}

fn build(
    moment: &Moment<'_>,
    changes: &Changes,
    seq: u32,
    locked: bool,
    with_age: bool,
    tags: Vec<Tag>,
) -> Option<UiEvent> {
    let (mut values, mut alarms) = (Vec::new(), Vec::new());
    if !locked {
        let changed = changes.values.keys();
        values.extend(
            changed.filter_map(|(patient, measured)| present::live_value(moment, patient, *measured)),
        );
        alarms.extend(changes.alarms.iter().filter_map(|alarm| present::alarm_row(moment, alarm)));
    }
    let quiet = values.is_empty() && alarms.is_empty() && tags.is_empty() && changes.alarms.is_empty();
    if quiet && !with_age {
        return None;
    }
    let frame = (with_age || !changes.alarms.is_empty()).then(|| present::frame_view(moment));
    let tags = if locked { tags.into_iter().filter(|tag| *tag == Tag::Session).collect() } else { tags };
    Some(UiEvent { seq, tags, frame, values, alarms })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: PatientId = PatientId::from_bytes([1; 16]);
    const BOB: PatientId = PatientId::from_bytes([2; 16]);

    fn values_of(patients: &[PatientId]) -> BTreeMap<(PatientId, Parameter), Option<UnixMillis>> {
        patients.iter().map(|patient| ((*patient, Parameter::HeartRate), None)).collect()
    }

    #[test]
    fn values_of_the_one_who_is_looked_at_go_at_once_and_all_others_together() {
        let mut waiting = Waiting::default();
        assert_eq!(waiting.values(values_of(&[ADA, BOB]), Some(ADA), false), values_of(&[ADA]));
        assert!(waiting.values(values_of(&[BOB]), None, false).is_empty());
        assert_eq!(waiting.values(values_of(&[ADA]), None, true), values_of(&[ADA, BOB]));
        assert!(waiting.values(BTreeMap::new(), None, true).is_empty(), "none is sent twice");
    }

    #[test]
    fn the_ward_is_asked_for_when_more_than_values_has_changed() {
        let mut waiting = Waiting { states: 7, ..Waiting::default() };
        let values = || Changes { patients: BTreeSet::from([ADA]), ..Changes::default() };
        let asks = |waiting: &mut Waiting| waiting.tags().contains(&Tag::Ward);
        waiting.due.add(&values());
        assert!(asks(&mut waiting), "the first values of all");
        waiting.due.add(&values());
        let tags = waiting.tags();
        assert!(!tags.contains(&Tag::Ward) && tags.contains(&Tag::Patient { patient_id: ADA.to_string() }));
        let mut identity = Changes::default();
        identity.touch(ADA);
        waiting.due.add(&identity);
        assert!(asks(&mut waiting));
        assert!(waiting.tags().is_empty() && waiting.states == 7);
    }
}
