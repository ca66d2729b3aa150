//! The operating system's keychain as the keeper of a profile's second secret: on Linux the secret service. Where there
//! is none, every call says so at once (`docs/adr/0059-second-secret.md`).

use wl_desk::profile::{KeeperError, OwnerKey, SecretKeeper};
use zeroize::Zeroizing;

/// The name under which a keychain lists what is Wardlight's.
const SERVICE: &str = "org.wardlight.desk";

/// The keychain of this person's desktop.
#[derive(Clone, Copy, Default, Debug)]
pub struct Keychain;

impl Keychain {
    /// Asks in a thread of its own: the library blocks, and may run a loop that no async thread can hold.
    fn ask<T: Send>(
        what: &str,
        owner: &OwnerKey,
        then: impl FnOnce(&keyring::Entry) -> keyring::Result<T> + Send,
    ) -> Result<T, KeeperError> {
        let name = format!("{what} {owner}");
        let asked = || keyring::Entry::new(SERVICE, &name).and_then(|entry| then(&entry)).map_err(told);
        apart(asked).unwrap_or(Err(KeeperError::Failed))
    }
}

fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| scope.spawn(work).join().ok())
}

impl SecretKeeper for Keychain {
    fn is_there(&self) -> bool {
        apart(|| keyring::Entry::store_status().is_ok()).unwrap_or(false)
    }

    fn secret(&self, owner: &OwnerKey) -> Result<Zeroizing<[u8; 32]>, KeeperError> {
        let kept = Zeroizing::new(Self::ask("secret", owner, |entry| entry.get_secret())?);
        let bytes = <[u8; 32]>::try_from(kept.as_slice()).map_err(|_| KeeperError::Failed)?;
        Ok(Zeroizing::new(bytes))
    }

    fn keep_secret(&self, owner: &OwnerKey, secret: &[u8; 32]) -> Result<(), KeeperError> {
        Self::ask("secret", owner, |entry| entry.set_secret(secret))
    }

    fn head(&self, owner: &OwnerKey) -> Result<String, KeeperError> {
        let kept = Self::ask("head", owner, |entry| entry.get_secret())?;
        String::from_utf8(kept).map_err(|_| KeeperError::Failed)
    }

    fn keep_head(&self, owner: &OwnerKey, head: &str) -> Result<(), KeeperError> {
        Self::ask("head", owner, |entry| entry.set_secret(head.as_bytes()))
    }
}

/// Errors of the library may repeat what they were about.
fn told(error: keyring::Error) -> KeeperError {
    match error {
        keyring::Error::NoDefaultStore | keyring::Error::NoStorageAccess(_) => KeeperError::NotThere,
        keyring::Error::NoEntry => KeeperError::Nothing,
        _ => KeeperError::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_without_a_keychain_says_so_at_once() {
        if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() {
            eprintln!("skipped: this session may have a keychain");
            return;
        }
        let owner = OwnerKey::from_bytes([1; 16]);
        assert!(!Keychain.is_there());
        assert_eq!(Keychain.secret(&owner).err(), Some(KeeperError::NotThere));
        assert_eq!(Keychain.keep_secret(&owner, &[0; 32]), Err(KeeperError::NotThere));
    }
}
