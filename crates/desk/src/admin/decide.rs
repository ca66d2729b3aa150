//! The second signature: what waits is looked at, compared where there is something to compare, and approved or ended.

use super::{Answer, Done, preview, signed};
use crate::outbox::transact;
use crate::session::{Core, Session};
use crate::two_person::{self, Signed};
use crate::view::UiError;
use wl_ledger::control::{Action, ProvenEnrolment};
use wl_ledger::state::Proposal;
use wl_ledger::{Hash, Role};
use wl_wire::gateway::GatewayClient;

/// Roles that sign together with others.
const SIGNERS: [Role; 4] = [Role::Admin, Role::PrivacyOfficer, Role::Physician, Role::Nurse];

/// The enrolment whose six words are compared again before it is approved.
pub(crate) fn compared(action: &Action) -> Option<&ProvenEnrolment> {
    match action {
        Action::Enrol(request) | Action::AddKey(_, request) => Some(request),
        _ => None,
    }
}

/// A proposal that still waits, with what it proposes.
fn waiting(core: &Core, proposal: &Hash) -> Answer<(Proposal, Action)> {
    if core.keys().is_none() {
        return Err(UiError::locked());
    }
    let gone = || UiError::not_found("proposal");
    let found = core.state().proposal(proposal).ok_or_else(gone)?;
    let action = Action::proposed(&found.action).map_err(|_| gone())?;
    Ok((found.clone(), action))
}

/// Gives the reader's signature. The words of an enrolment are compared by everybody who signs it.
pub(crate) async fn approve(
    session: &Session,
    client: &GatewayClient,
    proposal: Hash,
    words: Option<&str>,
) -> Answer<Done> {
    let done = {
        let core = session.core().await;
        let (found, action) = waiting(&core, &proposal)?;
        if !may_approve(&core, &action) {
            return Err(UiError::not_allowed("Your signature does not count for this."));
        }
        if signed_by(&core, &found) {
            return Err(UiError::refused("You have signed it already: another person must."));
        }
        if let Some(request) = compared(&action) {
            let words = words.ok_or_else(|| {
                UiError::bad_input("The six words are needed: let its owner read them aloud.")
            })?;
            preview::compare(request, words)?;
        }
        done_of(&action)
    };
    Ok(match two_person::approve(session, client, proposal).await? {
        Signed::InForce(_) => done,
        Signed::Waits(hash) => Done::Proposed(hash),
    })
}

/// Ends a proposal.
pub(crate) async fn withdraw(session: &Session, client: &GatewayClient, proposal: Hash) -> Answer<Done> {
    {
        let core = session.core().await;
        let (found, _) = waiting(&core, &proposal)?;
        if !may_withdraw(&core, &found) {
            return Err(UiError::not_allowed("Only an administrator or whoever proposed it may end it."));
        }
    }
    transact(session, client, Action::Withdraw(proposal)).await?;
    Ok(Done::Withdrawn(proposal))
}

/// Signs an act of a practitioner that a further person must sign.
pub(crate) async fn propose(session: &Session, client: &GatewayClient, action: Action) -> Answer<Done> {
    let done = done_of(&action);
    signed(session, client, action, done).await
}

/// Whether somebody of this role is among those who can sign an act of this kind.
pub(crate) fn may_approve(core: &Core, action: &Action) -> bool {
    let state = core.state();
    let role = |roles: &[Role]| two_person::has_role(state, &core.me, roles);
    match action {
        Action::RecordConsent(_) => role(&[Role::Physician, Role::Nurse]),
        Action::DiscloseLegally(..) | Action::EndDisclosure(_) | Action::Erase(_) => {
            role(&[Role::Admin, Role::PrivacyOfficer])
        }
        // Where more administrators speak for somebody without a key than sign otherwise, an own key spares the difference.
        Action::AddKey(person, _) => {
            let rules = two_person::policy(state);
            let own = state.person_of(&core.me) == Some(*person) && state.active_member(&core.me).is_some();
            role(&[Role::Admin]) || (own && rules.recovery_signers > rules.signers)
        }
        _ => role(&[Role::Admin]),
    }
}

/// Whether the reader's person has signed, at whichever workstation.
pub(crate) fn signed_by(core: &Core, proposal: &Proposal) -> bool {
    let me = core.state().person_of(&core.me);
    let mut signers = proposal.approvals.iter().chain([&proposal.proposer]);
    signers.any(|key| core.state().person_of(key) == me)
}

/// Whether the reader may end it.
pub(crate) fn may_withdraw(core: &Core, proposal: &Proposal) -> bool {
    let mine = core.state().person_of(&core.me) == core.state().person_of(&proposal.proposer);
    two_person::has_role(core.state(), &core.me, &SIGNERS) && (mine || core.state().is_admin(&core.me))
}

fn done_of(action: &Action) -> Done {
    match action {
        Action::Enrol(request) | Action::AddKey(_, request) => Done::Key(request.enrolment.sign.id()),
        Action::Reinstate(key) | Action::ChangeRole(key, _) => Done::Key(*key),
        Action::JoinTeam(team, _) => Done::Team(*team),
        Action::RehomePatient(registration) => Done::Patient(registration.patient),
        Action::RecordConsent(agreement) | Action::DiscloseLegally(agreement, _) => {
            Done::Agreement(agreement.id)
        }
        Action::EndDisclosure(id) => Done::Agreement(*id),
        _ => Done::Policy,
    }
}
