//! Enrolment, revocation, teams, signers, numbering, genesis.

use wl_ledger::control::*;
use wl_ledger::fixtures::{Setup, TestChain, enrolment, key, key_id, team_id};
use wl_ledger::keys::{KeyError, PublicKey};
use wl_ledger::state::{State, StateError, StateError::*};
use wl_ledger::{Height, Role};

use crate::table::World;

/// A key of low order: the neutral element.
fn weak() -> PublicKey {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    PublicKey::from_bytes(bytes)
}

/// A request whose fields were changed before it was proven.
fn request(name: &str, change: impl FnOnce(&mut Enrolment)) -> Action {
    let mut enrolment = enrolment(name, Role::Nurse).enrolment;
    change(&mut enrolment);
    Action::Enrol(ProvenEnrolment::prove(enrolment, &key(name)))
}

#[test]
fn enrolment_by_administrators_only_and_one_key_for_one_duty() {
    let mut world = World::ward();
    let fresh = || Action::Enrol(enrolment("fresh", Role::Nurse));
    let mut stolen = enrolment("fresh", Role::Nurse);
    stolen.enrolment.role = Role::Admin;
    let swapped = ProvenEnrolment { proof: key("nurse").sign(b"x"), ..enrolment("fresh", Role::Nurse) };
    world.check(vec![
        ("by an administrator", &["admin"], fresh(), Ok(())),
        ("by a nurse with an administrator", &["nurse", "admin"], fresh(), Ok(())),
        ("by a nurse", &["nurse"], fresh(), Err(NotPermitted)),
        ("by the patient", &["ada"], fresh(), Err(NotPermitted)),
        ("by nobody known", &["fresh"], fresh(), Err(UnknownSigner(key_id("fresh")))),
        ("role changed after the proof", &["admin"], Action::Enrol(stolen), Err(Possession(key_id("fresh")))),
        ("proof by another key", &["admin"], Action::Enrol(swapped), Err(Possession(key_id("fresh")))),
        ("again", &["admin"], Action::Enrol(enrolment("nurse", Role::Nurse)), Err(Exists("key"))),
        ("weak signing key", &["admin"], request("w", |e| e.sign = weak()), Err(WeakKey(KeyError::Weak))),
        (
            "weak transport key",
            &["admin"],
            request("w", |e| e.transport = weak()),
            Err(WeakKey(KeyError::Weak)),
        ),
        (
            "no key at all",
            &["admin"],
            request("w", |e| e.sign = PublicKey::from_bytes([2; 32])),
            Err(WeakKey(KeyError::NotAKey)),
        ),
        (
            "somebody's reading key",
            &["admin"],
            request("w", |e| e.reading = enrolment("nurse", Role::Nurse).enrolment.reading),
            Err(Exists("key")),
        ),
        (
            "somebody's transport key",
            &["admin"],
            request("w", |e| e.transport = key("nurse/transport").public()),
            Err(Exists("key")),
        ),
        (
            "somebody's signing key for transport",
            &["admin"],
            request("w", |e| e.transport = key("nurse").public()),
            Err(Exists("key")),
        ),
        (
            "a patient's key for transport",
            &["admin"],
            request("w", |e| e.transport = key("ada").public()),
            Err(Exists("key")),
        ),
        ("one key for both", &["admin"], request("w", |e| e.transport = e.sign), Err(Exists("key"))),
        (
            "a transport key as signing key",
            &["admin"],
            request("nurse/transport", |_| ()),
            Err(Exists("key")),
        ),
        ("a patient's key", &["admin"], request("ada", |_| ()), Err(Exists("key"))),
    ]);
    world.must(&["admin"], fresh());
    assert!(world.state.member(&key_id("fresh")).is_some_and(|member| member.is_active()));
    assert_eq!(world.outcome(&["admin"], fresh()), Err(Exists("key")));
}

#[test]
fn two_administrators_where_policy_says_so() {
    let setup = Setup { admins: 3, signers: 2, validators: 1 };
    let mut world = World::of(TestChain::found(setup));
    let enrol = |name| Action::Enrol(enrolment(name, Role::Nurse));
    let too_few = Err(TooFewAdmins { need: 2, got: 1 });
    world.must(&["admin", "admin-1"], enrol("nurse"));
    world.must(&["admin"], Action::CreateTeam(team_id("ward"), "ward".into()));
    let join = || Action::JoinTeam(team_id("ward"), key_id("nurse"));
    world.check(vec![
        ("two", &["admin", "admin-1"], enrol("other"), Ok(())),
        ("three", &["admin-2", "admin", "admin-1"], enrol("other"), Ok(())),
        ("one", &["admin"], enrol("other"), too_few.clone()),
        ("one twice", &["admin", "admin"], enrol("other"), too_few.clone()),
        ("one and a nurse", &["admin", "nurse"], enrol("other"), too_few.clone()),
        ("none", &["nurse"], enrol("other"), Err(NotPermitted)),
        ("team: two", &["admin", "admin-1"], join(), Ok(())),
        ("team: one", &["admin"], join(), too_few),
        (
            "leaving and revoking need one",
            &["admin"],
            Action::Revoke(key_id("nurse"), RevocationReason::Lost),
            Ok(()),
        ),
    ]);
    // A revoked administrator no longer counts, and its signature spoils the whole.
    world.must(&["admin"], Action::Revoke(key_id("admin-1"), RevocationReason::Lost));
    assert_eq!(world.outcome(&["admin", "admin-1"], enrol("other")), Err(RevokedSigner(key_id("admin-1"))));
    assert_eq!(world.outcome(&["admin", "admin-2"], enrol("other")), Ok(()));
}

#[test]
fn revocation_and_the_last_administrator() {
    let mut world = World::ward();
    let revoke = |name| Action::Revoke(key_id(name), RevocationReason::Left);
    world.check(vec![
        ("by an administrator", &["admin"], revoke("nurse"), Ok(())),
        ("by itself", &["nurse"], revoke("nurse"), Ok(())),
        ("by another", &["nurse"], revoke("physician"), Err(NotPermitted)),
        ("of nobody", &["admin"], revoke("nobody"), Err(Unknown("key"))),
        ("of a patient's key", &["admin"], revoke("ada"), Err(Unknown("key"))),
        ("of the last administrator", &["admin"], revoke("admin"), Err(LastAdmin)),
    ]);
    world.must(&["admin"], Action::Enrol(enrolment("admin-1", Role::Admin)));
    assert_eq!(world.outcome(&["nurse"], revoke("admin")), Err(NotPermitted));
    world.must(&["admin-1"], revoke("admin"));
    world.must(&["admin-1"], revoke("nurse"));
    world.check(vec![
        ("again", &["admin-1"], revoke("nurse"), Err(Ended("key"))),
        ("a revoked key signs nothing", &["nurse"], revoke("nurse"), Err(RevokedSigner(key_id("nurse")))),
        ("nor a revoked administrator", &["admin"], revoke("physician"), Err(RevokedSigner(key_id("admin")))),
        (
            "enrolled again with the same key",
            &["admin-1"],
            Action::Enrol(enrolment("nurse", Role::Nurse)),
            Err(Exists("key")),
        ),
        ("the last one again", &["admin-1"], revoke("admin-1"), Err(LastAdmin)),
    ]);
    let member = world.state.member(&key_id("nurse")).unwrap();
    let at = member.revoked.unwrap().at;
    assert!(member.active_at(Height(at.0 - 1)) && !member.active_at(at) && !member.active_at(Height(0)));
}

#[test]
fn teams() {
    let world = World::ward();
    let ward = || team_id("ward");
    world.check(vec![
        ("create", &["admin"], Action::CreateTeam(team_id("night"), "night".into()), Ok(())),
        (
            "create: nurse",
            &["nurse"],
            Action::CreateTeam(team_id("night"), "night".into()),
            Err(NotPermitted),
        ),
        ("create: again", &["admin"], Action::CreateTeam(ward(), "ward".into()), Err(Exists("team"))),
        ("join", &["admin"], Action::JoinTeam(ward(), key_id("hub")), Ok(())),
        ("join: nurse", &["nurse"], Action::JoinTeam(ward(), key_id("hub")), Err(NotPermitted)),
        ("join: again", &["admin"], Action::JoinTeam(ward(), key_id("nurse")), Err(Exists("team member"))),
        ("join: nobody", &["admin"], Action::JoinTeam(ward(), key_id("nobody")), Err(Unknown("person"))),
        (
            "join: no team",
            &["admin"],
            Action::JoinTeam(team_id("night"), key_id("nurse")),
            Err(Unknown("team")),
        ),
        ("leave", &["admin"], Action::LeaveTeam(ward(), key_id("nurse")), Ok(())),
        (
            "leave: itself is not enough",
            &["nurse"],
            Action::LeaveTeam(ward(), key_id("nurse")),
            Err(NotPermitted),
        ),
        (
            "leave: not in it",
            &["admin"],
            Action::LeaveTeam(ward(), key_id("hub")),
            Err(Unknown("team member")),
        ),
        (
            "leave: no team",
            &["admin"],
            Action::LeaveTeam(team_id("night"), key_id("nurse")),
            Err(Unknown("team")),
        ),
    ]);
    let mut revoked = World::ward();
    revoked.must(&["admin"], Action::Revoke(key_id("hub"), RevocationReason::Left));
    let join = Action::JoinTeam(ward(), key_id("hub"));
    assert_eq!(revoked.outcome(&["admin"], join), Err(Unknown("person")));
    // A revoked key can still be taken out.
    revoked.must(&["admin"], Action::Revoke(key_id("nurse"), RevocationReason::Left));
    assert_eq!(revoked.outcome(&["admin"], Action::LeaveTeam(ward(), key_id("nurse"))), Ok(()));
}

#[test]
fn numbering_signers_and_authors() {
    let world = World::ward();
    let team = || Action::CreateTeam(team_id("night"), "night".into());
    let admin = key_id("admin");
    let next = world.state.next_number(&admin);
    let outcome = |signed: &SignedTransaction| world.tried(signed, 0).map(|_| ());
    let wrong = |got| Err(WrongNumber { author: admin, expected: next, got });
    for (number, expected) in [
        (next, Ok(())),
        (next - 1, wrong(next - 1)),
        (next + 1, wrong(next + 1)),
        (0, wrong(0)),
        (u64::MAX, wrong(u64::MAX)),
    ] {
        assert_eq!(outcome(&world.sign_as(Some(admin), number, &["admin"], team())), expected, "{number}");
    }
    assert_eq!(outcome(&world.sign_as(None, 0, &["admin"], team())), Err(AuthorMissing));
    let absent = world.sign_as(Some(key_id("nurse")), 0, &["admin"], team());
    assert_eq!(outcome(&absent), Err(AuthorMissing));
    // Countersigning one after the other makes the same transaction as signing together.
    let alone = world.sign(&["nurse"], team());
    let both = alone.countersign(&key("admin"), &world.chain.chain());
    assert_eq!(both, world.sign(&["nurse", "admin"], team()));
    assert_eq!((outcome(&alone), outcome(&both)), (Err(NotPermitted), Ok(())));
    assert_eq!(alone.hash(), both.hash());
    // For another chain.
    let abroad = SignedTransaction::sign(
        &[&key("admin")],
        &NO_CHAIN,
        world.sign(&["admin"], team()).transaction().clone(),
    );
    let signature = Err(StateError::Signature { signer: admin, source: KeyError::BadSignature });
    assert_eq!(outcome(&abroad), signature);
    // A replay of every transaction of the ward's history.
    for item in world.chain.lane() {
        for bytes in &item.controls {
            let old = SignedTransaction::parse(bytes).unwrap();
            let refused = outcome(&old);
            let expected = match old.transaction().author {
                None => Err(AlreadyFounded),
                Some(author) => Err(WrongNumber {
                    author,
                    expected: world.state.next_number(&author),
                    got: old.transaction().number,
                }),
            };
            assert_eq!(refused, expected);
        }
    }
}

/// Applies a genesis, changed before it is signed by these validators, to an empty state.
fn founded(signers: &[&str], change: impl FnOnce(&mut Genesis)) -> Result<(), StateError> {
    let own = Setup { admins: 2, signers: 2, validators: 1 }.genesis();
    let mut transaction = own.transaction().clone();
    let Action::Genesis(genesis) = &mut transaction.action else { panic!("not a genesis") };
    change(genesis);
    let keys: Vec<_> = signers.iter().map(|name| key(name)).collect();
    let signed = SignedTransaction::sign(&keys.iter().collect::<Vec<_>>(), &NO_CHAIN, transaction);
    let mut state = State::default();
    let outcome = state.apply(&signed, Height(0), wl_ledger::fixtures::START);
    assert_eq!(state.root() == State::default().root(), outcome.is_err());
    outcome
}

#[test]
fn genesis() {
    let gateway: &[&str] = &["gateway"];
    let unknown = Err(UnknownSigner(key_id("gateway")));
    assert_eq!(founded(gateway, |_| ()), Ok(()));
    assert_eq!(founded(&["admin"], |_| ()), unknown);
    assert_eq!(founded(&["gateway", "admin"], |_| ()), Err(NotPermitted));
    assert_eq!(founded(gateway, |g| g.validators[0].sign = weak()), Err(WeakKey(KeyError::Weak)));
    assert_eq!(founded(gateway, |g| g.validators[0].transport = weak()), Err(WeakKey(KeyError::Weak)));
    assert_eq!(
        founded(gateway, |g| g.validators[0].sign = key("other").public()),
        Err(UnknownSigner(key_id("other")))
    );
    assert_eq!(founded(gateway, |g| g.admins[1] = g.admins[0].clone()), Err(Exists("key")));
    assert_eq!(founded(gateway, |g| g.admins[1] = enrolment("nurse", Role::Nurse)), Err(NotPermitted));
    assert_eq!(
        founded(gateway, |g| g.admins[1].enrolment.name = "x".into()),
        Err(Possession(key_id("admin-1")))
    );
    let same_reading = |g: &mut Genesis| {
        let mut enrolment = g.admins[1].enrolment.clone();
        enrolment.reading = g.admins[0].enrolment.reading.clone();
        g.admins[1] = ProvenEnrolment::prove(enrolment, &key("admin-1"));
    };
    assert_eq!(founded(gateway, same_reading), Err(Exists("key")));

    let mut empty = State::default();
    let early = World::ward().sign(&["admin"], Action::CreateTeam(team_id("x"), "x".into()));
    assert_eq!(empty.apply(&early, Height(0), wl_ledger::fixtures::START), Err(NotFounded));
    assert_eq!(empty.root(), State::default().root());

    let mut forged = Setup::default().genesis().transaction().clone();
    forged.number = 9;
    let stranger = SignedTransaction::sign(&[&key("gateway")], &World::ward().chain.chain(), forged);
    let signature = StateError::Signature { signer: key_id("gateway"), source: KeyError::BadSignature };
    assert_eq!(empty.apply(&stranger, Height(0), wl_ledger::fixtures::START), Err(signature));
}
