//! What hub, gateway and desk say to each other, in deterministic CBOR (`docs/spec/api.md`).
//!
//! Nothing here is trusted: blocks and records are judged by the verifier, whoever sent them.

pub mod public;

use minicbor::bytes::ByteVec;
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::record::Body;
use wl_ledger::{Hash, Height};

/// Largest request body.
pub const MAX_REQUEST_BYTES: usize = 16 * 1024 * 1024;
/// Largest response body that a client reads.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;
/// Entries of one submission.
pub const MAX_SUBMISSION: usize = 1024;
/// Headers of one lane batch.
pub const MAX_LANE_BATCH: u64 = 4096;
/// Headers of one batch of the public port.
pub const MAX_HEADER_BATCH: u64 = 256;
/// Blocks of one batch.
pub const MAX_BLOCK_BATCH: u64 = 512;
/// Media type of every body here.
pub const CONTENT_TYPE: &str = "application/cbor";

/// Paths of the gateway's interface.
pub mod paths {
    /// POST a [`super::Submission`], answered by [`super::Receipts`].
    pub const ENTRIES: &str = "/v1/entries";
    /// GET `?from=HEIGHT&max=N`, answered by [`super::LaneBatch`].
    pub const LANE: &str = "/v1/lane";
    /// GET `?from=HEIGHT&to=HEIGHT` (inclusive), answered by [`super::BlockBatch`].
    pub const BLOCKS: &str = "/v1/blocks";
    /// GET one block by height: immutable, cacheable; answered by [`super::BlockContent`].
    pub const BLOCK: &str = "/v1/blocks/{height}";
    /// GET `?from=HEIGHT`: server-sent events that resume by height (`Last-Event-ID`).
    pub const LIVE: &str = "/v1/live";
    /// POST a hub's signed heartbeat.
    pub const HEARTBEAT: &str = "/v1/heartbeat";
    /// GET the latest heartbeats of all authors, as [`super::Heartbeats`].
    pub const HEARTBEATS: &str = "/v1/heartbeats";
    /// GET the newest signed checkpoint with the words of witnesses, as text.
    pub const CHECKPOINT: &str = "/v1/checkpoint";
    /// GET the gateway's state of health as JSON.
    pub const STATUS: &str = "/v1/status";
}

/// Names of the events of the live stream. The data of each is base64 (standard, padded) of its CBOR.
pub mod events {
    /// A [`super::LiveBlock`]; the event's id is its height.
    pub const BLOCK: &str = "block";
    /// A signed heartbeat as bytes.
    pub const HEARTBEAT: &str = "heartbeat";
    /// A [`super::LaneBatch`] up to the block that revokes the reader's key: the last event of its stream.
    pub const REVOKED: &str = "revoked";
    /// A [`super::Provisional`]: an alarm or acknowledgement relayed before its block is durable.
    pub const PROVISIONAL: &str = "provisional";
}

/// One entry with the body that travels beside it.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Item {
    /// The entry.
    #[n(0)]
    pub entry: Entry,
    /// Salt and ciphertext of a record; absent for control transactions and for erased records.
    #[n(1)]
    pub body: Option<Body>,
}

/// Entries for the gateway to order, in this order.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Submission {
    /// At most [`MAX_SUBMISSION`].
    #[n(0)]
    pub items: Vec<Item>,
}

/// What became of one submitted entry.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Receipt {
    /// Durable, certified, at this height.
    #[n(0)]
    Sealed(#[n(0)] Height),
    /// The very same entry was sealed before, at this height. Sending again is harmless.
    #[n(1)]
    Known(#[n(0)] Height),
    /// Refused for good, with a code of [`refusal`] and a sentence for people; never carries content of the entry.
    #[n(2)]
    Refused(#[n(0)] u16, #[n(1)] String),
    /// Not judged, because an earlier entry of the submission was refused or the gateway is busy: send it again.
    #[n(3)]
    Deferred,
}

/// Codes of refusals.
pub mod refusal {
    /// Malformed or too large.
    pub const MALFORMED: u16 = 1;
    /// The state machine refuses the transaction.
    pub const CONTROL: u16 = 2;
    /// Signature or body does not verify.
    pub const RECORD: u16 = 3;
    /// Unknown stream or epoch, author not in force, time in the future.
    pub const ADMISSION: u16 = 4;
    /// Not the next of its stream, and not one that is sealed already.
    pub const SEQUENCE: u16 = 5;
    /// The gateway's clock stands before its newest block.
    pub const CLOCK: u16 = 6;
}

/// Receipts in the order of the submission.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Receipts {
    /// One for each item.
    #[n(0)]
    pub receipts: Vec<Receipt>,
}

/// Headers and control transactions, ascending. The last item bears a certificate.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LaneBatch {
    /// Items from the height asked for.
    #[n(0)]
    pub items: Vec<LaneItem>,
    /// The gateway's newest height.
    #[n(1)]
    pub tip: Height,
}

/// A header with its certificate, and nothing of its block.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct CertifiedHeader {
    /// The encoded header.
    #[n(0)]
    pub header: ByteVec,
    /// The encoded certificate.
    #[n(1)]
    pub certificate: ByteVec,
}

/// Certified headers, ascending.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct HeaderBatch {
    /// At most [`MAX_HEADER_BATCH`].
    #[n(0)]
    pub headers: Vec<CertifiedHeader>,
    /// The newest height.
    #[n(1)]
    pub tip: Height,
}

/// One entry of a block as served.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ServedItem {
    /// Entry and body.
    #[n(0)]
    pub item: Item,
    /// Hash of the record's predecessor in its stream, so that a client that fetches newest first can check the
    /// author's signature at once; the link itself is compared when the predecessor arrives.
    #[n(1)]
    pub previous: Option<Hash>,
}

/// The entries of one block.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct BlockContent {
    /// Height.
    #[n(0)]
    pub height: Height,
    /// All entries, in order.
    #[n(1)]
    pub items: Vec<ServedItem>,
}

/// Entries of several blocks, ascending.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct BlockBatch {
    /// The blocks.
    #[n(0)]
    pub blocks: Vec<BlockContent>,
}

/// A block as the live stream pushes it.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LiveBlock {
    /// Header, certificate and control transactions.
    #[n(0)]
    pub lane: LaneItem,
    /// All entries.
    #[n(1)]
    pub content: BlockContent,
}

/// An alarm or acknowledgement before its block is durable.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Provisional {
    /// The signed record.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub record: Vec<u8>,
    /// Its body.
    #[n(1)]
    pub body: Body,
    /// Hash of its predecessor.
    #[n(2)]
    pub previous: Hash,
}

/// The latest signed heartbeat of each author.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Heartbeats {
    /// Signed heartbeats.
    #[n(0)]
    pub heartbeats: Vec<ByteVec>,
}
