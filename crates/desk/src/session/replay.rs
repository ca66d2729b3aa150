//! Deriving a patient's alarms again from the stored ledger: every record is verified and opened anew, the same rules
//! judge the same inputs, and what the hub said is compared with what they say.

use super::{Session, reopen::stored_records};
use crate::opener::{Content, Opened};
use crate::store::StoreError;
use std::collections::{BTreeMap, BTreeSet};
use wl_ledger::control::Subject;
use wl_ledger::{Category, Hash, PatientId, Seq, StreamId, UnixMillis};
use wl_vitals::alarm::{Act, AlarmEvent, Carried, Input, Replayed, replay};
use wl_vitals::limits::{LimitSet, LimitsRecord, adult};
use wl_vitals::news2::Scale;

/// Silence after the last frame from which on the hub's words about it are judged too, in milliseconds.
const SILENCE: i64 = 15_000;

/// What a replay of one patient found.
pub struct Replay {
    /// Whose.
    pub patient: PatientId,
    /// Up to when, by the hub's clock.
    pub until: UnixMillis,
    /// What was found.
    pub found: Replayed,
    /// Records of the patient's vitals and alarms that do not open here: what they hold was not judged.
    pub closed: u64,
    /// Words of the hub after `until`, which were not judged.
    pub later: u64,
}

/// What the ledger holds about one patient's alarms, in order.
#[derive(Default)]
struct Course {
    frames: BTreeMap<(StreamId, Seq), Input>,
    told: BTreeMap<(StreamId, Seq), AlarmEvent>,
    limits: BTreeMap<Hash, LimitSet>,
    observed: BTreeMap<Hash, Input>,
    acts: BTreeMap<Hash, Act>,
    closed: u64,
}

impl Session {
    /// Replays a patient from the first stored record on, up to `to` or as far as the ledger reaches.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replay_alarms(
        &self,
        patient: PatientId,
        to: Option<UnixMillis>,
        now: UnixMillis,
    ) -> Result<Replay, StoreError> {
        let mut course = Course::default();
        for height in self.heights(&patient).await? {
            let mut core = self.core().await;
            let Some(store) = core.store() else { break };
            let Some(item) = store.lane_item(height).await? else { continue };
            let block = store.block(height).await?;
            let Ok(records) = stored_records(core.engine.verifier(), &item, block) else {
                course.closed += 1;
                continue;
            };
            let (state, time) = (core.engine.verifier().shared_state(), core.time.decide(now));
            for (record, row) in records {
                if !is_about(&record.subject(), &patient) {
                    continue;
                }
                match core.opener.open(&record, row.body.as_ref(), &state, time) {
                    Ok(opened) => course.take(&opened),
                    Err(_) => course.closed += 1,
                }
            }
        }
        Ok(course.replay(patient, to))
    }

    async fn heights(&self, patient: &PatientId) -> Result<BTreeSet<wl_ledger::Height>, StoreError> {
        let core = self.core().await;
        let Some(store) = core.store() else { return Ok(BTreeSet::new()) };
        let mut heights = BTreeSet::new();
        let state = core.state();
        let streams: Vec<StreamId> = state
            .streams()
            .filter(|(_, stream)| is_about(&stream.subject, patient))
            .map(|(id, _)| *id)
            .collect();
        drop(core);
        for stream in streams {
            heights.extend(store.heights_of(stream).await?);
        }
        Ok(heights)
    }
}

fn is_about(subject: &Subject, patient: &PatientId) -> bool {
    matches!(subject, Subject::Patient(of, Category::Vitals | Category::Alarms) if of == patient)
}

impl Course {
    fn take(&mut self, opened: &Opened) {
        let place = (opened.place().stream, opened.place().seq);
        match opened.content() {
            Content::Frame(frame) => {
                self.frames.insert(place, Input::Readings(frame.received, frame.readings.clone()));
            }
            Content::Observation(frame) => {
                let input = Input::Entered(frame.received, frame.readings.clone());
                self.observed.insert(opened.hash(), input);
            }
            Content::Alarm(event) => {
                self.told.insert(place, event.clone());
            }
            Content::Limits(record) => {
                if let LimitsRecord::Set(change) = record.as_ref() {
                    self.limits.insert(opened.hash(), change.limits.clone());
                }
            }
            Content::Act(act) => {
                self.acts.insert(opened.hash(), act.clone());
            }
            Content::Acknowledgement(_)
            | Content::Waveform(_)
            | Content::Identity(_)
            | Content::Writing(_)
            | Content::Kept => {}
        }
    }

    /// What took effect, as the input the hub says it was. What cannot be found here counts as closed.
    fn carried(&mut self) -> BTreeMap<u64, Input> {
        let mut acts = BTreeMap::new();
        for event in self.told.values() {
            let AlarmEvent::Carried(Carried { record, at, input }) = event else { continue };
            let limits = self.limits.get(record).cloned().map(|limits| Input::Limits(*at, Box::new(limits)));
            let observed = match self.observed.get(record) {
                Some(Input::Entered(_, readings)) => Some(Input::Entered(*at, readings.clone())),
                _ => None,
            };
            let done = match self.acts.get(record) {
                Some(Act::StandbyBegan(order)) => Some(Input::Standby(*at, order.until)),
                Some(Act::StandbyEnded(_)) => Some(Input::Resumed(*at)),
                Some(Act::SameLimb(limb)) => Some(Input::SameLimb(*at, limb.same)),
                _ => None,
            };
            match limits.or(observed).or(done) {
                Some(act) => drop(acts.insert(*input, act)),
                None => self.closed += 1,
            }
        }
        acts
    }

    fn replay(mut self, patient: PatientId, to: Option<UnixMillis>) -> Replay {
        let acts = self.carried();
        let received = |input: &Input| match input {
            Input::Readings(at, _) => Some(*at),
            _ => None,
        };
        let last_frame = self.frames.values().filter_map(received).max();
        let last_told = self.told.values().map(AlarmEvent::at).max();
        // Alarms overtake frames on their way to the ledger, so the hub's newest words may rest on frames that are not
        // here yet; but where it speaks of silence, no frame is to come.
        let until = to.unwrap_or(match (last_frame, last_told) {
            (Some(frame), Some(told)) if told.since(frame) > SILENCE => told,
            (Some(frame), _) => frame,
            (None, told) => told.unwrap_or(UnixMillis(0)),
        });
        let frames = self.frames.into_values().filter(|input| received(input) <= Some(until)).collect();
        let (told, later): (Vec<_>, Vec<_>) = self.told.into_values().partition(|event| event.at() <= until);
        let found = replay(patient, &adult(Scale::One), frames, acts, &told, until);
        let later = u64::try_from(later.len()).unwrap_or(u64::MAX);
        Replay { patient, until, found, closed: self.closed, later }
    }
}
