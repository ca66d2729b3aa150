//! The desk's own records on their way into the ledger. What is acknowledged to a person is durable here first.

use super::numbers::{self, seq_of};
use super::{Store, StoreError};
use sqlx::Connection as _;
use wl_ledger::{PatientId, Seq, StreamId};
use wl_vitals::alarm::AlarmId;
use wl_wire::messages::Item;

/// One acknowledgement on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// Its number in the outbox.
    pub id: i64,
    /// Whose alarm.
    pub patient: PatientId,
    /// Which alarm.
    pub alarm: AlarmId,
    /// What the person did, as the record will hold it.
    pub body: Vec<u8>,
    /// The signed and sealed record with its place, once its stream is open. It is sent unchanged until it is sealed.
    pub signed: Option<(StreamId, Seq, Item)>,
    /// Why the ledger refused it for good.
    pub refused: Option<String>,
}

type Row = (i64, Vec<u8>, Vec<u8>, Vec<u8>, Option<i64>, Option<i64>, Option<Vec<u8>>, Option<String>);

impl Store {
    /// Queues an acknowledgement and makes it durable, whatever the database's usual pace.
    ///
    /// If it stops before the commit, the person was not told that anything happened; after it, it is sent at the
    /// next start at the latest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn queue(&self, patient: &PatientId, alarm: &AlarmId, body: &[u8]) -> Result<i64, StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut *writer).await?;
        let done = sqlx::query("INSERT INTO outbox (patient, alarm, body) VALUES (?, ?, ?)")
            .bind(patient.as_bytes().as_slice())
            .bind(alarm.as_bytes().as_slice())
            .bind(body)
            .execute(&mut *writer)
            .await;
        sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *writer).await?;
        Ok(done?.last_insert_rowid())
    }

    /// Fixes the record of a queued acknowledgement, durably, before it is sent for the first time: a place in a
    /// stream must never be signed twice.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn fix(&self, id: i64, stream: StreamId, seq: Seq, item: &Item) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut *writer).await?;
        let done =
            sqlx::query("UPDATE outbox SET stream = ?, seq = ?, item = ? WHERE id = ? AND item IS NULL")
                .bind(i64::from(stream.0))
                .bind(numbers::seq(seq)?)
                .bind(wl_ledger::codec::encode(item))
                .bind(id)
                .execute(&mut *writer)
                .await;
        sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *writer).await?;
        done?;
        Ok(())
    }

    /// Takes out what stands in the verified chain by now, and returns how many that were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle(&self) -> Result<u64, StoreError> {
        let mut writer = self.writer().await;
        let done = sqlx::query(
            "DELETE FROM outbox WHERE EXISTS
               (SELECT 1 FROM records WHERE records.stream = outbox.stream AND records.seq = outbox.seq)",
        )
        .execute(&mut *writer)
        .await?;
        Ok(done.rows_affected())
    }

    /// Notes that the ledger refused a queued acknowledgement for good. It stays, so that people can see it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refuse(&self, id: i64, reason: &str) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        sqlx::query("UPDATE outbox SET refused = ? WHERE id = ?")
            .bind(reason)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Everything queued, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox(&self) -> Result<Vec<Outgoing>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, patient, alarm, body, stream, seq, item, refused FROM outbox ORDER BY id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(outgoing_of).collect()
    }
}

fn outgoing_of(row: Row) -> Result<Outgoing, StoreError> {
    let (id, patient, alarm, body, stream, seq, item, refused) = row;
    let signed = match (stream, seq, item) {
        (Some(stream), Some(seq), Some(item)) => Some((
            StreamId(numbers::small(stream, "stream")?),
            seq_of(seq)?,
            wl_ledger::codec::decode(&item, wl_wire::messages::MAX_REQUEST_BYTES)
                .map_err(|_| StoreError::Column("item"))?,
        )),
        _ => None,
    };
    Ok(Outgoing {
        id,
        patient: PatientId::from_bytes(numbers::bytes(&patient, "patient")?),
        alarm: AlarmId::from_bytes(numbers::bytes(&alarm, "alarm")?),
        body,
        signed,
        refused,
    })
}
