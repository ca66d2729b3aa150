//! What is known of the alarms that are not over, and who is called when nobody answers.

use super::{StoreError, Tx, fixed};
use sqlx::Row as _;
use wl_ledger::{KeyId, PatientId};
use wl_vitals::alarm::{Act, AlarmAck, AlarmEvent, AlarmId, Happening, Roster};

/// One thing that was said of an alarm.
pub enum Said {
    /// By the hub's rules.
    Event(AlarmEvent),
    /// An acknowledgement.
    Ack(AlarmAck),
    /// An act of a person, a workstation or the hub.
    Act(Act),
}

impl Said {
    /// The alarm it is about; none if it is about none.
    pub fn alarm(&self) -> Option<AlarmId> {
        match self {
            Self::Event(event) => event.alarm().map(|alarm| alarm.id),
            Self::Ack(ack) => Some(ack.alarm),
            Self::Act(act) => act.alarm(),
        }
    }

    /// The same as the alarm's next happening.
    pub fn happening(&self, author: KeyId) -> Happening<'_> {
        match self {
            Self::Event(event) => Happening::Event(event),
            Self::Ack(ack) => Happening::Ack(author, ack),
            Self::Act(act) => Happening::Act(author, act),
        }
    }

    fn kind(&self) -> i64 {
        use wl_ledger::record::RecordKind;
        let kind = match self {
            Self::Event(_) => RecordKind::Alarm,
            Self::Ack(_) => RecordKind::Acknowledgement,
            Self::Act(_) => RecordKind::Act,
        };
        i64::from(kind.code())
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Event(event) => event.to_bytes(),
            Self::Ack(ack) => ack.to_bytes(),
            Self::Act(act) => act.to_bytes(),
        }
    }

    fn parse(kind: i64, body: &[u8]) -> Result<Self, StoreError> {
        use wl_ledger::record::RecordKind;
        let is = |of: RecordKind| kind == i64::from(of.code());
        let said = match () {
            () if is(RecordKind::Alarm) => AlarmEvent::from_bytes(body).map(Self::Event),
            () if is(RecordKind::Acknowledgement) => AlarmAck::from_bytes(body).map(Self::Ack),
            () => Act::from_bytes(body).map(Self::Act),
        };
        said.map_err(|_| StoreError::Damaged("step of an alarm"))
    }
}

/// A step as stored.
pub struct StepRow {
    /// Whose alarm.
    pub patient: PatientId,
    /// Who said it.
    pub author: KeyId,
    /// What was said.
    pub said: Said,
}

/// Keeps a step. One about no alarm, and one of a person about an alarm that is not kept any more, is left out.
pub async fn keep(
    tx: &mut Tx<'_>,
    patient: &PatientId,
    author: &KeyId,
    said: &Said,
) -> Result<bool, StoreError> {
    let Some(alarm) = said.alarm() else { return Ok(false) };
    let raises = matches!(said, Said::Event(_));
    let done = sqlx::query(
        "INSERT INTO alarm_step (patient, alarm, author, kind, body) SELECT ?, ?, ?, ?, ?
         WHERE ? OR EXISTS (SELECT 1 FROM alarm_step WHERE alarm = ? AND patient = ?)",
    )
    .bind(patient.as_bytes().as_slice())
    .bind(alarm.as_bytes().as_slice())
    .bind(author.as_bytes().as_slice())
    .bind(said.kind())
    .bind(said.bytes())
    .bind(raises)
    .bind(alarm.as_bytes().as_slice())
    .bind(patient.as_bytes().as_slice())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// All steps, in the order in which they became known.
pub async fn steps(tx: &mut Tx<'_>) -> Result<Vec<StepRow>, StoreError> {
    let rows = sqlx::query("SELECT patient, author, kind, body FROM alarm_step ORDER BY id")
        .fetch_all(&mut **tx)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(StepRow {
                patient: PatientId::from_bytes(fixed(row.try_get(0)?, "patient")?),
                author: KeyId::from_bytes(fixed(row.try_get(1)?, "author")?),
                said: Said::parse(row.try_get(2)?, row.try_get(3)?)?,
            })
        })
        .collect()
}

/// Forgets an alarm that calls nobody any more. The ledger keeps all that was said of it.
pub async fn forget(tx: &mut Tx<'_>, alarm: &AlarmId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM alarm_step WHERE alarm = ?")
        .bind(alarm.as_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Puts a roster in force, in the place of the one before.
pub async fn put_roster(tx: &mut Tx<'_>, patient: &PatientId, roster: &Roster) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO roster (patient, body) VALUES (?, ?)
         ON CONFLICT (patient) DO UPDATE SET body = excluded.body",
    )
    .bind(patient.as_bytes().as_slice())
    .bind(Act::Named(roster.clone()).to_bytes())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The rosters in force.
pub async fn rosters(tx: &mut Tx<'_>) -> Result<Vec<(PatientId, Roster)>, StoreError> {
    let rows = sqlx::query("SELECT patient, body FROM roster").fetch_all(&mut **tx).await?;
    let damaged = StoreError::Damaged("roster");
    let mut rosters = Vec::with_capacity(rows.len());
    for row in &rows {
        let patient = PatientId::from_bytes(fixed(row.try_get(0)?, "patient")?);
        match Act::from_bytes(row.try_get(1)?) {
            Ok(Act::Named(roster)) => rosters.push((patient, roster)),
            _ => return Err(damaged),
        }
    }
    Ok(rosters)
}
