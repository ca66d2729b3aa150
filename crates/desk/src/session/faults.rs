//! The technical alarms of this workstation: silence of gateway and hubs, a clock that is off, records that fail.

use super::Core;
use crate::opener::Access;
use std::collections::BTreeSet;
use wl_ledger::{Category, KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{Fault, Priority, silence};

/// How long after the start silence is no alarm yet: everybody is being heard for the first time, in milliseconds.
const GRACE: i64 = 30_000;

/// How long a record that a hub could not deliver calls for attention, in milliseconds: two rounds of a ward that looks
/// every hour. Its hub's row in the settings keeps the count.
const LOSS_CALLS: i64 = 2 * 3_600_000;

impl Core {
    /// Looks at everything this workstation relies on, and calls for attention where it fails.
    pub(super) fn watch_sources(&mut self, now: UnixMillis) {
        let heard = |hearing: Option<crate::sync::Hearing>| match hearing {
            Some(hearing) => hearing.age(now),
            None => now.since(self.begun),
        };
        let settled = now.since(self.begun) >= GRACE;
        let gateway = heard(self.freshness.gateway());
        let hubs: Vec<(KeyId, i64)> =
            self.hubs_watched().into_iter().map(|hub| (hub, heard(self.freshness.hub(&hub)))).collect();
        let clock_off = self.freshness.gateway().and_then(|hearing| hearing.clock_off()).is_some();
        let failed = self.counters.failures > 0;
        let unreadable = self.unreadable(now);
        let no_sound = self.no_sound;
        let before: Vec<Fault> = self.faults.standing().map(|(fault, _)| *fault).collect();
        let faults = &mut self.faults;
        faults.set(Fault::GatewaySilent, silence(gateway).filter(|_| settled), now);
        let known: BTreeSet<KeyId> = hubs.iter().map(|(hub, _)| *hub).collect();
        faults.retain(
            |fault| !matches!(fault, Fault::HubSilent(hub) | Fault::RecordsLost(hub) if !known.contains(hub)),
        );
        for (hub, age) in hubs {
            let lost = self.freshness.lost(&hub).filter(|lost| now.since(lost.last) < LOSS_CALLS);
            faults.set(Fault::RecordsLost(hub), lost.map(|_| Priority::Low), now);
            faults.set(Fault::HubSilent(hub), silence(age).filter(|_| settled), now);
        }
        faults.set(Fault::ClockWrong, clock_off.then_some(Priority::Medium), now);
        faults.set(Fault::Unverified, failed.then_some(Priority::Medium), now);
        faults.set(Fault::NoSound, (no_sound && settled).then_some(Priority::Medium), now);
        faults.retain(|fault| !matches!(fault, Fault::Unreadable(patient) if !unreadable.contains(patient)));
        for patient in unreadable {
            faults.set(Fault::Unreadable(patient), Some(Priority::Medium), now);
        }
        let calls = faults.calls(now);
        self.changes.faults_turned |= !self.faults.standing().map(|(fault, _)| *fault).eq(before);
        self.changes.faults.extend(calls);
    }

    /// The patients whose alarms this reader is let read, and for some time cannot: their keys have not come or are gone.
    fn unreadable(&mut self, now: UnixMillis) -> Vec<PatientId> {
        let time = self.deciding_time(now);
        let state = self.engine.verifier().shared_state();
        let missing = |patient: &PatientId| {
            let access = self.opener.access(&state, patient, Category::Alarms, time);
            matches!(access, Access::Granted { .. })
                && state.generation(patient, Category::Alarms).is_some()
                && !self.opener.holds(patient, Category::Alarms)
        };
        let missing: BTreeSet<PatientId> =
            state.patients().map(|(patient, _)| *patient).filter(missing).collect();
        self.unreadable.retain(|patient, _| missing.contains(patient));
        for patient in missing {
            self.unreadable.entry(patient).or_insert(now);
        }
        let long = self.unreadable.iter().filter(|(_, since)| now.since(**since) >= GRACE);
        long.map(|(patient, _)| *patient).collect()
    }

    /// The hubs of patients whose alarms this reader gets.
    fn hubs_watched(&self) -> BTreeSet<KeyId> {
        let alarms = self.opener.readable().filter(|(_, category)| *category == Category::Alarms);
        alarms.filter_map(|(patient, _)| self.state().patient(&patient).map(|known| known.hub)).collect()
    }
}
