//! The HTTP client of hub and desk: one server, one pinned key, bounded answers.

mod error;
mod events;

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Response, StatusCode, Url};

use crate::sse::EventLimits;
use crate::tls::{TransportKey, TransportPublic, client_config};

pub use error::ClientError;
pub use events::EventStream;

/// How long the client waits.
#[derive(Clone, Copy, Debug)]
pub struct ClientLimits {
    /// For a connection with its handshake.
    pub connect: Duration,
    /// Between two pieces of an answer. Event streams must send keep-alives more often than this.
    pub pause: Duration,
    /// For a whole answer; event streams are exempt.
    pub answer: Duration,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            pause: Duration::from_secs(15),
            answer: Duration::from_secs(60),
        }
    }
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Body, within the bound that was asked for.
    pub body: Bytes,
}

/// Talks to one server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    limits: ClientLimits,
}

impl Client {
    /// A client that shows `key` and talks to nobody but `server`, at `base` (`https://host:port`).
    ///
    /// # Errors
    /// [`ClientError::Address`] unless `base` is an https address; [`ClientError::Tls`].
    pub fn new(
        key: &TransportKey,
        server: TransportPublic,
        base: &str,
        limits: ClientLimits,
    ) -> Result<Self, ClientError> {
        let base = Url::parse(base).map_err(|_| ClientError::Address)?;
        if base.scheme() != "https" || base.cannot_be_a_base() {
            return Err(ClientError::Address);
        }
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(client_config(key, server)?)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .read_timeout(limits.pause)
            .http2_max_header_list_size(16 * 1024)
            .http2_keep_alive_interval(Duration::from_secs(10))
            .http2_keep_alive_timeout(Duration::from_secs(10))
            .build()
            .map_err(ClientError::from_reqwest)?;
        Ok(Self { http, base, limits })
    }

    /// Reads what lies at `path`; at most `limit` bytes of it.
    ///
    /// # Errors
    /// [`ClientError`]; a status other than 2xx is an answer, not an error.
    pub async fn get(&self, path: &str, limit: usize) -> Result<Answer, ClientError> {
        let request = self.http.get(self.url(path)?).timeout(self.limits.answer);
        answer(request.send().await.map_err(ClientError::from_reqwest)?, limit).await
    }

    /// Posts `body` to `path` and reads at most `limit` bytes of the answer.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<Bytes>,
        limit: usize,
    ) -> Result<Answer, ClientError> {
        let request = self.http.post(self.url(path)?).timeout(self.limits.answer);
        let request = request.header(CONTENT_TYPE, content_type).body(body.into());
        answer(request.send().await.map_err(ClientError::from_reqwest)?, limit).await
    }

    /// Opens the stream of events at `path`, after the event with the id `last` where given.
    ///
    /// # Errors
    /// [`ClientError`], and [`ClientError::Status`] unless the server answers 200.
    pub async fn events(
        &self,
        path: &str,
        last: Option<&str>,
        limits: EventLimits,
    ) -> Result<EventStream, ClientError> {
        let mut request = self.http.get(self.url(path)?).header(ACCEPT, "text/event-stream");
        if let Some(id) = last {
            request = request.header("Last-Event-ID", id);
        }
        let response = request.send().await.map_err(ClientError::from_reqwest)?;
        if response.status() != StatusCode::OK {
            return Err(ClientError::Status { status: response.status() });
        }
        Ok(EventStream::new(response, limits))
    }

    /// The address with this path; a path can never lead to another host.
    fn url(&self, path: &str) -> Result<Url, ClientError> {
        let url = self.base.join(path).map_err(|_| ClientError::Address)?;
        (url.origin() == self.base.origin()).then_some(url).ok_or(ClientError::Address)
    }
}

async fn answer(response: Response, limit: usize) -> Result<Answer, ClientError> {
    let status = response.status();
    let body = read_bounded(response, limit).await?;
    Ok(Answer { status, body })
}

/// Reads a body piece by piece and stops at the first byte above `limit`, whatever its length header says.
///
/// # Errors
/// [`ClientError::TooLarge`], or the connection's failure.
pub async fn read_bounded(mut response: Response, limit: usize) -> Result<Bytes, ClientError> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    if announced > limit {
        return Err(ClientError::TooLarge { limit });
    }
    let mut body = Vec::with_capacity(announced);
    while let Some(piece) = response.chunk().await.map_err(ClientError::from_reqwest)? {
        if body.len().saturating_add(piece.len()) > limit {
            return Err(ClientError::TooLarge { limit });
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.into())
}
