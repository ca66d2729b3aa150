//! The desk's store: SQLCipher through sqlx, one writer that alone checkpoints, read-only readers.
//!
//! Only `Verified…` and `Opened…` values can be written, so no unverified row is ever visible. Schema:
//! `store/schema.sql`; traps of the library: `docs/adr/0050-desk-store.md`.

mod alarms;
mod chain;
mod chunks;
mod digests;
mod erase;
mod error;
mod export;
mod heads;
mod journal;
mod notices;
mod numbers;
mod open;
mod outbox;
mod purge;
mod records;
mod rows;
mod sources;
mod writings;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{Connection as _, SqliteConnection};
use std::path::PathBuf;
use tokio::sync::{Mutex, MutexGuard};

pub use alarms::{StoredIdentity, StoredStep};
pub use chain::{Accepted, AcceptedBlock, AcceptedHeader, AcceptedRecord, StoredEvidence, StoredHead};
pub use chunks::{OpenedBatch, Samples};
pub use digests::ChunkDigest;
pub use erase::{Bodyless, ErasedHere, Span};
pub use error::StoreError;
pub use heads::OverQuery;
pub use notices::{AccessFilter, StoredEvent, StoredOpening};
pub use outbox::{Outgoing, Placed};
pub use records::{Edge, RecordState, StoredBlock, StoredRecord};

/// An open database. Closing it needs [`Store::close`]; dropping it closes too, but later.
pub struct Store {
    writer: Mutex<SqliteConnection>,
    readers: SqlitePool,
    path: PathBuf,
    digests: digests::Digests,
}

impl Store {
    /// Closes all connections after a last checkpoint.
    ///
    /// # Errors
    /// [`StoreError`] when the last checkpoint fails; the connections are closed nevertheless.
    pub async fn close(self) -> Result<(), StoreError> {
        let checkpoint = self.checkpoint().await;
        self.readers.close().await;
        self.writer.into_inner().close().await?;
        checkpoint.map(|_| ())
    }

    /// Moves the log into the database and makes it durable. Returns the head that is durable now, or `None` when
    /// a reader held part of the log back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checkpoint(&self) -> Result<Option<StoredHead>, StoreError> {
        let mut writer = self.writer.lock().await;
        let head = chain::head(&mut writer).await?;
        let (busy, log, done): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&mut *writer).await?;
        Ok(if busy == 0 && log == done { head } else { None })
    }

    /// How many pages do not carry the right authentication code: 0 in a file that nobody has changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn damaged_pages(&self) -> Result<usize, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("PRAGMA cipher_integrity_check").fetch_all(&self.readers).await?;
        Ok(rows.len())
    }

    /// Where the database lies.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    async fn writer(&self) -> MutexGuard<'_, SqliteConnection> {
        self.writer.lock().await
    }

    fn of(writer: SqliteConnection, options: SqliteConnectOptions, path: PathBuf) -> Self {
        let readers =
            sqlx::sqlite::SqlitePoolOptions::new().max_connections(open::READERS).connect_lazy_with(options);
        Self { writer: Mutex::new(writer), readers, path, digests: digests::Digests::default() }
    }
}
