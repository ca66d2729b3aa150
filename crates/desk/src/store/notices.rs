//! Opened access receipts and security reports: what this person is told because of the role.

use super::numbers::{self, seq_of};
use super::{RecordState, Store, StoreError};
use sqlx::{Connection as _, SqliteConnection};
use wl_ledger::{KeyId, PatientId, Seq, StreamId, UnixMillis, codec};
use wl_wire::access::{AccessReceipt, MAX_RECEIPT_BYTES, Opening, Screen};
use wl_wire::security::{MAX_REPORT_BYTES, SecurityEvent, SecurityReport};

/// One opening of a patient's record, as its verified receipt says.
pub struct StoredOpening {
    /// The receipt's stream.
    pub stream: StreamId,
    /// Its number in the stream.
    pub seq: Seq,
    /// Place in the receipt.
    pub place: u32,
    /// Whose record.
    pub patient: PatientId,
    /// The workstation's key, which signed the receipt.
    pub author: KeyId,
    /// What was opened.
    pub opening: Opening,
}

/// One security event, as its verified report says.
pub struct StoredEvent {
    /// The report's stream.
    pub stream: StreamId,
    /// Its number in the stream.
    pub seq: Seq,
    /// Place in the report.
    pub place: u32,
    /// The workstation's key, which signed the report.
    pub author: KeyId,
    /// What happened.
    pub event: SecurityEvent,
    /// An administrator here has dealt with it.
    pub done: bool,
}

/// Which openings are asked for.
#[derive(Clone, Copy, Default)]
pub struct AccessFilter {
    /// Of this patient.
    pub patient: Option<PatientId>,
    /// From then on.
    pub from: Option<UnixMillis>,
    /// Up to then.
    pub to: Option<UnixMillis>,
}

type OpeningRow = (i64, i64, i64, Vec<u8>, Vec<u8>, Vec<u8>);
type EventRow = (i64, i64, i64, Vec<u8>, Vec<u8>, i64);

impl Store {
    /// Stores a verified and opened receipt and marks its record, in one transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_receipt(
        &self,
        (stream, seq): (StreamId, Seq),
        author: &KeyId,
        receipt: &AccessReceipt,
    ) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        for (place, opening) in (0i64..).zip(receipt.openings()) {
            sqlx::query(
                "INSERT INTO access_log (stream, seq, place, patient, author, at, screen, body)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            )
            .bind(i64::from(stream.0))
            .bind(numbers::seq(seq)?)
            .bind(place)
            .bind(receipt.patient().as_bytes().as_slice())
            .bind(author.as_bytes().as_slice())
            .bind(opening.at.0)
            .bind(i64::from(screen_code(opening.screen)))
            .bind(codec::encode(opening))
            .execute(&mut *tx)
            .await?;
        }
        mark(&mut tx, stream, seq, RecordState::Opened).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stores a verified and opened security report and marks its record, in one transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_report(
        &self,
        (stream, seq): (StreamId, Seq),
        author: &KeyId,
        report: &SecurityReport,
    ) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        for (place, event) in (0i64..).zip(report.events()) {
            sqlx::query(
                "INSERT INTO security_log (stream, seq, place, author, last, body)
                 VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            )
            .bind(i64::from(stream.0))
            .bind(numbers::seq(seq)?)
            .bind(place)
            .bind(author.as_bytes().as_slice())
            .bind(event.last.0)
            .bind(codec::encode(event))
            .execute(&mut *tx)
            .await?;
        }
        mark(&mut tx, stream, seq, RecordState::Opened).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Marks a notice that is for others, or does not open.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pass_notice_over(&self, stream: StreamId, seq: Seq) -> Result<(), StoreError> {
        mark(&mut *self.writer().await, stream, seq, RecordState::Unreadable).await
    }

    /// Openings, broken glass first, then the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn openings(&self, filter: AccessFilter, limit: u32) -> Result<Vec<StoredOpening>, StoreError> {
        let rows: Vec<OpeningRow> = sqlx::query_as(
            "SELECT stream, seq, place, patient, author, body FROM access_log
             WHERE (?1 IS NULL OR patient = ?1) AND at >= ?2 AND at <= ?3
             ORDER BY screen = ?4 DESC, at DESC, stream, seq, place LIMIT ?5",
        )
        .bind(filter.patient.as_ref().map(|patient| patient.as_bytes().as_slice()))
        .bind(filter.from.map_or(i64::MIN, |from| from.0))
        .bind(filter.to.map_or(i64::MAX, |to| to.0))
        .bind(i64::from(screen_code(Screen::BreakGlass)))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(opening_of).collect()
    }

    /// Security events, those not dealt with first, then the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn security_events(&self, limit: u32) -> Result<Vec<StoredEvent>, StoreError> {
        let rows: Vec<EventRow> = sqlx::query_as(
            "SELECT stream, seq, place, author, body, done FROM security_log
             ORDER BY done, last DESC, stream, seq, place LIMIT ?",
        )
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(event_of).collect()
    }

    /// Marks an event as dealt with. Returns whether there is such an event.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_event(&self, stream: StreamId, seq: Seq, place: u32) -> Result<bool, StoreError> {
        let mut writer = self.writer().await;
        let done = sqlx::query("UPDATE security_log SET done = 1 WHERE stream = ? AND seq = ? AND place = ?")
            .bind(i64::from(stream.0))
            .bind(numbers::seq(seq)?)
            .bind(i64::from(place))
            .execute(&mut *writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}

async fn mark(
    connection: &mut SqliteConnection,
    stream: StreamId,
    seq: Seq,
    state: RecordState,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE records SET state = ? WHERE stream = ? AND seq = ? AND state = 0")
        .bind(state.code())
        .bind(i64::from(stream.0))
        .bind(numbers::seq(seq)?)
        .execute(connection)
        .await?;
    Ok(())
}

fn screen_code(screen: Screen) -> u8 {
    u8::try_from(Screen::ALL.iter().position(|one| *one == screen).unwrap_or(0)).unwrap_or(0)
}

fn opening_of(row: OpeningRow) -> Result<StoredOpening, StoreError> {
    let (stream, seq, place, patient, author, body) = row;
    Ok(StoredOpening {
        stream: StreamId(numbers::small(stream, "stream")?),
        seq: seq_of(seq)?,
        place: numbers::small(place, "place")?,
        patient: PatientId::from_bytes(numbers::bytes(&patient, "patient")?),
        author: KeyId::from_bytes(numbers::bytes(&author, "author")?),
        opening: codec::decode(&body, MAX_RECEIPT_BYTES).map_err(|_| StoreError::Column("body"))?,
    })
}

fn event_of(row: EventRow) -> Result<StoredEvent, StoreError> {
    let (stream, seq, place, author, body, done) = row;
    Ok(StoredEvent {
        stream: StreamId(numbers::small(stream, "stream")?),
        seq: seq_of(seq)?,
        place: numbers::small(place, "place")?,
        author: KeyId::from_bytes(numbers::bytes(&author, "author")?),
        event: codec::decode(&body, MAX_REPORT_BYTES).map_err(|_| StoreError::Column("body"))?,
        done: done != 0,
    })
}
