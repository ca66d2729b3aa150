//! `docs/spec/vectors/checkpoint.json`: written when `WL_BLESS=1` is set, otherwise compared, and read back and judged.

use crate::evidence::{genesis, run, twin};
use crate::*;
use serde_json::{Value, json};
use std::path::PathBuf;
use wl_ledger::checkpoint::{Note, Witness, cosign, origin};
use wl_ledger::evidence::{Evidence, judge};
use wl_ledger::fixtures::key;
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
    ward.verifier().headers().iter().for_each(|header| tree.append(leaf_hash(header.id().as_bytes())));
    let sizes = [1, 4, tree.len()];
    let proof: Vec<String> =
        tree.consistency_proof(4, tree.len()).unwrap().iter().map(ToString::to_string).collect();
    let lane = ward.lane();
    let other = twin(&ward.blocks()[3], &[&gateway]);
    let bundle = Evidence::of(&genesis(&ward), run(&lane[3..4], None), run(&[other], None)).to_bytes();
    let mut forged = bundle.clone();
    *forged.last_mut().unwrap() ^= 1;
    json!({
        "about": "The chain is that of chain.json. `checkpoints` verify with `public` as the one validator, and bear the \
            witness's word; `consistency` leads from the second to the third. `evidence` is judged as `verdict` says.",
        "chain_id": ward.chain().to_string(),
        "origin": origin(&ward.chain()),
        "public": hex(gateway.public().as_bytes()),
        "witness": witness.to_string(),
        "checkpoints": sizes.map(|size| cosigned(checkpoint(&ward, size).sign(&[&gateway]))),
        "consistency": proof,
        "evidence": [
            {"bytes": hex(&bundle), "verdict": "two headers at height 3", "signers": [gateway.id().to_string()]},
            {"bytes": hex(&forged), "verdict": "refused"},
        ],
    })
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
        match judge(&unhex(&case["bytes"])) {
            Ok(verdict) => assert_eq!(verdict.at.to_string(), case["verdict"].as_str().unwrap()),
            Err(_) => assert_eq!(case["verdict"], "refused"),
        }
    }
}
