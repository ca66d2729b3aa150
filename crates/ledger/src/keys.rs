//! Ed25519 signatures, `verify_strict` only.
//!
//! The plain check and the strict one accept different edge cases, and nodes that differ would fork
//! (reference: CCTV's 914 vectors, of which the strict rule accepts 43). A key of low order is
//! refused at enrolment, so `verify` here never sees one that was enrolled.

use crate::KeyId;
use crate::codec::tagged_hash;
use core::fmt;
use ed25519_dalek::Signer as _;

/// A public signing key. Being of this type says only that it has 32 bytes, not that it is enrolled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// A signature, not yet checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

/// Why a key or a signature is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum KeyError {
    /// The bytes are no point of the curve.
    #[error("not an ed25519 public key")]
    NotAKey,
    /// A key of low order, under which anybody can make signatures.
    #[error("a weak ed25519 public key")]
    Weak,
    /// The signature does not fit key and message under the strict rule.
    #[error("signature does not verify")]
    BadSignature,
}

macro_rules! fixed_bytes {
    ($name:ident, $len:expr) => {
        impl $name {
            /// Takes the bytes as they are.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "("))?;
                self.0.iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))?;
                write!(f, "…)")
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                <[u8; $len]>::try_from(d.bytes()?).map(Self).map_err(|_| {
                    minicbor::decode::Error::message(concat!("wrong length of ", stringify!($name)))
                })
            }
        }
    };
}

fixed_bytes!(PublicKey, 32);
fixed_bytes!(Signature, 64);

impl PublicKey {
    /// The short name of this key.
    pub fn id(&self) -> KeyId {
        let digest = tagged_hash("wardlight/key/1", &[&self.0]);
        let mut id = [0u8; KeyId::LEN];
        id.copy_from_slice(digest.as_bytes().split_at(KeyId::LEN).0);
        KeyId::from_bytes(id)
    }

    /// Checks that this may be enrolled: a point of the curve and not of low order.
    pub fn check(&self) -> Result<(), KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&self.0).map_err(|_| KeyError::NotAKey)?;
        if key.is_weak() { Err(KeyError::Weak) } else { Ok(()) }
    }

    /// Verifies under the strict rule.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&self.0).map_err(|_| KeyError::NotAKey)?;
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0))
            .map_err(|_| KeyError::BadSignature)
    }
}

/// A signing key. It is wiped on drop and has no Debug, Clone or serial form; the vault keeps its seed.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes the key of a 32-byte seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// The short name of the key.
    pub fn id(&self) -> KeyId {
        self.public().id()
    }

    /// Signs; deterministic (RFC 8032).
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}
