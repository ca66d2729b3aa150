//! The edge: the only place of the gateway that reads the clock and the system's randomness.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use wl_ledger::UnixMillis;

/// A clock, passed to whatever needs the time.
pub type Clock = Arc<dyn Fn() -> UnixMillis + Send + Sync>;

/// The system's clock.
pub fn system() -> Clock {
    Arc::new(now)
}

/// Now. A clock before 1970 or beyond the range of milliseconds is held at the end it left.
pub fn now() -> UnixMillis {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
        Err(_) => UnixMillis(0),
    }
}

/// A reading of the monotonic clock, for rates.
pub(crate) fn monotonic() -> Instant {
    Instant::now()
}

/// 32 random bytes of the operating system.
///
/// # Errors
/// The operating system's.
pub fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut out = [0; 32];
    getrandom::fill(&mut out)?;
    Ok(out)
}
