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
        let mut known: BTreeMap<String, Result<(DeviceId, PatientId), Reason>> = BTreeMap::new();
        let mut find = |identity: &DeviceIdentity| {
            *known.entry(identity.to_string()).or_insert_with_key(|name| self.registered(name))
        };
        let sender = message.sender.as_ref().map(&mut find);
        let mut devices = Vec::with_capacity(message.rows.len());
        let mut patient = sender.and_then(Result::ok).map(|(_, patient)| patient);
        for row in &message.rows {
            let own = row.device.as_ref().map(&mut find);
            let (device, owner) = by_whom(own, sender)?;
            if patient.is_some_and(|patient| patient != owner) {
                return Err(Reason::DeviceElsewhere);
            }
            patient = Some(owner);
            devices.push(device);
        }
        let patient = match (patient, sender) {
            (Some(patient), _) => patient,
            (None, Some(Err(reason))) => return Err(reason),
            (None, _) => return Err(Reason::PatientUnknown),
        };
        let bedside = self.bedsides.get(&patient).ok_or(Reason::PatientUnknown)?;
        // Before streams and keys are on the ledger nothing can be sealed; the device sends again.
        let ready = !self.is_recovering()
            && [Category::Vitals, Category::Waveforms, Category::Alarms]
                .into_iter()
                .all(|category| bedside.place(self.state(), &self.hub(), category).is_some());
        if !ready {
            return Err(Reason::NotReady);
        }
        let mut named = message
            .patient
            .iter()
            .map(|identifier| identifier.id.as_str())
            .filter(|id| !id.is_empty())
            .peekable();
        if named.peek().is_some() && !bedside.is_named_by(named) {
            return Err(Reason::OtherPatient);
        }
        Ok(Route { patient, devices })
    }

    /// A device that is registered, in use and assigned to a patient whom this hub keeps.
    fn registered(&self, identity: &str) -> Result<(DeviceId, PatientId), Reason> {
        let found = self.state().devices().find(|(_, device)| device.identity == identity);
        let (id, device) = found.ok_or(Reason::DeviceUnknown)?;
        if device.retired.is_some() {
            return Err(Reason::DeviceRetired);
        }
        let patient = device.patient.ok_or(Reason::DeviceUnassigned)?;
        if self.bedsides.contains_key(&patient) { Ok((*id, patient)) } else { Err(Reason::DeviceElsewhere) }
    }
}

/// The device of a row: its own; the sender's where the row names none, or one that was never registered. One that is
/// retired or belongs elsewhere is never passed over.
fn by_whom(
    own: Option<Result<(DeviceId, PatientId), Reason>>,
    sender: Option<Result<(DeviceId, PatientId), Reason>>,
) -> Result<(DeviceId, PatientId), Reason> {
    match (own, sender) {
        (Some(Ok(found)), _) => Ok(found),
        (None | Some(Err(Reason::DeviceUnknown)), Some(Ok(found))) => Ok(found),
        (Some(Err(reason)), _) | (None, Some(Err(reason))) => Err(reason),
        (None, None) => Err(Reason::PatientUnknown),
    }
}
