//! COSE_Sign1 and COSE_Sign (RFC 9052 §4) with EdDSA, in the one shape this system writes.
//!
//! The protected header is always `{1: -8}`; anything else is refused, so there is no algorithm to
//! confuse. The external data names the type and the chain, so a signature made for one purpose
//! never fits another. Byte layout and vectors: `docs/spec/cose.md`.

use crate::KeyId;
use crate::codec::CodecError;
use crate::keys::{KeyError, PublicKey, Signature, SigningKey};
use minicbor::{Decoder, Encoder};

/// `{1: -8}`: algorithm EdDSA.
const PROTECTED: &[u8] = &[0xa1, 0x01, 0x27];

/// Label of the key id in an unprotected header (RFC 9052 §3.1).
const LABEL_KID: u8 = 4;

/// At most so many signers on one control transaction.
pub const MAX_SIGNERS: usize = 16;

type EncodeResult = Result<(), minicbor::encode::Error<core::convert::Infallible>>;

fn build(write: impl FnOnce(&mut Encoder<&mut Vec<u8>>) -> EncodeResult) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to a Vec is infallible.
    let _infallible = write(&mut Encoder::new(&mut out));
    out
}

/// The bytes that a COSE_Sign1 signature covers.
pub fn sign1_message(external: &[u8], payload: &[u8]) -> Vec<u8> {
    build(|e| e.array(4)?.str("Signature1")?.bytes(PROTECTED)?.bytes(external)?.bytes(payload)?.ok())
}

/// The bytes that each signature of a COSE_Sign covers.
pub fn sign_message(external: &[u8], payload: &[u8]) -> Vec<u8> {
    build(|e| {
        e.array(5)?.str("Signature")?.bytes(&[])?.bytes(PROTECTED)?.bytes(external)?.bytes(payload)?.ok()
    })
}

/// A parsed, unchecked COSE_Sign1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sign1 {
    /// The signed bytes.
    pub payload: Vec<u8>,
    /// The signature over them.
    pub signature: Signature,
}

impl Sign1 {
    /// Signs a payload.
    pub fn seal(key: &SigningKey, external: &[u8], payload: Vec<u8>) -> Self {
        let signature = key.sign(&sign1_message(external, &payload));
        Self { payload, signature }
    }

    /// The encoded object.
    pub fn to_bytes(&self) -> Vec<u8> {
        build(|e| {
            e.array(4)?.bytes(PROTECTED)?.map(0)?.bytes(&self.payload)?.bytes(self.signature.as_bytes())?.ok()
        })
    }

    /// Parses the one accepted shape.
    ///
    /// # Errors
    /// [`CodecError`] when longer than `max`, of another shape, or not deterministic.
    pub fn parse(bytes: &[u8], max: usize) -> Result<Self, CodecError> {
        bounded(bytes, max)?;
        let mut d = Decoder::new(bytes);
        let parsed = Self::read(&mut d).map_err(|_| CodecError::Malformed { at: d.position() })?;
        if parsed.to_bytes() == bytes { Ok(parsed) } else { Err(CodecError::NotCanonical) }
    }

    fn read(d: &mut Decoder<'_>) -> Result<Self, minicbor::decode::Error> {
        d.array()?;
        d.bytes()?;
        d.map()?;
        let payload = d.bytes()?.to_vec();
        let signature = d.decode()?;
        Ok(Self { payload, signature })
    }

    /// Checks the signature of `key` over payload and external data.
    pub fn verify(&self, key: &PublicKey, external: &[u8]) -> Result<(), KeyError> {
        key.verify(&sign1_message(external, &self.payload), &self.signature)
    }
}

/// A parsed, unchecked COSE_Sign: one payload, several signers in ascending order of key id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sign {
    /// The signed bytes.
    pub payload: Vec<u8>,
    /// Who signed, ascending, each once.
    pub signers: Vec<(KeyId, Signature)>,
}

impl Sign {
    /// A payload signed by each of `keys`.
    pub fn seal(keys: &[&SigningKey], external: &[u8], payload: Vec<u8>) -> Self {
        let message = sign_message(external, &payload);
        let mut signers: Vec<_> = keys.iter().map(|key| (key.id(), key.sign(&message))).collect();
        signers.sort_by_key(|(id, _)| *id);
        signers.dedup_by_key(|(id, _)| *id);
        Self { payload, signers }
    }

    /// The same object with one more signature, for transactions that two people sign one after the other.
    pub fn countersign(&self, key: &SigningKey, external: &[u8]) -> Self {
        let mut signers = self.signers.clone();
        signers.retain(|(id, _)| *id != key.id());
        signers.push((key.id(), key.sign(&sign_message(external, &self.payload))));
        signers.sort_by_key(|(id, _)| *id);
        Self { payload: self.payload.clone(), signers }
    }

    /// The encoded object.
    pub fn to_bytes(&self) -> Vec<u8> {
        build(|e| {
            e.array(4)?.bytes(&[])?.map(0)?.bytes(&self.payload)?;
            e.array(u64::try_from(self.signers.len()).unwrap_or(u64::MAX))?;
            for (id, signature) in &self.signers {
                e.array(3)?
                    .bytes(PROTECTED)?
                    .map(1)?
                    .u8(LABEL_KID)?
                    .encode(id)?
                    .bytes(signature.as_bytes())?;
            }
            Ok(())
        })
    }

    /// Parses the one accepted shape.
    ///
    /// # Errors
    /// [`CodecError`] when longer than `max`, of another shape, not deterministic, or with signers
    /// that are unsorted, repeated, absent or too many.
    pub fn parse(bytes: &[u8], max: usize) -> Result<Self, CodecError> {
        bounded(bytes, max)?;
        let mut d = Decoder::new(bytes);
        let parsed = Self::read(&mut d).map_err(|_| CodecError::Malformed { at: d.position() })?;
        if parsed.signers.is_empty() || parsed.signers.len() > MAX_SIGNERS {
            return Err(CodecError::OutOfBounds { field: "signers" });
        }
        if !parsed.signers.is_sorted_by(|a, b| a.0 < b.0) || parsed.to_bytes() != bytes {
            return Err(CodecError::NotCanonical);
        }
        Ok(parsed)
    }

    fn read(d: &mut Decoder<'_>) -> Result<Self, minicbor::decode::Error> {
        d.array()?;
        d.bytes()?;
        d.map()?;
        let payload = d.bytes()?.to_vec();
        let count = d.array()?.ok_or_else(|| minicbor::decode::Error::message("indefinite signers"))?;
        let mut signers = Vec::new();
        for _ in 0..count.min(u64::try_from(MAX_SIGNERS).unwrap_or(0) + 1) {
            d.array()?;
            d.bytes()?;
            d.map()?;
            d.u8()?;
            signers.push((d.decode()?, d.decode()?));
        }
        Ok(Self { payload, signers })
    }
}

fn bounded(bytes: &[u8], max: usize) -> Result<(), CodecError> {
    if bytes.len() > max { Err(CodecError::TooLarge { len: bytes.len(), max }) } else { Ok(()) }
}
