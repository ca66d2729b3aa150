//! Who has to wait before the next passphrase: kept, so that a restart of the hub gives no further tries.

use super::{StoreError, Tx, narrow};
use crate::consent::Throttle;
use sqlx::Row as _;
use wl_ledger::{PatientId, UnixMillis};

/// How far a patient's passphrases are slowed down; not at all where nothing is kept.
pub async fn of(tx: &mut Tx<'_>, patient: &PatientId) -> Result<Throttle, StoreError> {
    let row = sqlx::query("SELECT wrong, until FROM throttle WHERE patient = ?")
        .bind(patient.as_bytes().as_slice())
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(Throttle::default()) };
    let until: Option<i64> = row.try_get(1)?;
    Ok(Throttle::after(narrow(row.try_get(0)?, "count of wrong passphrases")?, until.map(UnixMillis)))
}

/// Keeps it; one row for each patient at most.
pub async fn keep(tx: &mut Tx<'_>, patient: &PatientId, throttle: &Throttle) -> Result<(), StoreError> {
    if throttle.wrong_in_a_row() == 0 {
        sqlx::query("DELETE FROM throttle WHERE patient = ?")
            .bind(patient.as_bytes().as_slice())
            .execute(&mut **tx)
            .await?;
        return Ok(());
    }
    sqlx::query("INSERT OR REPLACE INTO throttle (patient, wrong, until) VALUES (?, ?, ?)")
        .bind(patient.as_bytes().as_slice())
        .bind(i64::from(throttle.wrong_in_a_row()))
        .bind(throttle.waits_until().map(|until| until.0))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
