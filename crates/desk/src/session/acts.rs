//! What this person and this workstation do about alarms: durable first, then shown, then sent.

use super::Core;
use crate::opener::Access;
use crate::store::{Outgoing, StoreError};
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{Act, AlarmId, Deed, Receipt};

/// How a workstation takes part in the delivery of alarms.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Attendance {
    /// No window listens: what arrives here reaches nobody.
    #[default]
    Nobody,
    /// A window shows alarms.
    Window,
}

impl Core {
    /// Says whether a window shows what arrives here.
    pub fn set_attendance(&mut self, attendance: Attendance) {
        self.attendance = attendance;
    }

    /// The person behind this key, by the ledger.
    pub(crate) fn person(&self) -> Option<KeyId> {
        self.state().person_of(&self.me)
    }

    /// Queues acts about alarms, durably and all or none. Only then are they shown.
    ///
    /// If it stops before the commit, nothing was done; after it, they are sent at the next start at the latest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn queue_acts(&mut self, acts: Vec<(PatientId, Act)>) -> Result<(), StoreError> {
        let Some(store) = self.store().filter(|_| !acts.is_empty()) else { return Ok(()) };
        store.queue_acts(&acts).await?;
        for (_, act) in acts {
            self.changes.alarms.extend(act.alarm());
            self.inbox.add_own(self.me, act);
        }
        Ok(())
    }

    /// Tells of alarms that call and have arrived here, once for each call. A locked workstation, or one without a window,
    /// tells nothing: to the hub it is as if nobody was there. Returns whether there was something to tell.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn tell_delivered(&mut self, now: UnixMillis) -> Result<bool, StoreError> {
        if self.attendance == Attendance::Nobody || self.keys().is_none() || !self.answers_alarms() {
            return Ok(false);
        }
        let acts = self.untold(now, |receipt| receipt.delivered.is_none(), Act::Delivered, |_| true);
        let some = !acts.is_empty();
        self.queue_acts(acts).await?;
        Ok(some)
    }

    /// Tells that these alarms stood on the screen in front of somebody, once for each call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn tell_seen(&mut self, alarms: &[AlarmId], now: UnixMillis) -> Result<(), StoreError> {
        if !self.answers_alarms() {
            return Ok(());
        }
        let acts =
            self.untold(now, |receipt| receipt.seen.is_none(), Act::Seen, |alarm| alarms.contains(alarm));
        self.queue_acts(acts).await
    }

    /// Whether this key may answer alarms; who only reads them tells of nothing.
    pub(crate) fn answers_alarms(&self) -> bool {
        crate::outbox::may_acknowledge(self.state(), &self.me)
    }

    fn untold(
        &mut self,
        now: UnixMillis,
        is_open: impl Fn(&Receipt) -> bool,
        act: fn(Deed) -> Act,
        wanted: impl Fn(&AlarmId) -> bool,
    ) -> Vec<(PatientId, Act)> {
        let time = self.deciding_time(now);
        let mut acts = Vec::new();
        for (alarm, entry) in self.inbox.live().filter(|(alarm, entry)| entry.is_open() && wanted(alarm)) {
            let patient = entry.patient();
            let access = self.opener.access(self.state(), &patient, Category::Alarms, time);
            let (Some(life), Access::Granted { .. }) = (entry.life(), access) else { continue };
            let told = life.receipts().iter().find(|receipt| receipt.by == self.me);
            if told.is_none_or(&is_open) {
                let deed = Deed { alarm: *alarm, at: now, episode: life.alarm().episodes };
                acts.push((patient, act(deed)));
            }
        }
        acts
    }

    /// Shows what stands in the outbox and is not in the chain yet.
    pub(super) fn show_outgoing(&mut self, outbox: Vec<Outgoing>) {
        let cleared = self.inbox.clear_own();
        self.changes.alarms.extend(cleared);
        self.refused.clear();
        for outgoing in outbox {
            let Some(alarm) = outgoing.alarm else { continue };
            if outgoing.refused.is_some() {
                self.refused.insert(alarm);
                continue;
            }
            match outgoing.kind {
                RecordKind::Acknowledgement => {
                    let ack = wl_vitals::alarm::AlarmAck::from_bytes(&outgoing.body);
                    self.inbox.set_pending(&alarm, ack.map(|ack| ack.at).ok());
                }
                RecordKind::Act => {
                    let Ok(act) = Act::from_bytes(&outgoing.body) else { continue };
                    self.inbox.add_own(self.me, act);
                }
                _ => continue,
            }
            self.changes.alarms.insert(alarm);
        }
    }
}
