//! Workstations of one person, roles, policy, custodians, another hub.

use wl_ledger::control::*;
use wl_ledger::fixtures::{enrolment, hash, key, key_id, patient_id, team_id};
use wl_ledger::state::StateError::*;
use wl_ledger::{Category, Generation, Height, Role};

use crate::scene::{Scene, second_workstation};
use crate::table::Row;

fn check(scene: &Scene, rows: Vec<Row<'_>>) {
    for (what, signers, action, expected) in rows {
        assert_eq!(scene.outcome(signers, action), expected, "{what}");
    }
}

fn revoke(name: &str) -> Action {
    Action::Revoke(key_id(name), RevocationReason::Lost)
}

fn policy(change: impl FnOnce(&mut Policy)) -> Action {
    let mut policy = Policy::demo();
    change(&mut policy);
    Action::SetPolicy(policy)
}

#[test]
fn a_person_has_several_workstations() {
    let scene = Scene::ward();
    let tablet = |person: &str, role| second_workstation(person, "tablet", role);
    let other_name = Action::AddKey(key_id("nurse"), enrolment("tablet", Role::Nurse));
    check(
        &scene,
        vec![
            ("the person and an administrator", &["nurse", "admin"], tablet("nurse", Role::Nurse), Ok(())),
            ("from the other workstation", &["nurse-home", "admin"], tablet("nurse", Role::Nurse), Ok(())),
            (
                "the person alone",
                &["nurse"],
                tablet("nurse", Role::Nurse),
                Err(TooFewAdmins { need: 1, got: 0 }),
            ),
            ("somebody else", &["physician"], tablet("nurse", Role::Nurse), Err(NotPermitted)),
            ("recovery by an administrator", &["admin"], tablet("nurse", Role::Nurse), Ok(())),
            ("an administrator's own", &["admin"], tablet("admin", Role::Admin), Ok(())),
            (
                "in another role",
                &["admin"],
                tablet("nurse", Role::Physician),
                Err(OtherPerson(key_id("nurse"))),
            ),
            ("in another name", &["admin"], other_name, Err(OtherPerson(key_id("nurse")))),
            ("of a hub", &["admin"], tablet("hub", Role::Hub), Err(OtherPerson(key_id("hub")))),
            ("of nobody", &["admin"], tablet("nobody", Role::Nurse), Err(Unknown("person"))),
            ("of a workstation", &["admin"], tablet("nurse-home", Role::Nurse), Err(Unknown("person"))),
            (
                "a key in use",
                &["admin"],
                second_workstation("nurse", "physician", Role::Nurse),
                Err(Exists("key")),
            ),
        ],
    );
    // Lost: the other one goes on, and the person stays in the team.
    let lost = scene.with(&["admin"], revoke("nurse"));
    assert!(lost.readers(Category::Vitals).contains(&"nurse-home"));
    assert!(!lost.readers(Category::Vitals).contains(&"nurse"));
    let back = lost.with(&["nurse-home", "admin"], tablet("nurse", Role::Nurse));
    assert_eq!(back.state.person_of(&key_id("tablet")), Some(key_id("nurse")));
    let entitled = back.state.entitled(&patient_id("ada"), Category::Vitals, back.time);
    assert!(entitled.contains(&key_id("tablet")), "in the team without being put into it again");
    // A policy of two asks for two persons beside the own key, a recovery for as many as it says.
    let strict = scene.with(&["admin"], policy(|p| p.recovery_signers = 2));
    check(
        &strict,
        vec![
            ("the person and one", &["nurse", "admin"], tablet("nurse", Role::Nurse), Ok(())),
            ("one alone", &["admin"], tablet("nurse", Role::Nurse), Err(TooFewAdmins { need: 2, got: 1 })),
            ("two", &["admin", "deputy"], tablet("nurse", Role::Nurse), Ok(())),
        ],
    );
}

#[test]
fn a_person_has_no_more_keys_than_the_bound() {
    let mut scene = Scene::ward();
    for number in 2..wl_ledger::limits::MAX_KEYS_OF_PERSON {
        scene.must(&["admin"], second_workstation("nurse", &format!("tablet-{number}"), Role::Nurse));
    }
    let more = second_workstation("nurse", "more", Role::Nurse);
    assert_eq!(scene.outcome(&["admin"], more), Err(TooMany("keys")));
}

#[test]
fn a_revocation_is_undone_from_its_block_on() {
    let scene = Scene::ward();
    let reinstate = |name| Action::Reinstate(key_id(name));
    let gone = scene.with(&["admin"], revoke("nurse")).later(1_000).later(1_000);
    check(
        &gone,
        vec![
            ("an administrator", &["admin"], reinstate("nurse"), Ok(())),
            ("itself", &["nurse"], reinstate("nurse"), Err(RevokedSigner(key_id("nurse")))),
            ("its other workstation", &["nurse-home"], reinstate("nurse"), Err(NotPermitted)),
            ("not revoked", &["admin"], reinstate("physician"), Err(Unchanged("key"))),
            ("nobody", &["admin"], reinstate("nobody"), Err(Unknown("key"))),
        ],
    );
    let since = scene.state.member(&key_id("nurse")).unwrap().since;
    let back = gone.with(&["admin"], reinstate("nurse"));
    let member = back.state.member(&key_id("nurse")).unwrap();
    let heights = [(since.0, true), (scene.height.0 - 1, true), (scene.height.0, false)];
    for (height, active) in heights.into_iter().chain([(gone.height.0 - 1, false), (gone.height.0, true)]) {
        assert_eq!(member.active_at(Height(height)), active, "at {height}");
    }
    assert!(since.0 == 0 || !member.active_at(Height(since.0 - 1)));
    let two = policy(|p| (p.signers, p.recovery_signers) = (2, 2));
    let two = scene.with(&["admin", "deputy"], two).with(&["admin"], revoke("nurse"));
    let alone = two.outcome(&["admin"], reinstate("nurse"));
    assert_eq!(alone, Err(TooFewAdmins { need: 2, got: 1 }));
    assert_eq!(two.outcome(&["admin", "deputy"], reinstate("nurse")), Ok(()));
}

#[test]
fn roles_and_policy_change_by_as_many_as_policy_asks_for() {
    let scene = Scene::ward();
    let role = |person, role| Action::ChangeRole(key_id(person), role);
    check(
        &scene,
        vec![
            ("by an administrator", &["admin"], role("nurse", Role::Physician), Ok(())),
            ("by itself", &["nurse"], role("nurse", Role::Physician), Err(NotPermitted)),
            ("as before", &["admin"], role("nurse", Role::Nurse), Err(Unchanged("role"))),
            ("to hub", &["admin"], role("nurse", Role::Hub), Err(HubRole)),
            ("from hub", &["admin"], role("hub", Role::Nurse), Err(HubRole)),
            ("of a workstation", &["admin"], role("nurse-home", Role::Physician), Err(Unknown("person"))),
            ("one of two administrators", &["admin"], role("deputy", Role::Nurse), Ok(())),
            ("the first of two administrators", &["admin"], role("admin", Role::Nurse), Ok(())),
        ],
    );
    let one = scene.with(&["admin"], revoke("deputy"));
    assert_eq!(one.outcome(&["admin"], role("admin", Role::Nurse)), Err(LastAdmin));
    let changed = scene.with(&["admin"], role("nurse", Role::Physician));
    for name in ["nurse", "nurse-home"] {
        assert_eq!(changed.state.member(&key_id(name)).unwrap().enrolment.role, Role::Physician, "{name}");
    }
    let strict = |p: &mut Policy| (p.signers, p.recovery_signers) = (2, 2);
    check(
        &scene,
        vec![
            (
                "stricter: as many as the new one asks for",
                &["admin"],
                policy(strict),
                Err(TooFewAdmins { need: 2, got: 1 }),
            ),
            ("stricter: two", &["admin", "deputy"], policy(strict), Ok(())),
            ("the lock alone", &["admin"], policy(|p| p.lock_minutes = 15), Ok(())),
            ("as before", &["admin"], policy(|_| ()), Err(Unchanged("policy"))),
            (
                "more for a recovery than there are",
                &["admin"],
                policy(|p| p.recovery_signers = 3),
                Err(TooStrict),
            ),
            ("by a nurse", &["nurse"], policy(|p| p.lock_minutes = 1), Err(NotPermitted)),
        ],
    );
    let strict = scene.with(&["admin", "deputy"], policy(strict));
    let lax = || policy(|_| ());
    check(
        &strict,
        vec![
            (
                "laxer: as many as the old one asks for",
                &["admin"],
                lax(),
                Err(TooFewAdmins { need: 2, got: 1 }),
            ),
            ("laxer: two", &["deputy", "admin"], lax(), Ok(())),
        ],
    );
}

#[test]
fn custodians_and_the_shares_of_a_generation() {
    let scene = Scene::ward();
    let set = |threshold, names: &[&str]| {
        let mut persons: Vec<_> = names.iter().map(|name| key_id(name)).collect();
        persons.sort_unstable();
        Action::SetCustodians(threshold, persons)
    };
    check(
        &scene,
        vec![
            ("two of two", &["admin"], set(2, &["nurse", "officer"]), Ok(())),
            ("by a nurse", &["nurse"], set(2, &["nurse", "officer"]), Err(NotPermitted)),
            ("a hub among them", &["admin"], set(2, &["nurse", "hub"]), Err(WrongHolder)),
            ("nobody known", &["admin"], set(2, &["nurse", "nobody"]), Err(Unknown("person"))),
            ("a workstation", &["admin"], set(2, &["nurse-home", "officer"]), Err(Unknown("person"))),
        ],
    );
    let opening = |custody| {
        Action::OpenGeneration(GenerationOpening {
            patient: patient_id("ada"),
            category: Category::Vitals,
            generation: Generation(1),
            commitment: hash("commitment"),
            readers: vec![],
            grants_root: hash("root"),
            custody,
        })
    };
    let shares = |threshold| opening(Some(Custody { threshold, shares_root: hash("shares") }));
    check(
        &scene,
        vec![
            ("no shares", &["hub"], opening(None), Ok(())),
            ("shares for nobody", &["hub"], shares(2), Err(CustodyNotInForce)),
        ],
    );
    let kept = scene.with(&["admin"], set(2, &["nurse", "officer", "physician"]));
    check(
        &kept,
        vec![
            ("with the threshold in force", &["hub"], shares(2), Ok(())),
            ("with another", &["hub"], shares(3), Err(CustodyNotInForce)),
            ("no shares", &["hub"], opening(None), Ok(())),
        ],
    );
    assert_eq!(kept.state.custodian_keys().len(), 4, "each workstation in force has a share");
    let lost = kept.with(&["admin"], revoke("nurse"));
    assert_eq!(lost.state.custodian_keys().len(), 3);
    let none = kept.with(&["admin"], set(0, &[]));
    assert!(none.state.custodians().is_none());
    assert_eq!(none.outcome(&["hub"], shares(2)), Err(CustodyNotInForce));
}

#[test]
fn a_patient_gets_another_hub() {
    let scene = Scene::ward().with(&["admin"], Action::Enrol(enrolment("hub-2", Role::Hub)));
    let home = |patient, signer: &str, hub| {
        let chain = &scene.chain;
        Action::RehomePatient(Registration::prove(chain, patient_id(patient), &key(signer), key_id(hub)))
    };
    let stolen = Action::RehomePatient(Registration {
        sign: key("ada").public(),
        ..Registration::prove(&scene.chain, patient_id("ada"), &key("eve"), key_id("hub-2"))
    });
    check(
        &scene,
        vec![
            ("to another hub", &["admin"], home("ada", "ada", "hub-2"), Ok(())),
            ("by the patient", &["ada"], home("ada", "ada", "hub-2"), Err(NotPermitted)),
            ("to the same", &["admin"], home("ada", "ada", "hub"), Err(Unchanged("hub"))),
            ("to no hub", &["admin"], home("ada", "ada", "nurse"), Err(Unknown("hub"))),
            ("under another key", &["admin"], home("ada", "eve", "hub-2"), Err(NotPermitted)),
            ("without the patient", &["admin"], stolen, Err(Possession(key_id("ada")))),
            ("nobody", &["admin"], home("cy", "cy", "hub-2"), Err(Unknown("patient"))),
        ],
    );
    let moved = scene.later(1_000).with(&["admin"], home("ada", "ada", "hub-2"));
    let (before, now) = (Height(moved.height.0 - 1), moved.height);
    assert_eq!(moved.state.hub_at(&patient_id("ada"), before), Some(key_id("hub")));
    assert_eq!(moved.state.hub_at(&patient_id("ada"), now), Some(key_id("hub-2")));
    assert_eq!(moved.state.hub_at(&patient_id("ada"), Height(0)), None);
    let opening = |hub: &str| {
        let next = moved.state.generation(&patient_id("ada"), Category::Vitals).map_or(0, |(g, _)| g.0 + 1);
        let opening = GenerationOpening {
            patient: patient_id("ada"),
            category: Category::Vitals,
            generation: Generation(next),
            commitment: hash("commitment"),
            readers: vec![],
            grants_root: hash("root"),
            custody: None,
        };
        moved.outcome(&[hub], Action::OpenGeneration(opening))
    };
    assert_eq!((opening("hub"), opening("hub-2")), (Err(NotPermitted), Ok(())));
    // Its guardians stay.
    assert!(moved.state.may_sign_for(&patient_id("ada"), &key_id("gus")));
    let team = Action::CreateTeam(team_id("x"), "x".to_owned());
    assert_eq!(moved.outcome(&["gus"], team), Err(NotPermitted), "a guardian signs for the patient alone");
}
