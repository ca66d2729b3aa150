//! Acts that two people answer for. Whoever signs first proposes; the act takes effect when enough different people
//! have signed. Which acts these are, and how many must sign, is the ledger's to judge: this module only says it first.

use crate::outbox::{TransactError, transact};
use crate::session::{Core, Session};
use wl_ledger::codec;
use wl_ledger::control::{Action, EraseBasis, Policy};
use wl_ledger::state::State;
use wl_ledger::{Hash, Height, KeyId, Role};
use wl_wire::gateway::GatewayClient;

/// What became of a signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Signed {
    /// The act is in force.
    InForce(Height),
    /// It waits for a further person, under this name.
    Waits(Hash),
}

/// The hospital's rules; those of a new hospital before any are known.
pub(crate) fn policy(state: &State) -> Policy {
    state.founding().map_or_else(Policy::production, |founding| founding.policy)
}

/// How many different people must sign an act before it is in force, the signer included.
pub(crate) fn signers_of(core: &Core, action: &Action) -> u8 {
    let policy = policy(core.state());
    match action {
        Action::Enrol(_)
        | Action::JoinTeam(..)
        | Action::Reinstate(_)
        | Action::ChangeRole(..)
        | Action::SetCustodians(..)
        | Action::RehomePatient(_) => policy.signers,
        Action::SetPolicy(next) => policy.signers.max(next.signers),
        Action::AddKey(person, _) if core.state().person_of(&core.me) == Some(*person) => policy.signers,
        Action::AddKey(..) => policy.recovery_signers,
        Action::RecordConsent(_) | Action::DiscloseLegally(..) | Action::EndDisclosure(_) => 2,
        Action::Erase(order) if order.basis != EraseBasis::PatientRequest => 2,
        _ => 1,
    }
}

/// Signs an act: at once where one person suffices, else as a proposal.
///
/// # Errors
/// [`TransactError`].
pub(crate) async fn sign(
    session: &Session,
    client: &GatewayClient,
    action: Action,
) -> Result<Signed, TransactError> {
    let alone = signers_of(&*session.core().await, &action) < 2;
    if alone {
        return Ok(Signed::InForce(transact(session, client, action).await?.height));
    }
    let done = transact(session, client, Action::Propose(codec::encode(&action))).await?;
    Ok(outcome(session, done.hash, done.height).await)
}

/// Gives a further signature.
///
/// # Errors
/// [`TransactError`].
pub(crate) async fn approve(
    session: &Session,
    client: &GatewayClient,
    proposal: Hash,
) -> Result<Signed, TransactError> {
    let done = transact(session, client, Action::Approve(proposal)).await?;
    Ok(outcome(session, proposal, done.height).await)
}

/// The proposal still waits, or the act is in force.
async fn outcome(session: &Session, proposal: Hash, height: Height) -> Signed {
    let waits = session.core().await.state().proposals().any(|(hash, _)| *hash == proposal);
    if waits { Signed::Waits(proposal) } else { Signed::InForce(height) }
}

/// Whether a key is in force and its owner has one of these roles.
pub(crate) fn has_role(state: &State, key: &KeyId, roles: &[Role]) -> bool {
    state.member(key).is_some_and(|member| member.is_active() && roles.contains(&member.enrolment.role))
}
