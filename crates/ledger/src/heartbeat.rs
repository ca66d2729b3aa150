//! Signed heartbeats: silence must never look like calm (`docs/spec/heartbeat.md`).
//!
//! A gateway says its newest height; a hub says the last number and hash of every stream it writes,
//! so that an omission shows even at the tail and for streams never heard of.

use crate::codec::{self, CodecError};
use crate::cose::Sign1;
use crate::keys::{KeyError, PublicKey, SigningKey};
use crate::limits::MAX_HEARTBEAT_STREAMS;
use crate::{ChainId, Hash, Height, KeyId, Seq, StreamId, UnixMillis};

/// Room for the largest heartbeat.
pub const MAX_HEARTBEAT_BYTES: usize = MAX_HEARTBEAT_STREAMS * 56 + 512;

/// The tail of one stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct StreamTail {
    /// Stream.
    #[n(0)]
    pub stream: StreamId,
    /// Number of its last record.
    #[n(1)]
    pub seq: Seq,
    /// Hash of its last record.
    #[n(2)]
    pub hash: Hash,
}

/// Records of a hub that its gateway refused for good. The values in them reach nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct LostRecords {
    /// How many the hub still keeps; 1 or more.
    #[n(0)]
    pub count: u64,
    /// When the first of them was taken.
    #[n(1)]
    pub first: UnixMillis,
    /// When the last of them was taken.
    #[n(2)]
    pub last: UnixMillis,
}

/// What its author says of itself at one moment.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Heartbeat {
    /// Key of the gateway or hub.
    #[n(0)]
    pub author: KeyId,
    /// Its clock.
    #[n(1)]
    pub time: UnixMillis,
    /// The newest height it holds.
    #[n(2)]
    pub height: Height,
    /// Id of that header.
    #[n(3)]
    pub header: Hash,
    /// Tails of the streams it writes, ascending; empty for a gateway.
    #[n(4)]
    pub tails: Vec<StreamTail>,
    /// What a hub could not deliver; absent where there is nothing.
    #[n(5)]
    pub lost: Option<LostRecords>,
}

/// Why a heartbeat is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum HeartbeatError {
    /// Not one of our encodings.
    #[error("heartbeat is malformed")]
    Malformed(#[from] CodecError),
    /// Not signed by its author for this chain.
    #[error("heartbeat of {0} is not signed by it")]
    Signature(KeyId, #[source] KeyError),
    /// Its author is neither a validator nor an active hub.
    #[error("heartbeat of {0}, which is not known")]
    UnknownAuthor(KeyId),
}

/// A heartbeat whose signature was checked against a known key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedHeartbeat(Heartbeat);

impl VerifiedHeartbeat {
    /// What it says.
    pub fn get(&self) -> &Heartbeat {
        &self.0
    }
}

impl Heartbeat {
    /// Signs a heartbeat.
    pub fn seal(&self, key: &SigningKey, chain: &ChainId) -> Vec<u8> {
        Sign1::seal(key, &external(chain), codec::encode(self)).to_bytes()
    }
}

/// Parses and verifies a heartbeat. `key_of` names the key of an author that may send one.
///
/// # Errors
/// [`HeartbeatError`].
pub fn verify_heartbeat(
    bytes: &[u8],
    chain: &ChainId,
    key_of: impl FnOnce(&KeyId) -> Option<PublicKey>,
) -> Result<VerifiedHeartbeat, HeartbeatError> {
    let cose = Sign1::parse(bytes, MAX_HEARTBEAT_BYTES)?;
    let heartbeat: Heartbeat = codec::decode(&cose.payload, MAX_HEARTBEAT_BYTES)?;
    let sorted = heartbeat.tails.is_sorted_by(|a, b| a.stream < b.stream);
    if heartbeat.tails.len() > MAX_HEARTBEAT_STREAMS || !sorted {
        return Err(CodecError::OutOfBounds { field: "tails" }.into());
    }
    if heartbeat.lost.is_some_and(|lost| lost.count == 0 || lost.last < lost.first) {
        return Err(CodecError::OutOfBounds { field: "lost" }.into());
    }
    let author = heartbeat.author;
    let key = key_of(&author).ok_or(HeartbeatError::UnknownAuthor(author))?;
    cose.verify(&key, &external(chain)).map_err(|source| HeartbeatError::Signature(author, source))?;
    Ok(VerifiedHeartbeat(heartbeat))
}

fn external(chain: &ChainId) -> Vec<u8> {
    let mut out = b"wardlight/heartbeat/1".to_vec();
    out.extend_from_slice(chain.as_bytes());
    out
}
