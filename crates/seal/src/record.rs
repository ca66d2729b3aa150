//! Readings and small records: one AEAD, about 40 bytes and 5 µs dearer than plaintext.

use zeroize::Zeroizing;

use crate::aead::{self, NONCE_BYTES, OVERHEAD};
use crate::context::RecordContext;
use crate::epoch::RecordKey;
use crate::padding::{padded_length, unpad};
use crate::{SealError, Sealed};

/// Largest plaintext of a record in bytes. Larger content is a document.
pub const MAX_RECORD_PLAINTEXT: usize = 1024 * 1024;

const RECORD_TAG: &[u8] = b"wardlight/sealed-record/1";

/// Seals a record: nonce (24) ‖ ciphertext of the padded plaintext ‖ tag (16). The context is
/// authenticated, so the result opens in no other place.
///
/// `nonce` must be random and new for every call under one key.
///
/// # Errors
/// [`SealError::TooLarge`] above [`MAX_RECORD_PLAINTEXT`].
pub fn seal_record(
    key: &RecordKey,
    nonce: &[u8; NONCE_BYTES],
    context: &RecordContext,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    bound(plaintext.len(), MAX_RECORD_PLAINTEXT)?;
    let padded = padded_length(plaintext.len());
    aead::seal(Sealed::Record, key.expose(), nonce, &associated(context), plaintext, Some(padded))
}

/// Opens a record in the place its signed header names.
///
/// # Errors
/// [`SealError::TooLarge`] before anything is allocated, [`SealError::Malformed`] if too short,
/// [`SealError::Refused`] for another key or context or changed bytes, [`SealError::Content`] for
/// wrong padding.
pub fn open_record(
    key: &RecordKey,
    context: &RecordContext,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    bound(sealed.len(), OVERHEAD + padded_length(MAX_RECORD_PLAINTEXT))?;
    let padded = aead::open(Sealed::Record, key.expose(), &associated(context), sealed)?;
    unpad(padded).ok_or(SealError::Content(Sealed::Record))
}

fn associated(context: &RecordContext) -> Vec<u8> {
    [RECORD_TAG, &context.encoded()].concat()
}

fn bound(got: usize, limit: usize) -> Result<(), SealError> {
    (got <= limit).then_some(()).ok_or(SealError::TooLarge { what: Sealed::Record, limit, got })
}
