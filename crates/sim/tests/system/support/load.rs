//! Messages with different times and values, each of which must come once to the ledger and once to the workstation.

use super::device::{Device, heart_rate, report};
use super::ledger::Ledger;
use super::system::System;
use super::{Station, readings};
use std::collections::BTreeMap;
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_sim::hospital::now;

pub(crate) const DEVICE: &str = "02DE30FFFE00AA01";
const HEART_RATE: u32 = 147_842;

/// What was sent so far.
pub(crate) struct Load {
    start: UnixMillis,
    sent: usize,
}

impl Load {
    pub(crate) fn new() -> Self {
        Self { start: now().plus(-30_000), sent: 0 }
    }

    /// Sends so many messages, each of which must be answered AA.
    pub(crate) async fn send(&mut self, device: &mut Device, count: usize) {
        for _ in 0..count {
            let value = (60 + self.sent % 30).to_string();
            let control = format!("C{}", self.sent);
            let message =
                report(DEVICE, Some("MRN-1"), &control, self.taken(self.sent), &[heart_rate(&value)]);
            device.must(&message).await;
            self.sent += 1;
        }
    }

    fn taken(&self, number: usize) -> UnixMillis {
        self.start.plus(i64::try_from(number).unwrap() * 20)
    }

    /// Every message is on the ledger exactly once, in order and verified, and the workstation opens just those values.
    pub(crate) async fn check(&self, system: &System, station: &Station, patient: PatientId) {
        self.check_without(system, station, patient, &[]).await;
    }

    /// The same, but for messages of these numbers, which are nowhere.
    pub(crate) async fn check_without(
        &self,
        system: &System,
        station: &Station,
        patient: PatientId,
        lost: &[usize],
    ) {
        let ledger = Ledger::read(&station.client(&system.answer), &system.answer).await;
        assert_eq!(ledger.about(patient, Category::Vitals, RecordKind::Frame), self.sent - lost.len());
        let opened = readings::opened(station, HEART_RATE).await.unwrap();
        let expected: BTreeMap<_, _> = (0..self.sent)
            .filter(|number| !lost.contains(number))
            .map(|number| {
                let time = jiff::Timestamp::from_millisecond(self.taken(number).0).unwrap();
                let time = time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
                ((time, (60 + number % 30).to_string()), 1)
            })
            .collect();
        assert_eq!(opened, expected);
    }
}
