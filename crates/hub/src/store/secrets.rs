//! Secrets of generations and epochs, and envelopes that wait for their generation.

use super::{StoreError, Tx, fixed, narrow};
use sqlx::Row as _;
use wl_ledger::{Category, Epoch, Generation, KeyId, PatientId};
use zeroize::Zeroizing;

/// Whose secret, and which.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecretPlace {
    /// Patient.
    pub patient: PatientId,
    /// Category.
    pub category: Category,
    /// Generation.
    pub generation: Generation,
    /// The epoch within the generation, or `None` for the generation's own secret.
    pub epoch: Option<Epoch>,
}

impl SecretPlace {
    fn epoch_code(&self) -> i64 {
        self.epoch.map_or(-1, |epoch| i64::from(epoch.0))
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

/// Keeps a secret before anything made with it leaves the hub, and returns the one that holds: this one, or one kept
/// for the same place before, whose submission may have been sealed without a receipt. An epoch's place includes its
/// generation, so no secret is ever wrapped under two generations.
pub async fn keep(
    tx: &mut Tx<'_>,
    place: &SecretPlace,
    secret: &[u8; 32],
) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    sqlx::query(
        "INSERT INTO secret (patient, category, generation, epoch, secret) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING",
    )
    .bind(place.patient.as_bytes().as_slice())
    .bind(i64::from(place.category.code()))
    .bind(i64::from(place.generation.0))
    .bind(place.epoch_code())
    .bind(secret.as_slice())
    .execute(&mut **tx)
    .await?;
    get(tx, place).await?.ok_or(StoreError::Damaged("secret"))
}

/// A secret that this hub made, if it has it.
pub async fn get(tx: &mut Tx<'_>, place: &SecretPlace) -> Result<Option<Zeroizing<[u8; 32]>>, StoreError> {
    let row = sqlx::query(
        "SELECT secret FROM secret WHERE patient = ? AND category = ? AND generation = ? AND epoch = ?",
    )
    .bind(place.patient.as_bytes().as_slice())
    .bind(i64::from(place.category.code()))
    .bind(i64::from(place.generation.0))
    .bind(place.epoch_code())
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let bytes = Zeroizing::new(row.try_get::<Vec<u8>, _>(0)?);
    Ok(Some(Zeroizing::new(fixed(&bytes, "secret")?)))
}

/// Every secret, for the guardians' backup.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<(SecretPlace, Zeroizing<[u8; 32]>)>, StoreError> {
    let rows = sqlx::query(
        "SELECT patient, category, generation, epoch, secret FROM secret ORDER BY patient, category, generation, epoch",
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            let category = u8::try_from(row.try_get::<i64, _>(1)?).ok().and_then(Category::from_code);
            let epoch: i64 = row.try_get(3)?;
            let place = SecretPlace {
                patient: PatientId::from_bytes(fixed(row.try_get(0)?, "patient")?),
                category: category.ok_or(StoreError::Damaged("category"))?,
                generation: Generation(narrow(row.try_get(2)?, "generation")?),
                epoch: if epoch < 0 { None } else { Some(Epoch(narrow(epoch, "epoch")?)) },
            };
            let bytes = Zeroizing::new(row.try_get::<Vec<u8>, _>(4)?);
            Ok((place, Zeroizing::new(fixed(&bytes, "secret")?)))
        })
        .collect()
}

/// Keeps an envelope until its generation is on the ledger, and returns the one that holds: this one, or one that
/// waits already, whose grant may have been sealed without a receipt and names exactly those bytes.
pub async fn keep_envelope(tx: &mut Tx<'_>, row: EnvelopeRow) -> Result<EnvelopeRow, StoreError> {
    sqlx::query(
        "INSERT INTO envelope (reader, patient, category, generation, sealed) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET sealed = excluded.sealed, queued = 0 WHERE queued = 1",
    )
    .bind(row.reader.as_bytes().as_slice())
    .bind(row.patient.as_bytes().as_slice())
    .bind(i64::from(row.category.code()))
    .bind(i64::from(row.generation.0))
    .bind(row.sealed.as_slice())
    .execute(&mut **tx)
    .await?;
    let sealed = sqlx::query_scalar(
        "SELECT sealed FROM envelope WHERE reader = ? AND patient = ? AND category = ? AND generation = ?",
    )
    .bind(row.reader.as_bytes().as_slice())
    .bind(row.patient.as_bytes().as_slice())
    .bind(i64::from(row.category.code()))
    .bind(i64::from(row.generation.0))
    .fetch_one(&mut **tx)
    .await?;
    Ok(EnvelopeRow { sealed, ..row })
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
                generation: Generation(narrow(row.try_get(3)?, "generation")?),
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
