//! What happens with the engine's outputs: store, open, show.

use super::{Contact, Core, TAIL_SAMPLES, TAIL_SPAN, changes::wave_frames};
use crate::counters::Counters;
use crate::opener::{Closed, Content, Opened};
use crate::store::{Accepted, AcceptedRecord, StoreError};
use crate::sync::{Evidence, Freshness, Hearing, Input, Output};
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Height, PatientId, UnixMillis};

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
                Output::Evidence(evidence) => self.keep(&evidence, now).await?,
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

    async fn accept(&mut self, accepted: Accepted, now: UnixMillis) -> Result<(), StoreError> {
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
            self.end_sharing(now).await?;
        }
        let mut mine = false;
        for record in accepted.blocks.iter().flat_map(|block| &block.records) {
            mine |= record.record.author() == self.me;
            self.take_record(record, now);
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

    fn take_record(&mut self, accepted: &AcceptedRecord, now: UnixMillis) {
        let state = self.engine.verifier().shared_state();
        let record = &accepted.record;
        if record.header().kind == RecordKind::KeyEnvelope {
            if let Some(identity) = self.keys.as_ref().map(|keys| keys.reading()) {
                let taken = self.opener.take_envelope(record, accepted.body.as_ref(), &state, identity);
                match taken {
                    Ok((patient, category)) => self.wait_for(&patient, category),
                    Err(Closed::Unreadable(_)) => self.counters.failures += 1,
                    Err(_) => {}
                }
            }
            return;
        }
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
            Content::Identity(identity) => {
                self.beds.insert(patient, identity.bed.clone());
            }
            Content::Waveform(_)
            | Content::Frame(_)
            | Content::Alarm(_)
            | Content::Acknowledgement(_)
            | Content::Kept => {}
        }
        self.changes.patients.insert(patient);
    }

    /// Lets the streams of a patient's category be opened again, newest first.
    pub(super) fn wait_for(&mut self, patient: &PatientId, category: Category) {
        let state = self.engine.verifier().shared_state();
        let of = Subject::Patient(*patient, category);
        let streams = state.streams().filter(|(_, stream)| stream.subject == of);
        self.waiting.extend(streams.map(|(id, _)| (*id, Height(u64::MAX))));
    }

    /// Keeps a piece of evidence and counts it, once.
    pub(crate) async fn keep(&mut self, evidence: &Evidence, now: UnixMillis) -> Result<(), StoreError> {
        let Some(store) = self.store.as_ref() else { return Ok(()) };
        if store.keep_evidence(evidence, now).await? {
            self.evidence = store.evidence().await?;
            if !evidence.is_absence() {
                self.counters.failures += 1;
            }
            self.changes.state = true;
        }
        Ok(())
    }

    async fn tick(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        let changed = self.inbox.tick(now);
        self.changes.alarms.extend(changed);
        self.end_sharing(now).await?;
        if now.since(self.tail_since) >= TAIL_SPAN {
            self.flush(now).await?;
            if let Some(store) = self.store.as_ref() {
                store.raise_high_water(self.time.mark()).await?;
                store.compact(now, 64).await?;
            }
        }
        Ok(())
    }

    /// Takes away what an ended agreement no longer lets this reader see.
    pub(super) async fn end_sharing(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        let time = self.time.decide(now);
        let state = self.engine.verifier().shared_state();
        let ended: Vec<(PatientId, Category)> = self
            .opener
            .readable()
            .filter(|(patient, category)| {
                !matches!(
                    self.opener.access(&state, patient, *category, time),
                    crate::opener::Access::Granted { .. }
                )
            })
            .collect();
        for (patient, category) in ended {
            // What is in the tail would otherwise come back with the next flush.
            self.flush(now).await?;
            self.opener.forget(&patient, category);
            self.ward.forget(&patient, category);
            if category == Category::Alarms {
                self.inbox.forget(&patient);
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
            self.changes.patients.insert(patient);
            self.changes.state = true;
        }
        Ok(())
    }

    /// Marks the alarms whose acknowledgement is still on its way.
    pub(crate) async fn refresh_pending(&mut self) -> Result<(), StoreError> {
        let Some(store) = self.store.as_ref() else { return Ok(()) };
        let outbox = store.outbox().await?;
        let pending: Vec<_> =
            self.inbox.entries().filter(|(_, e)| e.pending().is_some()).map(|(id, _)| *id).collect();
        for alarm in pending {
            self.inbox.set_pending(&alarm, None);
            self.changes.alarms.insert(alarm);
        }
        self.refused.clear();
        for outgoing in outbox {
            if outgoing.refused.is_some() {
                self.refused.insert(outgoing.alarm);
                continue;
            }
            let at = wl_vitals::alarm::AlarmAck::from_bytes(&outgoing.body).map(|ack| ack.at).ok();
            self.inbox.set_pending(&outgoing.alarm, at);
            self.changes.alarms.insert(outgoing.alarm);
        }
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
