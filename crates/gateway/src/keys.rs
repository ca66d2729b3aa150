//! The gateway's own keys: one signs headers and heartbeats, one authenticates connections.
//!
//! They lie in a file that only its owner can read. A gateway must start unattended, and its disk holds nothing that a
//! passphrase beside it would protect (`docs/adr/0061-gateway-keys.md`).

use std::io;
use std::path::Path;
use wl_ledger::Hash;
use wl_ledger::keys::{PublicKey, SigningKey};
use wl_wire::files::{read_bounded, write_durable};
use wl_wire::gateway::TransportSeed;
use wl_wire::tls::{TlsError, TransportKey};
use zeroize::Zeroizing;

const TITLE: &str = "wardlight gateway keys 1";
const MAX_FILE_BYTES: usize = 1024;

/// Why the keys were not read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file could not be read or written.
    #[error("the gateway's key file")]
    File(#[from] io::Error),
    /// The file is readable by others.
    #[error(
        "the gateway's key file can be read by others than its owner; run `chmod 600` on it and consider the keys stolen"
    )]
    Exposed,
    /// Not a key file.
    #[error("the gateway's key file is damaged; restore it from its backup")]
    Damaged,
    /// TLS refused the key.
    #[error("the gateway's transport key")]
    Tls(#[from] TlsError),
}

/// The seeds of both keys.
pub struct Keys {
    sign: Zeroizing<[u8; 32]>,
    transport: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// The keys of two random seeds.
    pub fn from_seeds(sign: [u8; 32], transport: [u8; 32]) -> Self {
        Self { sign: Zeroizing::new(sign), transport: Zeroizing::new(transport) }
    }

    /// Signs headers and heartbeats.
    pub fn signing(&self) -> SigningKey {
        SigningKey::from_seed(&self.sign)
    }

    /// Authenticates connections.
    ///
    /// # Errors
    /// [`KeysError::Tls`].
    pub fn transport(&self) -> Result<TransportKey, KeysError> {
        Ok(TransportKey::from_seed(&TransportSeed::from_bytes(*self.transport))?)
    }

    /// The public half of the transport key, as the chain names it.
    pub fn transport_public(&self) -> PublicKey {
        SigningKey::from_seed(&self.transport).public()
    }

    /// Writes the file, durable and for its owner only.
    ///
    /// # Errors
    /// [`KeysError::File`].
    pub fn write(&self, path: &Path) -> Result<(), KeysError> {
        let hex = |seed: &[u8; 32]| Zeroizing::new(Hash::from_bytes(*seed).to_string());
        let (sign, transport) = (hex(&self.sign), hex(&self.transport));
        let text = Zeroizing::new(format!("{TITLE}\nsign {}\ntransport {}\n", *sign, *transport));
        Ok(write_durable(path, text.as_bytes())?)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn read(path: &Path) -> Result<Self, KeysError> {
        check_owner_only(path)?;
        let bytes = Zeroizing::new(read_bounded(path, MAX_FILE_BYTES)?);
        let text = core::str::from_utf8(&bytes).map_err(|_| KeysError::Damaged)?;
        let mut lines = text.lines();
        if lines.next() != Some(TITLE) {
            return Err(KeysError::Damaged);
        }
        let mut seed = |name: &str| {
            let hex = lines.next()?.strip_prefix(name)?.strip_prefix(' ')?;
            Hash::from_hex(hex).map(|seed| *seed.as_bytes())
        };
        let (sign, transport) = (seed("sign"), seed("transport"));
        let (Some(sign), Some(transport)) = (sign, transport) else { return Err(KeysError::Damaged) };
        if lines.next().is_some() { Err(KeysError::Damaged) } else { Ok(Self::from_seeds(sign, transport)) }
    }
}

#[cfg(unix)]
fn check_owner_only(path: &Path) -> Result<(), KeysError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeysError::Exposed) }
}

#[cfg(not(unix))]
fn check_owner_only(_: &Path) -> Result<(), KeysError> {
    Ok(())
}
