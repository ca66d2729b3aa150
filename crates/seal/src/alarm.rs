//! The alarm header: the little that a locked workstation may know of an alarm.
//!
//! The lock key lives outside the vault and opens nothing else: priority, bed alias and time. No
//! name, no value, no patient. Every sealed header has the same length.

use core::fmt;

use minicbor::{Decoder, Encoder};
use wl_ledger::{ChainId, Seq, StreamId, UnixMillis};
use zeroize::Zeroizing;

use crate::aead::{self, NONCE_BYTES, OVERHEAD};
use crate::secret::secret_type;
use crate::{SealError, Sealed};

/// Longest bed alias in bytes of UTF-8.
pub const MAX_BED_ALIAS_BYTES: usize = 24;

/// Length of every sealed alarm header in bytes.
pub const SEALED_ALARM_HEADER_BYTES: usize = OVERHEAD + CONTENT_BYTES;

const CONTENT_BYTES: usize = 64;
const HEADER_TAG: &[u8] = b"wardlight/alarm-header/1";

secret_type!(
    /// The key with which a locked workstation reads alarm headers, and nothing else.
    LockKey
);

/// What a bed is called on the ward; never a person's name.
#[derive(Clone, PartialEq, Eq)]
pub struct BedAlias(String);

impl BedAlias {
    /// Takes 1 to [`MAX_BED_ALIAS_BYTES`] bytes without control characters.
    ///
    /// # Errors
    /// [`SealError::BedAlias`].
    pub fn new(text: &str) -> Result<Self, SealError> {
        let fits = (1..=MAX_BED_ALIAS_BYTES).contains(&text.len()) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned())).ok_or(SealError::BedAlias { limit: MAX_BED_ALIAS_BYTES })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BedAlias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is shown and sounded while the workstation is locked.
#[derive(Clone, PartialEq, Eq)]
pub struct AlarmHeader {
    /// Code of the alarm's priority (IEC 60601-1-8); its meaning is the `vitals` crate's.
    pub priority: u8,
    /// Bed.
    pub bed: BedAlias,
    /// When it was raised.
    pub raised: UnixMillis,
}

/// The place of an alarm record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AlarmContext {
    /// Chain.
    pub chain: ChainId,
    /// Stream of the alarm.
    pub stream: StreamId,
    /// Place in that stream.
    pub seq: Seq,
}

impl AlarmContext {
    fn associated(&self) -> Vec<u8> {
        let (stream, seq) = (self.stream.0.to_be_bytes(), self.seq.0.to_be_bytes());
        [HEADER_TAG, self.chain.as_bytes(), &stream, &seq].concat()
    }
}

/// Seals an alarm header to a lock key: always [`SEALED_ALARM_HEADER_BYTES`]. `nonce` must be
/// random and new for every call under one key.
///
/// # Errors
/// [`SealError::Content`] only, if the header does not fit, which its types exclude.
pub fn seal_alarm_header(
    key: &LockKey,
    nonce: &[u8; NONCE_BYTES],
    context: &AlarmContext,
    header: &AlarmHeader,
) -> Result<Vec<u8>, SealError> {
    let mut content = encode(header).ok_or(SealError::Content(Sealed::AlarmHeader))?;
    if content.len() > CONTENT_BYTES {
        return Err(SealError::Content(Sealed::AlarmHeader));
    }
    content.resize(CONTENT_BYTES, 0);
    aead::seal(Sealed::AlarmHeader, key.expose(), nonce, &context.associated(), &content, None)
}

/// Opens an alarm header.
///
/// # Errors
/// [`SealError::Malformed`] for any other length, [`SealError::Refused`] for another key, alarm or
/// changed bytes, [`SealError::Content`].
pub fn open_alarm_header(
    key: &LockKey,
    context: &AlarmContext,
    sealed: &[u8],
) -> Result<AlarmHeader, SealError> {
    if sealed.len() != SEALED_ALARM_HEADER_BYTES {
        return Err(SealError::Malformed(Sealed::AlarmHeader));
    }
    let content = aead::open(Sealed::AlarmHeader, key.expose(), &context.associated(), sealed)?;
    read(&content).ok_or(SealError::Content(Sealed::AlarmHeader))
}

/// One encoding per content: what does not come out again the same is not ours.
fn read(content: &[u8]) -> Option<AlarmHeader> {
    let header = decode(content)?;
    let mut again = encode(&header)?;
    again.resize(CONTENT_BYTES, 0);
    (again.as_slice() == content).then_some(header)
}

#[cfg(feature = "content")]
pub(crate) fn content_is_ours(content: &[u8]) -> bool {
    read(content).is_some()
}

fn encode(header: &AlarmHeader) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(CONTENT_BYTES));
    let mut cbor = Encoder::new(&mut *out);
    cbor.array(3).ok()?.u8(header.priority).ok()?.str(header.bed.as_str()).ok()?.i64(header.raised.0).ok()?;
    Some(out)
}

fn decode(content: &[u8]) -> Option<AlarmHeader> {
    let mut cbor = Decoder::new(content);
    (cbor.array().ok()?? == 3).then_some(())?;
    let priority = cbor.u8().ok()?;
    let bed = BedAlias::new(cbor.str().ok()?).ok()?;
    let raised = UnixMillis(cbor.i64().ok()?);
    Some(AlarmHeader { priority, bed, raised })
}
