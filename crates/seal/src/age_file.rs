//! Writing and reading whole age files (<https://c2sp.org/age>), with bounds that age leaves to us.

use std::io::{Read, Write};
use std::iter;

use age::{Decryptor, Encryptor};
use zeroize::Zeroizing;

/// Every X25519 stanza costs its reader a scalar multiplication, and a header may hold as many as
/// fit. Ours have one, and one random stanza of age's; this bound allows about forty: 3 ms.
const MAX_HEADER_BYTES: usize = 4096;

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

/// Encrypts to one recipient. age draws the file key and the ephemeral key itself.
pub(crate) fn encrypt(recipient: &dyn age::Recipient, parts: &[&[u8]]) -> Option<Vec<u8>> {
    let encryptor = Encryptor::with_recipients(iter::once(recipient)).ok()?;
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
    passphrase: bool,
) -> Result<Zeroizing<Vec<u8>>, AgeFault> {
    let head = file.get(..MAX_HEADER_BYTES).unwrap_or(file);
    if !head.windows(HEADER_END.len()).any(|window| window == HEADER_END) {
        return Err(AgeFault::Malformed);
    }
    // `Decryptor::new` parses the header again for every few bytes: quadratic in recipients.
    let decryptor = Decryptor::new_buffered(file).map_err(|_| AgeFault::Malformed)?;
    if decryptor.is_scrypt() != passphrase {
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
