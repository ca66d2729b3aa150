//! A growing tree that keeps the roots of its full subtrees, so that any earlier size can be proved.

use super::{left_half, node_hash, small};
use crate::ids::Hash;

/// A growing tree with all its leaf hashes: twice 32 bytes for each leaf, O(log² n) for a root or a proof at any size.
#[derive(Clone, Default)]
pub struct Tree {
    /// `levels[k][i]` is the root over the 2^k leaves from i · 2^k on.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a leaf hash at the right end.
    pub fn append(&mut self, leaf: Hash) {
        let mut node = leaf;
        for level in &mut self.levels {
            level.push(node);
            if level.len() % 2 == 1 {
                return;
            }
            let [.., left, right] = level.as_slice() else { return };
            node = node_hash(left, right);
        }
        self.levels.push(vec![node]);
    }

    /// Number of leaves.
    pub fn len(&self) -> u64 {
        let leaves = self.levels.first().map_or(0, Vec::len);
        u64::try_from(leaves).unwrap_or(u64::MAX)
    }

    /// Whether no leaf was appended yet.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// The root over the first `size` leaves; `None` if there are fewer.
    pub fn root(&self, size: u64) -> Option<Hash> {
        if size == 0 { Some(super::empty_root()) } else { self.span(0, size) }
    }

    /// The lines that show leaf `index` in the tree of the first `size` leaves; `None` if there is no such leaf.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index >= size || size > self.len() {
            return None;
        }
        let (mut start, mut count) = (0, size);
        let mut lines = Vec::new();
        while let Some(left) = left_half(count) {
            if index < start + left {
                lines.push(self.span(start + left, count - left)?);
                count = left;
            } else {
                lines.push(self.span(start, left)?);
                (start, count) = (start + left, count - left);
            }
        }
        lines.reverse();
        Some(lines)
    }

    /// The lines that show that the tree of the first `later` leaves begins with that of the first `earlier`; `None` if
    /// there are fewer leaves or the sizes are the wrong way round.
    pub fn consistency_proof(&self, earlier: u64, later: u64) -> Option<Vec<Hash>> {
        if earlier > later || later > self.len() {
            return None;
        }
        let mut lines = Vec::new();
        if earlier == 0 {
            return Some(lines);
        }
        let (mut start, mut count) = (0, later);
        // As long as only left halves were entered, the verifier knows the node at the end of the way.
        let mut is_earlier_root = true;
        while earlier < start + count {
            let left = left_half(count)?;
            if earlier <= start + left {
                lines.push(self.span(start + left, count - left)?);
                count = left;
            } else {
                lines.push(self.span(start, left)?);
                (start, count) = (start + left, count - left);
                is_earlier_root = false;
            }
        }
        if !is_earlier_root {
            lines.push(self.span(start, count)?);
        }
        lines.reverse();
        Some(lines)
    }

    /// The root over `count` leaves from `start` on, where `start` is what the halving of a tree leads to.
    fn span(&self, start: u64, count: u64) -> Option<Hash> {
        if count.is_power_of_two() {
            let level = count.trailing_zeros();
            let place = usize::try_from(start >> level).ok()?;
            return self.levels.get(small(level))?.get(place).copied();
        }
        let left = left_half(count)?;
        Some(node_hash(&self.span(start, left)?, &self.span(start + left, count - left)?))
    }
}
