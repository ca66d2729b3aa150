//! An axum router behind mutual TLS, with a bound on everything a peer can hold.

mod peers;
mod plain;

use core::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::tls::{KnownPeers, TlsError, TransportKey, TransportPublic, peer_of, server_config};
use peers::Peers;

pub use plain::{PeerAddress, serve_plain};

/// How often an open connection asks whether its peer is still enrolled.
const RECHECK: Duration = Duration::from_secs(1);

/// What one server grants its peers.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// From accepted connection to finished handshake.
    pub handshake: Duration,
    /// For the head of a request, and from the handshake to the first request.
    pub head: Duration,
    /// Between two pieces of a request's body.
    pub body_pause: Duration,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Connections at once, handshakes included.
    pub connections: usize,
    /// Connections at once of one key.
    pub connections_per_peer: usize,
    /// For requests under way when the server is told to stop.
    pub grace: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            head: Duration::from_secs(10),
            body_pause: Duration::from_secs(10),
            body_bytes: 16 * 1024 * 1024,
            connections: 2048,
            connections_per_peer: 32,
            grace: Duration::from_secs(5),
        }
    }
}

/// Serves until `shutdown` is cancelled and the requests under way are done or out of grace.
///
/// Handlers find the peer's [`TransportPublic`] as a request extension. A peer whose key is no
/// longer known is answered 403 at once and loses its connections within two seconds: long enough for a handler to
/// tell an open stream why it ends. Handlers that stream
/// without end must watch `shutdown` themselves, or they are cut when the grace is over.
///
/// # Errors
/// [`TlsError`] if TLS cannot be configured; nothing after that ends the server.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    key: &TransportKey,
    known: KnownPeers,
    limits: ServeLimits,
    shutdown: CancellationToken,
) -> Result<(), TlsError> {
    let server = Arc::new(Server {
        acceptor: TlsAcceptor::from(Arc::new(server_config(key, Arc::clone(&known))?)),
        router: bounded(router, limits),
        known,
        limits,
        peers: Peers::new(limits.connections_per_peer),
        shutdown: shutdown.clone(),
    });
    let places = Arc::new(Semaphore::new(limits.connections));
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match (accepted, Arc::clone(&places).try_acquire_owned()) {
            (Ok((stream, _)), Ok(place)) => {
                tasks.spawn(Arc::clone(&server).connection(stream, place));
            }
            (Ok(_), Err(_)) => {
                tracing::warn!(limit = limits.connections, "connection refused: server is full")
            }
            (Err(error), _) => {
                // Most often no file descriptor is free; trying again at once would spin.
                tracing::warn!(%error, "connection was not accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
    Ok(())
}

fn bounded(router: Router, limits: ServeLimits) -> Router {
    router
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(limits.body_bytes))
        .layer(RequestBodyTimeoutLayer::new(limits.body_pause))
}

struct Server {
    acceptor: TlsAcceptor,
    router: Router,
    known: KnownPeers,
    limits: ServeLimits,
    peers: Peers<TransportPublic>,
    shutdown: CancellationToken,
}

impl Server {
    async fn connection(self: Arc<Self>, stream: TcpStream, _place: OwnedSemaphorePermit) {
        let _ = stream.set_nodelay(true);
        let handshake = timeout(self.limits.handshake, self.acceptor.accept(stream));
        let stream = tokio::select! {
            () = self.shutdown.cancelled() => return,
            done = handshake => match done {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => return tracing::debug!(%error, "handshake refused"),
                Err(_) => return tracing::debug!("handshake took too long"),
            },
        };
        let Some(peer) = peer_of(stream.get_ref().1.peer_certificates()) else {
            return tracing::warn!("handshake without a peer's key");
        };
        let Some(_presence) = self.peers.enter(peer) else {
            return tracing::warn!(%peer, "connection refused: peer holds too many");
        };
        self.talk(stream, peer).await;
    }

    async fn talk(&self, stream: TlsStream<TcpStream>, peer: TransportPublic) {
        let started = Arc::new(AtomicBool::new(false));
        let router = TowerToHyperService::new(self.router.clone());
        let (known, seen) = (Arc::clone(&self.known), Arc::clone(&started));
        let service = service_fn(move |mut request: Request<Incoming>| {
            seen.store(true, Ordering::Relaxed);
            let answer = known(&peer).then(|| {
                request.extensions_mut().insert(peer);
                router.call(request)
            });
            async move { answer_or_forbid(answer).await }
        });
        let builder = self.http(stream.get_ref().1.alpn_protocol() == Some(b"h2".as_slice()));
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            done = connection.as_mut() => return log_end(done),
            () = self.unwanted(peer, &started) => return tracing::info!(%peer, "connection closed: peer not enrolled or silent"),
            () = self.shutdown.cancelled() => {}
        }
        connection.as_mut().graceful_shutdown();
        if let Ok(done) = timeout(self.limits.grace, connection).await {
            log_end(done);
        }
    }

    /// One protocol, the one that was negotiated: guessing it would wait for bytes without a limit.
    fn http(&self, http2: bool) -> auto::Builder<TokioExecutor> {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(self.limits.head).max_headers(64);
        builder.http1().max_buf_size(64 * 1024);
        builder.http2().timer(TokioTimer::new()).max_header_list_size(16 * 1024).max_concurrent_streams(64);
        builder
            .http2()
            .keep_alive_interval(Duration::from_secs(15))
            .keep_alive_timeout(Duration::from_secs(15));
        if http2 { builder.http2_only() } else { builder.http1_only() }
    }

    /// Ends when the peer is no longer known, or has sent no request in time after the handshake.
    async fn unwanted(&self, peer: TransportPublic, started: &AtomicBool) {
        let mut tick = interval(RECHECK.min(self.limits.head));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let silent_since = tokio::time::Instant::now();
        // One tick more than the one that notices, so that a last word still goes out.
        let mut is_known = true;
        loop {
            tick.tick().await;
            let silent = !started.load(Ordering::Relaxed) && silent_since.elapsed() > self.limits.head;
            let was_known = core::mem::replace(&mut is_known, (self.known)(&peer));
            if silent || !(was_known || is_known) {
                return;
            }
        }
    }
}

async fn answer_or_forbid(
    answer: Option<impl Future<Output = Result<Response, Infallible>>>,
) -> Result<Response, Infallible> {
    match answer {
        Some(answer) => answer.await,
        None => Ok(StatusCode::FORBIDDEN.into_response()),
    }
}

fn log_end(done: Result<(), Box<dyn core::error::Error + Send + Sync>>) {
    if let Err(error) = done {
        tracing::debug!(%error, "connection ended");
    }
}
