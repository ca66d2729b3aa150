//! What hubs have announced and what has not come: an omission shows even at the tail of a stream and for a stream of
//! which nothing ever came.

use std::collections::BTreeMap;
use wl_ledger::{Seq, StreamId, UnixMillis};

/// How long a record that a hub has announced may be missing, in milliseconds.
pub const OMISSION_AFTER: i64 = 10_000;

/// A stretch of a stream that is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Missing {
    /// Last number before it; none from the beginning on.
    pub after: Option<Seq>,
    /// First number after it; none up to now.
    pub before: Option<Seq>,
}

struct Tail {
    seq: Seq,
    since: UnixMillis,
    overdue: bool,
}

/// Announced tails beyond what is held.
#[derive(Default)]
pub(super) struct Announced(BTreeMap<StreamId, Tail>);

impl Announced {
    /// A hub says that its stream goes up to `seq`, which is more than is held.
    pub(super) fn announce(&mut self, stream: StreamId, seq: Seq, now: UnixMillis) {
        let tail = self.0.entry(stream).or_insert(Tail { seq, since: now, overdue: false });
        if tail.overdue {
            tail.seq = tail.seq.max(seq);
        }
    }

    /// A record has come.
    pub(super) fn take(&mut self, stream: StreamId, seq: Seq) {
        if self.0.get(&stream).is_some_and(|tail| tail.seq <= seq) {
            self.0.remove(&stream);
        }
    }

    /// Tails that are overdue now and were not before.
    pub(super) fn due(&mut self, now: UnixMillis) -> Vec<(StreamId, Seq)> {
        let due = self.0.iter_mut().filter(|(_, tail)| !tail.overdue);
        let due = due.filter(|(_, tail)| now.since(tail.since) > OMISSION_AFTER);
        due.map(|(stream, tail)| {
            tail.overdue = true;
            (*stream, tail.seq)
        })
        .collect()
    }

    /// Whether a stream's announced tail is overdue.
    pub(super) fn overdue(&self, stream: StreamId) -> bool {
        self.0.get(&stream).is_some_and(|tail| tail.overdue)
    }
}
