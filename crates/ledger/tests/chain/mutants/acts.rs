//! Acts that one person signs where two must, that go beyond what was agreed, or that come from the wrong hands; all with
//! valid signatures, in blocks that colluding gateways certify.

use wl_ledger::codec::{CodecError, encode};
use wl_ledger::control::*;
use wl_ledger::fixtures::{agreement_id, enrolment, hash, key, key_id, patient_id};
use wl_ledger::state::{Origin, State, StateError};
use wl_ledger::verify::VerifyError;
use wl_ledger::{EraseId, Role, StreamId};

use super::controls::{bytes, height};
use super::strangers::appended;
use super::{Choices, Make, Mutant, lane};
use crate::build::Chain;
use crate::steps::acts::workstation;

pub(super) const CLASSES: &[(&str, Make)] = &[
    ("act: proposal approved by who proposed it", own_approval),
    ("act: approval of no proposal", no_proposal),
    ("act: proposal of a proposal", nested),
    ("act: bedside consent of one person", consent_alone),
    ("act: legal disclosure by an administrator alone", disclosure_alone),
    ("act: glass broken by an administrator", emergency_by_admin),
    ("act: review by somebody else", review),
    ("act: erasure ordered by one person", erasure_alone),
    ("act: erasure of what is to come", erasure_ahead),
    ("act: receipt for no order", no_order),
    ("act: agreement of another's patient", not_the_patient),
    ("act: agreement made wider", widened),
    ("act: agreement passed on by who does not hold it", not_the_holder),
    ("act: key in force reinstated", reinstated),
    ("act: person made a hub", hub_role),
    ("act: policy changed by one of two", policy_alone),
    ("act: workstation asked for by somebody else", not_the_person),
    ("act: stream closed by a reader", closed_by_reader),
    ("act: patient given another hub without its word", rehomed),
];

/// A height and the state after its block.
fn place<'a>(chain: &'a Chain, choices: &mut Choices<'_>) -> Option<(usize, &'a State)> {
    let at = choices.below(chain.len())?;
    Some((at, chain.verifiers[at + 1].state()))
}

fn active(state: &State, name: &str) -> Option<()> {
    state.active_member(&key_id(name)).map(|_| ())
}

fn registered(state: &State) -> Option<()> {
    state.patient(&patient_id("ada")).map(|_| ())
}

fn agreement(change: impl FnOnce(&mut Agreement)) -> Agreement {
    let mut agreement = Agreement {
        id: agreement_id("mutant"),
        patient: patient_id("ada"),
        holder: Holder::Person(key_id("nurse")),
        categories: Categories::all(),
        purpose: Purpose::Treatment,
        from: wl_ledger::fixtures::START,
        until: None,
        delegable: None,
        terms: None,
    };
    change(&mut agreement);
    agreement
}

fn own_approval(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    if chain.setup().signers < 2 || !state.is_admin(&key_id("admin")) {
        return None;
    }
    let author = key_id("admin");
    let number = state.next_number(&author);
    let sign = |number, action| {
        let transaction = Transaction { number, author: Some(author), made: chain.headers[at].time, action };
        SignedTransaction::sign(&[&key("admin")], &chain.id(), transaction)
    };
    let fresh = Action::Enrol(enrolment("fresh", Role::Nurse));
    let proposed = sign(number, Action::Propose(encode(&fresh)));
    let approved = sign(number + 1, Action::Approve(proposed.hash()));
    let mut all = bytes(&chain.controls(at));
    let index = all.len() + 1;
    all.extend(bytes(&[proposed, approved]));
    let source = StateError::Exists("approval");
    let error = VerifyError::Control { height: height(at), index, source };
    lane(at, vec![chain.with_controls(at, &all)], error)
}

fn no_proposal(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "admin")?;
    let none = choices.flipped(hash("no proposal"))?;
    appended(chain, at, &["admin"], Action::Approve(none), |_| StateError::Unknown("proposal"))
}

fn nested(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    let author = key_id("admin");
    let inner = match choices.below(3)? {
        0 => Action::Propose(encode(&Action::Withdraw(hash("x")))),
        1 => Action::Approve(hash("x")),
        _ => chain.controls(0).remove(0).transaction().action.clone(),
    };
    let transaction = Transaction {
        number: state.next_number(&author),
        author: Some(author),
        made: chain.headers[at].time,
        action: Action::Propose(encode(&inner)),
    };
    let signed = SignedTransaction::sign(&[&key("admin")], &chain.id(), transaction);
    let mut all = bytes(&chain.controls(at));
    let index = all.len();
    all.push(signed.bytes().to_vec());
    let source = CodecError::OutOfBounds { field: "proposal" };
    let error = VerifyError::ControlMalformed { height: height(at), index, source };
    lane(at, vec![chain.with_controls(at, &all)], error)
}

const ONE: StateError = StateError::TooFewSigners { need: 2, got: 1 };

fn consent_alone(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "nurse")?;
    registered(state)?;
    // Two workstations of one person are one person.
    let signers = ["nurse", "nurse-home"];
    let both = active(state, "nurse-home").is_some();
    let consent = Action::RecordConsent(agreement(|_| ()));
    appended(chain, at, &signers[..if both { 2 } else { 1 }], consent, |_| ONE)
}

fn disclosure_alone(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "admin")?;
    registered(state)?;
    let law = agreement(|a| a.purpose = Purpose::LegalDisclosure);
    appended(chain, at, &["admin"], Action::DiscloseLegally(law, hash("order")), |_| ONE)
}

fn emergency_by_admin(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "admin")?;
    let request = BreakGlass {
        id: agreement_id("mutant"),
        patient: patient_id("ada"),
        categories: Categories::all(),
        minutes: u8::try_from(1 + choices.below(60)?).unwrap(),
        reason: BreakGlassReason::DangerToLife,
        text: hash("the words"),
    };
    appended(chain, at, &["admin"], Action::BreakGlass(request), |_| StateError::NotPermitted)
}

fn review(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "admin")?;
    let broken: Vec<_> = state.broken().map(|(id, _)| *id).collect();
    let (id, error) = match choices.one(&broken) {
        Some(id) => (*id, StateError::NotPermitted),
        None => (agreement_id("none"), StateError::Unknown("break-glass")),
    };
    let action = Action::ReviewBreakGlass(id, Outcome::Justified);
    appended(chain, at, &["admin"], action, |_| error)
}

fn order(change: impl FnOnce(&mut EraseOrder)) -> Action {
    let mut order = EraseOrder {
        id: EraseId::from_bytes([0xff; EraseId::LEN]),
        patient: patient_id("ada"),
        scope: EraseScope::Categories(Categories::all()),
        basis: EraseBasis::PatientRequest,
        up_to: height(0),
    };
    change(&mut order);
    Action::Erase(order)
}

fn erasure_alone(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "admin")?;
    registered(state)?;
    let basis = *choices.one(&[EraseBasis::CourtOrder, EraseBasis::RetentionEnded, EraseBasis::Mistake])?;
    appended(chain, at, &["admin"], order(|o| o.basis = basis), |_| ONE)
}

fn erasure_ahead(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    registered(state)?;
    let up_to = height(at + choices.below(9)?);
    appended(chain, at, &["ada"], order(|o| o.up_to = up_to), |_| StateError::Span)
}

fn no_order(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "hub")?;
    let done: Vec<_> = state.erasures().map(|erasure| erasure.order.id).collect();
    let done: Vec<_> =
        done.into_iter().filter(|id| state.erased(id).any(|(key, _)| *key == key_id("hub"))).collect();
    let (order, error) = match choices.one(&done) {
        Some(id) => (*id, StateError::Exists("receipt")),
        None => (EraseId::from_bytes([0xff; EraseId::LEN]), StateError::Unknown("erasure")),
    };
    let receipt = EraseReceipt { order, records: 1, keys: 1 };
    appended(chain, at, &["hub"], Action::ConfirmErasure(receipt), |_| error)
}

fn not_the_patient(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    registered(state)?;
    let name = *choices.one(&["hub", "nurse", "admin"])?;
    active(state, name)?;
    let grant = Action::GrantAgreement(agreement(|_| ()));
    appended(chain, at, &[name], grant, |_| StateError::NotPermitted)
}

fn widened(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    let time = chain.headers[at].time;
    let open = state.agreements_of(&patient_id("ada")).filter(|granted| {
        granted.revoked.is_none()
            && !matches!(granted.origin, Origin::Law(_))
            && granted.agreement.until.is_some_and(|until| time < until)
    });
    let open: Vec<_> = open.map(|granted| granted.agreement.clone()).collect();
    let granted = choices.one(&open)?;
    let until = granted.until.map(|until| until.plus(1));
    let wider = Action::NarrowAgreement(granted.id, granted.categories, until);
    appended(chain, at, &["ada"], wider, |_| StateError::OutOfScope)
}

fn not_the_holder(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "hub")?;
    let others = state.agreements().filter(|of| of.agreement.holder != Holder::Person(key_id("hub")));
    let others: Vec<_> = others.map(|granted| granted.agreement.id).collect();
    let parent = *choices.one(&others)?;
    let passed = agreement(|a| a.purpose = Purpose::Caregiving);
    let action = Action::DelegateAgreement(parent, passed);
    appended(chain, at, &["hub"], action, |_| StateError::NotPermitted)
}

/// The first administrators, as many as must sign, where all are in force.
fn admins(chain: &Chain, state: &State) -> Option<Vec<&'static str>> {
    let names = ["admin", "admin-1"];
    let names = names[..usize::from(chain.setup().signers)].to_vec();
    names.iter().all(|name| state.is_admin(&key_id(name))).then_some(names)
}

fn reinstated(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    let action = Action::Reinstate(key_id("admin"));
    appended(chain, at, &admins(chain, state)?, action, |_| StateError::Unchanged("key"))
}

fn hub_role(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    let (person, role) = *choices.one(&[("nurse", Role::Hub), ("hub", Role::Admin), ("admin", Role::Hub)])?;
    state.member(&key_id(person))?;
    let action = Action::ChangeRole(key_id(person), role);
    appended(chain, at, &admins(chain, state)?, action, |_| StateError::HubRole)
}

fn policy_alone(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    if chain.setup().signers < 2 || !state.is_admin(&key_id("admin")) {
        return None;
    }
    let lax = Action::SetPolicy(Policy::demo());
    appended(chain, at, &["admin"], lax, |_| StateError::TooFewAdmins { need: 2, got: 1 })
}

fn not_the_person(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    state.member(&key_id("nurse"))?;
    let name = *choices.one(&["hub", "physician"])?;
    active(state, name)?;
    appended(chain, at, &[name], workstation(), |_| StateError::NotPermitted)
}

fn closed_by_reader(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    active(state, "nurse")?;
    state.stream(StreamId(0)).filter(|stream| stream.author == key_id("hub"))?;
    let action = Action::CloseStream(StreamId(0));
    appended(chain, at, &["nurse"], action, |_| StateError::NotPermitted)
}

fn rehomed(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, state) = place(chain, choices)?;
    let hub = state.patient(&patient_id("ada"))?.hub;
    let other = if hub == key_id("hub") { key_id("hub-2") } else { key_id("hub") };
    let mut forged = Registration::prove(&chain.id(), patient_id("ada"), &key("eve"), other);
    forged.sign = key("ada").public();
    let action = Action::RehomePatient(forged);
    let refused = StateError::Possession(key_id("ada"));
    appended(chain, at, &admins(chain, state)?, action, |_| refused)
}
