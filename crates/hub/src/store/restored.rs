//! Where the guardians' backup goes, and that a restored hub has to learn the tails of its streams before it writes.

use super::{StoreError, Tx, signed};
use sqlx::Row as _;
use wl_ledger::{Hash, Seq, StreamId};

/// Notes that this store came from a backup.
pub async fn begin(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO restored (one) VALUES (1)").execute(&mut **tx).await?;
    Ok(())
}

/// Whether tails are still to be learnt.
pub async fn is_pending(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM restored").fetch_one(&mut **tx).await?;
    Ok(count > 0)
}

/// Keeps the tails that the chain shows, all sealed, and notes that they are learnt.
pub async fn finish(tx: &mut Tx<'_>, tails: &[(StreamId, Seq, Hash)]) -> Result<(), StoreError> {
    for (stream, seq, hash) in tails {
        sqlx::query(
            "INSERT OR REPLACE INTO tail (stream, seq, hash, sealed_seq, sealed_hash) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(i64::from(stream.0))
        .bind(signed(seq.0))
        .bind(hash.as_bytes().as_slice())
        .bind(signed(seq.0))
        .bind(hash.as_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    }
    sqlx::query("DELETE FROM restored").execute(&mut **tx).await?;
    Ok(())
}

/// Keeps where backups go and to whom they are sealed.
pub async fn put_target(tx: &mut Tx<'_>, recipient: &str, folder: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT OR REPLACE INTO backup (one, recipient, folder) VALUES (1, ?, ?)")
        .bind(recipient)
        .bind(folder)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Recipient and folder of the backups, if there are any.
pub async fn target(tx: &mut Tx<'_>) -> Result<Option<(String, String)>, StoreError> {
    let row = sqlx::query("SELECT recipient, folder FROM backup").fetch_optional(&mut **tx).await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
}
