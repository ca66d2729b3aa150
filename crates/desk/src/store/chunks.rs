//! Opened content: chunks of readings, alarm steps and identities, written with the marks of their records.

use super::numbers;
use super::{RecordState, Store, StoreError, alarms, heads, writings};
use crate::opener::{Opened, Place};
use sqlx::{Connection as _, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use wl_ledger::{PatientId, Seq, StreamId, UnixMillis};
use wl_vitals::alarm::AlarmId;
use wl_vitals::chunk::{Chunk, Sample, SeriesKey};

/// One hour: the span of a compacted chunk, in milliseconds.
const HOUR: i64 = 3_600_000;

/// What the opener made of some records: stored together with their marks, or not at all.
#[derive(Default)]
pub struct OpenedBatch {
    samples: BTreeMap<(PatientId, StreamId, SeriesKey), Vec<Sample>>,
    steps: Vec<alarms::NewStep>,
    identities: Vec<alarms::NewIdentity>,
    writings: Vec<writings::NewWriting>,
    marks: Vec<(StreamId, Seq, RecordState)>,
    readings: usize,
}

impl OpenedBatch {
    /// Adds an opened record. Only the opener can make one.
    pub fn add(&mut self, opened: &Opened) {
        let place = opened.place();
        for (key, sample) in opened.samples() {
            self.readings += 1;
            self.samples.entry((place.patient, place.stream, key)).or_default().push(sample);
        }
        self.steps.extend(alarms::NewStep::of(opened));
        self.identities.extend(alarms::NewIdentity::of(opened));
        self.writings.extend(writings::NewWriting::of(opened));
        self.marks.push((place.stream, place.seq, RecordState::Opened));
    }

    /// Marks a record that does not open although its key is here.
    pub fn add_unreadable(&mut self, place: Place) {
        self.marks.push((place.stream, place.seq, RecordState::Unreadable));
    }

    /// Samples waiting.
    pub fn readings(&self) -> usize {
        self.readings
    }

    /// Whether there is nothing to store.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The samples of a patient that are not stored yet.
    pub fn samples_of(&self, patient: PatientId) -> impl Iterator<Item = (StreamId, &SeriesKey, &[Sample])> {
        self.samples
            .iter()
            .filter(move |((of, _, _), _)| *of == patient)
            .map(|((_, stream, key), samples)| (*stream, key, samples.as_slice()))
    }
}

/// The stored samples of one series within a window, in order of time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Samples {
    /// The stream they came in.
    pub stream: StreamId,
    /// What they have in common.
    pub key: SeriesKey,
    /// The samples.
    pub samples: Vec<Sample>,
}

impl Store {
    /// Stores what was opened.
    ///
    /// If it stops before the commit, the records stay unopened and are opened again; a repeat cannot double a
    /// sample, because marks and samples are one transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn store_opened(&self, batch: &OpenedBatch) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        for ((patient, stream, key), samples) in &batch.samples {
            let series = series_id(&mut tx, patient, *stream, key).await?;
            for (hour, samples) in by_hour(samples) {
                insert_chunk(&mut tx, series, hour, 0, &Chunk::new(*key, samples)?).await?;
            }
        }
        for step in &batch.steps {
            step.insert(&mut tx).await?;
        }
        let touched: BTreeSet<AlarmId> = batch.steps.iter().filter_map(alarms::NewStep::alarm).collect();
        for alarm in &touched {
            heads::judge(&mut tx, alarm).await?;
        }
        for identity in &batch.identities {
            identity.insert(&mut tx).await?;
        }
        for writing in &batch.writings {
            writing.insert(&mut tx).await?;
        }
        for Run { stream, first, last, state } in runs_of(&batch.marks) {
            sqlx::query("UPDATE records SET state = ? WHERE stream = ? AND seq BETWEEN ? AND ?")
                .bind(state.code())
                .bind(i64::from(stream.0))
                .bind(numbers::seq(first)?)
                .bind(numbers::seq(last)?)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The samples of a patient from `from` (included) to `to` (excluded).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn samples(
        &self,
        patient: &PatientId,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Result<Vec<Samples>, StoreError> {
        let rows: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT series.id, series.stream, chunks.data FROM series JOIN chunks ON chunks.series = series.id
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
        let mut series: BTreeMap<i64, Samples> = BTreeMap::new();
        for (id, stream, data) in rows {
            let chunk = Chunk::decode(&data)?;
            let stream = StreamId(numbers::small(stream, "stream")?);
            let slot =
                series.entry(id).or_insert_with(|| Samples { stream, key: chunk.key, samples: Vec::new() });
            slot.samples.extend(chunk.samples.into_iter().filter(|s| s.taken >= from && s.taken < to));
        }
        let mut all: Vec<Samples> = series.into_values().collect();
        all.iter_mut().for_each(|series| series.samples.sort_by_key(|sample| (sample.taken, sample.seq)));
        Ok(all)
    }

    /// The newest stored chunk of every series of every patient: where last values come from after a start.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest(&self) -> Result<Vec<(PatientId, Samples)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT series.patient, series.stream, chunks.data FROM series JOIN chunks ON chunks.id =
               (SELECT id FROM chunks WHERE chunks.series = series.id ORDER BY hour DESC, last DESC LIMIT 1)",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(patient, stream, data)| {
                let chunk = Chunk::decode(&data)?;
                let patient = PatientId::from_bytes(numbers::bytes(&patient, "patient")?);
                let stream = StreamId(numbers::small(stream, "stream")?);
                Ok((patient, Samples { stream, key: chunk.key, samples: chunk.samples }))
            })
            .collect()
    }

    /// Joins the loose chunks of hours that are over into one chunk each. Returns how many hours were compacted.
    ///
    /// If it stops before a commit, that hour stays as loose chunks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn compact(&self, now: UnixMillis, at_most: u32) -> Result<u32, StoreError> {
        let due: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT series, hour FROM chunks WHERE hour < ? GROUP BY series, hour
             HAVING COUNT(*) > 1 AND MIN(level) = 0 LIMIT ?",
        )
        .bind(now.0.div_euclid(HOUR))
        .bind(i64::from(at_most))
        .fetch_all(&self.readers)
        .await?;
        let mut writer = self.writer().await;
        let mut compacted = 0;
        for (series, hour) in due {
            let mut tx = writer.begin().await?;
            let rows: Vec<(Vec<u8>,)> =
                sqlx::query_as("SELECT data FROM chunks WHERE series = ? AND hour = ?")
                    .bind(series)
                    .bind(hour)
                    .fetch_all(&mut *tx)
                    .await?;
            let chunks = rows.iter().map(|(data,)| Chunk::decode(data)).collect::<Result<Vec<_>, _>>()?;
            let Some(joined) = Chunk::join(chunks)? else { continue };
            sqlx::query("DELETE FROM chunks WHERE series = ? AND hour = ?")
                .bind(series)
                .bind(hour)
                .execute(&mut *tx)
                .await?;
            insert_chunk(&mut tx, series, hour, 1, &joined).await?;
            tx.commit().await?;
            compacted += 1;
        }
        Ok(compacted)
    }
}

/// Records of one stream without a gap between them that get the same mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    stream: StreamId,
    first: Seq,
    last: Seq,
    state: RecordState,
}

/// The marks in as few runs as there are. The last mark of a record counts.
fn runs_of(marks: &[(StreamId, Seq, RecordState)]) -> Vec<Run> {
    let marks: BTreeMap<(StreamId, Seq), RecordState> =
        marks.iter().map(|(stream, seq, state)| ((*stream, *seq), *state)).collect();
    let mut runs: Vec<Run> = Vec::new();
    for ((stream, seq), state) in marks {
        match runs.last_mut() {
            Some(run) if run.stream == stream && run.state == state && run.last.next() == Some(seq) => {
                run.last = seq;
            }
            _ => runs.push(Run { stream, first: seq, last: seq, state }),
        }
    }
    runs
}

fn by_hour(samples: &[Sample]) -> BTreeMap<i64, Vec<Sample>> {
    let mut hours: BTreeMap<i64, Vec<Sample>> = BTreeMap::new();
    for sample in samples {
        hours.entry(sample.taken.0.div_euclid(HOUR)).or_default().push(*sample);
    }
    hours
}

async fn series_id(
    tx: &mut SqliteConnection,
    patient: &PatientId,
    stream: StreamId,
    key: &SeriesKey,
) -> Result<i64, StoreError> {
    let encoded = wl_ledger::codec::encode(key);
    let known: Option<(i64,)> =
        sqlx::query_as("SELECT id FROM series WHERE patient = ? AND stream = ? AND key = ?")
            .bind(patient.as_bytes().as_slice())
            .bind(i64::from(stream.0))
            .bind(encoded.as_slice())
            .fetch_optional(&mut *tx)
            .await?;
    if let Some((id,)) = known {
        return Ok(id);
    }
    let done = sqlx::query("INSERT INTO series (patient, stream, key, code) VALUES (?, ?, ?, ?)")
        .bind(patient.as_bytes().as_slice())
        .bind(i64::from(stream.0))
        .bind(encoded.as_slice())
        .bind(i64::from(key.code.0))
        .execute(tx)
        .await?;
    Ok(done.last_insert_rowid())
}

pub(super) async fn insert_chunk(
    tx: &mut SqliteConnection,
    series: i64,
    hour: i64,
    level: i64,
    chunk: &Chunk,
) -> Result<(), StoreError> {
    let Some((first, last)) = chunk.span() else { return Ok(()) };
    sqlx::query("INSERT INTO chunks (series, hour, first, last, level, data) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(series)
        .bind(hour)
        .bind(first.0)
        .bind(last.0)
        .bind(level)
        .bind(chunk.encode()?)
        .execute(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_written_in_runs() {
        use RecordState::{Opened, Unreadable};
        let mark = |stream, seq, state| (StreamId(stream), Seq(seq), state);
        let run = |stream, first, last, state| Run {
            stream: StreamId(stream),
            first: Seq(first),
            last: Seq(last),
            state,
        };
        let marks = [
            mark(1, 7, Opened),
            mark(1, 5, Opened),
            mark(1, 6, Opened),
            mark(1, 9, Opened),
            mark(2, 10, Opened),
            mark(2, 11, Unreadable),
            mark(2, 12, Unreadable),
            mark(3, u64::MAX, Opened),
            mark(2, 11, Unreadable),
        ];
        let runs = [
            run(1, 5, 7, Opened),
            run(1, 9, 9, Opened),
            run(2, 10, 10, Opened),
            run(2, 11, 12, Unreadable),
            run(3, u64::MAX, u64::MAX, Opened),
        ];
        assert_eq!(runs_of(&marks), runs);
        assert!(runs_of(&[]).is_empty());
    }
}
