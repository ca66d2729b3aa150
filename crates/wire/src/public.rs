//! Reading what anybody may read: a gateway's public port, a witness, a mirror (`docs/spec/public.md`).
//!
//! No key is shown, so whoever answers cannot tell one workstation from another. Nothing that comes back is trusted for
//! having come from here: it is signed by the validators, and judged by its signatures.

use crate::client::{Answer, ClientError, ClientLimits, read_bounded};
use crate::messages::{HeaderBatch, MAX_HEADER_BATCH, public};
use crate::tls::TlsError;
use reqwest::Url;
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use wl_ledger::checkpoint::MAX_NOTE_BYTES;
use wl_ledger::codec;
use wl_ledger::{Hash, Height};

/// Longest list of headers that is read.
const MAX_HEADERS_BYTES: usize = 8 * 1024 * 1024;
/// Longest answer of a witness that is read.
const MAX_LINES_BYTES: usize = 64 * 1024;

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum PublicError {
    /// Not an address of a public port.
    #[error("not an address like http://HOST:PORT or https://HOST")]
    Address,
    /// The connection.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// TLS was not configured.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The answer is none of ours.
    #[error("the answer is malformed")]
    Malformed,
    /// The other side refused.
    #[error("the other side answered {0}")]
    Status(u16),
}

/// Reads one public port.
#[derive(Clone)]
pub struct PublicClient {
    http: reqwest::Client,
    base: Url,
    limits: ClientLimits,
}

impl PublicClient {
    /// A client of `http://HOST:PORT` or, behind a proxy with a certificate that this machine trusts, `https://HOST`.
    /// A path in the address is kept. Nothing is sent yet.
    ///
    /// # Errors
    /// [`PublicError::Address`], [`PublicError::Tls`], [`PublicError::Client`].
    pub fn new(address: &str, limits: ClientLimits) -> Result<Self, PublicError> {
        let base =
            Url::parse(&format!("{}/", address.trim_end_matches('/'))).map_err(|_| PublicError::Address)?;
        let plain = base.username().is_empty() && base.password().is_none() && base.query().is_none();
        if base.host().is_none() || !plain || base.fragment().is_some() {
            return Err(PublicError::Address);
        }
        let builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .read_timeout(limits.pause);
        let builder = match base.scheme() {
            "http" => builder.tls_backend_preconfigured(no_roots()?),
            "https" => {
                // An error says that one is installed already.
                let _installed = rustls::crypto::ring::default_provider().install_default();
                builder.https_only(true)
            }
            _ => return Err(PublicError::Address),
        };
        let http = builder.build().map_err(ClientError::from_reqwest)?;
        Ok(Self { http, base, limits })
    }

    /// The newest signed checkpoint, as text; not verified.
    ///
    /// # Errors
    /// [`PublicError`].
    pub async fn checkpoint(&self) -> Result<Vec<u8>, PublicError> {
        Ok(self.get(public::CHECKPOINT, MAX_NOTE_BYTES).await?.body.to_vec())
    }

    /// Certified headers from a height on; not verified.
    ///
    /// # Errors
    /// [`PublicError`].
    pub async fn headers(&self, from: Height, max: u64) -> Result<HeaderBatch, PublicError> {
        let path = format!("{}?from={from}&max={}", public::HEADERS, max.min(MAX_HEADER_BATCH));
        let answer = self.get(&path, MAX_HEADERS_BYTES).await?;
        codec::decode(&answer.body, MAX_HEADERS_BYTES).map_err(|_| PublicError::Malformed)
    }

    /// The lines that show that one history begins with another; not verified.
    ///
    /// # Errors
    /// [`PublicError`].
    pub async fn consistency(&self, from: u64, to: u64) -> Result<Vec<Hash>, PublicError> {
        let answer =
            self.get(&format!("{}?from={from}&to={to}", public::CONSISTENCY), MAX_LINES_BYTES).await?;
        public::read_lines(&answer.body).ok_or(PublicError::Malformed)
    }

    /// The lines that show the header at a height in the history of so many headers; not verified.
    ///
    /// # Errors
    /// [`PublicError`].
    pub async fn inclusion(&self, height: Height, size: u64) -> Result<Vec<Hash>, PublicError> {
        let path = format!("{}?height={height}&size={size}", public::INCLUSION);
        let answer = self.get(&path, MAX_LINES_BYTES).await?;
        public::read_lines(&answer.body).ok_or(PublicError::Malformed)
    }

    /// Asks a witness to cosign (C2SP tlog-witness `add-checkpoint`). Other answers than 2xx are answers too.
    ///
    /// # Errors
    /// [`PublicError`].
    pub async fn add_checkpoint(&self, request: String) -> Result<(u16, Vec<u8>), PublicError> {
        let request = self.http.post(self.url("add-checkpoint")?).timeout(self.limits.answer).body(request);
        let response = request.send().await.map_err(ClientError::from_reqwest)?;
        let status = response.status().as_u16();
        Ok((status, read_bounded(response, MAX_LINES_BYTES).await?.to_vec()))
    }

    async fn get(&self, path: &str, limit: usize) -> Result<Answer, PublicError> {
        let request = self.http.get(self.url(path.trim_start_matches('/'))?).timeout(self.limits.answer);
        let response = request.send().await.map_err(ClientError::from_reqwest)?;
        let status = response.status();
        let body = read_bounded(response, limit).await?;
        if status.is_success() {
            Ok(Answer { status, body })
        } else {
            Err(PublicError::Status(status.as_u16()))
        }
    }

    fn url(&self, path: &str) -> Result<Url, PublicError> {
        let url = self.base.join(path).map_err(|_| PublicError::Address)?;
        (url.origin() == self.base.origin()).then_some(url).ok_or(PublicError::Address)
    }
}

/// Trusts nobody: for connections without TLS, so that none can be made by mistake.
fn no_roots() -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13])?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}
