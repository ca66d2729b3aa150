//! What lies behind an authentication tag, tried from its own bytes. For `wl-fuzz` only: no mutation forges a tag, so
//! a fuzzer that starts from ciphertext never reaches these readers. Never part of a release.

use crate::{alarm, consent, envelope, notice, share, vault};

/// Whether this is the content of an envelope.
pub fn envelope(bytes: &[u8]) -> bool {
    envelope::content_is_ours(bytes)
}

/// Whether this is the content of a vault.
pub fn vault(bytes: &[u8]) -> bool {
    vault::content_is_ours(bytes)
}

/// Whether this is the content of an alarm header.
pub fn alarm_header(bytes: &[u8]) -> bool {
    alarm::content_is_ours(bytes)
}

/// Whether this is the content of a consent key file.
pub fn consent(bytes: &[u8]) -> bool {
    consent::content_is_ours(bytes)
}

/// Whether this is the content of a share.
pub fn share(bytes: &[u8]) -> bool {
    share::content_is_ours(bytes)
}

/// Whether this is the inside of a notice.
pub fn notice(bytes: &[u8]) -> bool {
    notice::content_is_ours(bytes)
}
