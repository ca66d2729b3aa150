//! The right border of a growing tree: enough to append and to tell the root in O(log n) memory.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use super::{MAX_SIZE, empty_root, node_hash, small};
use crate::codec;
use crate::ids::Hash;

/// A growing tree, reduced to the roots of its full subtrees (a *compact range* from leaf 0).
///
/// It holds one root per set bit of its size, largest subtree first. Its contents cannot be checked
/// by themselves: after decoding, compare [`Frontier::root`] with a certified header.
/// Encoding: `docs/spec/merkle.md`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a leaf hash at the right end. O(1) on average, at most 63 hashes.
    pub fn append(&mut self, leaf: Hash) {
        // Each trailing one of the size is a full subtree that the new leaf completes to a larger one.
        let full = small(self.size.trailing_ones());
        let kept = self.peaks.len().saturating_sub(full);
        let peak = self.peaks.drain(kept..).rev().fold(leaf, |right, left| node_hash(&left, &right));
        self.peaks.push(peak);
        // Decoding refuses more than 2^63 leaves and nobody lives to append 2^63 more.
        self.size = self.size.saturating_add(1);
    }

    /// The root over all leaves appended so far.
    pub fn root(&self) -> Hash {
        let peaks = self.peaks.iter().rev().copied();
        peaks.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
    }

    /// Number of leaves appended so far.
    pub fn len(&self) -> u64 {
        self.size
    }

    /// Whether no leaf was appended yet.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }
}

impl<C> Encode<C> for Frontier {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(2)?.u64(self.size)?.bytes(&concat(&self.peaks))?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Frontier {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let start = d.position();
        if d.array()? != Some(2) {
            return Err(decode::Error::message("a frontier is an array of two").at(start));
        }
        let size = d.u64()?;
        if size > MAX_SIZE {
            return Err(decode::Error::message("frontier with more leaves than a tree can have").at(start));
        }
        let bytes = d.bytes()?;
        let (peaks, rest) = bytes.as_chunks::<{ Hash::LEN }>();
        if !rest.is_empty() || peaks.len() != small(size.count_ones()) {
            return Err(decode::Error::message("frontier size and number of hashes differ").at(start));
        }
        let frontier = Self { size, peaks: peaks.iter().copied().map(Hash::from_bytes).collect() };
        if d.input().get(start..d.position()) != Some(codec::encode(&frontier).as_slice()) {
            return Err(decode::Error::message("frontier is not in its shortest form").at(start));
        }
        Ok(frontier)
    }
}

fn concat(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.as_bytes()).copied().collect()
}
