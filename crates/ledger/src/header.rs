//! The block header and the certificate over it (`docs/spec/header.md`, `docs/spec/certificate.md`).

use crate::codec::{self, CodecError, tagged_hash};
use crate::keys::{PublicKey, Signature, SigningKey};
use crate::limits::{MAX_CERTIFICATE_BYTES, MAX_ENTRIES, MAX_HEADER_BYTES, MAX_VALIDATORS};
use crate::{ChainId, Hash, Height, KeyId, UnixMillis};
use std::collections::BTreeMap;

/// The version of header and rules that this code knows.
pub const VERSION: u8 = 1;

/// What a block commits to.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Header {
    /// Always [`VERSION`].
    #[n(0)]
    pub version: u8,
    /// The chain.
    #[n(1)]
    pub chain: ChainId,
    /// One more than the previous block's; genesis is 0.
    #[n(2)]
    pub height: Height,
    /// Block time: never before the previous block's.
    #[n(3)]
    pub time: UnixMillis,
    /// Id of the previous header; zero at genesis.
    #[n(4)]
    pub previous: Hash,
    /// RFC 6962 root over the entries.
    #[n(5)]
    pub entries_root: Hash,
    /// Number of entries.
    #[n(6)]
    pub entries: u32,
    /// RFC 6962 root over the ids of all earlier headers.
    #[n(7)]
    pub history_root: Hash,
    /// Root of the state after this block.
    #[n(8)]
    pub state_root: Hash,
    /// Hash of the validators whose signatures certify this block.
    #[n(9)]
    pub validators: Hash,
    /// Hash of the validators that certify the next one.
    #[n(10)]
    pub next_validators: Hash,
    /// Key id of the validator that proposed it.
    #[n(11)]
    pub proposer: KeyId,
}

impl Header {
    /// The encoded header.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Parses a header; nothing but its shape and the number of entries is checked.
    ///
    /// # Errors
    /// [`CodecError`] for another encoding, or more entries than [`MAX_ENTRIES`], so that every reader can bound its
    /// work before it starts.
    pub fn parse(bytes: &[u8]) -> Result<Self, CodecError> {
        let header: Self = codec::decode(bytes, MAX_HEADER_BYTES)?;
        if usize::try_from(header.entries).is_ok_and(|entries| entries <= MAX_ENTRIES) {
            Ok(header)
        } else {
            Err(CodecError::OutOfBounds { field: "entries" })
        }
    }
}

/// The id of a header: a hash over the bytes that travelled.
pub fn header_id(bytes: &[u8]) -> Hash {
    tagged_hash("wardlight/header/1", &[bytes])
}

/// The validators in force, by key id.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ValidatorSet(BTreeMap<KeyId, PublicKey>);

impl ValidatorSet {
    /// The set of these keys.
    pub fn of(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        Self(keys.into_iter().map(|key| (key.id(), key)).collect())
    }

    /// The hash that headers name it by.
    pub fn hash(&self) -> Hash {
        let keys: Vec<u8> = self.0.values().flat_map(|key| *key.as_bytes()).collect();
        tagged_hash("wardlight/validators/1", &[&keys])
    }

    /// The key of a validator.
    pub fn get(&self, id: &KeyId) -> Option<&PublicKey> {
        self.0.get(id)
    }

    /// Their keys, ascending by key id.
    pub fn keys(&self) -> impl Iterator<Item = (&KeyId, &PublicKey)> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The smallest number of signatures above two thirds.
    pub fn quorum(&self) -> usize {
        self.0.len() * 2 / 3 + 1
    }
}

/// Signatures of validators over one header.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Certificate {
    /// Round of the sequencer in which the header was decided; 0 for a solo gateway.
    #[n(0)]
    pub round: u32,
    /// Signer and signature, ascending, each signer once.
    #[n(1)]
    pub signatures: Vec<(KeyId, Signature)>,
}

/// Why a certificate does not certify a header.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum CertificateError {
    /// Not one of our encodings.
    #[error("certificate is malformed")]
    Malformed(#[from] CodecError),
    /// Signers are not in ascending order, or one stands twice.
    #[error("signers of the certificate are unsorted or repeated")]
    Unsorted,
    /// A signer that is no validator.
    #[error("{0} signed the certificate but is no validator")]
    NotAValidator(KeyId),
    /// A signature that does not verify for this header, height, round and chain.
    #[error("the certificate's signature of {0} does not verify")]
    Signature(KeyId),
    /// Not above two thirds.
    #[error("{got} validators signed, {need} are needed")]
    NoQuorum {
        /// Signatures needed.
        need: usize,
        /// Signatures that are there.
        got: usize,
    },
}

/// The bytes that a validator signs.
pub fn certificate_message(chain: &ChainId, height: Height, round: u32, header: &Hash) -> Vec<u8> {
    let mut out = b"wardlight/certificate/1".to_vec();
    out.extend_from_slice(chain.as_bytes());
    out.extend_from_slice(&height.0.to_be_bytes());
    out.extend_from_slice(&round.to_be_bytes());
    out.extend_from_slice(header.as_bytes());
    out
}

impl Certificate {
    /// A certificate of these validators, for instance the single one of a solo gateway.
    pub fn sign(keys: &[&SigningKey], chain: &ChainId, height: Height, round: u32, header: &Hash) -> Self {
        let message = certificate_message(chain, height, round, header);
        let mut signatures: Vec<_> = keys.iter().map(|key| (key.id(), key.sign(&message))).collect();
        signatures.sort_by_key(|(id, _)| *id);
        Self { round, signatures }
    }

    /// The encoded certificate.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Parses a certificate; no signature is checked.
    pub fn parse(bytes: &[u8]) -> Result<Self, CertificateError> {
        let certificate: Self = codec::decode(bytes, MAX_CERTIFICATE_BYTES)?;
        if certificate.signatures.len() > MAX_VALIDATORS {
            return Err(CodecError::OutOfBounds { field: "signatures" }.into());
        }
        Ok(certificate)
    }

    /// Checks that validators above two thirds of `set` signed this header. Every signature must verify: an
    /// invalid one is an attack or a fault worth seeing, never noise to be skipped.
    pub fn verify(
        &self,
        set: &ValidatorSet,
        chain: &ChainId,
        height: Height,
        header: &Hash,
    ) -> Result<(), CertificateError> {
        if !self.signatures.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(CertificateError::Unsorted);
        }
        let message = certificate_message(chain, height, self.round, header);
        for (signer, signature) in &self.signatures {
            let key = set.get(signer).ok_or(CertificateError::NotAValidator(*signer))?;
            key.verify(&message, signature).map_err(|_| CertificateError::Signature(*signer))?;
        }
        let (need, got) = (set.quorum(), self.signatures.len());
        if got < need { Err(CertificateError::NoQuorum { need, got }) } else { Ok(()) }
    }
}
