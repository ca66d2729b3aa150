//! One proof for several leaves of one tree: what a client gets that syncs only its patients' leaves.
//!
//! The lines are the roots of the largest subtrees that hold none of the proved leaves, from left to
//! right. Their number and places follow from size and positions alone, so a proof has one form.

use super::{ProofError, check_size, halves, left_half, node_hash, root};
use crate::ids::Hash;

/// The lines that prove the leaves at `indices` (strictly ascending) together; `None` if none is
/// asked for, one lies outside the tree, or they do not ascend. Costs one pass over all leaves.
pub fn multiproof(leaves: &[Hash], indices: &[u64]) -> Option<Vec<Hash>> {
    let size = u64::try_from(leaves.len()).ok()?;
    check_indices(size, indices.iter().copied()).ok()?;
    let mut lines = Vec::new();
    collect(leaves, 0, indices, &mut lines);
    Some(lines)
}

/// Checks that each `(position, leaf hash)` (strictly ascending) stands in the tree with `size` leaves
/// and this root. Work is bounded by 64 hashes a leaf.
///
/// `size` and `root` must come from the same certified header (see the module's text).
///
/// # Errors
/// [`ProofError`]: no leaves, positions out of order or range, wrong number of lines, or another root.
pub fn verify_multiproof(
    size: u64,
    leaves: &[(u64, Hash)],
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    check_size(size)?;
    check_indices(size, leaves.iter().map(|(index, _)| *index))?;
    let expected = count_lines(0, size, leaves);
    let length = ProofError::Length { expected, found: proof.len() };
    if proof.len() != expected {
        return Err(length);
    }
    let mut lines = proof.iter();
    let found = rebuild(0, size, leaves, &mut lines).ok_or(length)?;
    if found == *root { Ok(()) } else { Err(ProofError::RootMismatch) }
}

fn check_indices(size: u64, indices: impl Iterator<Item = u64>) -> Result<(), ProofError> {
    let mut before = None;
    for index in indices {
        if before >= Some(index) {
            return Err(ProofError::IndexOrder { index });
        }
        if index >= size {
            return Err(ProofError::IndexOutOfRange { index, size });
        }
        before = Some(index);
    }
    before.map(|_| ()).ok_or(ProofError::NoLeaves)
}

/// Adds the lines of the subtree over `leaves`, whose first leaf has position `first`.
fn collect(leaves: &[Hash], first: u64, indices: &[u64], lines: &mut Vec<Hash>) {
    if indices.is_empty() {
        lines.push(root(leaves));
        return;
    }
    let Some((left, right)) = halves(leaves) else { return };
    let middle = first.saturating_add(u64::try_from(left.len()).unwrap_or(u64::MAX));
    let (in_left, in_right) = split_by(indices, middle, |index| *index);
    collect(left, first, in_left, lines);
    collect(right, middle, in_right, lines);
}

/// How many lines the proof of these leaves has within the subtree of `size` leaves from `first`.
fn count_lines(first: u64, size: u64, leaves: &[(u64, Hash)]) -> usize {
    if leaves.is_empty() {
        return 1;
    }
    let Some(half) = left_half(size) else { return 0 };
    let middle = first.saturating_add(half);
    let (in_left, in_right) = split_by(leaves, middle, |(index, _)| *index);
    count_lines(first, half, in_left).saturating_add(count_lines(middle, size - half, in_right))
}

/// The root of the subtree of `size` leaves from `first`; `None` if the lines run out.
fn rebuild<'a>(
    first: u64,
    size: u64,
    leaves: &[(u64, Hash)],
    lines: &mut impl Iterator<Item = &'a Hash>,
) -> Option<Hash> {
    let Some((_, leaf)) = leaves.first() else { return lines.next().copied() };
    let Some(half) = left_half(size) else { return Some(*leaf) };
    let middle = first.saturating_add(half);
    let (in_left, in_right) = split_by(leaves, middle, |(index, _)| *index);
    let left = rebuild(first, half, in_left, lines)?;
    let right = rebuild(middle, size - half, in_right, lines)?;
    Some(node_hash(&left, &right))
}

/// Splits ascending items into those whose position is below `middle` and the others.
fn split_by<T>(items: &[T], middle: u64, position: impl Fn(&T) -> u64) -> (&[T], &[T]) {
    let count = items.partition_point(|item| position(item) < middle);
    items.split_at_checked(count).unwrap_or((items, &[]))
}
