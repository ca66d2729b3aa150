//! What a hub owes its patients' agreements: every change of readers leads to exactly the readers that are entitled.
#![allow(clippy::panic, clippy::expect_used, reason = "helpers of tests fail the test")]

use proptest::prelude::*;
use std::collections::BTreeSet;
use wl_hub::custody::{
    HUB_CATEGORIES, HeldSecrets, Step, custodians_in_force, due, erasable, erased_categories,
};
use wl_ledger::control::{
    Action, BreakGlass, BreakGlassReason, Categories, Custody, Enrolment, EraseBasis, EraseOrder,
    EraseReceipt, EraseScope, Holder, ProvenEnrolment, RevocationReason, Subject,
};
use wl_ledger::fixtures::{TestChain, agreement_id, enrolment, hash, key, key_id, patient_id, team_id};
use wl_ledger::{AgreementId, Category, EraseId, Generation, Height, KeyId, Role, UnixMillis};

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

    /// Erases and says so, as a hub would as soon as nothing in use would be erased.
    fn erase(&mut self) {
        for erasure in erasable(self.chain.state(), &key_id("hub")) {
            for category in erased_categories(&erasure.order.scope).iter() {
                let current = self.chain.state().generation(&patient_id("ada"), category);
                let current = current.map_or(Generation(0), |(generation, _)| generation);
                if let Some(held) = self.held.get_mut(&(patient_id("ada"), category)) {
                    held.retain(|generation| *generation >= current);
                }
            }
            let receipt = EraseReceipt { order: erasure.order.id, records: 0, keys: 1 };
            self.carry_out(Step::ConfirmErasure(receipt));
        }
        self.chain.next_block();
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
            Step::OpenGeneration { patient, category, generation, readers } => {
                assert_eq!(patient, patient_id("ada"));
                let mut action = self.chain.generation("ada", category);
                if let Action::OpenGeneration(opening) = &mut action {
                    let threshold = custodians_in_force(self.chain.state()).map(|(threshold, _)| threshold);
                    opening.custody =
                        threshold.map(|threshold| Custody { threshold, shares_root: hash("shares") });
                    opening.readers = readers;
                }
                self.chain.must(&["hub"], action);
                self.chain.open_epoch("hub", "ada", category);
                self.held.entry((patient, category)).or_default().insert(generation);
            }
            Step::Grant { patient, category, generation, readers } => {
                let action = Action::GrantGeneration(patient, category, generation, readers, hash("root"));
                self.chain.must(&["hub"], action);
            }
            Step::OpenEpoch { category, .. } => self.chain.open_epoch("hub", "ada", category),
            Step::CloseStream(stream) => self.chain.must(&["hub"], Action::CloseStream(stream)),
            Step::ConfirmErasure(receipt) => self.chain.must(&["hub"], Action::ConfirmErasure(receipt)),
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
    let narrower = ward.chain.agreement("ada", Holder::Person(key_id("nurse")), narrow);
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

/// A second workstation of a person of the ward.
fn workstation(person: &str, name: &str, role: Role) -> ProvenEnrolment {
    let first = enrolment(person, role).enrolment;
    let second = enrolment(name, role).enrolment;
    ProvenEnrolment::prove(Enrolment { name: first.name, ..second }, &key(name))
}

fn broken(id: u8, minutes: u8) -> Action {
    Action::BreakGlass(BreakGlass {
        id: AgreementId::from_bytes([id; 16]),
        patient: patient_id("ada"),
        categories: Categories::of(&[Category::Vitals]),
        minutes,
        reason: BreakGlassReason::DangerToLife,
        text: hash("reason"),
    })
}

fn erase(id: u8, categories: &[Category], up_to: Height) -> Action {
    Action::Erase(EraseOrder {
        id: EraseId::from_bytes([id; 16]),
        patient: patient_id("ada"),
        scope: EraseScope::Categories(Categories::of(categories)),
        basis: EraseBasis::PatientRequest,
        up_to,
    })
}

#[test]
fn each_workstation_of_a_person_is_granted_and_a_lost_one_shuts_out_itself_only() {
    let mut ward = Ward::new();
    ward.settle();
    let second = workstation("nurse", "nurse at home", Role::Nurse);
    ward.chain.must(&["nurse", "admin"], Action::AddKey(key_id("nurse"), second));
    ward.chain.next_block();
    ward.settle();
    assert_eq!(ward.readers(Category::Vitals), keys(&["nurse", "nurse at home", "physician"]));
    ward.chain.must(&["admin"], Action::Revoke(key_id("nurse"), RevocationReason::Lost));
    ward.chain.next_block();
    ward.settle();
    assert_eq!(ward.readers(Category::Vitals), keys(&["nurse at home", "physician"]));
}

#[test]
fn an_emergency_is_granted_at_once_and_taken_back_when_its_minutes_are_over() {
    let mut ward = Ward::new();
    ward.chain.must(&["admin"], Action::Enrol(enrolment("stranger", Role::Physician)));
    ward.settle();
    let before = ward.generation(Category::Vitals);
    ward.chain.must(&["stranger"], broken(7, 10));
    ward.now = ward.chain.now;
    ward.settle();
    assert_eq!(ward.generation(Category::Vitals), before, "granting needs no new generation");
    assert_eq!(ward.readers(Category::Vitals), keys(&["nurse", "physician", "stranger"]));
    assert_eq!(ward.readers(Category::Alarms), keys(&["nurse", "physician"]), "only what was asked for");
    ward.now = ward.now.plus(11 * 60_000);
    ward.chain.now = ward.now;
    ward.settle();
    assert_eq!(Some(ward.generation(Category::Vitals)), before.next());
    assert_eq!(ward.readers(Category::Vitals), keys(&["nurse", "physician"]));
}

#[test]
fn streams_of_somebody_who_may_not_read_any_more_are_closed() {
    let mut ward = Ward::new();
    ward.settle();
    let subject = Subject::Patient(patient_id("ada"), Category::Alarms);
    assert!(ward.chain.state().stream_of(&key_id("nurse"), &subject).is_some());
    ward.chain.must(&["admin"], Action::LeaveTeam(team_id("ward"), key_id("nurse")));
    ward.chain.next_block();
    ward.settle();
    assert!(ward.chain.state().stream_of(&key_id("nurse"), &subject).is_none());
    assert!(ward.chain.state().stream_of(&key_id("hub"), &subject).is_some(), "the hub's own stay");
}

#[test]
fn other_custodians_get_shares_of_a_new_generation_and_too_few_get_none() {
    let mut ward = Ward::new();
    ward.settle();
    let before = ward.generation(Category::Vitals);
    let mut persons = vec![key_id("nurse"), key_id("physician")];
    persons.sort();
    ward.chain.must(&["admin"], Action::SetCustodians(2, persons));
    ward.chain.next_block();
    ward.settle();
    assert_eq!(Some(ward.generation(Category::Vitals)), before.next());
    let custody = |ward: &Ward| {
        let state = ward.chain.state();
        state.generation(&patient_id("ada"), Category::Vitals).and_then(|(_, opened)| opened.custody)
    };
    assert_eq!(custody(&ward).map(|custody| custody.threshold), Some(2));
    ward.chain.must(&["admin"], Action::Revoke(key_id("nurse"), RevocationReason::Lost));
    ward.chain.next_block();
    ward.settle();
    assert!(custodians_in_force(ward.chain.state()).is_none(), "one of two is no fallback");
    assert_eq!(custody(&ward), None);
}

#[test]
fn keys_are_erased_after_a_fresh_generation_is_there_and_never_before() {
    let mut ward = Ward::new();
    ward.settle();
    let before = ward.generation(Category::Vitals);
    let up_to = ward.chain.proposer().tip().expect("a chain").0;
    ward.chain.next_block();
    ward.chain.must(&["ada"], erase(1, &[Category::Vitals], up_to));
    ward.chain.next_block();
    assert_eq!(erasable(ward.chain.state(), &key_id("hub")), Vec::new(), "its keys are in use");
    ward.settle();
    assert_eq!(Some(ward.generation(Category::Vitals)), before.next());
    assert_eq!(erasable(ward.chain.state(), &key_id("hub")).len(), 1);
    ward.erase();
    assert_eq!(erasable(ward.chain.state(), &key_id("hub")), Vec::new(), "confirmed once");
    let held = ward.held.get(&(patient_id("ada"), Category::Vitals)).cloned();
    assert_eq!(held, Some(BTreeSet::from([ward.generation(Category::Vitals)])));
    assert_eq!(ward.due(), Vec::new());
}

/// One thing that happens on a ward.
#[derive(Clone, Debug)]
enum Event {
    Agree {
        person: usize,
        categories: u16,
        minutes: Option<i64>,
    },
    EndAgreement(usize),
    Narrow(usize, u16),
    Join(usize),
    Leave(usize),
    Revoke(usize),
    Reinstate(usize),
    Custodians(bool),
    BreakGlass(usize, u8),
    Erase(u16),
    Wait(i64),
    /// The hub is there and does what is due; else it is offline.
    Settle,
}

const PEOPLE: [&str; 4] = ["nurse", "physician", "second", "third"];

fn event() -> impl Strategy<Value = Event> {
    let person = 0..PEOPLE.len();
    prop_oneof![
        (person.clone(), 1u16..512, proptest::option::of(1i64..600))
            .prop_map(|(person, categories, minutes)| Event::Agree { person, categories, minutes }),
        (0usize..8).prop_map(Event::EndAgreement),
        (0usize..8, 1u16..512).prop_map(|(agreement, categories)| Event::Narrow(agreement, categories)),
        person.clone().prop_map(Event::Join),
        person.clone().prop_map(Event::Leave),
        person.clone().prop_map(Event::Revoke),
        person.clone().prop_map(Event::Reinstate),
        any::<bool>().prop_map(Event::Custodians),
        (person, 1u8..=60).prop_map(|(person, minutes)| Event::BreakGlass(person, minutes)),
        (1u16..512).prop_map(Event::Erase),
        (1i64..1_800).prop_map(Event::Wait),
        Just(Event::Settle),
    ]
}

fn set(bits: u16) -> Categories {
    let chosen: Vec<Category> =
        Category::ALL.into_iter().filter(|category| bits & (1 << category.code()) != 0).collect();
    Categories::of(&chosen)
}

impl Ward {
    /// Lets one thing happen. What the ledger refuses does not happen.
    fn happen(&mut self, event: &Event, number: u8) {
        let (signers, action): (Vec<&str>, Action) = match event {
            Event::Agree { person, categories, minutes } => {
                let holder = Holder::Person(key_id(PEOPLE[*person]));
                let mut action = self.chain.agreement("ada", holder, set(*categories));
                if let Action::GrantAgreement(agreement) = &mut action {
                    agreement.until = minutes.map(|minutes| self.now.plus(minutes * 60_000));
                }
                (vec!["ada"], action)
            }
            Event::EndAgreement(index) => {
                (vec!["ada"], Action::RevokeAgreement(agreement_id(&format!("ada/{index}"))))
            }
            Event::Narrow(index, categories) => {
                let id = agreement_id(&format!("ada/{index}"));
                let until = Some(self.now.plus(3 * HOUR));
                (vec!["ada"], Action::NarrowAgreement(id, set(*categories), until))
            }
            Event::Join(person) => {
                (vec!["admin"], Action::JoinTeam(team_id("ward"), key_id(PEOPLE[*person])))
            }
            Event::Leave(person) => {
                (vec!["admin"], Action::LeaveTeam(team_id("ward"), key_id(PEOPLE[*person])))
            }
            Event::Revoke(person) => {
                (vec!["admin"], Action::Revoke(key_id(PEOPLE[*person]), RevocationReason::Lost))
            }
            Event::Reinstate(person) => (vec!["admin"], Action::Reinstate(key_id(PEOPLE[*person]))),
            Event::Custodians(some) => {
                let mut persons: Vec<KeyId> = PEOPLE[..3].iter().map(|name| key_id(name)).collect();
                persons.sort();
                let none = (0, Vec::new());
                let (threshold, persons) = if *some { (2, persons) } else { none };
                (vec!["admin"], Action::SetCustodians(threshold, persons))
            }
            Event::BreakGlass(person, minutes) => (vec![PEOPLE[*person]], broken(number, *minutes)),
            Event::Erase(categories) => {
                let up_to = self.chain.proposer().tip().expect("a chain").0;
                let mut action = erase(number, &[Category::Vitals], up_to);
                if let Action::Erase(order) = &mut action {
                    order.scope = EraseScope::Categories(set(*categories));
                }
                (vec!["ada"], action)
            }
            Event::Wait(minutes) => {
                self.now = self.now.plus(minutes * 60_000);
                self.chain.now = self.now;
                return;
            }
            Event::Settle => {
                self.settle();
                self.erase();
                return;
            }
        };
        let _refused = self.chain.control(&signers, action);
        self.chain.next_block();
        self.now = self.chain.now;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    /// Whatever happens on the ward, and however long the hub is away, it settles, and then exactly those who are
    /// entitled read.
    #[test]
    fn after_any_history_the_hub_settles_and_exactly_the_entitled_read(
        history in proptest::collection::vec(event(), 0..40),
    ) {
        let mut ward = Ward::new();
        for name in ["second", "third"] {
            ward.chain.must(&["admin"], Action::Enrol(enrolment(name, Role::Nurse)));
        }
        ward.chain.next_block();
        ward.now = ward.chain.now;
        for (number, event) in (1u8..).zip(&history) {
            ward.happen(event, number);
        }
        ward.settle();
        ward.erase();
        ward.settle();
        let state = ward.chain.state();
        for category in HUB_CATEGORIES {
            let entitled = state.entitled(&patient_id("ada"), category, ward.now);
            prop_assert_eq!(ward.readers(category), entitled.clone());
            let held = ward.held.get(&(patient_id("ada"), category)).expect("held");
            for generation in held {
                let readers: BTreeSet<KeyId> =
                    state.readers_of(&patient_id("ada"), category, *generation).collect();
                prop_assert!(entitled.is_subset(&readers), "history is granted");
            }
        }
        for (_, stream) in state.streams() {
            let Subject::Patient(patient, category) = stream.subject else { continue };
            let may = stream.author == key_id("hub")
                || state.entitled(&patient, category, ward.now).contains(&stream.author);
            prop_assert!(may || stream.closed.is_some(), "no stream of the shut out stays open");
        }
        prop_assert_eq!(erasable(state, &key_id("hub")), Vec::new());
        prop_assert_eq!(ward.due(), Vec::new());
    }
}
