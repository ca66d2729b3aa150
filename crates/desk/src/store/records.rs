//! Stored records, read back to be verified again before they are opened.

use super::numbers::{self, height_of, seq_of};
use super::{Store, StoreError};
use wl_ledger::record::Body;
use wl_ledger::{Hash, Height, Seq, StreamId, UnixMillis};

/// What became of a stored record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordState {
    /// Not opened: not shared, no key yet, or not looked at.
    Waiting,
    /// Opened, and its content is stored.
    Opened,
    /// A key is here and it does not open, or its content is not of its format.
    Unreadable,
    /// It came without its body.
    BodyMissing,
}

impl RecordState {
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Opened => 1,
            Self::Unreadable => 2,
            Self::BodyMissing => 3,
        }
    }

    fn of(code: i64) -> Result<Self, StoreError> {
        [Self::Waiting, Self::Opened, Self::Unreadable, Self::BodyMissing]
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or(StoreError::Column("state"))
    }
}

/// One record as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRecord {
    /// Place in its block.
    pub index: u32,
    /// Stream.
    pub stream: StreamId,
    /// Number in the stream.
    pub seq: Seq,
    /// Hash of its predecessor.
    pub previous: Hash,
    /// The signed bytes.
    pub bytes: Vec<u8>,
    /// Its body.
    pub body: Option<Body>,
    /// What became of it.
    pub state: RecordState,
    /// When it was verified first.
    pub verified: UnixMillis,
}

/// The stored records of one block, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredBlock {
    /// Height.
    pub height: Height,
    /// All its records.
    pub records: Vec<StoredRecord>,
}

/// One unbroken run of a stream's stored records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// Stream.
    pub stream: StreamId,
    /// First number.
    pub first: Seq,
    /// What the first names as its predecessor.
    pub first_previous: Hash,
    /// Last number.
    pub last: Seq,
    /// Hash of the last.
    pub last_hash: Hash,
}

type EdgeRow = (i64, i64, Vec<u8>, i64, Vec<u8>);
type Row = (i64, i64, i64, Vec<u8>, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, i64, i64);

impl Store {
    /// The records of one block.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn block(&self, height: Height) -> Result<StoredBlock, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT idx, stream, seq, previous, record, salt, ciphertext, state, verified FROM records
             WHERE height = ? ORDER BY idx",
        )
        .bind(numbers::height(height)?)
        .fetch_all(&self.readers)
        .await?;
        let records = rows.into_iter().map(record_of).collect::<Result<_, _>>()?;
        Ok(StoredBlock { height, records })
    }

    /// The heights at which records of a stream are stored, ascending.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn heights_of(&self, stream: StreamId) -> Result<Vec<Height>, StoreError> {
        let rows: Vec<(i64,)> =
            sqlx::query_as("SELECT DISTINCT height FROM records WHERE stream = ? ORDER BY height")
                .bind(i64::from(stream.0))
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(|(height,)| height_of(height)).collect()
    }

    /// The height of a stored record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn height_of(&self, stream: StreamId, seq: Seq) -> Result<Option<Height>, StoreError> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT height FROM records WHERE stream = ? AND seq = ?")
            .bind(i64::from(stream.0))
            .bind(numbers::seq(seq)?)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|(height,)| height_of(height)).transpose()
    }

    /// When a record was taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn taken_at(&self, stream: StreamId, seq: Seq) -> Result<Option<UnixMillis>, StoreError> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT taken FROM records WHERE stream = ? AND seq = ?")
            .bind(i64::from(stream.0))
            .bind(numbers::seq(seq)?)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|(taken,)| UnixMillis(taken)))
    }

    /// The unbroken runs of every stream.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn edges(&self) -> Result<Vec<Edge>, StoreError> {
        let rows: Vec<EdgeRow> = sqlx::query_as(
            "SELECT run.stream, run.low, first.previous, run.high, last.hash FROM
               (SELECT stream, MIN(seq) AS low, MAX(seq) AS high FROM
                 (SELECT stream, seq, seq - ROW_NUMBER() OVER (PARTITION BY stream ORDER BY seq) AS run FROM records)
                GROUP BY stream, run) AS run
             JOIN records AS first ON first.stream = run.stream AND first.seq = run.low
             JOIN records AS last ON last.stream = run.stream AND last.seq = run.high
             ORDER BY run.stream, run.low",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(stream, first, previous, last, hash)| {
                Ok(Edge {
                    stream: StreamId(numbers::small(stream, "stream")?),
                    first: seq_of(first)?,
                    first_previous: Hash::from_bytes(numbers::bytes(&previous, "previous")?),
                    last: seq_of(last)?,
                    last_hash: Hash::from_bytes(numbers::bytes(&hash, "hash")?),
                })
            })
            .collect()
    }

    /// Heights below `below` of blocks with records of one stream that wait to be opened, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn waiting(
        &self,
        stream: StreamId,
        below: Height,
        limit: u32,
    ) -> Result<Vec<Height>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(
            "SELECT DISTINCT height FROM records WHERE stream = ? AND state = 0 AND height < ?
             ORDER BY height DESC LIMIT ?",
        )
        .bind(i64::from(stream.0))
        .bind(i64::try_from(below.0).unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(|(height,)| height_of(height)).collect()
    }

    /// How many records are stored, opened, unreadable and without body.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counts(&self) -> Result<[u64; 4], StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as("SELECT state, COUNT(*) FROM records GROUP BY state")
            .fetch_all(&self.readers)
            .await?;
        let mut counts = [0u64; 4];
        for (state, count) in rows {
            let place = usize::try_from(RecordState::of(state)?.code()).unwrap_or(0);
            if let Some(slot) = counts.get_mut(place) {
                *slot = u64::try_from(count).unwrap_or(0);
            }
        }
        Ok(counts)
    }
}

fn record_of(row: Row) -> Result<StoredRecord, StoreError> {
    let (index, stream, seq, previous, bytes, salt, ciphertext, state, verified) = row;
    let body = match (salt, ciphertext) {
        (Some(salt), Some(ciphertext)) => {
            Some(Body { salt: Hash::from_bytes(numbers::bytes(&salt, "salt")?), ciphertext })
        }
        _ => None,
    };
    Ok(StoredRecord {
        index: numbers::small(index, "idx")?,
        stream: StreamId(numbers::small(stream, "stream")?),
        seq: seq_of(seq)?,
        previous: Hash::from_bytes(numbers::bytes(&previous, "previous")?),
        bytes,
        body,
        state: RecordState::of(state)?,
        verified: UnixMillis(verified),
    })
}
