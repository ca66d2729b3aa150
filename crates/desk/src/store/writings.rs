//! What people wrote about patients, as opened.

use super::numbers::{self, height_of, seq_of};
use super::{Store, StoreError};
use crate::opener::{Content, Opened};
use crate::ward::RecordRef;
use crate::written::Written;
use sqlx::SqliteConnection;
use wl_ledger::{Hash, KeyId, PatientId, StreamId, UnixMillis};
use wl_vitals::writing::Writing;

/// An opened writing on its way into the store.
pub(super) struct NewWriting {
    patient: PatientId,
    written: Written,
}

impl NewWriting {
    /// None while it is sealing: then it comes again with its block.
    pub(super) fn of(opened: &Opened) -> Option<Self> {
        let Content::Writing(writing) = opened.content() else { return None };
        Some(Self { patient: opened.place().patient, written: Written::of(opened, writing)? })
    }

    pub(super) async fn insert(&self, tx: &mut SqliteConnection) -> Result<(), StoreError> {
        let written = &self.written;
        sqlx::query(
            "INSERT INTO writings (stream, seq, height, idx, patient, author, sequenced, hash, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, seq) DO NOTHING",
        )
        .bind(i64::from(written.place.stream.0))
        .bind(numbers::seq(written.place.seq)?)
        .bind(numbers::height(written.order.0)?)
        .bind(i64::from(written.order.1))
        .bind(self.patient.as_bytes().as_slice())
        .bind(written.by.as_bytes().as_slice())
        .bind(written.sequenced.0)
        .bind(written.record.as_bytes().as_slice())
        .bind(written.writing.to_bytes())
        .execute(tx)
        .await?;
        Ok(())
    }
}

type Row = (i64, i64, i64, i64, Vec<u8>, Vec<u8>, i64, Vec<u8>, Vec<u8>);

impl Store {
    /// What was written about one patient, or about all, in chain order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn written(&self, of: Option<&PatientId>) -> Result<Vec<(PatientId, Written)>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT stream, seq, height, idx, patient, author, sequenced, hash, body FROM writings
             WHERE ?1 IS NULL OR patient = ?1 ORDER BY height, idx",
        )
        .bind(of.map(|patient| patient.as_bytes().as_slice()))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(written_of).collect()
    }
}

fn written_of(row: Row) -> Result<(PatientId, Written), StoreError> {
    let (stream, seq, height, index, patient, author, sequenced, hash, body) = row;
    let written = Written {
        record: Hash::from_bytes(numbers::bytes(&hash, "hash")?),
        place: RecordRef { stream: StreamId(numbers::small(stream, "stream")?), seq: seq_of(seq)? },
        by: KeyId::from_bytes(numbers::bytes(&author, "author")?),
        order: (height_of(height)?, numbers::small(index, "idx")?),
        sequenced: UnixMillis(sequenced),
        writing: Writing::from_bytes(&body).map_err(|_| StoreError::Column("body"))?,
    };
    Ok((PatientId::from_bytes(numbers::bytes(&patient, "patient")?), written))
}
