//! The one thread of a process that talks to modules. They block, for as long as a reader or a driver likes; whoever asks
//! here waits for a limited time, and asks in vain from then on until the module has answered.

use crate::station::Station;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use wl_desk::profile::TokenError;

type Job = Box<dyn FnOnce(&mut Station) + Send>;

/// Jobs are numbered from 1 in the order in which they are carried out.
struct Worker {
    jobs: Mutex<(Sender<Job>, u64)>,
    /// The newest job that is done.
    done: Arc<AtomicU64>,
    /// The newest job that somebody gave up waiting for.
    given_up: AtomicU64,
}

fn worker() -> Result<&'static Worker, TokenError> {
    static WORKER: OnceLock<Option<Worker>> = OnceLock::new();
    WORKER.get_or_init(Worker::start).as_ref().ok_or(TokenError::Failed)
}

impl Worker {
    fn start() -> Option<Self> {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let done = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&done);
        let work = move || {
            let mut station = Station::default();
            for job in waiting {
                // Whoever waits for a job that panics is told by the end of its channel.
                let _panicked = catch_unwind(AssertUnwindSafe(|| job(&mut station)));
                count.fetch_add(1, Ordering::SeqCst);
            }
        };
        std::thread::Builder::new().name("token".into()).spawn(work).ok()?;
        Some(Self { jobs: Mutex::new((jobs, 0)), done, given_up: AtomicU64::new(0) })
    }

    /// Puts a job behind the others and tells its number.
    fn put(&self, job: Job) -> Result<u64, TokenError> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.0.send(job).map_err(|_| TokenError::Failed)?;
        jobs.1 += 1;
        Ok(jobs.1)
    }

    fn is_stuck(&self) -> bool {
        self.done.load(Ordering::SeqCst) < self.given_up.load(Ordering::SeqCst)
    }
}

/// Carries something out in the thread of the modules and waits for it.
///
/// # Errors
/// What it answers; [`TokenError::Silent`] when that takes longer than `limit`, or while an earlier job still takes longer.
pub(crate) fn ask<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce(&mut Station) -> Result<T, TokenError> + Send + 'static,
) -> Result<T, TokenError> {
    let worker = worker()?;
    if worker.is_stuck() {
        return Err(TokenError::Silent);
    }
    let (answer, wait) = mpsc::sync_channel(1);
    let number = worker.put(Box::new(move |station| {
        // Nobody waits any more: what was made is dropped, and undone by that.
        let _nobody_waits = answer.send(work(station));
    }))?;
    match wait.recv_timeout(limit) {
        Ok(answered) => answered,
        Err(RecvTimeoutError::Timeout) => {
            worker.given_up.fetch_max(number, Ordering::SeqCst);
            Err(TokenError::Silent)
        }
        Err(RecvTimeoutError::Disconnected) => Err(TokenError::Failed),
    }
}

/// Has something carried out, once everything that was asked for before is done. Nobody waits for it.
pub(crate) fn tell(work: impl FnOnce(&mut Station) + Send + 'static) {
    if let Ok(worker) = worker() {
        // Without a thread nothing is held open that could be let go.
        let _number = worker.put(Box::new(work));
    }
}
