//! Sealed shares of generations' secrets for custodians, until their generation is on the ledger and they are mailed.

use super::{SecretPlace, StoreError, Tx, fixed, narrow};
use sqlx::Row as _;
use wl_ledger::{Category, Generation, KeyId, PatientId};

/// A sealed share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShareRow {
    /// The custodian's key.
    pub custodian: KeyId,
    /// Patient.
    pub patient: PatientId,
    /// Category.
    pub category: Category,
    /// Generation.
    pub generation: Generation,
    /// The age file.
    pub sealed: Vec<u8>,
    /// Whether it is in the outbox or sent.
    pub queued: bool,
}

/// The shares of a generation that were made for this threshold, ascending by custodian.
pub async fn kept(tx: &mut Tx<'_>, place: &SecretPlace, needed: u8) -> Result<Vec<ShareRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT custodian, patient, category, generation, sealed, queued FROM share
         WHERE patient = ? AND category = ? AND generation = ? AND needed = ? ORDER BY custodian",
    )
    .bind(place.patient.as_bytes().as_slice())
    .bind(i64::from(place.category.code()))
    .bind(i64::from(place.generation.0))
    .bind(i64::from(needed))
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(read).collect()
}

/// Replaces the shares of a generation: those of one splitting are no use beside those of another.
pub async fn replace(
    tx: &mut Tx<'_>,
    place: &SecretPlace,
    needed: u8,
    rows: &[ShareRow],
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM share WHERE patient = ? AND category = ? AND generation = ?")
        .bind(place.patient.as_bytes().as_slice())
        .bind(i64::from(place.category.code()))
        .bind(i64::from(place.generation.0))
        .execute(&mut **tx)
        .await?;
    for row in rows {
        sqlx::query(
            "INSERT INTO share (custodian, patient, category, generation, needed, sealed) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(row.custodian.as_bytes().as_slice())
        .bind(row.patient.as_bytes().as_slice())
        .bind(i64::from(row.category.code()))
        .bind(i64::from(row.generation.0))
        .bind(i64::from(needed))
        .bind(row.sealed.as_slice())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The shares of each generation of which at least one was not mailed yet, ascending by custodian.
pub async fn waiting(tx: &mut Tx<'_>) -> Result<Vec<Vec<ShareRow>>, StoreError> {
    let rows = sqlx::query(
        "SELECT custodian, patient, category, generation, sealed, queued FROM share AS one WHERE EXISTS (SELECT 1 FROM share AS other WHERE other.queued = 0
             AND other.patient = one.patient AND other.category = one.category AND other.generation = one.generation)
         ORDER BY patient, category, generation, custodian",
    )
    .fetch_all(&mut **tx)
    .await?;
    let rows = rows.iter().map(read).collect::<Result<Vec<ShareRow>, StoreError>>()?;
    let same = |a: &ShareRow, b: &ShareRow| {
        (a.patient, a.category, a.generation) == (b.patient, b.category, b.generation)
    };
    Ok(rows.chunk_by(same).map(<[ShareRow]>::to_vec).collect())
}

/// Notes that a share is in the outbox; in the same transaction as its record.
pub async fn queued(tx: &mut Tx<'_>, row: &ShareRow) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE share SET queued = 1 WHERE custodian = ? AND patient = ? AND category = ? AND generation = ?",
    )
    .bind(row.custodian.as_bytes().as_slice())
    .bind(row.patient.as_bytes().as_slice())
    .bind(i64::from(row.category.code()))
    .bind(i64::from(row.generation.0))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<ShareRow, StoreError> {
    let category = u8::try_from(row.try_get::<i64, _>(2)?).ok().and_then(Category::from_code);
    Ok(ShareRow {
        custodian: KeyId::from_bytes(fixed(row.try_get(0)?, "key id")?),
        patient: PatientId::from_bytes(fixed(row.try_get(1)?, "patient")?),
        category: category.ok_or(StoreError::Damaged("category"))?,
        generation: Generation(narrow(row.try_get(3)?, "generation")?),
        sealed: row.try_get(4)?,
        queued: row.try_get::<i64, _>(5)? != 0,
    })
}
