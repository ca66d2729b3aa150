//! Deterministic CBOR (RFC 8949 §4.2.1): one value has one encoding, and any other is refused.
//!
//! Decoding ends by encoding again and comparing with what arrived, so a non-shortest integer, an
//! unsorted map, an unknown key or a trailing byte can never slip through a lenient reader.
//! Format rules: `docs/spec/encoding.md`.

use crate::Hash;
use sha2::{Digest, Sha256};

/// Why bytes are not the one encoding of a value.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum CodecError {
    /// Longer than this kind of value may be; refused before it is read.
    #[error("{len} bytes are more than the {max} allowed")]
    TooLarge {
        /// Length that arrived.
        len: usize,
        /// Length allowed.
        max: usize,
    },
    /// Not CBOR of this shape.
    #[error("malformed encoding at byte {at}")]
    Malformed {
        /// Offset of the first byte that does not fit.
        at: usize,
    },
    /// CBOR of this shape, but not in its one deterministic form.
    #[error("not the deterministic encoding")]
    NotCanonical,
    /// The shape is right, but a field is outside its bounds.
    #[error("field {field} is out of bounds")]
    OutOfBounds {
        /// Name of the field.
        field: &'static str,
    },
}

/// Encodes a value in its one form. Encoding into memory cannot fail.
pub fn encode<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to a Vec is infallible and no Encode of this crate reports an error of its own, so the
    // result carries nothing; an empty encoding would be refused by every reader.
    let _infallible = minicbor::encode(value, &mut out);
    out
}

/// Decodes a value of at most `max` bytes and accepts only its deterministic encoding.
pub fn decode<T>(bytes: &[u8], max: usize) -> Result<T, CodecError>
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
{
    if bytes.len() > max {
        return Err(CodecError::TooLarge { len: bytes.len(), max });
    }
    let mut decoder = minicbor::Decoder::new(bytes);
    let value: T = decoder.decode().map_err(|error| CodecError::Malformed {
        at: error.position().unwrap_or_else(|| decoder.position()),
    })?;
    if encode(&value) != bytes {
        return Err(CodecError::NotCanonical);
    }
    Ok(value)
}

/// SHA-256 over a domain tag and parts, joined. Parts before the last must have fixed lengths.
pub fn tagged_hash(tag: &str, parts: &[&[u8]]) -> Hash {
    let mut digest = Sha256::new();
    digest.update(tag.as_bytes());
    for part in parts {
        digest.update(part);
    }
    Hash::from_bytes(digest.finalize().into())
}
