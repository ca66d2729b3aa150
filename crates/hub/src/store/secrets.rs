//! Secrets of generations and epochs, and envelopes that wait for their generation.

use super::{StoreError, Tx, fixed};
use sqlx::Row as _;
use wl_ledger::{Category, Generation, KeyId, PatientId};
use zeroize::Zeroizing;

/// Which secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretKind {
    /// Of a generation.
    Generation,
    /// Of an epoch.
    Epoch,
}

impl SecretKind {
    fn code(self) -> i64 {
        match self {
            Self::Generation => 0,
            Self::Epoch => 1,
        }
    }
}

/// An envelope that waits to be mailed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnvelopeRow {
    /// Reader.
    pub reader: KeyId,
    /// Patient.
    pub patient: PatientId,
    /// Category.
    pub category: Category,
    /// Generation.
    pub generation: Generation,
    /// The age file.
    pub sealed: Vec<u8>,
}

/// Keeps a secret before anything made with it leaves the hub. One that never reached the ledger is replaced.
pub async fn put(
    tx: &mut Tx<'_>,
    patient: &PatientId,
    category: Category,
    kind: SecretKind,
    number: u32,
    secret: &[u8; 32],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO secret (patient, category, kind, number, secret) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET secret = excluded.secret",
    )
    .bind(patient.as_bytes().as_slice())
    .bind(i64::from(category.code()))
    .bind(kind.code())
    .bind(i64::from(number))
    .bind(secret.as_slice())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A secret that this hub made, if it has it.
pub async fn get(
    tx: &mut Tx<'_>,
    patient: &PatientId,
    category: Category,
    kind: SecretKind,
    number: u32,
) -> Result<Option<Zeroizing<[u8; 32]>>, StoreError> {
    let row = sqlx::query(
        "SELECT secret FROM secret WHERE patient = ? AND category = ? AND kind = ? AND number = ?",
    )
    .bind(patient.as_bytes().as_slice())
    .bind(i64::from(category.code()))
    .bind(kind.code())
    .bind(i64::from(number))
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let bytes = Zeroizing::new(row.try_get::<Vec<u8>, _>(0)?);
    Ok(Some(Zeroizing::new(fixed(&bytes, "secret")?)))
}

/// Keeps an envelope until its generation is on the ledger.
pub async fn put_envelope(tx: &mut Tx<'_>, row: &EnvelopeRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO envelope (reader, patient, category, generation, sealed) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET sealed = excluded.sealed, queued = 0",
    )
    .bind(row.reader.as_bytes().as_slice())
    .bind(row.patient.as_bytes().as_slice())
    .bind(i64::from(row.category.code()))
    .bind(i64::from(row.generation.0))
    .bind(row.sealed.as_slice())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Envelopes that are not queued yet.
pub async fn waiting_envelopes(tx: &mut Tx<'_>) -> Result<Vec<EnvelopeRow>, StoreError> {
    let rows =
        sqlx::query("SELECT reader, patient, category, generation, sealed FROM envelope WHERE queued = 0")
            .fetch_all(&mut **tx)
            .await?;
    rows.iter()
        .map(|row| {
            let category = u8::try_from(row.try_get::<i64, _>(2)?).ok().and_then(Category::from_code);
            Ok(EnvelopeRow {
                reader: KeyId::from_bytes(fixed(row.try_get(0)?, "key id")?),
                patient: PatientId::from_bytes(fixed(row.try_get(1)?, "patient")?),
                category: category.ok_or(StoreError::Damaged("category"))?,
                generation: Generation(super::narrow(row.try_get(3)?, "generation")?),
                sealed: row.try_get(4)?,
            })
        })
        .collect()
}

/// Notes that an envelope is in the outbox; in the same transaction as its record.
pub async fn envelope_queued(tx: &mut Tx<'_>, row: &EnvelopeRow) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE envelope SET queued = 1 WHERE reader = ? AND patient = ? AND category = ? AND generation = ?",
    )
    .bind(row.reader.as_bytes().as_slice())
    .bind(row.patient.as_bytes().as_slice())
    .bind(i64::from(row.category.code()))
    .bind(i64::from(row.generation.0))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
