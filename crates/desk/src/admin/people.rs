//! Enrolling somebody, and further workstations of somebody who is enrolled.

use super::{Answer, Done, Prepared, checks, hub_in_team, preview, read_request, signed};
use crate::session::{Core, Session};
use crate::view::{EnrolProblem, UiError};
use wl_ledger::control::{Action, ProvenEnrolment};
use wl_ledger::state::Member;
use wl_ledger::{KeyId, Role, TeamId};
use wl_wire::gateway::GatewayClient;

/// Enrols the key of a request and puts its owner into teams. A repeat after a lost connection goes on with the teams;
/// where two people answer for it, the enrolment waits for the second one, and the teams with it.
pub(super) async fn enrol(
    session: &Session,
    client: &GatewayClient,
    request: ProvenEnrolment,
    teams: &[TeamId],
) -> Answer<Done> {
    let key = request.enrolment.sign.id();
    {
        let core = session.core().await;
        match preview::problem(&core, &request) {
            EnrolProblem::None | EnrolProblem::AlreadyEnrolled => {}
            EnrolProblem::Revoked => return Err(was_revoked()),
            EnrolProblem::Proposed => {
                return Err(UiError::bad_input("This key waits for a second signature already."));
            }
        }
        if request.enrolment.role == Role::Hub && !teams.is_empty() {
            return Err(hub_in_team());
        }
        for team in teams {
            checks::team(&core, team)?;
        }
    }
    let enrolled = session.core().await.state().member(&key).is_some();
    if !enrolled
        && let Done::Proposed(hash) = signed(session, client, Action::Enrol(request), Done::Key(key)).await?
    {
        return Ok(Done::Proposed(hash));
    }
    for team in teams {
        let joined =
            session.core().await.state().teams().any(|(id, of)| id == team && of.members.contains(&key));
        if joined {
            continue;
        }
        let joining = signed(session, client, Action::JoinTeam(*team, key), Done::Key(key)).await?;
        if matches!(joining, Done::Proposed(_)) {
            return Ok(joining);
        }
    }
    Ok(Done::Key(key))
}

fn was_revoked() -> UiError {
    UiError::bad_input("This key was revoked; make new keys, or undo the revocation.")
}

/// A further workstation: the same name and role, and words that were compared.
pub(super) fn add_key(core: &Core, person: KeyId, text: &str, words: &str) -> Answer<Prepared> {
    let request = read_request(text)?;
    preview::compare(&request, words)?;
    let key = request.enrolment.sign.id();
    match preview::problem(core, &request) {
        EnrolProblem::None => {}
        EnrolProblem::AlreadyEnrolled => return Ok(Prepared::SoAlready(Done::Key(key))),
        EnrolProblem::Revoked => return Err(was_revoked()),
        EnrolProblem::Proposed => {
            return Err(UiError::bad_input("This key waits for a second signature already."));
        }
    }
    let of = first_key(core, &person)?;
    let same = of.enrolment.name == request.enrolment.name && of.enrolment.role == request.enrolment.role;
    if !same {
        return Err(UiError::bad_input(
            "A further workstation has the same name and role as the person it belongs to.",
        ));
    }
    Ok(Prepared::Sign(Action::AddKey(person, request), Done::Key(key)))
}

/// The member whose id names a person.
pub(super) fn first_key<'a>(core: &'a Core, person: &KeyId) -> Answer<&'a Member> {
    let member = core.state().member(person).filter(|member| member.person == *person);
    member.ok_or_else(|| UiError::bad_input("There is no such person."))
}

pub(super) fn reinstate(core: &Core, key: KeyId) -> Answer<Prepared> {
    let member = core.state().member(&key).ok_or_else(|| UiError::bad_input("There is no such key."))?;
    if member.is_active() {
        return Ok(Prepared::SoAlready(Done::Key(key)));
    }
    Ok(Prepared::Sign(Action::Reinstate(key), Done::Key(key)))
}

pub(super) fn change_role(core: &Core, person: KeyId, role: Role) -> Answer<Prepared> {
    let member = first_key(core, &person)?;
    let now = member.enrolment.role;
    if now == Role::Hub || role == Role::Hub {
        return Err(UiError::bad_input("A hub stays a hub, and nobody becomes one."));
    }
    if now == role {
        return Ok(Prepared::SoAlready(Done::Key(person)));
    }
    if now == Role::Admin && core.state().persons_in(Role::Admin).len() == 1 {
        return Err(UiError::refused("The last administrator keeps the role: enrol another one first."));
    }
    Ok(Prepared::Sign(Action::ChangeRole(person, role), Done::Key(person)))
}
