//! The client of a gateway, as hub and desk use it (`docs/spec/api.md`).
//!
//! What it returns is bounded and well formed, never trusted: the verifier judges it. One method is one
//! request; repeating, and how long to wait before, is the caller's decision ([`ClientError::is_worth_repeating`]).

mod error;
mod live;

pub use error::ClientError;
pub use live::{LiveEvent, LiveStream, MAX_EVENT_BYTES};
/// The seed of a transport key, for the gateway, which uses no other part of `wl_seal`.
pub use wl_seal::TransportSeed;

use crate::client::{Answer, Client, ClientLimits};
use crate::messages::{
    BlockBatch, CONTENT_TYPE, Heartbeats, LaneBatch, MAX_RESPONSE_BYTES, Receipts, Submission, paths,
};
use crate::tls::{TransportKey, TransportPublic};
use bytes::Bytes;
use wl_ledger::Height;
use wl_ledger::codec;
use wl_ledger::keys::PublicKey;

/// A connection to one gateway.
#[derive(Clone)]
pub struct GatewayClient {
    client: Client,
}

impl GatewayClient {
    /// A client that shows `key` and talks to nobody but the gateway with the transport key `pin` at `address`
    /// (`host:port`). Both come from an enrolment file or from verified state. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError::Address`], [`ClientError::Keys`].
    pub fn new(key: &TransportKey, pin: &PublicKey, address: &str) -> Result<Self, ClientError> {
        Self::with_limits(key, pin, address, ClientLimits::default())
    }

    /// The same with other waiting times.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_limits(
        key: &TransportKey,
        pin: &PublicKey,
        address: &str,
        limits: ClientLimits,
    ) -> Result<Self, ClientError> {
        if address.contains(['/', '?', '#', '@', '\\']) {
            return Err(ClientError::Address);
        }
        let server = TransportPublic::from_bytes(*pin.as_bytes());
        let client = Client::new(key, server, &format!("https://{address}/"), limits)?;
        Ok(Self { client })
    }

    /// Submits entries; the receipts are as many as the items.
    ///
    /// # Errors
    /// [`ClientError`]. After [`ClientError::TimedOut`] or [`ClientError::Unreachable`] the entries may have been
    /// sealed nevertheless: submit the same ones again, and they are answered as known.
    pub async fn submit(&self, submission: &Submission) -> Result<Receipts, ClientError> {
        let body = codec::encode(submission);
        let answer = self.client.post(paths::ENTRIES, CONTENT_TYPE, body, MAX_RESPONSE_BYTES).await?;
        let receipts: Receipts = decode(&accepted(answer)?)?;
        if receipts.receipts.len() == submission.items.len() {
            Ok(receipts)
        } else {
            Err(ClientError::Malformed("number of receipts"))
        }
    }

    /// Headers and control transactions from a height on, at most `max` of them. The gateway may answer with fewer,
    /// to stay within the bounds of an answer.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn lane(&self, from: Height, max: u64) -> Result<LaneBatch, ClientError> {
        self.get(&format!("{}?from={from}&max={max}", paths::LANE)).await
    }

    /// The entries of the blocks from one height to another, both included. The gateway may answer with fewer, to
    /// stay within the bounds of an answer; ask again from the height after the last.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn blocks(&self, from: Height, to: Height) -> Result<BlockBatch, ClientError> {
        self.get(&format!("{}?from={from}&to={to}", paths::BLOCKS)).await
    }

    /// Opens the live stream at a height: every block from there on without gap or duplicate, and in between
    /// heartbeats and alarms that are not sealed yet.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn live(&self, from: Height) -> Result<LiveStream, ClientError> {
        let path = format!("{}?from={from}", paths::LIVE);
        Ok(LiveStream::new(self.client.events(&path, None, live::LIMITS).await?))
    }

    /// Sends a signed heartbeat.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn heartbeat(&self, signed: Vec<u8>) -> Result<(), ClientError> {
        let answer = self.client.post(paths::HEARTBEAT, CONTENT_TYPE, signed, MAX_RESPONSE_BYTES).await?;
        accepted(answer).map(|_| ())
    }

    /// The latest heartbeat of each author.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn heartbeats(&self) -> Result<Heartbeats, ClientError> {
        self.get(paths::HEARTBEATS).await
    }

    /// The newest signed checkpoint, as text; not verified.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn checkpoint(&self) -> Result<Vec<u8>, ClientError> {
        let answer = self.client.get(paths::CHECKPOINT, wl_ledger::checkpoint::MAX_NOTE_BYTES).await?;
        Ok(accepted(answer)?.to_vec())
    }

    async fn get<T>(&self, path: &str) -> Result<T, ClientError>
    where
        T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
    {
        decode(&accepted(self.client.get(path, MAX_RESPONSE_BYTES).await?)?)
    }
}

fn accepted(answer: Answer) -> Result<Bytes, ClientError> {
    if answer.status.is_success() {
        return Ok(answer.body);
    }
    let text = String::from_utf8_lossy(answer.body.get(..256).unwrap_or(&answer.body)).into_owned();
    let message = text.chars().filter(|c| !c.is_control()).collect();
    Err(ClientError::Status { status: answer.status.as_u16(), message })
}

fn decode<T>(bytes: &[u8]) -> Result<T, ClientError>
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
{
    codec::decode(bytes, MAX_RESPONSE_BYTES).map_err(ClientError::Encoding)
}
