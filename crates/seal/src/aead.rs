//! XChaCha20-Poly1305 with the nonce in front: nonce (24) ‖ ciphertext ‖ tag (16).

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use zeroize::Zeroizing;

use crate::{SealError, Sealed};

/// Length of a nonce in bytes: long enough to be drawn at random for every message under one key.
pub const NONCE_BYTES: usize = 24;

/// Length of the Poly1305 tag in bytes.
pub(crate) const TAG_BYTES: usize = 16;

/// What sealing adds to the plaintext.
pub(crate) const OVERHEAD: usize = NONCE_BYTES + TAG_BYTES;

/// Seals in one buffer of the final size, so that no second copy of the plaintext arises.
/// `pad_to` is the padded length, or `None` where the plaintext's length is fixed by its format.
pub(crate) fn seal(
    what: Sealed,
    key: &[u8; 32],
    nonce: &[u8; NONCE_BYTES],
    associated: &[u8],
    plaintext: &[u8],
    pad_to: Option<usize>,
) -> Result<Vec<u8>, SealError> {
    let mut out = Vec::with_capacity(OVERHEAD + pad_to.unwrap_or(plaintext.len()));
    out.extend_from_slice(nonce);
    out.extend_from_slice(plaintext);
    if let Some(length) = pad_to {
        out.push(crate::padding::MARK);
        out.resize(NONCE_BYTES + length, 0);
    }
    let cipher = XChaCha20Poly1305::new(key.into());
    let (_, body) = out.split_at_mut_checked(NONCE_BYTES).ok_or(SealError::Malformed(what))?;
    let tag = cipher
        .encrypt_inout_detached(nonce.into(), associated, body.into())
        .map_err(|_| SealError::Refused(what))?;
    out.extend_from_slice(&tag);
    Ok(out)
}

/// Opens what [`seal`] made; padding is still on.
pub(crate) fn open(
    what: Sealed,
    key: &[u8; 32],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Malformed(what))?;
    let (body, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(SealError::Malformed(what))?;
    let mut plaintext = Zeroizing::new(body.to_vec());
    XChaCha20Poly1305::new(key.into())
        .decrypt_inout_detached(nonce.into(), associated, plaintext.as_mut_slice().into(), tag.into())
        .map_err(|_| SealError::Refused(what))?;
    Ok(plaintext)
}
