//! Emergency access as its screen shows it: whom one could open, what is open, who asks, what is to be reviewed.

use super::Moment;
use super::patient::category_name;
use super::proposals::category_names;
use crate::emergency::{self, end_of};
use crate::session::Contact;
use crate::sync::Liveness;
use crate::two_person;
use crate::view::{
    ClosedPatient, EmergencyBar, EmergencyMark, EmergencyProgress, EmergencyReason, EmergencyRow,
    EmergencyView, Fallback, ReviewOutcome, ReviewView,
};
use std::collections::BTreeMap;
use wl_ledger::control::{BreakGlassReason, Outcome};
use wl_ledger::state::Broken;
use wl_ledger::{AgreementId, Category, KeyId, PatientId, Role};

/// Most rows of the review; older ones stay on the ledger.
const MAX_REVIEWS: usize = 200;

/// The words beside reasons that have arrived for this reader, checked against the ledger.
pub(crate) type Texts = BTreeMap<AgreementId, String>;

pub(crate) fn emergency_view(moment: &Moment<'_>, texts: &Texts) -> EmergencyView {
    let state = moment.core.state();
    let bar = bar(moment);
    let officer = two_person::has_role(state, &moment.core.me, &[Role::PrivacyOfficer]);
    let me = moment.person();
    let row = |(id, broken): (&AgreementId, &Broken)| row(moment, id, broken, texts);
    let mut reviews: Vec<EmergencyRow> =
        state.broken().filter(|(_, broken)| officer || Some(broken.person) == me).map(row).collect();
    // What nobody has looked at stays on top, the oldest of it first.
    reviews
        .sort_by_key(|row| (row.review.is_some(), if row.review.is_some() { -row.at_ms } else { row.at_ms }));
    reviews.truncate(MAX_REVIEWS);
    EmergencyView {
        bar,
        minutes: emergency::allowed(state, &moment.core.me).unwrap_or(0),
        fallback: fallback(moment),
        closed: if matches!(bar, EmergencyBar::Allowed | EmergencyBar::Offline) {
            closed(moment)
        } else {
            Vec::new()
        },
        open: emergency::running(state, me, moment.deciding).map(row).collect(),
        asked: state
            .broken()
            .filter(|(id, broken)| runs(moment, id) && can_release(moment, broken))
            .map(row)
            .collect(),
        reviews,
    }
}

/// One request as a row.
pub(crate) fn emergency_row(moment: &Moment<'_>, id: &AgreementId, texts: &Texts) -> Option<EmergencyRow> {
    let found = moment.core.state().broken().find(|(of, _)| *of == id);
    found.map(|(id, broken)| row(moment, id, broken, texts))
}

/// What stands on every screen while it is open or on its way.
pub(crate) fn emergency_marks(moment: &Moment<'_>) -> Vec<EmergencyMark> {
    let running = emergency::running(moment.core.state(), moment.person(), moment.deciding);
    running
        .map(|(_, broken)| EmergencyMark {
            patient_id: broken.request.patient.to_string(),
            bed: moment.bed(&broken.request.patient),
            until_ms: end_of(broken).0,
            open: is_open(moment, broken),
        })
        .collect()
}

/// How many requests wait for the reader's share, and how many for the reader's review.
pub(crate) fn waiting(moment: &Moment<'_>) -> (u32, u32) {
    let state = moment.core.state();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let asked = state.broken().filter(|(id, broken)| runs(moment, id) && can_release(moment, broken)).count();
    let to_review = state.broken().filter(|(_, broken)| can_review(moment, broken)).count();
    (count(asked), count(to_review))
}

fn bar(moment: &Moment<'_>) -> EmergencyBar {
    let state = moment.core.state();
    match (two_person::policy(state).break_glass, emergency::allowed(state, &moment.core.me)) {
        (None, _) => EmergencyBar::SwitchedOff,
        (Some(_), None) => EmergencyBar::OtherRole,
        (Some(_), Some(_)) if moment.core.contact != Contact::Reached => EmergencyBar::Offline,
        (Some(_), Some(_)) => EmergencyBar::Allowed,
    }
}

fn fallback(moment: &Moment<'_>) -> Fallback {
    match moment.core.state().custodians() {
        Some(custodians) if custodians.threshold >= 2 => Fallback::Custodians {
            threshold: custodians.threshold,
            names: custodians.persons.iter().map(|person| moment.person_name(person)).collect(),
        },
        Some(_) | None => Fallback::None,
    }
}

/// Patients of whom something is not shared, by what the ledger tells everybody.
fn closed(moment: &Moment<'_>) -> Vec<ClosedPatient> {
    let state = moment.core.state();
    let mut all: Vec<ClosedPatient> = state
        .patients()
        .filter_map(|(patient, known)| {
            let closed: Vec<Category> =
                Category::ALL.into_iter().filter(|category| !moment.shares(patient, *category)).collect();
            let devices = state.devices().filter(|(_, device)| device.patient == Some(*patient));
            let custody = |category: &Category| {
                let opened = state.generation(patient, *category);
                opened.is_some_and(|(_, opened)| opened.custody.is_some())
            };
            (!closed.is_empty()).then(|| ClosedPatient {
                patient_id: patient.to_string(),
                hub: moment.person_name(&known.hub),
                hub_heard: hub_heard(moment, patient),
                devices: devices.map(|(_, device)| device.identity.clone()).collect(),
                bed: moment.bed(patient),
                shared_out: closed.iter().any(custody),
                categories: closed.iter().map(|category| category_name(*category).to_owned()).collect(),
            })
        })
        .collect();
    // Whoever shares nothing at all comes first: nobody else on this workstation shows that patient.
    all.sort_by(|a, b| {
        b.categories.len().cmp(&a.categories.len()).then_with(|| a.patient_id.cmp(&b.patient_id))
    });
    all
}

fn hub_heard(moment: &Moment<'_>, patient: &PatientId) -> bool {
    let hub = moment.core.state().patient(patient).map(|known| known.hub);
    let hearing = hub.and_then(|hub| moment.core.freshness.hub(&hub));
    hearing.is_some_and(|hearing| matches!(hearing.liveness(moment.now), Liveness::Live | Liveness::Delayed))
}

fn runs(moment: &Moment<'_>, id: &AgreementId) -> bool {
    emergency::is_running(moment.core.state(), id, moment.deciding)
}

fn is_open(moment: &Moment<'_>, broken: &Broken) -> bool {
    let patient = &broken.request.patient;
    let has = |category| moment.core.opener.holds(patient, category) && moment.shares(patient, category);
    broken.request.categories.iter().any(has)
}

fn can_release(moment: &Moment<'_>, broken: &Broken) -> bool {
    let sent = moment.core.shares_sent.get(&broken.requester);
    emergency::holds_share(moment.core, broken) && sent.is_none_or(|height| *height < broken.at)
}

fn can_review(moment: &Moment<'_>, broken: &Broken) -> bool {
    broken.review.is_none()
        && Some(broken.person) != moment.person()
        && two_person::has_role(moment.core.state(), &moment.core.me, &[Role::PrivacyOfficer])
}

fn row(moment: &Moment<'_>, id: &AgreementId, broken: &Broken, texts: &Texts) -> EmergencyRow {
    let request = &broken.request;
    let over = !runs(moment, id);
    let mine = Some(broken.person) == moment.person();
    let progress = match (over, mine && is_open(moment, broken)) {
        (true, _) => EmergencyProgress::Over,
        (false, true) => EmergencyProgress::Open,
        (false, false) => EmergencyProgress::Waiting {
            hub_heard: hub_heard(moment, &request.patient),
            released: emergency::released(moment.core, broken),
            threshold: emergency::threshold(moment.core, broken),
        },
    };
    EmergencyRow {
        request_id: id.to_string(),
        patient_id: request.patient.to_string(),
        bed: moment.bed(&request.patient),
        by: moment.person_name(&broken.requester),
        reason: reason_view(request.reason),
        text: texts.get(id).cloned().unwrap_or_default(),
        categories: category_names(request.categories),
        at_ms: broken.time.0,
        until_ms: end_of(broken).0,
        progress,
        review: broken.review.map(|review| review_view(moment, &review)),
        can_review: can_review(moment, broken),
        can_release: !over && can_release(moment, broken),
    }
}

fn review_view(moment: &Moment<'_>, review: &wl_ledger::state::Review) -> ReviewView {
    let by: &KeyId = &review.by;
    ReviewView {
        outcome: match review.outcome {
            Outcome::Justified => ReviewOutcome::Justified,
            Outcome::NotJustified => ReviewOutcome::NotJustified,
            Outcome::FollowUp => ReviewOutcome::FollowUp,
        },
        by: moment.person_name(by),
        at_ms: moment.core.engine.verifier().header(review.at).map_or(0, |header| header.time().0),
    }
}

fn reason_view(reason: BreakGlassReason) -> EmergencyReason {
    match reason {
        BreakGlassReason::DangerToLife => EmergencyReason::DangerToLife,
        BreakGlassReason::CannotConsent => EmergencyReason::CannotConsent,
        BreakGlassReason::HandoverGap => EmergencyReason::HandoverGap,
        BreakGlassReason::Other => EmergencyReason::Other,
    }
}

/// The ledger's word for a reason the window names.
pub(crate) fn reason_of(reason: EmergencyReason) -> BreakGlassReason {
    match reason {
        EmergencyReason::DangerToLife => BreakGlassReason::DangerToLife,
        EmergencyReason::CannotConsent => BreakGlassReason::CannotConsent,
        EmergencyReason::HandoverGap => BreakGlassReason::HandoverGap,
        EmergencyReason::Other => BreakGlassReason::Other,
    }
}

/// The ledger's word for what a privacy officer found.
pub(crate) fn outcome_of(outcome: ReviewOutcome) -> Outcome {
    match outcome {
        ReviewOutcome::Justified => Outcome::Justified,
        ReviewOutcome::NotJustified => Outcome::NotJustified,
        ReviewOutcome::FollowUp => Outcome::FollowUp,
    }
}
