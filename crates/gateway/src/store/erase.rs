//! Erasing bodies: in the database, in its free pages, and in the write-ahead log.

use super::{PLACES, Store, StoreError, first_place};
use crate::feed::Ordered;
use sqlx::Connection as _;
use wl_ledger::Seq;

impl Store {
    /// Deletes salt and ciphertext of every record that an order reaches, in one transaction with their number, and
    /// returns it; the same number again if it was done before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn erase(&self, ordered: &Ordered) -> Result<u64, StoreError> {
        let id = ordered.order.id.as_bytes().as_slice();
        let end = first_place(ordered.order.up_to)?.saturating_add(PLACES);
        let mut writer = self.writer.lock().await;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT records FROM erasures WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(known) = known {
            return u64::try_from(known).map_err(|_| StoreError::Range("erased records"));
        }
        let mut records = 0u64;
        for (stream, first, last) in &ordered.ranges {
            let done = sqlx::query(
                "UPDATE entries SET salt = NULL, ciphertext = NULL
                 WHERE lane = 1 AND stream = ? AND seq BETWEEN ? AND ? AND place < ? AND salt IS NOT NULL",
            )
            .bind(i64::from(stream.0))
            .bind(column(*first))
            .bind(column(*last))
            .bind(end)
            .execute(&mut *transaction)
            .await?;
            records = records.saturating_add(done.rows_affected());
        }
        sqlx::query("INSERT INTO erasures (id, records) VALUES (?, ?)")
            .bind(id)
            .bind(i64::try_from(records).map_err(|_| StoreError::Range("erased records"))?)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(records)
    }

    /// Moves the write-ahead log into the database and cuts it to nothing, so that no former page is left in it.
    /// Returns false when a reader held it back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn empty_log(&self) -> Result<bool, StoreError> {
        let mut writer = self.writer.lock().await;
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *writer).await?;
        Ok(busy == 0)
    }
}

/// A number of a stream; beyond the column's range there is none.
fn column(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}
