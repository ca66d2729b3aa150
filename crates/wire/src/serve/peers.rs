//! How many connections each peer holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::tls::TransportPublic;

type Counts = Arc<Mutex<HashMap<TransportPublic, usize>>>;

pub(super) struct Peers {
    counts: Counts,
    limit: usize,
}

/// One connection of a peer; leaving takes it off the count.
pub(super) struct Presence {
    counts: Counts,
    peer: TransportPublic,
}

impl Peers {
    pub(super) fn new(limit: usize) -> Self {
        Self { counts: Counts::default(), limit }
    }

    /// Counts one connection more, unless the peer holds as many as it may.
    pub(super) fn enter(&self, peer: TransportPublic) -> Option<Presence> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_insert(0);
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Presence { counts: Arc::clone(&self.counts), peer })
    }
}

impl Drop for Presence {
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
