//! The verified control lane.

use super::{StoreError, Tx, signed};
use sqlx::Row as _;
use wl_ledger::Height;
use wl_ledger::block::LaneItem;
use wl_ledger::codec;

/// Largest stored lane item.
const MAX_ITEM: usize = 16 * 1024 * 1024;

/// Adds a verified item.
pub async fn put(tx: &mut Tx<'_>, height: Height, item: &LaneItem) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO lane (height, item) VALUES (?, ?)")
        .bind(signed(height.0))
        .bind(codec::encode(item))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Everything that was verified, from genesis on.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<LaneItem>, StoreError> {
    let rows = sqlx::query("SELECT item FROM lane ORDER BY height").fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let bytes: Vec<u8> = row.try_get(0)?;
            codec::decode(&bytes, MAX_ITEM).map_err(|_| StoreError::Damaged("lane item"))
        })
        .collect()
}
