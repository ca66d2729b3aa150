//! Every way in which somebody must not be able to read. Each row is asked in every way there is: the readers that the
//! state names, the agreements that would let the key read, and whether the patient's hub could grant it a key.

use wl_ledger::block::Entry;
use wl_ledger::control::*;
use wl_ledger::fixtures::{
    START, Setup, TestChain, agreement_id, enrolment, hash, key, key_id, patient_id, team_id,
};
use wl_ledger::propose::OfferError;
use wl_ledger::state::StateError::*;
use wl_ledger::{Category, Generation, Hash, Role};

use crate::scene::{Scene, agreement, emergency};

const HOUR: i64 = 3_600_000;

/// Whether a name may read a category of Ada's, by all three ways, which must agree.
fn reads(scene: &Scene, name: &str, category: Category) -> bool {
    let key = key_id(name);
    let entitled = scene.state.entitled(&patient_id("ada"), category, scene.time).contains(&key);
    let active = scene.state.active_member(&key).is_some();
    let agreements = scene.state.agreements_for(&key, &patient_id("ada"), category, scene.time).count();
    assert_eq!(entitled, active && agreements > 0, "{name}: readers and agreements differ");
    let next = scene.state.generation(&patient_id("ada"), category).map_or(0, |(last, _)| last.0 + 1);
    let opening = Action::OpenGeneration(GenerationOpening {
        patient: patient_id("ada"),
        category,
        generation: Generation(next),
        commitment: hash("commitment"),
        readers: vec![key],
        grants_root: Hash::from_bytes([0; 32]),
        custody: None,
    });
    let granted = scene.outcome(&["hub"], opening);
    assert_eq!(granted, if entitled { Ok(()) } else { Err(NotEntitled(key)) }, "{name}");
    entitled
}

/// The ward without its team's agreement; a nurse may read vitals and notes for an hour.
fn scene() -> Scene {
    let mut scene = Scene::ward();
    scene.must(&["ada"], Action::RevokeAgreement(agreement_id("ada/0")));
    let end = scene.time.plus(HOUR);
    let nurse = agreement("a", |a| {
        (a.purpose, a.holder) = (Purpose::Treatment, Holder::Person(key_id("nurse")));
        a.until = Some(end);
    });
    scene.must(&["ada"], Action::GrantAgreement(nurse));
    assert!(reads(&scene, "nurse", Category::Vitals) && reads(&scene, "nurse", Category::Notes));
    scene
}

fn narrowed(scene: &Scene) -> Scene {
    let until = Some(scene.time.plus(HOUR));
    let notes = Categories::of(&[Category::Notes]);
    scene.with(&["ada"], Action::NarrowAgreement(agreement_id("a"), notes, until))
}

fn revoked_key(scene: &Scene, key: &str) -> Scene {
    scene.with(&["admin"], Action::Revoke(key_id(key), RevocationReason::Lost))
}

/// What happened, and who reads vitals afterwards.
type Story = (&'static str, fn(&Scene) -> Scene, &'static [&'static str]);

#[test]
fn nobody_reads_without_an_agreement_in_force() {
    let both: &[&str] = &["nurse", "nurse-home"];
    let none: &[&str] = &[];
    let stories: [Story; 14] = [
        ("granted", Clone::clone, both),
        ("narrowed to another category", narrowed, none),
        ("a millisecond before its end", |s| s.later(HOUR - 1), both),
        ("expired", |s| s.later(HOUR), none),
        ("expired long ago", |s| s.later(1_000 * HOUR), none),
        ("revoked", |s| s.with(&["ada"], Action::RevokeAgreement(agreement_id("a"))), none),
        ("the key was revoked", |s| revoked_key(s, "nurse"), &["nurse-home"]),
        ("both keys were revoked", |s| revoked_key(&revoked_key(s, "nurse"), "nurse-home"), none),
        (
            "a key was revoked and reinstated",
            |s| revoked_key(s, "nurse").with(&["admin"], Action::Reinstate(key_id("nurse"))),
            both,
        ),
        (
            "somebody else breaks the glass",
            |s| s.with(&["physician"], emergency("e", |_| ())),
            &["nurse", "nurse-home", "physician"],
        ),
        (
            "the glass was broken an hour ago",
            |s| s.with(&["physician"], emergency("e", |_| ())).later(HOUR),
            none,
        ),
        (
            "the glass was broken for another category",
            |s| {
                let notes = Categories::of(&[Category::Notes]);
                s.with(&["physician"], emergency("e", |request| request.categories = notes))
            },
            both,
        ),
        (
            "the glass was broken for another patient",
            |s| s.with(&["physician"], emergency("e", |request| request.patient = patient_id("ben"))),
            both,
        ),
        (
            "a role was changed",
            |s| s.with(&["admin"], Action::ChangeRole(key_id("nurse"), Role::Physician)),
            both,
        ),
    ];
    for (what, happen, readers) in stories {
        let scene = happen(&scene());
        for name in crate::scene::CAST {
            let expected = readers.contains(&name);
            if scene.state.member(&key_id(name)).is_some() {
                assert_eq!(reads(&scene, name, Category::Vitals), expected, "{what}: {name}");
            }
        }
    }
}

#[test]
fn another_category_is_never_read() {
    let scene = scene();
    for category in Category::ALL {
        let agreed = matches!(category, Category::Vitals | Category::Notes);
        assert_eq!(reads(&scene, "nurse", category), agreed, "{category:?}");
        assert!(!reads(&scene, "friend", category), "never granted: {category:?}");
        assert!(!reads(&scene, "hub", category), "a hub keeps keys and is no reader: {category:?}");
    }
}

#[test]
fn a_replayed_grant_brings_nothing_back() {
    let mut scene = Scene::ward();
    scene.must(&["ada"], Action::RevokeAgreement(agreement_id("ada/0")));
    let grant = Action::GrantAgreement(agreement("a", |_| ()));
    let signed = scene.sign(&["ada"], grant.clone());
    scene.must(&["ada"], grant);
    assert!(reads(&scene, "friend", Category::Vitals));
    scene.must(&["ada"], Action::RevokeAgreement(agreement_id("a")));
    let expected = scene.state.next_number(&key_id("ada"));
    let wrong = WrongNumber { author: key_id("ada"), expected, got: expected - 2 };
    assert_eq!(scene.tried(&signed).map(|_| ()), Err(wrong));
    // Nor does the same agreement under a fresh number.
    assert_eq!(
        scene.outcome(&["ada"], Action::GrantAgreement(agreement("a", |_| ()))),
        Err(Exists("agreement"))
    );
    assert!(!reads(&scene, "friend", Category::Vitals));
}

/// A grant on one hospital's chain says nothing on another's, even where the same people have the same keys.
#[test]
fn another_hospitals_grant_is_none_here() {
    let here = scene();
    let mut there = TestChain::found(Setup { admins: 2, ..Setup::default() });
    for (name, role) in [("hub", Role::Hub), ("nurse", Role::Nurse)] {
        there.must(&["admin"], Action::Enrol(enrolment(name, role)));
    }
    there.register("ada", "hub");
    let there = Scene::of(&there);
    let nurse = agreement("a", |a| {
        (a.purpose, a.holder) = (Purpose::Treatment, Holder::Person(key_id("nurse")));
    });
    let number = there.state.next_number(&key_id("ada"));
    let action = Action::GrantAgreement(nurse);
    let transaction = Transaction { number, author: Some(key_id("ada")), made: there.time, action };
    let signed = SignedTransaction::sign(&[&key("ada")], &here.chain, transaction.clone());
    let refused = there.tried(&signed).map(|_| ()).unwrap_err();
    assert!(matches!(refused, Signature { signer, .. } if signer == key_id("ada")), "{refused:?}");
    assert!(!reads(&there, "nurse", Category::Vitals));
    // The same decision signed for the other hospital lets read there, and there alone.
    let signed = SignedTransaction::sign(&[&key("ada")], &there.chain, transaction);
    assert!(there.tried(&signed).is_ok());
    assert!(here.tried(&signed).is_err());
}

/// Block time decides. A gateway whose clock is wound back cannot make a block older than the last one, and one whose
/// clock runs ahead ends agreements early but brings none back.
#[test]
fn a_clock_wound_back_or_forward_gains_nothing() {
    let mut chain = TestChain::ward();
    let end = chain.now.plus(HOUR);
    chain.must(&["ada"], Action::RevokeAgreement(agreement_id("ada/0")));
    let nurse = agreement("a", |a| {
        (a.purpose, a.holder) = (Purpose::Treatment, Holder::Person(key_id("nurse")));
        (a.from, a.until) = (START, Some(end));
    });
    chain.must(&["ada"], Action::GrantAgreement(nurse));
    chain.next_block();
    let opening = |chain: &TestChain| {
        let next = chain.state().generation(&patient_id("ada"), Category::Vitals).map_or(0, |(g, _)| g.0 + 1);
        Action::OpenGeneration(GenerationOpening {
            patient: patient_id("ada"),
            category: Category::Vitals,
            generation: Generation(next),
            commitment: hash("commitment"),
            readers: vec![key_id("nurse")],
            grants_root: hash("root"),
            custody: None,
        })
    };
    chain.must(&["hub"], opening(&chain));
    chain.next_block();
    // Past the end, by a block about something else.
    chain.now = end;
    chain.must(&["admin"], Action::CreateTeam(team_id("night"), "night".to_owned()));
    chain.next_block();
    let refused = Err(OfferError::Control(NotEntitled(key_id("nurse"))));
    assert_eq!(chain.control(&["hub"], opening(&chain)), refused);
    // Wound back by as much as is tolerated: block time stays where it was.
    chain.now = end.plus(-wl_ledger::limits::MAX_FUTURE_MILLIS);
    assert_eq!(chain.control(&["hub"], opening(&chain)), refused);
    // By more: nothing is ordered at all.
    chain.now = START;
    let signed = chain.sign(&["hub"], opening(&chain));
    let backwards = chain.offer(Entry::Control(signed.bytes().to_vec()), None);
    assert!(matches!(backwards, Err(OfferError::ClockBackwards(_))), "{backwards:?}");
    // Forward: still over.
    chain.now = end.plus(1_000 * HOUR);
    assert_eq!(chain.control(&["hub"], opening(&chain)), refused);
}
