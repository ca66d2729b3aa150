//! Evidence of equivocation: two statements that cannot both be true, with the signatures of those who made both
//! (`docs/spec/evidence.md`).
//!
//! A bundle is whole in itself: it begins with the genesis transaction, whose hash is the chain id and which names the
//! validators. So anybody who knows the chain id can judge it, without a network and without trusting its bearer.

mod claims;

use crate::checkpoint::{CheckpointError, MAX_NOTE_BYTES};
use crate::codec::{self, CodecError};
use crate::control::SignedTransaction;
use crate::header::{CertificateError, ValidatorSet};
use crate::heartbeat::HeartbeatError;
use crate::limits::MAX_HEADER_BYTES;
use crate::merkle::Frontier;
use crate::state::State;
use crate::{ChainId, Height, KeyId};
use claims::Claims;
use minicbor::bytes::ByteVec;

/// Headers of one run at most: what one answer of a gateway holds.
pub const MAX_RUN: usize = 4096;
/// Longest bundle that is read.
pub const MAX_EVIDENCE_BYTES: usize = 2 * MAX_RUN * (MAX_HEADER_BYTES + 8) + 2 * MAX_NOTE_BYTES;
/// The version this code writes and judges.
const VERSION: u8 = 1;

/// What one or more validators said.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Statement {
    /// Headers in a row, the last of them certified.
    #[n(0)]
    Headers(#[n(0)] Run),
    /// A signed checkpoint, as text.
    #[n(1)]
    Checkpoint(#[n(0)] ByteVec),
    /// A gateway's signed heartbeat.
    #[n(2)]
    Heartbeat(#[n(0)] ByteVec),
}

/// Headers in a row, each naming the one before it.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Run {
    /// Encoded headers, ascending without a gap.
    #[n(0)]
    pub headers: Vec<ByteVec>,
    /// The certificate of the last.
    #[n(1)]
    pub certificate: ByteVec,
    /// The right border of the history before the first header, where a root over the run itself is to be compared.
    #[n(2)]
    pub frontier: Option<Frontier>,
}

/// A bundle.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Evidence {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The genesis transaction: its hash is the chain id, and it names the validators.
    #[n(1)]
    pub genesis: ByteVec,
    /// One statement.
    #[n(2)]
    pub one: Statement,
    /// The one that contradicts it.
    #[n(3)]
    pub other: Statement,
}

/// At which point two statements part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contradiction {
    /// Two headers at one height.
    Header(Height),
    /// Two roots over the ids of so many headers.
    History(u64),
}

impl core::fmt::Display for Contradiction {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Header(height) => write!(f, "two headers at height {height}"),
            Self::History(size) => write!(f, "two histories of {size} headers"),
        }
    }
}

/// What a bundle proves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The chain. Compare it with the one you know: a bundle of another chain says nothing about yours.
    pub chain: ChainId,
    /// Where the statements part.
    pub at: Contradiction,
    /// The validators that signed both statements, ascending. Each of them broke the rules.
    pub signers: Vec<KeyId>,
}

/// Why a bundle proves nothing.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum EvidenceError {
    /// Not one of our encodings.
    #[error("the bundle is malformed")]
    Malformed(#[from] CodecError),
    /// A version this code does not know.
    #[error("the bundle has version {0}, which this program does not know; update it")]
    Version(u8),
    /// The first entry is no genesis transaction, or one that no chain begins with.
    #[error("the bundle does not begin with a genesis transaction")]
    Genesis,
    /// A header that is malformed.
    #[error("header {index} of a run is malformed")]
    Header {
        /// Place in the run.
        index: usize,
        /// What is wrong.
        source: CodecError,
    },
    /// Headers that do not follow each other, are of another chain, or none.
    #[error("header {index} of a run does not follow the one before it on this chain")]
    Run {
        /// Place in the run.
        index: usize,
    },
    /// A frontier that does not fit the header it stands before.
    #[error("the frontier is not the history of the header it stands before")]
    Frontier,
    /// The certificate of a run.
    #[error("the last header of a run is not certified")]
    Certificate(#[from] CertificateError),
    /// A checkpoint.
    #[error("the checkpoint is not a validator's word")]
    Checkpoint(#[from] CheckpointError),
    /// A heartbeat.
    #[error("the heartbeat is not a validator's word")]
    Heartbeat(#[from] HeartbeatError),
    /// Both may be true.
    #[error("the two statements do not contradict each other")]
    NoContradiction,
    /// They contradict each other, but nobody signed both.
    #[error("nobody signed both statements")]
    NoCommonSigner,
}

impl Evidence {
    /// A bundle of two statements.
    pub fn of(genesis: &[u8], one: Statement, other: Statement) -> Self {
        Self { version: VERSION, genesis: genesis.to_vec().into(), one, other }
    }

    /// The encoded bundle.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

/// Judges a bundle: whether it proves that a validator signed two statements of which one must be false.
///
/// # Errors
/// [`EvidenceError`]: it proves nothing, and why.
pub fn judge(bytes: &[u8]) -> Result<Verdict, EvidenceError> {
    let evidence: Evidence = codec::decode(bytes, MAX_EVIDENCE_BYTES)?;
    if evidence.version != VERSION {
        return Err(EvidenceError::Version(evidence.version));
    }
    let (chain, validators) = founding(&evidence.genesis)?;
    let one = Claims::of(&evidence.one, &chain, &validators)?;
    let other = Claims::of(&evidence.other, &chain, &validators)?;
    let at = one.against(&other).ok_or(EvidenceError::NoContradiction)?;
    let signers: Vec<KeyId> = one.signers.intersection(&other.signers).copied().collect();
    if signers.is_empty() { Err(EvidenceError::NoCommonSigner) } else { Ok(Verdict { chain, at, signers }) }
}

/// The chain and its validators, judged as genesis always is.
fn founding(genesis: &[u8]) -> Result<(ChainId, ValidatorSet), EvidenceError> {
    let signed = SignedTransaction::parse(genesis).map_err(|_| EvidenceError::Genesis)?;
    let mut state = State::default();
    let made = signed.transaction().made;
    state.apply(&signed, Height(0), made).map_err(|_| EvidenceError::Genesis)?;
    let (Some(chain), Some(founding)) = (state.chain(), state.founding()) else {
        return Err(EvidenceError::Genesis);
    };
    Ok((chain, ValidatorSet::of(founding.validators.iter().map(|validator| validator.sign))))
}
