//! Why the store failed. No message carries content of a row.

use wl_ledger::Height;

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The library was built without encryption. Nothing was written.
    #[error("this build has no database encryption; nothing was written")]
    NotEncrypted,
    /// The file on disk is a plain database.
    #[error("the database on disk is not encrypted; it was not touched")]
    PlainFile,
    /// The key does not open the file, or the file is damaged.
    #[error("the database does not open: wrong key or damaged file")]
    Refused,
    /// Written by a later version.
    #[error("the database has version {0}, which this program does not know; update it")]
    Version(i64),
    /// Belongs to another chain or another person.
    #[error("the database belongs to another {0}")]
    Foreign(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// A stored number or identifier is out of range: the file was changed.
    #[error("column {0} holds a value that was never written there")]
    Column(&'static str),
    /// The head would go back.
    #[error("block {0} does not follow the newest stored block")]
    HeadBackwards(Height),
    /// A row of opened readings does not decode.
    #[error("stored readings do not decode")]
    Chunk(#[from] wl_vitals::chunk::ChunkError),
    /// The file system failed.
    #[error("the database file cannot be reached")]
    Io(#[from] std::io::Error),
}
