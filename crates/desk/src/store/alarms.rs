//! Opened alarm events, acknowledgements and identities.

use super::numbers::{self, height_of, seq_of};
use super::{Store, StoreError};
use crate::opener::{Content, Opened};
use sqlx::SqliteConnection;
use wl_ledger::{Height, KeyId, PatientId, Seq, StreamId, UnixMillis};
use wl_vitals::alarm::AlarmId;

/// Code of an alarm event in `alarm_steps.kind`; the ledger's kind code.
const EVENT: i64 = 2;
/// Code of an acknowledgement.
const ACKNOWLEDGEMENT: i64 = 3;

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
    /// True for an acknowledgement.
    pub acknowledges: bool,
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
        let (alarm, acknowledges, body) = match opened.content() {
            Content::Alarm(event) => (event.alarm().map(|alarm| alarm.id), false, event.to_bytes()),
            Content::Acknowledgement(ack) => (Some(ack.alarm), true, ack.to_bytes()),
            Content::Frame(_) | Content::Waveform(_) | Content::Identity(_) | Content::Kept => return None,
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
            acknowledges,
            body,
        };
        Some(Self { step, alarm })
    }

    pub(super) async fn insert(&self, tx: &mut SqliteConnection) -> Result<(), StoreError> {
        let step = &self.step;
        sqlx::query(
            "INSERT INTO alarm_steps (stream, seq, height, idx, patient, alarm, author, taken, kind, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, seq) DO NOTHING",
        )
        .bind(i64::from(step.stream.0))
        .bind(numbers::seq(step.seq)?)
        .bind(numbers::height(step.height)?)
        .bind(i64::from(step.index))
        .bind(step.patient.as_bytes().as_slice())
        .bind(self.alarm.as_ref().map(|alarm| alarm.as_bytes().as_slice()))
        .bind(step.author.as_bytes().as_slice())
        .bind(step.taken.0)
        .bind(if step.acknowledges { ACKNOWLEDGEMENT } else { EVENT })
        .bind(step.body.as_slice())
        .execute(tx)
        .await?;
        Ok(())
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

type StepRow = (i64, i64, i64, i64, Vec<u8>, Vec<u8>, i64, i64, Vec<u8>);

impl Store {
    /// All steps of alarms that moved at or after `since`, in chain order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn alarm_steps(&self, since: UnixMillis) -> Result<Vec<StoredStep>, StoreError> {
        let rows: Vec<StepRow> = sqlx::query_as(
            "SELECT stream, seq, height, idx, patient, author, taken, kind, body FROM alarm_steps
             WHERE alarm IN (SELECT alarm FROM alarm_steps WHERE taken >= ? AND alarm IS NOT NULL)
             ORDER BY height, idx",
        )
        .bind(since.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(step_of).collect()
    }

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

fn step_of(row: StepRow) -> Result<StoredStep, StoreError> {
    let (stream, seq, height, index, patient, author, taken, kind, body) = row;
    Ok(StoredStep {
        stream: StreamId(numbers::small(stream, "stream")?),
        seq: seq_of(seq)?,
        height: height_of(height)?,
        index: numbers::small(index, "idx")?,
        patient: PatientId::from_bytes(numbers::bytes(&patient, "patient")?),
        author: KeyId::from_bytes(numbers::bytes(&author, "author")?),
        taken: UnixMillis(taken),
        acknowledges: kind == ACKNOWLEDGEMENT,
        body,
    })
}
