//! To whom an age file is sealed: a string of the registry, checked before age sees it.

use core::fmt;

use bech32::primitives::decode::CheckedHrpstring;

/// Longest recipient accepted, in bytes. X25519 needs 62, a hybrid post-quantum one 1,959.
pub const MAX_RECIPIENT_BYTES: usize = 2048;

const X25519_PREFIX: &str = "age1";
const HYBRID_PREFIX: &str = "age1pq1";

/// Points of small order on Curve25519 and its twist, canonical encodings (libsodium's table, and
/// <https://cr.yp.to/ecdh.html#validate>). A shared secret with one of them is zero whatever the
/// other key is; age panics on encryption to it, so it must not get that far.
const LOW_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    first(1),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    below_prime(0xec),
];

const fn first(byte: u8) -> [u8; 32] {
    let mut out = [0; 32];
    out[0] = byte;
    out
}

/// 2^255 − 19 is `ed ff … ff 7f`, little-endian; this is the same with another first byte.
const fn below_prime(byte: u8) -> [u8; 32] {
    let mut out = [0xff; 32];
    out[0] = byte;
    out[31] = 0x7f;
    out
}

/// Why a recipient is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum RecipientError {
    /// Longer than [`MAX_RECIPIENT_BYTES`].
    #[error("age recipient has {got} bytes, allowed are {MAX_RECIPIENT_BYTES}")]
    TooLong {
        /// Bytes found.
        got: usize,
    },
    /// Neither `age1…` nor `age1pq1…` in lower-case Bech32 with a right checksum.
    #[error("not an age recipient")]
    Malformed,
    /// The key is a point of small order or not in its canonical form.
    #[error("age recipient holds a weak key")]
    Weak,
    /// A kind of recipient that this version can store but not seal to.
    #[error("age recipient is of a kind this version cannot seal to")]
    Unsupported,
}

enum Kind {
    X25519(age::x25519::Recipient),
    /// `age1pq1…`: may be registered; no pure Rust age can seal to it yet.
    Hybrid,
}

/// An age recipient, well-formed and bounded. Plugin recipients (`age1name1…`) never pass.
pub struct Recipient {
    text: String,
    kind: Kind,
}

impl Recipient {
    /// Reads a recipient string.
    ///
    /// # Errors
    /// [`RecipientError`]; never [`RecipientError::Unsupported`], which only sealing gives.
    pub fn parse(text: &str) -> Result<Self, RecipientError> {
        if text.len() > MAX_RECIPIENT_BYTES {
            return Err(RecipientError::TooLong { got: text.len() });
        }
        let kind = if text.starts_with(HYBRID_PREFIX) { hybrid(text)? } else { x25519(text)? };
        Ok(Self { text: text.to_owned(), kind })
    }

    /// The string, as the registry holds it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this version can seal to it.
    ///
    /// # Errors
    /// [`RecipientError::Unsupported`].
    pub fn check_supported(&self) -> Result<(), RecipientError> {
        self.age().map(|_| ())
    }

    pub(crate) fn age(&self) -> Result<&age::x25519::Recipient, RecipientError> {
        match &self.kind {
            Kind::X25519(recipient) => Ok(recipient),
            Kind::Hybrid => Err(RecipientError::Unsupported),
        }
    }

    pub(crate) fn of_identity(identity: &age::x25519::Identity) -> Self {
        let recipient = identity.to_public();
        Self { text: recipient.to_string(), kind: Kind::X25519(recipient) }
    }
}

fn hybrid(text: &str) -> Result<Kind, RecipientError> {
    const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let data = text.get(HYBRID_PREFIX.len()..).unwrap_or_default().as_bytes();
    let well_formed = !data.is_empty() && data.iter().all(|byte| BECH32.contains(byte));
    well_formed.then_some(Kind::Hybrid).ok_or(RecipientError::Malformed)
}

fn x25519(text: &str) -> Result<Kind, RecipientError> {
    if !text.starts_with(X25519_PREFIX) {
        return Err(RecipientError::Malformed);
    }
    let parsed = CheckedHrpstring::new::<bech32::Bech32>(text).map_err(|_| RecipientError::Malformed)?;
    let bytes: Vec<u8> = parsed.byte_iter().collect();
    let key = <[u8; 32]>::try_from(bytes).map_err(|_| RecipientError::Malformed)?;
    if parsed.hrp().as_str() != "age" {
        return Err(RecipientError::Malformed);
    }
    if LOW_ORDER.contains(&key) || !is_canonical(&key) {
        return Err(RecipientError::Weak);
    }
    text.parse().map(Kind::X25519).map_err(|_| RecipientError::Malformed)
}

/// Below 2^255 − 19: one key has one string.
fn is_canonical(key: &[u8; 32]) -> bool {
    key.iter().rev().lt(below_prime(0xed).iter().rev())
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.text)
    }
}

impl Clone for Recipient {
    fn clone(&self) -> Self {
        let kind = match &self.kind {
            Kind::X25519(recipient) => Kind::X25519(recipient.clone()),
            Kind::Hybrid => Kind::Hybrid,
        };
        Self { text: self.text.clone(), kind }
    }
}

impl PartialEq for Recipient {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Recipient {}
