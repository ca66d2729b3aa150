//! Reading by height: the lane, batches of blocks, one block.

use super::Service;
use super::refuse::{Refusal, encoded};
use crate::sequencer::Sequencer;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wl_ledger::Height;
use wl_wire::messages::{BlockBatch, LaneBatch, MAX_BLOCK_BATCH, MAX_LANE_BATCH};

/// Bytes after which an answer ends at the next block's border. One block more may have 12 MiB, which together stay
/// far below what a client reads.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;

#[derive(Deserialize)]
pub(super) struct LaneQuery {
    from: u64,
    max: u64,
}

#[derive(Deserialize)]
pub(super) struct BlocksQuery {
    from: u64,
    to: u64,
}

/// Headers and control transactions. Only the last item bears its certificate: it certifies all before it.
pub(super) async fn lane<S: Sequencer>(
    State(service): State<Arc<Service<S>>>,
    query: Result<Query<LaneQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(query) = query.map_err(|_| Refusal::Malformed("expected ?from=HEIGHT&max=NUMBER"))?;
    let tip = service.feed.tip().height;
    let mut items = Vec::new();
    if query.from <= tip.0 && query.max > 0 {
        let count = query.max.min(MAX_LANE_BATCH) - 1;
        let to = Height(query.from.saturating_add(count).min(tip.0));
        items = service.store.lane(Height(query.from), to, ANSWER_BYTES).await?;
    }
    if let Some((_, earlier)) = items.split_last_mut() {
        earlier.iter_mut().for_each(|item| item.certificate = None);
    }
    Ok(encoded(&LaneBatch { items, tip }))
}

/// Entries of several blocks.
pub(super) async fn blocks<S: Sequencer>(
    State(service): State<Arc<Service<S>>>,
    query: Result<Query<BlocksQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(query) = query.map_err(|_| Refusal::Malformed("expected ?from=HEIGHT&to=HEIGHT"))?;
    if query.to < query.from || query.to - query.from >= MAX_BLOCK_BATCH {
        return Err(Refusal::Malformed(
            "from must not be above to, and at most 512 blocks are answered at once",
        ));
    }
    let tip = service.feed.tip().height;
    if query.from > tip.0 {
        return Ok(encoded(&BlockBatch { blocks: Vec::new() }));
    }
    let to = Height(query.to.min(tip.0));
    let blocks = service.store.blocks(Height(query.from), to, ANSWER_BYTES).await?;
    Ok(encoded(&BlockBatch { blocks }))
}

/// One block. It never changes, so whoever fetched it may keep it; `private`, because only enrolled keys may read it.
pub(super) async fn block<S: Sequencer>(
    State(service): State<Arc<Service<S>>>,
    height: Result<Path<u64>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path(height) = height.map_err(|_| Refusal::Malformed("expected a height"))?;
    let height = Height(height);
    if height > service.feed.tip().height {
        return Err(Refusal::NotFound);
    }
    let block = service.store.blocks(height, height, ANSWER_BYTES).await?.into_iter().next();
    let mut response = encoded(&block.ok_or(Refusal::Internal)?);
    let forever = HeaderValue::from_static("private, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, forever);
    Ok(response)
}

/// The newest signed checkpoint.
pub(super) async fn checkpoint<S: Sequencer>(
    State(service): State<Arc<Service<S>>>,
) -> Result<Response, Refusal> {
    let note = service.checkpoints.newest(&service.store, &service.feed).await?;
    Ok(super::public::text(note.to_string()))
}
