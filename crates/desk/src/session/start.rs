//! Starting: the stored chain is verified again, keys are taken from the mailboxes, last values come back.

use super::{Changes, Contact, Core, accept::restore_heartbeat};
use crate::counters::Counters;
use crate::inbox::Inbox;
use crate::opener::Opener;
use crate::profile::{Keys, PinnedHead, Profile, ProfileError};
use crate::store::{OpenedBatch, Store, StoreError, StoredStep};
use crate::sync::{Engine, Evidence, Freshness, Start};
use crate::timekeeper::Timekeeper;
use crate::ward::{RecordRef, Ward};
use crate::watch::{About, Told};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wl_ledger::block::LaneItem;
use wl_ledger::header::header_id;
use wl_ledger::heartbeat::verify_heartbeat;
use wl_ledger::record::RecordKind;
use wl_ledger::verify::{Verifier, VerifyError};
use wl_ledger::{Height, PatientId, UnixMillis};
use wl_vitals::alarm::{Act, AlarmEvent, Faults};
use wl_vitals::limits::LimitsRecord;
use wl_wire::identity::Identity;

/// How long alarms that are over stay in memory, in milliseconds: a day, which trends show. The store has them all.
pub(super) const INBOX_SPAN: i64 = 24 * 3_600_000;

/// Headers that are read from the store at once while those before them are verified.
const LANE_PART: u32 = 4_096;

/// Why a session cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored does not verify: the database was changed.
    #[error("the stored ledger does not verify")]
    Stored(#[source] VerifyError),
}

impl Core {
    /// Starts a session with unlocked keys.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(profile: &Profile, keys: Keys, now: UnixMillis) -> Result<Self, StartError> {
        let answer = profile.answer()?;
        let me = keys.id();
        let store = Arc::new(Store::open(&profile.database(), keys.database(), &answer.chain, &me).await?);
        let verifier = replay(&store, answer.chain).await?;
        let evidence = check_pin(profile, &store).await?;
        let engine = Engine::new(Start {
            verifier,
            trusted: Some((answer.trusted_height, answer.trusted_header)),
            missing: store.missing().await?,
            edges: store.edges().await?,
        });
        let mut core = Self {
            me,
            opener: Opener::new(answer.chain, me),
            answer,
            engine,
            ward: Ward::default(),
            inbox: Inbox::default(),
            attendance: super::Attendance::default(),
            faults: Faults::default(),
            no_sound: false,
            unreadable: BTreeMap::new(),
            watches: BTreeMap::new(),
            written: BTreeMap::new(),
            freshness: Freshness::default(),
            time: Timekeeper::new(store.high_water().await?),
            counters: Counters::default(),
            changes: Changes::default(),
            contact: Contact::None,
            evidence: store.evidence().await?,
            unkept: Vec::new(),
            compared: BTreeMap::new(),
            sources: store.sources().await?,
            verified_at: None,
            beds: BTreeMap::new(),
            waves_of: None,
            refused: BTreeSet::new(),
            released: crate::emergency::Released::default(),
            shares_sent: BTreeMap::new(),
            tail: OpenedBatch::default(),
            tail_since: now,
            waiting: BTreeMap::new(),
            taken_away: BTreeSet::new(),
            keys: Some(keys),
            visits: Default::default(),
            receipts_refused: false,
            clock_back: false,
            log_uncut: false,
            farewell: Vec::new(),
            reported: UnixMillis(0),
            store: Some(Arc::clone(&store)),
            begun: now,
        };
        if let Some(evidence) = evidence {
            core.keep(&evidence, now).await?;
        }
        core.engine.know_witnesses(core.sources.witnesses.clone());
        store.settle().await?;
        core.open_mailboxes().await?;
        core.open_notices().await?;
        // If it stops between the two, they are told twice and never not at all.
        store.notice(&profile.noticed()?).await?;
        profile.forget_noticed()?;
        store.send_again(wl_ledger::record::RecordKind::AccessReceipt).await?;
        core.notice_clock(now).await?;
        core.end_sharing(now).await?;
        core.carry_out_erasures(now).await?;
        core.restore(&store, now).await?;
        core.refresh_pending().await?;
        core.mend(now).await?;
        let readable: Vec<_> = core.opener.readable().collect();
        for (patient, category) in readable {
            core.wait_for(&patient, category);
        }
        Ok(core)
    }

    async fn restore(&mut self, store: &Store, now: UnixMillis) -> Result<(), StoreError> {
        let mut patients: BTreeSet<PatientId> = BTreeSet::new();
        for (patient, series) in store.newest().await? {
            patients.insert(patient);
            self.restore_samples(patient, &series, now);
        }
        for patient in patients {
            let hour = now.plus(-crate::ward::SPARK_SPAN);
            for series in store.samples(&patient, hour, now.plus(60_000)).await? {
                self.restore_samples(patient, &series, now);
            }
        }
        for stored in store.identities().await? {
            let Ok(identity) = Identity::parse(&stored.body) else { continue };
            self.beds.insert(stored.patient, identity.bed.clone());
            let record = RecordRef { stream: stored.stream, seq: stored.seq };
            self.ward.take_identity(stored.patient, identity, record);
        }
        for step in store.alarm_steps(now.plus(-INBOX_SPAN)).await? {
            self.inbox.restore(&step);
            self.restore_watch(&step);
        }
        self.restore_written(store, None).await?;
        for (bytes, heard) in store.heartbeats().await? {
            self.restore_heartbeat(&bytes, heard);
        }
        Ok(())
    }

    /// What was written about one patient, or about all.
    pub(super) async fn restore_written(
        &mut self,
        store: &Store,
        of: Option<&PatientId>,
    ) -> Result<(), StoreError> {
        for (patient, written) in store.written(of).await? {
            self.written.entry(patient).or_default().take(written);
        }
        Ok(())
    }

    fn restore_watch(&mut self, step: &StoredStep) {
        let told = |what| Told { record: step.hash, by: step.author, order: (step.height, step.index), what };
        let watch = self.watches.entry(step.patient).or_default();
        match step.kind {
            RecordKind::Limits => {
                let Ok(record) = LimitsRecord::from_bytes(&step.body) else { return };
                watch.take(&told(About::Limits(&record)));
            }
            RecordKind::Act => {
                let Ok(act) = Act::from_bytes(&step.body) else { return };
                watch.take(&told(About::Act(&act)));
            }
            RecordKind::Alarm => {
                let Ok(event) = AlarmEvent::from_bytes(&step.body) else { return };
                watch.take(&told(About::Event(&event)));
            }
            _ => {}
        }
    }

    pub(super) fn restore_samples(
        &mut self,
        patient: PatientId,
        series: &crate::store::Samples,
        now: UnixMillis,
    ) {
        for sample in &series.samples {
            if let Some(reading) = series.key.reading(sample) {
                let record = RecordRef { stream: series.stream, seq: sample.seq };
                self.ward.take_reading(patient, &reading, series.key.device, record, now);
            }
        }
    }

    fn restore_heartbeat(&mut self, bytes: &[u8], heard: UnixMillis) {
        let verifier = self.engine.verifier();
        let key_of = |author: &wl_ledger::KeyId| {
            let member = || verifier.state().member(author).map(|member| member.enrolment.sign);
            verifier.validators().get(author).copied().or_else(member)
        };
        let Ok(heartbeat) = verify_heartbeat(bytes, &verifier.chain(), key_of) else { return };
        let author = heartbeat.get().author;
        let is_gateway = verifier.validators().get(&author).is_some();
        restore_heartbeat(&mut self.freshness, author, is_gateway, heartbeat.get().time, heard);
    }
}

/// Verifies the stored lane again, each part while the next one is read and decrypted.
async fn replay(store: &Store, chain: wl_ledger::ChainId) -> Result<Verifier, StartError> {
    let (mut verifier, mut part, mut from) = (Verifier::new(chain), Vec::new(), Height(0));
    loop {
        let judged = tokio::task::spawn_blocking(move || judge(verifier, part));
        let (judged, read) = tokio::join!(judged, store.lane(from, LANE_PART));
        (verifier, part) = judged.map_err(|_| StoreError::Column("lane"))?.map_err(StartError::Stored)?;
        let read = read?;
        if read.is_empty() {
            break;
        }
        from = Height(from.0.saturating_add(read.len() as u64));
        part.extend(read);
    }
    if !part.is_empty() {
        // The verifier refuses what no certificate follows, and says where.
        verifier.advance(&part).map_err(StartError::Stored)?;
    }
    Ok(verifier)
}

/// Verifies a part up to its last certificate, which certifies all headers before it, and gives back what follows.
fn judge(mut verifier: Verifier, mut part: Vec<LaneItem>) -> Result<(Verifier, Vec<LaneItem>), VerifyError> {
    let certified = part.iter().rposition(|item| item.certificate.is_some()).map_or(0, |last| last + 1);
    let rest = part.split_off(certified);
    if let Some((_, earlier)) = part.split_last_mut() {
        earlier.iter_mut().for_each(|item| item.certificate = None);
        verifier.advance(&part)?;
    }
    Ok((verifier, rest))
}

/// Compares the database with the head that was pinned beside it.
async fn check_pin(profile: &Profile, store: &Store) -> Result<Option<Evidence>, StartError> {
    Ok(match profile.pinned_head()? {
        PinnedHead::None => None,
        PinnedHead::Damaged => Some(Evidence::DamagedPin),
        PinnedHead::At(pinned, id) => {
            let stored = store.lane_item(pinned).await?.map(|item| header_id(&item.header));
            (stored != Some(id)).then_some(Evidence::OldDatabase { pinned })
        }
    })
}
