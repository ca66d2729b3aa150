//! Orders as transactions, with every refusal that can be foreseen told in a sentence of its own. The ledger refuses
//! them as well; it speaks to programs.

use super::{Answer, Done, Order, Prepared, hub_in_team, people, sentence};
use crate::edge;
use crate::session::Core;
use crate::view::UiError;
use wl_ledger::control::{Action, Policy, RevocationReason};
use wl_ledger::limits::{MAX_CUSTODIANS, MAX_IDENTITY_BYTES, MAX_NAME_BYTES};
use wl_ledger::state::Team;
use wl_ledger::text::is_plain_line;
use wl_ledger::{DeviceId, KeyId, PatientId, Role, TeamId};
use wl_wire::enrolment;

/// The transaction of an order.
pub(super) fn prepare(core: &Core, order: Order) -> Answer<Prepared> {
    let sign = |action, done| Ok(Prepared::Sign(action, done));
    match order {
        Order::Enrol { .. } | Order::Relay(_) => Err(UiError::internal("This order is not prepared here.")),
        Order::AddKey { person, text, words } => people::add_key(core, person, &text, &words),
        Order::Revoke(key, reason) => revoke(core, key, reason),
        Order::Reinstate(key) => people::reinstate(core, key),
        Order::ChangeRole(person, role) => people::change_role(core, person, role),
        Order::SetPolicy(policy) => set_policy(core, policy),
        Order::SetCustodians(threshold, people) => set_custodians(core, threshold, people),
        Order::RetireDevice(device) => retire(core, device),
        Order::Disclose(agreement, order) => {
            let done = Done::Agreement(agreement.id);
            sign(Action::DiscloseLegally(agreement, order), done)
        }
        Order::EndDisclosure(id) => sign(Action::EndDisclosure(id), Done::Agreement(id)),
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
            let person = core.state().person_of(&key).unwrap_or(key);
            if !team(core, &id)?.members.contains(&person) {
                return Err(UiError::bad_input("This person is not in the team."));
            }
            sign(Action::LeaveTeam(id, person), Done::Team(id))
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
    let admins = core.state().persons_in(Role::Admin);
    let last_key = core.state().keys_of(&member.person).filter(|key| core.state().is_admin(key)).count() == 1;
    if core.state().is_admin(&key) && admins.len() == 1 && last_key {
        return Err(UiError::refused("The last administrator cannot be revoked: enrol another one first."));
    }
    Ok(Prepared::Sign(Action::Revoke(key, reason), Done::Key(key)))
}

fn join(core: &Core, id: TeamId, key: KeyId) -> Answer<Prepared> {
    let person = core.state().person_of(&key).unwrap_or(key);
    let member = people::first_key(core, &person)?;
    if !core.state().is_active_person(&person) {
        return Err(UiError::bad_input("This person has no key in force."));
    }
    if member.enrolment.role == Role::Hub {
        return Err(hub_in_team());
    }
    if team(core, &id)?.members.contains(&person) {
        return Err(UiError::bad_input("This person is in the team already."));
    }
    Ok(Prepared::Sign(Action::JoinTeam(id, member.person), Done::Team(id)))
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
    if known.retired.is_some() {
        return Err(UiError::bad_input("This device is retired for good."));
    }
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

fn retire(core: &Core, device: DeviceId) -> Answer<Prepared> {
    let known = core.state().device(device).ok_or_else(|| UiError::bad_input("There is no such device."))?;
    if known.retired.is_some() {
        return Ok(Prepared::SoAlready(Done::Device(device)));
    }
    Ok(Prepared::Sign(Action::RetireDevice(device), Done::Device(device)))
}

fn set_policy(core: &Core, policy: Policy) -> Answer<Prepared> {
    if crate::two_person::policy(core.state()) == policy {
        return Ok(Prepared::SoAlready(Done::Policy));
    }
    if policy.recovery_signers < policy.signers {
        return Err(UiError::bad_input("A new key takes no fewer administrators than an enrolment."));
    }
    let admins = core.state().persons_in(Role::Admin).len();
    if admins < usize::from(policy.signers) || admins < usize::from(policy.recovery_signers) {
        return Err(UiError::refused(
            "There are fewer administrators than would have to sign: enrol another one first.",
        ));
    }
    Ok(Prepared::Sign(Action::SetPolicy(policy), Done::Policy))
}

fn set_custodians(core: &Core, threshold: u8, mut people: Vec<KeyId>) -> Answer<Prepared> {
    people.sort_unstable();
    people.dedup();
    let none = people.is_empty() && threshold == 0;
    let fits = threshold >= 2 && usize::from(threshold) <= people.len() && people.len() <= MAX_CUSTODIANS;
    if !none && !fits {
        return Err(UiError::bad_input(
            "At least two custodians must release their share, and no more than there are.",
        ));
    }
    for person in &people {
        let member = people::first_key(core, person)?;
        if member.enrolment.role == Role::Hub || !core.state().is_active_person(person) {
            return Err(UiError::bad_input("A custodian is a person with a key in force."));
        }
    }
    Ok(Prepared::Sign(Action::SetCustodians(threshold, people), Done::Policy))
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
    if !is_plain_line(value) {
        return Err(UiError::bad_input(format!("The {what} holds characters that cannot be shown.")));
    }
    Ok(value.to_owned())
}
