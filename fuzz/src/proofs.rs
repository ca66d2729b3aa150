//! Proofs: what a stranger claims about a tree. None may be accepted by luck, none may take long.

use wl_ledger::Hash;
use wl_ledger::archive::{Expectations, Verdict, judge};
use wl_ledger::codec;
use wl_ledger::merkle::{Frontier, verify_consistency, verify_inclusion, verify_multiproof};
use wl_ledger::smt::MapProof;

use crate::{Cut, Target, same, target};

pub(crate) const TARGETS: &[Target] = &[
    target("map-proof", 10_240, map_proof),
    target("frontier", 4096, |input| {
        same(input, codec::decode::<Frontier>(input, 4096).map(|frontier| codec::encode(&frontier)))
    }),
    target("inclusion", 4096, inclusion),
    target("consistency", 4096, consistency),
    target("multiproof", 4096, multiproof),
    target("archive", 8192, archive),
];

/// A file of a stranger, with its digest as it is and with the right one, so that a mutation comes further than its end.
fn archive(input: &[u8]) -> bool {
    let expect = Expectations { audit: true, ..Expectations::default() };
    let is_valid = judge(input, expect).verdict == Verdict::Valid;
    if let Some((all, digest)) = input.split_last_chunk::<32>() {
        let right = codec::tagged_hash("wardlight/archive/1", &[all]);
        let mended = [all, right.as_bytes()].concat();
        let of_mended = judge(&mended, expect).verdict;
        assert!(!is_valid || digest == right.as_bytes(), "a file with a wrong digest passed");
        return is_valid || of_mended == Verdict::Valid;
    }
    is_valid
}

fn map_proof(input: &[u8]) -> bool {
    let Ok(proof) = codec::decode::<MapProof>(input, 10_240) else { return false };
    // Nothing leads to a root that nobody has a preimage of.
    let key = Hash::from_bytes([0x5a; 32]);
    assert!(proof.verify(&key, Some(b"value"), &Hash::from_bytes([0xa5; 32])).is_err());
    same(input, Ok::<_, ()>(codec::encode(&proof)))
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<32>().0.iter().map(|chunk| Hash::from_bytes(*chunk)).collect()
}

/// leaf, index, size, root, lines.
fn inclusion(input: &[u8]) -> bool {
    let mut cut = Cut(input);
    let (Some(leaf), Some(index), Some(size), Some(root)) =
        (cut.take::<32>(), cut.take::<8>(), cut.take::<8>(), cut.take::<32>())
    else {
        return false;
    };
    let (index, size) = (u64::from_be_bytes(index), u64::from_be_bytes(size));
    let lines = hashes(cut.rest());
    let proven =
        verify_inclusion(&Hash::from_bytes(leaf), index, size, &lines, &Hash::from_bytes(root)).is_ok();
    if proven {
        assert!(index < size, "a place outside the tree was proven");
        assert!(lines.len() <= 64);
    }
    proven
}

/// earlier size, later size, earlier root, later root, lines.
fn consistency(input: &[u8]) -> bool {
    let mut cut = Cut(input);
    let (Some(earlier), Some(later), Some(old), Some(new)) =
        (cut.take::<8>(), cut.take::<8>(), cut.take::<32>(), cut.take::<32>())
    else {
        return false;
    };
    let (earlier, later) = (u64::from_be_bytes(earlier), u64::from_be_bytes(later));
    let lines = hashes(cut.rest());
    let proven =
        verify_consistency(earlier, later, &lines, &Hash::from_bytes(old), &Hash::from_bytes(new)).is_ok();
    if proven {
        assert!(earlier <= later, "a tree that shrank was proven");
        assert!(earlier != later || old == new, "two roots of one size were proven");
    }
    proven
}

/// size, root, number of leaves, leaves with their places, lines.
fn multiproof(input: &[u8]) -> bool {
    let mut cut = Cut(input);
    let (Some(size), Some(root), Some([count])) = (cut.take::<8>(), cut.take::<32>(), cut.take::<1>()) else {
        return false;
    };
    let size = u64::from_be_bytes(size);
    let mut leaves = Vec::new();
    for _ in 0..count {
        let (Some(index), Some(leaf)) = (cut.take::<8>(), cut.take::<32>()) else { return false };
        leaves.push((u64::from_be_bytes(index), Hash::from_bytes(leaf)));
    }
    let lines = hashes(cut.rest());
    let proven = verify_multiproof(size, &leaves, &lines, &Hash::from_bytes(root)).is_ok();
    if proven {
        assert!(leaves.iter().all(|(index, _)| *index < size), "a place outside the tree was proven");
        assert!(leaves.is_sorted_by(|a, b| a.0 < b.0), "one place was proven twice");
    }
    proven
}
