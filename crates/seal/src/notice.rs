//! Notices: what several people are told at once and nobody else: access receipts to the patient's hub and the
//! privacy officers, security events to the administrators. They belong to no epoch.
//!
//! One age file to all of them, with the place inside and padded like a record, so that its size does not tell how
//! much was read.

use minicbor::{Decoder, Encoder};
use wl_ledger::{ChainId, Seq, StreamId};
use zeroize::Zeroizing;

use crate::age_file::{self, Sort};
use crate::identity::ReadingIdentity;
use crate::recipient::Recipient;
use crate::{SealError, Sealed, padding};

/// Largest content of a notice in bytes.
pub const MAX_NOTICE_PLAINTEXT: usize = 64 * 1024;

/// Largest sealed notice in bytes.
pub const MAX_NOTICE_BYTES: usize = 96 * 1024;

/// Most people that one notice is for.
pub const MAX_NOTICE_READERS: usize = 128;

const VERSION: u8 = 1;
const FIXED_BYTES: usize = 96;

/// The place of a notice: what its signed header says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoticeContext {
    /// Chain.
    pub chain: ChainId,
    /// Stream.
    pub stream: StreamId,
    /// Place in the stream.
    pub seq: Seq,
    /// Code of the ledger's record kind.
    pub kind: u8,
}

/// Seals a notice to its readers.
///
/// # Errors
/// [`SealError::TooLarge`] above [`MAX_NOTICE_PLAINTEXT`], [`SealError::Readers`] for none or more than
/// [`MAX_NOTICE_READERS`], [`SealError::Recipient`] for a kind of recipient this version cannot seal to.
pub fn seal_notice(
    readers: &[Recipient],
    context: &NoticeContext,
    content: &[u8],
) -> Result<Vec<u8>, SealError> {
    let (what, got) = (Sealed::Notice, content.len());
    if got > MAX_NOTICE_PLAINTEXT {
        return Err(SealError::TooLarge { what, limit: MAX_NOTICE_PLAINTEXT, got });
    }
    if !(1..=MAX_NOTICE_READERS).contains(&readers.len()) {
        return Err(SealError::Readers { limit: MAX_NOTICE_READERS, got: readers.len() });
    }
    let to = readers.iter().map(Recipient::age).collect::<Result<Vec<_>, _>>()?;
    let inside = encode(context, content)?;
    age_file::encrypt(&to, &[&inside]).ok_or(SealError::Derivation)
}

/// Opens a notice in the place its signed header names, and gives its content.
///
/// # Errors
/// [`SealError::TooLarge`], [`SealError::Malformed`], [`SealError::Refused`] if it is for others or was changed,
/// [`SealError::Content`], [`SealError::Context`] if it was made for another place.
pub fn open_notice(
    identity: &ReadingIdentity,
    context: &NoticeContext,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let what = Sealed::Notice;
    if sealed.len() > MAX_NOTICE_BYTES {
        return Err(SealError::TooLarge { what, limit: MAX_NOTICE_BYTES, got: sealed.len() });
    }
    let inside = age_file::decrypt(identity.age(), sealed, Sort::ManyReaders)
        .map_err(|fault| fault.concerning(what))?;
    let (found, content) = read(&inside).ok_or(SealError::Content(what))?;
    match context.difference(&found) {
        Some(field) => Err(SealError::Context { what, field }),
        None => Ok(content),
    }
}

/// One encoding per content: what does not come out again the same is not ours.
fn read(inside: &[u8]) -> Option<(NoticeContext, Zeroizing<Vec<u8>>)> {
    let (found, content) = decode(inside)?;
    let again = encode(&found, &content).ok()?;
    (again.as_slice() == inside).then_some((found, content))
}

#[cfg(feature = "content")]
pub(crate) fn content_is_ours(inside: &[u8]) -> bool {
    read(inside).is_some()
}

impl NoticeContext {
    fn difference(&self, other: &Self) -> Option<&'static str> {
        [
            (self.chain != other.chain, "chain"),
            (self.stream != other.stream, "stream"),
            (self.seq != other.seq, "sequence number"),
            (self.kind != other.kind, "kind"),
        ]
        .into_iter()
        .find_map(|(differs, field)| differs.then_some(field))
    }
}

/// `{0: version, 1: chain, 2: stream, 3: seq, 4: kind, 5: content and padding}`.
fn encode(context: &NoticeContext, content: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut padded = Zeroizing::new(Vec::with_capacity(padding::padded_length(content.len())));
    padded.extend_from_slice(content);
    padded.push(padding::MARK);
    padded.resize(padding::padded_length(content.len()), 0);
    let mut out = Zeroizing::new(Vec::with_capacity(padded.len() + FIXED_BYTES));
    let mut write = || -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        let mut cbor = Encoder::new(&mut *out);
        cbor.map(6)?.u8(0)?.u8(VERSION)?.u8(1)?.encode(context.chain)?;
        cbor.u8(2)?.encode(context.stream)?.u8(3)?.encode(context.seq)?;
        cbor.u8(4)?.u8(context.kind)?.u8(5)?.bytes(&padded)?;
        Ok(())
    };
    write().map_err(|_| SealError::Content(Sealed::Notice))?;
    Ok(out)
}

fn decode(inside: &[u8]) -> Option<(NoticeContext, Zeroizing<Vec<u8>>)> {
    let mut cbor = Decoder::new(inside);
    (cbor.map().ok()?? == 6).then_some(())?;
    key(&mut cbor, 0)?;
    (cbor.u8().ok()? == VERSION).then_some(())?;
    key(&mut cbor, 1)?;
    let chain = cbor.decode().ok()?;
    key(&mut cbor, 2)?;
    let stream = cbor.decode().ok()?;
    key(&mut cbor, 3)?;
    let seq = cbor.decode().ok()?;
    key(&mut cbor, 4)?;
    let kind = cbor.u8().ok()?;
    key(&mut cbor, 5)?;
    let content = padding::unpad(Zeroizing::new(cbor.bytes().ok()?.to_vec()))?;
    Some((NoticeContext { chain, stream, seq, kind }, content))
}

fn key(cbor: &mut Decoder<'_>, expected: u8) -> Option<()> {
    (cbor.u8().ok()? == expected).then_some(())
}
