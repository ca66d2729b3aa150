//! What the hub must say on the control lane so that its patients' agreements are carried out: which
//! streams, generations, grants and epochs are due. Pure: state and time in, a list of steps out.
//!
//! Readers of a generation never change by subtraction: when somebody loses access, a new generation
//! opens at once; when somebody gains it, the generations that are there are granted to them.

use std::collections::{BTreeMap, BTreeSet};
use wl_ledger::control::{Agreement, Categories, Holder, Purpose, Subject};
use wl_ledger::state::State;
use wl_ledger::{AgreementId, Category, Generation, KeyId, PatientId, TeamId, UnixMillis};

/// The categories in which a hub itself writes.
pub const HUB_CATEGORIES: [Category; 4] =
    [Category::Identity, Category::Alarms, Category::Vitals, Category::Waveforms];

/// The agreement of a stay: what a hub writes, for treatment by a care team, from a minute ago (clocks differ) until an
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
    }
}

/// Steps of one batch at most, so that one submission stays small.
const MAX_STEPS: usize = 192;

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
    let current = state.generation(&patient, category).map(|(generation, _)| generation);
    let Some(generation) = current else {
        return vec![Step::OpenGeneration { patient, category, generation: Generation(0), readers: all() }];
    };
    let granted: BTreeSet<KeyId> = state.readers_of(&patient, category, generation).collect();
    if !secrets.contains(&generation) || !granted.is_subset(readers) {
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
