//! Opening: encryption is asserted, never assumed.

use super::{Store, StoreError, numbers};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::fs::{self, File, OpenOptions};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;
use wl_ledger::{ChainId, KeyId};
use wl_seal::DatabaseKey;
use zeroize::Zeroizing;

/// Connections for views.
pub(super) const READERS: u32 = 3;
/// Rows that a query may be ahead of who reads them.
const ROWS: usize = 512;
/// The version this code writes.
const VERSION: i64 = 3;
/// How a plain database begins.
const PLAIN: &[u8; 16] = b"SQLite format 3\0";
const SCHEMA: &str = include_str!("schema.sql");
/// What makes a database of version 1 one of version 2.
const WITH_WRITINGS: &str = include_str!("schema-2.sql");
/// What makes it one of version 3.
const WITH_HEADS: &str = include_str!("schema-3.sql");

impl Store {
    /// Opens or makes the database of one person on one chain.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is ever written without encryption.
    pub async fn open(
        path: &Path,
        key: &DatabaseKey,
        chain: &ChainId,
        owner: &KeyId,
    ) -> Result<Self, StoreError> {
        refuse_plain(path)?;
        make_private(path)?;
        let options = options(path, key);
        let mut writer = options.clone().create_if_missing(true).connect().await.map_err(refused)?;
        assert_encrypted(&mut writer).await?;
        prepare(&mut writer).await?;
        claim(&mut writer, "chain", chain.as_bytes()).await?;
        claim(&mut writer, "owner", owner.as_bytes()).await?;
        refuse_plain(path)?;
        let readers = options.pragma("query_only", "ON");
        Ok(Self::of(writer, readers, path.to_owned()))
    }
}

/// A file that begins like a plain database is never keyed, written or deleted.
fn refuse_plain(path: &Path) -> Result<(), StoreError> {
    let mut begin = [0u8; 16];
    match File::open(path) {
        Ok(mut file) => match file.read_exact(&mut begin) {
            Ok(()) if begin == *PLAIN => Err(StoreError::PlainFile),
            // A shorter file is one that was made and not written yet.
            Ok(()) | Err(_) => Ok(()),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Log and shared memory take the mode of the database file, so it is made before SQLite makes it.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

fn options(path: &Path, key: &DatabaseKey) -> SqliteConnectOptions {
    let mut quoted = Zeroizing::new(String::with_capacity(72));
    quoted.push_str("\"x'");
    for byte in key.expose() {
        quoted.push_str(&format!("{byte:02x}"));
    }
    quoted.push_str("'\"");
    SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", quoted.to_string())
        // SQLCipher would otherwise write its own errors to standard error.
        .pragma("cipher_log", "off")
        .pragma("temp_store", "MEMORY")
        .pragma("mmap_size", "0")
        .pragma("secure_delete", "ON")
        // The writer checkpoints when it chooses to.
        .pragma("wal_autocheckpoint", "0")
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // A page of the inbox comes in one go: with fewer rows the reader's thread stops and starts in the middle.
        .row_buffer_size(ROWS)
        // Statements and pragmas hold the key.
        .disable_statement_logging()
}

async fn assert_encrypted(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    let version: Option<(String,)> =
        sqlx::query_as("PRAGMA cipher_version").fetch_optional(&mut *writer).await.map_err(refused)?;
    match version {
        Some((version,)) if !version.is_empty() => Ok(()),
        Some(_) | None => Err(StoreError::NotEncrypted),
    }
}

async fn prepare(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    let (version,): (i64,) =
        sqlx::query_as("PRAGMA user_version").fetch_one(&mut *writer).await.map_err(refused)?;
    if !(0..=VERSION).contains(&version) {
        return Err(StoreError::Version(version));
    }
    for (number, step) in [(1, SCHEMA), (2, WITH_WRITINGS), (3, WITH_HEADS)] {
        if version < number {
            let mut tx = writer.begin().await?;
            sqlx::raw_sql(step).execute(&mut *tx).await?;
            tx.commit().await?;
        }
    }
    super::heads::judge_rest(writer).await
}

/// Writes a value the first time and compares it ever after.
async fn claim(writer: &mut SqliteConnection, name: &'static str, value: &[u8]) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(value)
        .execute(&mut *writer)
        .await?;
    let (stored,): (Vec<u8>,) =
        sqlx::query_as("SELECT value FROM meta WHERE name = ?").bind(name).fetch_one(writer).await?;
    if stored == value { Ok(()) } else { Err(StoreError::Foreign(name)) }
}

/// SQLite's code 26 is what a wrong key looks like.
fn refused(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(inner) if inner.code().as_deref() == Some("26") => StoreError::Refused,
        _ => StoreError::Database(error),
    }
}

impl Store {
    /// The newest time this workstation has ever known to be past.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn high_water(&self) -> Result<Option<wl_ledger::UnixMillis>, StoreError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE name = 'high-water'")
            .fetch_optional(&self.readers)
            .await?;
        row.map(|(value,)| {
            numbers::bytes(&value, "high-water").map(|b| wl_ledger::UnixMillis(i64::from_be_bytes(b)))
        })
        .transpose()
    }

    /// Raises the mark; it never goes down.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn raise_high_water(&self, time: wl_ledger::UnixMillis) -> Result<(), StoreError> {
        let known = self.high_water().await?;
        if known.is_some_and(|known| known >= time) {
            return Ok(());
        }
        let mut writer = self.writer().await;
        sqlx::query("INSERT OR REPLACE INTO meta (name, value) VALUES ('high-water', ?)")
            .bind(time.0.to_be_bytes().to_vec())
            .execute(&mut *writer)
            .await?;
        Ok(())
    }
}
