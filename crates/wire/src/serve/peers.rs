//! How many connections each peer holds.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

type Counts<P> = Arc<Mutex<HashMap<P, usize>>>;

pub(super) struct Peers<P> {
    counts: Counts<P>,
    limit: usize,
}

/// One connection of a peer; leaving takes it off the count.
pub(super) struct Presence<P: Eq + Hash> {
    counts: Counts<P>,
    peer: P,
}

impl<P: Copy + Eq + Hash> Peers<P> {
    pub(super) fn new(limit: usize) -> Self {
        Self { counts: Arc::default(), limit }
    }

    /// Counts one connection more, unless the peer holds as many as it may.
    pub(super) fn enter(&self, peer: P) -> Option<Presence<P>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_insert(0);
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Presence { counts: Arc::clone(&self.counts), peer })
    }
}

impl<P: Eq + Hash> Drop for Presence<P> {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
}
