//! Merkle trees of RFC 6962 / RFC 9162 over SHA-256: a block's entries root and the history root
//! over all earlier header ids. Format, rules and vectors: `docs/spec/merkle.md`.
//!
//! Everywhere here a `Hash` that stands for a leaf is a [`leaf_hash`], never the leaf's own bytes.
//! A root does not commit to the number of leaves, so a verifier takes size and root from the same
//! certified header, never from whoever sends the proof.

mod consistency;
mod frontier;
mod inclusion;
mod multiproof;
mod tree;

use sha2::{Digest, Sha256};

use crate::ids::Hash;

pub use consistency::{consistency_proof, verify_consistency};
pub use frontier::Frontier;
pub use inclusion::{inclusion_proof, verify_inclusion};
pub use multiproof::{multiproof, verify_multiproof};
pub use tree::Tree;

/// Most leaves a tree may have. It keeps every single proof within [`MAX_PROOF`] lines.
pub const MAX_SIZE: u64 = 1 << 63;

/// Most lines an inclusion or consistency proof can have; decoders bound their lists by it.
pub const MAX_PROOF: usize = 64;

const LEAF_TAG: [u8; 1] = [0];
const NODE_TAG: [u8; 1] = [1];

/// Why a Merkle proof was refused. All of them mean: do not use the data, ask another source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ProofError {
    /// The claimed tree is larger than any tree can be.
    #[error("tree size {size} is above the limit of {MAX_SIZE}: take the size from a certified header")]
    SizeTooLarge {
        /// The claimed number of leaves.
        size: u64,
    },
    /// The leaf lies behind the end of the tree.
    #[error("leaf {index} is outside a tree of {size} leaves")]
    IndexOutOfRange {
        /// The claimed position of the leaf.
        index: u64,
        /// The number of leaves.
        size: u64,
    },
    /// The earlier tree is larger than the later one.
    #[error("a tree of {earlier} leaves cannot be a beginning of one of {later} leaves")]
    SizesReversed {
        /// Leaves of the tree said to be earlier.
        earlier: u64,
        /// Leaves of the tree said to be later.
        later: u64,
    },
    /// Positions are not strictly ascending, so one is repeated or out of order.
    #[error("leaf {index} is repeated or out of order: positions must ascend")]
    IndexOrder {
        /// The position that is not above the one before it.
        index: u64,
    },
    /// A multiproof was asked to prove no leaf at all.
    #[error("no leaf was given: a proof of nothing proves nothing")]
    NoLeaves,
    /// The proof has too few or too many lines for the sizes and positions.
    #[error("proof has {found} lines where {expected} are needed")]
    Length {
        /// Lines that sizes and positions ask for.
        expected: usize,
        /// Lines that were sent.
        found: usize,
    },
    /// The recomputed root is not the trusted one.
    #[error("the proof does not lead to the trusted root")]
    RootMismatch,
    /// The recomputed root of the earlier tree is not the trusted one.
    #[error("the proof does not lead to the trusted root of the earlier tree")]
    EarlierRootMismatch,
}

/// The hash of a leaf: SHA-256(0x00 ‖ data), RFC 9162 §2.1.1.
pub fn leaf_hash(data: &[u8]) -> Hash {
    digest(Sha256::new().chain_update(LEAF_TAG).chain_update(data))
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 9162 §2.1.1.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    digest(Sha256::new().chain_update(NODE_TAG).chain_update(left.as_bytes()).chain_update(right.as_bytes()))
}

/// The root of the tree without leaves: SHA-256 of the empty string, RFC 9162 §2.1.1.
pub fn empty_root() -> Hash {
    digest(Sha256::new())
}

/// The root over these leaf hashes, in their order.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    leaves.iter().for_each(|leaf| frontier.append(*leaf));
    frontier.root()
}

fn digest(hasher: Sha256) -> Hash {
    Hash::from_bytes(hasher.finalize().into())
}

/// How many leaves of a tree with `size` ≥ 2 leaves lie in its left half: the largest power of two
/// below `size` (`None` for smaller trees, which have no halves).
fn left_half(size: u64) -> Option<u64> {
    size.checked_sub(1)?.checked_ilog2().map(|bits| 1 << bits)
}

/// The two halves of a slice of leaves, or `None` if it has fewer than two.
fn halves(leaves: &[Hash]) -> Option<(&[Hash], &[Hash])> {
    let left = left_half(u64::try_from(leaves.len()).ok()?)?;
    leaves.split_at_checked(usize::try_from(left).ok()?)
}

/// The lines of a path in two parts. Along the first `inner` lines the side of each neighbour is told by a
/// bit of the index; above them the path runs along the tree's right border, and all neighbours
/// are on the left.
struct PathShape {
    inner: usize,
    border: usize,
}

impl PathShape {
    /// The shape of the path of leaf `index` in a tree whose last leaf is `last` (`index` ≤ `last`).
    fn of(index: u64, last: u64) -> Self {
        let inner = u64::BITS - (index ^ last).leading_zeros();
        let border = index.checked_shr(inner).unwrap_or(0).count_ones();
        Self { inner: small(inner), border: small(border) }
    }
}

/// A number of bits (at most 64) as a length.
fn small(bits: u32) -> usize {
    usize::try_from(bits).unwrap_or(MAX_PROOF)
}

/// Climbs lines whose side is told by the bits of `index`, lowest first.
fn climb_inner(start: Hash, lines: &[Hash], index: u64) -> Hash {
    lines.iter().zip(bits(index)).fold(start, |below, (line, is_right)| {
        if is_right { node_hash(line, &below) } else { node_hash(&below, line) }
    })
}

/// Climbs lines that all stand on the left.
fn climb_border(start: Hash, lines: &[Hash]) -> Hash {
    lines.iter().fold(start, |below, line| node_hash(line, &below))
}

/// The bits of an index, lowest first, then zeros for ever.
fn bits(index: u64) -> impl Iterator<Item = bool> {
    let mut rest = index;
    core::iter::repeat_with(move || {
        let bit = rest & 1 == 1;
        rest >>= 1;
        bit
    })
}

/// Refuses a tree larger than any can be.
fn check_size(size: u64) -> Result<(), ProofError> {
    if size > MAX_SIZE { Err(ProofError::SizeTooLarge { size }) } else { Ok(()) }
}

/// Splits a proof into its inner and border lines, or says how long it should have been.
/// `skipped` lines were taken off its front before.
fn split_lines<'a>(
    lines: &'a [Hash],
    shape: &PathShape,
    skipped: usize,
) -> Result<(&'a [Hash], &'a [Hash]), ProofError> {
    let expected = shape.inner + shape.border;
    lines
        .split_at_checked(shape.inner)
        .filter(|_| lines.len() == expected)
        .ok_or(ProofError::Length { expected: expected + skipped, found: lines.len() + skipped })
}
