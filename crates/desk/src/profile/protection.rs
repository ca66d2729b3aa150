//! What opens the keys beside the passphrase: nothing, or a second secret that somebody else keeps.
//!
//! The second secret is 32 random bytes that are joined to the passphrase before the vault's key is derived. A copied
//! profile alone then cannot be tried out elsewhere. Whoever keeps it also keeps the newest verified head, so that a
//! profile that was put back in time as a whole is noticed (`docs/adr/0059-second-secret.md`). Two can keep it: the
//! operating system's keychain, and a token (`docs/adr/0103-token.md`).

use super::TokenError;
use wl_ledger::KeyId;
use zeroize::Zeroizing;

/// What is in force for a profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protection {
    /// The passphrase alone.
    Passphrase,
    /// The passphrase and the second secret in the keychain.
    SecondSecret,
    /// The passphrase and the second secret on a token, which gives it for its PIN.
    Token,
    /// It is being changed: the vault is sealed in one of these ways.
    Changing,
}

/// Whether unlocking takes the PIN of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PinAsk {
    /// No.
    None,
    /// Yes.
    Needed,
    /// A change was cut short, and the token may hold what opens the keys.
    Maybe,
}

impl Protection {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase\n",
            Self::SecondSecret => "second-secret\n",
            Self::Token => "token\n",
            Self::Changing => "changing\n",
        }
    }

    /// A file that is not there means the passphrase alone; one that was changed is tried every way.
    pub(super) fn parse(bytes: Option<&[u8]>) -> Self {
        match bytes {
            None => Self::Passphrase,
            Some(bytes) => [Self::Passphrase, Self::SecondSecret, Self::Token]
                .into_iter()
                .find(|one| one.word().as_bytes() == bytes)
                .unwrap_or(Self::Changing),
        }
    }
}

/// Why the keeper of the second secret gave no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeeperError {
    /// There is none on this computer, or it is locked.
    #[error("there is no keychain on this computer, or it is locked")]
    NotThere,
    /// It holds nothing of this profile.
    #[error("the keychain holds nothing of this profile")]
    Nothing,
    /// It failed or holds something else.
    #[error("the keychain failed")]
    Failed,
    /// It is a token, and this is why.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// Keeps a profile's second secret and its newest head outside of the profile: a keychain, or a token that is logged in.
///
/// Each call may wait for a person: not for an async thread.
pub trait SecretKeeper: Send + Sync {
    /// Whether it can be used here and now.
    fn is_there(&self) -> bool;

    /// The second secret of the profile with this signing key.
    ///
    /// # Errors
    /// [`KeeperError`].
    fn secret(&self, owner: &KeyId) -> Result<Zeroizing<[u8; 32]>, KeeperError>;

    /// Keeps a second secret.
    ///
    /// # Errors
    /// [`KeeperError`].
    fn keep_secret(&self, owner: &KeyId, secret: &[u8; 32]) -> Result<(), KeeperError>;

    /// The newest head that was kept, as the text of the file `head`.
    ///
    /// # Errors
    /// [`KeeperError`].
    fn head(&self, owner: &KeyId) -> Result<String, KeeperError>;

    /// Keeps the newest head.
    ///
    /// # Errors
    /// [`KeeperError`].
    fn keep_head(&self, owner: &KeyId, head: &str) -> Result<(), KeeperError>;

    /// Gives up what it keeps of this profile, once the keys open without it. A keychain has room enough and keeps it.
    ///
    /// # Errors
    /// [`KeeperError`].
    fn forget(&self, _owner: &KeyId) -> Result<(), KeeperError> {
        Ok(())
    }

    /// Writes what still waits to be written and lets go of what it holds open; a keychain holds nothing.
    fn settle(&self) {}
}

/// Where there is no keychain: every call says so at once.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoKeeper;

impl SecretKeeper for NoKeeper {
    fn is_there(&self) -> bool {
        false
    }

    fn secret(&self, _owner: &KeyId) -> Result<Zeroizing<[u8; 32]>, KeeperError> {
        Err(KeeperError::NotThere)
    }

    fn keep_secret(&self, _owner: &KeyId, _secret: &[u8; 32]) -> Result<(), KeeperError> {
        Err(KeeperError::NotThere)
    }

    fn head(&self, _owner: &KeyId) -> Result<String, KeeperError> {
        Err(KeeperError::NotThere)
    }

    fn keep_head(&self, _owner: &KeyId, _head: &str) -> Result<(), KeeperError> {
        Err(KeeperError::NotThere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_tried_every_way() {
        for one in [Protection::Passphrase, Protection::SecondSecret, Protection::Token, Protection::Changing]
        {
            assert_eq!(Protection::parse(Some(one.word().as_bytes())), one);
        }
        assert_eq!(Protection::parse(None), Protection::Passphrase);
        for changed in [&b""[..], b"passphrase", b"none\n", &[0xff]] {
            assert_eq!(Protection::parse(Some(changed)), Protection::Changing);
        }
    }
}
