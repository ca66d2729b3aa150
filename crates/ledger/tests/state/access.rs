//! Proofs of access: each verdict is the state's, and nothing of a proof can be changed, left out or reused.
//! `docs/spec/vectors/access.json` is written when `WL_BLESS=1` is set, otherwise compared.

use std::path::PathBuf;

use serde_json::{Value, json};
use wl_ledger::access::{AccessError, AccessProof, AccessVerdict};
use wl_ledger::control::*;
use wl_ledger::fixtures::{TestChain, agreement_id, key_id, patient_id, team_id};
use wl_ledger::smt::ProofError;
use wl_ledger::{Category, Hash, Height, KeyId, UnixMillis};

use crate::scene::{CAST, Scene, agreement, emergency, hex};

fn proof(scene: &Scene, key: KeyId, category: Category) -> AccessProof {
    AccessProof::of(&scene.state, patient_id("ada"), category, key)
}

/// A proof as a stranger reads it: from its bytes, against a root and a time.
fn judged(bytes: &[u8], root: &Hash, time: UnixMillis) -> Result<AccessVerdict, AccessError> {
    AccessProof::parse(bytes)?.verify_at(root, time)
}

/// Scenes in which access was given, taken away and given by another way.
fn scenes() -> Vec<(&'static str, Scene)> {
    let ward = Scene::ward();
    let ended = ward.with(&["ada"], Action::RevokeAgreement(agreement_id("ada/0")));
    let friend = Action::GrantAgreement(agreement("a", |_| ()));
    let revoke = |name| Action::Revoke(key_id(name), RevocationReason::Lost);
    vec![
        ("a team's agreement", ward.clone()),
        ("ended by the patient", ended.clone()),
        ("a caregiver", ended.with(&["ada"], friend.clone())),
        ("a caregiver beside a team", ward.with(&["ada"], friend)),
        ("an emergency", ended.with(&["nurse"], emergency("e", |_| ()))),
        ("an emergency that is over", ended.with(&["nurse"], emergency("e", |_| ())).later(3_600_000)),
        ("a revoked key", ward.with(&["admin"], revoke("nurse"))),
        ("out of the team", ward.with(&["admin"], Action::LeaveTeam(team_id("ward"), key_id("nurse")))),
    ]
}

#[test]
fn a_proof_says_what_the_state_says() {
    for (what, scene) in scenes() {
        let root = scene.state.root();
        for name in CAST.into_iter().chain(["nobody"]) {
            for category in [Category::Vitals, Category::Notes, Category::Images] {
                let key = key_id(name);
                let verdict = judged(&proof(&scene, key, category).to_bytes(), &root, scene.time).unwrap();
                let granted =
                    scene.state.grants(&patient_id("ada"), category, &key).cloned().unwrap_or_default();
                let by: Vec<_> = scene
                    .state
                    .agreements_for(&key, &patient_id("ada"), category, scene.time)
                    .map(|granted| granted.agreement.id)
                    .collect();
                let active = scene.state.active_member(&key).is_some();
                let expected = if active && !by.is_empty() {
                    AccessVerdict::Reads { by, granted }
                } else {
                    AccessVerdict::MayNotRead { granted }
                };
                assert_eq!(verdict, expected, "{what}: {name} {category:?}");
            }
        }
    }
}

#[test]
fn a_certified_header_is_what_a_proof_is_checked_against() {
    let ward = TestChain::ward();
    let verifier = ward.verifier();
    let (nurse, admin) = (key_id("nurse"), key_id("admin"));
    let of = |key| AccessProof::of(verifier.state(), patient_id("ada"), Category::Vitals, key);
    let tip = verifier.tip().unwrap();
    assert!(matches!(of(nurse).verify(tip), Ok(AccessVerdict::Reads { .. })));
    let never = of(admin).verify(tip).unwrap();
    assert!(matches!(never, AccessVerdict::MayNotRead { granted } if granted.is_empty()));
    // What is true of one height is not proved of another.
    let before = &verifier.header(Height(2)).unwrap();
    assert!(matches!(of(nurse).verify(before), Err(AccessError::Fact { .. })));
}

#[test]
fn no_byte_of_a_proof_can_be_changed() {
    let scene = Scene::ward().with(&["ada"], Action::GrantAgreement(agreement("a", |_| ())));
    let root = scene.state.root();
    for name in ["nurse", "friend", "admin", "nobody"] {
        let bytes = proof(&scene, key_id(name), Category::Vitals).to_bytes();
        assert!(judged(&bytes, &root, scene.time).is_ok());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(judged(&changed, &root, scene.time).is_err(), "{name}: byte {at}");
        }
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            assert!(judged(&bytes[..cut], &root, scene.time).is_err(), "{name}: cut at {cut}");
        }
        assert!(judged(&[&bytes[..], &[0]].concat(), &root, scene.time).is_err());
    }
}

/// An honest proof whose parts are put together with another's.
#[test]
fn a_proof_of_one_state_key_or_category_is_none_of_another() {
    let ward = Scene::ward();
    let ended = ward.with(&["ada"], Action::RevokeAgreement(agreement_id("ada/0")));
    let bytes = proof(&ward, key_id("nurse"), Category::Vitals).to_bytes();
    let old = judged(&bytes, &ended.state.root(), ended.time).unwrap_err();
    assert!(matches!(old, AccessError::Fact { source: ProofError::RootMismatch, .. }), "{old:?}");
    let (old, new) = (ward.state.root(), ended.state.root());
    assert!(matches!(judged(&bytes, &old, ward.time), Ok(AccessVerdict::Reads { .. })));
    let other = proof(&ended, key_id("nurse"), Category::Vitals).to_bytes();
    assert!(matches!(judged(&other, &new, ended.time), Ok(AccessVerdict::MayNotRead { .. })));
    assert!(judged(&other, &old, ward.time).is_err());
}

fn verdict(verdict: &AccessVerdict) -> Value {
    let (by, granted) = match verdict {
        AccessVerdict::Reads { by, granted } => (by.clone(), granted),
        AccessVerdict::MayNotRead { granted } => (Vec::new(), granted),
    };
    let granted: Vec<Value> = granted.iter().map(|(generation, at)| json!([generation.0, at.0])).collect();
    json!({"by": by.iter().map(ToString::to_string).collect::<Vec<_>>(), "granted": granted})
}

fn vectors() -> Value {
    let mut cases = Vec::new();
    for (what, scene) in scenes() {
        for (name, category) in
            [("nurse", Category::Vitals), ("friend", Category::Notes), ("admin", Category::Vitals)]
        {
            let bytes = proof(&scene, key_id(name), category).to_bytes();
            let root = scene.state.root();
            let judged = judged(&bytes, &root, scene.time).unwrap();
            cases.push(json!({
                "what": format!("{what}: {name}"), "state_root": root.to_string(), "time": scene.time.0,
                "proof": hex(&bytes), "verdict": verdict(&judged),
            }));
        }
    }
    json!({
        "about": "Bytes are hexadecimal. Each proof holds against its state root and block time and says `verdict`; with any \
            bit flipped it must be refused.",
        "cases": cases,
    })
}

#[test]
fn the_file_holds_what_we_compute() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/access.json");
    let expected = vectors();
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&file, serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
    }
    let found: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(found == expected, "set WL_BLESS=1 to write the file anew, then read its difference");
}
