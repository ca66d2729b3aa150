//! Generations and epochs: what the patient's hub opens and grants.

use super::signers::{Act, absent};
use super::{OpenedEpoch, OpenedGeneration, State, StateError};
use crate::control::{Custody, EpochOpening, GenerationOpening};
use crate::{Category, Epoch, Generation, KeyId, PatientId, UnixMillis};

impl State {
    fn need_entitled(
        &self,
        patient: &PatientId,
        category: Category,
        readers: &[KeyId],
        time: UnixMillis,
    ) -> Result<(), StateError> {
        let entitled = self.entitled(patient, category, time);
        match readers.iter().find(|reader| !entitled.contains(reader)) {
            Some(reader) => Err(StateError::NotEntitled(*reader)),
            None => Ok(()),
        }
    }

    pub(super) fn open_generation(
        &mut self,
        opening: &GenerationOpening,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let GenerationOpening { patient, category, generation, commitment, readers, custody, .. } = opening;
        self.need_patients_hub(patient, &act.author)?;
        self.need_entitled(patient, *category, readers, act.place.time)?;
        self.check_custody(custody.as_ref())?;
        let next = self.generation(patient, *category).map_or(Some(Generation(0)), |(last, _)| last.next());
        if next != Some(*generation) {
            return Err(StateError::NotNext("generation"));
        }
        let opened = OpenedGeneration { commitment: *commitment, since: act.place.height, custody: *custody };
        self.put_generation(*patient, *category, *generation, opened);
        for reader in readers {
            self.put_grant(*patient, *category, *reader, *generation, act.place.height);
        }
        Ok(())
    }

    /// A secret is shared among the custodians in force, with their threshold, or not at all.
    fn check_custody(&self, custody: Option<&Custody>) -> Result<(), StateError> {
        let threshold = self.custodians.as_ref().map(|custodians| custodians.threshold);
        match custody {
            Some(custody) if threshold != Some(custody.threshold) => Err(StateError::CustodyNotInForce),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn grant_generation(
        &mut self,
        (patient, category, generation): (PatientId, Category, Generation),
        readers: &[KeyId],
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_patients_hub(&patient, &act.author)?;
        self.generation_at(&patient, category, generation).ok_or(StateError::Unknown("generation"))?;
        self.need_entitled(&patient, category, readers, act.place.time)?;
        for reader in readers {
            let held = self
                .grants(&patient, category, reader)
                .is_some_and(|grants| grants.contains_key(&generation));
            absent(held, "grant")?;
        }
        for reader in readers {
            self.put_grant(patient, category, *reader, generation, act.place.height);
        }
        Ok(())
    }

    pub(super) fn open_epoch(&mut self, opening: &EpochOpening, act: &Act<'_>) -> Result<(), StateError> {
        self.need_patients_hub(&opening.patient, &act.author)?;
        let (generation, _) =
            self.generation(&opening.patient, opening.category).ok_or(StateError::Unknown("generation"))?;
        if generation != opening.generation {
            return Err(StateError::GenerationNotInForce);
        }
        let next =
            self.epoch(&opening.patient, opening.category).map_or(Some(Epoch(0)), |(last, _)| last.next());
        if next != Some(opening.epoch) {
            return Err(StateError::NotNext("epoch"));
        }
        let opened = OpenedEpoch { opening: opening.clone(), since: act.place.height, time: act.place.time };
        self.put_epoch(opened);
        Ok(())
    }
}
