//! The verified headers of a chain in memory. A workstation holds them all, so each takes 80 bytes: what most blocks
//! leave as it was, the state and the transactions that led to it, is kept where it changes.

use super::VerifiedHeader;
use crate::{ChainId, Hash, Height, UnixMillis};
use std::collections::BTreeMap;

/// What is kept of every header.
#[derive(Clone, Copy)]
struct Kept {
    id: Hash,
    time: UnixMillis,
    entries_root: Hash,
    entries: u32,
}

/// What a block with control transactions changed.
#[derive(Clone, Copy)]
struct Changed {
    state_root: Hash,
    replayed: Hash,
}

/// Verified headers from genesis on, without a gap.
#[derive(Clone)]
pub(super) struct Headers {
    chain: ChainId,
    kept: Vec<Kept>,
    /// By the height from which it holds: the state root up to the next one, the transactions there alone.
    changed: BTreeMap<u64, Changed>,
    /// Over no transactions.
    nothing: Hash,
}

impl Headers {
    /// No headers yet.
    pub(super) fn of(chain: ChainId) -> Self {
        Self { chain, kept: Vec::new(), changed: BTreeMap::new(), nothing: crate::merkle::root(&[]) }
    }

    /// How many there are; the height that comes next.
    pub(super) fn len(&self) -> u64 {
        u64::try_from(self.kept.len()).unwrap_or(u64::MAX)
    }

    /// Takes the next header in.
    pub(super) fn push(&mut self, header: &VerifiedHeader) {
        let VerifiedHeader { chain: _, height: _, id, time, entries_root, entries, state_root, replayed } =
            *header;
        let last = self.changed.last_key_value().map(|(_, changed)| changed.state_root);
        if last != Some(state_root) || replayed != self.nothing {
            self.changed.insert(self.len(), Changed { state_root, replayed });
        }
        self.kept.push(Kept { id, time, entries_root, entries });
    }

    /// The header at a height.
    pub(super) fn get(&self, height: Height) -> Option<VerifiedHeader> {
        let Kept { id, time, entries_root, entries } = *self.kept.get(usize::try_from(height.0).ok()?)?;
        let (since, changed) = self.changed.range(..=height.0).next_back()?;
        let replayed = if *since == height.0 { changed.replayed } else { self.nothing };
        let (chain, state_root) = (self.chain, changed.state_root);
        Some(VerifiedHeader { chain, height, id, time, entries_root, entries, state_root, replayed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(byte: u8) -> Hash {
        Hash::from_bytes([byte; 32])
    }

    #[test]
    fn every_header_comes_back_as_it_was_taken_in() {
        let chain = ChainId::from_bytes([9; 32]);
        let nothing = crate::merkle::root(&[]);
        // (state root, transactions)
        let table = [
            (hash(1), hash(11)),
            (hash(1), nothing),
            (hash(1), nothing),
            (hash(2), hash(12)),
            // Transactions that changed nothing.
            (hash(2), hash(13)),
            (hash(2), nothing),
            (hash(1), hash(14)),
            (hash(1), nothing),
        ];
        let taken: Vec<VerifiedHeader> = (0u8..)
            .zip(table)
            .map(|(at, (state_root, replayed))| VerifiedHeader {
                chain,
                height: Height(u64::from(at)),
                id: hash(100 + at),
                time: UnixMillis(i64::from(at) * 1000),
                entries_root: hash(50 + at),
                entries: u32::from(at) + 1,
                state_root,
                replayed,
            })
            .collect();
        let mut headers = Headers::of(chain);
        assert_eq!(headers.get(Height(0)), None);
        for header in &taken {
            headers.push(header);
        }
        assert_eq!(headers.len(), 8);
        for header in &taken {
            assert_eq!(headers.get(header.height), Some(*header));
        }
        assert_eq!(headers.get(Height(8)), None);
        assert_eq!(headers.changed.len(), 4, "only where something changed");
        assert_eq!(size_of::<Kept>(), 80);
    }
}
