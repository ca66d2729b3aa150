//! The table of transitions: who may do what, and when it is refused.
//!
//! Each transition checks everything first and changes the state only then, so a refused transaction
//! leaves no trace. The transitions themselves stand by subject in the files beside this one.

use super::signers::{Act, Place, absent};
use super::{State, StateError, Team};
use crate::control::{Action, SignedTransaction, chain_id};
use crate::{Height, UnixMillis};
use std::collections::BTreeSet;

impl State {
    /// Checks signatures, numbering and permission of a transaction and applies it.
    ///
    /// # Errors
    /// [`StateError`]; the state is then as it was.
    pub fn apply(
        &mut self,
        signed: &SignedTransaction,
        height: Height,
        time: UnixMillis,
    ) -> Result<(), StateError> {
        let place = Place { height, time };
        let transaction = signed.transaction();
        match (&transaction.action, self.chain) {
            (Action::Genesis(genesis), None) => {
                super::founding::check_genesis(genesis, signed)?;
                self.found(genesis, chain_id(signed), place);
            }
            (Action::Genesis(_), Some(_)) => return Err(StateError::AlreadyFounded),
            (_, None) => return Err(StateError::NotFounded),
            (action, Some(chain)) => {
                let author = self.check_signers(signed, &chain)?;
                self.check_number(&author, transaction)?;
                let signers: BTreeSet<_> = signed.signers().iter().map(|(signer, _)| *signer).collect();
                let act = Act { author, signers: &signers, hash: signed.hash(), place };
                match action {
                    Action::Propose(bytes) => self.propose(bytes, &act)?,
                    Action::Approve(proposal) => self.approve(proposal, &act)?,
                    Action::Withdraw(proposal) => self.withdraw(proposal, &act)?,
                    action => self.act(action, &act)?,
                }
                self.put_number(author, transaction.number.saturating_add(1));
            }
        }
        self.append_log(signed.hash());
        Ok(())
    }

    /// Carries an action out, whether it was signed in one place or proposed and approved.
    pub(super) fn act(&mut self, action: &Action, act: &Act<'_>) -> Result<(), StateError> {
        match action {
            Action::Genesis(_) => Err(StateError::AlreadyFounded),
            // Read out of a transaction of their own, never out of another's bytes.
            Action::Propose(_) | Action::Approve(_) | Action::Withdraw(_) => Err(StateError::NotPermitted),
            Action::Enrol(proven) => self.enrol(proven, act),
            Action::AddKey(person, proven) => self.add_key(person, proven, act),
            Action::Revoke(key, reason) => self.revoke(key, *reason, act),
            Action::Reinstate(key) => self.reinstate(key, act),
            Action::ChangeRole(person, role) => self.change_role(person, *role, act),
            Action::SetPolicy(policy) => self.set_policy(*policy, act),
            Action::SetCustodians(threshold, persons) => self.set_custodians(*threshold, persons, act),
            Action::CreateTeam(id, name) => {
                self.need_admins(act, 1)?;
                absent(self.teams.contains_key(id), "team")?;
                self.put_team(*id, Team { name: name.clone(), members: BTreeSet::new() });
                Ok(())
            }
            Action::JoinTeam(id, person) => self.join_team(id, person, act),
            Action::LeaveTeam(id, person) => self.leave_team(id, person, act),
            Action::RegisterPatient(registration) => self.register_patient(registration, act),
            Action::RehomePatient(registration) => self.rehome_patient(registration, act),
            Action::AppointGuardian(patient, guardian) => self.appoint_guardian(patient, guardian, act),
            Action::DismissGuardian(patient, key) => self.dismiss_guardian(patient, key, act),
            Action::RegisterDevice(id, identity) => self.register_device(*id, identity, act),
            Action::AssignDevice(id, patient) => self.assign_device(*id, *patient, act),
            Action::RetireDevice(id) => self.retire_device(*id, act),
            Action::OpenStream(id, subject) => self.open_stream(*id, *subject, act),
            Action::CloseStream(id) => self.close_stream(*id, act),
            Action::GrantAgreement(agreement) => self.grant_agreement(agreement, act),
            Action::RevokeAgreement(id) => self.revoke_agreement(id, act),
            Action::NarrowAgreement(id, categories, until) => {
                self.narrow_agreement(id, *categories, *until, act)
            }
            Action::DelegateAgreement(parent, agreement) => self.delegate_agreement(parent, agreement, act),
            Action::RecordConsent(agreement) => self.record_consent(agreement, act),
            Action::DiscloseLegally(agreement, order) => self.disclose_legally(agreement, *order, act),
            Action::EndDisclosure(id) => self.end_disclosure(id, act),
            Action::BreakGlass(request) => self.break_glass(request, act),
            Action::ReviewBreakGlass(id, outcome) => self.review_break_glass(id, *outcome, act),
            Action::OpenGeneration(opening) => self.open_generation(opening, act),
            Action::GrantGeneration(patient, category, generation, readers, _) => {
                self.grant_generation((*patient, *category, *generation), readers, act)
            }
            Action::OpenEpoch(opening) => self.open_epoch(opening, act),
            Action::Erase(order) => self.erase(order, act),
            Action::ConfirmErasure(receipt) => self.confirm_erasure(receipt, act),
        }
    }
}
