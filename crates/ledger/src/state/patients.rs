//! Patients, their hubs and their guardians.

use super::signers::{Act, absent};
use super::{Patient, State, StateError};
use crate::control::{Guardian, Registration};
use crate::limits::MAX_GUARDIANS;
use crate::{Height, KeyId, PatientId, Role};
use std::collections::BTreeMap;

impl State {
    /// The hub that carried out a patient's agreements in the block at `height`.
    pub fn hub_at(&self, patient: &PatientId, height: Height) -> Option<KeyId> {
        let hubs = self.hubs.get(patient).into_iter().flatten();
        hubs.take_while(|(since, _)| *since <= height).last().map(|(_, hub)| *hub)
    }

    pub(super) fn register_patient(
        &mut self,
        registration: &Registration,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_admins(act, 1)?;
        let Registration { patient, sign, hub, .. } = registration;
        sign.check().map_err(StateError::WeakKey)?;
        absent(self.patients.contains_key(patient), "patient")?;
        absent(self.key_is_used(sign), "key")?;
        self.check_registration(registration)?;
        let registered =
            Patient { sign: *sign, hub: *hub, since: act.place.height, guardians: BTreeMap::new() };
        self.put_patient(*patient, registered, act.place.height);
        Ok(())
    }

    pub(super) fn rehome_patient(
        &mut self,
        registration: &Registration,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_admins(act, self.policy_signers())?;
        let patient = self.patients.get(&registration.patient).cloned();
        let patient = patient.ok_or(StateError::Unknown("patient"))?;
        if patient.sign != registration.sign {
            return Err(StateError::NotPermitted);
        }
        if patient.hub == registration.hub {
            return Err(StateError::Unchanged("hub"));
        }
        self.check_registration(registration)?;
        self.put_patient(
            registration.patient,
            Patient { hub: registration.hub, ..patient },
            act.place.height,
        );
        Ok(())
    }

    /// The patient's key agrees to this hub on this chain, and the hub is one.
    fn check_registration(&self, registration: &Registration) -> Result<(), StateError> {
        let Registration { patient, sign, hub, proof } = registration;
        let chain = self.chain.ok_or(StateError::NotFounded)?;
        sign.verify(&Registration::possession_message(&chain, patient, sign, hub), proof)
            .map_err(|_| StateError::Possession(sign.id()))?;
        self.need_hub(hub)
    }

    fn need_hub(&self, key: &KeyId) -> Result<(), StateError> {
        self.active_member(key)
            .filter(|member| member.enrolment.role == Role::Hub)
            .map(|_| ())
            .ok_or(StateError::Unknown("hub"))
    }

    pub(super) fn need_patients_hub(&self, patient: &PatientId, author: &KeyId) -> Result<(), StateError> {
        let registered = self.patients.get(patient).ok_or(StateError::Unknown("patient"))?;
        if registered.hub == *author { Ok(()) } else { Err(StateError::NotPermitted) }
    }

    pub(super) fn appoint_guardian(
        &mut self,
        id: &PatientId,
        guardian: &Guardian,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let mut patient = self.patients.get(id).cloned().ok_or(StateError::Unknown("patient"))?;
        if patient.sign.id() != act.author {
            return Err(StateError::NotPermitted);
        }
        let Guardian { sign, proof } = guardian;
        sign.check().map_err(StateError::WeakKey)?;
        absent(self.key_has_other_duty(sign), "key")?;
        absent(patient.guardians.contains_key(&sign.id()), "guardian")?;
        if patient.guardians.len() >= MAX_GUARDIANS {
            return Err(StateError::TooMany("guardians"));
        }
        let chain = self.chain.ok_or(StateError::NotFounded)?;
        sign.verify(&Guardian::possession_message(&chain, id, sign), proof)
            .map_err(|_| StateError::Possession(sign.id()))?;
        patient.guardians.insert(sign.id(), *sign);
        self.put_patient(*id, patient, act.place.height);
        Ok(())
    }

    pub(super) fn dismiss_guardian(
        &mut self,
        id: &PatientId,
        guardian: &KeyId,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let mut patient = self.patients.get(id).cloned().ok_or(StateError::Unknown("patient"))?;
        if patient.sign.id() != act.author && *guardian != act.author {
            return Err(StateError::NotPermitted);
        }
        patient.guardians.remove(guardian).ok_or(StateError::Unknown("guardian"))?;
        self.put_patient(*id, patient, act.place.height);
        Ok(())
    }
}
