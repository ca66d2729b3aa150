//! `docs/spec/vectors/checkpoint.json`: written when `WL_BLESS=1` is set, otherwise compared, and read back and judged.

use crate::evidence::{convicting, convicting_nobody, genesis, several};
use crate::*;
use serde_json::{Value, json};
use std::path::PathBuf;
use wl_ledger::Height;
use wl_ledger::checkpoint::{Note, Witness, cosign, origin};
use wl_ledger::evidence::{Evidence, EvidenceError, judge};
use wl_ledger::fixtures::{hash, key, numbered};
use wl_ledger::merkle::verify_consistency;

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/checkpoint.json")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn vectors() -> Value {
    let ward = TestChain::ward();
    let witness = Witness { name: "witness.example/w1".into(), key: key("witness.example/w1").public() };
    let cosigned = |note: Note| {
        let line = cosign(&witness.name, &key("witness.example/w1"), 1_768_003_300, &note.text);
        Note { signatures: [note.signatures, vec![line]].concat(), text: note.text }.to_string()
    };
    let gateway = key("gateway");
    let mut tree = Tree::new();
    ward.verifier().headers_from(Height(0)).for_each(|header| tree.append(leaf_hash(header.id().as_bytes())));
    let sizes = [1, 4, tree.len()];
    let proof: Vec<String> =
        tree.consistency_proof(4, tree.len()).unwrap().iter().map(ToString::to_string).collect();
    json!({
        "about": "The chain is that of chain.json. `checkpoints` verify with `public` as the one validator, and bear the \
            witness's word; `consistency` leads from the second to the third. `evidence` convicts as `verdict` and `signers` \
            say, or is refused with `error`. `seeds` are the secret keys of the validators of its chains.",
        "chain_id": ward.chain().to_string(),
        "origin": origin(&ward.chain()),
        "public": hex(gateway.public().as_bytes()),
        "witness": witness.to_string(),
        "checkpoints": sizes.map(|size| cosigned(checkpoint(&ward, size).sign(&[&gateway]))),
        "consistency": proof,
        "evidence": bundles(&ward),
        "seeds": (0..4).map(|index| hash(&format!("key/{}", numbered("gateway", index))).to_string()).collect::<Vec<_>>(),
    })
}

/// Every kind of bundle, and what is to be said of it.
fn bundles(ward: &TestChain) -> Vec<Value> {
    let two = |(what, one, other, _)| (what, Evidence::of(&genesis(ward), one, other).to_bytes());
    let convicting = convicting(ward).into_iter().map(two);
    let nobody = convicting_nobody(ward).into_iter().map(|(what, bytes, _)| (what, bytes));
    let several = several();
    let of_four = [
        ("three of four gateways, and three", several.by_two_of_both),
        ("three of four gateways, and two", several.by_too_few),
        ("three of four gateways, and the fourth", several.by_nobody_of_both),
    ];
    let said = |(what, bytes): (&str, Vec<u8>)| {
        let mut case = judged(&bytes);
        case["what"] = json!(what);
        case["bytes"] = json!(hex(&bytes));
        case
    };
    convicting.chain(nobody).chain(of_four).map(said).collect()
}

fn judged(bytes: &[u8]) -> Value {
    match judge(bytes) {
        Ok(verdict) => json!({
            "verdict": verdict.at.to_string(),
            "signers": verdict.signers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
        Err(error) => json!({ "error": name(&error) }),
    }
}

/// The name of the variant, without its fields.
fn variant(error: &dyn std::fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// The error as the file names it: the variant, and for what was signed the variant of what lies under it.
fn name(error: &EvidenceError) -> String {
    let under = match error {
        EvidenceError::Certificate(source) => Some(variant(source)),
        EvidenceError::Checkpoint(source) => Some(variant(source)),
        EvidenceError::Heartbeat(source) => Some(variant(source)),
        _ => None,
    };
    under.map_or_else(|| variant(error), |under| format!("{}/{under}", variant(error)))
}

#[test]
fn the_file_holds_what_we_compute_and_what_it_says() {
    let expected = vectors();
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(file(), serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
    }
    let found: Value = serde_json::from_str(&std::fs::read_to_string(file()).unwrap()).unwrap();
    assert_eq!(found, expected, "set WL_BLESS=1 to write the file anew, then read its difference");
    let chain = ChainId::from_hex(found["chain_id"].as_str().unwrap()).unwrap();
    let public = wl_ledger::keys::PublicKey::from_bytes(unhex(&found["public"]).try_into().unwrap());
    let set = ValidatorSet::of([public]);
    let witness = Witness::parse(found["witness"].as_str().unwrap()).unwrap();
    let mut verified = Vec::new();
    for note in found["checkpoints"].as_array().unwrap() {
        let checkpoint = Checkpoint::verify(note.as_str().unwrap().as_bytes(), &chain, &set).unwrap();
        assert!(witness.cosigned(checkpoint.note()).unwrap().is_some());
        verified.push(*checkpoint.get());
    }
    let proof = found["consistency"].as_array().unwrap().iter();
    let proof: Vec<_> =
        proof.map(|line| wl_ledger::Hash::from_hex(line.as_str().unwrap()).unwrap()).collect();
    let (one, other) = (verified[1], verified[2]);
    assert_eq!(verify_consistency(one.size, other.size, &proof, &one.root, &other.root), Ok(()));
    for case in found["evidence"].as_array().unwrap() {
        let said = judged(&unhex(&case["bytes"]));
        assert!(said.as_object().unwrap().iter().all(|(key, value)| case[key] == *value), "{case} {said}");
    }
}
