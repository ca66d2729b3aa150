//! The Merkle trees against a naive oracle, published values, and everything a liar might send.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod frontier;
mod oracle;
mod proofs;
mod published;
mod random;
mod vectors;

use wl_ledger::Hash;
use wl_ledger::merkle::leaf_hash;

/// `count` different leaf hashes.
fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

/// The hash with one bit turned over.
fn flipped(hash: Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8] ^= 0x80 >> (bit % 8);
    Hash::from_bytes(bytes)
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
