//! What people signed about this hub's patients: how far it was read, and what waits for a second signature.

use super::{StoreError, Tx, fixed, signed, unsigned};
use sqlx::Row as _;
use wl_ledger::{Hash, Height, KeyId, PatientId, Seq, StreamId};

/// A change of limits that waits.
pub struct AwaitingRow {
    /// Who signed it.
    pub author: KeyId,
    /// Its opened bytes.
    pub body: Vec<u8>,
}

/// The next block to look through.
pub async fn cursor(tx: &mut Tx<'_>) -> Result<Height, StoreError> {
    let next: Option<i64> =
        sqlx::query_scalar("SELECT next FROM heard_height WHERE one = 1").fetch_optional(&mut **tx).await?;
    Ok(Height(unsigned(next.unwrap_or(0), "height")?))
}

/// Moves on to a block.
pub async fn move_to(tx: &mut Tx<'_>, next: Height) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO heard_height (one, next) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET next = excluded.next",
    )
    .bind(signed(next.0))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Remembers a record. False if it, or a later one of its stream, was heard before.
pub async fn take(tx: &mut Tx<'_>, stream: StreamId, seq: Seq) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO heard (stream, seq) VALUES (?, ?)
         ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > heard.seq",
    )
    .bind(i64::from(stream.0))
    .bind(signed(seq.0))
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a change of limits until a second person signs.
pub async fn wait(
    tx: &mut Tx<'_>,
    record: &Hash,
    patient: &PatientId,
    author: &KeyId,
    body: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO awaiting (record, patient, author, body) VALUES (?, ?, ?, ?)")
        .bind(record.as_bytes().as_slice())
        .bind(patient.as_bytes().as_slice())
        .bind(author.as_bytes().as_slice())
        .bind(body)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The change of a patient's limits that waits under a name.
pub async fn awaiting(
    tx: &mut Tx<'_>,
    record: &Hash,
    patient: &PatientId,
) -> Result<Option<AwaitingRow>, StoreError> {
    let row = sqlx::query("SELECT author, body FROM awaiting WHERE record = ? AND patient = ?")
        .bind(record.as_bytes().as_slice())
        .bind(patient.as_bytes().as_slice())
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| {
        Ok(AwaitingRow {
            author: KeyId::from_bytes(fixed(row.try_get(0)?, "author")?),
            body: row.try_get(1)?,
        })
    })
    .transpose()
}

/// Forgets every waiting change of a patient: other limits are in force now.
pub async fn settle(tx: &mut Tx<'_>, patient: &PatientId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM awaiting WHERE patient = ?")
        .bind(patient.as_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
