//! Erasing what an order names from every table, and the note that it was done. Rows are overwritten (`secure_delete`).

use super::{SecretPlace, StoreError, Tx, fixed, signed, unsigned};
use sqlx::Row as _;
use std::collections::BTreeSet;
use wl_ledger::codec;
use wl_ledger::control::EraseReceipt;
use wl_ledger::{Category, DeviceId, EraseId, Generation, PatientId, UnixMillis};
use wl_wire::messages::{Item, MAX_REQUEST_BYTES};

/// What was erased under an order, if it was.
pub async fn done(tx: &mut Tx<'_>, order: &EraseId) -> Result<Option<EraseReceipt>, StoreError> {
    let row = sqlx::query("SELECT records, keys FROM erasure WHERE id = ?")
        .bind(order.as_bytes().as_slice())
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(EraseReceipt {
        order: *order,
        records: unsigned(row.try_get(0)?, "count")?,
        keys: super::narrow(row.try_get(1)?, "count")?,
    }))
}

/// All orders under which something was erased here.
pub async fn all(tx: &mut Tx<'_>) -> Result<BTreeSet<EraseId>, StoreError> {
    let rows: Vec<Vec<u8>> = sqlx::query_scalar("SELECT id FROM erasure").fetch_all(&mut **tx).await?;
    rows.iter().map(|id| Ok(EraseId::from_bytes(fixed(id, "order to erase")?))).collect()
}

/// Notes what was erased, all of it so far; in the same transaction as the erasing.
pub async fn note(tx: &mut Tx<'_>, receipt: &EraseReceipt) -> Result<(), StoreError> {
    sqlx::query("INSERT OR REPLACE INTO erasure (id, records, keys) VALUES (?, ?, ?)")
        .bind(receipt.order.as_bytes().as_slice())
        .bind(signed(receipt.records))
        .bind(i64::from(receipt.keys))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Erases the secrets of all generations before `current`, their envelopes and shares. Returns how many epoch keys.
pub async fn keys(
    tx: &mut Tx<'_>,
    patient: &PatientId,
    category: Category,
    current: Generation,
) -> Result<u64, StoreError> {
    let place = SecretPlace { patient: *patient, category, generation: current, epoch: None };
    let epochs = "DELETE FROM secret WHERE epoch >= 0 AND patient = ? AND category = ? AND generation < ?";
    let count = before(tx, epochs, &place).await?;
    for rest in [
        "DELETE FROM secret WHERE patient = ? AND category = ? AND generation < ?",
        "DELETE FROM envelope WHERE patient = ? AND category = ? AND generation < ?",
        "DELETE FROM share WHERE patient = ? AND category = ? AND generation < ?",
    ] {
        before(tx, rest, &place).await?;
    }
    Ok(count)
}

async fn before(tx: &mut Tx<'_>, sql: &'static str, place: &SecretPlace) -> Result<u64, StoreError> {
    let done = sqlx::query(sql)
        .bind(place.patient.as_bytes().as_slice())
        .bind(i64::from(place.category.code()))
        .bind(i64::from(place.generation.0))
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// Erases the refused records that `covers` names. Returns how many.
pub async fn refused(tx: &mut Tx<'_>, covers: impl Fn(&Item) -> bool) -> Result<u64, StoreError> {
    let rows = sqlx::query("SELECT id, item FROM refused").fetch_all(&mut **tx).await?;
    let mut count = 0;
    for row in &rows {
        let bytes: Vec<u8> = row.try_get(1)?;
        let item =
            codec::decode(&bytes, MAX_REQUEST_BYTES).map_err(|_| StoreError::Damaged("refused record"))?;
        if covers(&item) {
            let id: i64 = row.try_get(0)?;
            sqlx::query("DELETE FROM refused WHERE id = ?").bind(id).execute(&mut **tx).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Erases the messages of a device that came after one time and up to another, and the memory of what it measured then.
/// Returns how many messages.
pub async fn device(
    tx: &mut Tx<'_>,
    device: DeviceId,
    identity: &str,
    after: UnixMillis,
    until: UnixMillis,
) -> Result<u64, StoreError> {
    sqlx::query("DELETE FROM taken WHERE device = ? AND time > ? AND time <= ?")
        .bind(i64::from(device.0))
        .bind(after.0)
        .bind(until.0)
        .execute(&mut **tx)
        .await?;
    let kept = sqlx::query("DELETE FROM kept WHERE device = ? AND received > ? AND received <= ?")
        .bind(i64::from(device.0))
        .bind(after.0)
        .bind(until.0)
        .execute(&mut **tx)
        .await?;
    Ok(kept.rows_affected() + naming(tx, identity, after, until).await?)
}

/// Erases the refused messages of a time that hold a name: of a device, or a patient's record number.
pub async fn naming(
    tx: &mut Tx<'_>,
    name: &str,
    after: UnixMillis,
    until: UnixMillis,
) -> Result<u64, StoreError> {
    if name.is_empty() {
        return Ok(0);
    }
    let done =
        sqlx::query("DELETE FROM quarantine WHERE received > ? AND received <= ? AND instr(message, ?) > 0")
            .bind(after.0)
            .bind(until.0)
            .bind(name.as_bytes())
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected())
}
