//! Proof that one leaf stands at one position of a tree (RFC 9162 §2.1.3).

use super::{PathShape, ProofError, check_size, climb_border, climb_inner, halves, root, split_lines};
use crate::ids::Hash;

/// The neighbours on the way from leaf `index` up to the root, lowest first; `None` if there is no
/// such leaf. Costs one pass over all leaves.
pub fn inclusion_proof(leaves: &[Hash], index: u64) -> Option<Vec<Hash>> {
    let mut position = usize::try_from(index).ok().filter(|position| *position < leaves.len())?;
    let mut rest = leaves;
    let mut lines = Vec::new();
    while let Some((left, right)) = halves(rest) {
        let (below, beside) = match position.checked_sub(left.len()) {
            Some(in_right) => {
                position = in_right;
                (right, left)
            }
            None => (left, right),
        };
        lines.push(root(beside));
        rest = below;
    }
    lines.reverse();
    Some(lines)
}

/// Checks that the leaf hash stands at position `index` of the tree with `size` leaves and this root.
///
/// `size` and `root` must come from the same certified header (see the module's text).
///
/// # Errors
/// [`ProofError`]: position outside the tree, wrong number of lines, or a path to another root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    check_size(size)?;
    let last = size.checked_sub(1).filter(|last| index <= *last);
    let last = last.ok_or(ProofError::IndexOutOfRange { index, size })?;
    let (inner, border) = split_lines(proof, &PathShape::of(index, last), 0)?;
    let found = climb_border(climb_inner(*leaf, inner, index), border);
    if found == *root { Ok(()) } else { Err(ProofError::RootMismatch) }
}
