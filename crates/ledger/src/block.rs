//! Entries and blocks as they travel, before anything is known about them.

use crate::Hash;
use crate::limits::{MAX_CONTROL_BYTES, MAX_RECORD_BYTES};
use crate::merkle;

/// One entry of a block, as bytes.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Entry {
    /// A control transaction.
    #[n(0)]
    Control(
        #[n(0)]
        #[cbor(with = "minicbor::bytes")]
        Vec<u8>,
    ),
    /// A record.
    #[n(1)]
    Record(
        #[n(0)]
        #[cbor(with = "minicbor::bytes")]
        Vec<u8>,
    ),
}

impl Entry {
    /// The bytes that travelled.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Control(bytes) | Self::Record(bytes) => bytes,
        }
    }

    /// The leaf of the entries tree: the kind is hashed with the bytes, so that neither lane can pass for the other.
    pub fn leaf(&self) -> Hash {
        let (kind, bytes) = match self {
            Self::Control(bytes) => (0u8, bytes),
            Self::Record(bytes) => (1u8, bytes),
        };
        let mut data = Vec::with_capacity(bytes.len() + 1);
        data.push(kind);
        data.extend_from_slice(bytes);
        merkle::leaf_hash(&data)
    }

    /// Whether the entry is within the bounds of its lane.
    pub fn fits(&self) -> bool {
        match self {
            Self::Control(bytes) => bytes.len() <= MAX_CONTROL_BYTES,
            Self::Record(bytes) => bytes.len() <= MAX_RECORD_BYTES,
        }
    }
}

/// A header with the control entries of its block: what every client replays.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LaneItem {
    /// The encoded header.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub header: Vec<u8>,
    /// The encoded certificate; may be absent but on the last item of a batch.
    #[n(1)]
    pub certificate: Option<minicbor::bytes::ByteVec>,
    /// The control entries of the block, in order.
    #[n(2)]
    pub controls: Vec<minicbor::bytes::ByteVec>,
}

/// A whole block as it arrived. Nothing of it may be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnverifiedBlock {
    /// The encoded header.
    pub header: Vec<u8>,
    /// The encoded certificate.
    pub certificate: Vec<u8>,
    /// All entries, in order.
    pub entries: Vec<Entry>,
}

impl UnverifiedBlock {
    /// The part that every client replays.
    pub fn lane_item(&self) -> LaneItem {
        let controls = self.entries.iter().filter_map(|entry| match entry {
            Entry::Control(bytes) => Some(bytes.clone().into()),
            Entry::Record(_) => None,
        });
        LaneItem {
            header: self.header.clone(),
            certificate: Some(self.certificate.clone().into()),
            controls: controls.collect(),
        }
    }
}

/// RFC 6962 root over entries.
pub fn entries_root(entries: &[Entry]) -> Hash {
    let leaves: Vec<Hash> = entries.iter().map(Entry::leaf).collect();
    merkle::root(&leaves)
}
