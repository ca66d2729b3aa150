//! The sparse Merkle map behind the state root: any of 2^256 keys is either present with one value
//! or provably absent. Format, rules and vectors: `docs/spec/state-root.md`.
//!
//! The map keeps hashes of values only. It shares structure between its clones, so that keeping the
//! state of many heights costs only their differences.

mod map;
mod node;
mod proof;

use sha2::{Digest, Sha256};

use crate::ids::Hash;

pub use map::SparseMap;
pub use proof::{MapProof, ProofError};

/// Bits of a key, and levels between the root and a leaf.
pub const DEPTH: usize = 256;

/// Longest encoding of a [`MapProof`]: array, bitmap and 256 siblings with their headers.
pub const MAX_MAP_PROOF_BYTES: usize = 1 + 34 + 3 + DEPTH * Hash::LEN;

/// The hash of any subtree without entries, and so the root of the empty map.
const EMPTY: Hash = Hash::from_bytes([0; Hash::LEN]);

const LEAF_TAG: [u8; 1] = [0];
const NODE_TAG: [u8; 1] = [1];

/// The hash under which a value enters its leaf.
fn value_hash(value: &[u8]) -> Hash {
    digest(Sha256::new().chain_update(value))
}

/// SHA-256(0x00 ‖ key ‖ value hash). The key is in it, so that a leaf can stand for no other key.
fn leaf_hash(key: &Hash, value: &Hash) -> Hash {
    digest(Sha256::new().chain_update(LEAF_TAG).chain_update(key.as_bytes()).chain_update(value.as_bytes()))
}

/// Empty over two empty halves, otherwise SHA-256(0x01 ‖ left ‖ right).
fn node_hash(left: &Hash, right: &Hash) -> Hash {
    if *left == EMPTY && *right == EMPTY {
        return EMPTY;
    }
    digest(Sha256::new().chain_update(NODE_TAG).chain_update(left.as_bytes()).chain_update(right.as_bytes()))
}

fn digest(hasher: Sha256) -> Hash {
    Hash::from_bytes(hasher.finalize().into())
}

/// Whether bit `depth` of these 256 bits is set, the most significant bit of the first byte being bit 0.
/// Of a key: whether its path turns right below the node at this depth.
fn bit(bits: &[u8; Hash::LEN], depth: usize) -> bool {
    bits.get(depth / 8).is_some_and(|byte| byte & mask(depth) != 0)
}

/// Sets bit `depth` of these 256 bits.
fn set_bit(bits: &mut [u8; Hash::LEN], depth: usize) {
    if let Some(byte) = bits.get_mut(depth / 8) {
        *byte |= mask(depth);
    }
}

fn mask(depth: usize) -> u8 {
    0x80 >> (depth % 8)
}

/// Joins a node with its sibling on the path of `key`; both lie right below depth `depth`.
fn join(key: &Hash, depth: usize, on_path: &Hash, sibling: &Hash) -> Hash {
    if bit(key.as_bytes(), depth) { node_hash(sibling, on_path) } else { node_hash(on_path, sibling) }
}

/// The hash of the subtree at `depth` that holds this one entry only.
fn lone_hash(key: &Hash, value: &Hash, depth: usize) -> Hash {
    (depth..DEPTH).rev().fold(leaf_hash(key, value), |below, at| join(key, at, &below, &EMPTY))
}
