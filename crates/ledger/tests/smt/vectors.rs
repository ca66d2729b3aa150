//! `docs/spec/vectors/state-root.json`: written when `WL_BLESS=1` is set, otherwise compared, and in
//! either case read back and checked against the oracle and the verifier.

use std::path::PathBuf;

use serde_json::{Value, json};
use wl_ledger::Hash;
use wl_ledger::codec::{decode, encode};
use wl_ledger::smt::{MAX_MAP_PROOF_BYTES, MapProof, SparseMap};

use crate::oracle::{self, Entries};
use crate::{flipped, hex, key, unhex};

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/state-root.json")
}

/// The maps of the file: none, one, two that part at the last bit, and a handful.
fn maps() -> Vec<Entries> {
    let value = |name: u64| format!("value {name}").into_bytes();
    vec![
        Entries::new(),
        Entries::from([(key(0), vec![])]),
        Entries::from([(key(0), value(0)), (flipped(key(0), 255), value(1))]),
        (0..6).map(|name| (key(name), value(name))).collect(),
    ]
}

fn describe(entries: &Entries) -> Value {
    let mut map = SparseMap::new();
    for (key, value) in entries {
        map.insert(*key, value);
    }
    let asked = entries.keys().copied().chain([key(99), flipped(key(0), 255)]);
    let proofs: Vec<_> = asked
        .map(|key| {
            let value = entries.get(&key).map(|value| hex(value));
            json!({"key": key.to_string(), "value": value, "proof": hex(&encode(&map.prove(&key)))})
        })
        .collect();
    let listed: Vec<_> =
        entries.iter().map(|(key, value)| json!({"key": key.to_string(), "value": hex(value)})).collect();
    json!({"entries": listed, "root": map.root().to_string(), "proofs": proofs})
}

fn vectors() -> Value {
    let entries = maps().pop().unwrap();
    let mut map = SparseMap::new();
    for (key, value) in &entries {
        map.insert(*key, value);
    }
    let proof = map.prove(&key(2));
    let (bytes, root) = (hex(&encode(&proof)), map.root().to_string());
    let mut siblings = proof.siblings().to_vec();
    siblings[0] = flipped(siblings[0], 0);
    let spoilt = hex(&encode(&MapProof::new(*proof.bitmap(), siblings).unwrap()));
    let refused = |what: &str, key: Hash, value: Option<&str>, proof: &str, root: &str| {
        json!({"what": what, "key": key.to_string(), "value": value.map(|text| hex(text.as_bytes())),
            "proof": proof, "root": root})
    };
    let zero = "00".repeat(32);
    json!({
        "about": "Values and proofs are hexadecimal; value null is absence. All of `refused` must be refused.",
        "maps": maps().iter().map(describe).collect::<Vec<_>>(),
        "refused": [
            refused("absence of a key that is there", key(2), None, &bytes, &root),
            refused("another value", key(2), Some("value 3"), &bytes, &root),
            refused("the proof of another key", key(3), Some("value 2"), &bytes, &root),
            refused("another root", key(2), Some("value 2"), &bytes, &zero),
            refused("one bit of a sibling", key(2), Some("value 2"), &spoilt, &root),
            refused("cut off", key(2), Some("value 2"), &bytes[..bytes.len() - 2], &root),
            refused("a trailing byte", key(2), Some("value 2"), &format!("{bytes}00"), &root),
            refused("a sibling without a bit", key(9), None, &format!("825820{zero}5820{root}"), &root),
            refused("a bit without a sibling", key(9), None, &format!("825820{}0140", "00".repeat(31)), &zero),
            refused("an empty sibling", key(9), None, &format!("825820{}015820{zero}", "00".repeat(31)), &zero),
            refused("a length longer than it needs to be", key(9), None, &format!("82590020{zero}40"), &zero),
        ],
    })
}

/// Whether a proof of the file shows what the entry claims.
fn proves(entry: &Value, root: &Value) -> bool {
    let hash = |value: &Value| Hash::from_hex(value.as_str().unwrap()).unwrap();
    let value = entry["value"].as_str().map(unhex);
    decode::<MapProof>(&unhex(entry["proof"].as_str().unwrap()), MAX_MAP_PROOF_BYTES)
        .is_ok_and(|proof| proof.verify(&hash(&entry["key"]), value.as_deref(), &hash(root)).is_ok())
}

#[test]
fn the_file_holds_what_we_compute_and_what_it_says() {
    let expected = vectors();
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(file(), serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
    }
    let found: Value = serde_json::from_str(&std::fs::read_to_string(file()).unwrap()).unwrap();
    assert_eq!(found, expected, "set WL_BLESS=1 to write the file anew, then read its difference");

    for (entries, described) in maps().iter().zip(found["maps"].as_array().unwrap()) {
        assert_eq!(described["root"], json!(oracle::root(entries).to_string()));
        for entry in described["proofs"].as_array().unwrap() {
            assert!(proves(entry, &described["root"]), "{entry}");
        }
    }
    for entry in found["refused"].as_array().unwrap() {
        assert!(!proves(entry, &entry["root"]), "{entry}");
    }
}
