//! What an ended agreement takes away: opened content goes, ciphertext and proofs stay.

use super::{Store, StoreError};
use sqlx::Connection as _;
use wl_ledger::{Category, PatientId, StreamId};

impl Store {
    /// Removes the opened content of a patient's category, whose streams are `streams`, and lets their records wait
    /// again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge(
        &self,
        patient: &PatientId,
        category: Category,
        streams: &[StreamId],
    ) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        if category == Category::Identity {
            sqlx::query("DELETE FROM identities WHERE patient = ?")
                .bind(patient.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        }
        for stream in streams {
            let stream = i64::from(stream.0);
            sqlx::query("DELETE FROM series WHERE stream = ?").bind(stream).execute(&mut *tx).await?;
            sqlx::query("DELETE FROM alarm_steps WHERE stream = ?").bind(stream).execute(&mut *tx).await?;
            sqlx::query("DELETE FROM writings WHERE stream = ?").bind(stream).execute(&mut *tx).await?;
            sqlx::query("UPDATE records SET state = 0 WHERE stream = ? AND state IN (1, 2)")
                .bind(stream)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        self.digests.clear();
        Ok(())
    }
}
