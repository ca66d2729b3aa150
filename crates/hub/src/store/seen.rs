//! What people opened of a patient's record, as their access receipts say: for the patient's page.

use super::{StoreError, Tx, fixed, signed};
use sqlx::Row as _;
use wl_ledger::codec;
use wl_ledger::control::Categories;
use wl_ledger::{KeyId, PatientId, Seq, StreamId, UnixMillis};

/// One opening of a record.
#[derive(Clone, PartialEq, Eq)]
pub struct SeenRow {
    /// When, by the reader's workstation.
    pub at: UnixMillis,
    /// Whose key signed the receipt.
    pub reader: KeyId,
    /// What was shown.
    pub categories: Categories,
    /// Whether the glass was broken.
    pub emergency: bool,
    /// Why, in the reader's own words.
    pub reason: Option<String>,
}

/// Keeps the openings of one receipt; once, however often its block is read.
pub async fn keep(
    tx: &mut Tx<'_>,
    patient: &PatientId,
    (stream, seq): (StreamId, Seq),
    rows: &[SeenRow],
) -> Result<(), StoreError> {
    for (place, row) in (0i64..).zip(rows) {
        sqlx::query(
            "INSERT OR IGNORE INTO seen (stream, seq, place, patient, at, reader, categories, emergency, reason)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(i64::from(stream.0))
        .bind(signed(seq.0))
        .bind(place)
        .bind(patient.as_bytes().as_slice())
        .bind(row.at.0)
        .bind(row.reader.as_bytes().as_slice())
        .bind(codec::encode(&row.categories))
        .bind(i64::from(row.emergency))
        .bind(row.reason.as_deref())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The newest openings of a patient's record.
pub async fn newest(tx: &mut Tx<'_>, patient: &PatientId, limit: u32) -> Result<Vec<SeenRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT at, reader, categories, emergency, reason FROM seen WHERE patient = ? ORDER BY at DESC LIMIT ?",
    )
    .bind(patient.as_bytes().as_slice())
    .bind(i64::from(limit))
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            let categories: Vec<u8> = row.try_get(2)?;
            Ok(SeenRow {
                at: UnixMillis(row.try_get(0)?),
                reader: KeyId::from_bytes(fixed(row.try_get(1)?, "key id")?),
                categories: codec::decode(&categories, 16).map_err(|_| StoreError::Damaged("categories"))?,
                emergency: row.try_get::<i64, _>(3)? != 0,
                reason: row.try_get(4)?,
            })
        })
        .collect()
}
