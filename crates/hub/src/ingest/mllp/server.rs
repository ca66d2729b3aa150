//! The TCP side of MLLP: one task per connection, replies in the order of the messages, everything bounded in
//! number, size and time.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use super::{DEFAULT_FRAME_LIMIT, MllpDecoder, Received, encode};

/// What one listener bears.
#[derive(Clone, Debug)]
pub struct MllpLimits {
    /// Largest message in bytes.
    pub frame_bytes: usize,
    /// Connections at a time; one more is accepted and closed at once, so that it shows on both sides.
    pub connections: usize,
    /// How long a frame may take from its first byte to its last: ends half-open and dripping senders.
    pub frame_time: Duration,
    /// How long a connection may stay without a frame.
    pub idle_time: Duration,
    /// How long a peer may take to accept a reply.
    pub write_time: Duration,
    /// How long connections may finish their message after a shutdown.
    pub grace_time: Duration,
    /// Bytes outside frames after which a connection is closed: such a peer does not speak MLLP.
    pub outside_bytes: u64,
}

impl Default for MllpLimits {
    fn default() -> Self {
        Self {
            frame_bytes: DEFAULT_FRAME_LIMIT,
            connections: 64,
            frame_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(15 * 60),
            write_time: Duration::from_secs(10),
            grace_time: Duration::from_secs(5),
            outside_bytes: 4096,
        }
    }
}

/// Answers what a connection brings. Closures `Fn(Received, SocketAddr) -> Future<Output = Option<Vec<u8>>>` are
/// handlers too.
pub trait Handler: Send + Sync + 'static {
    /// Takes a message or a faulty frame and gives the reply (unframed), or `None` where the sender asked for none.
    /// The next message of this connection is read after the reply is written, so the order of replies is the order
    /// of messages, and a slow handler slows its sender down instead of filling memory.
    fn answer(&self, received: Received, peer: SocketAddr) -> impl Future<Output = Option<Vec<u8>>> + Send;
}

impl<F, Fut> Handler for F
where
    F: Fn(Received, SocketAddr) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Option<Vec<u8>>> + Send,
{
    fn answer(&self, received: Received, peer: SocketAddr) -> impl Future<Output = Option<Vec<u8>>> + Send {
        self(received, peer)
    }
}

/// What a listener did until it was shut down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ServeReport {
    /// Connections served.
    pub served: u64,
    /// Connections closed at once because the listener was full.
    pub turned_away: u64,
}

/// Serves until `shutdown` is ready, then lets connections finish the message they are in.
pub async fn serve_mllp<H: Handler>(
    listener: TcpListener,
    handler: Arc<H>,
    limits: MllpLimits,
    shutdown: impl Future<Output = ()>,
) -> ServeReport {
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut report = ServeReport::default();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((_, peer)) if connections.len() >= limits.connections => {
                    report.turned_away = report.turned_away.saturating_add(1);
                    tracing::warn!(%peer, limit = limits.connections, "mllp: full, connection closed");
                }
                Ok((stream, peer)) => {
                    report.served = report.served.saturating_add(1);
                    let (handler, limits, stopped) = (Arc::clone(&handler), limits.clone(), stopped.clone());
                    connections.spawn(async move { serve_stream(stream, peer, &*handler, &limits, stopped).await });
                }
                Err(error) => {
                    // Out of descriptors, mostly: wait for one instead of spinning.
                    tracing::warn!(%error, "mllp: accept failed");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
    drop(listener);
    stop.send_replace(true);
    let drained =
        timeout(limits.grace_time, async { while connections.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(open = connections.len(), "mllp: connections cut at shutdown");
    }
    connections.shutdown().await;
    report
}

/// Serves one connection of any kind (TCP, or TLS over it) until it ends; `stopped` turning true lets it finish the
/// message it is in.
pub async fn serve_stream<H: Handler, S: AsyncRead + AsyncWrite + Unpin + Send>(
    mut stream: S,
    peer: SocketAddr,
    handler: &H,
    limits: &MllpLimits,
    mut stopped: watch::Receiver<bool>,
) {
    let mut decoder = MllpDecoder::new(limits.frame_bytes);
    let end = converse(&mut stream, peer, handler, limits, &mut stopped, &mut decoder).await;
    if let Some(broken) = decoder.finish() {
        // Reported to the handler for its records; there is no use in a reply to half a message.
        handler.answer(broken, peer).await;
    }
    tracing::debug!(%peer, ?end, outside = decoder.outside_bytes(), "mllp: connection ended");
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug)]
enum End {
    Closed,
    Idle,
    FrameTooSlow,
    NotMllp,
    ReadFailed,
    WriteFailed,
    Stopped,
}

async fn converse<H: Handler, S: AsyncRead + AsyncWrite + Unpin + Send>(
    stream: &mut S,
    peer: SocketAddr,
    handler: &H,
    limits: &MllpLimits,
    stopped: &mut watch::Receiver<bool>,
    decoder: &mut MllpDecoder,
) -> End {
    let mut chunk = vec![0u8; 16 * 1024];
    let mut deadline = Instant::now() + limits.idle_time;
    loop {
        let was_in_frame = decoder.in_frame();
        if *stopped.borrow() && !was_in_frame {
            return End::Stopped;
        }
        let read = tokio::select! {
            read = timeout_at(deadline, stream.read(&mut chunk)) => read,
            _ = stopped.changed(), if !was_in_frame => return End::Stopped,
        };
        let count = match read {
            Err(_) if was_in_frame => return End::FrameTooSlow,
            Err(_) => return End::Idle,
            Ok(Err(_)) => return End::ReadFailed,
            Ok(Ok(0)) => return End::Closed,
            Ok(Ok(count)) => count,
        };
        let arrived = decoder.push(chunk.get(..count).unwrap_or_default());
        let progressed = !arrived.is_empty();
        for received in arrived {
            if let Some(reply) = handler.answer(received, peer).await
                && !write_reply(stream, &reply, peer, limits).await
            {
                return End::WriteFailed;
            }
        }
        if decoder.outside_bytes() > limits.outside_bytes {
            return End::NotMllp;
        }
        deadline = match (decoder.in_frame(), was_in_frame && !progressed) {
            // The clock of a frame starts with its first byte and is not wound up by further drops.
            (true, true) => deadline,
            (true, false) => Instant::now() + limits.frame_time,
            // Bytes outside frames are no sign of life.
            (false, _) if progressed || was_in_frame => Instant::now() + limits.idle_time,
            (false, _) => deadline,
        };
    }
}

async fn write_reply<S: AsyncWrite + Unpin>(
    stream: &mut S,
    reply: &[u8],
    peer: SocketAddr,
    limits: &MllpLimits,
) -> bool {
    let frame = match encode(reply) {
        Ok(frame) => frame,
        Err(error) => {
            tracing::error!(%peer, %error, "mllp: reply cannot be framed, connection closed");
            return false;
        }
    };
    let write = async {
        stream.write_all(&frame).await?;
        stream.flush().await
    };
    matches!(timeout(limits.write_time, write).await, Ok(Ok(())))
}
