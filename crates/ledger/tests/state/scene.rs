//! A scene for the tables of agreements: what was signed so far, with the block of each transaction, so that another
//! implementation can be brought to the same state.

use serde_json::{Value, json};
use wl_ledger::control::*;
use wl_ledger::fixtures::{
    START, TestChain, agreement_id, enrolment, hash, key, key_id, patient_id, team_id,
};
use wl_ledger::state::{State, StateError};
use wl_ledger::{Category, Hash, Height, Role, UnixMillis};

/// Whoever takes part, by name. `nurse-home` is the nurse's second workstation.
pub(crate) const CAST: [&str; 12] = [
    "admin",
    "deputy",
    "hub",
    "nurse",
    "nurse-home",
    "physician",
    "pharmacist",
    "officer",
    "researcher",
    "friend",
    "ada",
    "gus",
];

/// One transaction in its block.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) height: Height,
    pub(crate) time: UnixMillis,
    pub(crate) bytes: Vec<u8>,
}

impl Step {
    pub(crate) fn to_json(&self) -> Value {
        json!({"height": self.height.0, "time": self.time.0, "transaction": hex(&self.bytes)})
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What was signed, and the next block.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) chain: wl_ledger::ChainId,
    pub(crate) state: State,
    pub(crate) steps: Vec<Step>,
    pub(crate) height: Height,
    pub(crate) time: UnixMillis,
}

impl Scene {
    /// The ward, with everybody in the cast enrolled or appointed, and a patient `ben` of the same hub.
    pub(crate) fn ward() -> Self {
        let mut ward = TestChain::ward();
        for (name, role) in [
            ("deputy", Role::Admin),
            ("pharmacist", Role::Pharmacist),
            ("officer", Role::PrivacyOfficer),
            ("researcher", Role::Researcher),
            ("friend", Role::Caregiver),
        ] {
            ward.must(&["admin"], Action::Enrol(enrolment(name, role)));
        }
        ward.must(&["admin", "nurse"], second_workstation("nurse", "nurse-home", Role::Nurse));
        ward.must(&["admin"], Action::CreateTeam(team_id("lab"), "lab".to_owned()));
        ward.must(&["admin"], Action::JoinTeam(team_id("lab"), key_id("researcher")));
        ward.register("ben", "hub");
        let guardian = Guardian::prove(&ward.chain(), &patient_id("ada"), &key("gus"));
        ward.must(&["ada"], Action::AppointGuardian(patient_id("ada"), guardian));
        ward.next_block();
        Self::of(&ward)
    }

    pub(crate) fn of(chain: &TestChain) -> Self {
        let verifier = chain.verifier();
        let mut steps = Vec::new();
        for (header, item) in verifier.headers_from(Height(0)).zip(chain.lane()) {
            let step = |bytes: &minicbor::bytes::ByteVec| Step {
                height: header.height(),
                time: header.time(),
                bytes: bytes.to_vec(),
            };
            steps.extend(item.controls.iter().map(step));
        }
        let (state, height) = (chain.state().clone(), verifier.next_height());
        Self { chain: chain.chain(), state, steps, height, time: chain.now }
    }

    /// Signs with the next number of the first signer.
    pub(crate) fn sign(&self, signers: &[&str], action: Action) -> SignedTransaction {
        let author = signers.first().map(|name| key_id(name));
        let number = author.map_or(0, |author| self.state.next_number(&author));
        let transaction = Transaction { number, author, made: self.time, action };
        let keys: Vec<_> = signers.iter().map(|name| key(name)).collect();
        SignedTransaction::sign(&keys.iter().collect::<Vec<_>>(), &self.chain, transaction)
    }

    /// The state with this transaction, from its bytes; a refusal must leave no trace.
    pub(crate) fn tried(&self, signed: &SignedTransaction) -> Result<State, StateError> {
        let parsed = SignedTransaction::parse(signed.bytes()).expect("within its bounds");
        let mut state = self.state.clone();
        let outcome = state.apply(&parsed, self.height, self.time);
        if outcome.is_err() {
            assert_eq!(state.root(), self.state.root(), "a refused transaction left a trace: {outcome:?}");
            assert_eq!(state.transactions(), self.state.transactions());
        }
        outcome.map(|()| state)
    }

    pub(crate) fn outcome(&self, signers: &[&str], action: Action) -> Result<(), StateError> {
        self.tried(&self.sign(signers, action)).map(|_| ())
    }

    /// Applies for good.
    pub(crate) fn must(&mut self, signers: &[&str], action: Action) -> Hash {
        let signed = self.sign(signers, action.clone());
        self.state = self.tried(&signed).unwrap_or_else(|error| panic!("{error:?}: {action:?}"));
        self.steps.push(Step { height: self.height, time: self.time, bytes: signed.bytes().to_vec() });
        signed.hash()
    }

    /// The same scene with more signed.
    pub(crate) fn with(&self, signers: &[&str], action: Action) -> Self {
        let mut next = self.clone();
        next.must(signers, action);
        next
    }

    /// The same scene so many milliseconds and one block later.
    pub(crate) fn later(&self, millis: i64) -> Self {
        let mut next = self.clone();
        next.height = Height(self.height.0 + 1);
        next.time = self.time.plus(millis);
        next
    }

    /// The names of those who may read a category of Ada's now.
    pub(crate) fn readers(&self, category: Category) -> Vec<&'static str> {
        readers(&self.state, category, self.time)
    }
}

/// The names of those who may read a category of Ada's at a block time.
pub(crate) fn readers(state: &State, category: Category, time: UnixMillis) -> Vec<&'static str> {
    let entitled = state.entitled(&patient_id("ada"), category, time);
    for (key, _) in state.members().filter(|(_, member)| member.is_active()) {
        let ways = state.agreements_for(key, &patient_id("ada"), category, time).count();
        assert_eq!(ways > 0, entitled.contains(key), "two answers for {key}");
    }
    let names: Vec<_> = CAST.into_iter().filter(|name| entitled.contains(&key_id(name))).collect();
    assert_eq!(names.len(), entitled.len(), "a reader who is not in the cast");
    names
}

/// A further workstation of a person under a key of its own.
pub(crate) fn second_workstation(person: &str, name: &str, role: Role) -> Action {
    let mut request = enrolment(name, role).enrolment;
    request.name = person.to_owned();
    Action::AddKey(key_id(person), ProvenEnrolment::prove(request, &key(name)))
}

/// An agreement of Ada's with the caregiver `friend` on vitals and notes, without an end, changed.
pub(crate) fn agreement(id: &str, change: impl FnOnce(&mut Agreement)) -> Agreement {
    let mut agreement = Agreement {
        id: agreement_id(id),
        patient: patient_id("ada"),
        holder: Holder::Person(key_id("friend")),
        categories: Categories::of(&[Category::Vitals, Category::Notes]),
        purpose: Purpose::Caregiving,
        from: START,
        until: None,
        delegable: None,
        terms: None,
    };
    change(&mut agreement);
    agreement
}

/// A request for an hour of Ada's vitals.
pub(crate) fn emergency(id: &str, change: impl FnOnce(&mut BreakGlass)) -> Action {
    let mut request = BreakGlass {
        id: agreement_id(id),
        patient: patient_id("ada"),
        categories: Categories::of(&[Category::Vitals]),
        minutes: 60,
        reason: BreakGlassReason::DangerToLife,
        text: hash("the words"),
    };
    change(&mut request);
    Action::BreakGlass(request)
}
