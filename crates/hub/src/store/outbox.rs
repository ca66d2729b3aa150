//! Tails of streams and the queue of signed records.

use super::{StoreError, Tx, fixed, narrow, signed, unsigned};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use wl_ledger::block::Entry;
use wl_ledger::codec;
use wl_ledger::heartbeat::LostRecords;
use wl_ledger::record::SignedRecord;
use wl_ledger::{Hash, Seq, StreamId, UnixMillis};
use wl_wire::messages::{Item, MAX_REQUEST_BYTES};

/// A stream's tail as stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TailRow {
    /// Stream.
    pub stream: StreamId,
    /// Last record signed.
    pub last: (Seq, Hash),
    /// Last record that the gateway sealed.
    pub sealed: Option<(Seq, Hash)>,
}

/// A queued record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutboxRow {
    /// Place in the queue.
    pub id: i64,
    /// Stream.
    pub stream: StreamId,
    /// Number in the stream.
    pub seq: Seq,
    /// Hash of the record.
    pub hash: Hash,
    /// What is sent.
    pub item: Item,
    /// Whether it was refused once already.
    pub tried: bool,
}

/// How soon a record is sent. Records of one stream all have the same urgency, so their order is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Urgency {
    /// Keys and alarms.
    First,
    /// Everything else.
    Then,
}

impl Urgency {
    fn code(self) -> i64 {
        match self {
            Self::First => 0,
            Self::Then => 1,
        }
    }
}

/// Queues a record and moves its stream's tail; both or none.
pub async fn push(
    tx: &mut Tx<'_>,
    urgency: Urgency,
    stream: StreamId,
    seq: Seq,
    hash: &Hash,
    item: &Item,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO outbox (urgency, stream, seq, hash, item) VALUES (?, ?, ?, ?, ?)")
        .bind(urgency.code())
        .bind(i64::from(stream.0))
        .bind(signed(seq.0))
        .bind(hash.as_bytes().as_slice())
        .bind(codec::encode(item))
        .execute(&mut **tx)
        .await?;
    move_tail(tx, stream, seq, hash).await
}

async fn move_tail(tx: &mut Tx<'_>, stream: StreamId, seq: Seq, hash: &Hash) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tail (stream, seq, hash) VALUES (?, ?, ?)
         ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
    )
    .bind(i64::from(stream.0))
    .bind(signed(seq.0))
    .bind(hash.as_bytes().as_slice())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The oldest queued records that can be sent, none of a broken stream: at most `limit`, and after the first no more than
/// fit into `bytes`.
pub async fn front(tx: &mut Tx<'_>, limit: u32, bytes: usize) -> Result<Vec<OutboxRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, stream, seq, hash, item, tried FROM outbox
         WHERE stream NOT IN (SELECT stream FROM broken) ORDER BY urgency, id LIMIT ?",
    )
    .bind(i64::from(limit))
    .fetch_all(&mut **tx)
    .await?;
    let mut front = Vec::with_capacity(rows.len());
    let mut size = 0usize;
    for row in &rows {
        size = size.saturating_add(row.try_get::<&[u8], _>(4)?.len());
        if size > bytes && !front.is_empty() {
            break;
        }
        front.push(queued(row)?);
    }
    Ok(front)
}

/// The next queued record of one stream after a place in the queue.
pub async fn next_of(tx: &mut Tx<'_>, stream: StreamId, after: i64) -> Result<Option<OutboxRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, stream, seq, hash, item, tried FROM outbox WHERE stream = ? AND id > ? ORDER BY id LIMIT 1",
    )
    .bind(i64::from(stream.0))
    .bind(after)
    .fetch_optional(&mut **tx)
    .await?;
    row.as_ref().map(queued).transpose()
}

fn queued(row: &SqliteRow) -> Result<OutboxRow, StoreError> {
    Ok(OutboxRow {
        id: row.try_get(0)?,
        stream: StreamId(narrow(row.try_get(1)?, "stream")?),
        seq: Seq(unsigned(row.try_get(2)?, "sequence number")?),
        hash: Hash::from_bytes(fixed(row.try_get(3)?, "record hash")?),
        item: codec::decode(row.try_get(4)?, MAX_REQUEST_BYTES)
            .map_err(|_| StoreError::Damaged("queued record"))?,
        tried: row.try_get::<i64, _>(5)? != 0,
    })
}

/// Puts a record's new form in its place in the queue and moves the tail of its new stream.
pub async fn rewrite(
    tx: &mut Tx<'_>,
    id: i64,
    stream: StreamId,
    seq: Seq,
    hash: &Hash,
    item: &Item,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE outbox SET stream = ?, seq = ?, hash = ?, item = ? WHERE id = ?")
        .bind(i64::from(stream.0))
        .bind(signed(seq.0))
        .bind(hash.as_bytes().as_slice())
        .bind(codec::encode(item))
        .bind(id)
        .execute(&mut **tx)
        .await?;
    move_tail(tx, stream, seq, hash).await
}

/// Notes that a record was refused and is to be tried once more.
pub async fn tried(tx: &mut Tx<'_>, row: &OutboxRow) -> Result<(), StoreError> {
    sqlx::query("UPDATE outbox SET tried = 1 WHERE id = ?").bind(row.id).execute(&mut **tx).await?;
    Ok(())
}

/// Removes a record that the gateway sealed and notes how far its stream is sealed.
pub async fn sealed(tx: &mut Tx<'_>, row: &OutboxRow) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM outbox WHERE id = ?").bind(row.id).execute(&mut **tx).await?;
    sqlx::query("UPDATE tail SET sealed_seq = ?, sealed_hash = ? WHERE stream = ?")
        .bind(signed(row.seq.0))
        .bind(row.hash.as_bytes().as_slice())
        .bind(i64::from(row.stream.0))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Moves a record that the gateway refused for good out of the queue to where people see it.
pub async fn refused(tx: &mut Tx<'_>, row: &OutboxRow, code: u16, reason: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM outbox WHERE id = ?").bind(row.id).execute(&mut **tx).await?;
    sqlx::query("INSERT INTO refused (code, reason, item) VALUES (?, ?, ?)")
        .bind(i64::from(code))
        .bind(reason)
        .bind(codec::encode(&row.item))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether a queued record is one of these.
pub async fn any(tx: &mut Tx<'_>, wanted: impl Fn(&Item) -> bool) -> Result<bool, StoreError> {
    let rows = sqlx::query("SELECT item FROM outbox").fetch_all(&mut **tx).await?;
    for row in &rows {
        let bytes: Vec<u8> = row.try_get(0)?;
        let item =
            codec::decode(&bytes, MAX_REQUEST_BYTES).map_err(|_| StoreError::Damaged("queued record"))?;
        if wanted(&item) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many records wait, and how many were refused.
pub async fn counts(tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
    let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(&mut **tx).await?;
    let refused: i64 = sqlx::query_scalar("SELECT count(*) FROM refused").fetch_one(&mut **tx).await?;
    Ok((unsigned(waiting, "count")?, unsigned(refused, "count")?))
}

/// How many records the gateway refused for good, and when the first and the last of them were taken. One that does not
/// say when any more counts with the time at which its stream broke.
pub async fn lost(tx: &mut Tx<'_>) -> Result<Option<LostRecords>, StoreError> {
    let rows: Vec<Vec<u8>> = sqlx::query_scalar("SELECT item FROM refused").fetch_all(&mut **tx).await?;
    let broke: Option<i64> = sqlx::query_scalar("SELECT max(since) FROM broken").fetch_one(&mut **tx).await?;
    let mut taken = Vec::with_capacity(rows.len());
    for bytes in rows {
        let item: Item =
            codec::decode(&bytes, MAX_REQUEST_BYTES).map_err(|_| StoreError::Damaged("refused record"))?;
        let Entry::Record(record) = &item.entry else { continue };
        let said = SignedRecord::parse(record).ok().map(|record| record.header().taken);
        taken.push(said.unwrap_or(UnixMillis(broke.unwrap_or_default())));
    }
    let count = u64::try_from(taken.len()).unwrap_or(u64::MAX);
    let bounds = taken.iter().min().zip(taken.iter().max());
    Ok(bounds.map(|(first, last)| LostRecords { count, first: *first, last: *last }))
}

/// Tails of all streams of this hub.
pub async fn tails(tx: &mut Tx<'_>) -> Result<Vec<TailRow>, StoreError> {
    let rows = sqlx::query("SELECT stream, seq, hash, sealed_seq, sealed_hash FROM tail ORDER BY stream")
        .fetch_all(&mut **tx)
        .await?;
    rows.iter()
        .map(|row| {
            let sealed_seq: Option<i64> = row.try_get(3)?;
            let sealed_hash: Option<Vec<u8>> = row.try_get(4)?;
            let sealed = match (sealed_seq, sealed_hash) {
                (Some(seq), Some(hash)) => Some((
                    Seq(unsigned(seq, "sequence number")?),
                    Hash::from_bytes(fixed(&hash, "record hash")?),
                )),
                _ => None,
            };
            Ok(TailRow {
                stream: StreamId(narrow(row.try_get(0)?, "stream")?),
                last: (
                    Seq(unsigned(row.try_get(1)?, "sequence number")?),
                    Hash::from_bytes(fixed(row.try_get(2)?, "record hash")?),
                ),
                sealed,
            })
        })
        .collect()
}
