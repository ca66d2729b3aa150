//! The solo sequencer: one gateway, a validator set of one, no network.
//!
//! One task owns the [`Proposer`]. It takes whatever waits, closes the block on arrival without a timer, makes it
//! durable, shows it, and only then answers: group commit paced by the disk. Order of effects and what is true after
//! a stop at each step: [`Step`].

use super::judge::{self, Verdict};
use super::{Probe, Sequencer, Step, Stopped, SubmitError, Tip};
use crate::clock::Clock;
use crate::feed::Feed;
use crate::store::{Beside, Store, StoreError};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use wl_ledger::block::Entry;
use wl_ledger::control::SignedTransaction;
use wl_ledger::keys::SigningKey;
use wl_ledger::propose::{OfferError, Proposer};
use wl_ledger::record::{SignedRecord, stream_anchor};
use wl_ledger::{Hash, Height};
use wl_wire::messages::{Item, Provisional, Receipt};

/// Bodies and entries of one block. A block is closed once it passes this; one body more may be 8 MiB.
const BLOCK_BYTES: usize = 4 * 1024 * 1024;
/// Bytes that may wait to be ordered.
const QUEUE_BYTES: usize = 64 * 1024 * 1024;
/// Submissions that may wait to be ordered, in each of the two queues.
const QUEUE_SUBMISSIONS: usize = 512;
/// Entries taken together before the block is closed; more wait for the next one.
const TAKEN_TOGETHER: usize = 4096;

/// Why the sequencer ended. Every one of them ends the process: what the disk holds is read anew at the next start.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    /// A block could not be made durable. Whether it was persisted is not known.
    #[error("a block could not be made durable")]
    Store(#[from] StoreError),
    /// The proposer contradicts itself.
    #[error("the sequencer contradicts itself: {0}")]
    Contradiction(&'static str),
    /// A test stopped it.
    #[error("stopped by a probe")]
    Probe,
}

impl From<Stopped> for Fatal {
    fn from(_: Stopped) -> Self {
        Self::Probe
    }
}

struct Job {
    items: Vec<Item>,
    reply: oneshot::Sender<Vec<Receipt>>,
    _bytes: OwnedSemaphorePermit,
}

/// Hands submissions to the task. Cheap to clone.
#[derive(Clone)]
pub struct Solo {
    urgent: mpsc::Sender<Job>,
    bulk: mpsc::Sender<Job>,
    bytes: Arc<Semaphore>,
}

impl Sequencer for Solo {
    async fn submit(&self, items: Vec<Item>) -> Result<Vec<Receipt>, SubmitError> {
        let size = items.iter().map(size_of).fold(0usize, usize::saturating_add).clamp(1, QUEUE_BYTES);
        let size = u32::try_from(size).map_err(|_| SubmitError::Busy)?;
        let permit = Arc::clone(&self.bytes).try_acquire_many_owned(size).map_err(|_| SubmitError::Busy)?;
        let queue = if is_urgent(&items) { &self.urgent } else { &self.bulk };
        let (reply, answer) = oneshot::channel();
        queue.try_send(Job { items, reply, _bytes: permit }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SubmitError::Busy,
            mpsc::error::TrySendError::Closed(_) => SubmitError::Stopped,
        })?;
        answer.await.map_err(|_| SubmitError::Stopped)
    }
}

fn size_of(item: &Item) -> usize {
    let body = item.body.as_ref().map_or(0, |body| body.ciphertext.len());
    item.entry.bytes().len().saturating_add(body).saturating_add(128)
}

/// A submission of nothing but alarms and acknowledgements does not wait behind readings.
fn is_urgent(items: &[Item]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| match &item.entry {
            Entry::Control(_) => false,
            Entry::Record(bytes) => {
                SignedRecord::parse(bytes).is_ok_and(|record| judge::is_urgent(record.header()))
            }
        })
}

/// What the task needs.
pub struct Parts {
    /// A proposer at the store's tip.
    pub proposer: Proposer,
    /// Signs headers.
    pub key: SigningKey,
    /// Where blocks become durable.
    pub store: Arc<Store>,
    /// Where they become visible.
    pub feed: Arc<Feed>,
    /// Block time.
    pub clock: Clock,
}

/// Makes a sequencer: its handle, and the task to be driven. The task ends when the last handle is dropped and
/// everything taken is answered, or with an error that must end the process.
pub fn solo(parts: Parts, probe: impl Probe) -> (Solo, impl Future<Output = Result<(), Fatal>> + Send) {
    let (urgent, urgent_jobs) = mpsc::channel(QUEUE_SUBMISSIONS);
    let (bulk, bulk_jobs) = mpsc::channel(QUEUE_SUBMISSIONS);
    let task = Task {
        parts,
        probe,
        urgent: urgent_jobs,
        bulk: bulk_jobs,
        building: Building::default(),
        answers: Vec::new(),
    };
    (Solo { urgent, bulk, bytes: Arc::new(Semaphore::new(QUEUE_BYTES)) }, task.run())
}

/// What must be known of an entry before it is offered.
enum Aside {
    Control(Hash),
    Record { previous: Hash, urgent: bool },
}

/// The block being built, beside what the proposer holds of it.
#[derive(Default)]
struct Building {
    beside: Vec<Beside>,
    bytes: usize,
}

struct Task<P> {
    parts: Parts,
    probe: P,
    urgent: mpsc::Receiver<Job>,
    bulk: mpsc::Receiver<Job>,
    building: Building,
    /// Submissions judged to the end, which are answered once the block being built is durable.
    answers: Vec<(oneshot::Sender<Vec<Receipt>>, Vec<Receipt>)>,
}

impl<P: Probe> Task<P> {
    async fn run(mut self) -> Result<(), Fatal> {
        while let Some(job) = self.wait().await {
            let mut taken = job.items.len();
            self.judge(job).await?;
            while taken < TAKEN_TOGETHER
                && let Some(job) = self.waiting()
            {
                taken = taken.saturating_add(job.items.len());
                self.judge(job).await?;
            }
            self.probe.after(Step::Offered)?;
            self.seal().await?;
        }
        Ok(())
    }

    async fn wait(&mut self) -> Option<Job> {
        tokio::select! {
            biased;
            Some(job) = self.urgent.recv() => Some(job),
            Some(job) = self.bulk.recv() => Some(job),
            else => None,
        }
    }

    fn waiting(&mut self) -> Option<Job> {
        self.urgent.try_recv().or_else(|_| self.bulk.try_recv()).ok()
    }

    /// Judges a submission in order. After the first refusal the rest is deferred, so that nothing overtakes it.
    async fn judge(&mut self, job: Job) -> Result<(), Fatal> {
        let count = job.items.len();
        let mut receipts = Vec::with_capacity(count);
        for item in job.items {
            let receipt = self.take(item).await?;
            let stop = matches!(receipt, Receipt::Refused(..) | Receipt::Deferred);
            receipts.push(receipt);
            if stop {
                break;
            }
        }
        receipts.resize(count, Receipt::Deferred);
        self.answers.push((job.reply, receipts));
        Ok(())
    }

    async fn take(&mut self, item: Item) -> Result<Receipt, Fatal> {
        if self.building.bytes > BLOCK_BYTES {
            self.seal_block().await?;
        }
        let refused = match self.offer(&item) {
            Ok(beside) => return self.keep(item, beside),
            Err(error) => judge::verdict(&error),
        };
        // A block that holds records takes no control transaction, and the very same entry may stand in it.
        self.seal_block().await?;
        let refused = match refused {
            Verdict::CutFirst => match self.offer(&item) {
                Ok(beside) => return self.keep(item, beside),
                Err(error) => judge::verdict(&error),
            },
            Verdict::Answer(_) | Verdict::LookUp(_) => refused,
        };
        match refused {
            Verdict::Answer(receipt) => Ok(receipt),
            Verdict::LookUp(receipt) => {
                Ok(judge::look_up(&self.parts.store, &item.entry).await?.unwrap_or(receipt))
            }
            Verdict::CutFirst => Err(Fatal::Contradiction("an empty block must be cut first")),
        }
    }

    /// Offers an entry and tells what stands beside it once it is taken.
    fn offer(&mut self, item: &Item) -> Result<Aside, OfferError> {
        let aside = self.aside(&item.entry)?;
        let now = (self.parts.clock)();
        self.parts.proposer.offer(item.entry.clone(), item.body.as_ref(), now)?;
        Ok(aside)
    }

    fn aside(&self, entry: &Entry) -> Result<Aside, OfferError> {
        if !entry.fits() {
            return Err(OfferError::TooLarge);
        }
        match entry {
            Entry::Control(bytes) => SignedTransaction::parse(bytes)
                .map(|signed| Aside::Control(signed.hash()))
                .map_err(OfferError::ControlMalformed),
            Entry::Record(bytes) => {
                let record = SignedRecord::parse(bytes).map_err(OfferError::Record)?;
                let stream = record.header().stream;
                let tail = self.parts.proposer.tail(stream).map(|tail| tail.hash);
                let previous = tail.unwrap_or_else(|| stream_anchor(&self.parts.store.chain(), stream));
                Ok(Aside::Record { previous, urgent: judge::is_urgent(record.header()) })
            }
        }
    }

    /// Notes what stands beside an entry that was taken, and relays it where that is due.
    fn keep(&mut self, item: Item, aside: Aside) -> Result<Receipt, Fatal> {
        let height = self.next_height()?;
        self.building.bytes = self.building.bytes.saturating_add(size_of(&item));
        let beside = match (aside, item.entry, item.body) {
            (Aside::Control(hash), Entry::Control(_), _) => Beside::Control(hash),
            (Aside::Record { previous, urgent }, Entry::Record(record), Some(body)) => {
                if urgent {
                    self.parts.feed.relay(&Provisional { record, body: body.clone(), previous });
                }
                Beside::Record { previous, body }
            }
            _ => return Err(Fatal::Contradiction("an entry was taken without what belongs to it")),
        };
        self.building.beside.push(beside);
        Ok(Receipt::Sealed(height))
    }

    fn next_height(&self) -> Result<Height, Fatal> {
        match self.parts.proposer.tip() {
            Some((height, _, _)) => height.next().ok_or(Fatal::Contradiction("no height is left")),
            None => Ok(Height(0)),
        }
    }

    /// Closes the block being built and answers everybody whose submission was judged to the end.
    async fn seal(&mut self) -> Result<(), Fatal> {
        self.seal_block().await?;
        for (reply, receipts) in self.answers.drain(..) {
            // Whoever waited may have gone; the entries are sealed all the same.
            let _gone = reply.send(receipts);
        }
        Ok(self.probe.after(Step::Answered)?)
    }

    /// durable, then visible. Nobody is answered here.
    async fn seal_block(&mut self) -> Result<(), Fatal> {
        let Some(block) = self.parts.proposer.cut(&self.parts.key) else { return Ok(()) };
        let Some((height, id, time)) = self.parts.proposer.tip() else {
            return Err(Fatal::Contradiction("a block without a tip"));
        };
        self.probe.after(Step::Cut)?;
        let Building { beside, .. } = core::mem::take(&mut self.building);
        self.parts.store.commit(height, &block, &beside).await?;
        self.probe.after(Step::Committed)?;
        self.parts.feed.publish(Tip { height, id, time }, block, beside, self.parts.proposer.state());
        Ok(self.probe.after(Step::Published)?)
    }
}
