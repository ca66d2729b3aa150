//! What a key's value, or its absence, is proved by.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use super::{DEPTH, EMPTY, bit, join, leaf_hash, set_bit, value_hash};
use crate::codec;
use crate::ids::Hash;

/// Why a proof about a key was refused. All of them mean: the claim is unproven, ask another source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ProofError {
    /// The bitmap names another number of siblings than were sent.
    #[error("proof has {found} siblings where its bitmap names {expected}")]
    SiblingCount {
        /// Bits set in the bitmap.
        expected: usize,
        /// Siblings that were sent.
        found: usize,
    },
    /// A sibling that the bitmap calls not empty is empty: a second form of the same proof.
    #[error("sibling {at} is empty although the bitmap says that it is not")]
    EmptySibling {
        /// Its place in the list of siblings.
        at: usize,
    },
    /// The claim does not lead to the trusted root.
    #[error(
        "the proof does not lead to the trusted state root: the claim about this key is false or outdated"
    )]
    RootMismatch,
}

/// The siblings on one key's path: those that are not empty, and a bitmap that says which these are.
///
/// It says nothing about key and value by itself. Encoding: `docs/spec/state-root.md`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MapProof {
    /// Bit `d` is set where the sibling right below depth `d` is not empty.
    bitmap: [u8; Hash::LEN],
    /// From the root down.
    siblings: Vec<Hash>,
}

impl MapProof {
    /// Puts a proof together from its parts: the bitmap and the non-empty siblings from the root down.
    ///
    /// # Errors
    /// [`ProofError::SiblingCount`] or [`ProofError::EmptySibling`] if it is not in its one form.
    pub fn new(bitmap: [u8; Hash::LEN], siblings: Vec<Hash>) -> Result<Self, ProofError> {
        check_count(&bitmap, siblings.len())?;
        match siblings.iter().position(|sibling| *sibling == EMPTY) {
            Some(at) => Err(ProofError::EmptySibling { at }),
            None => Ok(Self { bitmap, siblings }),
        }
    }

    /// Checks that under this root the key has this value or, for `None`, that the key is absent.
    /// Costs at most 258 hashes. The root must come from a certified header.
    ///
    /// # Errors
    /// [`ProofError::RootMismatch`] if the claim does not lead to the root.
    pub fn verify(&self, key: &Hash, value: Option<&[u8]>, root: &Hash) -> Result<(), ProofError> {
        let leaf = value.map_or(EMPTY, |value| leaf_hash(key, &value_hash(value)));
        let mut lines = self.siblings.iter().rev();
        let found = (0..DEPTH).rev().fold(leaf, |below, depth| {
            let named = bit(&self.bitmap, depth).then(|| lines.next()).flatten();
            join(key, depth, &below, named.unwrap_or(&EMPTY))
        });
        if found == *root { Ok(()) } else { Err(ProofError::RootMismatch) }
    }

    /// Bit `d` (most significant first) is set where the sibling right below depth `d` is not empty.
    pub fn bitmap(&self) -> &[u8; Hash::LEN] {
        &self.bitmap
    }

    /// The siblings that are not empty, from the root down.
    pub fn siblings(&self) -> &[Hash] {
        &self.siblings
    }
}

fn check_count(bitmap: &[u8; Hash::LEN], found: usize) -> Result<(), ProofError> {
    let expected = (0..DEPTH).filter(|depth| bit(bitmap, *depth)).count();
    if expected == found { Ok(()) } else { Err(ProofError::SiblingCount { expected, found }) }
}

/// Gathers a proof from the root down; it cannot hold bitmap and siblings that differ.
#[derive(Default)]
pub(super) struct ProofBuilder {
    bitmap: [u8; Hash::LEN],
    siblings: Vec<Hash>,
}

impl ProofBuilder {
    /// Adds the non-empty sibling right below `depth`, which is below all depths added before.
    pub(super) fn push(&mut self, depth: usize, sibling: Hash) {
        set_bit(&mut self.bitmap, depth);
        self.siblings.push(sibling);
    }

    pub(super) fn finish(self) -> MapProof {
        MapProof { bitmap: self.bitmap, siblings: self.siblings }
    }
}

impl<C> Encode<C> for MapProof {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        let siblings: Vec<u8> = self.siblings.iter().flat_map(|hash| hash.as_bytes()).copied().collect();
        e.array(2)?.bytes(&self.bitmap)?.bytes(&siblings)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for MapProof {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let start = d.position();
        let refuse = |why: &'static str| decode::Error::message(why).at(start);
        if d.array()? != Some(2) {
            return Err(refuse("a map proof is an array of two"));
        }
        let bitmap =
            <[u8; Hash::LEN]>::try_from(d.bytes()?).map_err(|_| refuse("wrong length of the bitmap"))?;
        let (siblings, rest) = d.bytes()?.as_chunks::<{ Hash::LEN }>();
        if !rest.is_empty() {
            return Err(refuse("siblings are not whole hashes"));
        }
        // Counted before anything is copied, so that no more than 256 siblings are ever allocated.
        check_count(&bitmap, siblings.len()).map_err(|error| decode::Error::custom(error).at(start))?;
        let siblings = siblings.iter().copied().map(Hash::from_bytes).collect();
        let proof = Self::new(bitmap, siblings).map_err(|error| decode::Error::custom(error).at(start))?;
        if d.input().get(start..d.position()) != Some(codec::encode(&proof).as_slice()) {
            return Err(refuse("map proof is not in its shortest form"));
        }
        Ok(proof)
    }
}
