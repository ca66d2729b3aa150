//! What happens with the engine's outputs: store, open, show.

use super::{Contact, Core, TAIL_SAMPLES, TAIL_SPAN, changes::wave_frames, notices::is_notice, security};
use crate::counters::Counters;
use crate::opener::{Closed, Content, Opened};
use crate::store::{Accepted, AcceptedRecord, StoreError};
use crate::sync::{Comparison, Evidence, Freshness, Hearing, Input, Output, Verdict};
use crate::watch::{About, Told};
use crate::written::Written;
use std::collections::BTreeSet;
use wl_ledger::control::Subject;
use wl_ledger::state::State;
use wl_ledger::{Category, Height, PatientId, UnixMillis};
use wl_vitals::writing::Writing;

impl Core {
    /// Hands one message to the engine and does what follows from it here. What comes back is for the network.
    pub(super) async fn step(&mut self, input: Input, now: UnixMillis) -> Result<Vec<Output>, StoreError> {
        let is_tick = matches!(input, Input::Tick);
        let mut network = Vec::new();
        for output in self.engine.handle(input, now) {
            match output {
                Output::Accept(accepted) => self.accept(accepted, now).await?,
                Output::Provisional(record, body) => {
                    let time = self.time.decide(now);
                    let next = self.engine.verifier().next_height();
                    let state = self.engine.verifier().shared_state();
                    if let Ok(opened) = self.opener.open_provisional(&record, &body, &state, next, time) {
                        self.show(&opened, now);
                    }
                }
                Output::Heartbeat(heartbeat, bytes) => {
                    let is_gateway = self.is_validator(&heartbeat.get().author);
                    self.freshness.hear(&heartbeat, is_gateway, now);
                    self.time.observe(heartbeat.get().time.min(now.plus(crate::sync::DRIFT)));
                    if let Some(store) = self.store.as_ref() {
                        store.keep_heartbeat(&heartbeat, &bytes, now).await?;
                    }
                }
                Output::Evidence(evidence) if self.is_ordered(&evidence) => {}
                Output::Evidence(evidence) => self.keep(&evidence, now).await?,
                Output::Compared(comparison) => self.compared(comparison),
                Output::AskLane { .. }
                | Output::OpenLive { .. }
                | Output::AskBlocks { .. }
                | Output::Retry { .. } => {
                    network.push(output);
                }
            }
        }
        if is_tick {
            self.tick(now).await?;
        }
        if self.engine.progress().remote.is_some() && !self.engine.progress().lane {
            let calls = self.inbox.calls(now);
            self.changes.calls.extend(calls);
        }
        Ok(network)
    }

    /// The driver says how the gateway is reached.
    pub fn set_contact(&mut self, contact: Contact) {
        let same = matches!(
            (&self.contact, &contact),
            (Contact::Unreachable(_), Contact::Unreachable(_)) | (Contact::Refused(_), Contact::Refused(_))
        );
        if !same {
            self.contact = contact;
        }
    }

    fn is_validator(&self, author: &wl_ledger::KeyId) -> bool {
        self.engine.verifier().validators().get(author).is_some()
    }

    async fn accept(&mut self, mut accepted: Accepted, now: UnixMillis) -> Result<(), StoreError> {
        self.leave_erased_out(&mut accepted);
        if let Some(store) = self.store.as_ref() {
            store.accept(&accepted).await?;
        }
        if let Some(last) = accepted.headers.last() {
            self.time.observe(last.header.time());
            self.freshness.see_block(last.header.time(), now);
        }
        self.verified_at = Some(now);
        self.counters.blocks += u64::try_from(accepted.blocks.len()).unwrap_or(0);
        if accepted.headers.iter().any(|header| !header.item.controls.is_empty()) {
            self.changes.state = true;
            self.changes.emergency = true;
            self.end_sharing(now).await?;
            self.share_again(now).await?;
            // Before anything that came with it is shown.
            self.carry_out_erasures(now).await?;
        }
        let mut mine = false;
        for record in accepted.blocks.iter().flat_map(|block| &block.records) {
            mine |= record.record.author() == self.me;
            if is_notice(record.record.header().kind) {
                self.take_notice(record).await?;
            } else {
                self.take_record(record, now);
            }
        }
        if self.evidence.iter().any(|kept| kept.mended.is_none() && kept.is_mendable()) {
            self.mend(now).await?;
        }
        if mine && let Some(store) = self.store.as_ref() {
            store.settle().await?;
            self.refresh_pending().await?;
        }
        if self.tail.readings() > TAIL_SAMPLES {
            self.flush(now).await?;
        }
        Ok(())
    }

    /// A gateway may still serve what was ordered to be erased: it is not stored.
    fn leave_erased_out(&self, accepted: &mut Accepted) {
        for record in accepted.blocks.iter_mut().flat_map(|block| &mut block.records) {
            let header = record.record.header();
            if self.erased_by(header.stream, header.seq, record.record.height()).is_some() {
                record.body = None;
            }
        }
    }

    fn take_record(&mut self, accepted: &AcceptedRecord, now: UnixMillis) {
        let record = &accepted.record;
        if self.take_letter(record, accepted.body.as_ref()) {
            return;
        }
        let state = self.engine.verifier().shared_state();
        let time = self.time.decide(now);
        match self.opener.open(record, accepted.body.as_ref(), &state, time) {
            Ok(opened) => {
                self.tail.add(&opened);
                self.counters.opened += 1;
                self.show(&opened, now);
            }
            Err(Closed::Unreadable(_)) => {
                self.counters.failures += 1;
                if let Subject::Patient(patient, category) = record.subject() {
                    self.tail.add_unreadable(place_of(record, patient, category));
                }
            }
            // It waits in the store; a key that comes later opens it.
            Err(
                Closed::NotShared
                | Closed::Ended
                | Closed::KeyMissing(_)
                | Closed::BodyMissing
                | Closed::Elsewhere,
            ) => {}
        }
    }

    /// Makes an opened record visible.
    pub(super) fn show(&mut self, opened: &Opened, now: UnixMillis) {
        let patient = opened.place().patient;
        for parameter in self.ward.take(opened, now) {
            self.counters.shown += 1;
            let taken = self.ward.bedside(&patient).and_then(|bedside| bedside.latest(parameter, now));
            let live =
                taken.map(|latest| latest.reading.taken).filter(|taken| Counters::is_live(*taken, now));
            self.changes.values.insert((patient, parameter), live);
        }
        if let Some(alarm) = self.inbox.take(opened, now) {
            self.changes.alarms.insert(alarm);
        }
        match opened.content() {
            Content::Waveform(wave)
                if self.waves_of == Some(patient) && Counters::is_live(wave.start, now) =>
            {
                self.changes.waves.extend(wave_frames(wave));
            }
            Content::Limits(record) => self.take_watch(opened, About::Limits(record)),
            Content::Act(act) => self.take_watch(opened, About::Act(act)),
            Content::Alarm(event) => self.take_watch(opened, About::Event(event)),
            Content::Identity(identity) => {
                self.beds.insert(patient, identity.bed.clone());
            }
            Content::Writing(writing) => self.take_writing(opened, writing),
            Content::Waveform(_)
            | Content::Frame(_)
            | Content::Acknowledgement(_)
            | Content::Observation(_)
            | Content::Kept => {}
        }
        match opened.content() {
            Content::Frame(_) | Content::Waveform(_) => {
                self.changes.patients.insert(patient);
            }
            _ => self.changes.touch(patient),
        }
    }

    /// What was signed or said about a patient's watch; while it is sealing it says nothing yet.
    fn take_watch(&mut self, opened: &Opened, what: About<'_>) {
        if opened.sequenced().is_none() {
            return;
        }
        let place = opened.place();
        let told =
            Told { record: opened.hash(), by: opened.author(), order: (place.height, place.index), what };
        self.watches.entry(place.patient).or_default().take(&told);
    }

    /// What somebody wrote; while it is sealing it has no place among the others yet.
    fn take_writing(&mut self, opened: &Opened, writing: &Writing) {
        if let Some(written) = Written::of(opened, writing) {
            self.written.entry(opened.place().patient).or_default().take(written);
        }
    }

    /// Lets the streams of a patient's category be opened again, newest first.
    pub(super) fn wait_for(&mut self, patient: &PatientId, category: Category) {
        let state = self.engine.verifier().shared_state();
        let of = Subject::Patient(*patient, category);
        let streams = state.streams().filter(|(_, stream)| stream.subject == of);
        self.waiting.extend(streams.map(|(id, _)| (*id, Height(u64::MAX))));
    }

    /// Keeps a piece of evidence and counts it, once. While the database is closed it waits in memory and shows at once.
    pub(crate) async fn keep(&mut self, evidence: &Evidence, now: UnixMillis) -> Result<(), StoreError> {
        let Some(store) = self.store.as_ref() else {
            if !self.unkept.iter().any(|(known, _)| known.key() == evidence.key()) {
                self.unkept.push((evidence.clone(), now));
                self.changes.state = true;
            }
            return Ok(());
        };
        if store.keep_evidence(evidence, now).await? {
            self.evidence = store.evidence().await?;
            store.notice(&[security::event_of(evidence, now)]).await?;
            if !evidence.is_absence() {
                self.counters.failures += 1;
            }
            self.changes.state = true;
        }
        Ok(())
    }

    /// Evidence that the closed database could not take.
    pub(crate) fn take_unkept(&mut self) -> Vec<(Evidence, UnixMillis)> {
        core::mem::take(&mut self.unkept)
    }

    /// Kinds of the evidence that stands, kept or waiting, with the time it was seen.
    pub(crate) fn standing(&self) -> impl Iterator<Item = (&str, UnixMillis)> {
        let kept = self.evidence.iter().filter(|kept| kept.mended.is_none());
        let kept = kept.map(|kept| (kept.kind.as_str(), kept.seen));
        kept.chain(self.unkept.iter().map(|(evidence, seen)| (evidence.kind(), *seen)))
    }

    fn compared(&mut self, comparison: Comparison) {
        let former = self.compared.get(&comparison.source);
        self.changes.state |= former.is_none_or(|former| former.verdict != comparison.verdict);
        let mut comparison = comparison;
        if let Some(former) = former {
            // A checkpoint's words of witnesses stay beside the newer look at a header.
            if comparison.cosigned.is_empty() {
                comparison.cosigned.clone_from(&former.cosigned);
            }
            // A source that has shown another history has shown it, whatever it says later.
            if matches!(former.verdict, Verdict::Differs(_)) {
                comparison.verdict = former.verdict.clone();
            }
        }
        self.compared.insert(comparison.source.clone(), comparison);
    }

    /// Notes which records that were missing have come.
    pub(super) async fn mend(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        let Some(store) = self.store.clone() else { return Ok(()) };
        let open = self.evidence.iter().filter(|kept| kept.mended.is_none());
        let mended = open.filter(|kept| kept.is_mendable()).filter_map(|kept| {
            let is_mended = match (kept.mended_by, kept.height) {
                (Some((stream, seq)), _) => self.engine.holds_up_to(stream, seq),
                (None, Some(height)) => self.engine.holds(height),
                (None, None) => false,
            };
            is_mended.then_some(kept.id)
        });
        let mended: Vec<i64> = mended.collect();
        for id in &mended {
            store.mend_evidence(*id, now).await?;
        }
        if !mended.is_empty() {
            self.evidence = store.evidence().await?;
            self.changes.state = true;
        }
        Ok(())
    }

    async fn tick(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        self.inbox.set_person(self.person());
        let changed = self.inbox.tick(now);
        self.changes.told |= self.tell_delivered(now).await?;
        self.watch_sources(now);
        self.changes.alarms.extend(changed);
        self.end_sharing(now).await?;
        self.share_again(now).await?;
        self.notice_clock(now).await?;
        if now.since(self.tail_since) >= TAIL_SPAN {
            self.flush(now).await?;
            if let Some(store) = self.store.as_ref() {
                store.raise_high_water(self.time.mark()).await?;
                store.compact(now, 64).await?;
                self.inbox.let_go(now.plus(-super::start::INBOX_SPAN));
            }
        }
        Ok(())
    }

    /// Takes away what an ended agreement no longer lets this reader see.
    pub(super) async fn end_sharing(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        let time = self.time.decide(now);
        let state = self.engine.verifier().shared_state();
        let ended: Vec<(PatientId, Category)> =
            self.opener.readable().filter(|of| !self.is_shared(&state, of, time)).collect();
        for (patient, category) in ended {
            // What is in the tail would otherwise come back with the next flush.
            self.flush(now).await?;
            self.opener.forget(&patient, category);
            self.ward.forget(&patient, category);
            if category == Category::Alarms {
                self.inbox.forget(&patient);
                self.watches.remove(&patient);
            }
            if category == Category::Notes {
                self.written.remove(&patient);
            }
            if category == Category::Identity {
                self.beds.remove(&patient);
            }
            let of = Subject::Patient(patient, category);
            let streams: Vec<_> =
                state.streams().filter(|(_, stream)| stream.subject == of).map(|(id, _)| *id).collect();
            if let Some(store) = self.store.as_ref() {
                store.purge(&patient, category, &streams).await?;
            }
            self.taken_away.insert((patient, category));
            self.changes.touch(patient);
            self.changes.state = true;
        }
        Ok(())
    }

    /// Whether an agreement lets this reader see a patient's category at this time.
    fn is_shared(
        &self,
        state: &State,
        (patient, category): &(PatientId, Category),
        time: UnixMillis,
    ) -> bool {
        matches!(self.opener.access(state, patient, *category, time), crate::opener::Access::Granted { .. })
    }

    /// Takes the keys out of the mailbox again once what an ended agreement took away is shared once more: the hub sends
    /// no second letter to somebody who has one.
    async fn share_again(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        if self.taken_away.is_empty() || self.keys.is_none() {
            return Ok(());
        }
        let time = self.time.decide(now);
        let state = self.engine.verifier().shared_state();
        let (again, still): (BTreeSet<_>, BTreeSet<_>) =
            self.taken_away.iter().copied().partition(|of| self.is_shared(&state, of, time));
        if again.is_empty() {
            return Ok(());
        }
        self.open_mailboxes().await?;
        for (patient, category) in &still {
            self.opener.forget(patient, *category);
        }
        self.taken_away = still;
        for (patient, category) in again {
            self.wait_for(&patient, category);
            self.changes.touch(patient);
            self.changes.state = true;
        }
        Ok(())
    }

    /// Marks the alarms to which something of this person is still on its way.
    pub(crate) async fn refresh_pending(&mut self) -> Result<(), StoreError> {
        let Some(store) = self.store.as_ref() else { return Ok(()) };
        let outbox = store.outbox().await?;
        self.note_refused(&outbox);
        self.show_outgoing(outbox);
        Ok(())
    }
}

pub(super) fn place_of(
    record: &wl_ledger::verify::VerifiedRecord,
    patient: PatientId,
    category: Category,
) -> crate::opener::Place {
    crate::opener::Place {
        patient,
        category,
        stream: record.header().stream,
        seq: record.header().seq,
        height: record.height(),
        index: record.index(),
    }
}

/// Puts a stored heartbeat back.
pub(super) fn restore_heartbeat(
    freshness: &mut Freshness,
    author: wl_ledger::KeyId,
    is_gateway: bool,
    time: UnixMillis,
    heard: UnixMillis,
) {
    freshness.restore(author, is_gateway, Hearing { time, heard });
}
