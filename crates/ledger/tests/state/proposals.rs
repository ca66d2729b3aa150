//! Two-person acts that are proposed and approved.

use proptest::prelude::*;
use wl_ledger::control::*;
use wl_ledger::fixtures::{Setup, TestChain, enrolment, key, key_id, patient_id, team_id};
use wl_ledger::limits::{MAX_PROPOSALS, PROPOSAL_MILLIS};
use wl_ledger::state::StateError::{self, *};
use wl_ledger::{Hash, KeyId, Role};

use crate::scene::{Scene, agreement, second_workstation};

fn encoded(action: &Action) -> Action {
    Action::Propose(wl_ledger::codec::encode(action))
}

fn enrol(name: &str) -> Action {
    Action::Enrol(enrolment(name, Role::Nurse))
}

/// Three administrators, of whom two must sign; the first has a second workstation.
fn scene() -> Scene {
    let mut chain = TestChain::found(Setup { admins: 3, signers: 2, validators: 1 });
    chain.must(&["admin", "admin-1"], Action::Enrol(enrolment("nurse", Role::Nurse)));
    chain.must(&["admin", "admin-1"], Action::Enrol(enrolment("officer", Role::PrivacyOfficer)));
    chain.must(&["admin", "admin-1"], second_workstation("admin", "admin-home", Role::Admin));
    chain.next_block();
    Scene::of(&chain)
}

fn proposed(scene: &Scene) -> (Scene, Hash) {
    let mut next = scene.clone();
    let hash = next.must(&["admin"], encoded(&enrol("fresh")));
    assert!(next.state.proposal(&hash).is_some() && next.state.member(&key_id("fresh")).is_none());
    (next, hash)
}

/// What is tried, who signs, the act, and what comes of it.
type Row<'a> = (&'a str, &'a [&'a str], Action, Result<(), StateError>);

fn check(scene: &Scene, rows: &[Row<'_>]) {
    for (what, signers, action, expected) in rows {
        assert_eq!(scene.outcome(signers, action.clone()), *expected, "{what}");
    }
}

#[test]
fn a_further_person_completes_what_one_proposed() {
    let (scene, hash) = proposed(&scene());
    let approve = || Action::Approve(hash);
    check(
        &scene,
        &[
            ("another administrator", &["admin-1"], approve(), Ok(())),
            ("the proposer", &["admin"], approve(), Err(Exists("approval"))),
            ("the proposer's other workstation", &["admin-home"], approve(), Err(Exists("approval"))),
            ("somebody who adds nothing", &["nurse"], approve(), Err(NotPermitted)),
            ("a stranger", &["eve"], approve(), Err(UnknownSigner(key_id("eve")))),
            (
                "no such proposal",
                &["admin-1"],
                Action::Approve(Hash::from_bytes([7; 32])),
                Err(Unknown("proposal")),
            ),
            ("withdrawn by the proposer", &["admin"], Action::Withdraw(hash), Ok(())),
            ("withdrawn from the other workstation", &["admin-home"], Action::Withdraw(hash), Ok(())),
            ("withdrawn by another administrator", &["admin-2"], Action::Withdraw(hash), Ok(())),
            ("withdrawn by a nurse", &["nurse"], Action::Withdraw(hash), Err(NotPermitted)),
        ],
    );
    let done = scene.with(&["admin-1"], approve());
    assert!(done.state.member(&key_id("fresh")).is_some_and(|member| member.is_active()));
    assert_eq!(done.state.proposals().count(), 0);
    assert_eq!(done.outcome(&["admin-2"], approve()), Err(Unknown("proposal")));
    let gone = scene.with(&["admin"], Action::Withdraw(hash));
    assert_eq!(gone.outcome(&["admin-1"], approve()), Err(Unknown("proposal")));
}

#[test]
fn what_is_proposed_is_judged_like_what_is_signed_together() {
    let scene = scene();
    check(&scene, &[("by one who is not needed", &["nurse"], encoded(&enrol("fresh")), Err(NotPermitted))]);
    // What needs one signer is carried out at once.
    let once = scene.with(&["admin"], encoded(&Action::CreateTeam(team_id("ward"), "ward".to_owned())));
    assert_eq!((once.state.teams().count(), once.state.proposals().count()), (1, 0));
    // So is what two sign.
    let both = scene.with(&["admin", "admin-1"], encoded(&enrol("fresh")));
    assert!(both.state.member(&key_id("fresh")).is_some() && both.state.proposals().count() == 0);
    // Two workstations of one person are one signer: it waits.
    let one = scene.with(&["admin", "admin-home"], encoded(&enrol("fresh")));
    assert_eq!((one.state.member(&key_id("fresh")), one.state.proposals().count()), (None, 1));
    // Judged at its end: somebody took the name meanwhile.
    let (waiting, hash) = proposed(&scene);
    let taken = waiting.with(&["admin", "admin-1"], enrol("fresh"));
    assert_eq!(taken.outcome(&["admin-1"], Action::Approve(hash)), Err(Exists("key")));
}

#[test]
fn who_was_revoked_meanwhile_does_not_count() {
    let revoke = |name| Action::Revoke(key_id(name), RevocationReason::Lost);
    let (scene, hash) = proposed(&scene());
    let proposer_gone = scene.with(&["admin-2"], revoke("admin"));
    let refused = proposer_gone.outcome(&["admin-1"], Action::Approve(hash));
    assert_eq!(refused, Err(RevokedSigner(key_id("admin"))), "an act needs its author");
    // Three must sign to bring back somebody who has no key left; the second of them is revoked before the third signs.
    let mut scene = self::scene();
    let policy = Policy { signers: 2, recovery_signers: 3, ..Policy::demo() };
    scene.must(&["admin", "admin-1"], Action::SetPolicy(policy));
    scene.must(&["admin"], revoke("nurse"));
    let recovery = second_workstation("nurse", "nurse-home", Role::Nurse);
    let hash = scene.must(&["admin"], encoded(&recovery));
    scene.must(&["admin-1"], Action::Approve(hash));
    assert_eq!(scene.state.proposal(&hash).unwrap().approvals.len(), 1);
    let honest = scene.with(&["admin-2"], Action::Approve(hash));
    assert!(honest.state.member(&key_id("nurse-home")).is_some());
    assert_eq!(honest.state.person_of(&key_id("nurse-home")), Some(key_id("nurse")));
    scene.must(&["admin-2"], revoke("admin-1"));
    scene.must(&["admin-2"], Action::Approve(hash));
    assert_eq!(scene.state.member(&key_id("nurse-home")), None, "two of three are in force");
    assert_eq!(scene.state.proposals().count(), 1);
}

#[test]
fn a_proposal_lapses_after_a_week() {
    let (scene, hash) = proposed(&scene());
    let last = scene.later(PROPOSAL_MILLIS - 1);
    assert_eq!(last.outcome(&["admin-1"], Action::Approve(hash)), Ok(()));
    let late = scene.later(PROPOSAL_MILLIS);
    assert_eq!(late.outcome(&["admin-1"], Action::Approve(hash)), Err(Ended("proposal")));
    assert_eq!(late.state.proposals().count(), 1);
    let next = late.with(&["admin"], encoded(&enrol("other")));
    assert_eq!(next.state.proposals().count(), 1, "the next proposal takes lapsed ones away");
    assert_eq!(next.state.proposal(&hash), None);
}

#[test]
fn one_person_cannot_pile_up_proposals() {
    let mut scene = scene();
    for number in 0..MAX_PROPOSALS {
        let signer = if number % 2 == 0 { "admin" } else { "admin-home" };
        scene.must(&[signer], encoded(&enrol(&format!("fresh-{number}"))));
    }
    assert_eq!(scene.outcome(&["admin-home"], encoded(&enrol("more"))), Err(TooMany("proposals")));
    assert_eq!(scene.outcome(&["admin-1"], encoded(&enrol("more"))), Ok(()));
    assert_eq!(scene.later(PROPOSAL_MILLIS).outcome(&["admin"], encoded(&enrol("more"))), Ok(()));
}

#[test]
fn acts_of_two_duties_are_proposed_as_well() {
    let mut scene = scene();
    let chain = scene.chain;
    scene.must(&["admin", "admin-1"], Action::Enrol(enrolment("hub", Role::Hub)));
    let ada = Registration::prove(&chain, patient_id("ada"), &key("ada"), key_id("hub"));
    scene.must(&["admin"], Action::RegisterPatient(ada));
    let end = scene.time.plus(1_000);
    let law = agreement("law", |a| {
        (a.purpose, a.holder, a.until) =
            (Purpose::LegalDisclosure, Holder::Person(key_id("nurse")), Some(end));
    });
    let order = Hash::from_bytes([1; 32]);
    let hash = scene.must(&["officer"], encoded(&Action::DiscloseLegally(law, order)));
    assert_eq!(scene.outcome(&["nurse"], Action::Approve(hash)), Err(NotPermitted));
    scene.must(&["admin-1"], Action::Approve(hash));
    assert_eq!(scene.state.agreements().count(), 1);
}

/// What the walkers may do.
#[derive(Clone, Debug)]
enum Move {
    Propose(u8),
    Approve(u8),
    Withdraw(u8),
    Direct(u8),
    Revoke,
    Reinstate,
    Wait(u8),
}

fn any_move() -> impl Strategy<Value = Move> {
    let n = any::<u8>;
    prop_oneof![
        3 => n().prop_map(Move::Propose),
        5 => n().prop_map(Move::Approve),
        1 => n().prop_map(Move::Withdraw),
        1 => n().prop_map(Move::Direct),
        1 => Just(Move::Revoke),
        1 => Just(Move::Reinstate),
        1 => n().prop_map(Move::Wait),
    ]
}

/// The two-person acts that a walker may try.
fn joint(choice: u8) -> Action {
    match choice % 6 {
        0 => enrol(&format!("fresh-{}", choice / 6 % 4)),
        1 => Action::ChangeRole(key_id("nurse"), Role::Physician),
        2 => Action::SetPolicy(Policy { signers: 1, ..Policy::demo() }),
        3 => Action::Reinstate(key_id("gone")),
        4 => second_workstation("nurse", "nurse-home", Role::Nurse),
        _ => Action::SetCustodians(2, {
            let mut persons = vec![key_id("admin"), key_id("admin-1")];
            persons.sort_unstable();
            persons
        }),
    }
}

/// What two-person acts alone can change.
fn jointly_decided(scene: &Scene) -> (usize, Policy, Vec<(KeyId, Role, bool)>, bool) {
    let state = &scene.state;
    let members = state.members();
    let roles = members.map(|(key, member)| (*key, member.enrolment.role, member.is_active())).collect();
    let policy = state.founding().unwrap().policy;
    (state.members().count(), policy, roles, state.custodians().is_some())
}

fn walkable() -> Scene {
    let mut scene = scene();
    scene.must(&["admin", "admin-1"], Action::Enrol(enrolment("gone", Role::Nurse)));
    scene.must(&["admin"], Action::Revoke(key_id("gone"), RevocationReason::Left));
    scene
}

fn step(scene: &mut Scene, signer: &str, what: &Move) -> Option<Action> {
    let hashes: Vec<Hash> = scene.state.proposals().map(|(hash, _)| *hash).collect();
    let one = |at: u8| hashes.get(usize::from(at) % hashes.len().max(1)).copied();
    let action = match what {
        Move::Propose(choice) => encoded(&joint(*choice)),
        Move::Direct(choice) => joint(*choice),
        Move::Approve(at) => Action::Approve(one(*at)?),
        Move::Withdraw(at) => Action::Withdraw(one(*at)?),
        Move::Revoke => Action::Revoke(key_id("nurse"), RevocationReason::Lost),
        Move::Reinstate => Action::Reinstate(key_id("nurse")),
        Move::Wait(hours) => {
            *scene = scene.later(i64::from(*hours) * 3_600_000);
            return None;
        }
    };
    let signed = scene.sign(&[signer], action.clone());
    // A refusal is checked by `tried` to leave no trace.
    if scene.tried(&signed).is_ok() {
        scene.must(&[signer], action.clone());
        return Some(action);
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// One person with two workstations never carries out what two must sign, whatever the order.
    #[test]
    fn one_person_alone_decides_nothing(moves in proptest::collection::vec((any_move(), any::<bool>()), 1..40)) {
        let mut scene = walkable();
        let before = jointly_decided(&scene);
        for (what, home) in &moves {
            // Revoking takes one administrator, and is not what this is about.
            if !matches!(what, Move::Revoke) {
                step(&mut scene, if *home { "admin-home" } else { "admin" }, what);
            }
        }
        prop_assert_eq!(jointly_decided(&scene), before);
    }

    /// Whatever is carried out was signed by two persons whose keys are in force at that moment.
    #[test]
    fn two_persons_in_force_stand_behind_each_act(
        moves in proptest::collection::vec((any_move(), 0usize..5), 1..40),
    ) {
        let mut scene = walkable();
        for (what, who) in &moves {
            let signer = ["admin", "admin-home", "admin-1", "admin-2", "nurse"][*who];
            let before = scene.clone();
            let Some(action) = step(&mut scene, signer, what) else { continue };
            let need = before.state.founding().unwrap().policy.signers;
            let changed = jointly_decided(&before) != jointly_decided(&scene);
            if !changed || matches!(action, Action::Revoke(..)) || need < 2 {
                continue;
            }
            let Action::Approve(hash) = action else {
                return Err(TestCaseError::fail(format!("{signer} alone: {action:?}")));
            };
            let proposal = before.state.proposal(&hash).unwrap();
            let keys = proposal.approvals.iter().copied().chain([proposal.proposer, key_id(signer)]);
            let persons: std::collections::BTreeSet<KeyId> = keys
                .filter(|key| before.state.is_admin(key))
                .filter_map(|key| before.state.person_of(&key))
                .collect();
            prop_assert!(persons.len() >= 2, "{:?}", persons);
        }
    }
}
