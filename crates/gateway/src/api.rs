//! The HTTP interface (`docs/spec/api.md`). Connections are authenticated before anything here is reached; every
//! request is bounded in size, time, rate and number.

mod entries;
mod heartbeat;
mod limit;
mod live;
pub(crate) mod public;
mod read;
mod refuse;
mod status;

pub use limit::Limits;
pub use public::PublicLimits;
pub use status::Status;

use crate::checkpoints::Checkpoints;
use crate::clock::Clock;
use crate::feed::Feed;
use crate::heartbeats::Heartbeats;
use crate::sequencer::Sequencer;
use crate::store::Store;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use limit::Gate;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use wl_ledger::ChainId;
use wl_wire::messages::paths;

/// What all requests share.
pub(crate) struct Service<S> {
    pub(crate) chain: ChainId,
    pub(crate) store: Arc<Store>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) heartbeats: Arc<Heartbeats>,
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) sequencer: S,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) started: Instant,
    pub(crate) shutdown: CancellationToken,
}

/// The routes.
pub(crate) fn router<S: Sequencer>(service: Service<S>) -> Router {
    let gate = Arc::new(Gate::new(service.limits));
    let service = Arc::new(service);
    let brief = Router::new()
        .route(paths::ENTRIES, post(entries::submit::<S>))
        .route(paths::LANE, get(read::lane::<S>))
        .route(paths::BLOCKS, get(read::blocks::<S>))
        .route(paths::BLOCK, get(read::block::<S>))
        .route(paths::HEARTBEAT, post(heartbeat::take::<S>))
        .route(paths::HEARTBEATS, get(heartbeat::list::<S>))
        .route(paths::CHECKPOINT, get(read::checkpoint::<S>))
        .route(paths::STATUS, get(status::show::<S>))
        .layer(from_fn_with_state(Arc::clone(&gate), limit::brief));
    let live = Router::new()
        .route(paths::LIVE, get(live::stream::<S>))
        .layer(from_fn_with_state(gate, limit::lasting));
    brief.merge(live).with_state(service)
}
