//! The clock and the random source of this machine. Everything below takes both as arguments.

use std::time::{SystemTime, UNIX_EPOCH};
use wl_ledger::UnixMillis;

/// The operating system gave no random bytes. Nothing secret can be made then.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the operating system gave no random bytes")]
pub struct NoEntropy;

/// The machine's own clock.
pub fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixMillis(since.ok().and_then(|passed| i64::try_from(passed.as_millis()).ok()).unwrap_or(0))
}

/// A clock that never goes back, for waiting.
pub fn monotonic() -> std::time::Instant {
    std::time::Instant::now()
}

/// Random bytes of the operating system.
///
/// # Errors
/// [`NoEntropy`].
pub fn random<const N: usize>() -> Result<[u8; N], NoEntropy> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|_| NoEntropy)?;
    Ok(bytes)
}
