//! Smart cards and security keys that keep a profile's second secret, by way of PKCS #11.
//!
//! It promises that no module is loaded before somebody logs in to a token that was set up, that a module is loaded only
//! from where nobody else could have put it, once in a process, and that whoever asks is answered within a time, however
//! long the module takes. It must never keep a PIN longer than one call. Why it is built this way:
//! `docs/adr/0103-token.md`; what lies on the token: `docs/spec/token.md`.
#![forbid(unsafe_code)]

mod keeper;
mod objects;
mod station;
mod worker;

pub use keeper::REWRITE_HEAD;

use keeper::OpenToken;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use wl_desk::profile::{KeeperError, Pin, SYSTEM_SETTINGS, SecretKeeper, TokenDoor, TokenPlace};

/// How long a module may take for one call. A card takes about a second to check a PIN.
pub const LIMIT: Duration = Duration::from_secs(15);

/// The tokens of this computer.
pub struct Tokens {
    settings: PathBuf,
    limit: Duration,
}

impl Default for Tokens {
    fn default() -> Self {
        Self::new(Path::new(SYSTEM_SETTINGS), LIMIT)
    }
}

impl Tokens {
    /// Tokens by the settings of the workstation in this file, with this much time for each call.
    pub fn new(settings: &Path, limit: Duration) -> Self {
        Self { settings: settings.to_owned(), limit }
    }
}

impl TokenDoor for Tokens {
    fn system_settings(&self) -> Option<&Path> {
        Some(&self.settings)
    }

    fn log_in(&self, place: &TokenPlace, pin: &Pin) -> Result<Arc<dyn SecretKeeper>, KeeperError> {
        Ok(Arc::new(OpenToken::log_in(place, pin, self.limit)?))
    }
}
