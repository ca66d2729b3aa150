//! The gateway's database: SQLite in WAL mode with `synchronous=FULL` (`docs/adr/0060-sqlite-and-solo-sequencer.md`).
//!
//! One connection writes, a few read. A block is one transaction. What the gateway stores is signed by others and
//! encrypted for others; nothing here can be read by it.

mod erase;
mod read;
mod write;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use std::path::Path;
use std::time::Duration;
use tokio::sync::Mutex;
use wl_ledger::limits::MAX_ENTRIES;
use wl_ledger::{ChainId, Height};

pub use read::StoredEntry;
pub(crate) use write::Beside;

/// Connections that read.
const READERS: u32 = 4;
/// Prepared statements kept: one for each number of rows of a multi-row insert, and the few others.
const STATEMENTS: usize = 128;
/// Places of one block in `entries.place`; a block never has more entries.
const PLACES: i64 = 4096;
const _: () = assert!(MAX_ENTRIES == 4096);

/// Why the store did not do what it was asked to. Text of SQLite names tables, never content.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite's own.
    #[error("database: {0}")]
    Sqlite(#[from] sqlx::Error),
    /// The schema could not be brought to this version.
    #[error("database schema: {0}")]
    Schema(#[from] MigrateError),
    /// SQLite did not take a setting on which durability depends.
    #[error("database setting {setting} is {found}, it must be {expected}")]
    Setting {
        /// Name.
        setting: &'static str,
        /// Value found.
        found: i64,
        /// Value needed.
        expected: i64,
    },
    /// The file is damaged.
    #[error("the database is damaged ({0}); restore the data directory from its backup")]
    Damaged(String),
    /// The file holds another chain, or none.
    #[error("the database holds {0}, not the chain of this data directory")]
    OtherChain(String),
    /// A number that fits no column or no type.
    #[error("a number of the database is out of range: {0}")]
    Range(&'static str),
}

/// The gateway's database.
pub struct Store {
    writer: Mutex<SqliteConnection>,
    readers: SqlitePool,
    chain: ChainId,
}

impl Store {
    /// Makes the database of a new chain. A file that exists already and holds another chain is an error.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create(path: &Path, chain: ChainId) -> Result<Self, StoreError> {
        let mut writer = options(path).create_if_missing(true).connect().await?;
        sqlx::migrate!("src/store/migrations").run(&mut writer).await?;
        sqlx::query("INSERT INTO chain (id, chain) VALUES (0, ?) ON CONFLICT DO NOTHING")
            .bind(chain.as_bytes().as_slice())
            .execute(&mut writer)
            .await?;
        writer.close().await?;
        Self::open(path, chain).await
    }

    /// Opens the database of a chain and checks that it is sound and durable.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open(path: &Path, chain: ChainId) -> Result<Self, StoreError> {
        let mut writer = options(path).connect().await.map_err(damaged)?;
        check_sound(&mut writer).await?;
        sqlx::migrate!("src/store/migrations").run(&mut writer).await?;
        check_settings(&mut writer).await?;
        check_chain(&mut writer, chain).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options(path).pragma("query_only", "ON"))
            .await?;
        Ok(Self { writer: Mutex::new(writer), readers, chain })
    }

    /// The chain it holds.
    pub fn chain(&self) -> ChainId {
        self.chain
    }

    /// Closes all connections; what was committed stays.
    pub async fn close(self) -> Result<(), StoreError> {
        self.readers.close().await;
        Ok(self.writer.into_inner().close().await?)
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is erased by order must not stay in free pages.
        .pragma("secure_delete", "ON")
        .statement_cache_capacity(STATEMENTS)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging()
}

async fn check_sound(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let row = sqlx::query("PRAGMA quick_check(1)").fetch_one(connection).await.map_err(damaged)?;
    match row.try_get::<String, _>(0)?.as_str() {
        "ok" => Ok(()),
        other => Err(StoreError::Damaged(other.to_owned())),
    }
}

/// What SQLite says of a file that is none of its own, or torn, is damage; anything else is passed on.
fn damaged(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    let primary = code.parse::<i32>().map(|code| code & 0xff);
    // SQLITE_CORRUPT and SQLITE_NOTADB.
    if matches!(primary, Ok(11 | 26)) { StoreError::Damaged(error.to_string()) } else { error.into() }
}

async fn check_settings(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    // 2 is FULL. `journal_mode` answers in words, so it is asked for apart.
    let found: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *connection).await?;
    if found != 2 {
        return Err(StoreError::Setting { setting: "synchronous", found, expected: 2 });
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(connection).await?;
    if mode != "wal" {
        return Err(StoreError::Setting { setting: "journal_mode=wal", found: 0, expected: 1 });
    }
    Ok(())
}

async fn check_chain(connection: &mut SqliteConnection, chain: ChainId) -> Result<(), StoreError> {
    let found: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT chain FROM chain WHERE id = 0").fetch_optional(connection).await?;
    match found.as_deref().map(<[u8; ChainId::LEN]>::try_from) {
        Some(Ok(found)) if found == *chain.as_bytes() => Ok(()),
        Some(Ok(found)) => Err(StoreError::OtherChain(format!("chain {}", ChainId::from_bytes(found)))),
        Some(Err(_)) => Err(StoreError::Range("chain id")),
        None => Err(StoreError::OtherChain("no chain".to_owned())),
    }
}

/// First place of the block at a height.
fn first_place(height: Height) -> Result<i64, StoreError> {
    let height = i64::try_from(height.0).map_err(|_| StoreError::Range("height"))?;
    height.checked_mul(PLACES).ok_or(StoreError::Range("height"))
}

fn height_of(place: i64) -> Result<Height, StoreError> {
    u64::try_from(place / PLACES).map(Height).map_err(|_| StoreError::Range("place"))
}
