//! What goes into a file that is handed out: pages of the lane, and the few items that a proof needs.

use super::chain::{LaneRow, item_of};
use super::numbers::{self, height_of};
use super::{Store, StoreError};
use wl_ledger::Height;
use wl_ledger::block::LaneItem;

impl Store {
    /// At most `count` stored headers from `from` on, ascending.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lane_page(&self, from: Height, count: u32) -> Result<Vec<LaneItem>, StoreError> {
        let rows: Vec<LaneRow> = sqlx::query_as(
            "SELECT header, certificate, controls FROM lane WHERE height >= ? ORDER BY height LIMIT ?",
        )
        .bind(numbers::height(from)?)
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(item_of).collect()
    }

    /// The headers that the proof of a record in `record` needs, up to `head`, ascending
    /// (`wl_ledger::archive::heights_for`).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lane_for_proof(&self, record: Height, head: Height) -> Result<Vec<LaneItem>, StoreError> {
        // An empty list is one byte long.
        let rows: Vec<LaneRow> = sqlx::query_as(
            "SELECT header, certificate, controls FROM lane
             WHERE height <= ?1 AND (length(controls) > 1 OR height IN (0, ?2, ?1)) ORDER BY height",
        )
        .bind(numbers::height(head)?)
        .bind(numbers::height(record)?)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(item_of).collect()
    }

    /// At most `count` heights from `from` on whose records are held, ascending.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn held_from(&self, from: Height, count: u32) -> Result<Vec<Height>, StoreError> {
        let rows: Vec<(i64,)> =
            sqlx::query_as("SELECT height FROM lane WHERE held = 1 AND height >= ? ORDER BY height LIMIT ?")
                .bind(numbers::height(from)?)
                .bind(i64::from(count))
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(|(height,)| height_of(height)).collect()
    }
}
