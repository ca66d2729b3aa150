//! The encoding of a proof has one form and bounded size.

use proptest::collection::vec;
use proptest::prelude::*;
use wl_ledger::codec::{decode, encode};
use wl_ledger::smt::{MAX_MAP_PROOF_BYTES, MapProof, ProofError, SparseMap};

use crate::{flipped, key};

fn sample() -> MapProof {
    let mut map = SparseMap::new();
    (0..50).for_each(|name| {
        map.insert(key(name), b"value");
    });
    map.prove(&key(3))
}

#[test]
fn proofs_come_back_as_they_were() {
    let widest = MapProof::new([0xff; 32], vec![key(1); 256]).unwrap();
    assert_eq!(encode(&widest).len(), MAX_MAP_PROOF_BYTES);
    for proof in [sample(), SparseMap::new().prove(&key(0)), widest] {
        assert_eq!(decode::<MapProof>(&encode(&proof), MAX_MAP_PROOF_BYTES), Ok(proof));
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let mut one_bit = [0; 32];
    one_bit[31] = 1;
    let zero = wl_ledger::Hash::from_bytes([0; 32]);
    let table = [
        ([0; 32], vec![key(1)], ProofError::SiblingCount { expected: 0, found: 1 }),
        (one_bit, vec![], ProofError::SiblingCount { expected: 1, found: 0 }),
        (one_bit, vec![key(1), key(2)], ProofError::SiblingCount { expected: 1, found: 2 }),
        ([0xff; 32], vec![key(1); 257], ProofError::SiblingCount { expected: 256, found: 257 }),
        (one_bit, vec![zero], ProofError::EmptySibling { at: 0 }),
    ];
    for (bitmap, siblings, expected) in table {
        assert_eq!(MapProof::new(bitmap, siblings), Err(expected));
    }
}

#[test]
fn malformed_encodings_are_refused() {
    let bitmap = |last: u8| [&[0x58, 0x20][..], &[0; 31], &[last]].concat();
    let hash = *key(1).as_bytes();
    let good = [&[0x82][..], &bitmap(1), &[0x58, 0x20], &hash].concat();
    assert!(minicbor::decode::<MapProof>(&good).is_ok());
    for end in 0..good.len() {
        assert!(minicbor::decode::<MapProof>(&good[..end]).is_err(), "cut at {end}");
    }
    let table = [
        ("a map", vec![0xa0]),
        ("an array of three", [&[0x83][..], &good[1..], &[0x00]].concat()),
        ("an array without length", [&[0x9f][..], &good[1..], &[0xff]].concat()),
        ("a bitmap of 31 bytes", [&[0x82, 0x58, 0x1f][..], &[0; 31], &[0x40]].concat()),
        ("a bitmap in pieces", [&[0x82, 0x5f][..], &bitmap(0), &[0xff, 0x40]].concat()),
        ("a sibling without a bit", [&[0x82][..], &bitmap(0), &[0x58, 0x20], &hash].concat()),
        ("a bit without a sibling", [&[0x82][..], &bitmap(1), &[0x40]].concat()),
        ("half a sibling", [&[0x82][..], &bitmap(1), &[0x50], &hash[..16]].concat()),
        ("an empty sibling", [&[0x82][..], &bitmap(1), &[0x58, 0x20], &[0; 32]].concat()),
        (
            "a length longer than it needs to be",
            [&[0x82][..], &bitmap(1), &[0x59, 0x00, 0x20], &hash].concat(),
        ),
        (
            "a length of four gigabytes",
            [&[0x82][..], &bitmap(1), &[0x5a, 0xff, 0xff, 0xff, 0xff], &hash].concat(),
        ),
    ];
    for (what, bytes) in table {
        assert!(minicbor::decode::<MapProof>(&bytes).is_err(), "{what}");
    }
    assert!(decode::<MapProof>(&[&good[..], &[0]].concat(), MAX_MAP_PROOF_BYTES).is_err(), "trailing byte");
}

/// Whatever single bit of an encoded proof is turned over, it no longer proves what it proved.
#[test]
fn every_bit_of_an_encoded_proof_matters() {
    let mut map = SparseMap::new();
    (0..5).for_each(|name| {
        map.insert(key(name), b"value");
    });
    let (asked, root) = (key(3), map.root());
    let bytes = encode(&map.prove(&asked));
    for bit in 0..bytes.len() * 8 {
        let mut spoilt = bytes.clone();
        spoilt[bit / 8] ^= 0x80 >> (bit % 8);
        let proves = decode::<MapProof>(&spoilt, MAX_MAP_PROOF_BYTES)
            .is_ok_and(|proof| proof.verify(&asked, Some(b"value"), &root).is_ok());
        assert!(!proves, "bit {bit}");
    }
    assert!(map.prove(&asked).verify(&flipped(asked, 255), Some(b"value"), &root).is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_decode_or_not_but_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(proof) = minicbor::decode::<MapProof>(&bytes) {
            prop_assert!(bytes.starts_with(&encode(&proof)));
        }
    }
}
