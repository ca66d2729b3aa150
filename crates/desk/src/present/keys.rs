//! Trouble with keys, told in one way: the workstation's own key, and keys that a patient's hub should have sent.

use super::Moment;
use super::frame::{role_view, words};
use super::patient::category_name;
use crate::opener::Access;
use crate::session::Contact;
use crate::sync::Liveness;
use crate::view::{KeyContact, KeyPlace, KeyProblem, KeyProblemView};
use std::collections::BTreeSet;
use wl_ledger::control::{Holder, ProvenEnrolment};
use wl_ledger::{Category, Generation, KeyId, PatientId, Role, UnixMillis};

/// What is wrong with the key of this workstation, once the ledger is known well enough to say.
pub(crate) fn key_problem(request: &ProvenEnrolment, moment: &Moment<'_>) -> Option<KeyProblemView> {
    let core = moment.core;
    core.engine.verifier().tip()?;
    let key = request.enrolment.sign.id();
    let (problem, since) = match core.state().member(&key) {
        Some(member) => (KeyProblem::Revoked, Some(member.revoked?.time)),
        // The block that enrols it may still be on its way.
        None if core.engine.progress().lane || core.contact != Contact::Reached => return None,
        None => (KeyProblem::NotEnrolled, None),
    };
    Some(problem_view(request, moment, problem, since))
}

fn problem_view(
    request: &ProvenEnrolment,
    moment: &Moment<'_>,
    problem: KeyProblem,
    since: Option<UnixMillis>,
) -> KeyProblemView {
    KeyProblemView {
        problem,
        key_id: request.enrolment.sign.id().to_string(),
        fingerprint: words(request),
        place: None,
        since_ms: since.map(|time| time.0),
        who_can_help: administrators(moment),
    }
}

/// Everything that is wrong with keys: the own one first, then the keys of one patient, or of all.
pub(crate) fn key_problems(
    request: &ProvenEnrolment,
    moment: &Moment<'_>,
    patient: Option<&PatientId>,
) -> Vec<KeyProblemView> {
    let mut problems: Vec<KeyProblemView> = key_problem(request, moment).into_iter().collect();
    if let Some(hearing) = moment.core.freshness.gateway()
        && hearing.clock_off().is_some()
    {
        problems.push(problem_view(request, moment, KeyProblem::Clock, None));
    }
    let all: Vec<PatientId> = match patient {
        Some(patient) => vec![*patient],
        None => moment.core.state().patients().map(|(patient, _)| *patient).collect(),
    };
    for patient in all {
        for category in Category::ALL {
            let Some((problem, generation)) = category_problem(moment, &patient, category) else { continue };
            let since = since(moment, &patient, category, problem, generation);
            let mut view = problem_view(request, moment, problem, since);
            view.place = Some(KeyPlace {
                patient_id: patient.to_string(),
                bed: moment.bed(&patient),
                category: category_name(category).to_owned(),
                generation: generation.map(|generation| generation.0),
            });
            view.who_can_help = helpers(moment, &patient, problem);
            problems.push(view);
        }
    }
    problems
}

/// Why a category that is or was shared does not open.
pub(super) fn category_problem(
    moment: &Moment<'_>,
    patient: &PatientId,
    category: Category,
) -> Option<(KeyProblem, Option<Generation>)> {
    let state = moment.core.state();
    let newest = state.generation(patient, category).map(|(number, _)| number);
    match moment.access(patient, category) {
        Access::Never => None,
        Access::Ended => Some((KeyProblem::AgreementEnded, None)),
        // Nothing was ever sealed under it: there is nothing to open yet.
        Access::Granted { .. } if newest.is_none() && hub_is_heard(moment, patient) => None,
        Access::Granted { .. } if moment.core.opener.holds(patient, category) => None,
        Access::Granted { .. } if hub_is_heard(moment, patient) => {
            Some((KeyProblem::EnvelopeMissing, newest))
        }
        Access::Granted { .. } => Some((KeyProblem::HubOffline, newest)),
    }
}

fn hub_is_heard(moment: &Moment<'_>, patient: &PatientId) -> bool {
    let hub = moment.core.state().patient(patient).map(|known| known.hub);
    let hearing = hub.and_then(|hub| moment.core.freshness.hub(&hub));
    hearing.is_some_and(|hearing| matches!(hearing.liveness(moment.now), Liveness::Live | Liveness::Delayed))
}

/// Since when: the end of the agreement, the last word of the hub, or the opening of the generation that is awaited.
fn since(
    moment: &Moment<'_>,
    patient: &PatientId,
    category: Category,
    problem: KeyProblem,
    generation: Option<Generation>,
) -> Option<UnixMillis> {
    let state = moment.core.state();
    match problem {
        KeyProblem::AgreementEnded => {
            let ended = state.agreements().filter(|granted| {
                granted.agreement.patient == *patient && granted.agreement.categories.contains(category)
            });
            ended
                .filter_map(|granted| granted.agreement.until)
                .filter(|until| *until <= moment.deciding)
                .max()
        }
        KeyProblem::HubOffline => {
            let hub = state.patient(patient).map(|known| known.hub)?;
            moment.core.freshness.hub(&hub).map(|hearing| hearing.heard)
        }
        _ => {
            let opened = state.generation_at(patient, category, generation?)?;
            moment.core.engine.verifier().header(opened.since).map(|header| header.time())
        }
    }
}

fn administrators(moment: &Moment<'_>) -> Vec<KeyContact> {
    moment.core.state().persons_in(Role::Admin).iter().map(|person| contact(moment, person)).collect()
}

fn contact(moment: &Moment<'_>, person: &KeyId) -> KeyContact {
    let member = moment.core.state().member(person);
    KeyContact {
        name: moment.person_name(person),
        role: member.and_then(|member| role_view(member.enrolment.role)),
    }
}

/// Who is nearest: the patient's team where an agreement is over, the hub where it is silent; then the administrators.
fn helpers(moment: &Moment<'_>, patient: &PatientId, problem: KeyProblem) -> Vec<KeyContact> {
    let state = moment.core.state();
    let mut near: Vec<KeyContact> = match problem {
        KeyProblem::AgreementEnded => {
            let holders: BTreeSet<Holder> = state
                .agreements()
                .filter(|granted| granted.agreement.patient == *patient && granted.in_force(moment.deciding))
                .map(|granted| granted.agreement.holder)
                .collect();
            let people: BTreeSet<KeyId> = holders
                .iter()
                .flat_map(|holder| match holder {
                    Holder::Person(person) => vec![*person],
                    Holder::Team(team) => {
                        let members =
                            state.teams().find(|(id, _)| *id == team).map(|(_, team)| &team.members);
                        members.map_or_else(Vec::new, |members| members.iter().copied().collect())
                    }
                })
                .filter(|person| state.is_active_person(person) && Some(*person) != moment.person())
                .collect();
            people.iter().map(|person| contact(moment, person)).collect()
        }
        KeyProblem::HubOffline | KeyProblem::EnvelopeMissing => {
            let hub = state.patient(patient).map(|known| known.hub);
            hub.iter().map(|hub| KeyContact { name: moment.person_name(hub), role: None }).collect()
        }
        _ => Vec::new(),
    };
    near.extend(administrators(moment));
    near
}
