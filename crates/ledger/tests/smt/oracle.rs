//! The definition written down as it stands in `docs/spec/state-root.md`: all 256 levels, by recursion.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use wl_ledger::Hash;

pub(crate) type Entries = BTreeMap<Hash, Vec<u8>>;

fn sha256(parts: &[&[u8]]) -> Hash {
    Hash::from_bytes(Sha256::digest(parts.concat()).into())
}

pub(crate) fn root(entries: &Entries) -> Hash {
    let all: Vec<_> = entries.iter().map(|(key, value)| (*key, value.as_slice())).collect();
    subtree(&all, 0)
}

fn subtree(entries: &[(Hash, &[u8])], depth: usize) -> Hash {
    let zero = Hash::from_bytes([0; 32]);
    match entries {
        [] => zero,
        [(key, value)] if depth == 256 => sha256(&[&[0], key.as_bytes(), sha256(&[value]).as_bytes()]),
        _ => {
            let turns_right = |key: &Hash| key.as_bytes()[depth / 8] >> (7 - depth % 8) & 1 == 1;
            let (right, left): (Vec<_>, Vec<_>) = entries.iter().partition(|(key, _)| turns_right(key));
            let (left, right) = (subtree(&left, depth + 1), subtree(&right, depth + 1));
            if left == zero && right == zero {
                return zero;
            }
            sha256(&[&[1], left.as_bytes(), right.as_bytes()])
        }
    }
}
