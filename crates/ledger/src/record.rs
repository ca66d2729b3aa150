//! A record: one signed, encrypted item of one stream (design §4, `docs/spec/record.md`).
//!
//! What travels is the COSE_Sign1 of the header, and beside it the detachable body. Chain id and the
//! hash of the stream's previous record are signed but not sent, so a record cannot be moved to
//! another chain, stream or place in its stream.

use crate::codec::{self, CodecError, tagged_hash};
use crate::cose::Sign1;
use crate::keys::{KeyError, PublicKey, SigningKey};
use crate::limits::{MAX_BODY_BYTES, MAX_RECORD_BYTES};
use crate::{ChainId, Epoch, Hash, Height, Seq, StreamId, UnixMillis};

/// What a record holds; the body of each kind is told in `docs/spec/bodies.md`. The kind is signed, so that an alarm cannot be read as a note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum RecordKind {
    /// Readings of one device message.
    #[n(0)]
    Frame,
    /// Waveform samples.
    #[n(1)]
    Waveform,
    /// An alarm that was raised, changed or cleared.
    #[n(2)]
    Alarm,
    /// A practitioner's acknowledgement.
    #[n(3)]
    Acknowledgement,
    /// Name, record number, birth date, bed.
    #[n(4)]
    Identity,
    /// A generation secret for one reader.
    #[n(5)]
    KeyEnvelope,
    /// A note.
    #[n(6)]
    Note,
    /// A document, as a plain age file.
    #[n(7)]
    Document,
    /// Readings of 60 s of one stream, sealed again for history.
    #[n(8)]
    Segment,
    /// A message that could not be fully understood, kept for people to look at.
    #[n(9)]
    Quarantine,
    /// Openings of a patient's record by one person.
    #[n(10)]
    AccessReceipt,
    /// Security events of one workstation.
    #[n(11)]
    SecurityEvent,
    /// A share of a generation secret for one custodian.
    #[n(12)]
    CustodyShare,
    /// A share of a generation secret that a custodian hands on to who broke the glass.
    #[n(13)]
    ShareRelease,
    /// Alarm limits of a patient, or a second signature under them.
    #[n(14)]
    Limits,
    /// What a person observed at the bedside and entered by hand.
    #[n(15)]
    Observation,
    /// What a person or workstation did about an alarm other than acknowledging, or about the watch.
    #[n(16)]
    Act,
}

impl RecordKind {
    /// The code used in encodings.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// The signed header of a record.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct RecordHeader {
    /// Stream, opened on the control lane.
    #[n(0)]
    pub stream: StreamId,
    /// Place in the stream, without gaps.
    #[n(1)]
    pub seq: Seq,
    /// Epoch whose key seals the body; in a mailbox stream, the generation of the envelope or share; 0 in a stream of
    /// access receipts or security events.
    #[n(2)]
    pub epoch: Epoch,
    /// What the body holds.
    #[n(3)]
    pub kind: RecordKind,
    /// When it was taken, by its author's clock.
    #[n(4)]
    pub taken: UnixMillis,
    /// The newest height its author had verified.
    #[n(5)]
    pub seen: Height,
    /// SHA-256(tag ‖ salt ‖ ciphertext).
    #[n(6)]
    pub commitment: Hash,
    /// Length of the ciphertext in bytes.
    #[n(7)]
    pub size: u32,
}

/// Salt and ciphertext. They are stored beside the record and erased together; the chain still verifies.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct Body {
    /// 32 random bytes, so that the commitment tells nothing about the ciphertext once it is erased.
    #[n(0)]
    pub salt: Hash,
    /// What `seal` made.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub ciphertext: Vec<u8>,
}

impl Body {
    /// The commitment that the record signs.
    pub fn commitment(&self) -> Hash {
        tagged_hash("wardlight/body/1", &[self.salt.as_bytes(), &self.ciphertext])
    }
}

/// Why a record is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum RecordError {
    /// Not one of our encodings.
    #[error("record is malformed")]
    Malformed(#[from] CodecError),
    /// Not signed by the stream's author over this chain, this place and this predecessor.
    #[error(
        "record {seq} of stream {stream} is not signed by the author of its stream after this predecessor"
    )]
    Signature {
        /// Stream claimed.
        stream: StreamId,
        /// Place claimed.
        seq: Seq,
        /// The failure.
        source: KeyError,
    },
    /// Body and signed commitment differ.
    #[error("body of record {seq} of stream {stream} does not match its commitment")]
    Commitment {
        /// Stream.
        stream: StreamId,
        /// Place.
        seq: Seq,
    },
    /// Body and signed size differ, or the body is too large.
    #[error("body of record {seq} of stream {stream} has {got} bytes, signed are {signed}")]
    Size {
        /// Stream.
        stream: StreamId,
        /// Place.
        seq: Seq,
        /// Length signed.
        signed: u32,
        /// Length that arrived.
        got: usize,
    },
}

/// A record as it arrived: parsed, nothing checked but its shape.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedRecord {
    bytes: Vec<u8>,
    cose: Sign1,
    header: RecordHeader,
}

impl SignedRecord {
    /// Signs a header as the next record after `previous`.
    pub fn seal(key: &SigningKey, chain: &ChainId, previous: &Hash, header: RecordHeader) -> Self {
        let cose = Sign1::seal(key, &external(chain, previous), codec::encode(&header));
        Self { bytes: cose.to_bytes(), cose, header }
    }

    /// Parses a record.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] for anything but the one accepted shape.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        let cose = Sign1::parse(bytes, MAX_RECORD_BYTES)?;
        let header = codec::decode(&cose.payload, MAX_RECORD_BYTES)?;
        Ok(Self { bytes: bytes.to_vec(), cose, header })
    }

    /// The header, still unchecked.
    pub fn header(&self) -> &RecordHeader {
        &self.header
    }

    /// The bytes that travelled; these are hashed, never a re-encoding.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash by which the stream's next record names this one.
    pub fn hash(&self) -> Hash {
        tagged_hash("wardlight/record/1", &[&self.bytes])
    }

    /// Checks the author's signature over chain, predecessor and header.
    pub fn verify(&self, author: &PublicKey, chain: &ChainId, previous: &Hash) -> Result<(), RecordError> {
        self.cose.verify(author, &external(chain, previous)).map_err(|source| RecordError::Signature {
            stream: self.header.stream,
            seq: self.header.seq,
            source,
        })
    }

    /// Checks that a body is the one that was signed.
    pub fn verify_body(&self, body: &Body) -> Result<(), RecordError> {
        let RecordHeader { stream, seq, size, .. } = self.header;
        let got = body.ciphertext.len();
        if got > MAX_BODY_BYTES || u32::try_from(got) != Ok(size) {
            return Err(RecordError::Size { stream, seq, signed: size, got });
        }
        if body.commitment() != self.header.commitment {
            return Err(RecordError::Commitment { stream, seq });
        }
        Ok(())
    }
}

/// What the first record of a stream names as its predecessor.
pub fn stream_anchor(chain: &ChainId, stream: StreamId) -> Hash {
    tagged_hash("wardlight/stream/1", &[chain.as_bytes(), &stream.0.to_be_bytes()])
}

fn external(chain: &ChainId, previous: &Hash) -> Vec<u8> {
    let tag = b"wardlight/record/1";
    let mut out = Vec::with_capacity(tag.len() + 64);
    out.extend_from_slice(tag);
    out.extend_from_slice(chain.as_bytes());
    out.extend_from_slice(previous.as_bytes());
    out
}
