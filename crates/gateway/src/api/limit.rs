//! Bounds in time, rate and number. Size, handshakes and connections are bounded below, in `wl_wire::serve`.

use super::refuse::Refusal;
use crate::clock;
use axum::extract::{Extension, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wl_wire::tls::TransportPublic;

/// Peers whose rates are remembered. Of enrolled keys nobody meets this bound; strangers who do start with a full bucket
/// again, and are bounded in number.
const MAX_KEYS: usize = 65_536;

/// What the gateway grants. Sizes of requests stand in `wl_wire::messages`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Limits {
    /// Requests under way at once, live streams apart.
    pub requests: usize,
    /// Live streams at once.
    pub streams: usize,
    /// For one request, its answer apart.
    pub time: Duration,
    /// Requests of one key in a row before [`Self::rate`] holds.
    pub burst: f64,
    /// Requests of one key in a second.
    pub rate: f64,
    /// How long a live subscriber may not read before it is cut.
    pub patience: Duration,
    /// Interval of the gateway's own heartbeat.
    pub heartbeat: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: 256,
            streams: 1024,
            time: Duration::from_secs(30),
            burst: 500.0,
            rate: 200.0,
            patience: Duration::from_secs(15),
            heartbeat: Duration::from_secs(5),
        }
    }
}

struct Bucket {
    tokens: f64,
    filled: Instant,
}

/// A token bucket for each peer.
pub(super) struct Buckets<K> {
    burst: f64,
    rate: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Eq + Hash> Buckets<K> {
    pub(super) fn new(burst: f64, rate: f64) -> Self {
        Self { burst, rate, buckets: Mutex::default() }
    }

    /// Takes one token of the peer's bucket.
    pub(super) fn pay(&self, peer: K, now: Instant) -> Result<(), Refusal> {
        let Self { burst, rate, .. } = *self;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_KEYS {
            buckets.clear();
        }
        let bucket = buckets.entry(peer).or_insert(Bucket { tokens: burst, filled: now });
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * rate).min(burst);
        bucket.filled = now;
        if bucket.tokens < 1.0 {
            return Err(Refusal::TooFast);
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

/// Lets requests in.
pub(super) struct Gate {
    limits: Limits,
    requests: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    buckets: Buckets<TransportPublic>,
}

/// The place of a live stream, freed when the stream ends.
#[derive(Clone)]
pub(super) struct StreamPlace(#[expect(dead_code, reason = "held, never read")] Arc<OwnedSemaphorePermit>);

impl Gate {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            requests: Arc::new(Semaphore::new(limits.requests)),
            streams: Arc::new(Semaphore::new(limits.streams)),
            buckets: Buckets::new(limits.burst, limits.rate),
        }
    }
}

/// For requests that end.
pub(super) async fn brief(
    State(gate): State<Arc<Gate>>,
    Extension(peer): Extension<TransportPublic>,
    request: Request,
    next: Next,
) -> Response {
    if let Err(refusal) = gate.buckets.pay(peer, clock::monotonic()) {
        return refusal.into_response();
    }
    let Ok(_place) = gate.requests.try_acquire() else { return Refusal::Busy.into_response() };
    match tokio::time::timeout(gate.limits.time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::TooSlow.into_response(),
    }
}

/// For live streams.
pub(super) async fn lasting(
    State(gate): State<Arc<Gate>>,
    Extension(peer): Extension<TransportPublic>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Err(refusal) = gate.buckets.pay(peer, clock::monotonic()) {
        return refusal.into_response();
    }
    let Ok(place) = Arc::clone(&gate.streams).try_acquire_owned() else {
        return Refusal::Busy.into_response();
    };
    request.extensions_mut().insert(StreamPlace(Arc::new(place)));
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate_to_each_key_alone() {
        let buckets = Buckets::new(3.0, 2.0);
        let (one, other) = (TransportPublic::from_bytes([1; 32]), TransportPublic::from_bytes([2; 32]));
        let start = Instant::now();
        // (milliseconds since the start, key, whether it passes)
        let table = [
            (0, one, true),
            (0, one, true),
            (0, one, true),
            (0, one, false),
            (0, other, true),
            (400, one, false),
            (500, one, true),
            (500, one, false),
            (60_000, one, true),
            (60_000, one, true),
            (60_000, one, true),
            (60_000, one, false),
        ];
        for (row, (millis, key, passes)) in table.into_iter().enumerate() {
            let now = start + Duration::from_millis(millis);
            assert_eq!(buckets.pay(key, now).is_ok(), passes, "row {row}");
        }
    }
}
