//! `docs/spec/vectors/archive-*`: written when `WL_BLESS=1` is set, otherwise compared; the files alone
//! are then read back and judged.

use std::path::PathBuf;

use serde_json::{Value, json};
use wl_ledger::archive::Verdict;
use wl_ledger::control::{Action, EraseBasis, EraseOrder, EraseScope};
use wl_ledger::fixtures::{Content, TestChain, key_id, patient_id};
use wl_ledger::{ChainId, EraseId, Height, Seq, StreamId};

use crate::{forged, judged, names, redigest};

/// One file: what it is, its bytes, the verdict, what must be found in this order.
struct Golden {
    name: &'static str,
    about: &'static str,
    bytes: Vec<u8>,
    verdict: Verdict,
    why: &'static [&'static str],
}

fn golden(
    name: &'static str,
    about: &'static str,
    bytes: Vec<u8>,
    verdict: Verdict,
    why: &'static [&'static str],
) -> Golden {
    Golden { name, about, bytes, verdict, why }
}

fn archives() -> Vec<Golden> {
    use Verdict::{Incomplete, Invalid, Valid};
    let (small, ward) = (TestChain::small(), TestChain::ward());
    let genesis = TestChain::found(wl_ledger::fixtures::Setup::default());
    let several = TestChain::found(wl_ledger::fixtures::Setup { validators: 4, ..Default::default() });
    let whole = small.archive(Content::ALL);
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let cut = whole[..whole.len() - 40].to_vec();
    let nurse = Some(key_id("nurse"));
    let mut wrong_digest = whole.clone();
    *wrong_digest.last_mut().unwrap() ^= 1;
    let mut other_chain = genesis.archive(Content::ALL);
    // The first byte of the chain id in the manifest.
    other_chain[16 + 5 + 4] ^= 1;
    redigest(&mut other_chain);
    vec![
        golden("genesis", "a chain of one block", genesis.archive(Content::ALL), Valid, &[]),
        golden(
            "four-gateways",
            "a chain that four validators certify",
            several.archive(Content::ALL),
            Valid,
            &[],
        ),
        golden("small", "three blocks and one record", whole, Valid, &[]),
        golden("ward", "six blocks, four streams", ward.archive(Content::ALL), Valid, &[]),
        golden(
            "no-bodies",
            "all records, no content",
            small.archive(Content { records: |_| true, body: |_, _| false }),
            Incomplete,
            &["BodyMissing"],
        ),
        golden(
            "inner-block-left-out",
            "records of block 4 are not here; those of block 5 name their predecessors",
            ward.archive(Content { records: |height| height.0 != 4, body: |_, _| true }),
            Incomplete,
            &["RecordsMissing"],
        ),
        golden("cut-off", "the same as small, without its last 40 bytes", cut, Incomplete, &["CutOff"]),
        golden(
            "value",
            "the proof of the record in small, and that the nurse may read it",
            small.proof(StreamId(0), Seq(0), nurse, true),
            Valid,
            &[],
        ),
        golden(
            "value-later",
            "a later record of ward, for the physician",
            ward.proof(StreamId(0), Seq(2), Some(key_id("physician")), true),
            Valid,
            &[],
        ),
        golden(
            "value-no-body",
            "the same as value, without its body",
            small.proof(StreamId(0), Seq(0), nurse, false),
            Incomplete,
            &["BodyMissing"],
        ),
        golden(
            "value-stranger",
            "the same as value, said to be readable by the administrator",
            small.proof(StreamId(0), Seq(0), Some(key_id("admin")), true),
            Invalid,
            &["MayNotRead"],
        ),
        golden("erased", "the record of small, erased by an order", erased(|_, _| false), Valid, &[]),
        golden("erased-but-kept", "the same, and the content is still here", erased(|_, _| true), Valid, &[]),
        golden("value-erased", "the proof of an erased record", erased_value(), Valid, &[]),
        golden(
            "forged-record",
            "a gateway's own record, in a block that it certified",
            forged::made_up_record(),
            Invalid,
            &["Record/Signature"],
        ),
        golden(
            "forged-omission",
            "a revocation that the gateway left out of a block that it certified",
            forged::left_out_revocation(),
            Invalid,
            &["StateRoot"],
        ),
        golden(
            "forged-grant",
            "a hub's grant to a key that no agreement entitles, in a block that the gateway certified",
            forged::grant_to_a_stranger(),
            Invalid,
            &["Control/NotEntitled"],
        ),
        golden(
            "forged-body",
            "another body than the one that was signed",
            forged::made_up_body(),
            Invalid,
            &["Record/Commitment"],
        ),
        golden(
            "forged-certificate",
            "a certificate of a hub",
            forged::other_certificate(),
            Invalid,
            &["Certificate/NotAValidator"],
        ),
        golden("flipped-bit", "one bit of small was flipped", changed, Invalid, &[]),
        golden(
            "wrong-digest",
            "one bit of the digest of small was flipped",
            wrong_digest,
            Invalid,
            &["Digest"],
        ),
        golden("other-chain", "the manifest names another chain", other_chain, Invalid, &["OtherChain"]),
    ]
}

/// The chain of small, with the patient's order to erase its record.
fn with_order() -> TestChain {
    let mut chain = TestChain::small();
    let order = EraseOrder {
        id: EraseId::from_bytes([5; 16]),
        patient: patient_id("ada"),
        scope: EraseScope::Records(StreamId(0), Seq(0), Seq(0)),
        basis: EraseBasis::PatientRequest,
        up_to: Height(2),
    };
    chain.must(&["ada"], Action::Erase(order));
    chain.next_block();
    chain
}

fn erased(body: fn(StreamId, Seq) -> bool) -> Vec<u8> {
    with_order().archive(Content { records: |_| true, body })
}

fn erased_value() -> Vec<u8> {
    with_order().proof(StreamId(0), Seq(0), Some(key_id("nurse")), false)
}

#[test]
fn an_erased_body_is_told_with_its_order() {
    let order = EraseId::from_bytes([5; 16]);
    for file in [erased(|_, _| false), erased_value()] {
        let report = judged(&file);
        assert_eq!((report.tally.bodies_erased, report.tally.bodies_missing), (1, 0));
        assert_eq!(report.erased, [(order, 1)].into());
    }
    let kept = judged(&erased(|_, _| true)).tally;
    assert_eq!((kept.bodies_valid, kept.bodies_kept, kept.bodies_erased), (1, 1, 0));
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors")
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Invalid => "invalid",
        Verdict::Incomplete => "incomplete",
    }
}

fn described(golden: &Golden, why: Option<Vec<String>>, chain: Option<ChainId>) -> Value {
    json!({
        "about": golden.about, "verdict": word(golden.verdict), "why": why,
        "chain": chain.map(|chain| chain.to_string()), "bytes": golden.bytes.len(),
    })
}

fn compare(golden: &Golden, expected: &Value) {
    let file = folder().join(format!("archive-{}.bin", golden.name));
    let beside = file.with_extension("json");
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&file, &golden.bytes).unwrap();
        std::fs::write(&beside, serde_json::to_string_pretty(expected).unwrap() + "\n").unwrap();
    }
    let hint = "set WL_BLESS=1 to write the files anew, then read their difference";
    assert!(std::fs::read(&file).unwrap() == golden.bytes, "{}: {hint}", file.display());
    let found: Value = serde_json::from_str(&std::fs::read_to_string(&beside).unwrap()).unwrap();
    assert_eq!(&found, expected, "{}: {hint}", beside.display());
}

#[test]
fn every_golden_archive_is_judged_as_it_says() {
    for golden in archives() {
        let report = judged(&golden.bytes);
        let why = names(&report);
        assert_eq!(report.verdict, golden.verdict, "{}: {:?}", golden.name, report.findings);
        if !golden.why.is_empty() || golden.verdict == Verdict::Valid {
            let mut kinds = why.clone();
            kinds.dedup();
            assert_eq!(kinds, golden.why, "{}: {:?}", golden.name, report.findings);
        }
        // Which of several things is found first where a bit flips is left open.
        let why = (golden.name != "flipped-bit").then_some(why);
        compare(&golden, &described(&golden, why, report.chain));
    }
}
