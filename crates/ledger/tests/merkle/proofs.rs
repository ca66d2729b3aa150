//! Every tree of 0..=64 leaves, every position, and every way to spoil a proof.

use wl_ledger::Hash;
use wl_ledger::merkle::{
    MAX_PROOF, MAX_SIZE, ProofError, Tree, consistency_proof, empty_root, inclusion_proof, leaf_hash,
    multiproof, root, verify_consistency, verify_inclusion, verify_multiproof,
};

use crate::{flipped, leaves, oracle};

const MOST: u64 = 64;

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap()
}

/// The proof one line shorter (at either end), one line longer (at either end), with the lines that
/// differ swapped: never the same as before.
fn reshaped(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let extra = leaf_hash(b"one line too many");
    let mut all = vec![[proof, &[extra]].concat(), [&[extra], proof].concat()];
    if let ([_, tail @ ..], [head @ .., _]) = (proof, proof) {
        all.extend([head.to_vec(), tail.to_vec()]);
    }
    if proof.len() > 1 {
        let mut swapped = proof.to_vec();
        swapped.swap(0, 1);
        all.push(swapped);
    }
    all
}

/// One bit of one line turned over: all bits of short proofs, some of each line of longer ones.
fn bit_flips(proof: &[Hash], all_bits: bool, seed: u64) -> Vec<Vec<Hash>> {
    let bits = if all_bits { (0..256).collect() } else { vec![0, index(seed * 37 % 256), 255] };
    let mut all = vec![];
    for line in 0..proof.len() {
        for bit in &bits {
            let mut copy = proof.to_vec();
            copy[line] = flipped(copy[line], *bit);
            all.push(copy);
        }
    }
    all
}

#[test]
fn roots_equal_the_definition() {
    for size in 0..=MOST {
        let leaves = leaves(size);
        assert_eq!(root(&leaves), oracle::root(&leaves), "size {size}");
    }
}

#[test]
fn inclusion_holds_for_every_leaf_and_no_other() {
    for size in 0..=MOST {
        let leaves = leaves(size);
        let root = root(&leaves);
        assert_eq!(inclusion_proof(&leaves, size), None);
        assert_eq!(inclusion_proof(&leaves, u64::MAX), None);
        for at in 0..size {
            let proof = inclusion_proof(&leaves, at).unwrap();
            assert_eq!(proof, oracle::path(index(at), &leaves), "leaf {at} of {size}");
            assert!(proof.len() <= MAX_PROOF);
            assert_eq!(verify_inclusion(&leaves[index(at)], at, size, &proof, &root), Ok(()));
            for other in (0..size).filter(|other| *other != at) {
                let found = verify_inclusion(&leaves[index(at)], other, size, &proof, &root);
                assert!(found.is_err(), "leaf {at} of {size} passed as {other}");
                let found = verify_inclusion(&leaves[index(other)], at, size, &proof, &root);
                assert!(found.is_err(), "leaf {other} of {size} passed at {at}");
            }
            let beyond = verify_inclusion(&leaves[index(at)], size, size, &proof, &root);
            assert_eq!(beyond, Err(ProofError::IndexOutOfRange { index: size, size }));
        }
    }
}

#[test]
fn spoilt_inclusion_proofs_are_refused() {
    for size in 1..=MOST {
        let leaves = leaves(size);
        let root = root(&leaves);
        for at in 0..size {
            let leaf = leaves[index(at)];
            let proof = inclusion_proof(&leaves, at).unwrap();
            for spoilt in bit_flips(&proof, size <= 5, at + size) {
                let found = verify_inclusion(&leaf, at, size, &spoilt, &root);
                assert_eq!(found, Err(ProofError::RootMismatch), "leaf {at} of {size}");
            }
            for spoilt in reshaped(&proof) {
                let found = verify_inclusion(&leaf, at, size, &spoilt, &root);
                let expected = if spoilt.len() == proof.len() {
                    ProofError::RootMismatch
                } else {
                    ProofError::Length { expected: proof.len(), found: spoilt.len() }
                };
                assert_eq!(found, Err(expected), "leaf {at} of {size}");
            }
            let bit = index(at * 7 % 256);
            assert!(verify_inclusion(&flipped(leaf, bit), at, size, &proof, &root).is_err());
            assert!(verify_inclusion(&leaf, at, size, &proof, &flipped(root, bit)).is_err());
        }
    }
}

/// A root does not hold the number of leaves. A wrong size passes exactly where it gives the path the
/// same sides, which is why the size must be a certified one; everywhere else it is refused.
#[test]
fn a_wrong_size_passes_only_with_the_same_sides() {
    for size in 1..=MOST {
        let leaves = leaves(size);
        let root = root(&leaves);
        for at in 0..size {
            let proof = inclusion_proof(&leaves, at).unwrap();
            for claimed in (0..=2 * MOST).filter(|claimed| *claimed != size) {
                let found = verify_inclusion(&leaves[index(at)], at, claimed, &proof, &root);
                let same = at < claimed && oracle::sides(at, claimed) == oracle::sides(at, size);
                assert_eq!(found.is_ok(), same, "leaf {at} of {size} claimed of {claimed}");
            }
        }
    }
}

#[test]
fn an_inner_node_is_no_leaf() {
    let leaves = leaves(4);
    let node = oracle::node(leaves[0], leaves[1]);
    let right = oracle::node(leaves[2], leaves[3]);
    // Seen as a tree of two leaves the hashes fit, so the caller's own leaf hashing must tell the
    // difference: no data hashes to a node, because leaf and node start with different bytes.
    let data = [&[1u8][..], leaves[0].as_bytes(), leaves[1].as_bytes()].concat();
    for disguise in [&data[..], &data[1..]] {
        assert_ne!(leaf_hash(disguise), node);
        let found = verify_inclusion(&leaf_hash(disguise), 0, 2, &[right], &root(&leaves));
        assert_eq!(found, Err(ProofError::RootMismatch));
    }
    assert_ne!(root(&leaves[..3]), root(&[leaves[0], leaves[1], leaves[2], leaves[2]]));
}

#[test]
fn sizes_at_the_limits_are_refused_without_work() {
    let leaf = leaf_hash(b"leaf");
    let too_large = Err(ProofError::SizeTooLarge { size: MAX_SIZE + 1 });
    assert_eq!(verify_inclusion(&leaf, 0, MAX_SIZE + 1, &[], &leaf), too_large);
    assert_eq!(verify_consistency(1, MAX_SIZE + 1, &[], &leaf, &leaf), too_large);
    assert_eq!(verify_multiproof(MAX_SIZE + 1, &[(0, leaf)], &[], &leaf), too_large);
    let lines = [leaf; MAX_PROOF];
    for at in [0, 1, MAX_SIZE / 2, MAX_SIZE - 1] {
        assert_eq!(
            verify_inclusion(&leaf, at, MAX_SIZE, &lines, &leaf),
            Err(ProofError::Length { expected: 63, found: 64 })
        );
        assert_eq!(
            verify_multiproof(MAX_SIZE, &[(at, leaf)], &lines, &leaf),
            Err(ProofError::Length { expected: 63, found: 64 })
        );
    }
    assert_eq!(
        verify_consistency(MAX_SIZE - 1, MAX_SIZE, &[], &leaf, &leaf),
        Err(ProofError::Length { expected: MAX_PROOF, found: 0 })
    );
    assert_eq!(
        verify_inclusion(&leaf, 0, 0, &[], &empty_root()),
        Err(ProofError::IndexOutOfRange { index: 0, size: 0 })
    );
}

#[test]
fn consistency_holds_for_every_pair_of_sizes() {
    for later in 0..=MOST {
        let leaves = leaves(later);
        let later_root = root(&leaves);
        assert_eq!(consistency_proof(&leaves, later + 1), None);
        for earlier in 0..=later {
            let earlier_root = root(&leaves[..index(earlier)]);
            let proof = consistency_proof(&leaves, earlier).unwrap();
            assert_eq!(proof, oracle::consistency(index(earlier), &leaves), "{earlier} of {later}");
            let check = |proof: &[Hash], first: &Hash, second: &Hash| {
                verify_consistency(earlier, later, proof, first, second)
            };
            assert_eq!(check(&proof, &earlier_root, &later_root), Ok(()), "{earlier} of {later}");
            for spoilt in bit_flips(&proof, later <= 5, earlier + later) {
                assert!(check(&spoilt, &earlier_root, &later_root).is_err(), "{earlier} of {later}");
            }
            for spoilt in reshaped(&proof) {
                assert!(check(&spoilt, &earlier_root, &later_root).is_err(), "{earlier} of {later}");
            }
            let bit = index(earlier * 7 % 256);
            assert!(check(&proof, &flipped(earlier_root, bit), &later_root).is_err(), "{earlier} of {later}");
            if earlier > 0 {
                assert!(
                    check(&proof, &earlier_root, &flipped(later_root, bit)).is_err(),
                    "{earlier} of {later}"
                );
            }
            if earlier < later {
                assert_eq!(
                    verify_consistency(later, earlier, &proof, &later_root, &earlier_root),
                    Err(ProofError::SizesReversed { earlier: later, later: earlier })
                );
            }
        }
    }
}

#[test]
fn a_rewritten_history_is_not_consistent() {
    for later in 2..=MOST {
        let honest = leaves(later);
        for earlier in 1..later {
            let mut forged = honest.clone();
            forged[index(earlier - 1)] = leaf_hash(b"rewritten");
            let earlier_root = root(&honest[..index(earlier)]);
            for lines in [consistency_proof(&forged, earlier), consistency_proof(&honest, earlier)] {
                let found =
                    verify_consistency(earlier, later, &lines.unwrap(), &earlier_root, &root(&forged));
                assert!(found.is_err(), "{earlier} of {later}");
            }
        }
    }
}

#[test]
fn multiproofs_hold_for_every_choice_in_small_trees() {
    for size in 1..=9u64 {
        let leaves = leaves(size);
        let root = root(&leaves);
        for choice in 1..(1u32 << size) {
            let indices: Vec<u64> = (0..size).filter(|at| choice >> at & 1 == 1).collect();
            let proof = multiproof(&leaves, &indices).unwrap();
            let chosen: Vec<usize> = indices.iter().map(|at| index(*at)).collect();
            assert_eq!(proof, oracle::multi(&chosen, &leaves), "{indices:?} of {size}");
            let claims: Vec<_> = indices.iter().map(|at| (*at, leaves[index(*at)])).collect();
            assert_eq!(verify_multiproof(size, &claims, &proof, &root), Ok(()), "{indices:?} of {size}");
            for spoilt in bit_flips(&proof, false, size).into_iter().chain(reshaped(&proof)) {
                assert!(verify_multiproof(size, &claims, &spoilt, &root).is_err(), "{indices:?} of {size}");
            }
            for at in 0..claims.len() {
                let mut wrong = claims.clone();
                wrong[at].1 = flipped(wrong[at].1, at * 17 % 256);
                assert_eq!(verify_multiproof(size, &wrong, &proof, &root), Err(ProofError::RootMismatch));
                let mut fewer = claims.clone();
                fewer.remove(at);
                assert!(verify_multiproof(size, &fewer, &proof, &root).is_err(), "{indices:?} of {size}");
            }
        }
    }
}

#[test]
fn multiproofs_refuse_what_proves_nothing() {
    let leaves = leaves(5);
    let root = root(&leaves);
    for refused in [&[][..], &[5], &[1, 1], &[2, 1], &[u64::MAX]] {
        assert_eq!(multiproof(&leaves, refused), None, "{refused:?}");
    }
    assert_eq!(multiproof(&[], &[0]), None);
    let proof = multiproof(&leaves, &[1, 3]).unwrap();
    let claim = |indices: &[u64]| indices.iter().map(|at| (*at, leaves[index(at % 5)])).collect::<Vec<_>>();
    let table = [
        (claim(&[]), ProofError::NoLeaves),
        (claim(&[1, 1, 3]), ProofError::IndexOrder { index: 1 }),
        (claim(&[3, 1]), ProofError::IndexOrder { index: 1 }),
        (claim(&[1, 8]), ProofError::IndexOutOfRange { index: 8, size: 5 }),
        (claim(&[1, 2]), ProofError::RootMismatch),
        (claim(&[1, 4]), ProofError::Length { expected: 2, found: 3 }),
    ];
    for (claims, expected) in table {
        assert_eq!(verify_multiproof(5, &claims, &proof, &root), Err(expected), "{claims:?}");
    }
    assert_eq!(verify_multiproof(5, &[], &[root], &root), Err(ProofError::NoLeaves));
}

#[test]
fn a_tree_that_keeps_its_nodes_proves_the_same_at_every_size() {
    let mut tree = Tree::new();
    let all = leaves(MOST);
    for (leaf, size) in all.iter().zip(1..=MOST) {
        tree.append(*leaf);
        assert_eq!((tree.len(), tree.root(0)), (size, Some(empty_root())));
        assert_eq!(tree.root(size + 1), None);
        assert_eq!(tree.inclusion_proof(size, size), None);
        assert_eq!(
            (tree.consistency_proof(size, size - 1), tree.consistency_proof(1, size + 1)),
            (None, None)
        );
    }
    for size in 1..=MOST {
        let first = &all[..index(size)];
        assert_eq!(tree.root(size), Some(root(first)));
        for at in 0..size {
            assert_eq!(tree.inclusion_proof(at, size), inclusion_proof(first, at), "leaf {at} of {size}");
            assert_eq!(tree.consistency_proof(at, size), consistency_proof(first, at), "{at} of {size}");
        }
        assert_eq!(tree.consistency_proof(size, size), Some(vec![]));
    }
}
