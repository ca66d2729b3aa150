//! Who signed, and whether these are enough.
//!
//! Persons are counted, never keys: two workstations of one administrator are one signer.

use super::{State, StateError};
use crate::control::{Action, SignedTransaction, Transaction};
use crate::keys::PublicKey;
use crate::{ChainId, Hash, Height, KeyId, PatientId, Role, UnixMillis};
use std::collections::BTreeSet;

/// Where in the chain a transaction is applied.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) height: Height,
    pub(super) time: UnixMillis,
}

/// An action in the hands of those who signed for it.
pub(super) struct Act<'a> {
    /// The key that the action is by.
    pub(super) author: KeyId,
    /// Every key that signed, the author's among them. All are in force.
    pub(super) signers: &'a BTreeSet<KeyId>,
    /// The transaction.
    pub(super) hash: Hash,
    /// The block.
    pub(super) place: Place,
}

impl State {
    pub(super) fn check_signers(
        &self,
        signed: &SignedTransaction,
        chain: &ChainId,
    ) -> Result<KeyId, StateError> {
        let message = signed.message(chain);
        let confirms = matches!(signed.transaction().action, Action::ConfirmErasure(_));
        for (signer, signature) in signed.signers() {
            let key = self.signer_key(signer, confirms)?;
            key.verify(&message, signature)
                .map_err(|source| StateError::Signature { signer: *signer, source })?;
        }
        signed
            .transaction()
            .author
            .filter(|author| signed.signers().iter().any(|(signer, _)| signer == author))
            .ok_or(StateError::AuthorMissing)
    }

    /// The public key of a signer in force: a member's, a patient's, a guardian's, and where an erasure is confirmed a
    /// validator's.
    pub(super) fn signer_key(&self, signer: &KeyId, confirms: bool) -> Result<PublicKey, StateError> {
        if let Some(member) = self.members.get(signer) {
            return if member.is_active() {
                Ok(member.enrolment.sign)
            } else {
                Err(StateError::RevokedSigner(*signer))
            };
        }
        if let Some(patient) = self.patient_keys.get(signer).and_then(|id| self.patients.get(id)) {
            return Ok(patient.sign);
        }
        if let Some(guarding) = self.guardians.get(signer).filter(|guarding| !guarding.patients.is_empty()) {
            return Ok(guarding.sign);
        }
        let validators = self.founding.iter().flat_map(|founding| &founding.validators);
        validators
            .map(|validator| validator.sign)
            .find(|key| confirms && key.id() == *signer)
            .ok_or(StateError::UnknownSigner(*signer))
    }

    pub(super) fn check_number(&self, author: &KeyId, transaction: &Transaction) -> Result<(), StateError> {
        let expected = self.next_number(author);
        if transaction.number == expected {
            Ok(())
        } else {
            Err(StateError::WrongNumber { author: *author, expected, got: transaction.number })
        }
    }

    /// The person behind a signer; patients and guardians have one key and are named by it.
    pub(super) fn signing_person(&self, key: &KeyId) -> KeyId {
        self.person_of(key).unwrap_or(*key)
    }

    /// The persons among the signers who have this role.
    pub(super) fn signing(&self, act: &Act<'_>, role: Role) -> BTreeSet<KeyId> {
        let members = act.signers.iter().filter_map(|key| self.active_member(key));
        members.filter(|member| member.enrolment.role == role).map(|member| member.person).collect()
    }

    /// Administrators who must sign what two people answer for.
    pub(super) fn policy_signers(&self) -> usize {
        self.founding.as_ref().map_or(1, |founding| usize::from(founding.policy.signers))
    }

    pub(super) fn need_admins(&self, act: &Act<'_>, need: usize) -> Result<(), StateError> {
        let got = self.signing(act, Role::Admin).len();
        if got >= need {
            Ok(())
        } else if got == 0 {
            Err(StateError::NotPermitted)
        } else {
            Err(StateError::TooFewAdmins { need, got })
        }
    }

    /// A privacy officer and an administrator.
    pub(super) fn need_officer_and_admin(&self, act: &Act<'_>) -> Result<(), StateError> {
        let roles = [Role::PrivacyOfficer, Role::Admin];
        need_two(roles.into_iter().filter(|role| !self.signing(act, *role).is_empty()).count())
    }

    /// Two practitioners at the bedside, the lower ids where there are more.
    pub(super) fn need_two_practitioners(&self, act: &Act<'_>) -> Result<(KeyId, KeyId), StateError> {
        let mut persons = self.signing(act, Role::Physician);
        persons.extend(self.signing(act, Role::Nurse));
        need_two(persons.len())?;
        let mut persons = persons.into_iter();
        persons.next().zip(persons.next()).ok_or(StateError::NotPermitted)
    }

    pub(super) fn need_signed_for(&self, patient: &PatientId, act: &Act<'_>) -> Result<(), StateError> {
        if self.may_sign_for(patient, &act.author) { Ok(()) } else { Err(StateError::NotPermitted) }
    }
}

fn need_two(got: usize) -> Result<(), StateError> {
    match got {
        0 => Err(StateError::NotPermitted),
        1 => Err(StateError::TooFewSigners { need: 2, got }),
        _ => Ok(()),
    }
}

pub(super) fn absent(exists: bool, what: &'static str) -> Result<(), StateError> {
    if exists { Err(StateError::Exists(what)) } else { Ok(()) }
}
