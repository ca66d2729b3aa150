//! Emergency access (design §5, "break-glass"): asking for it, releasing a custodian's share, taking released shares in,
//! and the review. No one emergency key opens everything: what opens is the generation of one patient and category.

mod custody;

use crate::edge;
use crate::outbox::transact;
use crate::session::{Core, Session};
use crate::store::AccessFilter;
use crate::two_person;
use crate::view::UiError;
use std::collections::BTreeMap;
use wl_ledger::control::{Action, BreakGlass, BreakGlassReason, Categories, Outcome};
use wl_ledger::state::{Broken, State};
use wl_ledger::text::is_plain_line;
use wl_ledger::{AgreementId, Category, Hash, KeyId, PatientId, Role, UnixMillis};
use wl_wire::access::{MAX_REASON_BYTES, Reason, Screen};
use wl_wire::gateway::GatewayClient;

pub(crate) use custody::{Released, holds_share, release, released, take_released, threshold};

/// Receipts that are looked through for words, those of emergencies first.
const MAX_TOLD: u32 = 2000;

/// What somebody asks for.
pub(crate) struct Request {
    pub(crate) patient: PatientId,
    pub(crate) reason: BreakGlassReason,
    pub(crate) text: String,
    pub(crate) categories: Vec<Category>,
    pub(crate) minutes: u8,
}

type Answer<T> = Result<T, UiError>;

/// The longest access that the rules allow this key, in minutes; none where they do not.
pub(crate) fn allowed(state: &State, key: &KeyId) -> Option<u8> {
    let rules = two_person::policy(state).break_glass?;
    let member = state.member(key).filter(|member| member.is_active())?;
    rules.roles.contains(member.enrolment.role).then_some(rules.minutes)
}

/// When an emergency access ends, by the ledger's time.
pub(crate) fn end_of(broken: &Broken) -> UnixMillis {
    broken.time.plus(i64::from(broken.request.minutes) * 60_000)
}

/// The emergency accesses of a person that are not over at `time`.
pub(crate) fn running(
    state: &State,
    person: Option<KeyId>,
    time: UnixMillis,
) -> impl Iterator<Item = (&AgreementId, &Broken)> {
    state.broken().filter(move |(id, broken)| Some(broken.person) == person && is_running(state, id, time))
}

/// Whether an emergency access is in force: its time is not over, and neither patient nor requester has ended it.
pub(crate) fn is_running(state: &State, id: &AgreementId, time: UnixMillis) -> bool {
    state.agreement(id).is_some_and(|granted| granted.in_force(time))
}

/// Asks for emergency access. The words are durable here, sealed to the patient's hub and the privacy officers, before
/// the request is; the request carries their salted hash.
///
/// If it stops before the request is sealed, nothing is opened and the words name a request that never was.
pub(crate) async fn break_glass(
    session: &Session,
    client: &GatewayClient,
    request: Request,
) -> Answer<AgreementId> {
    let now = edge::now();
    let id = AgreementId::from_bytes(edge::random()?);
    let salt = Hash::from_bytes(edge::random()?);
    let text = request.text.trim();
    {
        let core = session.core().await;
        check(&core, &request, text)?;
    }
    let reason = Reason { salt, text: text.to_owned() };
    let hash = reason.hash();
    let (patient, categories) = (request.patient, &request.categories);
    session.core().await.log_opening_of(&patient, Screen::BreakGlass, categories, Some(reason), now).await?;
    session.outgoing.notify_one();
    let action = Action::BreakGlass(BreakGlass {
        id,
        patient: request.patient,
        categories: Categories::of(&request.categories),
        minutes: request.minutes,
        reason: request.reason,
        text: hash,
    });
    transact(session, client, action).await?;
    Ok(id)
}

/// The words beside reasons that were told to this reader, by the request whose hash they fit.
pub(crate) async fn words(session: &Session) -> Answer<BTreeMap<AgreementId, String>> {
    let store = session.core().await.store().ok_or_else(UiError::locked)?;
    let told = store.openings(AccessFilter::default(), MAX_TOLD).await?;
    drop(store);
    let mut by_hash: BTreeMap<Hash, String> = BTreeMap::new();
    for reason in told.into_iter().filter_map(|one| one.opening.reason) {
        by_hash.insert(reason.hash(), reason.text);
    }
    let core = session.core().await;
    let words = core.state().broken();
    Ok(words.filter_map(|(id, broken)| Some((*id, by_hash.get(&broken.request.text)?.clone()))).collect())
}

fn check(core: &Core, request: &Request, text: &str) -> Answer<()> {
    if core.keys().is_none() {
        return Err(UiError::locked());
    }
    let Some(most) = allowed(core.state(), &core.me) else {
        return Err(UiError::not_allowed("The hospital's rules do not let you ask for emergency access."));
    };
    if !(1..=most).contains(&request.minutes) {
        return Err(UiError::bad_input(format!("Emergency access lasts 1 to {most} minutes here.")));
    }
    if text.is_empty() {
        return Err(UiError::bad_input("Say in a few words why."));
    }
    if text.len() > MAX_REASON_BYTES || !is_plain_line(text) {
        return Err(UiError::bad_input(format!(
            "The words are one line of at most {MAX_REASON_BYTES} bytes."
        )));
    }
    if request.categories.is_empty() {
        return Err(UiError::bad_input("At least one category is named."));
    }
    if core.state().patient(&request.patient).is_none() {
        return Err(UiError::not_found("patient"));
    }
    Ok(())
}

/// Ends an own access before its time.
pub(crate) async fn end(session: &Session, client: &GatewayClient, id: AgreementId) -> Answer<()> {
    {
        let core = session.core().await;
        if core.keys().is_none() {
            return Err(UiError::locked());
        }
        let me = core.state().person_of(&core.me);
        let mut own = core.state().broken().filter(|(_, broken)| Some(broken.person) == me);
        if !own.any(|(of, _)| *of == id) {
            return Err(UiError::not_found("emergency access"));
        }
    }
    transact(session, client, Action::RevokeAgreement(id)).await?;
    Ok(())
}

/// Records what a privacy officer found.
pub(crate) async fn review(
    session: &Session,
    client: &GatewayClient,
    id: AgreementId,
    outcome: Outcome,
) -> Answer<()> {
    {
        let core = session.core().await;
        if core.keys().is_none() {
            return Err(UiError::locked());
        }
        let broken = core.state().broken().find(|(of, _)| **of == id).map(|(_, broken)| broken);
        if !two_person::has_role(core.state(), &core.me, &[Role::PrivacyOfficer]) {
            return Err(UiError::not_allowed("Only a privacy officer reviews emergency access."));
        }
        let broken = broken.ok_or_else(|| UiError::not_found("emergency access"))?;
        if broken.review.is_some() {
            return Err(UiError::refused("It was reviewed before, once and for all."));
        }
        if core.state().person_of(&core.me) == Some(broken.person) {
            return Err(UiError::refused("Nobody reviews their own emergency access."));
        }
    }
    transact(session, client, Action::ReviewBreakGlass(id, outcome)).await?;
    Ok(())
}
