//! What the asker knows and wants, and what a proof tells.

use wl_ledger::archive::{Expectations, Need, Verdict, judge};
use wl_ledger::control::{Action, RevocationReason};
use wl_ledger::fixtures::{Content, TestChain, hash, key_id, patient_id};
use wl_ledger::{Category, ChainId, Hash, Height, Seq, StreamId};

use crate::{judged, names};

/// Chain and header that the asker expects, the verdict, and the findings.
type Row = (Option<ChainId>, Option<(u64, Hash)>, Verdict, &'static [&'static str]);

#[test]
fn what_the_asker_gives_is_held_against_the_file() {
    let chain = TestChain::small();
    let ids: Vec<_> = chain.verifier().headers_from(Height(0)).map(|header| header.id()).collect();
    let other = ChainId::from_bytes([7; 32]);
    let table: [Row; 7] = [
        (None, None, Verdict::Valid, &[]),
        (Some(chain.chain()), None, Verdict::Valid, &[]),
        (Some(other), None, Verdict::Invalid, &["OtherChain"]),
        (None, Some((0, ids[0])), Verdict::Valid, &[]),
        (None, Some((2, ids[2])), Verdict::Valid, &[]),
        (None, Some((2, hash("another"))), Verdict::Invalid, &["OtherHead"]),
        (None, Some((9, ids[2])), Verdict::Incomplete, &["HeadMissing"]),
    ];
    let files = [chain.archive(Content::ALL), chain.proof(StreamId(0), Seq(0), None, true)];
    for (asked, head, verdict, why) in table {
        for file in &files {
            let expect = Expectations {
                chain: asked,
                head: head.map(|(height, id)| (Height(height), id)),
                ..Expectations::default()
            };
            let report = judge(file, expect);
            assert_eq!(
                (report.verdict, names(&report)),
                (verdict, why.iter().map(|s| s.to_string()).collect())
            );
        }
    }
}

#[test]
fn only_what_is_asked_for_is_missed() {
    let chain = TestChain::ward();
    let lane = Content { records: |_| false, body: |_, _| false };
    let records = Content { records: |_| true, body: |_, _| false };
    let table = [
        (lane, Need::Lane, Verdict::Valid),
        (lane, Need::Records, Verdict::Incomplete),
        (records, Need::Records, Verdict::Valid),
        (records, Need::Bodies, Verdict::Incomplete),
        (Content::ALL, Need::Bodies, Verdict::Valid),
    ];
    for (content, need, verdict) in table {
        let report = judge(&chain.archive(content), Expectations { need, ..Expectations::default() });
        assert_eq!(report.verdict, verdict, "{need:?}: {:?}", report.findings);
    }
}

#[test]
fn a_proof_tells_who_measured_signed_and_may_read() {
    let mut chain = TestChain::ward();
    chain.must(&["admin"], Action::RegisterDevice(wl_ledger::DeviceId(0), "monitor 0".to_owned()));
    chain.must(&["admin"], Action::AssignDevice(wl_ledger::DeviceId(0), Some(patient_id("ada"))));
    chain.record("hub", StreamId(0), wl_ledger::record::RecordKind::Frame, b"frame 3");
    chain.next_block();
    // What comes later changes nothing of what is told about the record.
    chain.must(&["admin"], Action::Revoke(key_id("nurse"), RevocationReason::Left));
    chain.must(&["admin"], Action::AssignDevice(wl_ledger::DeviceId(0), None));
    chain.next_block();
    let report = judged(&chain.proof(StreamId(0), Seq(3), Some(key_id("nurse")), true));
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", report.findings);
    let value = report.value.unwrap();
    assert_eq!((value.stream, value.seq, value.height), (StreamId(0), Seq(3), Height(6)));
    assert_eq!(value.author.name, "hub");
    assert_eq!(value.devices, [(wl_ledger::DeviceId(0), "monitor 0".to_owned())]);
    let access = value.access.unwrap();
    assert_eq!((access.reader.name.as_str(), access.reader.revoked), ("nurse", Some(Height(7))));
    assert!(access.agreements.iter().all(|agreement| agreement.categories.contains(Category::Vitals)));
    assert_eq!(access.agreements.len(), 1);
}

#[test]
fn a_proof_holds_a_fraction_of_the_headers() {
    let mut chain = TestChain::small();
    for at in 0..200u32 {
        chain.record("hub", StreamId(0), wl_ledger::record::RecordKind::Frame, &at.to_be_bytes());
        chain.next_block();
    }
    let proof = chain.proof(StreamId(0), Seq(100), Some(key_id("nurse")), true);
    let report = judged(&proof);
    assert_eq!((report.verdict, report.tally.headers), (Verdict::Valid, 4), "{:?}", report.findings);
    assert!(proof.len() < 8 * 1024, "{} bytes", proof.len());
}
