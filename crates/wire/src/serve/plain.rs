//! A router for anybody: plain HTTP/1.1, one request for each connection, and a bound on everything.
//!
//! Nothing that is served here is secret and nothing is trusted for having come from here, so there is no TLS and no key;
//! who wants it encrypted puts a proxy in front (`docs/adr/0091-public-port.md`).

use super::{ServeLimits, bounded, log_end};
use crate::serve::peers::Peers;
use axum::Router;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper::{Request, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Where a request comes from; found by handlers as a request extension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeerAddress(pub IpAddr);

/// Serves until `shutdown` is cancelled. A connection is closed after one answer, or when `limits.grace` is over.
pub async fn serve_plain(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    shutdown: CancellationToken,
) {
    let router = bounded(router, limits);
    let peers: Arc<Peers<IpAddr>> = Arc::new(Peers::new(limits.connections_per_peer));
    let places = Arc::new(Semaphore::new(limits.connections));
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match (accepted, Arc::clone(&places).try_acquire_owned()) {
            (Ok((stream, from)), Ok(place)) => {
                let Some(presence) = peers.enter(from.ip()) else { continue };
                let (router, shutdown) = (router.clone(), shutdown.clone());
                tasks.spawn(async move {
                    let (_place, _presence) = (place, presence);
                    talk(stream, from.ip(), router, limits, shutdown).await;
                });
            }
            (Ok(_), Err(_)) => tracing::debug!("public connection refused: too many"),
            (Err(error), _) => {
                tracing::warn!(%error, "public connection was not accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

async fn talk(
    stream: TcpStream,
    from: IpAddr,
    router: Router,
    limits: ServeLimits,
    shutdown: CancellationToken,
) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(PeerAddress(from));
        router.call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_headers(32).max_buf_size(8 * 1024);
    builder.keep_alive(false);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // Whoever reads slowly is cut with everybody else.
        done = timeout(limits.grace, connection) => match done {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log_end(Err(error.into())),
            Err(_) => tracing::debug!("public connection took too long"),
        },
        () = shutdown.cancelled() => {}
    }
}
