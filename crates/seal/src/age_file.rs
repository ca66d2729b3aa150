//! Writing and reading whole age files (<https://c2sp.org/age>), with bounds that age leaves to us.

use std::io::{Read, Write};
use std::iter;

use age::{Decryptor, Encryptor};
use zeroize::Zeroizing;

use crate::{SealError, Sealed};

/// What a file is expected to be. Every X25519 stanza costs its reader a scalar multiplication, and a header may hold
/// as many as fit, so each sort has its bound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// To one key: one stanza and a random one of age's. The bound of 4 KiB allows about forty: 3 ms.
    OneReader,
    /// To several keys: 16 KiB allow about 160 stanzas: 12 ms.
    ManyReaders,
    /// To a passphrase.
    Passphrase,
}

impl Sort {
    fn max_header_bytes(self) -> usize {
        match self {
            Self::OneReader | Self::Passphrase => 4096,
            Self::ManyReaders => 16 * 1024,
        }
    }
}

/// Begins the last line of the header.
const HEADER_END: &[u8] = b"\n---";

/// Why an age file was not read.
pub(crate) enum AgeFault {
    Malformed,
    Refused,
    /// The file asks for more scrypt work than allowed.
    ExcessiveWork {
        required: u8,
    },
}

impl AgeFault {
    /// As the error of something that is not a vault.
    pub(crate) fn concerning(self, what: Sealed) -> SealError {
        match self {
            Self::Malformed | Self::ExcessiveWork { .. } => SealError::Malformed(what),
            Self::Refused => SealError::Refused(what),
        }
    }
}

/// Encrypts to each of these recipients. age draws the file key and the ephemeral keys itself.
pub(crate) fn encrypt<R: age::Recipient>(recipients: &[&R], parts: &[&[u8]]) -> Option<Vec<u8>> {
    let recipients = recipients.iter().map(|recipient| *recipient as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(recipients).ok()?;
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut writer = encryptor.wrap_output(Vec::with_capacity(length.saturating_add(1024))).ok()?;
    for part in parts {
        writer.write_all(part).ok()?;
    }
    writer.finish().ok()
}

/// Decrypts with one identity. The caller has bounded `file`; the plaintext is shorter than it.
pub(crate) fn decrypt(
    identity: &dyn age::Identity,
    file: &[u8],
    sort: Sort,
) -> Result<Zeroizing<Vec<u8>>, AgeFault> {
    let head = file.get(..sort.max_header_bytes()).unwrap_or(file);
    if !head.windows(HEADER_END.len()).any(|window| window == HEADER_END) {
        return Err(AgeFault::Malformed);
    }
    // `Decryptor::new` parses the header again for every few bytes: quadratic in recipients.
    let decryptor = Decryptor::new_buffered(file).map_err(|_| AgeFault::Malformed)?;
    if decryptor.is_scrypt() != (sort == Sort::Passphrase) {
        return Err(AgeFault::Malformed);
    }
    let mut reader = decryptor.decrypt(iter::once(identity)).map_err(|error| match error {
        age::DecryptError::ExcessiveWork { required, .. } => AgeFault::ExcessiveWork { required },
        age::DecryptError::InvalidHeader => AgeFault::Malformed,
        _ => AgeFault::Refused,
    })?;
    // Room for all of it at once, so that growing leaves no copy behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut plaintext).map_err(|_| AgeFault::Refused)?;
    Ok(plaintext)
}
