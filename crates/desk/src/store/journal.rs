//! What is told about this person: openings of patients' records and security events, until they stand in the outbox.

use super::{Store, StoreError, numbers, outbox};
use sqlx::Connection as _;
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::{PatientId, UnixMillis, codec};
use wl_wire::access::{AccessReceipt, MAX_OPENINGS, MAX_RECEIPT_BYTES, Opening};
use wl_wire::security::{MAX_EVENTS, MAX_REPORT_BYTES, SecurityEvent, SecurityReport};

impl Store {
    /// Keeps an opening, durably: only then may its view be answered. If it stops after this, the next start sends it.
    ///
    /// # Errors
    /// [`StoreError`]: then the record stays closed.
    pub async fn keep_opening(&self, patient: &PatientId, opening: &Opening) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut *writer).await?;
        let done = sqlx::query("INSERT INTO openings (patient, at, body) VALUES (?, ?, ?)")
            .bind(patient.as_bytes().as_slice())
            .bind(opening.at.0)
            .bind(codec::encode(opening))
            .execute(&mut *writer)
            .await;
        sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *writer).await?;
        done?;
        Ok(())
    }

    /// Patients whose openings wait, with the time of the oldest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn waiting_openings(&self) -> Result<Vec<(PatientId, UnixMillis)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT patient, MIN(at) FROM openings GROUP BY patient ORDER BY MIN(id)")
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter()
            .map(|(patient, at)| {
                Ok((PatientId::from_bytes(numbers::bytes(&patient, "patient")?), UnixMillis(at)))
            })
            .collect()
    }

    /// Moves the openings of a patient into receipts in the outbox, in one transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn batch_openings(&self, patient: &PatientId) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT body FROM openings WHERE patient = ? ORDER BY id")
            .bind(patient.as_bytes().as_slice())
            .fetch_all(&mut *tx)
            .await?;
        let openings: Vec<Opening> = rows
            .iter()
            .map(|(body,)| codec::decode(body, MAX_RECEIPT_BYTES).map_err(|_| StoreError::Column("body")))
            .collect::<Result<_, _>>()?;
        for some in openings.chunks(MAX_OPENINGS) {
            let receipt =
                AccessReceipt::new(*patient, some.to_vec()).map_err(|_| StoreError::Column("body"))?;
            let subject = Subject::Access(*patient);
            outbox::insert(&mut tx, &subject, RecordKind::AccessReceipt, None, &receipt.to_bytes()).await?;
        }
        sqlx::query("DELETE FROM openings WHERE patient = ?")
            .bind(patient.as_bytes().as_slice())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Counts events in, durably and all at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notice(&self, events: &[SecurityEvent]) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        for event in events {
            let alike = codec::encode(&(event.kind, event.key, event.height, event.stream));
            let known: Option<(Vec<u8>,)> = sqlx::query_as("SELECT body FROM noticed WHERE alike = ?")
                .bind(alike.as_slice())
                .fetch_optional(&mut *tx)
                .await?;
            let mut counted = event.clone();
            if let Some((body,)) = known {
                let before: SecurityEvent =
                    codec::decode(&body, MAX_REPORT_BYTES).map_err(|_| StoreError::Column("body"))?;
                counted.add(&before);
            }
            sqlx::query(
                "INSERT INTO noticed (alike, body) VALUES (?, ?)
                 ON CONFLICT (alike) DO UPDATE SET body = excluded.body",
            )
            .bind(alike)
            .bind(codec::encode(&counted))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Moves the counted events into reports in the outbox, in one transaction. Returns whether there were any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn batch_noticed(&self) -> Result<bool, StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        let rows: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT body FROM noticed ORDER BY id").fetch_all(&mut *tx).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        let events: Vec<SecurityEvent> = rows
            .iter()
            .map(|(body,)| codec::decode(body, MAX_REPORT_BYTES).map_err(|_| StoreError::Column("body")))
            .collect::<Result<_, _>>()?;
        for some in events.chunks(MAX_EVENTS) {
            let report = SecurityReport::new(some.to_vec()).map_err(|_| StoreError::Column("body"))?;
            let kind = RecordKind::SecurityEvent;
            outbox::insert(&mut tx, &Subject::Security, kind, None, &report.to_bytes()).await?;
        }
        sqlx::query("DELETE FROM noticed").execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(true)
    }
}
