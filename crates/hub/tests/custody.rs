//! What a hub owes its patients' agreements: every change of readers leads to exactly the readers that are entitled.
#![allow(clippy::panic, clippy::expect_used, reason = "helpers of tests fail the test")]

use std::collections::BTreeSet;
use wl_hub::custody::{HUB_CATEGORIES, HeldSecrets, Step, due};
use wl_ledger::control::{Action, Categories, Holder, RevocationReason, Subject};
use wl_ledger::fixtures::{TestChain, agreement_id, enrolment, hash, key_id, patient_id, team_id};
use wl_ledger::{Category, Generation, KeyId, Role, UnixMillis};

const HOUR: i64 = 3_600_000;

struct Ward {
    chain: TestChain,
    held: HeldSecrets,
    now: UnixMillis,
}

impl Ward {
    fn new() -> Self {
        let mut ward =
            Self { chain: TestChain::ward(), held: HeldSecrets::new(), now: wl_ledger::fixtures::START };
        ward.now = ward.now.plus(60_000);
        // The fixture's generations were made elsewhere; this hub does not hold their secrets.
        ward
    }

    fn due(&self) -> Vec<Step> {
        due(self.chain.state(), &key_id("hub"), &self.held, self.now)
    }

    /// Does what is due until nothing is, as a hub would. Panics when that does not end.
    fn settle(&mut self) {
        for _ in 0..10 {
            let steps = self.due();
            if steps.is_empty() {
                return;
            }
            for step in steps {
                self.carry_out(step);
            }
            self.chain.next_block();
        }
        panic!("the hub never settles: {:?}", self.due());
    }

    fn carry_out(&mut self, step: Step) {
        match step {
            Step::OpenStream(subject) => {
                self.chain.open_stream("hub", subject);
            }
            Step::OpenGeneration { patient, category, generation, .. } => {
                assert_eq!(patient, patient_id("ada"));
                self.chain.open_generation("hub", "ada", category);
                self.chain.open_epoch("hub", "ada", category);
                self.held.entry((patient, category)).or_default().insert(generation);
            }
            Step::Grant { patient, category, generation, readers } => {
                let action = Action::GrantGeneration(patient, category, generation, readers, hash("root"));
                self.chain.must(&["hub"], action);
            }
            Step::OpenEpoch { category, .. } => self.chain.open_epoch("hub", "ada", category),
        }
    }

    /// The readers of the generation in force of each category the hub writes.
    fn readers(&self, category: Category) -> BTreeSet<KeyId> {
        let patient = patient_id("ada");
        let state = self.chain.state();
        let (generation, _) = state.generation(&patient, category).expect("settled");
        state.readers_of(&patient, category, generation).collect()
    }

    fn generation(&self, category: Category) -> Generation {
        self.chain.state().generation(&patient_id("ada"), category).expect("settled").0
    }
}

fn keys(names: &[&str]) -> BTreeSet<KeyId> {
    names.iter().map(|name| key_id(name)).collect()
}

#[test]
fn a_settled_hub_has_granted_exactly_those_who_are_entitled() {
    let mut ward = Ward::new();
    ward.settle();
    for category in HUB_CATEGORIES {
        assert_eq!(ward.readers(category), keys(&["nurse", "physician"]), "{category:?}");
        let subject = Subject::Patient(patient_id("ada"), category);
        assert!(
            ward.chain.state().stream_of(&key_id("hub"), &subject).is_some(),
            "no stream for {category:?}"
        );
    }
    for reader in ["nurse", "physician"] {
        let mailbox = Subject::Mailbox(key_id(reader));
        assert!(ward.chain.state().stream_of(&key_id("hub"), &mailbox).is_some(), "no mailbox for {reader}");
    }
}

#[test]
fn a_generation_whose_secret_is_lost_is_replaced() {
    let mut ward = Ward::new();
    ward.settle();
    let before = ward.generation(Category::Vitals);
    ward.held.remove(&(patient_id("ada"), Category::Vitals));
    ward.settle();
    assert_eq!(Some(ward.generation(Category::Vitals)), before.next());
}

#[test]
fn a_revoked_key_forces_a_new_generation_of_every_category() {
    let mut ward = Ward::new();
    ward.settle();
    let before = HUB_CATEGORIES.map(|category| ward.generation(category));
    ward.chain.must(&["admin"], Action::Revoke(key_id("nurse"), RevocationReason::Lost));
    ward.chain.next_block();
    ward.settle();
    for (category, before) in HUB_CATEGORIES.into_iter().zip(before) {
        assert_eq!(Some(ward.generation(category)), before.next(), "{category:?} kept its generation");
        assert_eq!(ward.readers(category), keys(&["physician"]));
    }
}

#[test]
fn somebody_who_joins_the_team_is_granted_what_there_is_and_the_generation_stays() {
    let mut ward = Ward::new();
    ward.settle();
    let before = ward.generation(Category::Alarms);
    ward.chain.must(&["admin"], Action::Enrol(enrolment("late", Role::Nurse)));
    ward.chain.must(&["admin"], Action::JoinTeam(team_id("ward"), key_id("late")));
    ward.chain.next_block();
    ward.settle();
    assert_eq!(ward.generation(Category::Alarms), before);
    assert_eq!(ward.readers(Category::Alarms), keys(&["late", "nurse", "physician"]));
    let grants = ward.chain.state().grants(&patient_id("ada"), Category::Alarms, &key_id("late")).cloned();
    let held = ward.held.get(&(patient_id("ada"), Category::Alarms)).expect("held").len();
    assert_eq!(
        grants.map(|grants| grants.len()),
        Some(held),
        "history is granted as far as the hub holds it"
    );
}

#[test]
fn an_agreement_that_ends_by_revocation_or_narrowing_shuts_out_at_once() {
    let mut ward = Ward::new();
    ward.settle();
    ward.chain.must(&["ada"], Action::RevokeAgreement(agreement_id("ada/0")));
    let narrow = Categories::of(&[Category::Alarms]);
    let narrower = ward.chain.agreement("ada", Holder::Key(key_id("nurse")), narrow);
    ward.chain.must(&["ada"], narrower);
    ward.chain.next_block();
    ward.settle();
    assert_eq!(ward.readers(Category::Vitals), keys(&[]));
    assert_eq!(ward.readers(Category::Alarms), keys(&["nurse"]));
}

#[test]
fn an_epoch_ends_after_the_hours_of_the_policy_and_not_before() {
    let mut ward = Ward::new();
    ward.settle();
    ward.now = ward.now.plus(22 * HOUR);
    assert_eq!(ward.due(), Vec::new());
    ward.now = ward.now.plus(3 * HOUR);
    let due = ward.due();
    assert_eq!(due.len(), HUB_CATEGORIES.len());
    assert!(due.iter().all(|step| matches!(step, Step::OpenEpoch { .. })), "{due:?}");
}

#[test]
fn patients_of_another_hub_are_left_alone() {
    let ward = Ward::new();
    assert_eq!(due(ward.chain.state(), &key_id("admin"), &HeldSecrets::new(), ward.now), Vec::new());
}
