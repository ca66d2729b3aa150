//! Opened alarm events, acknowledgements and identities.

use super::numbers::{self, height_of, seq_of};
use super::{Store, StoreError};
use crate::opener::{Content, Opened};
use sqlx::SqliteConnection;
use wl_ledger::record::RecordKind;
use wl_ledger::{Hash, Height, KeyId, PatientId, Seq, StreamId, UnixMillis};
use wl_vitals::alarm::AlarmId;

/// Kinds of records that are steps; `alarm_steps.kind` holds the ledger's codes.
const KINDS: [RecordKind; 4] =
    [RecordKind::Alarm, RecordKind::Acknowledgement, RecordKind::Limits, RecordKind::Act];

/// One opened alarm event or acknowledgement, as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredStep {
    /// Stream.
    pub stream: StreamId,
    /// Number in the stream.
    pub seq: Seq,
    /// Height of its block.
    pub height: Height,
    /// Place in the block.
    pub index: u32,
    /// Whose alarm.
    pub patient: PatientId,
    /// Who signed it.
    pub author: KeyId,
    /// When it was taken.
    pub taken: UnixMillis,
    /// Hash of its record.
    pub hash: Hash,
    /// What it is.
    pub kind: RecordKind,
    /// Its opened bytes.
    pub body: Vec<u8>,
}

/// The newest identity record of a patient, as stored.
pub struct StoredIdentity {
    /// Whose.
    pub patient: PatientId,
    /// Stream.
    pub stream: StreamId,
    /// Number in the stream.
    pub seq: Seq,
    /// Its opened bytes.
    pub body: Vec<u8>,
}

pub(super) struct NewStep {
    step: StoredStep,
    alarm: Option<AlarmId>,
}

impl NewStep {
    pub(super) fn of(opened: &Opened) -> Option<Self> {
        let (alarm, kind, body) = match opened.content() {
            Content::Alarm(event) => {
                (event.alarm().map(|alarm| alarm.id), RecordKind::Alarm, event.to_bytes())
            }
            Content::Acknowledgement(ack) => (Some(ack.alarm), RecordKind::Acknowledgement, ack.to_bytes()),
            Content::Limits(record) => (None, RecordKind::Limits, record.to_bytes()),
            Content::Act(act) => (act.alarm(), RecordKind::Act, act.to_bytes()),
            Content::Frame(_)
            | Content::Observation(_)
            | Content::Waveform(_)
            | Content::Identity(_)
            | Content::Writing(_)
            | Content::Kept => return None,
        };
        let place = opened.place();
        let step = StoredStep {
            stream: place.stream,
            seq: place.seq,
            height: place.height,
            index: place.index,
            patient: place.patient,
            author: opened.author(),
            taken: opened.taken(),
            hash: opened.hash(),
            kind,
            body,
        };
        Some(Self { step, alarm })
    }

    pub(super) async fn insert(&self, tx: &mut SqliteConnection) -> Result<(), StoreError> {
        let step = &self.step;
        sqlx::query(
            "INSERT INTO alarm_steps (stream, seq, height, idx, patient, alarm, author, taken, hash, kind, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, seq) DO NOTHING",
        )
        .bind(i64::from(step.stream.0))
        .bind(numbers::seq(step.seq)?)
        .bind(numbers::height(step.height)?)
        .bind(i64::from(step.index))
        .bind(step.patient.as_bytes().as_slice())
        .bind(self.alarm.as_ref().map(|alarm| alarm.as_bytes().as_slice()))
        .bind(step.author.as_bytes().as_slice())
        .bind(step.taken.0)
        .bind(step.hash.as_bytes().as_slice())
        .bind(i64::from(step.kind.code()))
        .bind(step.body.as_slice())
        .execute(&mut *tx)
        .await?;
        Ok(())
    }

    /// The alarm it is about.
    pub(super) fn alarm(&self) -> Option<AlarmId> {
        self.alarm
    }
}

pub(super) struct NewIdentity {
    identity: StoredIdentity,
    height: Height,
    index: u32,
}

impl NewIdentity {
    pub(super) fn of(opened: &Opened) -> Option<Self> {
        let Content::Identity(identity) = opened.content() else { return None };
        let place = opened.place();
        let (patient, stream, seq) = (place.patient, place.stream, place.seq);
        let identity = StoredIdentity { patient, stream, seq, body: identity.to_bytes() };
        Some(Self { identity, height: place.height, index: place.index })
    }

    pub(super) async fn insert(&self, tx: &mut SqliteConnection) -> Result<(), StoreError> {
        let identity = &self.identity;
        sqlx::query(
            "INSERT INTO identities (patient, height, idx, stream, seq, body) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (patient) DO UPDATE SET height = excluded.height, idx = excluded.idx,
             stream = excluded.stream, seq = excluded.seq, body = excluded.body
             WHERE (excluded.height, excluded.idx) > (identities.height, identities.idx)",
        )
        .bind(identity.patient.as_bytes().as_slice())
        .bind(numbers::height(self.height)?)
        .bind(i64::from(self.index))
        .bind(i64::from(identity.stream.0))
        .bind(numbers::seq(identity.seq)?)
        .bind(identity.body.as_slice())
        .execute(tx)
        .await?;
        Ok(())
    }
}

pub(super) type StepRow = (i64, i64, i64, i64, Vec<u8>, Vec<u8>, i64, Vec<u8>, i64, Vec<u8>);

impl Store {
    /// The newest identity of every patient.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn identities(&self) -> Result<Vec<StoredIdentity>, StoreError> {
        let rows: Vec<(Vec<u8>, i64, i64, Vec<u8>)> =
            sqlx::query_as("SELECT patient, stream, seq, body FROM identities")
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter()
            .map(|(patient, stream, seq, body)| {
                Ok(StoredIdentity {
                    patient: PatientId::from_bytes(numbers::bytes(&patient, "patient")?),
                    stream: StreamId(numbers::small(stream, "stream")?),
                    seq: seq_of(seq)?,
                    body,
                })
            })
            .collect()
    }
}

pub(super) fn step_of(row: StepRow) -> Result<StoredStep, StoreError> {
    let (stream, seq, height, index, patient, author, taken, hash, kind, body) = row;
    let kind = KINDS.into_iter().find(|known| i64::from(known.code()) == kind);
    Ok(StoredStep {
        stream: StreamId(numbers::small(stream, "stream")?),
        seq: seq_of(seq)?,
        height: height_of(height)?,
        index: numbers::small(index, "idx")?,
        patient: PatientId::from_bytes(numbers::bytes(&patient, "patient")?),
        author: KeyId::from_bytes(numbers::bytes(&author, "author")?),
        taken: UnixMillis(taken),
        hash: Hash::from_bytes(numbers::bytes(&hash, "hash")?),
        kind: kind.ok_or(StoreError::Column("kind"))?,
        body,
    })
}
