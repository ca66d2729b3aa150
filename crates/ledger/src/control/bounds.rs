//! Bounds of every field of a transaction, checked once where bytes become values.

use super::*;
use crate::Role;
use crate::limits::*;
use crate::text::is_plain_line;

/// Refuses fields that are empty, too long or out of range. Meaning is the state machine's business.
pub(super) fn check(action: &Action) -> Result<(), CodecError> {
    match action {
        Action::Genesis(genesis) => check_genesis(genesis),
        Action::Enrol(proven) | Action::AddKey(_, proven) => check_enrolment(&proven.enrolment),
        Action::CreateTeam(_, name) => text("team name", name, MAX_NAME_BYTES),
        Action::RegisterDevice(_, identity) => text("device identity", identity, MAX_IDENTITY_BYTES),
        Action::GrantAgreement(agreement)
        | Action::DelegateAgreement(_, agreement)
        | Action::RecordConsent(agreement)
        | Action::DiscloseLegally(agreement, _) => check_agreement(agreement),
        Action::NarrowAgreement(_, categories, _) => within("categories", categories.is_valid()),
        Action::BreakGlass(request) => {
            within("categories", request.categories.is_valid())?;
            within("minutes", (1..=MAX_BREAK_GLASS_MINUTES).contains(&request.minutes))
        }
        Action::OpenGeneration(opening) => {
            readers(&opening.readers)?;
            within("custody", opening.custody.is_none_or(|custody| is_threshold(custody.threshold)))
        }
        Action::GrantGeneration(_, _, _, keys, _) => {
            within("readers", !keys.is_empty())?;
            readers(keys)
        }
        Action::OpenEpoch(opening) => {
            text("epoch recipient", &opening.recipient, MAX_RECIPIENT_BYTES)?;
            within("wrapped epoch", (1..=256).contains(&opening.wrapped.len()))
        }
        Action::SetPolicy(policy) => check_policy(policy),
        Action::SetCustodians(threshold, persons) => check_custodians(*threshold, persons),
        Action::Erase(order) => check_order(order),
        Action::Propose(bytes) => Action::proposed(bytes).map(|_| ()),
        Action::Revoke(..)
        | Action::JoinTeam(..)
        | Action::LeaveTeam(..)
        | Action::RegisterPatient(..)
        | Action::AssignDevice(..)
        | Action::OpenStream(..)
        | Action::RevokeAgreement(_)
        | Action::Reinstate(_)
        | Action::ChangeRole(..)
        | Action::RetireDevice(_)
        | Action::ReviewBreakGlass(..)
        | Action::AppointGuardian(..)
        | Action::DismissGuardian(..)
        | Action::ConfirmErasure(_)
        | Action::CloseStream(_)
        | Action::RehomePatient(_)
        | Action::Approve(_)
        | Action::Withdraw(_)
        | Action::EndDisclosure(_) => Ok(()),
    }
}

fn check_genesis(genesis: &Genesis) -> Result<(), CodecError> {
    text("hospital", &genesis.hospital, MAX_NAME_BYTES)?;
    within("administrators", (1..=MAX_GENESIS_ADMINS).contains(&genesis.admins.len()))?;
    within("validators", (1..=MAX_VALIDATORS).contains(&genesis.validators.len()))?;
    within("validators", genesis.validators.is_sorted_by(|a, b| a.sign < b.sign))?;
    check_policy(&genesis.policy)?;
    // With fewer administrators than an enrolment needs, nobody could ever be enrolled.
    within("policy", usize::from(genesis.policy.signers) <= genesis.admins.len())?;
    for validator in &genesis.validators {
        text("gateway address", &validator.address, MAX_IDENTITY_BYTES)?;
    }
    genesis.admins.iter().try_for_each(|proven| check_enrolment(&proven.enrolment))
}

fn check_policy(policy: &Policy) -> Result<(), CodecError> {
    within("policy", (1..=2).contains(&policy.signers))?;
    within("policy", (1..=24).contains(&policy.epoch_hours))?;
    // A new key for somebody must not be easier to come by than a new person.
    within("policy", (policy.signers..=16).contains(&policy.recovery_signers))?;
    within("policy", (1..=15).contains(&policy.lock_minutes))?;
    let roles = Roles::of(&[Role::Physician, Role::Nurse, Role::Pharmacist]);
    let allowed = |break_glass: BreakGlassPolicy| {
        (1..=MAX_BREAK_GLASS_MINUTES).contains(&break_glass.minutes) && break_glass.roles.is_within(roles)
    };
    within("policy", policy.break_glass.is_none_or(allowed))
}

fn check_enrolment(enrolment: &Enrolment) -> Result<(), CodecError> {
    text("name", &enrolment.name, MAX_NAME_BYTES)?;
    text("reading key", &enrolment.reading, MAX_RECIPIENT_BYTES)
}

fn check_agreement(agreement: &Agreement) -> Result<(), CodecError> {
    within("categories", agreement.categories.is_valid())?;
    let part = |passed: Categories| passed.is_valid() && passed.is_within(agreement.categories);
    within("delegable", agreement.delegable.is_none_or(part))
}

fn check_custodians(threshold: u8, persons: &[KeyId]) -> Result<(), CodecError> {
    let nobody = threshold == 0 && persons.is_empty();
    let enough = is_threshold(threshold) && usize::from(threshold) <= persons.len();
    within("custodians", nobody || (enough && persons.len() <= MAX_CUSTODIANS))?;
    within("custodians", persons.is_sorted_by(|a, b| a < b))
}

fn is_threshold(threshold: u8) -> bool {
    (2..=MAX_CUSTODIANS).contains(&usize::from(threshold))
}

fn check_order(order: &EraseOrder) -> Result<(), CodecError> {
    match order.scope {
        EraseScope::Categories(categories) => within("categories", categories.is_valid()),
        EraseScope::Records(_, first, last) => within("records", first <= last),
    }
}

fn readers(keys: &[KeyId]) -> Result<(), CodecError> {
    within("readers", keys.len() <= MAX_READERS)?;
    within("readers", keys.is_sorted_by(|a, b| a < b))
}

/// Text on the ledger is shown on screens: no control characters, none that turns the direction of what follows (a
/// name could then look like another one), not blank, bounded.
fn text(field: &'static str, value: &str, max: usize) -> Result<(), CodecError> {
    within(field, !value.trim().is_empty() && value.len() <= max && is_plain_line(value))
}

fn within(field: &'static str, fits: bool) -> Result<(), CodecError> {
    if fits { Ok(()) } else { Err(CodecError::OutOfBounds { field }) }
}
