//! Reading. Answers end at a block's border, so that a bounded answer is still whole.

use super::{Store, StoreError, first_place, height_of};
use futures_util::TryStreamExt as _;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::propose::Tail;
use wl_ledger::record::{Body, SignedRecord};
use wl_ledger::{Hash, Height, KeyId, Seq, StreamId};
use wl_wire::messages::{BlockContent, CertifiedHeader, Item, ServedItem};

/// An entry that is stored already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEntry {
    /// Height of its block.
    pub height: Height,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// The newest height, if there is any block.
    pub async fn tip(&self) -> Result<Option<Height>, StoreError> {
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT max(height) FROM blocks").fetch_one(&self.readers).await?;
        newest.map(height).transpose()
    }

    /// Certified headers from a height to another, both included, and nothing of their blocks.
    pub async fn headers(&self, from: Height, to: Height) -> Result<Vec<CertifiedHeader>, StoreError> {
        let rows = sqlx::query(
            "SELECT header, certificate FROM blocks WHERE height BETWEEN ? AND ? ORDER BY height",
        )
        .bind(column(from)?)
        .bind(column(to)?)
        .fetch_all(&self.readers)
        .await?;
        let header = |row: &SqliteRow| {
            let (header, certificate): (Vec<u8>, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
            Ok(CertifiedHeader { header: header.into(), certificate: certificate.into() })
        };
        rows.iter().map(header).collect()
    }

    /// Headers and control entries from a height to another, both included, at most `max_bytes` of them but always
    /// one. Each bears its certificate.
    pub async fn lane(
        &self,
        from: Height,
        to: Height,
        max_bytes: usize,
    ) -> Result<Vec<LaneItem>, StoreError> {
        let mut items: Vec<(i64, LaneItem)> = Vec::new();
        let mut rows = sqlx::query(
            "SELECT height, header, certificate FROM blocks WHERE height BETWEEN ? AND ? ORDER BY height",
        )
        .bind(column(from)?)
        .bind(column(to)?)
        .fetch(&self.readers);
        let mut bytes = 0usize;
        while let Some(row) = rows.try_next().await? {
            let (header, certificate): (Vec<u8>, Vec<u8>) = (row.try_get(1)?, row.try_get(2)?);
            bytes = bytes.saturating_add(header.len()).saturating_add(certificate.len());
            if bytes > max_bytes && !items.is_empty() {
                break;
            }
            let certificate = Some(certificate.into());
            items.push((row.try_get(0)?, LaneItem { header, certificate, controls: Vec::new() }));
        }
        drop(rows);
        self.add_controls(&mut items, max_bytes).await?;
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }

    async fn add_controls(
        &self,
        items: &mut Vec<(i64, LaneItem)>,
        max_bytes: usize,
    ) -> Result<(), StoreError> {
        let (Some((first, _)), Some((last, _))) = (items.first(), items.last()) else { return Ok(()) };
        let (first, last) = (*first, *last);
        let mut rows = sqlx::query(
            "SELECT place, bytes FROM entries INDEXED BY controls_by_place
             WHERE lane = 0 AND place >= ? AND place < ? ORDER BY place",
        )
        .bind(first_place(height(first)?)?)
        .bind(first_place(height(last)?)?.saturating_add(super::PLACES))
        .fetch(&self.readers);
        let mut bytes = 0usize;
        while let Some(row) = rows.try_next().await? {
            let at = column(height_of(row.try_get(0)?)?)?;
            let control: Vec<u8> = row.try_get(1)?;
            bytes = bytes.saturating_add(control.len());
            if bytes > max_bytes && at > first {
                items.retain(|(height, _)| *height < at);
                break;
            }
            let index = usize::try_from(at.saturating_sub(first)).map_err(|_| StoreError::Range("height"))?;
            let (_, item) = items.get_mut(index).ok_or(StoreError::Range("height of an entry"))?;
            item.controls.push(control.into());
        }
        Ok(())
    }

    /// The entries of the blocks from a height to another, both included, at most `max_bytes` of them but always one
    /// block.
    pub async fn blocks(
        &self,
        from: Height,
        to: Height,
        max_bytes: usize,
    ) -> Result<Vec<BlockContent>, StoreError> {
        let mut rows = sqlx::query(
            "SELECT place, lane, bytes, previous, salt, ciphertext FROM entries
             WHERE place >= ? AND place < ? ORDER BY place",
        )
        .bind(first_place(from)?)
        .bind(first_place(to)?.saturating_add(super::PLACES))
        .fetch(&self.readers);
        let mut blocks: Vec<BlockContent> = Vec::new();
        let mut bytes = 0usize;
        while let Some(row) = rows.try_next().await? {
            let at = height_of(row.try_get(0)?)?;
            let item = read_item(&row)?;
            bytes = bytes.saturating_add(item.item.entry.bytes().len()).saturating_add(128);
            bytes = bytes.saturating_add(item.item.body.as_ref().map_or(0, |body| body.ciphertext.len()));
            match blocks.last_mut() {
                Some(block) if block.height == at => block.items.push(item),
                // The block in hand is cut whole, so what stands here already is complete.
                Some(_) if bytes > max_bytes => return Ok(blocks),
                Some(_) | None => blocks.push(BlockContent { height: at, items: vec![item] }),
            }
        }
        Ok(blocks)
    }

    /// The record at a place of a stream.
    pub async fn record(&self, stream: StreamId, seq: Seq) -> Result<Option<StoredEntry>, StoreError> {
        let Ok(seq) = i64::try_from(seq.0) else { return Ok(None) };
        let row = sqlx::query("SELECT place, bytes FROM entries WHERE lane = 1 AND stream = ? AND seq = ?")
            .bind(i64::from(stream.0))
            .bind(seq)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| stored(&row)).transpose()
    }

    /// The control transaction with a payload hash.
    pub async fn control(&self, hash: &Hash) -> Result<Option<StoredEntry>, StoreError> {
        let row = sqlx::query("SELECT place, bytes FROM entries WHERE lane = 0 AND hash = ?")
            .bind(hash.as_bytes().as_slice())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| stored(&row)).transpose()
    }

    /// The last record of a stream.
    pub async fn tail(&self, stream: StreamId) -> Result<Option<Tail>, StoreError> {
        let bytes: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT bytes FROM entries WHERE lane = 1 AND stream = ? ORDER BY seq DESC LIMIT 1",
        )
        .bind(i64::from(stream.0))
        .fetch_optional(&self.readers)
        .await?;
        let Some(bytes) = bytes else { return Ok(None) };
        let record =
            SignedRecord::parse(&bytes).map_err(|_| StoreError::Damaged("a stored record".to_owned()))?;
        Ok(Some(Tail { seq: record.header().seq, hash: record.hash() }))
    }

    /// The newest heartbeat of each author.
    pub async fn heartbeats(&self) -> Result<Vec<(KeyId, Vec<u8>)>, StoreError> {
        let rows = sqlx::query("SELECT author, bytes FROM heartbeats").fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                let author: Vec<u8> = row.try_get(0)?;
                let author = <[u8; KeyId::LEN]>::try_from(author).map_err(|_| StoreError::Range("author"))?;
                Ok((KeyId::from_bytes(author), row.try_get(1)?))
            })
            .collect()
    }
}

fn stored(row: &SqliteRow) -> Result<StoredEntry, StoreError> {
    Ok(StoredEntry { height: height_of(row.try_get(0)?)?, bytes: row.try_get(1)? })
}

fn read_item(row: &SqliteRow) -> Result<ServedItem, StoreError> {
    let bytes: Vec<u8> = row.try_get(2)?;
    let entry = match row.try_get::<i64, _>(1)? {
        0 => Entry::Control(bytes),
        1 => Entry::Record(bytes),
        _ => return Err(StoreError::Range("lane")),
    };
    let body = match (row.try_get::<Option<Vec<u8>>, _>(4)?, row.try_get(5)?) {
        (Some(salt), Some(ciphertext)) => Some(Body { salt: hash(salt)?, ciphertext }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(StoreError::Range("body")),
    };
    let previous = row.try_get::<Option<Vec<u8>>, _>(3)?.map(hash).transpose()?;
    Ok(ServedItem { item: Item { entry, body }, previous })
}

fn hash(bytes: Vec<u8>) -> Result<Hash, StoreError> {
    <[u8; Hash::LEN]>::try_from(bytes).map(Hash::from_bytes).map_err(|_| StoreError::Range("hash"))
}

fn height(column: i64) -> Result<Height, StoreError> {
    u64::try_from(column).map(Height).map_err(|_| StoreError::Range("height"))
}

fn column(height: Height) -> Result<i64, StoreError> {
    i64::try_from(height.0).map_err(|_| StoreError::Range("height"))
}
