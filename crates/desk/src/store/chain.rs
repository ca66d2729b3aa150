//! Headers, control entries, records and evidence. Verify, insert and head are one transaction.

use super::numbers::{self, height_of};
use super::rows::{Query, Table};
use super::{RecordState, Store, StoreError};
use crate::sync::Evidence;
use minicbor::bytes::ByteVec;
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeSet;
use wl_ledger::block::LaneItem;
use wl_ledger::heartbeat::VerifiedHeartbeat;
use wl_ledger::record::Body;
use wl_ledger::verify::{VerifiedHeader, VerifiedRecord};
use wl_ledger::{Hash, Height, Seq, StreamId, UnixMillis, codec};

/// A verified header with what it was verified from.
pub struct AcceptedHeader {
    /// The header.
    pub header: VerifiedHeader,
    /// As it arrived.
    pub item: LaneItem,
}

/// A verified record with its body, if one came.
pub struct AcceptedRecord {
    /// The record.
    pub record: VerifiedRecord,
    /// The bytes that travelled.
    pub bytes: Vec<u8>,
    /// Its body; checked against the commitment.
    pub body: Option<Body>,
}

/// The records of one verified block, all of them.
pub struct AcceptedBlock {
    /// Its height.
    pub height: Height,
    /// Its records, in order.
    pub records: Vec<AcceptedRecord>,
}

/// What the sync engine accepted in one step: stored whole or not at all.
#[derive(Default)]
pub struct Accepted {
    /// New headers, ascending.
    pub headers: Vec<AcceptedHeader>,
    /// Blocks whose records arrived.
    pub blocks: Vec<AcceptedBlock>,
    /// When this workstation verified it.
    pub verified: UnixMillis,
}

/// The newest stored head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoredHead {
    /// Height.
    pub height: Height,
    /// Id.
    pub id: Hash,
}

/// Kept evidence, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEvidence {
    /// Its number in this store.
    pub id: i64,
    /// What happened, in one word.
    pub kind: String,
    /// Where.
    pub height: Option<Height>,
    /// When it was seen.
    pub seen: UnixMillis,
    /// In a sentence.
    pub detail: String,
    /// Missing records: their stream, and the number up to which it must be whole for this to be mended.
    pub mended_by: Option<(StreamId, Seq)>,
    /// When that was so.
    pub mended: Option<UnixMillis>,
    /// Whether it holds a statement that somebody signed.
    pub provable: bool,
}

impl StoredEvidence {
    /// Whether it is over once what was missing has come.
    pub fn is_mendable(&self) -> bool {
        self.mended_by.is_some() || self.kind == "unserved"
    }
}

type EvidenceRow = (i64, String, Option<i64>, i64, String, Option<i64>, Option<i64>, Option<i64>, i64);

pub(super) type LaneRow = (Vec<u8>, Option<Vec<u8>>, Vec<u8>);

pub(super) async fn head(connection: &mut SqliteConnection) -> Result<Option<StoredHead>, StoreError> {
    let row: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT height, id FROM lane ORDER BY height DESC LIMIT 1")
            .fetch_optional(connection)
            .await?;
    row.map(|(height, id)| {
        Ok(StoredHead { height: height_of(height)?, id: Hash::from_bytes(numbers::bytes(&id, "id")?) })
    })
    .transpose()
}

const LANE: Table = Table("lane (height, id, time, header, certificate, controls, held)", 7);
const RECORDS: Table = Table(
    "records (stream, seq, height, idx, kind, taken, verified, hash, previous, record, salt, ciphertext, state)",
    13,
);

impl Store {
    /// Stores what the engine accepted.
    ///
    /// If it stops before the commit, nothing of it is visible and it is fetched again; after it, all of it is.
    ///
    /// # Errors
    /// [`StoreError::HeadBackwards`] if a header is not the next; [`StoreError`].
    pub async fn accept(&self, accepted: &Accepted) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        let mut tx = writer.begin().await?;
        let mut next = head(&mut tx).await?.map_or(Some(Height(0)), |head| head.height.next());
        for header in &accepted.headers {
            let height = header.header.height();
            if next != Some(height) {
                return Err(StoreError::HeadBackwards(height));
            }
            next = height.next();
        }
        let here: BTreeSet<Height> = accepted.blocks.iter().map(|block| block.height).collect();
        let new: BTreeSet<Height> = accepted.headers.iter().map(|header| header.header.height()).collect();
        LANE.add(&mut tx, &accepted.headers, |query, header| header_row(query, header, &here)).await?;
        let records: Vec<&AcceptedRecord> = accepted.blocks.iter().flat_map(|block| &block.records).collect();
        RECORDS.add(&mut tx, &records, |query, record| record_row(query, record, accepted.verified)).await?;
        for height in here.difference(&new) {
            sqlx::query("UPDATE lane SET held = 1 WHERE height = ?")
                .bind(numbers::height(*height)?)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The newest stored head.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn head(&self) -> Result<Option<StoredHead>, StoreError> {
        head(&mut *self.readers.acquire().await?).await
    }

    /// The stored headers from a height on with their control entries, ascending, at most so many: what a verifier starts
    /// from.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lane(&self, from: Height, most: u32) -> Result<Vec<LaneItem>, StoreError> {
        let rows: Vec<LaneRow> = sqlx::query_as(
            "SELECT header, certificate, controls FROM lane WHERE height >= ? ORDER BY height LIMIT ?",
        )
        .bind(numbers::height(from)?)
        .bind(i64::from(most))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(item_of).collect()
    }

    /// One stored header with its certificate and control entries.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lane_item(&self, height: Height) -> Result<Option<LaneItem>, StoreError> {
        let row: Option<LaneRow> =
            sqlx::query_as("SELECT header, certificate, controls FROM lane WHERE height = ?")
                .bind(numbers::height(height)?)
                .fetch_optional(&self.readers)
                .await?;
        row.map(item_of).transpose()
    }

    /// The nearest stored header at or after `height` that has a certificate.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn certified_from(&self, height: Height) -> Result<Option<(Height, LaneItem)>, StoreError> {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT height FROM lane WHERE height >= ? AND certificate IS NOT NULL ORDER BY height LIMIT 1",
        )
        .bind(numbers::height(height)?)
        .fetch_optional(&self.readers)
        .await?;
        let Some((found,)) = row else { return Ok(None) };
        let found = height_of(found)?;
        Ok(self.lane_item(found).await?.map(|item| (found, item)))
    }

    /// Heights whose records are not held, ascending.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn missing(&self) -> Result<Vec<Height>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as("SELECT height FROM lane WHERE held = 0 ORDER BY height")
            .fetch_all(&self.readers)
            .await?;
        rows.into_iter().map(|(height,)| height_of(height)).collect()
    }

    /// Keeps a piece of evidence. The same piece is kept once. Returns whether it is new.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_evidence(&self, evidence: &Evidence, seen: UnixMillis) -> Result<bool, StoreError> {
        let mut writer = self.writer().await;
        let height = evidence.height().map(numbers::height).transpose()?;
        let (stream, up_to) = evidence.mended_by().unzip();
        let done = sqlx::query(
            "INSERT INTO evidence (key, kind, height, seen, detail, data, stream, up_to)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        )
        .bind(evidence.key())
        .bind(evidence.kind())
        .bind(height)
        .bind(seen.0)
        .bind(evidence.to_string())
        .bind(evidence.data())
        .bind(stream.map(|stream| i64::from(stream.0)))
        .bind(up_to.map(numbers::seq).transpose()?)
        .execute(&mut *writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that records which were missing have come. The evidence stays, as history.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mend_evidence(&self, id: i64, at: UnixMillis) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        sqlx::query("UPDATE evidence SET mended = ? WHERE id = ? AND mended IS NULL")
            .bind(at.0)
            .bind(id)
            .execute(&mut *writer)
            .await?;
        Ok(())
    }

    /// The signed statement of a piece of evidence, encoded; empty where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn evidence_data(&self, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT data FROM evidence WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|(data,)| data))
    }

    /// All evidence, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn evidence(&self) -> Result<Vec<StoredEvidence>, StoreError> {
        let rows: Vec<EvidenceRow> = sqlx::query_as(
            "SELECT id, kind, height, seen, detail, stream, up_to, mended, length(data) FROM evidence
             ORDER BY id DESC",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(id, kind, height, seen, detail, stream, up_to, mended, data)| {
                let mended_by = match (stream, up_to) {
                    (Some(stream), Some(up_to)) => {
                        Some((StreamId(numbers::small(stream, "stream")?), numbers::seq_of(up_to)?))
                    }
                    _ => None,
                };
                Ok(StoredEvidence {
                    id,
                    kind,
                    height: height.map(height_of).transpose()?,
                    seen: UnixMillis(seen),
                    detail,
                    mended_by,
                    mended: mended.map(UnixMillis),
                    provable: data > 0,
                })
            })
            .collect()
    }

    /// Keeps the newest heartbeat of an author.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_heartbeat(
        &self,
        heartbeat: &VerifiedHeartbeat,
        bytes: &[u8],
        heard: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut writer = self.writer().await;
        sqlx::query(
            "INSERT INTO heartbeats (author, time, heard, bytes) VALUES (?, ?, ?, ?)
             ON CONFLICT (author) DO UPDATE SET time = excluded.time, heard = excluded.heard,
             bytes = excluded.bytes WHERE excluded.time > heartbeats.time",
        )
        .bind(heartbeat.get().author.as_bytes().as_slice())
        .bind(heartbeat.get().time.0)
        .bind(heard.0)
        .bind(bytes)
        .execute(&mut *writer)
        .await?;
        Ok(())
    }

    /// The newest heartbeat of each author, as signed, with the time it was heard.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn heartbeats(&self) -> Result<Vec<(Vec<u8>, UnixMillis)>, StoreError> {
        let rows: Vec<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT bytes, heard FROM heartbeats").fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(|(bytes, heard)| (bytes, UnixMillis(heard))).collect())
    }
}

fn header_row(query: Query, accepted: &AcceptedHeader, here: &BTreeSet<Height>) -> Result<Query, StoreError> {
    let AcceptedHeader { header, item } = accepted;
    let all_controls = u32::try_from(item.controls.len()) == Ok(header.entries());
    let query = query
        .bind(numbers::height(header.height())?)
        .bind(header.id().as_bytes().to_vec())
        .bind(header.time().0)
        .bind(item.header.clone())
        .bind(item.certificate.as_ref().map(|bytes| bytes.to_vec()))
        .bind(codec::encode(&item.controls))
        .bind(i64::from(all_controls || here.contains(&header.height())));
    Ok(query)
}

fn record_row(query: Query, accepted: &AcceptedRecord, verified: UnixMillis) -> Result<Query, StoreError> {
    let header = accepted.record.header();
    let state = if accepted.body.is_some() { RecordState::Waiting } else { RecordState::BodyMissing };
    let query = query
        .bind(i64::from(header.stream.0))
        .bind(numbers::seq(header.seq)?)
        .bind(numbers::height(accepted.record.height())?)
        .bind(i64::from(accepted.record.index()))
        .bind(i64::from(header.kind.code()))
        .bind(header.taken.0)
        .bind(verified.0)
        .bind(accepted.record.hash().as_bytes().to_vec())
        .bind(accepted.record.previous().as_bytes().to_vec())
        .bind(accepted.bytes.clone())
        .bind(accepted.body.as_ref().map(|body| body.salt.as_bytes().to_vec()))
        .bind(accepted.body.as_ref().map(|body| body.ciphertext.clone()))
        .bind(state.code());
    Ok(query)
}

pub(super) fn item_of((header, certificate, controls): LaneRow) -> Result<LaneItem, StoreError> {
    let controls = decode_controls(&controls)?;
    Ok(LaneItem { header, certificate: certificate.map(Into::into), controls })
}

fn decode_controls(bytes: &[u8]) -> Result<Vec<ByteVec>, StoreError> {
    codec::decode(bytes, usize::MAX).map_err(|_| StoreError::Column("controls"))
}
