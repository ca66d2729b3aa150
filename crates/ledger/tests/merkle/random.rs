//! Random trees, choices and lies against the oracle.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use wl_ledger::Hash;
use wl_ledger::merkle::{
    Frontier, consistency_proof, inclusion_proof, leaf_hash, multiproof, root, verify_consistency,
    verify_inclusion, verify_multiproof,
};

use crate::{flipped, oracle};

fn index(number: usize) -> u64 {
    u64::try_from(number).unwrap()
}

fn any_leaves() -> impl Strategy<Value = Vec<Hash>> {
    vec(vec(any::<u8>(), 0..40), 1..300).prop_map(|data| data.iter().map(|bytes| leaf_hash(bytes)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn proofs_equal_the_oracle(leaves in any_leaves(), pick in any::<prop::sample::Index>()) {
        let at = pick.index(leaves.len());
        let (size, whole) = (index(leaves.len()), root(&leaves));
        prop_assert_eq!(whole, oracle::root(&leaves));

        let path = inclusion_proof(&leaves, index(at)).unwrap();
        prop_assert_eq!(&path, &oracle::path(at, &leaves));
        prop_assert_eq!(verify_inclusion(&leaves[at], index(at), size, &path, &whole), Ok(()));

        let steps = consistency_proof(&leaves, index(at)).unwrap();
        prop_assert_eq!(&steps, &oracle::consistency(at, &leaves));
        prop_assert_eq!(verify_consistency(index(at), size, &steps, &root(&leaves[..at]), &whole), Ok(()));
    }

    #[test]
    fn multiproofs_equal_the_oracle(
        leaves in any_leaves(),
        picks in btree_set(any::<prop::sample::Index>().prop_map(|pick| pick.index(1 << 20)), 1..20),
        bit in 0usize..256,
        line in any::<prop::sample::Index>(),
    ) {
        let chosen: std::collections::BTreeSet<usize> = picks.iter().map(|pick| pick % leaves.len()).collect();
        let chosen: Vec<usize> = chosen.into_iter().collect();
        let indices: Vec<u64> = chosen.iter().map(|at| index(*at)).collect();
        let (size, whole) = (index(leaves.len()), root(&leaves));
        let proof = multiproof(&leaves, &indices).unwrap();
        prop_assert_eq!(&proof, &oracle::multi(&chosen, &leaves));
        let claims: Vec<_> = chosen.iter().map(|at| (index(*at), leaves[*at])).collect();
        prop_assert_eq!(verify_multiproof(size, &claims, &proof, &whole), Ok(()));
        if !proof.is_empty() {
            let mut spoilt = proof.clone();
            let line = line.index(spoilt.len());
            spoilt[line] = flipped(spoilt[line], bit);
            prop_assert!(verify_multiproof(size, &claims, &spoilt, &whole).is_err());
        }
    }

    #[test]
    fn arbitrary_lines_prove_nothing(
        leaf in any::<[u8; 32]>(), lines in vec(any::<[u8; 32]>(), 0..70), at in any::<u64>(), size in any::<u64>(),
    ) {
        let lines: Vec<Hash> = lines.into_iter().map(Hash::from_bytes).collect();
        let (leaf, other) = (Hash::from_bytes(leaf), leaf_hash(b"another root"));
        prop_assert!(verify_inclusion(&leaf, at, size, &lines, &other).is_err());
        prop_assert!(verify_consistency(at, size, &lines, &leaf, &other).is_err() || (at == 0 && lines.is_empty()));
        prop_assert!(verify_multiproof(size, &[(at, leaf)], &lines, &other).is_err());
    }

    #[test]
    fn arbitrary_bytes_decode_or_not_but_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(frontier) = minicbor::decode::<Frontier>(&bytes) {
            let again = minicbor::to_vec(&frontier).unwrap();
            prop_assert_eq!(&bytes[..again.len()], &again[..]);
        }
    }
}
