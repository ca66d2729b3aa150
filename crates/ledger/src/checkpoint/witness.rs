//! Witnesses: outsiders who say that they saw a checkpoint and that it only grew (C2SP tlog-cosignature, type ed25519).

use super::note::{Note, SignatureLine, is_name};
use super::{BASE64, key_hash};
use crate::UnixMillis;
use crate::keys::{PublicKey, Signature, SigningKey};
use base64::Engine as _;

/// Type of a timestamped ed25519 cosignature.
const COSIGNATURE: u8 = 0x04;
/// Longest name of a witness.
const MAX_NAME_BYTES: usize = 128;

/// A witness whose word counts on this workstation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Witness {
    /// Name.
    pub name: String,
    /// Key.
    pub key: PublicKey,
}

/// Why a witness's key or its cosignature is not accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum WitnessError {
    /// Not a verifier key of this type.
    #[error("not the key of an ed25519 witness, NAME+HASH+KEY")]
    Key,
    /// A line of this witness that does not verify.
    #[error("the cosignature of {0} does not verify")]
    Signature(String),
}

/// What a witness said of a checkpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cosignature {
    /// Name of the witness.
    pub witness: String,
    /// When, by its clock.
    pub time: UnixMillis,
}

impl Witness {
    /// Reads a verifier key: `NAME+HASH+KEY`.
    ///
    /// # Errors
    /// [`WitnessError::Key`].
    pub fn parse(text: &str) -> Result<Self, WitnessError> {
        let read = || {
            let mut parts = text.splitn(3, '+');
            let (name, hash, key) = (parts.next()?, parts.next()?, parts.next()?);
            let key = BASE64.decode(key).ok()?;
            let (kind, key) = key.split_first()?;
            let key = PublicKey::from_bytes(<[u8; 32]>::try_from(key).ok()?);
            let fits = *kind == COSIGNATURE && is_name(name) && name.len() <= MAX_NAME_BYTES;
            let hashed = format!("{:08x}", key_hash(name, COSIGNATURE, &key));
            (fits && hash == hashed && key.check().is_ok()).then(|| Self { name: name.to_owned(), key })
        };
        read().ok_or(WitnessError::Key)
    }

    /// When this witness cosigned the note last; nothing if it did not.
    ///
    /// # Errors
    /// [`WitnessError::Signature`]: a line of this witness is wrong, which spoils the note.
    pub fn cosigned(&self, note: &Note) -> Result<Option<Cosignature>, WitnessError> {
        let hash = key_hash(&self.name, COSIGNATURE, &self.key);
        let mut newest = None;
        for line in note.signatures.iter().filter(|line| line.name == self.name && line.key == hash) {
            let seconds =
                self.verify(line, &note.text).ok_or_else(|| WitnessError::Signature(self.name.clone()))?;
            newest = newest.max(Some(seconds));
        }
        let millis =
            |seconds: u64| UnixMillis(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000));
        Ok(newest.map(|seconds| Cosignature { witness: self.name.clone(), time: millis(seconds) }))
    }

    fn verify(&self, line: &SignatureLine, text: &str) -> Option<u64> {
        let (seconds, signature) = line.signature.split_first_chunk::<8>()?;
        let seconds = u64::from_be_bytes(*seconds);
        let signature = Signature::from_bytes(<[u8; 64]>::try_from(signature).ok()?);
        i64::try_from(seconds).ok()?;
        self.key.verify(message(seconds, text).as_bytes(), &signature).ok()?;
        Some(seconds)
    }
}

impl core::fmt::Display for Witness {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let encoded = BASE64.encode([&[COSIGNATURE], self.key.as_bytes().as_slice()].concat());
        write!(f, "{}+{:08x}+{encoded}", self.name, key_hash(&self.name, COSIGNATURE, &self.key))
    }
}

/// The line with which a witness says, `seconds` after 1970, that it saw this text and nothing that speaks against it.
pub fn cosign(name: &str, key: &SigningKey, seconds: u64, text: &str) -> SignatureLine {
    let signature = key.sign(message(seconds, text).as_bytes());
    SignatureLine {
        name: name.to_owned(),
        key: key_hash(name, COSIGNATURE, &key.public()),
        signature: [seconds.to_be_bytes().as_slice(), signature.as_bytes()].concat(),
    }
}

fn message(seconds: u64, text: &str) -> String {
    // Its first line is what keeps a cosignature apart from everything else that is signed.
    format!("cosignature/v1\ntime {seconds}\n{text}")
}
