//! Seeds from an honest chain and from the vectors of `docs/spec`.

use std::path::Path;

use serde_json::Value;
use wl_ledger::Hash;
use wl_ledger::block::{Entry, LaneItem, entries_root};
use wl_ledger::codec;
use wl_ledger::control::SignedTransaction;
use wl_ledger::fixtures::{TestChain, key_id};
use wl_ledger::merkle::{consistency_proof, inclusion_proof, leaf_hash, multiproof, root};

use crate::Seeds;

/// Kinds of `encoding.json` and the parsers they are seeds of.
const KINDS: [(&str, &str); 11] = [
    ("header", "header"),
    ("certificate", "certificate"),
    ("control", "control"),
    ("COSE_Sign", "cose-sign"),
    ("COSE_Sign1", "cose-sign1"),
    ("record", "record"),
    ("entry", "entry"),
    ("lane item", "lane-item"),
    ("heartbeat", "heartbeat"),
    ("body", "body"),
    ("enrolment request", "enrolment-request"),
];

pub(crate) fn add(seeds: &mut Seeds) {
    add_encodings(seeds);
    add_proofs(seeds);
    add_lanes(seeds);
    add_actions(seeds);
    add_archives(seeds);
}

fn add_archives(seeds: &mut Seeds) {
    for name in
        ["genesis", "small", "erased", "no-bodies", "four-gateways", "cut-off", "value", "value-erased"]
    {
        let path = format!("../docs/spec/vectors/archive-{name}.bin");
        let bytes =
            std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a golden archive");
        push(seeds, "archive", name, bytes);
    }
}

fn vectors(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/spec/vectors").join(file);
    serde_json::from_slice(&std::fs::read(&path).expect("the vectors")).expect("vectors are JSON")
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn push(seeds: &mut Seeds, target: &'static str, name: impl Into<String>, bytes: Vec<u8>) {
    seeds.entry(target).or_default().push((name.into(), bytes));
}

fn add_encodings(seeds: &mut Seeds) {
    let file = vectors("encoding.json");
    for kind in list(&file, "kinds") {
        let Some((_, target)) = KINDS.iter().find(|(name, _)| kind["kind"] == *name) else { continue };
        for (place, bytes) in list(kind, "accepted").iter().enumerate() {
            push(seeds, target, format!("good-{place:02}"), unhex(bytes.as_str().unwrap_or_default()));
        }
        for (place, bad) in list(kind, "refused").iter().enumerate().skip(1) {
            push(seeds, target, format!("bad-{place:02}"), unhex(bad["bytes"].as_str().unwrap_or_default()));
        }
    }
    push(seeds, "heartbeat", "signed", unhex(file["heartbeat"]["bytes"].as_str().unwrap_or_default()));
    for text in ["11".repeat(32), "2a".repeat(16), "AB".repeat(16)] {
        push(seeds, "hex-id", format!("{}-{}", text.len(), &text[..2]), text.into_bytes());
    }
    for (place, map) in list(&vectors("state-root.json"), "maps").iter().enumerate() {
        for (number, proof) in list(map, "proofs").iter().enumerate().take(3) {
            let bytes = unhex(proof["proof"].as_str().unwrap_or_default());
            push(seeds, "map-proof", format!("{place}-{number}"), bytes);
        }
    }
    for (place, frontier) in list(&vectors("merkle.json"), "frontier").iter().enumerate() {
        let bytes = unhex(frontier["cbor"].as_str().unwrap_or_default());
        push(seeds, "frontier", format!("{place}"), bytes);
    }
}

fn joined(lines: &[Hash]) -> Vec<u8> {
    lines.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

fn add_proofs(seeds: &mut Seeds) {
    let leaves: Vec<Hash> = (0u8..21).map(|place| leaf_hash(&[place])).collect();
    let size = 21u64.to_be_bytes();
    let whole = root(&leaves);
    for index in [0u64, 7, 20] {
        let leaf = leaves[usize::try_from(index).unwrap()];
        let lines = joined(&inclusion_proof(&leaves, index).unwrap());
        let bytes =
            [leaf.as_bytes().as_slice(), &index.to_be_bytes(), &size, whole.as_bytes(), &lines].concat();
        push(seeds, "inclusion", format!("{index}"), bytes);
    }
    for earlier in [0u64, 8, 13, 21] {
        let old = root(&leaves[..usize::try_from(earlier).unwrap()]);
        let lines = joined(&consistency_proof(&leaves, earlier).unwrap());
        let bytes =
            [earlier.to_be_bytes().as_slice(), &size, old.as_bytes(), whole.as_bytes(), &lines].concat();
        push(seeds, "consistency", format!("{earlier}"), bytes);
    }
    for (name, places) in [("one", vec![4u64]), ("some", vec![0, 3, 17]), ("last", vec![19, 20])] {
        let lines = joined(&multiproof(&leaves, &places).unwrap());
        let mut bytes = [size.as_slice(), whole.as_bytes(), &[u8::try_from(places.len()).unwrap()]].concat();
        for place in places {
            bytes.extend_from_slice(&place.to_be_bytes());
            bytes.extend_from_slice(leaves[usize::try_from(place).unwrap()].as_bytes());
        }
        bytes.extend_from_slice(&lines);
        push(seeds, "multiproof", name, bytes);
    }
}

fn add_lanes(seeds: &mut Seeds) {
    let ward = TestChain::ward();
    let lane = ward.lane();
    for length in [1, 2, lane.len()] {
        let items: Vec<LaneItem> = lane.iter().take(length).cloned().collect();
        let bytes = [ward.chain().as_bytes().as_slice(), &codec::encode(&items)].concat();
        push(seeds, "lane", format!("{length}"), bytes);
    }
    let roots: Vec<_> = ward.blocks().iter().map(|block| entries_root(&block.entries)).collect();
    assert_eq!(roots.len(), lane.len());
}

/// The rows of the vectors of agreements, a dozen to a seed, and the life of the fixture's ward.
fn add_actions(seeds: &mut Seeds) {
    let vectors = wl_fuzz::state::vectors();
    let names = wl_fuzz::state::signers(&vectors);
    let rows: Vec<Vec<u8>> = list(&vectors, "rows")
        .iter()
        .map(|row| {
            let steps = list(row, "before").iter().chain([row]);
            steps
                .filter_map(wl_fuzz::state::transaction)
                .flat_map(|signed| action_bytes(&signed, &names))
                .collect()
        })
        .collect();
    for (number, rows) in rows.chunks(8).enumerate() {
        push(seeds, "state", format!("rows-{number:02}"), rows.concat());
    }
    let entries =
        TestChain::ward().blocks().iter().flat_map(|block| block.entries.clone()).collect::<Vec<_>>();
    let controls = entries.iter().filter_map(|entry| match entry {
        Entry::Control(bytes) => Some(SignedTransaction::parse(bytes).unwrap()),
        Entry::Record(_) => None,
    });
    push(seeds, "state", "ward", controls.flat_map(|signed| action_bytes(&signed, &names)).collect());
}

/// mask, author, milliseconds, action: what the parser `state` reads.
fn action_bytes(signed: &SignedTransaction, names: &[String]) -> Vec<u8> {
    let signed_by = |name: &String| signed.signers().iter().any(|(key, _)| *key == key_id(name));
    let signers: Vec<(usize, &String)> =
        names.iter().enumerate().filter(|(_, name)| signed_by(name)).collect();
    let mask = signers.iter().fold(0u16, |mask, (bit, _)| mask | 1 << bit);
    let transaction = signed.transaction();
    let author = signers.iter().position(|(_, name)| Some(key_id(name)) == transaction.author).unwrap_or(0);
    let author = u8::try_from(author).expect("few signers");
    [
        codec::encode(&mask),
        codec::encode(&author),
        codec::encode(&1_000u32),
        codec::encode(&transaction.action),
    ]
    .concat()
}
