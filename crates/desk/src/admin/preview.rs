//! What an administrator looks at before signing, and what is handed back afterwards.

use super::{Answer, read_request, require_admin};
use crate::session::Core;
use crate::view::{
    EnrolCheck, EnrolPreview, EnrolProblem, EnrolSubject, PersonRef, RegistrationPreview,
    RegistrationProblem, UiError,
};
use wl_ledger::control::{Action, ProvenEnrolment};
use wl_ledger::state::Member;
use wl_ledger::{KeyId, Role};
use wl_wire::enrolment::{self, fingerprint_words};

/// Why a request cannot be enrolled on this chain.
pub(super) fn problem(core: &Core, request: &ProvenEnrolment) -> EnrolProblem {
    let key = request.enrolment.sign.id();
    match core.state().member(&key) {
        Some(member) if member.is_active() => EnrolProblem::AlreadyEnrolled,
        Some(_) => EnrolProblem::Revoked,
        None if is_proposed(core, &key) => EnrolProblem::Proposed,
        None => EnrolProblem::None,
    }
}

fn is_proposed(core: &Core, key: &KeyId) -> bool {
    let mut waiting =
        core.state().proposals().filter_map(|(_, proposal)| Action::proposed(&proposal.action).ok());
    waiting.any(|action| {
        super::decide::compared(&action).is_some_and(|request| request.enrolment.sign.id() == *key)
    })
}

/// People of the name and role of a request, of whom it can be a further workstation.
fn same_person(core: &Core, request: &ProvenEnrolment) -> Vec<PersonRef> {
    let same = core.state().members().filter(|(key, member)| {
        member.person == **key
            && member.enrolment.role != Role::Hub
            && member.enrolment.role == request.enrolment.role
            && member.enrolment.name == request.enrolment.name
    });
    let person = |(key, member): (&KeyId, &Member)| PersonRef {
        person_id: key.to_string(),
        name: member.enrolment.name.clone(),
        without_key: !core.state().is_active_person(key),
    };
    same.map(person).collect()
}

/// Reads a request. The answer leaves the six words out, so that they must come from whoever made the request.
pub(crate) fn preview(core: &Core, text: &str) -> Answer<EnrolPreview> {
    require_admin(core)?;
    let request = read_request(text)?;
    let subject = match crate::present::role_view(request.enrolment.role) {
        Some(role) => EnrolSubject::Person { role },
        None => EnrolSubject::Hub,
    };
    Ok(EnrolPreview {
        name: request.enrolment.name.clone(),
        subject,
        key_id: request.enrolment.sign.id().to_string(),
        problem: problem(core, &request),
        same_person: same_person(core, &request),
        signers: crate::two_person::policy(core.state()).signers,
    })
}

/// Compares the words that were heard with those of the request.
pub(super) fn compare(request: &ProvenEnrolment, heard: &str) -> Answer<()> {
    let ours = fingerprint_words(&request.enrolment.fingerprint());
    let heard: Vec<String> = heard.split_whitespace().map(str::to_lowercase).collect();
    if heard.len() != ours.len() {
        let found = heard.len();
        return Err(UiError::bad_input(format!("Six words are needed, and {found} were given.")));
    }
    let wrong: Vec<String> = (1usize..)
        .zip(ours.iter().zip(&heard))
        .filter(|(_, (ours, heard))| **ours != heard.as_str())
        .map(|(place, _)| place.to_string())
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(UiError {
        code: crate::view::ErrorCode::BadInput,
        message: format!("Not a word of this request: number {}.", wrong.join(", ")),
        hint: "Ask for it again. If it stays so, the request was exchanged on its way: do not enrol it."
            .into(),
    })
}

/// The words that were heard are right: what is compared is shown from here on.
pub(crate) fn check(core: &Core, text: &str, heard: &str) -> Answer<EnrolCheck> {
    require_admin(core)?;
    let request = read_request(text)?;
    compare(&request, heard)?;
    Ok(EnrolCheck {
        fingerprint: crate::present::words(&request),
        qr_svg: crate::qr::svg(&request.enrolment.fingerprint().to_string()),
    })
}

/// Reads a hub's registration of a patient.
pub(crate) fn registration(core: &Core, text: &str) -> Answer<RegistrationPreview> {
    require_admin(core)?;
    let registration = enrolment::read_registration(text, &core.chain())
        .map_err(|error| UiError::bad_input(super::sentence(&error.to_string())))?;
    let hub = core.state().member(&registration.hub);
    let problem = match (core.state().patient(&registration.patient), hub) {
        (Some(_), _) => RegistrationProblem::AlreadyRegistered,
        (None, Some(hub)) if hub.is_active() && hub.enrolment.role == Role::Hub => RegistrationProblem::None,
        (None, _) => RegistrationProblem::UnknownHub,
    };
    Ok(RegistrationPreview {
        patient_id: registration.patient.to_string(),
        hub: hub.map_or_else(String::new, |hub| hub.enrolment.name.clone()),
        problem,
    })
}

/// The enrolment answer that brings a new workstation to this chain, at this administrator's verified head.
pub(crate) fn answer(core: &Core) -> Answer<String> {
    require_admin(core)?;
    let tip = core.engine.verifier().tip().ok_or_else(|| UiError::not_found("verified block"))?;
    let founding = core.state().founding().ok_or_else(|| UiError::not_found("founding"))?;
    Ok(enrolment::write_answer(&enrolment::Answer {
        chain: core.chain(),
        hospital: founding.hospital.clone(),
        demo: founding.demo,
        trusted_height: tip.height(),
        trusted_header: tip.id(),
        validators: founding.validators.clone(),
    }))
}
