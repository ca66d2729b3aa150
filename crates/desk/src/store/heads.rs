//! Which alarms there are and which of them are over: judged whenever steps are stored, in the same transaction, so that
//! a workstation with a hundred thousand alarms holds the open ones in memory and finds the others.

use super::alarms::{StepRow, step_of};
use super::{Store, StoreError, StoredStep, numbers};
use sqlx::{Connection as _, QueryBuilder, Sqlite, SqliteConnection};
use wl_ledger::record::RecordKind;
use wl_ledger::{KeyId, PatientId, UnixMillis};
use wl_vitals::Code;
use wl_vitals::alarm::{Act, AlarmAck, AlarmEvent, AlarmId, AlarmLife, Happening, Priority};

/// Which alarms that are over are wanted. Each group must fit; within a group one of its patients or codes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OverQuery {
    /// The one priority; none for all.
    pub priority: Option<Priority>,
    /// Patients and codes that a word of the search stands for.
    pub words: Vec<(Vec<PatientId>, Vec<Code>)>,
}

/// Patient, author, kind and body of a step.
type Happened = (Vec<u8>, Vec<u8>, i64, Vec<u8>);

/// Judges an alarm anew from its stored steps.
pub(super) async fn judge(tx: &mut SqliteConnection, alarm: &AlarmId) -> Result<(), StoreError> {
    let rows: Vec<Happened> = sqlx::query_as(
        "SELECT patient, author, kind, body FROM alarm_steps WHERE alarm = ? ORDER BY height, idx",
    )
    .bind(alarm.as_bytes().as_slice())
    .fetch_all(&mut *tx)
    .await?;
    let Some((patient, ..)) = rows.first() else { return Ok(()) };
    let mut life = None;
    for (_, author, kind, body) in &rows {
        let author = KeyId::from_bytes(numbers::bytes(author, "author")?);
        happen(&mut life, author, *kind, body);
    }
    let told = life.as_ref().map(AlarmLife::alarm);
    sqlx::query(
        "INSERT INTO alarms (alarm, patient, code, priority, raised, live) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (alarm) DO UPDATE SET code = excluded.code, priority = excluded.priority,
         raised = excluded.raised, live = excluded.live",
    )
    .bind(alarm.as_bytes().as_slice())
    .bind(patient.as_slice())
    .bind(told.map(|alarm| i64::from(alarm.subject.code.0)))
    .bind(told.map(|alarm| i64::from(alarm.priority as u8)))
    .bind(told.map(|alarm| alarm.raised.0))
    .bind(life.as_ref().is_none_or(AlarmLife::is_live))
    .execute(&mut *tx)
    .await?;
    Ok(())
}

fn happen(life: &mut Option<AlarmLife>, author: KeyId, kind: i64, body: &[u8]) {
    let is = |of: RecordKind| kind == i64::from(of.code());
    if is(RecordKind::Alarm) {
        if let Ok(event) = AlarmEvent::from_bytes(body) {
            AlarmLife::happen(life, Happening::Event(&event));
        }
    } else if is(RecordKind::Acknowledgement) {
        if let Ok(ack) = AlarmAck::from_bytes(body) {
            AlarmLife::happen(life, Happening::Ack(author, &ack));
        }
    } else if let Ok(act) = Act::from_bytes(body) {
        AlarmLife::happen(life, Happening::Act(author, &act));
    }
}

/// Judges what was never judged: a database of an earlier version, and alarms that lost steps.
pub(super) async fn judge_rest(writer: &mut SqliteConnection) -> Result<(), StoreError> {
    let rows: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT alarm FROM alarms WHERE raised IS NULL").fetch_all(&mut *writer).await?;
    let mut tx = writer.begin().await?;
    for row in &rows {
        judge(&mut tx, &alarm_of(row)?).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn alarm_of((alarm,): &(Vec<u8>,)) -> Result<AlarmId, StoreError> {
    Ok(AlarmId::from_bytes(numbers::bytes(alarm, "alarm")?))
}

impl Store {
    /// The newest alarms that are over and fit, at most so many, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn alarms_over(&self, query: &OverQuery, most: u32) -> Result<Vec<AlarmId>, StoreError> {
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT alarm FROM alarms WHERE live = 0 AND raised IS NOT NULL");
        if let Some(priority) = query.priority {
            sql.push(" AND priority = ").push_bind(i64::from(priority as u8));
        }
        for (patients, codes) in &query.words {
            sql.push(" AND (patient IN (");
            let mut list = sql.separated(", ");
            for patient in patients {
                list.push_bind(patient.as_bytes().to_vec());
            }
            sql.push(") OR code IN (");
            let mut list = sql.separated(", ");
            for code in codes {
                list.push_bind(i64::from(code.0));
            }
            sql.push("))");
        }
        sql.push(" ORDER BY raised DESC LIMIT ").push_bind(i64::from(most));
        let rows: Vec<(Vec<u8>,)> = sql.build_query_as().fetch_all(&self.readers).await?;
        rows.iter().map(alarm_of).collect()
    }

    /// The alarms that are over and were raised at or after a time: all of them, or those of one patient.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn alarms_since(
        &self,
        patient: Option<&PatientId>,
        since: UnixMillis,
    ) -> Result<Vec<AlarmId>, StoreError> {
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT alarm FROM alarms WHERE live = 0 AND raised >= ");
        sql.push_bind(since.0);
        if let Some(patient) = patient {
            sql.push(" AND patient = ").push_bind(patient.as_bytes().to_vec());
        }
        let rows: Vec<(Vec<u8>,)> = sql.build_query_as().fetch_all(&self.readers).await?;
        rows.iter().map(alarm_of).collect()
    }

    /// The steps of some alarms, in chain order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn steps_of(&self, alarms: &[AlarmId]) -> Result<Vec<StoredStep>, StoreError> {
        if alarms.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
            "SELECT stream, seq, height, idx, patient, author, taken, hash, kind, body FROM alarm_steps
             WHERE alarm IN (",
        );
        let mut list = sql.separated(", ");
        for alarm in alarms {
            list.push_bind(alarm.as_bytes().to_vec());
        }
        sql.push(") ORDER BY height, idx");
        let rows: Vec<StepRow> = sql.build_query_as().fetch_all(&self.readers).await?;
        rows.into_iter().map(step_of).collect()
    }

    /// All steps of alarms that are not over or were raised at or after `since`, and all of the watch itself, in chain
    /// order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn alarm_steps(&self, since: UnixMillis) -> Result<Vec<StoredStep>, StoreError> {
        let rows: Vec<StepRow> = sqlx::query_as(
            "SELECT stream, seq, height, idx, patient, author, taken, hash, kind, body FROM alarm_steps
             WHERE alarm IS NULL OR alarm IN
               (SELECT alarm FROM alarms WHERE live = 1 UNION SELECT alarm FROM alarms WHERE live = 0 AND raised >= ?)
             ORDER BY height, idx",
        )
        .bind(since.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(step_of).collect()
    }
}
