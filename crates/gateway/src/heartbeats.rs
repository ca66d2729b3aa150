//! The newest heartbeat of every gateway and hub, and the gateway's own.

use crate::feed::Feed;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use wl_ledger::heartbeat::{Heartbeat, HeartbeatError, verify_heartbeat};
use wl_ledger::keys::SigningKey;
use wl_ledger::limits::MAX_FUTURE_MILLIS;
use wl_ledger::{ChainId, KeyId, UnixMillis};

/// Why a heartbeat is not relayed.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub(crate) enum BeatError {
    /// It does not verify.
    #[error(transparent)]
    Refused(#[from] HeartbeatError),
    /// It claims a time ahead of ours; taken, it would hide every later one of its author.
    #[error("the heartbeat's clock is {0} ms ahead of the gateway's; set the clock")]
    FromTheFuture(i64),
}

struct Beat {
    time: UnixMillis,
    bytes: Vec<u8>,
    /// Not written to the store yet.
    fresh: bool,
}

/// The newest heartbeat of each author.
#[derive(Default)]
pub(crate) struct Heartbeats(Mutex<HashMap<KeyId, Beat>>);

impl Heartbeats {
    /// What the store held at the start. What does not verify any more, a revoked hub's for one, is left out.
    pub(crate) fn restore(stored: Vec<(KeyId, Vec<u8>)>, feed: &Feed, chain: &ChainId) -> Self {
        let this = Self::default();
        for (_, bytes) in stored {
            let registry = feed.registry();
            if let Ok(verified) = verify_heartbeat(&bytes, chain, |author| registry.speaker(author)) {
                let (author, time) = (verified.get().author, verified.get().time);
                this.lock().insert(author, Beat { time, bytes, fresh: false });
            }
        }
        this
    }

    /// Verifies a heartbeat, keeps it if it is the newest of its author, and relays it then.
    ///
    /// # Errors
    /// [`BeatError`].
    pub(crate) fn take(
        &self,
        bytes: &[u8],
        feed: &Feed,
        chain: &ChainId,
        now: UnixMillis,
    ) -> Result<(), BeatError> {
        let registry = feed.registry();
        let verified = verify_heartbeat(bytes, chain, |author| registry.speaker(author))?;
        let (author, time) = (verified.get().author, verified.get().time);
        let ahead = time.since(now);
        if ahead > MAX_FUTURE_MILLIS {
            return Err(BeatError::FromTheFuture(ahead));
        }
        let mut beats = self.lock();
        if beats.get(&author).is_none_or(|held| held.time < time) {
            beats.insert(author, Beat { time, bytes: bytes.to_vec(), fresh: true });
            drop(beats);
            feed.heartbeat(bytes);
        }
        Ok(())
    }

    /// Says the gateway's own newest height.
    pub(crate) fn beat(&self, feed: &Feed, key: &SigningKey, chain: &ChainId, now: UnixMillis) {
        let tip = feed.tip();
        let author = key.id();
        let heartbeat = Heartbeat {
            author,
            time: now,
            height: tip.height,
            header: tip.id,
            tails: Vec::new(),
            lost: None,
        };
        let bytes = heartbeat.seal(key, chain);
        feed.heartbeat(&bytes);
        // The gateway's own is made anew at each start and need not be stored.
        self.lock().insert(author, Beat { time: now, bytes, fresh: false });
    }

    /// The newest of each author that is still in force.
    pub(crate) fn newest(&self, feed: &Feed) -> Vec<Vec<u8>> {
        let registry = feed.registry();
        let beats = self.lock();
        let known = beats.iter().filter(|(author, _)| registry.speaker(author).is_some());
        known.map(|(_, beat)| beat.bytes.clone()).collect()
    }

    /// What must be written to the store; it is given out once.
    pub(crate) fn unwritten(&self) -> Vec<(KeyId, UnixMillis, Vec<u8>)> {
        let mut beats = self.lock();
        let fresh = beats.iter_mut().filter_map(|(author, beat)| {
            core::mem::take(&mut beat.fresh).then(|| (*author, beat.time, beat.bytes.clone()))
        });
        fresh.collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<KeyId, Beat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
