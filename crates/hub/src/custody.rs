//! What the hub must say on the control lane so that its patients' agreements are carried out: which
//! streams, generations, grants and epochs are due. Pure: state and time in, a list of steps out.
//!
//! Readers of a generation never change by subtraction: when somebody loses access, a new generation
//! opens at once; when somebody gains it, the generations that are there are granted to them. A new one
//! opens also when other custodians are to keep shares, and before keys are erased.

use std::collections::{BTreeMap, BTreeSet};
use wl_ledger::control::{Agreement, Categories, EraseReceipt, EraseScope, Holder, Purpose, Subject};
use wl_ledger::state::{Erasure, OpenedGeneration, State};
use wl_ledger::{AgreementId, Category, Generation, KeyId, PatientId, StreamId, TeamId, UnixMillis};

/// The categories whose keys a hub makes: those in which it writes, and the notes that people write about its patients.
pub const HUB_CATEGORIES: [Category; 5] =
    [Category::Identity, Category::Alarms, Category::Vitals, Category::Waveforms, Category::Notes];

/// The agreement of a stay: what a hub writes and what people write, for treatment by a care team, from a minute ago (clocks differ) until an
/// end that is always named.
pub fn treatment(
    id: AgreementId,
    patient: PatientId,
    team: TeamId,
    now: UnixMillis,
    until: UnixMillis,
) -> Agreement {
    Agreement {
        id,
        patient,
        holder: Holder::Team(team),
        categories: Categories::of(&HUB_CATEGORIES),
        purpose: Purpose::Treatment,
        from: now.plus(-60_000),
        until: Some(until),
        delegable: None,
        terms: None,
    }
}

/// Steps of one batch at most, so that one submission stays small.
pub(crate) const MAX_STEPS: usize = 192;

/// One thing that is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Open a stream.
    OpenStream(Subject),
    /// Open the next generation for exactly these readers, and an epoch in it.
    OpenGeneration {
        /// Patient.
        patient: PatientId,
        /// Category.
        category: Category,
        /// Number.
        generation: Generation,
        /// Readers, ascending.
        readers: Vec<KeyId>,
    },
    /// Grant a generation that is there to more readers.
    Grant {
        /// Patient.
        patient: PatientId,
        /// Category.
        category: Category,
        /// Number.
        generation: Generation,
        /// Additional readers, ascending.
        readers: Vec<KeyId>,
    },
    /// Open the next epoch in the generation in force.
    OpenEpoch {
        /// Patient.
        patient: PatientId,
        /// Category.
        category: Category,
    },
    /// Say what was erased under an order. It is gone before.
    ConfirmErasure(EraseReceipt),
    /// Close the stream of somebody who may not read the category any more.
    CloseStream(StreamId),
}

/// The generations whose secret this hub holds.
pub type HeldSecrets = BTreeMap<(PatientId, Category), BTreeSet<Generation>>;

/// What is due now, in the order in which it must be said.
pub fn due(state: &State, hub: &KeyId, held: &HeldSecrets, now: UnixMillis) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut readers_met = BTreeSet::new();
    for (patient, registered) in state.patients() {
        if registered.hub != *hub {
            continue;
        }
        for category in HUB_CATEGORIES {
            let readers = state.entitled(patient, category, now);
            if state.stream_of(hub, &Subject::Patient(*patient, category)).is_none() {
                steps.push(Step::OpenStream(Subject::Patient(*patient, category)));
            }
            let empty = BTreeSet::new();
            let secrets = held.get(&(*patient, category)).unwrap_or(&empty);
            steps.extend(keys_due(state, patient, category, &readers, secrets, now));
            readers_met.extend(readers);
        }
        steps.extend(abandoned(state, hub, patient, now).map(Step::CloseStream));
        readers_met.extend(state.custodian_keys());
    }
    let mailboxes = readers_met
        .into_iter()
        .map(Subject::Mailbox)
        .filter(|mailbox| state.stream_of(hub, mailbox).is_none());
    let mut ordered: Vec<Step> = mailboxes.map(Step::OpenStream).collect();
    ordered.append(&mut steps);
    ordered.truncate(MAX_STEPS);
    ordered
}

fn keys_due(
    state: &State,
    patient: &PatientId,
    category: Category,
    readers: &BTreeSet<KeyId>,
    secrets: &BTreeSet<Generation>,
    now: UnixMillis,
) -> Vec<Step> {
    let (patient, all) = (*patient, || readers.iter().copied().collect::<Vec<_>>());
    let Some((generation, opened)) = state.generation(&patient, category) else {
        return vec![Step::OpenGeneration { patient, category, generation: Generation(0), readers: all() }];
    };
    let granted: BTreeSet<KeyId> = state.readers_of(&patient, category, generation).collect();
    let replaced = !secrets.contains(&generation)
        || !granted.is_subset(readers)
        || custody_is_outdated(state, opened)
        || erasure_reaches(state, &patient, category, opened);
    if replaced {
        let next = generation.next().map(|generation| Step::OpenGeneration {
            patient,
            category,
            generation,
            readers: all(),
        });
        return next.into_iter().collect();
    }
    let mut steps: Vec<Step> = Vec::new();
    for generation in secrets {
        let holders: BTreeSet<KeyId> = state.readers_of(&patient, category, *generation).collect();
        let missing: Vec<KeyId> = readers.difference(&holders).copied().collect();
        if !missing.is_empty() && state.generation_at(&patient, category, *generation).is_some() {
            steps.push(Step::Grant { patient, category, generation: *generation, readers: missing });
        }
    }
    if epoch_due(state, &patient, category, generation, now) {
        steps.push(Step::OpenEpoch { patient, category });
    }
    steps
}

/// Whether others are custodians now than those who keep the shares of a generation.
fn custody_is_outdated(state: &State, opened: &OpenedGeneration) -> bool {
    match state.custodians() {
        None => opened.custody.is_some(),
        Some(custodians) => {
            let earlier = opened.since < custodians.since
                || (opened.since == custodians.since && opened.custody.is_none());
            earlier && custodians_in_force(state).is_some()
        }
    }
}

/// A custodian of a new generation: which share, and the keys of the person that it is sealed to.
pub type Custodian = (u8, Vec<KeyId>);

/// The custodians with a key in force and how many of them are needed; none when there are too few of them, so that
/// there is no fallback. Each person has one share, however many workstations.
pub fn custodians_in_force(state: &State) -> Option<(u8, Vec<Custodian>)> {
    let custodians = state.custodians()?;
    let keys = |person| -> Vec<KeyId> {
        state.keys_of(person).filter(|key| state.active_member(key).is_some()).copied().collect()
    };
    let persons: Vec<Vec<KeyId>> =
        custodians.persons.iter().map(keys).filter(|keys| !keys.is_empty()).collect();
    let enough = persons.len() >= usize::from(custodians.threshold) && custodians.threshold >= 2;
    enough.then(|| (custodians.threshold, (1u8..).zip(persons).collect()))
}

/// Whether an order to erase takes the keys of this generation: a fresh one must be there before they are gone.
fn erasure_reaches(
    state: &State,
    patient: &PatientId,
    category: Category,
    opened: &OpenedGeneration,
) -> bool {
    let mut orders = state.erasures().filter(|erasure| erasure.order.patient == *patient);
    orders.any(|erasure| {
        opened.since <= erasure.at && erased_categories(&erasure.order.scope).contains(category)
    })
}

/// The categories whose keys an order takes. Single records share theirs with others, so it takes none for them.
pub fn erased_categories(scope: &EraseScope) -> Categories {
    match scope {
        EraseScope::Categories(categories) => *categories,
        EraseScope::Records(..) => Categories::default(),
    }
}

/// The orders that this hub has not confirmed yet and can carry out: nothing that is in use would be erased.
pub fn erasable(state: &State, hub: &KeyId) -> Vec<Erasure> {
    ripe(state, hub).filter(|erasure| !is_confirmed(state, hub, erasure)).copied().collect()
}

/// The orders of which the ledger holds this hub's receipt. What they name is here again when the hub came back with a
/// backup, or a copy of its disk, that was made before.
pub fn confirmed(state: &State, hub: &KeyId) -> Vec<Erasure> {
    ripe(state, hub).filter(|erasure| is_confirmed(state, hub, erasure)).copied().collect()
}

fn is_confirmed(state: &State, hub: &KeyId, erasure: &Erasure) -> bool {
    state.erased(&erasure.order.id).any(|(key, _)| key == hub)
}

/// The orders about this hub's patients whose keys have been followed by fresh ones.
fn ripe<'a>(state: &'a State, hub: &'a KeyId) -> impl Iterator<Item = &'a Erasure> {
    let ours =
        |erasure: &&Erasure| state.patient(&erasure.order.patient).is_some_and(|patient| patient.hub == *hub);
    let ready = |erasure: &&Erasure| {
        erased_categories(&erasure.order.scope).iter().all(|category| {
            let current = state.generation(&erasure.order.patient, category);
            current.is_none_or(|(_, opened)| erasure.at < opened.since)
        })
    };
    state.erasures().filter(ours).filter(ready)
}

/// Open streams about a patient whose authors may not read their category any more.
fn abandoned<'a>(
    state: &'a State,
    hub: &'a KeyId,
    patient: &'a PatientId,
    now: UnixMillis,
) -> impl Iterator<Item = StreamId> + 'a {
    state.streams().filter_map(move |(id, stream)| {
        let Subject::Patient(of, category) = stream.subject else { return None };
        let open = of == *patient && stream.closed.is_none() && stream.author != *hub;
        (open && !state.entitled(patient, category, now).contains(&stream.author)).then_some(*id)
    })
}

/// An epoch lasts at most as long as the hospital's policy says, and none reaches into another generation.
fn epoch_due(
    state: &State,
    patient: &PatientId,
    category: Category,
    generation: Generation,
    now: UnixMillis,
) -> bool {
    let hours = state.founding().map_or(24, |founding| i64::from(founding.policy.epoch_hours));
    match state.epoch(patient, category) {
        None => true,
        Some((_, opened)) => {
            opened.opening.generation != generation
                || now.since(opened.time) >= hours.saturating_mul(3_600_000)
        }
    }
}
