//! Alarms that are over lie in the store and come into memory when somebody looks at them.

use super::Core;
use crate::store::{OverQuery, StoreError};
use wl_ledger::{PatientId, UnixMillis};
use wl_vitals::alarm::AlarmId;

/// Alarms that are over and shown at once at most.
pub(crate) const MOST_OVER: usize = 50;
/// Alarms whose steps are asked for in one go: SQLite bounds how many values one question has.
const AT_ONCE: usize = 500;

impl Core {
    /// Brings the newest alarms that are over and fit into memory, one more than are shown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn load_over(&mut self, query: &OverQuery) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        let most = u32::try_from(MOST_OVER + 1).unwrap_or(u32::MAX);
        let alarms = store.alarms_over(query, most).await?;
        self.load(&alarms).await
    }

    /// Brings the alarms into memory that were raised since a time: all of them, or those of one patient.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn load_since(
        &mut self,
        patient: Option<&PatientId>,
        since: UnixMillis,
    ) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        let alarms = store.alarms_since(patient, since).await?;
        self.load(&alarms).await
    }

    /// Brings an alarm into memory that somebody names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn load_alarm(&mut self, alarm: &AlarmId) -> Result<(), StoreError> {
        self.load(&[*alarm]).await
    }

    /// How many alarms are in memory.
    pub fn alarms_held(&self) -> usize {
        self.inbox.entries().count()
    }

    async fn load(&mut self, alarms: &[AlarmId]) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        let absent: Vec<AlarmId> =
            alarms.iter().filter(|alarm| self.inbox.entry(alarm).is_none()).copied().collect();
        for some in absent.chunks(AT_ONCE) {
            for step in store.steps_of(some).await? {
                self.inbox.restore(&step);
            }
        }
        Ok(())
    }
}
