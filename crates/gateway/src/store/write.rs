//! Writing: one transaction for each block.

use super::{Store, StoreError, first_place};
use sqlx::sqlite::{Sqlite, SqliteConnection};
use sqlx::{Connection as _, QueryBuilder};
use wl_ledger::block::{Entry, UnverifiedBlock};
use wl_ledger::record::{Body, SignedRecord};
use wl_ledger::{Hash, Height, KeyId, UnixMillis};

/// Rows of one insert statement.
const ROWS: usize = 64;

/// What is stored of an entry besides its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Beside {
    /// A control transaction, with the hash of its payload.
    Control(Hash),
    /// A record, with its predecessor's hash and its body.
    Record {
        /// Hash of the predecessor in its stream.
        previous: Hash,
        /// Salt and ciphertext.
        body: Body,
    },
}

impl Beside {
    /// Bytes of the body.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Control(_) => 0,
            Self::Record { body, .. } => body.ciphertext.len(),
        }
    }
}

impl Store {
    /// Makes a block durable, with what stands beside each of its entries, in the same order.
    ///
    /// If it stops before the commit returns, either all of the block is found at the next start or nothing of it; in
    /// both cases nobody was told yet. After an error nothing may be concluded: the caller must stop.
    pub(crate) async fn commit(
        &self,
        height: Height,
        block: &UnverifiedBlock,
        beside: &[Beside],
    ) -> Result<(), StoreError> {
        if block.entries.len() != beside.len() {
            return Err(StoreError::Range("entries of a block"));
        }
        let first = first_place(height)?;
        let mut writer = self.writer.lock().await;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("INSERT INTO blocks (height, header, certificate) VALUES (?, ?, ?)")
            .bind(i64::try_from(height.0).map_err(|_| StoreError::Range("height"))?)
            .bind(block.header.as_slice())
            .bind(block.certificate.as_slice())
            .execute(&mut *transaction)
            .await?;
        let rows: Vec<_> = (first..).zip(block.entries.iter().zip(beside)).collect();
        for chunk in rows.chunks(ROWS) {
            insert_entries(&mut transaction, chunk).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Keeps the newest heartbeats of their authors.
    pub(crate) async fn put_heartbeats(
        &self,
        heartbeats: &[(KeyId, UnixMillis, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let mut writer = self.writer.lock().await;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        for (author, time, bytes) in heartbeats {
            sqlx::query(
                "INSERT INTO heartbeats (author, time, bytes) VALUES (?, ?, ?)
                 ON CONFLICT (author) DO UPDATE SET time = excluded.time, bytes = excluded.bytes",
            )
            .bind(author.as_bytes().as_slice())
            .bind(time.0)
            .bind(bytes.as_slice())
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn insert_entries(
    connection: &mut SqliteConnection,
    rows: &[(i64, (&Entry, &Beside))],
) -> Result<(), StoreError> {
    let mut places = Vec::with_capacity(rows.len());
    for (place, (entry, beside)) in rows {
        places.push((*place, *entry, *beside, stream_and_seq(entry)?));
    }
    let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
        "INSERT INTO entries (place, lane, stream, seq, hash, bytes, previous, salt, ciphertext) ",
    );
    insert.push_values(places, |mut row, (place, entry, beside, (stream, seq))| {
        let (lane, hash, previous, body) = match beside {
            Beside::Control(hash) => (0i64, Some(hash), None, None),
            Beside::Record { previous, body } => (1, None, Some(previous), Some(body)),
        };
        row.push_bind(place).push_bind(lane).push_bind(stream).push_bind(seq);
        row.push_bind(hash.map(|hash| hash.as_bytes().to_vec()));
        row.push_bind(entry.bytes().to_vec());
        row.push_bind(previous.map(|hash| hash.as_bytes().to_vec()));
        row.push_bind(body.map(|body| body.salt.as_bytes().to_vec()));
        row.push_bind(body.map(|body| body.ciphertext.clone()));
    });
    insert.build().execute(connection).await?;
    Ok(())
}

fn stream_and_seq(entry: &Entry) -> Result<(Option<i64>, Option<i64>), StoreError> {
    match entry {
        Entry::Control(_) => Ok((None, None)),
        Entry::Record(bytes) => {
            let record = SignedRecord::parse(bytes).map_err(|_| StoreError::Range("record"))?;
            let seq = i64::try_from(record.header().seq.0).map_err(|_| StoreError::Range("seq"))?;
            Ok((Some(i64::from(record.header().stream.0)), Some(seq)))
        }
    }
}
