//! Documents, images and notes: plain age files to the epoch recipient, so that any age tool opens
//! them. age has no associated data, so the context is repeated in a last line.
//!
//! The line is a comment to PDF and visible text to a reader of text; image formats ignore bytes
//! after their end. What `age -d` gives is therefore usable as it is.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::age_file::{self, Sort};
use crate::context::RecordContext;
use crate::epoch::EpochKeys;
use crate::recipient::Recipient;
use crate::{SealError, Sealed};

/// Largest sealed document in bytes: what a record's body may hold. Larger ones are split by the hub.
pub const MAX_DOCUMENT_BYTES: usize = 8 * 1024 * 1024;

/// Largest document before sealing: leaves room for age's header, chunk tags and the last line.
pub const MAX_DOCUMENT_PLAINTEXT: usize = MAX_DOCUMENT_BYTES - 16 * 1024;

const CONTEXT_TAG: &[u8] = b"wardlight/document/1";

/// Seals a document to an epoch.
///
/// # Errors
/// [`SealError::TooLarge`] above [`MAX_DOCUMENT_PLAINTEXT`], [`SealError::Recipient`] for a kind
/// of recipient this version cannot seal to.
pub fn seal_document(
    recipient: &Recipient,
    context: &RecordContext,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    bound(plaintext.len(), MAX_DOCUMENT_PLAINTEXT)?;
    let last = last_line(context);
    age_file::encrypt(&[recipient.age()?], &[plaintext, last.as_bytes()]).ok_or(SealError::Derivation)
}

/// Opens a document in the place its signed header names.
///
/// # Errors
/// [`SealError::TooLarge`], [`SealError::Malformed`], [`SealError::Refused`] if it is for another
/// epoch or was changed, [`SealError::Context`] if it was sealed for another place.
pub fn open_document(
    keys: &EpochKeys,
    context: &RecordContext,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    bound(sealed.len(), MAX_DOCUMENT_BYTES)?;
    let mut opened = age_file::decrypt(keys.identity().age(), sealed, Sort::OneReader)
        .map_err(|fault| fault.concerning(Sealed::Document))?;
    let length = opened
        .strip_suffix(last_line(context).as_bytes())
        .map(<[u8]>::len)
        .ok_or(SealError::Context { what: Sealed::Document, field: "record" })?;
    opened.truncate(length);
    Ok(opened)
}

/// `\n%wardlight/document/1 <SHA-256(tag ‖ context) in hexadecimal>\n`: 87 bytes.
fn last_line(context: &RecordContext) -> String {
    let mut digest = Sha256::new();
    digest.update(CONTEXT_TAG);
    digest.update(context.encoded());
    let digest = wl_ledger::Hash::from_bytes(digest.finalize().into());
    format!("\n%wardlight/document/1 {digest}\n")
}

fn bound(got: usize, limit: usize) -> Result<(), SealError> {
    (got <= limit).then_some(()).ok_or(SealError::TooLarge { what: Sealed::Document, limit, got })
}
