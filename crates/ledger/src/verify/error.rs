//! One error for each attack, so that evidence and advice can be exact.

use crate::block::LaneItem;
use crate::codec::CodecError;
use crate::header::CertificateError;
use crate::record::RecordError;
use crate::state::{AdmissionError, StateError};
use crate::{Hash, Height, Seq, StreamId};

/// Two certified headers at one height. It is kept, shown and exported; it never rewinds anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fork {
    /// Height at which the two differ.
    pub height: Height,
    /// The header this verifier holds.
    pub ours: Hash,
    /// The other one.
    pub theirs: Hash,
    /// The other one as it arrived, with its certificate.
    pub item: LaneItem,
}

/// Why a chain, a block or a record is not what it claims to be.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum VerifyError {
    /// Not one of our encodings.
    #[error("header is malformed")]
    HeaderMalformed(#[source] CodecError),
    /// A version this code does not know.
    #[error("header {height} has version {got}, which this workstation does not know; update it")]
    Version {
        /// Height claimed.
        height: Height,
        /// Version claimed.
        got: u8,
    },
    /// A header of another chain.
    #[error("header {height} is of another chain")]
    OtherChain {
        /// Height claimed.
        height: Height,
    },
    /// A height was left out or comes too early.
    #[error("header {got} came where {expected} belongs")]
    Gap {
        /// The height that comes next.
        expected: Height,
        /// The height that came.
        got: Height,
    },
    /// The link to the previous header does not fit.
    #[error("header {height} does not follow the one before it")]
    PreviousLink {
        /// Height.
        height: Height,
    },
    /// The history root does not fit the headers before it.
    #[error("header {height} claims another history")]
    HistoryRoot {
        /// Height.
        height: Height,
    },
    /// Block time went backwards.
    #[error("header {height} is older than the one before it")]
    TimeBackwards {
        /// Height.
        height: Height,
    },
    /// More control entries than entries.
    #[error("block {height} came with more control transactions than it has entries")]
    TooManyControls {
        /// Height.
        height: Height,
    },
    /// A control transaction that is not one of our encodings.
    #[error("control transaction {index} of block {height} is malformed")]
    ControlMalformed {
        /// Height.
        height: Height,
        /// Place among the control transactions of the block.
        index: usize,
        /// What is wrong.
        source: CodecError,
    },
    /// A control transaction that the state machine refuses.
    #[error("control transaction {index} of block {height} is refused")]
    Control {
        /// Height.
        height: Height,
        /// Place among the control transactions of the block.
        index: usize,
        /// Why.
        source: StateError,
    },
    /// The chain does not start with genesis.
    #[error("the chain does not start with genesis")]
    GenesisMissing,
    /// The chain starts with another genesis than the one this workstation was given.
    #[error("the chain starts with another genesis than this workstation was given")]
    OtherGenesis,
    /// The replayed state is not the one the header commits to: a control transaction was left out or changed.
    #[error("state after block {height} is not the one its header commits to")]
    StateRoot {
        /// Height.
        height: Height,
    },
    /// The header names other validators than those in force.
    #[error("header {height} names other validators than those in force")]
    Validators {
        /// Height.
        height: Height,
    },
    /// The header names a change of validators that no transaction made.
    #[error("header {height} names next validators that nobody appointed")]
    NextValidators {
        /// Height.
        height: Height,
    },
    /// The proposer is no validator.
    #[error("header {height} was proposed by no validator")]
    Proposer {
        /// Height.
        height: Height,
    },
    /// The certificate does not certify the header.
    #[error("header {height} is not certified")]
    Certificate {
        /// Height.
        height: Height,
        /// Why.
        source: CertificateError,
    },
    /// The last header of a batch came without a certificate.
    #[error("no certificate came with the headers from {height} on")]
    CertificateMissing {
        /// First height of the batch.
        height: Height,
    },
    /// Another header at a verified height, without a valid certificate.
    #[error("another, uncertified header {height} than the verified one")]
    Contradiction {
        /// Height.
        height: Height,
    },
    /// Two certified headers at one height.
    #[error("two certified headers at height {}", .0.height)]
    Fork(Box<Fork>),
    /// The block does not have as many entries as its header says.
    #[error("block {height} came with {got} entries, its header says {signed}")]
    EntryCount {
        /// Height.
        height: Height,
        /// Count signed.
        signed: u32,
        /// Count that came.
        got: usize,
    },
    /// The entries are not those the header commits to.
    #[error("entries of block {height} are not those its header commits to")]
    EntriesRoot {
        /// Height.
        height: Height,
    },
    /// A control transaction stands behind a record. Controls lead, so that one state judges all records of a block.
    #[error("a control transaction of block {height} stands behind a record")]
    LaneOrder {
        /// Height.
        height: Height,
    },
    /// The record does not verify.
    #[error("record in block {height} does not verify")]
    Record {
        /// Height.
        height: Height,
        /// Why.
        source: RecordError,
    },
    /// The state does not let the record in.
    #[error("record in block {height} is not admissible")]
    Admission {
        /// Height.
        height: Height,
        /// Why.
        source: AdmissionError,
    },
    /// The record is not the next of its stream.
    #[error("record {got} of stream {stream} came where {expected} belongs")]
    Sequence {
        /// Stream.
        stream: StreamId,
        /// The number that comes next.
        expected: Seq,
        /// The number that came.
        got: Seq,
    },
}

impl VerifyError {
    /// Whether this is evidence against a gateway that must be kept and shown to people, not a fault to retry.
    pub fn is_evidence(&self) -> bool {
        match self {
            Self::Version { .. } | Self::Gap { .. } | Self::CertificateMissing { .. } => false,
            Self::HeaderMalformed(_)
            | Self::OtherChain { .. }
            | Self::PreviousLink { .. }
            | Self::HistoryRoot { .. }
            | Self::TimeBackwards { .. }
            | Self::TooManyControls { .. }
            | Self::ControlMalformed { .. }
            | Self::Control { .. }
            | Self::GenesisMissing
            | Self::OtherGenesis
            | Self::StateRoot { .. }
            | Self::Validators { .. }
            | Self::NextValidators { .. }
            | Self::Proposer { .. }
            | Self::Certificate { .. }
            | Self::Contradiction { .. }
            | Self::Fork(_)
            | Self::EntryCount { .. }
            | Self::EntriesRoot { .. }
            | Self::LaneOrder { .. }
            | Self::Record { .. }
            | Self::Admission { .. }
            | Self::Sequence { .. } => true,
        }
    }
}
