//! Strict CBOR: one value, one encoding, nothing after it.

/// Why bytes are not the canonical encoding of a value.
pub(crate) enum StrictError {
    /// They do not decode; at this byte.
    Shape(usize),
    /// They decode, but re-encode differently.
    NotCanonical,
}

/// The encoding of a value.
pub(crate) fn encode<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to a vector cannot fail and no type of this crate reports an error of its own; were that to change, the
    // empty result is refused by every reader.
    let _infallible = minicbor::encode(value, &mut out);
    out
}

/// Reads what [`encode`] writes and nothing else.
pub(crate) fn decode<T>(bytes: &[u8]) -> Result<T, StrictError>
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
{
    let value: T = minicbor::decode(bytes).map_err(|e| StrictError::Shape(e.position().unwrap_or(0)))?;
    if encode(&value) == bytes { Ok(value) } else { Err(StrictError::NotCanonical) }
}
