//! The clock and the random source of this machine. Everything below takes both as arguments.

use std::time::{SystemTime, UNIX_EPOCH};
use wl_ledger::UnixMillis;

/// The machine's clock.
pub fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixMillis(since.ok().and_then(|passed| i64::try_from(passed.as_millis()).ok()).unwrap_or(0))
}

/// Random bytes of the operating system.
///
/// # Errors
/// There are none to be had.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the operating system gave no random bytes"))?;
    Ok(bytes)
}
