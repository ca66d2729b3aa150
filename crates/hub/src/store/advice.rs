//! Advice to the patients, what they answered, and what is still to be said of both.

use super::{StoreError, Tx, fixed, signed};
use sqlx::Row as _;
use wl_ledger::{Hash, Height, KeyId, PatientId, Seq, StreamId, UnixMillis};
use wl_vitals::writing::{Advice, Reply, Withdrawal, Writing};

/// Where the record of advice stands.
#[derive(Clone, Copy)]
pub struct Place {
    /// Stream.
    pub stream: StreamId,
    /// Number in it.
    pub seq: Seq,
    /// Height of its block.
    pub height: Height,
    /// Place in the block.
    pub index: u32,
}

/// Advice as stored.
pub struct AdviceRow {
    /// Its record.
    pub record: Hash,
    /// Whose.
    pub patient: PatientId,
    /// Who wrote it.
    pub author: KeyId,
    /// What.
    pub advice: Advice,
    /// When the page first showed it.
    pub shown: Option<UnixMillis>,
    /// What took it back.
    pub withdrawal: Option<Withdrawal>,
}

/// Something that the hub owes the ledger.
pub struct OwedRow {
    /// Number, in the order in which it is said.
    pub id: i64,
    /// Whose.
    pub patient: PatientId,
    /// The writing.
    pub body: Vec<u8>,
}

/// Keeps advice. False if it is here already.
pub async fn put(
    tx: &mut Tx<'_>,
    record: &Hash,
    patient: &PatientId,
    author: &KeyId,
    place: &Place,
    advice: &Advice,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT OR IGNORE INTO advice (record, patient, author, stream, seq, height, idx, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(record.as_bytes().as_slice())
    .bind(patient.as_bytes().as_slice())
    .bind(author.as_bytes().as_slice())
    .bind(i64::from(place.stream.0))
    .bind(signed(place.seq.0))
    .bind(signed(place.height.0))
    .bind(i64::from(place.index))
    .bind(Writing::Advice(advice.clone()).to_bytes())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes advice of this patient back. False if there is none that stands.
pub async fn withdraw(
    tx: &mut Tx<'_>,
    patient: &PatientId,
    withdrawal: &Withdrawal,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE advice SET withdrawal = ? WHERE record = ? AND patient = ? AND withdrawal IS NULL",
    )
    .bind(Writing::Withdrawal(withdrawal.clone()).to_bytes())
    .bind(withdrawal.record.as_bytes().as_slice())
    .bind(patient.as_bytes().as_slice())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the page showed advice. False if it had before.
pub async fn show(
    tx: &mut Tx<'_>,
    patient: &PatientId,
    record: &Hash,
    at: UnixMillis,
) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE advice SET shown = ? WHERE record = ? AND patient = ? AND shown IS NULL")
        .bind(at.0)
        .bind(record.as_bytes().as_slice())
        .bind(patient.as_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps an answer to advice of this patient. False if it is here already, or there is no such advice.
pub async fn reply(tx: &mut Tx<'_>, patient: &PatientId, reply: &Reply) -> Result<bool, StoreError> {
    let record = reply.answer.record;
    let done = sqlx::query(
        "INSERT OR IGNORE INTO advice_reply (advice, body)
         SELECT record, ? FROM advice WHERE record = ? AND patient = ?",
    )
    .bind(Writing::Reply(reply.clone()).to_bytes())
    .bind(record.as_bytes().as_slice())
    .bind(patient.as_bytes().as_slice())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Owes the ledger something about advice.
pub async fn owe(tx: &mut Tx<'_>, advice: &Hash, writing: &Writing) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO advice_owed (advice, body) VALUES (?, ?)")
        .bind(advice.as_bytes().as_slice())
        .bind(writing.to_bytes())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What is owed, the oldest first.
pub async fn owed(tx: &mut Tx<'_>) -> Result<Vec<OwedRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT advice_owed.id, advice.patient, advice_owed.body FROM advice_owed
         JOIN advice ON advice.record = advice_owed.advice ORDER BY advice_owed.id",
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(OwedRow {
                id: row.try_get(0)?,
                patient: PatientId::from_bytes(fixed(row.try_get(1)?, "patient")?),
                body: row.try_get(2)?,
            })
        })
        .collect()
}

/// It was said.
pub async fn said(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM advice_owed WHERE id = ?").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// All advice, in chain order.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<AdviceRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT record, patient, author, body, shown, withdrawal FROM advice ORDER BY height, idx",
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            let withdrawal: Option<Vec<u8>> = row.try_get(5)?;
            let shown: Option<i64> = row.try_get(4)?;
            Ok(AdviceRow {
                record: Hash::from_bytes(fixed(row.try_get(0)?, "hash")?),
                patient: PatientId::from_bytes(fixed(row.try_get(1)?, "patient")?),
                author: KeyId::from_bytes(fixed(row.try_get(2)?, "author")?),
                advice: match Writing::from_bytes(row.try_get(3)?) {
                    Ok(Writing::Advice(advice)) => advice,
                    _ => return Err(StoreError::Damaged("advice")),
                },
                shown: shown.map(UnixMillis),
                withdrawal: match withdrawal.map(|body| Writing::from_bytes(&body)) {
                    Some(Ok(Writing::Withdrawal(withdrawal))) => Some(withdrawal),
                    None => None,
                    Some(_) => return Err(StoreError::Damaged("withdrawal")),
                },
            })
        })
        .collect()
}

/// All answers, in the order in which they were given.
pub async fn replies(tx: &mut Tx<'_>) -> Result<Vec<Reply>, StoreError> {
    let rows = sqlx::query("SELECT body FROM advice_reply ORDER BY id").fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| match Writing::from_bytes(row.try_get(0)?) {
            Ok(Writing::Reply(reply)) => Ok(reply),
            _ => Err(StoreError::Damaged("answer")),
        })
        .collect()
}

/// Erases a patient's advice up to a height with all that belongs to it. Returns how many.
pub async fn erase_up_to(tx: &mut Tx<'_>, patient: &PatientId, up_to: Height) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM advice WHERE patient = ? AND height <= ?")
        .bind(patient.as_bytes().as_slice())
        .bind(signed(up_to.0))
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// Erases the advice of some records with all that belongs to it. Returns how many.
pub async fn erase_records(
    tx: &mut Tx<'_>,
    stream: StreamId,
    first: Seq,
    last: Seq,
) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM advice WHERE stream = ? AND seq BETWEEN ? AND ?")
        .bind(i64::from(stream.0))
        .bind(signed(first.0))
        .bind(signed(last.0))
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}
