//! One person's session: everything that lives between unlocking and locking, and the one place where verified
//! becomes opened becomes visible.
//!
//! Order of effects: what the engine accepts is stored first, then opened, then shown. If it stops between storing and
//! showing, the next start reads it from the store.

mod accept;
mod changes;
mod reopen;
mod start;

use crate::counters::{Counters, Report};
use crate::inbox::Inbox;
use crate::opener::Opener;
use crate::profile::Keys;
use crate::store::{OpenedBatch, Store, StoreError, StoredEvidence};
use crate::sync::{Engine, Freshness, Input, Output};
use crate::timekeeper::Timekeeper;
use crate::ward::Ward;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard, Notify, watch};
use wl_ledger::state::State;
use wl_ledger::{ChainId, Height, KeyId, PatientId, StreamId, UnixMillis};
use wl_wire::enrolment::Answer;

pub use changes::{Changes, WaveFrame, wave_frames};
pub(crate) use reopen::stored_block;
pub use start::StartError;

/// How far an answer of the store may lag behind what is opened, in milliseconds.
const TAIL_SPAN: i64 = 60_000;
/// Samples that are kept in memory at most before they are stored.
const TAIL_SAMPLES: usize = 20_000;

/// How the connection stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Contact {
    /// Not tried yet.
    #[default]
    None,
    /// The gateway answers.
    Reached,
    /// It cannot be reached, since then.
    Unreachable(UnixMillis),
    /// It answers, but not as the enrolled gateway, or it refuses our key.
    Refused(UnixMillis),
}

/// Everything of one session. Reached through [`Session::core`], one at a time.
pub struct Core {
    pub(crate) me: KeyId,
    pub(crate) answer: Answer,
    pub(crate) engine: Engine,
    pub(crate) opener: Opener,
    pub(crate) ward: Ward,
    pub(crate) inbox: Inbox,
    pub(crate) freshness: Freshness,
    pub(crate) time: Timekeeper,
    pub(crate) counters: Counters,
    pub(crate) changes: Changes,
    pub(crate) contact: Contact,
    pub(crate) evidence: Vec<StoredEvidence>,
    pub(crate) verified_at: Option<UnixMillis>,
    pub(crate) beds: BTreeMap<PatientId, String>,
    pub(crate) waves_of: Option<PatientId>,
    pub(crate) refused: BTreeSet<wl_vitals::alarm::AlarmId>,
    tail: OpenedBatch,
    tail_since: UnixMillis,
    waiting: BTreeMap<StreamId, Height>,
    keys: Option<Keys>,
    store: Option<Arc<Store>>,
    pub(crate) begun: UnixMillis,
}

/// Waits until a task is told to stop; a teller that is gone says the same.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _told = stop.wait_for(|stop| *stop).await;
}

/// A running session.
pub struct Session {
    core: Mutex<Core>,
    steps: watch::Sender<u64>,
    /// Rings when the outbox has something to send.
    pub outgoing: Notify,
    /// One control transaction at a time, because they are numbered.
    pub(crate) transacting: Mutex<()>,
}

impl Session {
    /// A session around a started core.
    pub fn new(core: Core) -> Self {
        Self {
            core: Mutex::new(core),
            steps: watch::Sender::new(0),
            outgoing: Notify::new(),
            transacting: Mutex::new(()),
        }
    }

    /// The inside. Hold it for a moment only.
    pub async fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().await
    }

    /// Counts steps; changes whenever a view might.
    pub fn steps(&self) -> watch::Receiver<u64> {
        self.steps.subscribe()
    }

    /// Says that a view might look different now.
    pub fn stepped(&self) {
        self.steps.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Takes one message of the driver in. What comes back is for the network.
    ///
    /// # Errors
    /// [`StoreError`]: the session must end, because what was accepted in memory is not durable.
    pub async fn step(&self, input: Input, now: UnixMillis) -> Result<Vec<Output>, StoreError> {
        let requests = self.core().await.step(input, now).await?;
        self.stepped();
        Ok(requests)
    }

    /// Takes a batch of records that wait for their key. Returns whether there are more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reopen(&self, now: UnixMillis) -> Result<bool, StoreError> {
        let more = self.core().await.reopen(now).await?;
        self.stepped();
        Ok(more)
    }
}

impl Core {
    /// The chain.
    pub fn chain(&self) -> ChainId {
        self.answer.chain
    }

    /// How the gateway is reached.
    pub fn contact(&self) -> &Contact {
        &self.contact
    }

    /// The verified state.
    pub fn state(&self) -> &State {
        self.engine.verifier().state()
    }

    /// The keys; none while locked.
    pub fn keys(&self) -> Option<&Keys> {
        self.keys.as_ref()
    }

    /// The store; none while locked.
    pub fn store(&self) -> Option<Arc<Store>> {
        self.store.clone()
    }

    /// The time by which sharing ends.
    pub fn deciding_time(&mut self, now: UnixMillis) -> UnixMillis {
        self.time.decide(now)
    }

    /// Opened samples of a patient that are not in the store yet.
    pub fn tail(&self) -> &OpenedBatch {
        &self.tail
    }

    /// The engine's and opener's halves at once, for sealing what this person writes.
    pub(crate) fn sealing(&mut self) -> (&Engine, &mut Opener, Option<&Keys>) {
        (&self.engine, &mut self.opener, self.keys.as_ref())
    }

    /// The report of this run.
    pub fn report(&self, now: UnixMillis) -> Report {
        let (alarms_raised, alarms_acknowledged) = self.inbox.counts();
        let (latency_ms, latency_samples) = self.counters.latency();
        Report {
            blocks_verified: self.counters.blocks,
            records_opened: self.counters.opened,
            readings_shown: self.counters.shown,
            alarms_raised,
            alarms_acknowledged,
            verification_failures: self.counters.failures,
            latency_ms,
            latency_samples,
            uptime_s: u64::try_from(now.since(self.begun) / 1000).unwrap_or(0),
        }
    }

    /// Whether records that wait for opening are being worked off.
    pub fn is_reopening(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Locks: keys, opened values and names go, the database closes. The verified chain and the keys of alarms stay in
    /// memory, so that alarms go on with bed and priority.
    ///
    /// # Errors
    /// [`StoreError`] when the last opened samples could not be stored; they are opened again after unlocking.
    pub async fn lock(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        let flushed = self.flush(now).await;
        self.keys = None;
        self.ward = Ward::default();
        self.opener.keep_alarms_only();
        self.waiting.clear();
        self.waves_of = None;
        self.changes = Changes::default();
        self.tail = OpenedBatch::default();
        let store = self.store.take();
        flushed?;
        if let Some(store) = store {
            store.raise_high_water(self.time.mark()).await?;
            // A view that still reads keeps the connections open until it is done.
            if let Some(store) = Arc::into_inner(store) {
                store.close().await?;
            }
        }
        Ok(())
    }

    /// Stores the opened samples that are only in memory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn flush(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        if let Some(store) = self.store.as_ref()
            && !self.tail.is_empty()
        {
            store.store_opened(&self.tail).await?;
            self.tail = OpenedBatch::default();
        }
        self.tail_since = now;
        Ok(())
    }
}
