//! The public, read-only port: headers, certificates, checkpoints and proofs, for anybody (`docs/spec/public.md`).
//!
//! No entry of a block is served here, no key, no heartbeat. It has its own bounds, so that nothing that happens here
//! can touch hubs and workstations.

use super::refuse::{Refusal, encoded};
use crate::checkpoints::Checkpoints;
use crate::clock;
use crate::feed::Feed;
use crate::store::Store;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use wl_ledger::Height;
use wl_wire::messages::{HeaderBatch, MAX_HEADER_BATCH, public};
use wl_wire::serve::{PeerAddress, ServeLimits};

use super::limit::Buckets;

/// What strangers are granted, in connections, time and bytes.
pub(crate) const SERVE: ServeLimits = ServeLimits {
    handshake: Duration::from_secs(5),
    head: Duration::from_secs(5),
    body_pause: Duration::from_secs(1),
    body_bytes: 0,
    connections: 64,
    connections_per_peer: 8,
    grace: Duration::from_secs(20),
};

/// The rest of what strangers are granted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PublicLimits {
    /// Requests under way at once.
    pub requests: usize,
    /// Requests of one address in a row before [`Self::rate`] holds.
    pub burst: f64,
    /// Requests of one address in a second.
    pub rate: f64,
    /// For one request.
    pub time: Duration,
}

impl Default for PublicLimits {
    fn default() -> Self {
        Self { requests: 8, burst: 30.0, rate: 5.0, time: Duration::from_secs(10) }
    }
}

/// What public requests share.
pub(crate) struct PublicService {
    pub(crate) store: Arc<Store>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) limits: PublicLimits,
}

struct Gate {
    requests: Semaphore,
    buckets: Buckets<IpAddr>,
    time: Duration,
}

/// The public routes.
pub(crate) fn router(service: PublicService) -> Router {
    let PublicLimits { requests, burst, rate, time } = service.limits;
    let gate = Gate { requests: Semaphore::new(requests), buckets: Buckets::new(burst, rate), time };
    Router::new()
        .route(public::CHECKPOINT, get(checkpoint))
        .route(public::HEADERS, get(headers))
        .route(public::CONSISTENCY, get(consistency))
        .route(public::INCLUSION, get(inclusion))
        .layer(from_fn_with_state(Arc::new(gate), bounded))
        .with_state(Arc::new(service))
}

async fn bounded(
    State(gate): State<Arc<Gate>>,
    Extension(PeerAddress(from)): Extension<PeerAddress>,
    request: Request,
    next: Next,
) -> Response {
    if let Err(refusal) = gate.buckets.pay(from, clock::monotonic()) {
        return refusal.into_response();
    }
    let Ok(_place) = gate.requests.try_acquire() else { return Refusal::Busy.into_response() };
    match tokio::time::timeout(gate.time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::TooSlow.into_response(),
    }
}

#[derive(Deserialize)]
struct HeadersQuery {
    from: u64,
    max: u64,
}

#[derive(Deserialize)]
struct ConsistencyQuery {
    from: u64,
    to: u64,
}

#[derive(Deserialize)]
struct InclusionQuery {
    height: u64,
    size: u64,
}

async fn checkpoint(State(service): State<Arc<PublicService>>) -> Result<Response, Refusal> {
    Ok(text(service.checkpoints.newest(&service.store, &service.feed).await?.to_string()))
}

async fn headers(
    State(service): State<Arc<PublicService>>,
    query: Result<Query<HeadersQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(query) = query.map_err(|_| Refusal::Malformed("expected ?from=HEIGHT&max=NUMBER"))?;
    let tip = service.feed.tip().height;
    let mut headers = Vec::new();
    if query.from <= tip.0 && query.max > 0 {
        let to = query.from.saturating_add(query.max.min(MAX_HEADER_BATCH) - 1).min(tip.0);
        headers = service.store.headers(Height(query.from), Height(to)).await?;
    }
    Ok(encoded(&HeaderBatch { headers, tip }))
}

async fn consistency(
    State(service): State<Arc<PublicService>>,
    query: Result<Query<ConsistencyQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(query) = query.map_err(|_| Refusal::Malformed("expected ?from=SIZE&to=SIZE"))?;
    let PublicService { store, feed, checkpoints, .. } = &*service;
    let lines = checkpoints.consistency(store, feed, query.from, query.to).await?;
    Ok(text(public::write_lines(&lines.ok_or(Refusal::NotFound)?)))
}

async fn inclusion(
    State(service): State<Arc<PublicService>>,
    query: Result<Query<InclusionQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(query) = query.map_err(|_| Refusal::Malformed("expected ?height=HEIGHT&size=SIZE"))?;
    let PublicService { store, feed, checkpoints, .. } = &*service;
    let lines = checkpoints.inclusion(store, feed, Height(query.height), query.size).await?;
    Ok(text(public::write_lines(&lines.ok_or(Refusal::NotFound)?)))
}

pub(super) fn text(text: String) -> Response {
    let kind = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
    ([kind, (header::CACHE_CONTROL, "no-store")], text).into_response()
}
