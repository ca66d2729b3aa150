//! What people wrote about one patient, put together in chain order: the versions of a note with the names under each,
//! hand-overs with their acceptance, orders, advice and programmes with what became of them. Who may do what is judged here again, whatever
//! another workstation let through.

mod advice;
mod programme;

use crate::opener::Opened;
use crate::ward::RecordRef;
use crate::watch::is_another;
use std::collections::BTreeMap;
use wl_ledger::state::State;
use wl_ledger::{Hash, Height, KeyId, Role, Seq, StreamId, UnixMillis};
use wl_vitals::writing::{Acceptance, HandOver, Note, Order, OrderStep, Ordered, Step, Writing};

pub use advice::{Advised, Replied};
pub use programme::Programmed;

/// One opened writing.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// Hash of its record, by which others name it.
    pub record: Hash,
    /// Where its record stands.
    pub place: RecordRef,
    /// Who signed it.
    pub by: KeyId,
    /// Its place in the chain.
    pub order: (Height, u32),
    /// Block time.
    pub sequenced: UnixMillis,
    /// What it holds.
    pub writing: Writing,
}

impl Written {
    /// An opened record as a writing; none while it is sealing.
    pub(crate) fn of(opened: &Opened, writing: &Writing) -> Option<Self> {
        let place = opened.place();
        Some(Self {
            record: opened.hash(),
            place: RecordRef { stream: place.stream, seq: place.seq },
            by: opened.author(),
            order: (place.height, place.index),
            sequenced: opened.sequenced()?,
            writing: writing.clone(),
        })
    }

    /// When it was written. A clock that was ahead does not make it later than its block.
    pub fn at(&self) -> UnixMillis {
        self.writing.at().min(self.sequenced)
    }
}

/// One wording of a note.
pub struct Version<'a> {
    /// Its record.
    pub written: &'a Written,
    /// The wording.
    pub note: &'a Note,
    /// Who signed under this wording, each person once, and when.
    pub co_signed: Vec<(KeyId, UnixMillis)>,
}

/// A hand-over with what became of it.
pub struct Handed<'a> {
    /// Its record.
    pub written: &'a Written,
    /// What was handed over.
    pub hand_over: &'a HandOver,
    /// The receiver's acceptance.
    pub accepted: Option<(&'a Written, &'a Acceptance)>,
    /// The giver handed over again before anybody accepted.
    pub replaced: bool,
}

impl Handed<'_> {
    /// Whether somebody is still to accept it.
    pub fn is_open(&self) -> bool {
        self.accepted.is_none() && !self.replaced
    }
}

/// An order with what was done about it, in chain order.
pub struct Ordering<'a> {
    /// Its record.
    pub written: &'a Written,
    /// What was ordered.
    pub order: &'a Order,
    /// What was done about it. Also what came after its end: it was done, whoever had heard of the end.
    pub steps: Vec<(&'a Written, &'a OrderStep)>,
}

impl Ordering<'_> {
    /// The last step among these.
    pub fn last(&self, steps: &[Step]) -> Option<Step> {
        self.steps.iter().rev().map(|(_, one)| one.step).find(|step| steps.contains(step))
    }

    /// Whether a physician has ended it.
    pub fn is_stopped(&self) -> bool {
        self.last(&[Step::Stopped]).is_some()
    }

    /// Whether it is a medicine that no pharmacist has found to fit, or asked about since.
    pub fn is_unchecked(&self) -> bool {
        self.is_medicine() && self.last(&[Step::Checked, Step::Queried]) != Some(Step::Checked)
    }

    /// Whether a pharmacist's question is open.
    pub fn is_queried(&self) -> bool {
        self.last(&[Step::Checked, Step::Queried]) == Some(Step::Queried)
    }

    /// Whether somebody in this role may do this now.
    pub fn takes(&self, step: Step, role: Role) -> bool {
        may_step(step, role)
            && !self.is_stopped()
            && match step {
                Step::Checked => self.is_unchecked(),
                Step::Queried => self.is_medicine() && !self.is_queried(),
                Step::Given => !self.is_queried(),
                Step::Declined | Step::Stopped => true,
            }
    }

    fn is_medicine(&self) -> bool {
        matches!(self.order.ordered, Ordered::Medicine { .. })
    }
}

/// Whose step this is.
pub fn may_step(step: Step, role: Role) -> bool {
    match step {
        Step::Checked | Step::Queried => role == Role::Pharmacist,
        Step::Given | Step::Declined => role == Role::Nurse,
        Step::Stopped => role == Role::Physician,
    }
}

/// What was written about one patient.
#[derive(Default)]
pub struct Folder(BTreeMap<(Height, u32), Written>);

impl Folder {
    /// Takes a writing in, in any order; a second time changes nothing.
    pub fn take(&mut self, written: Written) {
        self.0.insert(written.order, written);
    }

    /// The writing of a record.
    pub fn get(&self, record: &Hash) -> Option<&Written> {
        self.0.values().find(|written| written.record == *record)
    }

    /// Whether the record at this place is here.
    pub fn holds(&self, stream: StreamId, seq: Seq) -> bool {
        self.0.values().any(|written| written.place == RecordRef { stream, seq })
    }

    /// The notes, in the order in which they came into the chain. The first wording of each stands first, then what its
    /// author made of it. What somebody else writes about it is a note of its own.
    pub fn notes(&self, state: &State) -> Vec<Vec<Version<'_>>> {
        let mut notes: Vec<Vec<Version<'_>>> = Vec::new();
        let mut places: BTreeMap<Hash, (usize, usize)> = BTreeMap::new();
        for written in self.0.values() {
            match &written.writing {
                Writing::Note(note) => {
                    let amended = note.amends.and_then(|record| places.get(&record).copied());
                    let (of, version) = (written, Version { written, note, co_signed: Vec::new() });
                    let own = amended.and_then(|(place, _)| Some((place, notes.get_mut(place)?))).filter(
                        |(_, versions)| {
                            versions.first().is_some_and(|first| is_same(state, &first.written.by, &of.by))
                        },
                    );
                    let place = match own {
                        Some((place, versions)) => {
                            versions.push(version);
                            (place, versions.len() - 1)
                        }
                        None => {
                            notes.push(vec![version]);
                            (notes.len() - 1, 0)
                        }
                    };
                    places.insert(written.record, place);
                }
                Writing::CoSignature(signature) => {
                    let version = places
                        .get(&signature.record)
                        .and_then(|(place, version)| notes.get_mut(*place)?.get_mut(*version));
                    if let Some(version) = version
                        && may_co_sign(state, version, &written.by)
                    {
                        version.co_signed.push((written.by, written.at()));
                    }
                }
                _ => {}
            }
        }
        notes
    }

    /// The hand-overs, in the order in which they came into the chain.
    pub fn hand_overs(&self, state: &State) -> Vec<Handed<'_>> {
        let mut handed: Vec<Handed<'_>> = Vec::new();
        for written in self.0.values() {
            match &written.writing {
                Writing::HandOver(hand_over) if is_clinician(state, &written.by) => {
                    let again =
                        |one: &&mut Handed<'_>| one.is_open() && is_same(state, &one.written.by, &written.by);
                    handed.iter_mut().filter(again).for_each(|one| one.replaced = true);
                    handed.push(Handed { written, hand_over, accepted: None, replaced: false });
                }
                Writing::Acceptance(acceptance) => {
                    let meant = |one: &&mut Handed<'_>| {
                        one.written.record == acceptance.record
                            && one.is_open()
                            && is_same(state, &one.hand_over.to, &written.by)
                    };
                    if let Some(one) = handed.iter_mut().find(meant) {
                        one.accepted = Some((written, acceptance));
                    }
                }
                _ => {}
            }
        }
        handed
    }

    /// The orders, in the order in which they came into the chain.
    pub fn orders(&self, state: &State) -> Vec<Ordering<'_>> {
        let role = |key: &KeyId| state.member(key).map(|member| member.enrolment.role);
        let mut orders: Vec<Ordering<'_>> = Vec::new();
        for written in self.0.values() {
            match &written.writing {
                Writing::Order(order) if role(&written.by) == Some(Role::Physician) => {
                    orders.push(Ordering { written, order, steps: Vec::new() });
                }
                Writing::OrderStep(step)
                    if role(&written.by).is_some_and(|role| may_step(step.step, role)) =>
                {
                    let meant = |one: &&mut Ordering<'_>| one.written.record == step.record;
                    if let Some(one) = orders.iter_mut().find(meant) {
                        one.steps.push((written, step));
                    }
                }
                _ => {}
            }
        }
        orders
    }
}

/// Whether somebody may sign under a wording: another person than its author, and each once.
pub fn may_co_sign(state: &State, version: &Version<'_>, key: &KeyId) -> bool {
    is_another(state, &version.written.by, key)
        && version.co_signed.iter().all(|(by, _)| is_another(state, by, key))
}

/// Whether two keys are of one person.
pub fn is_same(state: &State, first: &KeyId, second: &KeyId) -> bool {
    let persons = (state.person_of(first), state.person_of(second));
    matches!(persons, (Some(first), Some(second)) if first == second)
}

fn is_clinician(state: &State, key: &KeyId) -> bool {
    state.member(key).is_some_and(|member| matches!(member.enrolment.role, Role::Physician | Role::Nurse))
}
