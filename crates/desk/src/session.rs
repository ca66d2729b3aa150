//! One person's session: everything that lives between unlocking and locking, and the one place where verified
//! becomes opened becomes visible.
//!
//! Order of effects: what the engine accepts is stored first, then opened, then shown. If it stops between storing and
//! showing, the next start reads it from the store.

mod accept;
mod access;
mod acts;
mod bundle;
mod changes;
mod erasure;
mod faults;
mod mailbox;
mod missing;
mod notices;
mod over;
mod reopen;
mod replay;
mod security;
mod start;

use crate::counters::{Counters, Report};
use crate::inbox::Inbox;
use crate::opener::Opener;
use crate::profile::Keys;
use crate::second::Sources;
use crate::store::{OpenedBatch, Store, StoreError, StoredEvidence};
use crate::sync::{Comparison, Engine, Evidence, Freshness, Input, Output};
use crate::timekeeper::Timekeeper;
use crate::ward::Ward;
use crate::watch::Watch;
use crate::written::Folder;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard, Notify, watch};
use wl_ledger::state::State;
use wl_ledger::{Category, ChainId, Height, KeyId, PatientId, StreamId, UnixMillis};
use wl_vitals::alarm::Faults;
use wl_wire::enrolment::Answer;
use wl_wire::messages::Item;

pub use acts::Attendance;
pub use bundle::Bundle;
pub use changes::{Changes, WaveFrame, wave_frames};
pub(crate) use over::MOST_OVER;
pub(crate) use reopen::stored_block;
pub use replay::Replay;
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
    attendance: Attendance,
    pub(crate) faults: Faults,
    /// Nothing can be heard here.
    pub(crate) no_sound: bool,
    /// Since when alarms of patients cannot be read here, although they are shared.
    unreadable: BTreeMap<PatientId, UnixMillis>,
    pub(crate) watches: BTreeMap<PatientId, Watch>,
    /// What people wrote about each patient.
    pub(crate) written: BTreeMap<PatientId, Folder>,
    pub(crate) freshness: Freshness,
    pub(crate) time: Timekeeper,
    pub(crate) counters: Counters,
    pub(crate) changes: Changes,
    pub(crate) contact: Contact,
    pub(crate) evidence: Vec<StoredEvidence>,
    /// Evidence that came while the database was closed, with the time it was seen.
    unkept: Vec<(Evidence, UnixMillis)>,
    /// The newest comparison with each second source.
    pub(crate) compared: BTreeMap<String, Comparison>,
    pub(crate) sources: Sources,
    pub(crate) verified_at: Option<UnixMillis>,
    pub(crate) beds: BTreeMap<PatientId, String>,
    pub(crate) waves_of: Option<PatientId>,
    pub(crate) refused: BTreeSet<wl_vitals::alarm::AlarmId>,
    /// Shares that custodians have released to this reader.
    pub(crate) released: crate::emergency::Released,
    /// Up to which height this custodian has released shares, by whom they were for.
    pub(crate) shares_sent: BTreeMap<KeyId, Height>,
    tail: OpenedBatch,
    tail_since: UnixMillis,
    waiting: BTreeMap<StreamId, Height>,
    /// What an ended agreement took away. Its keys still lie in the mailbox, in case it is shared again.
    taken_away: BTreeSet<(PatientId, Category)>,
    keys: Option<Keys>,
    visits: access::Visits,
    receipts_refused: bool,
    clock_back: bool,
    /// The database's log may still hold what was erased.
    log_uncut: bool,
    /// Signed before locking, to be sent while locked.
    farewell: Vec<Item>,
    /// When security events were told last.
    pub(crate) reported: UnixMillis,
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
    /// Rings when second sources are to be asked now.
    pub(crate) asking: Notify,
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
            asking: Notify::new(),
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

    /// Waits until something holds of the session, and returns whether it did in that time.
    pub(crate) async fn until(&self, within: std::time::Duration, holds: impl Fn(&Core) -> bool) -> bool {
        let mut steps = self.steps();
        let held = async {
            while !holds(&*self.core().await) {
                // The sender lives as long as the session.
                let _stepped = steps.changed().await;
            }
        };
        tokio::time::timeout(within, held).await.is_ok()
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
        let (requests, told) = {
            let mut core = self.core().await;
            let requests = core.step(input, now).await?;
            (requests, core::mem::take(&mut core.changes.told))
        };
        if told {
            self.outgoing.notify_one();
        }
        self.stepped();
        Ok(requests)
    }

    /// The frame of every screen at a moment.
    pub async fn frame(&self, now: UnixMillis) -> crate::view::FrameView {
        let mut core = self.core().await;
        crate::present::frame_view(&crate::present::Moment::new(&mut core, now))
    }

    /// Takes a batch of records that wait for their key. Returns whether there are more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reopen(&self, now: UnixMillis) -> Result<bool, StoreError> {
        let mut core = self.core().await;
        if !core.is_reopening() {
            return Ok(false);
        }
        let more = core.reopen(now).await?;
        drop(core);
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
        let prepared = self.prepare_farewell(now).await;
        let flushed = self.flush(now).await;
        self.keys = None;
        self.ward = Ward::default();
        self.written.clear();
        self.opener.keep_alarms_only();
        self.released = crate::emergency::Released::default();
        self.waiting.clear();
        self.waves_of = None;
        self.visits = access::Visits::default();
        // The window is told, whoever or whatever locked.
        self.changes = Changes { state: true, ..Changes::default() };
        self.tail = OpenedBatch::default();
        let store = self.store.take();
        prepared.and(flushed)?;
        if let Some(store) = store {
            store.raise_high_water(self.time.mark()).await?;
            // A view that still reads keeps the connections open until it is done.
            if let Some(store) = Arc::into_inner(store) {
                store.close().await?;
            }
        }
        Ok(())
    }

    /// Keeps signed records to be sent while locked.
    pub(crate) fn say_farewell(&mut self, items: Vec<Item>) {
        self.farewell.extend(items);
    }

    /// The next record that was signed before locking; none once unlocked, when the outbox tells them again.
    pub(crate) fn farewell_item(&mut self) -> Option<Item> {
        if self.store.is_some() {
            return None;
        }
        (!self.farewell.is_empty()).then(|| self.farewell.remove(0))
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
