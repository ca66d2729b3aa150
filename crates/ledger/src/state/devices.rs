//! Devices: registered, assigned and retired by administrators.

use super::signers::{Act, absent};
use super::{Device, DeviceAt, State, StateError};
use crate::{DeviceId, Height, PatientId};

impl State {
    /// A device as it was in the block at `height`; none where it was not registered yet, or retired.
    pub fn device_at(&self, device: DeviceId, height: Height) -> Option<DeviceAt> {
        let registered = self.devices.get(&device)?;
        if height < registered.since || registered.retired.is_some_and(|retired| retired <= height) {
            return None;
        }
        let assigned = self.assignments.get(&device).into_iter().flatten();
        let last = assigned.take_while(|(since, _)| *since <= height).last();
        Some(DeviceAt { patient: last.and_then(|(_, patient)| *patient) })
    }

    /// The spans of heights in which a device measured a patient and nobody else had it: from the height at which somebody
    /// else's assignment ended (none: from the beginning) to the one at which somebody else's began (none: still). Spans in which it
    /// was assigned to nobody count with those beside them, since a device may send before and after it is assigned.
    pub fn device_spans(
        &self,
        device: DeviceId,
        patient: &PatientId,
    ) -> Vec<(Option<Height>, Option<Height>)> {
        let (mut spans, mut from, mut is_theirs, mut was_others) = (Vec::new(), None, false, false);
        for (since, holder) in self.assignments.get(&device).into_iter().flatten() {
            if was_others {
                from = Some(*since);
            }
            was_others = holder.as_ref().is_some_and(|holder| holder != patient);
            if was_others && is_theirs {
                spans.push((from, Some(*since)));
            }
            is_theirs = !was_others && (is_theirs || holder.is_some());
        }
        if is_theirs {
            spans.push((from, None));
        }
        spans
    }

    pub(super) fn register_device(
        &mut self,
        id: DeviceId,
        identity: &str,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_admins(act, 1)?;
        if self.next_device() != Some(id) {
            return Err(StateError::NotNext("device"));
        }
        absent(self.devices.values().any(|device| device.identity == identity), "device")?;
        let device =
            Device { identity: identity.to_owned(), patient: None, since: act.place.height, retired: None };
        self.put_device(id, device, act.place.height);
        Ok(())
    }

    pub(super) fn assign_device(
        &mut self,
        id: DeviceId,
        patient: Option<PatientId>,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_admins(act, 1)?;
        let device = self.device_in_use(id)?;
        if patient.is_some_and(|patient| !self.patients.contains_key(&patient)) {
            return Err(StateError::Unknown("patient"));
        }
        self.put_device(id, Device { patient, ..device }, act.place.height);
        Ok(())
    }

    pub(super) fn retire_device(&mut self, id: DeviceId, act: &Act<'_>) -> Result<(), StateError> {
        self.need_admins(act, 1)?;
        let device = self.device_in_use(id)?;
        let height = act.place.height;
        self.put_device(id, Device { patient: None, retired: Some(height), ..device }, height);
        Ok(())
    }

    fn device_in_use(&self, id: DeviceId) -> Result<Device, StateError> {
        let device = self.devices.get(&id).cloned().ok_or(StateError::Unknown("device"))?;
        if device.retired.is_some() { Err(StateError::Ended("device")) } else { Ok(device) }
    }
}
