//! The bare tables that baseline and limit write to: no encryption, no index beyond the key.

use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder};
use std::path::Path;

/// Rows of one statement.
const ROWS: usize = 256;

pub(crate) struct Table(SqliteConnection);

impl Table {
    /// A new database; with `durable`, a commit returns after an fsync.
    pub(crate) async fn create(path: &Path, durable: bool) -> anyhow::Result<Self> {
        let level = if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(level)
            .disable_statement_logging();
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql(
            "CREATE TABLE rows (id INTEGER PRIMARY KEY, code INTEGER, taken INTEGER, data BLOB) STRICT",
        )
        .execute(&mut connection)
        .await?;
        Ok(Self(connection))
    }

    /// Inserts rows of code, time and data in one transaction.
    pub(crate) async fn insert(&mut self, rows: &[(i64, i64, Vec<u8>)]) -> anyhow::Result<()> {
        let mut transaction = self.0.begin().await?;
        for rows in rows.chunks(ROWS) {
            let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new("INSERT INTO rows (code, taken, data) ");
            insert.push_values(rows, |mut row, (code, taken, data)| {
                row.push_bind(*code).push_bind(*taken).push_bind(data.as_slice());
            });
            insert.build().execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}
