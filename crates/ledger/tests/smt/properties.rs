//! What must hold for every map and every order of changes.

use proptest::collection::vec;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use wl_ledger::Hash;
use wl_ledger::smt::{MapProof, ProofError, SparseMap};

use crate::oracle::{self, Entries};
use crate::{flipped, key};

/// Keys that are hashes, and keys made to share long beginnings, down to all bits but the last.
fn any_key() -> impl Strategy<Value = Hash> {
    prop_oneof![
        (0u64..40).prop_map(key),
        (0usize..256).prop_map(|bit| flipped(key(0), bit)),
        (240usize..256, 240usize..256).prop_map(|(one, other)| flipped(flipped(key(0), one), other)),
    ]
}

fn any_entries(most: usize) -> impl Strategy<Value = Vec<(Hash, Vec<u8>)>> {
    vec((any_key(), vec(any::<u8>(), 0..8)), 0..most)
}

fn map_of<'a>(entries: impl IntoIterator<Item = (&'a Hash, &'a Vec<u8>)>) -> SparseMap {
    let mut map = SparseMap::new();
    for (key, value) in entries {
        map.insert(*key, value);
    }
    map
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_root_is_the_definition_in_any_order(entries in any_entries(24)) {
        let unique: Entries = entries.into_iter().collect();
        let map = map_of(&unique);
        prop_assert_eq!(map.root(), oracle::root(&unique));
        prop_assert_eq!(map.len(), unique.len());
        prop_assert_eq!(map_of(unique.iter().rev()).root(), map.root());
        for (key, value) in &unique {
            prop_assert_eq!(map.get(key), Some(&Hash::from_bytes(Sha256::digest(value).into())));
        }
    }

    #[test]
    fn inserts_and_removals_follow_an_ordinary_map(
        steps in vec((any_key(), prop::option::weighted(0.6, vec(any::<u8>(), 0..8))), 0..40),
    ) {
        let (mut map, mut model) = (SparseMap::new(), Entries::new());
        let digest = |value: Vec<u8>| Hash::from_bytes(Sha256::digest(value).into());
        for (key, value) in steps {
            let kept = map.clone();
            let (found, expected) = match value {
                Some(value) => (map.insert(key, &value), model.insert(key, value)),
                None => (map.remove(&key), model.remove(&key)),
            };
            prop_assert_eq!(found, expected.map(digest));
            prop_assert_eq!(map.len(), model.len());
            prop_assert_eq!(map.is_empty(), model.is_empty());
            prop_assert_eq!(map.get(&key).is_some(), model.contains_key(&key));
            prop_assert_eq!(kept.get(&key).copied(), found, "a clone changed with its original");
        }
        prop_assert_eq!(map.root(), oracle::root(&model));
    }

    #[test]
    fn removal_restores_the_root(entries in any_entries(16), added in any_entries(16)) {
        let before = map_of(entries.iter().map(|(key, value)| (key, value)));
        let mut map = before.clone();
        let new: Vec<_> = added.iter().filter(|(key, _)| before.get(key).is_none()).collect();
        for (key, value) in &new {
            map.insert(*key, value);
        }
        for (key, _) in &new {
            map.remove(key);
        }
        prop_assert_eq!(map.root(), before.root());
    }

    #[test]
    fn a_key_is_proved_as_it_is_and_never_otherwise(
        entries in any_entries(24), asked in any_key(), lie in vec(any::<u8>(), 0..8), other in any_key(),
    ) {
        let unique: Entries = entries.into_iter().collect();
        let (map, root) = (map_of(&unique), oracle::root(&unique));
        for key in unique.keys().chain([&asked]) {
            let proof = map.prove(key);
            let truth = unique.get(key).map(Vec::as_slice);
            prop_assert_eq!(proof.verify(key, truth, &root), Ok(()));
            if truth.is_some() {
                prop_assert_eq!(proof.verify(key, None, &root), Err(ProofError::RootMismatch));
            }
            if truth != Some(lie.as_slice()) {
                prop_assert_eq!(proof.verify(key, Some(&lie), &root), Err(ProofError::RootMismatch));
            }
            // Another key's proof shows nothing false about this one.
            let borrowed = map.prove(&other);
            if truth.is_some() {
                prop_assert!(borrowed.verify(key, None, &root).is_err());
            } else {
                prop_assert!(borrowed.verify(key, Some(&lie), &root).is_err());
            }
        }
    }

    #[test]
    fn mutated_proofs_are_refused(
        entries in any_entries(24), asked in any_key(), bit in 0usize..256, line in any::<prop::sample::Index>(),
    ) {
        let unique: Entries = entries.into_iter().collect();
        let (map, root) = (map_of(&unique), oracle::root(&unique));
        for key in unique.keys().chain([&asked]) {
            let truth = unique.get(key).map(Vec::as_slice);
            let proof = map.prove(key);
            prop_assert!(proof.verify(key, truth, &flipped(root, bit)).is_err());
            if proof.siblings().is_empty() {
                continue;
            }
            for spoilt in spoil(&proof, line.index(proof.siblings().len()), bit) {
                prop_assert!(spoilt.verify(key, truth, &root).is_err());
            }
        }
    }
}

/// The same proof with one bit of one sibling turned over, with one sibling left out, with one moved to
/// another level, and with one too many.
fn spoil(proof: &MapProof, line: usize, bit: usize) -> Vec<MapProof> {
    let bitmap = Hash::from_bytes(*proof.bitmap());
    let set: Vec<usize> = (0..256).filter(|at| is_set(bitmap, *at)).collect();
    let free: Vec<usize> = (0..256).filter(|at| !is_set(bitmap, *at)).collect();
    let mut all = vec![];
    let mut push = |bitmap: Hash, siblings: Vec<Hash>| {
        all.push(MapProof::new(*bitmap.as_bytes(), siblings).unwrap());
    };
    let mut changed = proof.siblings().to_vec();
    changed[line] = flipped(changed[line], bit);
    push(bitmap, changed);
    let mut fewer = proof.siblings().to_vec();
    fewer.remove(line);
    push(flipped(bitmap, set[line]), fewer);
    if let Some(level) = free.get(bit % free.len().max(1)) {
        push(flipped(flipped(bitmap, set[line]), *level), proof.siblings().to_vec());
        let mut more = proof.siblings().to_vec();
        more.insert(set.iter().filter(|at| *at < level).count(), key(1234));
        push(flipped(bitmap, *level), more);
    }
    all
}

fn is_set(bits: Hash, at: usize) -> bool {
    bits.as_bytes()[at / 8] >> (7 - at % 8) & 1 == 1
}

#[test]
fn an_empty_map_proves_every_absence() {
    let map = SparseMap::new();
    let zero = Hash::from_bytes([0; 32]);
    assert_eq!(map.root(), zero);
    let proof = map.prove(&key(1));
    assert!(proof.siblings().is_empty());
    assert_eq!(proof.verify(&key(1), None, &zero), Ok(()));
    assert_eq!(proof.verify(&key(1), Some(b""), &zero), Err(ProofError::RootMismatch));
}

#[test]
fn keys_that_part_at_the_last_bit_stand_side_by_side() {
    let (one, other) = (key(7), flipped(key(7), 255));
    let entries = Entries::from([(one, b"one".to_vec()), (other, b"other".to_vec())]);
    let mut map = map_of(&entries);
    assert_eq!(map.root(), oracle::root(&entries));
    assert_eq!(map.prove(&one).verify(&one, Some(b"one"), &map.root()), Ok(()));
    assert_eq!(map.prove(&one).siblings().len(), 1);
    assert_eq!(map.remove(&one).map(|_| map.root()), Some(map_of([(&other, &b"other".to_vec())]).root()));
    assert_eq!(map.prove(&one).verify(&one, None, &map.root()), Ok(()));
    assert_eq!(map.remove(&one), None);
}

/// Among 20,000 entries a path has about log2 of that many siblings.
#[test]
fn proofs_stay_short_in_a_large_map() {
    let mut map = SparseMap::new();
    for name in 0..20_000u64 {
        map.insert(key(name), &name.to_be_bytes());
    }
    let root = map.root();
    for name in (0..20_000u64).step_by(1999) {
        let proof = map.prove(&key(name));
        assert!((10..40).contains(&proof.siblings().len()), "{}", proof.siblings().len());
        assert_eq!(proof.verify(&key(name), Some(&name.to_be_bytes()), &root), Ok(()));
    }
    let absent = key(u64::MAX);
    assert_eq!(map.prove(&absent).verify(&absent, None, &root), Ok(()));
}
