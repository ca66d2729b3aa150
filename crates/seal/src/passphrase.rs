//! What a person types to open a vault.

use age::secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

use crate::vault::VaultError;

/// Shortest passphrase a vault is written with, in characters (NIST SP 800-63B §5.1.1.2).
pub const MIN_PASSPHRASE_CHARS: usize = 8;

/// Longest passphrase, in bytes of UTF-8.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;

/// A passphrase, with the pepper from the keychain where there is one.
pub struct Passphrase {
    text: SecretString,
    chars: usize,
}

impl Passphrase {
    /// Takes what was typed, without its line end. The argument is wiped.
    ///
    /// # Errors
    /// [`VaultError::PassphraseLength`] if empty or above [`MAX_PASSPHRASE_BYTES`].
    pub fn new(mut typed: String) -> Result<Self, VaultError> {
        let chars = typed.chars().count();
        let fits = (1..=MAX_PASSPHRASE_BYTES).contains(&typed.len());
        let text = SecretString::from(typed.as_str());
        typed.zeroize();
        fits.then_some(Self { text, chars }).ok_or(VaultError::PassphraseLength)
    }

    /// Adds 32 random bytes that only this machine's keychain holds, so that a copied vault file
    /// cannot be tried out elsewhere. What age sees is passphrase ‖ `.` ‖ 64 hexadecimal digits.
    pub fn with_pepper(&self, pepper: &[u8; 32]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let typed = self.text.expose_secret();
        let mut joined = Zeroizing::new(String::with_capacity(typed.len() + 65));
        joined.push_str(typed);
        joined.push('.');
        for nibble in pepper.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]) {
            joined.extend(DIGITS.get(usize::from(nibble)).copied().map(char::from));
        }
        Self { text: SecretString::from(joined.as_str()), chars: self.chars }
    }

    /// Characters typed; the pepper does not count.
    pub(crate) fn chars(&self) -> usize {
        self.chars
    }

    pub(crate) fn secret(&self) -> SecretString {
        self.text.clone()
    }
}
