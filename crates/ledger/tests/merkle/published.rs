//! Values published with the implementations of RFC 6962, typed in here as literals.

use wl_ledger::Hash;
use wl_ledger::merkle::{consistency_proof, empty_root, inclusion_proof, leaf_hash, root};

use crate::unhex;

pub(crate) const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const N00: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const LEAF_1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const LEAF_4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const N45: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const N67: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const N4_7: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

pub(crate) fn published_leaves() -> Vec<Hash> {
    LEAVES.iter().map(|leaf| leaf_hash(&unhex(leaf))).collect()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| Hash::from_hex(text).unwrap()).collect()
}

#[test]
fn roots_are_the_published_ones() {
    let leaves = published_leaves();
    for (size, expected) in ROOTS.iter().enumerate() {
        assert_eq!(root(&leaves[..size]).to_string(), *expected, "size {size}");
    }
    assert_eq!(empty_root().to_string(), ROOTS[0]);
}

#[test]
fn inclusion_proofs_are_the_published_ones() {
    let leaves = published_leaves();
    assert_eq!(inclusion_proof(&leaves[..1], 0), Some(vec![]));
    assert_eq!(inclusion_proof(&leaves, 0), Some(hashes(&[LEAF_1, N00, N4_7])));
    assert_eq!(inclusion_proof(&leaves, 5), Some(hashes(&[LEAF_4, N67, ROOTS[4]])));
    assert_eq!(inclusion_proof(&leaves[..3], 2), Some(hashes(&[ROOTS[2]])));
}

#[test]
fn consistency_proofs_are_the_published_ones() {
    let leaves = published_leaves();
    assert_eq!(consistency_proof(&leaves[..1], 1), Some(vec![]));
    assert_eq!(consistency_proof(&leaves, 1), Some(hashes(&[LEAF_1, N00, N4_7])));
    assert_eq!(consistency_proof(&leaves, 6), Some(hashes(&[N45, N67, ROOTS[4]])));
    assert_eq!(consistency_proof(&leaves[..5], 2), Some(hashes(&[N00, LEAF_4])));
}
