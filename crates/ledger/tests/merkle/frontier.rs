//! The frontier against the roots of whole trees, and its encoding against malformed bytes.

use wl_ledger::merkle::{Frontier, MAX_SIZE, root};

use crate::leaves;

fn frontier(size: u64) -> Frontier {
    let mut frontier = Frontier::new();
    leaves(size).into_iter().for_each(|leaf| frontier.append(leaf));
    frontier
}

#[test]
fn appending_gives_the_root_of_the_whole_tree() {
    let leaves = leaves(200);
    let mut frontier = Frontier::new();
    assert!(frontier.is_empty());
    for size in 0..leaves.len() {
        assert_eq!(frontier.root(), root(&leaves[..size]), "size {size}");
        assert_eq!(usize::try_from(frontier.len()).unwrap(), size);
        frontier.append(leaves[size]);
        assert!(!frontier.is_empty());
    }
}

#[test]
fn a_decoded_frontier_goes_on_as_if_nothing_had_happened() {
    let leaves = leaves(130);
    for size in 0..leaves.len() {
        let bytes = minicbor::to_vec(frontier(u64::try_from(size).unwrap())).unwrap();
        let mut decoded: Frontier = minicbor::decode(&bytes).unwrap();
        assert_eq!(minicbor::to_vec(&decoded).unwrap(), bytes);
        decoded.append(leaves[size]);
        assert_eq!(decoded.root(), root(&leaves[..=size]));
    }
}

#[test]
fn every_cut_of_an_encoding_is_refused() {
    let bytes = minicbor::to_vec(frontier(7)).unwrap();
    for end in 0..bytes.len() {
        assert!(minicbor::decode::<Frontier>(&bytes[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn malformed_encodings_are_refused() {
    let hash = [7u8; 32];
    let peaks = |count: usize| [&[0x58, u8::try_from(count * 32).unwrap()][..], &hash.repeat(count)].concat();
    let over = [&[0x1b][..], &(MAX_SIZE + 1).to_be_bytes()].concat();
    let table: [(&str, Vec<u8>); 14] = [
        ("nothing", vec![]),
        ("a map", vec![0xa0]),
        ("an array of one", vec![0x81, 0x00]),
        ("an array of three", vec![0x83, 0x00, 0x40, 0x00]),
        ("an array without length", vec![0x9f, 0x00, 0x40, 0xff]),
        ("a size in two bytes that needs none", vec![0x82, 0x18, 0x00, 0x40]),
        ("a negative size", vec![0x82, 0x20, 0x40]),
        ("a length in two bytes that needs none", vec![0x82, 0x00, 0x58, 0x00]),
        ("a byte string in pieces", vec![0x82, 0x00, 0x5f, 0xff]),
        ("hashes without leaves", [&[0x82, 0x00][..], &peaks(1)].concat()),
        ("leaves without hashes", vec![0x82, 0x01, 0x40]),
        ("one hash too many", [&[0x82, 0x02][..], &peaks(2)].concat()),
        ("half a hash", [&[0x82, 0x01, 0x50][..], &hash[..16]].concat()),
        ("too many leaves", [&[0x82][..], &over, &peaks(2)].concat()),
    ];
    for (what, bytes) in table {
        assert!(minicbor::decode::<Frontier>(&bytes).is_err(), "{what}");
    }
    let longest = [&[0x82, 0x1b, 0x7f][..], &[0xff; 7], &[0x59, 0x07, 0xe0], &hash.repeat(63)].concat();
    let mut decoded: Frontier = minicbor::decode(&longest).unwrap();
    decoded.append(wl_ledger::Hash::from_bytes(hash));
    assert_eq!(decoded.len(), MAX_SIZE);
}
