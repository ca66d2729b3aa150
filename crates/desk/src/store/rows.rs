//! Many rows in few statements: each statement is a trip to the thread of its database and back.

use super::StoreError;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, SqliteConnection};

/// Rows of one statement. Few sizes, so that each text is prepared once and kept.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// A statement that waits for its values.
pub(super) type Query = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// A table that rows are added to, as `records (stream, seq, …)`, and the number of its columns.
pub(super) struct Table(pub(super) &'static str, pub(super) usize);

impl Table {
    /// The statement that adds so many rows.
    fn insert(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.1].join(", "));
        format!("INSERT INTO {} VALUES {}", self.0, vec![row.as_str(); rows].join(", "))
    }

    /// Adds rows in order; `bind` gives the values of one.
    ///
    /// # Errors
    /// [`StoreError`]; the transaction is the caller's.
    pub(super) async fn add<'r, T>(
        &self,
        tx: &mut SqliteConnection,
        mut rows: &'r [T],
        bind: impl Fn(Query, &'r T) -> Result<Query, StoreError>,
    ) -> Result<(), StoreError> {
        while let Some(size) = SIZES.into_iter().find(|size| *size <= rows.len()) {
            let (now, later) = rows.split_at(size);
            let mut query = sqlx::query(AssertSqlSafe(self.insert(size)));
            for row in now {
                query = bind(query, row)?;
            }
            query.execute(&mut *tx).await?;
            rows = later;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Connection as _;

    #[test]
    fn a_statement_has_a_place_for_every_value() {
        assert_eq!(Table("pairs (a, b)", 2).insert(2), "INSERT INTO pairs (a, b) VALUES (?, ?), (?, ?)");
    }

    #[tokio::test]
    async fn any_number_of_rows_arrives_in_order() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::raw_sql("CREATE TABLE pairs (a INTEGER, b INTEGER)").execute(&mut connection).await.unwrap();
        for count in [0, 1, 3, 4, 5, 21, 63, 64, 65, 200] {
            sqlx::query("DELETE FROM pairs").execute(&mut connection).await.unwrap();
            let rows: Vec<i64> = (0..count).collect();
            let bind = |query: Query, row: &i64| Ok(query.bind(*row).bind(-*row));
            Table("pairs (a, b)", 2).add(&mut connection, &rows, bind).await.unwrap();
            let stored: Vec<(i64, i64)> = sqlx::query_as("SELECT a, b FROM pairs ORDER BY rowid")
                .fetch_all(&mut connection)
                .await
                .unwrap();
            assert_eq!(stored, rows.iter().map(|row| (*row, -*row)).collect::<Vec<_>>(), "{count} rows");
        }
    }
}
