//! Agreements and their windows, who is entitled, generations, epochs, and what records are let in.

use std::collections::BTreeSet;

use wl_ledger::control::*;
use wl_ledger::fixtures::{START, agreement_id, enrolment, hash, key_id, patient_id, team_id};
use wl_ledger::record::RecordKind;
use wl_ledger::state::{AdmissionError, StateError::*};
use wl_ledger::{Category, Epoch, Generation, Height, KeyId, Role, StreamId, UnixMillis};

use crate::table::World;

fn agreement(change: impl FnOnce(&mut Agreement)) -> Action {
    let mut agreement = Agreement {
        id: agreement_id("new"),
        patient: patient_id("ada"),
        holder: Holder::Person(key_id("friend")),
        categories: Categories::of(&[Category::Vitals]),
        purpose: Purpose::Caregiving,
        from: START,
        until: None,
        delegable: None,
        terms: None,
    };
    change(&mut agreement);
    Action::GrantAgreement(agreement)
}

/// The ward with a caregiver whom no agreement names, and a second patient and hub.
fn world() -> World {
    let mut world = World::ward();
    world.must(&["admin"], Action::Enrol(enrolment("friend", Role::Caregiver)));
    world.must(&["admin"], Action::Enrol(enrolment("researcher", Role::Researcher)));
    world.must(&["admin"], Action::Enrol(enrolment("hub-2", Role::Hub)));
    let chain = world.chain.chain();
    let ben =
        Registration::prove(&chain, patient_id("ben"), &wl_ledger::fixtures::key("ben"), key_id("hub-2"));
    world.must(&["admin"], Action::RegisterPatient(ben));
    world
}

#[test]
fn only_the_patient_agrees() {
    let mut world = world();
    let now = world.chain.now;
    let span = |from, until| agreement(move |a| (a.from, a.until) = (from, until));
    let research = |until| {
        agreement(move |a| {
            a.purpose = Purpose::Research;
            a.holder = Holder::Person(key_id("researcher"));
            a.until = until;
        })
    };
    world.check(vec![
        ("the patient", &["ada"], agreement(|_| ()), Ok(())),
        ("another patient", &["ben"], agreement(|_| ()), Err(NotPermitted)),
        ("an administrator", &["admin"], agreement(|_| ()), Err(NotPermitted)),
        ("the hub", &["hub"], agreement(|_| ()), Err(NotPermitted)),
        ("the holder", &["friend"], agreement(|_| ()), Err(NotPermitted)),
        ("patient beside another author", &["friend", "ada"], agreement(|_| ()), Err(NotPermitted)),
        ("no such patient", &["ada"], agreement(|a| a.patient = patient_id("cy")), Err(Unknown("patient"))),
        ("id again", &["ada"], agreement(|a| a.id = agreement_id("ada/0")), Err(Exists("agreement"))),
        (
            "no such team",
            &["ada"],
            agreement(|a| a.holder = Holder::Team(team_id("x"))),
            Err(Unknown("team")),
        ),
        (
            "no such person",
            &["ada"],
            agreement(|a| a.holder = Holder::Person(key_id("x"))),
            Err(Unknown("person")),
        ),
        (
            "a team of others",
            &["ada"],
            agreement(|a| a.holder = Holder::Team(team_id("ward"))),
            Err(WrongHolder),
        ),
        ("from the future on", &["ada"], span(now.plus(1000), Some(now.plus(1001))), Ok(())),
        ("ends when it starts", &["ada"], span(now.plus(5), Some(now.plus(5))), Err(Span)),
        ("ends before it starts", &["ada"], span(now.plus(5), Some(now.plus(4))), Err(Span)),
        ("has ended", &["ada"], span(START, Some(now)), Err(Span)),
        ("ends next millisecond", &["ada"], span(START, Some(now.plus(1))), Ok(())),
        ("research with an end", &["ada"], research(Some(now.plus(1000))), Ok(())),
        ("research without", &["ada"], research(None), Err(Span)),
    ]);
    let revoke = |name: &str| Action::RevokeAgreement(agreement_id(name));
    world.check(vec![
        ("revoked by the patient", &["ada"], revoke("ada/0"), Ok(())),
        ("by another patient", &["ben"], revoke("ada/0"), Err(NotPermitted)),
        ("by an administrator", &["admin"], revoke("ada/0"), Err(NotPermitted)),
        ("unknown", &["ada"], revoke("nothing"), Err(Unknown("agreement"))),
    ]);
    world.must(&["ada"], revoke("ada/0"));
    assert_eq!(world.outcome(&["ada"], revoke("ada/0")), Err(Ended("agreement")));
    assert_eq!(
        world.outcome(&["ada"], agreement(|a| a.id = agreement_id("ada/0"))),
        Err(Exists("agreement"))
    );
}

fn entitled(world: &World, category: Category, time: UnixMillis) -> BTreeSet<KeyId> {
    let entitled = world.state.entitled(&patient_id("ada"), category, time);
    for (key, _) in world.state.members().filter(|(_, member)| member.is_active()) {
        let ways = world.state.agreements_for(key, &patient_id("ada"), category, time).count();
        assert_eq!(ways > 0, entitled.contains(key), "two answers for {key}");
    }
    entitled
}

fn ids(names: &[&str]) -> BTreeSet<KeyId> {
    names.iter().map(|name| key_id(name)).collect()
}

#[test]
fn entitled_by_team_or_key_within_the_window_of_block_time() {
    let mut world = world();
    let (from, until) = (world.chain.now.plus(100), world.chain.now.plus(200));
    world.must(&["ada"], agreement(|a| (a.from, a.until) = (from, Some(until))));
    let team = ["nurse", "physician"];
    let all = ["nurse", "physician", "friend"];
    let rows: [(UnixMillis, &[&str]); 7] = [
        (START.plus(-1), &[]),
        (START, &team),
        (from.plus(-1), &team),
        (from, &all),
        (until.plus(-1), &all),
        (until, &team),
        (until.plus(1 << 40), &team),
    ];
    for (time, expected) in rows {
        assert_eq!(entitled(&world, Category::Vitals, time), ids(expected), "{time:?}");
    }
    assert_eq!(entitled(&world, Category::Notes, from), ids(&team), "only vitals were agreed");
    assert!(world.state.entitled(&patient_id("ben"), Category::Vitals, from).is_empty());

    // A stream within the window only, by block time.
    let open = Action::OpenStream(
        world.state.next_stream().unwrap(),
        Subject::Patient(patient_id("ada"), Category::Vitals),
    );
    let signed = world.sign(&["friend"], open);
    let late = Err(MayNotWrite(key_id("friend")));
    for (later, expected) in [(99, late.clone()), (100, Ok(())), (199, Ok(())), (200, late)] {
        assert_eq!(world.tried(&signed, later).map(|_| ()), expected, "{later}");
    }

    world.must(&["admin"], Action::LeaveTeam(team_id("ward"), key_id("physician")));
    assert_eq!(entitled(&world, Category::Vitals, from), ids(&["nurse", "friend"]));
    world.must(&["admin"], Action::Revoke(key_id("friend"), RevocationReason::Left));
    assert_eq!(entitled(&world, Category::Vitals, from), ids(&["nurse"]));
    world.must(&["ada"], Action::RevokeAgreement(agreement_id("ada/0")));
    assert_eq!(entitled(&world, Category::Vitals, from), ids(&[]));
}

fn opening(generation: u32, readers: &[&str], change: impl FnOnce(&mut GenerationOpening)) -> Action {
    let mut opening = GenerationOpening {
        patient: patient_id("ada"),
        category: Category::Vitals,
        generation: Generation(generation),
        commitment: hash("commitment"),
        readers: ids(readers).into_iter().collect(),
        grants_root: hash("root"),
        custody: None,
    };
    change(&mut opening);
    Action::OpenGeneration(opening)
}

#[test]
fn generations_are_granted_to_the_entitled_and_no_more() {
    let mut world = world();
    let excess = Err(NotEntitled(key_id("friend")));
    let by_ben = |o: &mut GenerationOpening| o.patient = patient_id("ben");
    world.check(vec![
        ("all who are entitled", &["hub"], opening(1, &["nurse", "physician"], |_| ()), Ok(())),
        ("fewer", &["hub"], opening(1, &["nurse"], |_| ()), Ok(())),
        ("none", &["hub"], opening(1, &[], |_| ()), Ok(())),
        ("one too many", &["hub"], opening(1, &["nurse", "friend"], |_| ()), excess.clone()),
        (
            "the hub itself is no reader",
            &["hub"],
            opening(1, &["hub"], |_| ()),
            Err(NotEntitled(key_id("hub"))),
        ),
        (
            "an administrator is no reader",
            &["hub"],
            opening(1, &["admin"], |_| ()),
            Err(NotEntitled(key_id("admin"))),
        ),
        ("by another hub", &["hub-2"], opening(1, &["nurse"], |_| ()), Err(NotPermitted)),
        ("by an administrator", &["admin"], opening(1, &["nurse"], |_| ()), Err(NotPermitted)),
        ("by the patient", &["ada"], opening(1, &["nurse"], |_| ()), Err(NotPermitted)),
        ("number again", &["hub"], opening(0, &["nurse"], |_| ()), Err(NotNext("generation"))),
        ("number skipped", &["hub"], opening(2, &["nurse"], |_| ()), Err(NotNext("generation"))),
        ("of another's patient", &["hub"], opening(0, &[], by_ben), Err(NotPermitted)),
        (
            "no such patient",
            &["hub"],
            opening(0, &[], |o| o.patient = patient_id("cy")),
            Err(Unknown("patient")),
        ),
        ("first of a category", &["hub"], opening(0, &["nurse"], |o| o.category = Category::Notes), Ok(())),
    ]);
    let grant = |generation, readers: &[&str]| {
        let readers = ids(readers).into_iter().collect();
        Action::GrantGeneration(
            patient_id("ada"),
            Category::Vitals,
            Generation(generation),
            readers,
            hash("root"),
        )
    };
    world.must(&["hub"], opening(1, &["nurse"], |_| ()));
    world.check(vec![
        ("a late reader", &["hub"], grant(1, &["physician"]), Ok(())),
        ("one who has it", &["hub"], grant(0, &["physician"]), Err(Exists("grant"))),
        ("one of two has it", &["hub"], grant(1, &["physician", "nurse"]), Err(Exists("grant"))),
        ("nobody's agreement", &["hub"], grant(1, &["friend"]), excess),
        ("no such generation", &["hub"], grant(2, &["physician"]), Err(Unknown("generation"))),
        ("another hub", &["hub-2"], grant(1, &["physician"]), Err(NotPermitted)),
    ]);
    assert!(world.state.grants(&patient_id("ada"), Category::Vitals, &key_id("friend")).is_none());
    let readers: BTreeSet<_> =
        world.state.readers_of(&patient_id("ada"), Category::Vitals, Generation(1)).collect();
    assert_eq!(readers, ids(&["nurse"]));
}

#[test]
fn epochs_are_numbered_across_generations() {
    let mut world = world();
    let epoch = |epoch, generation| {
        Action::OpenEpoch(EpochOpening {
            patient: patient_id("ada"),
            category: Category::Vitals,
            generation: Generation(generation),
            epoch: Epoch(epoch),
            recipient: "age1epoch".into(),
            commitment: hash("epoch"),
            wrapped: vec![1],
        })
    };
    world.check(vec![
        ("next", &["hub"], epoch(1, 0), Ok(())),
        ("again", &["hub"], epoch(0, 0), Err(NotNext("epoch"))),
        ("skipped", &["hub"], epoch(2, 0), Err(NotNext("epoch"))),
        ("generation to come", &["hub"], epoch(1, 1), Err(GenerationNotInForce)),
        ("another hub", &["hub-2"], epoch(1, 0), Err(NotPermitted)),
        ("a nurse", &["nurse"], epoch(1, 0), Err(NotPermitted)),
    ]);
    world.must(&["hub"], opening(1, &["nurse"], |_| ()));
    assert_eq!(world.outcome(&["hub"], epoch(1, 0)), Err(GenerationNotInForce));
    assert_eq!(world.outcome(&["hub"], epoch(0, 1)), Err(NotNext("epoch")));
    world.must(&["hub"], epoch(1, 1));
    assert_eq!(
        world.state.epoch(&patient_id("ada"), Category::Vitals).map(|(epoch, _)| epoch),
        Some(Epoch(1))
    );
    let none = Action::OpenEpoch(EpochOpening {
        patient: patient_id("ada"),
        category: Category::Notes,
        generation: Generation(0),
        epoch: Epoch(0),
        recipient: "age1epoch".into(),
        commitment: hash("epoch"),
        wrapped: vec![1],
    });
    assert_eq!(world.outcome(&["hub"], none), Err(Unknown("generation")));
}

/// Judged at the height of the block, whatever the state has learned since.
#[test]
fn records_are_let_in_by_height() {
    let mut world = World::ward();
    let (vitals, next) = (StreamId(0), world.chain.verifier().next_height());
    let (record, _) = world.chain.draft("hub", vitals, RecordKind::Frame, b"x");
    let mut header = record.header().clone();
    let time = world.chain.now;
    let admit = |world: &World, header: &_, height| world.state.admit(header, height, time).map(|_| ());
    assert_eq!(admit(&world, &header, next), Ok(()));
    let opened = world.state.stream(vitals).unwrap().since;
    let before = Height(opened.0 - 1);
    header.seen = Height(0);
    assert_eq!(admit(&world, &header, before), Err(AdmissionError::AuthorNotInForce(vitals)));
    header.taken = time.plus(10_000);
    assert_eq!(admit(&world, &header, next), Ok(()));
    header.taken = time.plus(10_001);
    assert_eq!(admit(&world, &header, next), Err(AdmissionError::FromTheFuture(vitals, 10_001)));
    header.taken = UnixMillis(i64::MIN);
    assert_eq!(admit(&world, &header, next), Ok(()), "a device without a clock");
    header.seen = Height(next.0 + 1);
    assert_eq!(admit(&world, &header, next), Err(AdmissionError::SeenTooHigh(vitals)));
    header.seen = next;
    header.stream = StreamId(99);
    assert_eq!(admit(&world, &header, next), Err(AdmissionError::UnknownStream(StreamId(99))));

    header.stream = vitals;
    header.epoch = Epoch(1);
    let unknown = Err(AdmissionError::UnknownEpoch(vitals, Epoch(1)));
    assert_eq!(admit(&world, &header, next), unknown);
    let epoch = world.chain.epoch("ada", Category::Vitals);
    world.must(&["hub"], epoch);
    header.seen = Height(0);
    assert_eq!(admit(&world, &header, next), Ok(()));
    // The newest state knows the epoch, and yet it was not there one block before.
    assert_eq!(admit(&world, &header, Height(next.0 - 1)), unknown);

    world.must(&["admin"], Action::Revoke(key_id("hub"), RevocationReason::Lost));
    assert_eq!(admit(&world, &header, next), Err(AdmissionError::AuthorNotInForce(vitals)));
    header.epoch = Epoch(0);
    assert_eq!(admit(&world, &header, Height(next.0 - 1)), Ok(()), "what stood before the revocation stays");
}
