//! The unbroken runs of every stream, by which each record is tied to its predecessor whatever order they come in.

use crate::store::Edge;
use std::collections::BTreeMap;
use wl_ledger::verify::Predecessor;
use wl_ledger::{Hash, Seq, StreamId};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    first_previous: Hash,
    last: Seq,
    last_hash: Hash,
}

/// Runs of one stream, by first number.
type Runs = BTreeMap<Seq, Run>;

/// Runs of all streams.
#[derive(Default)]
pub(super) struct Links(BTreeMap<StreamId, Runs>);

/// Runs as they would be after a block: adopted only if all of it verifies.
#[derive(Default)]
pub(super) struct Draft(BTreeMap<StreamId, Runs>);

impl Links {
    pub(super) fn of(edges: Vec<Edge>) -> Self {
        let mut links: BTreeMap<StreamId, Runs> = BTreeMap::new();
        for Edge { stream, first, first_previous, last, last_hash } in edges {
            links.entry(stream).or_default().insert(first, Run { first_previous, last, last_hash });
        }
        Self(links)
    }

    /// An empty draft on top of these.
    pub(super) fn clone_touched(&self) -> Draft {
        Draft::default()
    }

    pub(super) fn adopt(&mut self, draft: Draft) {
        self.0.extend(draft.0);
    }

    /// Number and hash of the last known record.
    pub(super) fn tail(&self, stream: StreamId) -> Option<(Seq, Hash)> {
        self.0.get(&stream)?.last_key_value().map(|(_, run)| (run.last, run.last_hash))
    }

    /// The first gap.
    pub(super) fn gap(&self, stream: StreamId) -> Option<(Option<Seq>, Seq)> {
        self.gaps(stream).next()
    }

    /// All gaps, ascending: the last number before each and the first after it.
    pub(super) fn gaps(&self, stream: StreamId) -> impl Iterator<Item = (Option<Seq>, Seq)> {
        let runs = self.0.get(&stream).into_iter().flatten();
        runs.scan(None, |before, (first, run)| Some((before.replace(run.last), *first)))
            .filter(|(before, first)| before.is_some() || *first != Seq(0))
    }

    /// Streams of which anything is held.
    pub(super) fn streams(&self) -> impl Iterator<Item = StreamId> {
        self.0.keys().copied()
    }

    /// The last number up to which a stream is held without a gap.
    pub(super) fn whole_up_to(&self, stream: StreamId) -> Option<Seq> {
        self.0.get(&stream)?.get(&Seq(0)).map(|run| run.last)
    }
}

impl Draft {
    fn runs(&mut self, base: &Links, stream: StreamId) -> &mut Runs {
        self.0.entry(stream).or_insert_with(|| base.0.get(&stream).cloned().unwrap_or_default())
    }

    /// What is known about the record before this one.
    pub(super) fn predecessor(
        &mut self,
        base: &Links,
        stream: StreamId,
        seq: Seq,
        claimed: Option<Hash>,
    ) -> Predecessor {
        if seq == Seq(0) {
            return Predecessor::First;
        }
        let before = self.runs(base, stream).range(..seq).next_back().map(|(_, run)| *run);
        match (before, claimed) {
            (Some(run), _) if run.last.next() == Some(seq) => Predecessor::Verified(run.last, run.last_hash),
            (_, Some(hash)) => Predecessor::Claimed(hash),
            // Without any claim no signature can be checked: the zero hash makes the check fail.
            (_, None) => Predecessor::Claimed(Hash::from_bytes([0; 32])),
        }
    }

    /// Ties a verified record in. Returns false if the record after it names another predecessor.
    pub(super) fn insert(
        &mut self,
        base: &Links,
        stream: StreamId,
        seq: Seq,
        hash: Hash,
        previous: Hash,
    ) -> bool {
        let runs = self.runs(base, stream);
        let mut run = Run { first_previous: previous, last: seq, last_hash: hash };
        let mut first = seq;
        let mut linked = true;
        if let Some(next) = seq.next().and_then(|next| runs.remove(&next)) {
            linked = next.first_previous == hash;
            (run.last, run.last_hash) = (next.last, next.last_hash);
        }
        if let Some((begin, before)) = runs.range(..seq).next_back().map(|(begin, run)| (*begin, *run))
            && before.last.next() == Some(seq)
        {
            first = begin;
            run.first_previous = before.first_previous;
        }
        runs.insert(first, run);
        linked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hash(seq: u64) -> Hash {
        Hash::from_bytes([u8::try_from(seq + 1).unwrap(); 32])
    }

    proptest! {
        #[test]
        fn any_order_ends_in_one_run(order in Just((0u64..30).collect::<Vec<_>>()).prop_shuffle()) {
            let stream = StreamId(1);
            let mut links = Links::default();
            for seq in order {
                let mut draft = links.clone_touched();
                let previous = if seq == 0 { Hash::from_bytes([0; 32]) } else { hash(seq - 1) };
                prop_assert!(draft.insert(&links, stream, Seq(seq), hash(seq), previous));
                links.adopt(draft);
            }
            prop_assert_eq!(links.tail(stream), Some((Seq(29), hash(29))));
            prop_assert_eq!(links.gap(stream), None);
        }
    }

    #[test]
    fn a_wrong_link_and_a_gap_show() {
        let stream = StreamId(1);
        let mut links = Links::default();
        for seq in [0, 2] {
            let mut draft = links.clone_touched();
            assert!(draft.insert(&links, stream, Seq(seq), hash(seq), hash(seq.saturating_sub(1))));
            links.adopt(draft);
        }
        assert_eq!(links.gap(stream), Some((Some(Seq(0)), Seq(2))));
        let mut draft = links.clone_touched();
        assert!(
            !draft.insert(&links, stream, Seq(1), hash(9), hash(0)),
            "record 2 names another predecessor"
        );
    }
}
