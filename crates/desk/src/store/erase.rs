//! Carrying out an order to erase: salt and ciphertext, what was opened of it, and the letters that hold its keys.

use super::numbers;
use super::{RecordState, Store, StoreError, chunks};
use sqlx::{Connection as _, SqliteConnection};
use wl_ledger::record::RecordKind;
use wl_ledger::{EraseId, Height, Seq, StreamId};
use wl_vitals::chunk::Chunk;

/// Records of one stream from one number to another, in blocks up to a height.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// Stream.
    pub stream: StreamId,
    /// First number.
    pub first: Seq,
    /// Last number.
    pub last: Seq,
    /// Highest block.
    pub up_to: Height,
}

/// What an order erased here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ErasedHere {
    /// Bodies.
    pub records: u64,
    /// Keys.
    pub keys: u32,
}

/// A record whose body is not here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bodyless {
    /// Its stream.
    pub stream: StreamId,
    /// Its number.
    pub seq: Seq,
    /// Its block.
    pub height: Height,
    /// When it was taken.
    pub taken: wl_ledger::UnixMillis,
}

impl Store {
    /// Erases, in one transaction with the note that it was done.
    ///
    /// If it stops before the commit, nothing is erased and the order is carried out at the next start, before
    /// anything is shown; after it, only the receipt is still to be sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erase(
        &self,
        order: &EraseId,
        spans: &[Span],
        letters: &[(StreamId, Seq)],
    ) -> Result<ErasedHere, StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        let mut done = ErasedHere::default();
        for span in spans {
            done.records += erase_span(&mut tx, span).await?;
        }
        for (stream, seq) in letters {
            let erased = sqlx::query(
                "UPDATE records SET salt = NULL, ciphertext = NULL, state = ?
                 WHERE stream = ? AND seq = ? AND ciphertext IS NOT NULL",
            )
            .bind(RecordState::BodyMissing.code())
            .bind(i64::from(stream.0))
            .bind(numbers::seq(*seq)?)
            .execute(&mut *tx)
            .await?;
            done.keys = done.keys.saturating_add(u32::try_from(erased.rows_affected()).unwrap_or(u32::MAX));
        }
        sqlx::query("INSERT INTO erasures (id, records, keys) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING")
            .bind(order.as_bytes().as_slice())
            .bind(i64::try_from(done.records).unwrap_or(i64::MAX))
            .bind(i64::from(done.keys))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.digests.clear();
        Ok(done)
    }

    /// Orders that were carried out here, with what they erased.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erasures(&self) -> Result<Vec<(EraseId, ErasedHere)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64, i64)> =
            sqlx::query_as("SELECT id, records, keys FROM erasures").fetch_all(&self.readers).await?;
        rows.into_iter()
            .map(|(id, records, keys)| {
                let records = u64::try_from(records).map_err(|_| StoreError::Column("records"))?;
                let here = ErasedHere { records, keys: numbers::small(keys, "keys")? };
                Ok((EraseId::from_bytes(numbers::bytes(&id, "id")?), here))
            })
            .collect()
    }

    /// Moves the whole log into the database and cuts it off, so that nothing erased stays in it. Returns whether no
    /// reader held it back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cut_log(&self) -> Result<bool, StoreError> {
        let mut writer = self.writer().await;
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *writer).await?;
        Ok(busy == 0)
    }

    /// Records of these streams whose body is not here, taken from `from` (included) to `to` (excluded), in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn bodyless(
        &self,
        streams: &[StreamId],
        from: wl_ledger::UnixMillis,
        to: wl_ledger::UnixMillis,
    ) -> Result<Vec<Bodyless>, StoreError> {
        let mut found = Vec::new();
        for stream in streams {
            // The state stands in the text, because an index over these records alone is chosen by the text.
            let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
                "SELECT seq, height, taken FROM records
                 WHERE stream = ? AND state = 3 AND taken >= ? AND taken < ? ORDER BY seq",
            )
            .bind(i64::from(stream.0))
            .bind(from.0)
            .bind(to.0)
            .fetch_all(&self.readers)
            .await?;
            for (seq, height, taken) in rows {
                found.push(Bodyless {
                    stream: *stream,
                    seq: numbers::seq_of(seq)?,
                    height: numbers::height_of(height)?,
                    taken: wl_ledger::UnixMillis(taken),
                });
            }
        }
        Ok(found)
    }
}

async fn erase_span(tx: &mut SqliteConnection, span: &Span) -> Result<u64, StoreError> {
    let stream = i64::from(span.stream.0);
    let (first, up_to) = (numbers::seq(span.first)?, i64::try_from(span.up_to.0).unwrap_or(i64::MAX));
    let last = i64::try_from(span.last.0).unwrap_or(i64::MAX);
    // Heights rise along a stream, so what is erased is one run of numbers.
    let (highest,): (Option<i64>,) = sqlx::query_as(
        "SELECT MAX(seq) FROM records WHERE stream = ? AND seq BETWEEN ? AND ? AND height <= ?",
    )
    .bind(stream)
    .bind(first)
    .bind(last)
    .bind(up_to)
    .fetch_one(&mut *tx)
    .await?;
    let Some(last) = highest else { return Ok(0) };
    erase_samples(tx, span.stream, span.first, numbers::seq_of(last)?).await?;
    for table in ["alarm_steps", "identities", "writings"] {
        let delete = format!("DELETE FROM {table} WHERE stream = ? AND seq BETWEEN ? AND ?");
        sqlx::query(sqlx::AssertSqlSafe(delete))
            .bind(stream)
            .bind(first)
            .bind(last)
            .execute(&mut *tx)
            .await?;
    }
    // An identity record that is left, older or newer, is opened again.
    sqlx::query("UPDATE records SET state = 0 WHERE stream = ? AND kind = ? AND state = 1")
        .bind(stream)
        .bind(i64::from(RecordKind::Identity.code()))
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM outbox WHERE stream = ? AND seq BETWEEN ? AND ?")
        .bind(stream)
        .bind(first)
        .bind(last)
        .execute(&mut *tx)
        .await?;
    let (bodies,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM records WHERE stream = ? AND seq BETWEEN ? AND ? AND ciphertext IS NOT NULL",
    )
    .bind(stream)
    .bind(first)
    .bind(last)
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query(
        "UPDATE records SET salt = NULL, ciphertext = NULL, state = ? WHERE stream = ? AND seq BETWEEN ? AND ?",
    )
    .bind(RecordState::BodyMissing.code())
    .bind(stream)
    .bind(first)
    .bind(last)
    .execute(&mut *tx)
    .await?;
    Ok(u64::try_from(bodies).unwrap_or(0))
}

/// Takes the samples of a run of records out of the chunks of their stream.
async fn erase_samples(
    tx: &mut SqliteConnection,
    stream: StreamId,
    first: Seq,
    last: Seq,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, i64, i64, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT chunks.id, chunks.series, chunks.hour, chunks.level, chunks.data FROM chunks
         JOIN series ON series.id = chunks.series WHERE series.stream = ?",
    )
    .bind(i64::from(stream.0))
    .fetch_all(&mut *tx)
    .await?;
    for (id, series, hour, level, data) in rows {
        let chunk = Chunk::decode(&data)?;
        let erased = |seq: Seq| first <= seq && seq <= last;
        if !chunk.samples.iter().any(|sample| erased(sample.seq)) {
            continue;
        }
        sqlx::query("DELETE FROM chunks WHERE id = ?").bind(id).execute(&mut *tx).await?;
        let left: Vec<_> = chunk.samples.into_iter().filter(|sample| !erased(sample.seq)).collect();
        if !left.is_empty() {
            chunks::insert_chunk(tx, series, hour, level, &Chunk::new(chunk.key, left)?).await?;
        }
    }
    sqlx::query(
        "DELETE FROM series WHERE stream = ? AND NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.series = series.id)",
    )
    .bind(i64::from(stream.0))
    .execute(&mut *tx)
    .await?;
    Ok(())
}
