//! The sparse Merkle map against a naive oracle, and every lie about a key.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod encoding;
mod oracle;
mod properties;
mod vectors;

use sha2::{Digest, Sha256};
use wl_ledger::Hash;

/// A key as real ones are: a hash of what it names.
fn key(name: u64) -> Hash {
    Hash::from_bytes(Sha256::digest(name.to_be_bytes()).into())
}

/// The bytes with one bit turned over, the most significant of the first byte being bit 0.
fn flipped(hash: Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8] ^= 0x80 >> (bit % 8);
    Hash::from_bytes(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
