//! Bounds of every field of a transaction, checked once where bytes become values.

use super::*;

/// Refuses fields that are empty, too long or out of range. Meaning is the state machine's business.
pub(super) fn check(action: &Action) -> Result<(), CodecError> {
    match action {
        Action::Genesis(genesis) => check_genesis(genesis),
        Action::Enrol(proven) => check_enrolment(&proven.enrolment),
        Action::CreateTeam(_, name) => text("team name", name, MAX_NAME_BYTES),
        Action::RegisterDevice(_, identity) => text("device identity", identity, MAX_IDENTITY_BYTES),
        Action::GrantAgreement(agreement) => within("categories", agreement.categories.is_valid()),
        Action::OpenGeneration(opening) => readers(&opening.readers),
        Action::GrantGeneration(_, _, _, keys, _) => {
            within("readers", !keys.is_empty())?;
            readers(keys)
        }
        Action::OpenEpoch(opening) => {
            text("epoch recipient", &opening.recipient, MAX_RECIPIENT_BYTES)?;
            within("wrapped epoch", (1..=256).contains(&opening.wrapped.len()))
        }
        Action::Revoke(..)
        | Action::JoinTeam(..)
        | Action::LeaveTeam(..)
        | Action::RegisterPatient(..)
        | Action::AssignDevice(..)
        | Action::OpenStream(..)
        | Action::RevokeAgreement(_) => Ok(()),
    }
}

fn check_genesis(genesis: &Genesis) -> Result<(), CodecError> {
    text("hospital", &genesis.hospital, MAX_NAME_BYTES)?;
    within("administrators", (1..=MAX_GENESIS_ADMINS).contains(&genesis.admins.len()))?;
    within("validators", (1..=MAX_VALIDATORS).contains(&genesis.validators.len()))?;
    within("validators", genesis.validators.is_sorted_by(|a, b| a.sign < b.sign))?;
    within("policy", (1..=2).contains(&genesis.policy.enrolment_signers))?;
    // With fewer administrators than an enrolment needs, nobody could ever be enrolled.
    within("policy", usize::from(genesis.policy.enrolment_signers) <= genesis.admins.len())?;
    within("policy", (1..=24).contains(&genesis.policy.epoch_hours))?;
    for validator in &genesis.validators {
        text("gateway address", &validator.address, MAX_IDENTITY_BYTES)?;
    }
    genesis.admins.iter().try_for_each(|proven| check_enrolment(&proven.enrolment))
}

fn check_enrolment(enrolment: &Enrolment) -> Result<(), CodecError> {
    text("name", &enrolment.name, MAX_NAME_BYTES)?;
    text("reading key", &enrolment.reading, MAX_RECIPIENT_BYTES)
}

fn readers(keys: &[KeyId]) -> Result<(), CodecError> {
    within("readers", keys.len() <= MAX_READERS)?;
    within("readers", keys.is_sorted_by(|a, b| a < b))
}

/// Text on the ledger is shown on screens: no control characters, none that turns the direction of what follows (a
/// name could then look like another one), not blank, bounded.
fn text(field: &'static str, value: &str, max: usize) -> Result<(), CodecError> {
    let plain = !value.chars().any(|c| c.is_control() || turns_direction(c));
    within(field, !value.trim().is_empty() && value.len() <= max && plain)
}

/// The explicit directional marks, embeddings, overrides and isolates of Unicode (UAX #9 §2).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn within(field: &'static str, fits: bool) -> Result<(), CodecError> {
    if fits { Ok(()) } else { Err(CodecError::OutOfBounds { field }) }
}
