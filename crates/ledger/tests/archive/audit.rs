//! The auditor finds a grant too many or too few, and envelopes that do not belong to grants.

use wl_ledger::archive::{Expectations, Verdict, judge};
use wl_ledger::audit::{Audit, AuditProblem, PATIENCE_MILLIS};
use wl_ledger::control::{Action, Categories, Holder, Subject};
use wl_ledger::fixtures::{Content, Setup, TestChain, agreement_id, enrolment, key_id, patient_id};
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Role, StreamId, merkle};

use crate::forged;

fn audited(bytes: &[u8]) -> (Verdict, Audit) {
    let report = judge(bytes, Expectations { audit: true, ..Expectations::default() });
    (report.verdict, report.audit.unwrap())
}

fn problems(chain: &TestChain) -> Vec<AuditProblem> {
    let (verdict, audit) = audited(&chain.archive(Content::ALL));
    assert_eq!(verdict, Verdict::Valid);
    audit.findings.iter().map(|finding| finding.problem).collect()
}

fn envelope(reader: &str, category: Category) -> Vec<u8> {
    format!("envelope of {category:?} for {reader}").into_bytes()
}

/// The next generation for everybody entitled, its root over their envelopes in the order of the readers.
fn generation(chain: &TestChain, names: &[&str], category: Category) -> Action {
    let Action::OpenGeneration(mut opening) = chain.generation("ada", category) else { panic!("no opening") };
    let named = |reader| names.iter().find(|name| key_id(name) == reader).copied().unwrap();
    let leaves: Vec<_> =
        opening.readers.iter().map(|reader| merkle::leaf_hash(&envelope(named(*reader), category))).collect();
    opening.grants_root = merkle::root(&leaves);
    Action::OpenGeneration(opening)
}

const TWO: [Category; 2] = [Category::Vitals, Category::Alarms];

/// Nurse and physician read vitals and alarms of ada; the hub's mailbox streams for them are 0 and 1.
fn ward() -> TestChain {
    let mut chain = TestChain::found(Setup::default());
    for (name, role) in [("hub", Role::Hub), ("nurse", Role::Nurse), ("physician", Role::Physician)] {
        chain.must(&["admin"], Action::Enrol(enrolment(name, role)));
    }
    chain.register("ada", "hub");
    for name in ["nurse", "physician"] {
        chain.must(&["ada"], chain.agreement("ada", Holder::Person(key_id(name)), Categories::of(&TWO)));
        chain.open_stream("hub", Subject::Mailbox(key_id(name)));
    }
    for category in TWO {
        chain.must(&["hub"], generation(&chain, &["nurse", "physician"], category));
    }
    chain.next_block();
    chain
}

fn mail(chain: &mut TestChain, name: &str, categories: &[Category]) {
    let stream = StreamId(if name == "nurse" { 0 } else { 1 });
    for category in categories {
        chain.record("hub", stream, RecordKind::KeyEnvelope, &envelope(name, *category));
    }
}

/// Lets more time pass than a hub may take.
fn later(chain: &mut TestChain) {
    chain.now = chain.now.plus(PATIENCE_MILLIS + 1);
    chain.must(
        &["admin"],
        Action::CreateTeam(wl_ledger::fixtures::team_id(&chain.now.0.to_string()), "later".into()),
    );
    chain.next_block();
}

#[test]
fn what_a_hub_owes_is_found_once_it_is_overdue() {
    let whole: [&[Category]; 2] = [&TWO, &[Category::Alarms, Category::Vitals]];
    for order in whole {
        let mut chain = ward();
        mail(&mut chain, "nurse", order);
        // Another order in one mailbox is nothing wrong.
        mail(&mut chain, "physician", &TWO);
        chain.next_block();
        later(&mut chain);
        assert_eq!(problems(&chain), []);
        let lost = Categories::of(&[Category::Vitals]);
        chain.must(&["admin"], Action::Enrol(enrolment("caregiver", Role::Nurse)));
        chain.must(&["ada"], chain.agreement("ada", Holder::Person(key_id("caregiver")), lost));
        chain.must(&["ada"], Action::RevokeAgreement(agreement_id("ada/0")));
        chain.next_block();
        assert_eq!(problems(&chain), [], "a hub has a minute");
        later(&mut chain);
        let mut found = problems(&chain);
        found.sort();
        assert_eq!(found, [AuditProblem::Outlived, AuditProblem::Outlived, AuditProblem::NotGranted]);
    }
}

#[test]
fn envelopes_are_held_against_grants() {
    let table: [(&str, &[AuditProblem]); 4] = [
        ("missing", &[AuditProblem::EnvelopeMissing]),
        ("unasked", &[AuditProblem::EnvelopeUnasked]),
        ("other", &[AuditProblem::EnvelopeOther, AuditProblem::EnvelopeOther]),
        ("early", &[]),
    ];
    for (what, expected) in table {
        let mut chain = ward();
        mail(&mut chain, "physician", &TWO);
        match what {
            "missing" => mail(&mut chain, "nurse", &TWO[..1]),
            "other" => {
                mail(&mut chain, "nurse", &TWO[..1]);
                chain.record("hub", StreamId(0), RecordKind::KeyEnvelope, b"something else");
            }
            "unasked" => mail(&mut chain, "nurse", &[Category::Vitals, Category::Alarms, Category::Images]),
            _ => {}
        }
        chain.next_block();
        if what != "early" {
            later(&mut chain);
        }
        assert_eq!(problems(&chain), expected, "{what}");
    }
}

#[test]
fn envelopes_that_are_not_here_are_only_counted() {
    let mut chain = ward();
    mail(&mut chain, "nurse", &TWO);
    mail(&mut chain, "physician", &TWO);
    chain.next_block();
    later(&mut chain);
    let (verdict, audit) = audited(&chain.archive(Content { records: |_| true, body: |_, _| false }));
    assert_eq!((verdict, audit.unseen, audit.findings), (Verdict::Incomplete, 2, Vec::new()));
}

#[test]
fn a_grant_to_a_stranger_is_named_although_the_lane_is_refused() {
    let (verdict, audit) = audited(&forged::grant_to_a_stranger());
    assert_eq!(verdict, Verdict::Invalid);
    let [finding] = audit.findings[..] else { panic!("{:?}", audit.findings) };
    assert_eq!((finding.problem, finding.key), (AuditProblem::GrantedToStranger, key_id("admin")));
    assert_eq!(finding.about, Some((patient_id("ada"), Category::Vitals)));
}
