//! Streams that were broken by a record which the gateway refused for good.

use super::{StoreError, Tx, narrow};
use sqlx::Row as _;
use wl_ledger::{StreamId, UnixMillis};

/// A stream in which nothing can follow any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BrokenRow {
    /// Stream.
    pub stream: StreamId,
    /// When its records were signed anew in another stream.
    pub mended: Option<UnixMillis>,
}

/// Notes that a stream is broken; in the same transaction as what became of the record.
pub async fn note(tx: &mut Tx<'_>, stream: StreamId, since: UnixMillis) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO broken (stream, since) VALUES (?, ?)")
        .bind(i64::from(stream.0))
        .bind(since.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that none of its records waits any more; in the same transaction as their new form.
pub async fn mended(tx: &mut Tx<'_>, stream: StreamId, at: UnixMillis) -> Result<(), StoreError> {
    sqlx::query("UPDATE broken SET mended = ? WHERE stream = ?")
        .bind(at.0)
        .bind(i64::from(stream.0))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// All of them, mended ones too.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<BrokenRow>, StoreError> {
    let rows = sqlx::query("SELECT stream, mended FROM broken ORDER BY stream").fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            Ok(BrokenRow {
                stream: StreamId(narrow(row.try_get(0)?, "stream")?),
                mended: row.try_get::<Option<i64>, _>(1)?.map(UnixMillis),
            })
        })
        .collect()
}
