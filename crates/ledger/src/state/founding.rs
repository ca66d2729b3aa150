//! Genesis and the policy it sets.

use super::signers::{Act, Place, absent};
use super::{Founding, State, StateError};
use crate::control::{Genesis, NO_CHAIN, Policy, ProvenEnrolment, SignedTransaction};
use crate::{ChainId, Role};
use std::collections::BTreeSet;

impl State {
    pub(super) fn found(&mut self, genesis: &Genesis, chain: ChainId, place: Place) {
        self.chain = Some(chain);
        for proven in &genesis.admins {
            self.admit_member(proven, proven.enrolment.sign.id(), place);
        }
        self.put_founding(Founding {
            hospital: genesis.hospital.clone(),
            demo: genesis.demo,
            policy: genesis.policy,
            validators: genesis.validators.clone(),
        });
    }

    pub(super) fn set_policy(&mut self, policy: Policy, act: &Act<'_>) -> Result<(), StateError> {
        self.need_admins(act, self.policy_signers().max(usize::from(policy.signers)))?;
        let mut founding = self.founding.clone().ok_or(StateError::NotFounded)?;
        if founding.policy == policy {
            return Err(StateError::Unchanged("policy"));
        }
        // A policy that nobody could fulfil could never be changed again.
        let admins = self.persons_in(Role::Admin).len();
        if usize::from(policy.signers.max(policy.recovery_signers)) > admins {
            return Err(StateError::TooStrict);
        }
        founding.policy = policy;
        self.put_founding(founding);
        Ok(())
    }
}

pub(super) fn check_proof(proven: &ProvenEnrolment) -> Result<(), StateError> {
    let enrolment = &proven.enrolment;
    enrolment.sign.check().map_err(StateError::WeakKey)?;
    enrolment.transport.check().map_err(StateError::WeakKey)?;
    absent(enrolment.sign == enrolment.transport, "key")?;
    enrolment
        .sign
        .verify(&enrolment.possession_message(), &proven.proof)
        .map_err(|_| StateError::Possession(enrolment.sign.id()))
}

/// Genesis is signed by every validator it names, and each administrator proves possession.
pub(super) fn check_genesis(genesis: &Genesis, signed: &SignedTransaction) -> Result<(), StateError> {
    let message = signed.message(&NO_CHAIN);
    for validator in &genesis.validators {
        validator.sign.check().map_err(StateError::WeakKey)?;
        validator.transport.check().map_err(StateError::WeakKey)?;
        let signer = validator.sign.id();
        let signature =
            signed.signers().iter().find(|(key, _)| *key == signer).map(|(_, signature)| signature);
        let signature = signature.ok_or(StateError::UnknownSigner(signer))?;
        validator
            .sign
            .verify(&message, signature)
            .map_err(|source| StateError::Signature { signer, source })?;
    }
    if signed.signers().len() != genesis.validators.len() {
        return Err(StateError::NotPermitted);
    }
    let (mut seen, mut readings) = (BTreeSet::new(), BTreeSet::new());
    for proven in &genesis.admins {
        check_proof(proven)?;
        let fresh = seen.insert(proven.enrolment.sign)
            & seen.insert(proven.enrolment.transport)
            & readings.insert(&proven.enrolment.reading);
        absent(!fresh, "key")?;
        if proven.enrolment.role != Role::Admin {
            return Err(StateError::NotPermitted);
        }
    }
    Ok(())
}
