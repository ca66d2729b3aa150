//! Patients of this hub, what was taken in, and what was refused.

use super::{StoreError, Tx, fixed};
use crate::bedside::nobody;
use crate::ingest::quarantine::Quarantined;
use sqlx::Row as _;
use wl_ledger::{DeviceId, PatientId, UnixMillis};
use wl_vitals::Code;
use wl_wire::identity::Identity;

/// A patient of this hub as stored.
pub struct PatientRow {
    /// Pseudonym.
    pub patient: PatientId,
    /// Who it is.
    pub identity: Identity,
    /// Whether the identity record is queued or sent.
    pub identity_queued: bool,
    /// How often devices send, in milliseconds.
    pub interval: i64,
    /// Snapshot of the alarm engine.
    pub engine: Option<Vec<u8>>,
}

/// A quarantined message, for people to look at.
pub struct QuarantineRow {
    /// Number.
    pub id: i64,
    /// When it arrived.
    pub received: UnixMillis,
    /// Which part failed.
    pub ground: String,
    /// What to do about it.
    pub reason: String,
    /// Length of the message in bytes.
    pub bytes: u64,
}

/// Adds a patient, or changes who it is; a changed identity is sent again.
pub async fn put_patient(
    tx: &mut Tx<'_>,
    patient: &PatientId,
    identity: &Identity,
    interval: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO patient (patient, identity, interval) VALUES (?, ?, ?)
         ON CONFLICT (patient) DO UPDATE SET identity = excluded.identity, identity_queued = 0,
             interval = excluded.interval",
    )
    .bind(patient.as_bytes().as_slice())
    .bind(identity.to_bytes())
    .bind(interval)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Erases who a patient is. False when nothing of it was here any more. No identity record follows it.
pub async fn forget_identity(tx: &mut Tx<'_>, patient: &PatientId) -> Result<bool, StoreError> {
    let nobody = nobody().to_bytes();
    let done = sqlx::query(
        "UPDATE patient SET identity = ?, identity_queued = 1 WHERE patient = ? AND identity <> ?",
    )
    .bind(&nobody)
    .bind(patient.as_bytes().as_slice())
    .bind(&nobody)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// All patients of this hub.
pub async fn patients(tx: &mut Tx<'_>) -> Result<Vec<PatientRow>, StoreError> {
    let rows = sqlx::query("SELECT patient, identity, identity_queued, interval, engine FROM patient")
        .fetch_all(&mut **tx)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(PatientRow {
                patient: PatientId::from_bytes(fixed(row.try_get(0)?, "patient")?),
                identity: Identity::parse(row.try_get(1)?).map_err(|_| StoreError::Damaged("identity"))?,
                identity_queued: row.try_get::<i64, _>(2)? != 0,
                interval: row.try_get(3)?,
                engine: row.try_get(4)?,
            })
        })
        .collect()
}

/// Notes that the identity record is queued; in the same transaction as the record.
pub async fn identity_queued(tx: &mut Tx<'_>, patient: &PatientId) -> Result<(), StoreError> {
    sqlx::query("UPDATE patient SET identity_queued = 1 WHERE patient = ?")
        .bind(patient.as_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps the state of a patient's alarm rules; in the same transaction as the alarms it raised.
pub async fn put_engine(tx: &mut Tx<'_>, patient: &PatientId, snapshot: &[u8]) -> Result<(), StoreError> {
    sqlx::query("UPDATE patient SET engine = ? WHERE patient = ?")
        .bind(snapshot)
        .bind(patient.as_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes a measurement. False when it was taken in before. `value` tells measurements of one moment apart; where it is
/// empty the moment alone counts.
pub async fn take(
    tx: &mut Tx<'_>,
    device: DeviceId,
    (code, channel): (Code, u8),
    taken: UnixMillis,
    value: &[u8],
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT OR IGNORE INTO taken (device, code, channel, time, value) SELECT ?1, ?2, ?3, ?4, ?5
         WHERE NOT EXISTS (SELECT 1 FROM taken WHERE device = ?1 AND code = ?2 AND channel = ?3 AND time = ?4
                           AND value = x'')",
    )
    .bind(i64::from(device.0))
    .bind(i64::from(code.0))
    .bind(i64::from(channel))
    .bind(taken.0)
    .bind(value)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets measurements before a time; a copy of one that old would be taken for new.
pub async fn forget_before(tx: &mut Tx<'_>, time: UnixMillis) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM taken WHERE time < ?").bind(time.0).execute(&mut **tx).await?;
    Ok(())
}

/// Keeps a refused message whole.
pub async fn quarantine(tx: &mut Tx<'_>, message: &Quarantined) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO quarantine (received, peer, ground, reason, message) VALUES (?, ?, ?, ?, ?)")
        .bind(message.received.0)
        .bind(message.peer.to_string())
        .bind(message.ground.word())
        .bind(&message.reason)
        .bind(message.message.as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Refused messages, newest first.
pub async fn quarantined(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<QuarantineRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, received, ground, reason, length(message) FROM quarantine ORDER BY id DESC LIMIT ?",
    )
    .bind(i64::from(limit))
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(QuarantineRow {
                id: row.try_get(0)?,
                received: UnixMillis(row.try_get(1)?),
                ground: row.try_get(2)?,
                reason: row.try_get(3)?,
                bytes: super::unsigned(row.try_get(4)?, "length")?,
            })
        })
        .collect()
}

/// Keeps an accepted message that had rows with unknown codes.
pub async fn keep(
    tx: &mut Tx<'_>,
    received: UnixMillis,
    device: DeviceId,
    message: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO kept (received, device, message) VALUES (?, ?, ?)")
        .bind(received.0)
        .bind(i64::from(device.0))
        .bind(message)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
