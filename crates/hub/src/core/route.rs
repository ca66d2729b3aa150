//! To whom a message belongs: by its registered device, checked against the record number it names.
//! Never by name, and never guessed.

use super::Core;
use crate::ingest::hl7::{DecodedMessage, DeviceIdentity, Reason};
use std::collections::BTreeMap;
use wl_ledger::{Category, DeviceId, PatientId};

/// The patient of a message and the device of each of its rows.
pub(super) struct Route {
    /// Patient.
    pub(super) patient: PatientId,
    /// Device of each row, in message order.
    pub(super) devices: Vec<DeviceId>,
}

impl Core {
    /// Finds the patient of a message. A row's own device counts where it is registered, else the sending gateway.
    pub(super) fn route(&self, message: &DecodedMessage) -> Result<Route, Reason> {
        let mut known: BTreeMap<String, Option<(DeviceId, PatientId)>> = BTreeMap::new();
        let mut find = |identity: Option<&DeviceIdentity>| -> Option<(DeviceId, PatientId)> {
            let name = identity?.to_string();
            *known.entry(name).or_insert_with_key(|name| self.registered(name))
        };
        let sender = find(message.sender.as_ref());
        let mut devices = Vec::with_capacity(message.rows.len());
        let mut patient = sender.map(|(_, patient)| patient);
        for row in &message.rows {
            let (device, owner) = find(row.device.as_ref()).or(sender).ok_or(Reason::PatientUnknown)?;
            if patient.is_some_and(|patient| patient != owner) {
                return Err(Reason::PatientUnknown);
            }
            patient = Some(owner);
            devices.push(device);
        }
        let patient = patient.ok_or(Reason::PatientUnknown)?;
        let bedside = self.bedsides.get(&patient).ok_or(Reason::PatientUnknown)?;
        // Before streams and keys are on the ledger nothing can be sealed; the device sends again.
        let ready = [Category::Vitals, Category::Waveforms, Category::Alarms]
            .into_iter()
            .all(|category| bedside.place(self.state(), &self.hub(), category).is_some());
        if !ready {
            return Err(Reason::PatientUnknown);
        }
        let mut named = message
            .patient
            .iter()
            .map(|identifier| identifier.id.as_str())
            .filter(|id| !id.is_empty())
            .peekable();
        if named.peek().is_some() && !bedside.is_named_by(named) {
            return Err(Reason::PatientUnknown);
        }
        Ok(Route { patient, devices })
    }

    /// A device that is registered, assigned to a patient, and whose patient this hub keeps.
    fn registered(&self, identity: &str) -> Option<(DeviceId, PatientId)> {
        let (id, device) = self.state().devices().find(|(_, device)| device.identity == identity)?;
        let patient = device.patient?;
        self.bedsides.contains_key(&patient).then_some((*id, patient))
    }
}
