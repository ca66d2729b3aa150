//! The desk's own records on their way into the ledger. What is acknowledged to a person is durable here first.

use super::numbers::{self, seq_of};
use super::{Store, StoreError};
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeSet;
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, PatientId, Seq, StreamId, codec};
use wl_vitals::alarm::{Act, AlarmId};
use wl_wire::messages::Item;

/// Longest encoding of a subject.
const MAX_SUBJECT: usize = 64;

/// One record on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// Its number in the outbox.
    pub id: i64,
    /// What its stream is about.
    pub subject: Subject,
    /// What it is.
    pub kind: RecordKind,
    /// The alarm it answers, if it answers one.
    pub alarm: Option<AlarmId>,
    /// What the record will hold, not yet sealed.
    pub body: Vec<u8>,
    /// The signed and sealed record with its place, once its stream is open. It is sent unchanged until it is sealed.
    pub signed: Option<(StreamId, Seq, Item)>,
    /// Why the ledger refused it for good.
    pub refused: Option<String>,
}

/// A queued record that was signed for a place in a stream.
pub struct Placed {
    /// Its number in the outbox.
    pub id: i64,
    /// Its stream.
    pub stream: StreamId,
    /// Its number in the stream.
    pub seq: Seq,
    /// As it is sent.
    pub item: Item,
}

type Row =
    (i64, Vec<u8>, i64, Option<Vec<u8>>, Vec<u8>, Option<i64>, Option<i64>, Option<Vec<u8>>, Option<String>);

impl Store {
    /// Queues a record and makes it durable, whatever the database's usual pace.
    ///
    /// If it stops before the commit, the person was not told that anything happened; after it, it is sent at the
    /// next start at the latest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn queue(
        &self,
        subject: &Subject,
        kind: RecordKind,
        alarm: Option<&AlarmId>,
        body: &[u8],
    ) -> Result<i64, StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut *writer).await?;
        let done = insert(&mut writer, subject, kind, alarm, body).await;
        sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *writer).await?;
        done
    }

    /// Queues acts about alarms, each in the stream of its patient's alarms, durably and all or none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn queue_acts(&self, acts: &[(PatientId, Act)]) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut *writer).await?;
        let done = insert_acts(&mut writer, acts).await;
        sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *writer).await?;
        done
    }

    /// Fixes signed records, durably, before they are sent for the first time: a place in a stream must never be signed
    /// twice. Returns the numbers of those that were not fixed before; another record of theirs is not to be sent.
    ///
    /// # Errors
    /// [`StoreError`]; then none of them is fixed.
    pub async fn fix(&self, placed: &[Placed]) -> Result<BTreeSet<i64>, StoreError> {
        if placed.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut writer = self.writer().await;
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut *writer).await?;
        let done = place(&mut writer, placed).await;
        sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *writer).await?;
        done
    }

    /// Takes out what stands in the verified chain by now, and returns how many that were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle(&self) -> Result<u64, StoreError> {
        let mut writer = self.writer().await;
        let done = sqlx::query(
            "DELETE FROM outbox WHERE EXISTS
               (SELECT 1 FROM records WHERE records.stream = outbox.stream AND records.seq = outbox.seq)",
        )
        .execute(&mut *writer)
        .await?;
        Ok(done.rows_affected())
    }

    /// Notes that the ledger refused a queued record for good. It stays, so that people can see it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refuse(&self, id: i64, reason: &str) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        sqlx::query("UPDATE outbox SET refused = ? WHERE id = ?")
            .bind(reason)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lets refused records of a kind be sent again, unchanged: what was refused because this clock was ahead is taken
    /// once the others' clocks have come after.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn send_again(&self, kind: RecordKind) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("UPDATE outbox SET refused = NULL WHERE kind = ?")
            .bind(i64::from(kind.code()))
            .execute(&mut *writer)
            .await?;
        Ok(())
    }

    /// Everything queued, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox(&self) -> Result<Vec<Outgoing>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, subject, kind, alarm, body, stream, seq, item, refused FROM outbox ORDER BY id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(outgoing_of).collect()
    }
}

async fn place(connection: &mut SqliteConnection, placed: &[Placed]) -> Result<BTreeSet<i64>, StoreError> {
    let mut fixed = BTreeSet::new();
    let mut tx = connection.begin().await?;
    for one in placed {
        let done =
            sqlx::query("UPDATE outbox SET stream = ?, seq = ?, item = ? WHERE id = ? AND item IS NULL")
                .bind(i64::from(one.stream.0))
                .bind(numbers::seq(one.seq)?)
                .bind(codec::encode(&one.item))
                .bind(one.id)
                .execute(&mut *tx)
                .await?;
        if done.rows_affected() > 0 {
            fixed.insert(one.id);
        }
    }
    tx.commit().await?;
    Ok(fixed)
}

async fn insert_acts(connection: &mut SqliteConnection, acts: &[(PatientId, Act)]) -> Result<(), StoreError> {
    let mut tx = connection.begin().await?;
    for (patient, act) in acts {
        let subject = Subject::Patient(*patient, Category::Alarms);
        insert(&mut tx, &subject, RecordKind::Act, act.alarm().as_ref(), &act.to_bytes()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Queues a record within a transaction of the caller's.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    subject: &Subject,
    kind: RecordKind,
    alarm: Option<&AlarmId>,
    body: &[u8],
) -> Result<i64, StoreError> {
    let done = sqlx::query("INSERT INTO outbox (subject, kind, alarm, body) VALUES (?, ?, ?, ?)")
        .bind(codec::encode(subject))
        .bind(i64::from(kind.code()))
        .bind(alarm.map(|alarm| alarm.as_bytes().as_slice()))
        .bind(body)
        .execute(connection)
        .await?;
    Ok(done.last_insert_rowid())
}

fn outgoing_of(row: Row) -> Result<Outgoing, StoreError> {
    let (id, subject, kind, alarm, body, stream, seq, item, refused) = row;
    let signed = match (stream, seq, item) {
        (Some(stream), Some(seq), Some(item)) => Some((
            StreamId(numbers::small(stream, "stream")?),
            seq_of(seq)?,
            codec::decode(&item, wl_wire::messages::MAX_REQUEST_BYTES)
                .map_err(|_| StoreError::Column("item"))?,
        )),
        _ => None,
    };
    Ok(Outgoing {
        id,
        subject: codec::decode(&subject, MAX_SUBJECT).map_err(|_| StoreError::Column("subject"))?,
        kind: kind_of(kind)?,
        alarm: alarm.map(|alarm| numbers::bytes(&alarm, "alarm").map(AlarmId::from_bytes)).transpose()?,
        body,
        signed,
        refused,
    })
}

fn kind_of(code: i64) -> Result<RecordKind, StoreError> {
    let code = u8::try_from(code).map_err(|_| StoreError::Column("kind"))?;
    codec::decode(&codec::encode(&code), 2).map_err(|_| StoreError::Column("kind"))
}
