//! Orders as transactions, with every refusal that can be foreseen told in a sentence of its own. The ledger refuses
//! them as well; it speaks to programs.

use super::{Answer, Done, Order, Prepared, hub_in_team, more_signers, sentence};
use crate::edge;
use crate::session::Core;
use crate::view::UiError;
use wl_ledger::control::{Action, RevocationReason};
use wl_ledger::limits::{MAX_IDENTITY_BYTES, MAX_NAME_BYTES};
use wl_ledger::state::Team;
use wl_ledger::{DeviceId, KeyId, PatientId, Role, TeamId};
use wl_wire::enrolment;

/// The transaction of an order.
pub(super) fn prepare(core: &Core, order: Order) -> Answer<Prepared> {
    let sign = |action, done| Ok(Prepared::Sign(action, done));
    match order {
        Order::Enrol { .. } | Order::Relay(_) => Err(UiError::internal("This order is not prepared here.")),
        Order::Revoke(key, reason) => revoke(core, key, reason),
        Order::CreateTeam(name) => {
            let name = text("team's name", name, MAX_NAME_BYTES)?;
            let same = |(_, team): (&TeamId, &Team)| team.name.to_lowercase() == name.to_lowercase();
            if core.state().teams().any(same) {
                return Err(UiError::bad_input("There is a care team of this name already."));
            }
            let id = TeamId::from_bytes(edge::random()?);
            sign(Action::CreateTeam(id, name), Done::Team(id))
        }
        Order::JoinTeam(id, key) => join(core, id, key),
        Order::LeaveTeam(id, key) => {
            if !team(core, &id)?.members.contains(&key) {
                return Err(UiError::bad_input("This key is not in the team."));
            }
            sign(Action::LeaveTeam(id, key), Done::Team(id))
        }
        Order::RegisterPatient(text) => register_patient(core, &text),
        Order::RegisterDevice(identity) => {
            let identity = text("device's name", identity, MAX_IDENTITY_BYTES)?;
            if let Some((known, _)) = core.state().devices().find(|(_, device)| device.identity == identity) {
                return Ok(Prepared::SoAlready(Done::Device(*known)));
            }
            let next = core.state().next_device();
            let id = next.ok_or_else(|| UiError::bad_input("No device number is left."))?;
            sign(Action::RegisterDevice(id, identity), Done::Device(id))
        }
        Order::AssignDevice(device, patient) => assign(core, device, patient),
    }
}

/// How many administrators must sign an enrolment.
pub(super) fn signers(core: &Core) -> u8 {
    core.state().founding().map_or(1, |founding| founding.policy.enrolment_signers)
}

/// A team that exists.
pub(super) fn team<'a>(core: &'a Core, team: &TeamId) -> Answer<&'a Team> {
    let found = core.state().teams().find(|(id, _)| *id == team);
    found.map(|(_, team)| team).ok_or_else(|| UiError::bad_input("There is no such care team."))
}

fn revoke(core: &Core, key: KeyId, reason: RevocationReason) -> Answer<Prepared> {
    let member = core.state().member(&key).ok_or_else(|| UiError::bad_input("There is no such key."))?;
    if !member.is_active() {
        return Err(UiError::bad_input("This key was revoked before."));
    }
    let admins = core.state().members().filter(|(key, _)| core.state().is_admin(key)).count();
    if core.state().is_admin(&key) && admins == 1 {
        return Err(UiError::refused("The last administrator cannot be revoked: enrol another one first."));
    }
    Ok(Prepared::Sign(Action::Revoke(key, reason), Done::Key(key)))
}

fn join(core: &Core, id: TeamId, key: KeyId) -> Answer<Prepared> {
    let member = core.state().member(&key).filter(|member| member.is_active());
    let member = member.ok_or_else(|| UiError::bad_input("There is no such key, or it was revoked."))?;
    if member.enrolment.role == Role::Hub {
        return Err(hub_in_team());
    }
    if team(core, &id)?.members.contains(&key) {
        return Err(UiError::bad_input("This key is in the team already."));
    }
    if signers(core) > 1 {
        return Err(more_signers());
    }
    Ok(Prepared::Sign(Action::JoinTeam(id, key), Done::Team(id)))
}

fn register_patient(core: &Core, text: &str) -> Answer<Prepared> {
    let registration = enrolment::read_registration(text, &core.chain())
        .map_err(|error| UiError::bad_input(sentence(&error.to_string())))?;
    let patient = registration.patient;
    if core.state().patient(&patient).is_some() {
        return Err(UiError::bad_input("This patient is registered already."));
    }
    let hub = core.state().member(&registration.hub);
    if !hub.is_some_and(|hub| hub.is_active() && hub.enrolment.role == Role::Hub) {
        return Err(UiError::bad_input("The patient's hub is not enrolled here: enrol it first."));
    }
    Ok(Prepared::Sign(Action::RegisterPatient(registration), Done::Patient(patient)))
}

fn assign(core: &Core, device: DeviceId, patient: Option<PatientId>) -> Answer<Prepared> {
    let known = core.state().device(device).ok_or_else(|| UiError::bad_input("There is no such device."))?;
    if known.patient == patient {
        return Ok(Prepared::SoAlready(Done::Device(device)));
    }
    if let Some(patient) = &patient
        && core.state().patient(patient).is_none()
    {
        return Err(UiError::bad_input("There is no such patient."));
    }
    Ok(Prepared::Sign(Action::AssignDevice(device, patient), Done::Device(device)))
}

/// A text that the ledger takes: not blank, bounded, without control characters.
fn text(what: &str, value: String, max: usize) -> Answer<String> {
    let value = value.trim();
    if value.is_empty() {
        return Err(UiError::bad_input(format!("The {what} is empty.")));
    }
    if value.len() > max {
        return Err(UiError::bad_input(format!("The {what} is longer than {max} bytes.")));
    }
    if value.chars().any(char::is_control) {
        return Err(UiError::bad_input(format!("The {what} holds characters that cannot be shown.")));
    }
    Ok(value.to_owned())
}
