//! The definitions of RFC 9162 §2.1 written down as they stand there, slowly and by recursion.

use sha2::{Digest, Sha256};
use wl_ledger::Hash;

pub(crate) fn node(left: Hash, right: Hash) -> Hash {
    let bytes = [&[1u8][..], left.as_bytes(), right.as_bytes()].concat();
    Hash::from_bytes(Sha256::digest(bytes).into())
}

fn split(count: usize) -> usize {
    let mut half = 1;
    while half * 2 < count {
        half *= 2;
    }
    half
}

/// MTH(D[n]).
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::from_bytes(Sha256::digest([]).into()),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(root(left), root(right))
        }
    }
}

/// PATH(m, D[n]).
pub(crate) fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let half = split(leaves.len());
    let (left, right) = leaves.split_at(half);
    let (mut lines, beside) =
        if index < half { (path(index, left), root(right)) } else { (path(index - half, right), root(left)) };
    lines.push(beside);
    lines
}

/// The sides on the way up from a leaf: `true` where the neighbour stands on the left. Two claims
/// with the same sides cannot be told apart by the root.
pub(crate) fn sides(index: u64, size: u64) -> Vec<bool> {
    if size == 1 {
        return vec![];
    }
    let half = u64::try_from(split(usize::try_from(size).unwrap())).unwrap();
    let mut sides =
        if index < half { self::sides(index, half) } else { self::sides(index - half, size - half) };
    sides.push(index >= half);
    sides
}

/// PROOF(m, D[n]).
pub(crate) fn consistency(earlier: usize, leaves: &[Hash]) -> Vec<Hash> {
    if earlier == 0 { vec![] } else { subproof(earlier, leaves, true) }
}

fn subproof(earlier: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if earlier == leaves.len() {
        return if whole { vec![] } else { vec![root(leaves)] };
    }
    let half = split(leaves.len());
    let (left, right) = leaves.split_at(half);
    if earlier <= half {
        [subproof(earlier, left, whole), vec![root(right)]].concat()
    } else {
        [subproof(earlier - half, right, false), vec![root(left)]].concat()
    }
}

/// The lines of a multiproof as `docs/spec/merkle.md` defines them.
pub(crate) fn multi(indices: &[usize], leaves: &[Hash]) -> Vec<Hash> {
    if indices.is_empty() {
        return vec![root(leaves)];
    }
    if leaves.len() == 1 {
        return vec![];
    }
    let half = split(leaves.len());
    let (left, right) = leaves.split_at(half);
    let in_left: Vec<_> = indices.iter().copied().filter(|index| *index < half).collect();
    let in_right: Vec<_> = indices.iter().filter(|index| **index >= half).map(|index| index - half).collect();
    [multi(&in_left, left), multi(&in_right, right)].concat()
}
