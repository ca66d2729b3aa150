//! The hub's database: SQLCipher through sqlx, one connection that writes, WAL with full sync.
//!
//! An acknowledgement is given only after the transaction that holds what it acknowledges is durable.
//! Schema: [`CHANGES`].

pub mod advice;
pub mod alarms;
pub mod broken;
pub mod erasure;
pub mod heard;
pub mod intake;
pub mod lane;
pub mod outbox;
pub mod restored;
pub mod secrets;
pub mod seen;
pub mod shares;
pub mod throttle;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use std::path::Path;
use wl_seal::DatabaseKey;

pub use broken::BrokenRow;
pub use intake::{PatientRow, QuarantineRow};
pub use outbox::{OutboxRow, TailRow, Urgency};
pub use secrets::{EnvelopeRow, SecretPlace};
pub use seen::SeenRow;
pub use shares::ShareRow;

/// The schema, as the changes that led to it. Which of them a database has is its `user_version`.
const CHANGES: [&str; 5] = [
    include_str!("store/schema.sql"),
    include_str!("store/alarms.sql"),
    concat!(include_str!("store/advice.sql"), include_str!("store/throttle.sql")),
    include_str!("store/mending.sql"),
    include_str!("store/taken.sql"),
];

/// One transaction of the store.
pub type Tx<'a> = sqlx::Transaction<'a, sqlx::Sqlite>;

/// Why the store cannot be used. An error while writing is fatal: the hub stops and does not acknowledge.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the hub's database failed")]
    Database(#[from] sqlx::Error),
    /// The build links a SQLite without encryption; nothing is written then.
    #[error("this build cannot encrypt its database")]
    NotEncrypted,
    /// The database has changes that this program does not know.
    #[error("the hub's database was written by a newer version of this program: install that one")]
    Newer,
    /// A row does not hold what it must.
    #[error("the hub's database holds a damaged {0}")]
    Damaged(&'static str),
}

/// The opened database.
pub struct Store {
    connection: SqliteConnection,
}

impl Store {
    /// Opens or creates the database under a raw key.
    ///
    /// # Errors
    /// [`StoreError::NotEncrypted`] before anything is written by a build without SQLCipher.
    pub async fn open(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        let mut hex = String::with_capacity(70);
        hex.push_str("\"x'");
        for byte in key.expose() {
            hex.push_str(&format!("{byte:02x}"));
        }
        hex.push_str("'\"");
        // The key is part of the options, so they are never printed, and sqlx must log no statement.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .pragma("key", hex)
            .pragma("cipher_log", "off")
            .pragma("temp_store", "memory")
            .pragma("secure_delete", "on")
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .disable_statement_logging();
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let cipher = sqlx::query("PRAGMA cipher_version").fetch_optional(&mut connection).await?;
        if !cipher.is_some_and(|row| row.try_get::<String, _>(0).is_ok_and(|version| !version.is_empty())) {
            return Err(StoreError::NotEncrypted);
        }
        let mut store = Self { connection };
        store.migrate().await?;
        Ok(store)
    }

    /// Starts a transaction. Everything of one fact goes into one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn begin(&mut self) -> Result<Tx<'_>, StoreError> {
        Ok(self.connection.begin().await?)
    }

    /// Applies what is missing, each change with its number in one transaction.
    async fn migrate(&mut self) -> Result<(), StoreError> {
        let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut self.connection).await?;
        for (number, change) in (1_i64..).zip(CHANGES) {
            if number <= version {
                continue;
            }
            let mut tx = self.connection.begin().await?;
            sqlx::raw_sql(change).execute(&mut *tx).await?;
            sqlx::raw_sql(AssertSqlSafe(format!("PRAGMA user_version = {number}"))).execute(&mut *tx).await?;
            tx.commit().await?;
        }
        // Another version's rows would be read wrongly.
        if usize::try_from(version).map_or(true, |version| version > CHANGES.len()) {
            return Err(StoreError::Newer);
        }
        Ok(())
    }
}

/// Reads a fixed-length blob.
fn fixed<const N: usize>(bytes: &[u8], what: &'static str) -> Result<[u8; N], StoreError> {
    <[u8; N]>::try_from(bytes).map_err(|_| StoreError::Damaged(what))
}

/// Numbers of the ledger are unsigned; SQLite's are signed 64-bit. None in use comes near the end of the range.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unsigned(value: i64, what: &'static str) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Damaged(what))
}

fn narrow(value: i64, what: &'static str) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| StoreError::Damaged(what))
}
