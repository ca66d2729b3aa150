//! What an administrator looks at before signing, and what is handed back afterwards.

use super::{Answer, read_request, require_admin};
use crate::session::Core;
use crate::view::{
    EnrolCheck, EnrolPreview, EnrolProblem, EnrolSubject, RegistrationPreview, RegistrationProblem, UiError,
};
use wl_ledger::Role;
use wl_ledger::control::ProvenEnrolment;
use wl_wire::enrolment::{self, fingerprint_words};

/// Why a request cannot be enrolled on this chain.
pub(super) fn problem(core: &Core, request: &ProvenEnrolment) -> EnrolProblem {
    match core.state().member(&request.enrolment.sign.id()) {
        Some(member) if member.is_active() => EnrolProblem::AlreadyEnrolled,
        Some(_) => EnrolProblem::Revoked,
        None if super::checks::signers(core) > 1 => EnrolProblem::MoreSigners,
        None => EnrolProblem::None,
    }
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
