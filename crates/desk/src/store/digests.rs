//! Digests of stored chunks, kept in memory while the database is open, so that a day's chart decodes each chunk once.
//!
//! A chunk never changes: it is replaced under another id, or with another level, span or length. All of these are the
//! key, so that an id which SQLite gives out again never brings an old digest back.

use super::{Store, StoreError, numbers};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use wl_ledger::{PatientId, StreamId, UnixMillis};
use wl_vitals::chunk::{Chunk, SeriesKey};
use wl_vitals::trend::Digest;

/// One hour: the span of a compacted chunk, in milliseconds.
const HOUR: i64 = 3_600_000;
/// Most stretches kept in memory: about 35 MB, which is a week of ten vitals of seven patients.
const MOST_STRETCHES: usize = 400_000;
/// Most chunks read in one statement.
const TOGETHER: usize = 256;

/// Id, level, first, last and length of a chunk.
type Key = (i64, i64, i64, i64, i64);

/// A digest of one chunk with what its samples have in common.
#[derive(Clone)]
pub struct ChunkDigest {
    /// The stream they came in.
    pub stream: StreamId,
    /// What they have in common.
    pub key: SeriesKey,
    /// The samples, made short.
    pub digest: Arc<Digest>,
}

/// What has been made short already.
#[derive(Default)]
pub(super) struct Digests {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    digests: BTreeMap<Key, ChunkDigest>,
    stretches: usize,
}

impl Digests {
    fn get(&self, key: &Key) -> Option<ChunkDigest> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).digests.get(key).cloned()
    }

    fn put(&self, key: Key, digest: &ChunkDigest) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.stretches = kept.stretches.saturating_add(digest.digest.len());
        if kept.stretches > MOST_STRETCHES {
            // Whoever looks at so many patients at once reads them again; nothing is wrong, only slower.
            *kept = Kept { stretches: digest.digest.len(), ..Kept::default() };
        }
        kept.digests.insert(key, digest.clone());
    }

    /// Forgets everything: what was erased must not stay in memory either.
    pub(super) fn clear(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}

impl Store {
    /// Digests of a patient's chunks that touch the time from `from` (included) to `to` (excluded), those of a series
    /// in order of time. A digest may hold samples outside of that time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn digests(
        &self,
        patient: &PatientId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<ChunkDigest>, StoreError> {
        let rows: Vec<(i64, i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT chunks.id, chunks.level, chunks.first, chunks.last, length(chunks.data)
             FROM series JOIN chunks ON chunks.series = series.id
             WHERE series.patient = ? AND chunks.last >= ? AND chunks.first < ? AND chunks.hour BETWEEN ? AND ?
             ORDER BY series.id, chunks.first",
        )
        .bind(patient.as_bytes().as_slice())
        .bind(from.0)
        .bind(to.0)
        .bind(from.0.div_euclid(HOUR))
        .bind(to.0.div_euclid(HOUR))
        .fetch_all(&self.readers)
        .await?;
        let mut found: Vec<Option<ChunkDigest>> = rows.iter().map(|key| self.digests.get(key)).collect();
        let absent: Vec<i64> =
            rows.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(key, _)| key.0).collect();
        if !absent.is_empty() {
            let read = self.make_short(&absent).await?;
            for (key, slot) in rows.iter().zip(&mut found).filter(|(_, slot)| slot.is_none()) {
                // A chunk that compaction has replaced meanwhile is in its successor: the next answer has it.
                *slot = read.get(&key.0).cloned();
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    async fn make_short(&self, ids: &[i64]) -> Result<BTreeMap<i64, ChunkDigest>, StoreError> {
        let mut made = BTreeMap::new();
        for ids in ids.chunks(TOGETHER) {
            let ids = serde_json::to_string(ids).unwrap_or_default();
            let rows: Vec<(i64, i64, i64, i64, i64, Vec<u8>)> = sqlx::query_as(
                "SELECT chunks.id, chunks.level, chunks.first, chunks.last, series.stream, chunks.data
                 FROM json_each(?) JOIN chunks ON chunks.id = json_each.value JOIN series ON series.id = chunks.series",
            )
            .bind(ids)
            .fetch_all(&self.readers)
            .await?;
            for (id, level, first, last, stream, data) in rows {
                let chunk = Chunk::decode(&data)?;
                let stream = StreamId(numbers::small(stream, "stream")?);
                let digest =
                    ChunkDigest { stream, key: chunk.key, digest: Arc::new(Digest::of(&chunk.samples)) };
                let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
                self.digests.put((id, level, first, last, length), &digest);
                made.insert(id, digest);
            }
        }
        Ok(made)
    }
}
