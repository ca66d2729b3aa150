//! Proof that a later tree begins with all leaves of an earlier one (RFC 9162 §2.1.4).

use super::{
    PathShape, ProofError, bits, check_size, climb_border, climb_inner, empty_root, halves, node_hash, root,
    small, split_lines,
};
use crate::ids::Hash;

/// The lines that show that the tree over `leaves` begins with the tree over the first `earlier` of
/// them; `None` if there are fewer. Empty if the trees are equal or the earlier one has no leaf.
pub fn consistency_proof(leaves: &[Hash], earlier: u64) -> Option<Vec<Hash>> {
    let mut count = usize::try_from(earlier).ok().filter(|count| *count <= leaves.len())?;
    let mut lines = Vec::new();
    if count == 0 {
        return Some(lines);
    }
    let mut rest = leaves;
    // As long as only left halves were entered, the verifier knows the node at the end of the way:
    // it is the earlier root itself.
    let mut is_earlier_root = true;
    while count < rest.len() {
        let (left, right) = halves(rest)?;
        match count.checked_sub(left.len()).filter(|in_right| *in_right > 0) {
            Some(in_right) => {
                lines.push(root(left));
                count = in_right;
                is_earlier_root = false;
                rest = right;
            }
            None => {
                lines.push(root(right));
                rest = left;
            }
        }
    }
    if !is_earlier_root {
        lines.push(root(rest));
    }
    lines.reverse();
    Some(lines)
}

/// Checks that the tree of `later` leaves begins with the tree of `earlier` leaves.
///
/// Each size and root must come from the same certified header (see the module's text).
///
/// # Errors
/// [`ProofError`]: sizes in the wrong order, wrong number of lines, or a path to another root.
pub fn verify_consistency(
    earlier: u64,
    later: u64,
    proof: &[Hash],
    earlier_root: &Hash,
    later_root: &Hash,
) -> Result<(), ProofError> {
    check_size(later)?;
    if earlier > later {
        return Err(ProofError::SizesReversed { earlier, later });
    }
    if earlier == 0 || earlier == later {
        return verify_trivial(earlier, later, proof, earlier_root, later_root);
    }
    let whole_levels = earlier.trailing_zeros();
    let last_node = (earlier - 1) >> whole_levels;
    let mut shape = PathShape::of(earlier - 1, later - 1);
    shape.inner = shape.inner.saturating_sub(small(whole_levels));

    let (start, lines, skipped) = if earlier.is_power_of_two() {
        (*earlier_root, proof, 0)
    } else {
        let expected = shape.inner + shape.border + 1;
        let (first, rest) = proof.split_first().ok_or(ProofError::Length { expected, found: 0 })?;
        (*first, rest, 1)
    };
    let (inner, border) = split_lines(lines, &shape, skipped)?;

    let found_earlier = climb_border(climb_left_only(start, inner, last_node), border);
    if found_earlier != *earlier_root {
        return Err(ProofError::EarlierRootMismatch);
    }
    let found_later = climb_border(climb_inner(start, inner, last_node), border);
    if found_later == *later_root { Ok(()) } else { Err(ProofError::RootMismatch) }
}

/// The two cases without lines: nothing before, or nothing new.
fn verify_trivial(
    earlier: u64,
    later: u64,
    proof: &[Hash],
    earlier_root: &Hash,
    later_root: &Hash,
) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::Length { expected: 0, found: proof.len() });
    }
    if earlier == 0 && *earlier_root != empty_root() {
        return Err(ProofError::EarlierRootMismatch);
    }
    if earlier == later && earlier_root != later_root {
        return Err(ProofError::RootMismatch);
    }
    Ok(())
}

/// Climbs only the lines that stand on the left: those on the right hold leaves the earlier tree had not.
fn climb_left_only(start: Hash, lines: &[Hash], index: u64) -> Hash {
    let left_lines = lines.iter().zip(bits(index)).filter(|(_, is_right)| *is_right);
    left_lines.fold(start, |below, (line, _)| node_hash(line, &below))
}
