//! `docs/spec/vectors/merkle.json`: written when `WL_BLESS=1` is set, otherwise compared, and in either
//! case read back and checked line by line the way a foreign implementation would.

use std::path::PathBuf;

use serde_json::{Value, json};
use wl_ledger::Hash;
use wl_ledger::merkle::{
    Frontier, ProofError, consistency_proof, inclusion_proof, multiproof, root, verify_consistency,
    verify_inclusion, verify_multiproof,
};

use crate::published::{LEAVES, published_leaves};
use crate::{flipped, hex, unhex};

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/merkle.json")
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(Hash::to_string).collect()
}

fn frontier(leaves: &[Hash]) -> Frontier {
    let mut frontier = Frontier::new();
    leaves.iter().for_each(|leaf| frontier.append(*leaf));
    frontier
}

fn vectors() -> Value {
    let leaves = published_leaves();
    let upto = |size: usize| &leaves[..size];
    let inclusion = [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (4, 5), (6, 7)].map(|(at, size)| {
        json!({"index": at, "size": size, "proof": texts(&inclusion_proof(upto(size), at).unwrap())})
    });
    let consistency = [(0, 8), (1, 8), (2, 5), (4, 7), (6, 8), (7, 8), (8, 8)].map(|(earlier, later)| {
        json!({"earlier": earlier, "later": later, "proof": texts(&consistency_proof(upto(later), earlier).unwrap())})
    });
    let multi = [(8, vec![0, 7]), (8, vec![2, 3, 5]), (7, vec![6]), (5, vec![0, 1, 2, 3, 4])].map(|(size, indices)| {
        json!({"size": size, "indices": indices, "proof": texts(&multiproof(upto(size), &indices).unwrap())})
    });
    let frontiers: Vec<_> = (0..=leaves.len())
        .map(|size| json!({"size": size, "cbor": hex(&minicbor::to_vec(frontier(upto(size))).unwrap())}))
        .collect();
    json!({
        "about": "All leaves are the first `size` of `leaves`. `refused` entries must be refused with this error.",
        "leaves": LEAVES,
        "leaf_hashes": texts(&leaves),
        "roots": (0..=leaves.len()).map(|size| root(upto(size)).to_string()).collect::<Vec<_>>(),
        "inclusion": inclusion,
        "consistency": consistency,
        "multi": multi,
        "frontier": frontiers,
        "refused": refused(&leaves),
        "refused_frontier": [
            {"what": "size in a longer form than it needs", "cbor": "82180040"},
            {"what": "array without length", "cbor": "9f0040ff"},
            {"what": "a leaf and no hash", "cbor": "820140"},
            {"what": "a hash and no leaf", "cbor": format!("82005820{}", leaves[0])},
            {"what": "cut off", "cbor": "8201582000"},
        ],
    })
}

fn refused(leaves: &[Hash]) -> Value {
    let good = inclusion_proof(leaves, 5).unwrap();
    let mut bit = good.clone();
    bit[1] = flipped(bit[1], 9);
    let mut swapped = good.clone();
    swapped.swap(0, 1);
    let mut steps = consistency_proof(leaves, 6).unwrap();
    steps[0] = flipped(steps[0], 255);
    let both = multiproof(leaves, &[0, 7]).unwrap();
    let (good, bit, swapped) = (texts(&good), texts(&bit), texts(&swapped));
    let longer = [&good[..], &good[..1]].concat();
    json!([
        {"what": "bit", "kind": "inclusion", "index": 5, "size": 8, "proof": bit, "error": "RootMismatch"},
        {"what": "swapped", "kind": "inclusion", "index": 5, "size": 8, "proof": swapped, "error": "RootMismatch"},
        {"what": "index", "kind": "inclusion", "index": 4, "size": 8, "proof": good, "error": "RootMismatch"},
        {"what": "cut", "kind": "inclusion", "index": 5, "size": 8, "proof": good[..2], "error": "Length"},
        {"what": "longer", "kind": "inclusion", "index": 5, "size": 8, "proof": longer, "error": "Length"},
        {"what": "outside", "kind": "inclusion", "index": 8, "size": 8, "proof": good, "error": "IndexOutOfRange"},
        {"what": "bit", "kind": "consistency", "earlier": 6, "later": 8, "proof": texts(&steps),
            "error": "EarlierRootMismatch"},
        {"what": "order", "kind": "consistency", "earlier": 8, "later": 6, "proof": [], "error": "SizesReversed"},
        {"what": "not empty", "kind": "consistency", "earlier": 8, "later": 8, "proof": good, "error": "Length"},
        {"what": "none", "kind": "multi", "size": 8, "indices": [], "proof": [], "error": "NoLeaves"},
        {"what": "order", "kind": "multi", "size": 8, "indices": [7, 0], "proof": texts(&both), "error": "IndexOrder"},
        {"what": "twice", "kind": "multi", "size": 8, "indices": [0, 0], "proof": texts(&both), "error": "IndexOrder"},
        {"what": "other leaf", "kind": "multi", "size": 8, "indices": [1, 7], "proof": texts(&both),
            "error": "RootMismatch"},
        {"what": "cut", "kind": "multi", "size": 8, "indices": [0, 7], "proof": texts(&both[1..]), "error": "Length"},
    ])
}

/// Verifies one entry of the file, knowing nothing but the file.
fn check(kind: &str, entry: &Value, file: &Value) -> Result<(), ProofError> {
    let number = |name: &str| entry[name].as_u64().unwrap();
    let leaf = |at: u64| hashes(&file["leaf_hashes"])[usize::try_from(at).unwrap() % 8];
    let root = |size: u64| hashes(&file["roots"])[usize::try_from(size).unwrap()];
    let proof = hashes(&entry["proof"]);
    match kind {
        "inclusion" => {
            let (at, size) = (number("index"), number("size"));
            verify_inclusion(&leaf(at), at, size, &proof, &root(size))
        }
        "consistency" => {
            let (earlier, later) = (number("earlier"), number("later"));
            verify_consistency(earlier, later, &proof, &root(earlier), &root(later))
        }
        "multi" => {
            let indices = entry["indices"].as_array().unwrap().iter().map(|at| at.as_u64().unwrap());
            let claims: Vec<_> = indices.map(|at| (at, leaf(at))).collect();
            verify_multiproof(number("size"), &claims, &proof, &root(number("size")))
        }
        other => panic!("unknown kind {other}"),
    }
}

fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().unwrap().iter().map(|text| Hash::from_hex(text.as_str().unwrap()).unwrap()).collect()
}

fn name_of(error: ProofError) -> String {
    format!("{error:?}").split(' ').next().unwrap().to_owned()
}

#[test]
fn the_file_holds_what_we_compute_and_what_it_says() {
    let expected = vectors();
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(file(), serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
    }
    let found: Value = serde_json::from_str(&std::fs::read_to_string(file()).unwrap()).unwrap();
    assert_eq!(found, expected, "set WL_BLESS=1 to write the file anew, then read its difference");

    for kind in ["inclusion", "consistency", "multi"] {
        for entry in found[kind].as_array().unwrap() {
            assert_eq!(check(kind, entry, &found), Ok(()), "{entry}");
        }
    }
    for entry in found["refused"].as_array().unwrap() {
        let error = check(entry["kind"].as_str().unwrap(), entry, &found).unwrap_err();
        assert_eq!(name_of(error), entry["error"].as_str().unwrap(), "{entry}");
    }
    for entry in found["frontier"].as_array().unwrap() {
        let decoded: Frontier = minicbor::decode(&unhex(entry["cbor"].as_str().unwrap())).unwrap();
        assert_eq!(decoded.len(), entry["size"].as_u64().unwrap());
        assert_eq!(decoded.root(), hashes(&found["roots"])[usize::try_from(decoded.len()).unwrap()]);
    }
    for entry in found["refused_frontier"].as_array().unwrap() {
        let bytes = unhex(entry["cbor"].as_str().unwrap());
        assert!(minicbor::decode::<Frontier>(&bytes).is_err(), "{entry}");
    }
}
