//! Why the state machine refuses, one name for each refusal, so that a person can be told what to do.

use crate::keys::KeyError;
use crate::{Epoch, KeyId, StreamId};

/// Why a control transaction is refused. Each refusal has its own name, so that a person can be told what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum StateError {
    /// Anything but genesis at the start of a chain.
    #[error("a chain starts with genesis")]
    NotFounded,
    /// A second genesis.
    #[error("genesis stands only at height 0")]
    AlreadyFounded,
    /// A signer that is not enrolled, or not one that this action knows.
    #[error("signer {0} is not known")]
    UnknownSigner(KeyId),
    /// A signer whose key was revoked.
    #[error("signer {0} was revoked")]
    RevokedSigner(KeyId),
    /// A signature that does not verify for this chain.
    #[error("signature of {signer} does not verify")]
    Signature {
        /// Signer named.
        signer: KeyId,
        /// The failure.
        source: KeyError,
    },
    /// The author is not among the signers.
    #[error("the author did not sign")]
    AuthorMissing,
    /// A replayed, reordered or skipped transaction of its author.
    #[error("transaction number {got} of {author}, expected {expected}")]
    WrongNumber {
        /// Author.
        author: KeyId,
        /// The number that comes next.
        expected: u64,
        /// The number it bears.
        got: u64,
    },
    /// The signers may not do this.
    #[error("the signers may not do this")]
    NotPermitted,
    /// Fewer administrators signed than policy asks for.
    #[error("{got} administrators signed, policy asks for {need}")]
    TooFewAdmins {
        /// Administrators needed.
        need: usize,
        /// Administrators that signed.
        got: usize,
    },
    /// Too few persons signed whose signatures this action asks for.
    #[error("{got} of the persons who must sign did, {need} must")]
    TooFewSigners {
        /// Persons needed.
        need: usize,
        /// Persons that signed.
        got: usize,
    },
    /// The only administrator would be gone.
    #[error("the last administrator cannot be taken away")]
    LastAdmin,
    /// A key of low order or no key.
    #[error("key cannot be enrolled")]
    WeakKey(#[source] KeyError),
    /// The request is not signed by the key it asks to enrol.
    #[error("possession of key {0} is not proven")]
    Possession(KeyId),
    /// The name is taken; every id is used once.
    #[error("{0} exists already")]
    Exists(&'static str),
    /// The name is unknown.
    #[error("{0} is unknown")]
    Unknown(&'static str),
    /// Short ids are allotted in order.
    #[error("{0} is not the next free id")]
    NotNext(&'static str),
    /// The key to revoke is revoked already, or the agreement has ended.
    #[error("{0} has ended already")]
    Ended(&'static str),
    /// The end lies before the beginning, in the past, or research has none.
    #[error("the time span of the agreement is not valid")]
    Span,
    /// A hub would grant a key to somebody whom no agreement in force lets read.
    #[error("no agreement in force lets {0} read this")]
    NotEntitled(KeyId),
    /// The epoch does not belong to the generation in force.
    #[error("the generation is not the one in force")]
    GenerationNotInForce,
    /// A stream must be opened by somebody who may write about its subject.
    #[error("{0} may not write about this")]
    MayNotWrite(KeyId),
    /// The change would leave everything as it is.
    #[error("{0} is so already")]
    Unchanged(&'static str),
    /// There are as many as there may be.
    #[error("there are too many of {0}")]
    TooMany(&'static str),
    /// A further workstation must be asked for in the name and role of its person, and a hub has one key.
    #[error("the request does not bear name and role of person {0}")]
    OtherPerson(KeyId),
    /// A hub is no person: it takes no other role, and nobody becomes one.
    #[error("a hub's role is fixed")]
    HubRole,
    /// The policy asks for more administrators than there are.
    #[error("policy asks for more administrators than there are")]
    TooStrict,
    /// This purpose is not agreed to in this way.
    #[error("an agreement of this purpose does not come about in this way")]
    WrongPurpose,
    /// The purpose or the duty asks for another holder.
    #[error("the holder does not fit what the agreement is for")]
    WrongHolder,
    /// More than was agreed, or about something else.
    #[error("this goes beyond what was agreed")]
    OutOfScope,
    /// The shares do not fit the custodians in force.
    #[error("the custodians in force are others")]
    CustodyNotInForce,
}

/// Why the state does not let a record in. The signature is checked apart from this.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum AdmissionError {
    /// The stream was never opened.
    #[error("stream {0} was never opened")]
    UnknownStream(StreamId),
    /// The author's key was not in force at that height.
    #[error("the author of stream {0} was not in force at this height")]
    AuthorNotInForce(StreamId),
    /// The epoch was not opened for this patient and category at that height.
    #[error("epoch {1} of stream {0} was not opened at this height")]
    UnknownEpoch(StreamId, Epoch),
    /// The stream was closed.
    #[error("stream {0} was closed")]
    StreamClosed(StreamId),
    /// The record claims a time after the block that takes it.
    #[error("record of stream {0} claims to be taken {1} ms after its block")]
    FromTheFuture(StreamId, i64),
    /// The record claims to have seen a height that did not exist.
    #[error("record of stream {0} claims to have seen a later height")]
    SeenTooHigh(StreamId),
}
