//! The map itself.

use super::node::{Link, find, link_hash, siblings, with, without};
use super::proof::{MapProof, ProofBuilder};
use super::value_hash;
use crate::ids::Hash;

/// A map from keys to values with a root that commits to all of it, absences included.
///
/// Keys must be hashes of what they name: the tree is balanced because keys look random, and nobody can
/// choose two that share more than a few dozen bits. A clone is one reference count; both go on apart.
#[derive(Clone, Debug, Default)]
pub struct SparseMap {
    top: Link,
    len: usize,
}

impl SparseMap {
    /// The map without entries. Its root is 32 zero bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the value of a key and returns the SHA-256 of the value it had before.
    /// About 600 hashes at most, whatever the number of entries, as long as keys are hashes.
    pub fn insert(&mut self, key: Hash, value: &[u8]) -> Option<Hash> {
        let before = self.get(&key).copied();
        self.top = Some(with(&self.top, 0, key, value_hash(value)));
        if before.is_none() {
            self.len = self.len.saturating_add(1);
        }
        before
    }

    /// Removes a key and returns the SHA-256 of the value it had. The root is then that of a map that
    /// never had the key.
    pub fn remove(&mut self, key: &Hash) -> Option<Hash> {
        let (top, value) = without(&self.top, 0, key)?;
        self.top = top;
        self.len = self.len.saturating_sub(1);
        Some(value)
    }

    /// The SHA-256 of the value of a key.
    pub fn get(&self, key: &Hash) -> Option<&Hash> {
        find(&self.top, key)
    }

    /// The root over all entries: the header's state root.
    pub fn root(&self) -> Hash {
        *link_hash(&self.top)
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.top.is_none()
    }

    /// The proof of this key's value, or of its absence.
    pub fn prove(&self, key: &Hash) -> MapProof {
        let mut builder = ProofBuilder::default();
        siblings(&self.top, key, |depth, hash| builder.push(depth, hash));
        builder.finish()
    }
}
