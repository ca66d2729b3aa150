//! How far tries of a patient's passphrases are slowed down, kept with everything else.

use super::{Core, CoreError};
use crate::consent::Throttle;
use crate::store::{self, StoreError};
use wl_ledger::PatientId;

impl Core {
    /// How far the passphrases of a patient are slowed down.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn throttle(&mut self, patient: &PatientId) -> Result<Throttle, CoreError> {
        let mut tx = self.store.begin().await?;
        Ok(store::throttle::of(&mut tx, patient).await?)
    }

    /// Keeps it, durably.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn keep_throttle(&mut self, patient: &PatientId, throttle: &Throttle) -> Result<(), CoreError> {
        let mut tx = self.store.begin().await?;
        store::throttle::keep(&mut tx, patient, throttle).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}
