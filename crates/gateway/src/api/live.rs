//! The live stream: from a height on, every block once and in order, then whatever is pushed.
//!
//! A subscriber is served from the store until it has caught up, and from the pushes then. It subscribes before it
//! reads the tip, so nothing falls between the two; heights tell what it has already.

use super::Service;
use super::limit::StreamPlace;
use super::refuse::Refusal;
use crate::feed::Push;
use crate::sequencer::Sequencer;
use crate::store::StoreError;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use core::convert::Infallible;
use futures_util::stream;
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};
use wl_ledger::Height;
use wl_ledger::codec;
use wl_wire::messages::{LaneBatch, LiveBlock, MAX_LANE_BATCH, MAX_REQUEST_BYTES, events};
use wl_wire::tls::TransportPublic;

/// Events that wait for one subscriber's connection, besides those in the connection's own buffers.
const WAITING: usize = 8;
/// The header with which a stream is resumed (WHATWG HTML §9.2.7).
static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

#[derive(Deserialize)]
pub(super) struct LiveQuery {
    from: Option<u64>,
}

/// Why a stream ends. All of them are healed by opening it again, but for the first.
enum End {
    /// The peer's key is not in force any more.
    Revoked,
    /// The peer does not read.
    TooSlow,
    /// The peer has gone, or the gateway stops.
    Over,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Opens a live stream at `Last-Event-ID` + 1, else at `?from=`, else after the newest block.
pub(super) async fn stream<S: Sequencer>(
    State(service): State<Arc<Service<S>>>,
    Extension(peer): Extension<TransportPublic>,
    Extension(place): Extension<StreamPlace>,
    query: Result<Query<LiveQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Query(query) = query.map_err(|_| Refusal::Malformed("expected ?from=HEIGHT"))?;
    let last = headers.get(&LAST_EVENT_ID).map(|id| id.to_str().ok().and_then(|id| id.parse::<u64>().ok()));
    let pushes = service.feed.subscribe();
    let next = match (last, query.from) {
        (Some(Some(last)), _) => Height(last.saturating_add(1)),
        (Some(None), _) => return Err(Refusal::Malformed("Last-Event-ID is no height")),
        (None, Some(from)) => Height(from),
        (None, None) => Height(service.feed.tip().height.0.saturating_add(1)),
    };
    let (events, waiting) = mpsc::channel(WAITING);
    let subscriber = Subscriber { service, peer, next, events };
    tokio::spawn(async move {
        let _place = place;
        match subscriber.serve(pushes).await {
            End::Over => {}
            End::Revoked => tracing::info!(%peer, "live stream ended: key revoked"),
            End::TooSlow => tracing::info!(%peer, "live stream ended: subscriber too slow"),
            End::Store(error) => tracing::error!(%peer, %error, "live stream ended"),
        }
    });
    let body = stream::unfold(waiting, |mut waiting| async move {
        waiting.recv().await.map(|text: String| (Ok::<_, Infallible>(text), waiting))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(body)).into_response())
}

struct Subscriber<S> {
    service: Arc<Service<S>>,
    peer: TransportPublic,
    /// The height that it gets next.
    next: Height,
    events: mpsc::Sender<String>,
}

impl<S: Sequencer> Subscriber<S> {
    async fn serve(mut self, mut pushes: broadcast::Receiver<Push>) -> End {
        match self.follow(&mut pushes).await {
            Ok(never) => match never {},
            Err(End::Revoked) => self.tell_revocation().await.err().unwrap_or(End::Revoked),
            Err(end) => end,
        }
    }

    /// A last word: headers and control transactions up to the block that revoked the peer, and no record. So its window
    /// can say why it is not updated any more. One that lags further behind than a batch is told nothing.
    async fn tell_revocation(&self) -> Result<(), End> {
        let Some(to) = self.service.feed.registry().ended(&self.peer) else { return Ok(()) };
        if to < self.next || to.0 - self.next.0 >= MAX_LANE_BATCH {
            return Ok(());
        }
        let mut items = self.service.store.lane(self.next, to, MAX_REQUEST_BYTES).await?;
        if u64::try_from(items.len()).ok() != Some(to.0 - self.next.0 + 1) {
            return Ok(());
        }
        if let Some((_, earlier)) = items.split_last_mut() {
            earlier.iter_mut().for_each(|item| item.certificate = None);
        }
        let text = BASE64.encode(codec::encode(&LaneBatch { items, tip: to }));
        self.deliver(format!("event: {}\ndata: {text}\n\n", events::REVOKED)).await
    }

    async fn follow(&mut self, pushes: &mut broadcast::Receiver<Push>) -> Result<Infallible, End> {
        // A comment, so that the answer's head goes out at once.
        self.send(": wardlight\n\n".to_owned()).await?;
        self.catch_up(self.service.feed.tip().height).await?;
        let shutdown = self.service.shutdown.clone();
        loop {
            let push = tokio::select! {
                () = shutdown.cancelled() => return Err(End::Over),
                () = self.events.closed() => return Err(End::Over),
                push = pushes.recv() => push,
            };
            match push {
                Ok(Push::Block(height, text)) => self.block(height, text).await?,
                Ok(Push::Event(name, data)) => self.send(format!("event: {name}\ndata: {data}\n\n")).await?,
                Err(broadcast::error::RecvError::Lagged(_)) => return Err(End::TooSlow),
                Err(broadcast::error::RecvError::Closed) => return Err(End::Over),
            }
        }
    }

    async fn block(&mut self, height: Height, text: Option<Arc<str>>) -> Result<(), End> {
        match text {
            Some(text) if height == self.next => self.send_block(height, &text).await,
            // Long, or there is something to be read before it; what was sent already is passed over.
            Some(_) | None => self.catch_up(height).await,
        }
    }

    /// Sends what the store holds from the next height up to this one.
    async fn catch_up(&mut self, to: Height) -> Result<(), End> {
        while self.next <= to {
            let height = self.next;
            let store = &self.service.store;
            let lane = store.lane(height, height, usize::MAX).await?.pop();
            let content = store.blocks(height, height, usize::MAX).await?.pop();
            let (Some(lane), Some(content)) = (lane, content) else {
                return Err(StoreError::Range("height of a durable block").into());
            };
            let text = BASE64.encode(codec::encode(&LiveBlock { lane, content }));
            self.send_block(height, &text).await?;
        }
        Ok(())
    }

    async fn send_block(&mut self, height: Height, text: &str) -> Result<(), End> {
        self.send(format!("event: {}\nid: {height}\ndata: {text}\n\n", events::BLOCK)).await?;
        self.next = Height(height.0.saturating_add(1));
        Ok(())
    }

    /// Every event asks anew whether the peer is still in force.
    async fn send(&self, event: String) -> Result<(), End> {
        if !self.service.feed.registry().knows(&self.peer) {
            return Err(End::Revoked);
        }
        self.deliver(event).await
    }

    async fn deliver(&self, event: String) -> Result<(), End> {
        match tokio::time::timeout(self.service.limits.patience, self.events.send(event)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Over),
            Err(_) => Err(End::TooSlow),
        }
    }
}
