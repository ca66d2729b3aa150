//! Wrong passphrases slow the next try down. Time is an argument.

use wl_ledger::UnixMillis;

/// Wrong tries that cost nothing but the vault's own second.
const FREE: u32 = 3;
/// First wait, in milliseconds; it doubles with each further wrong try.
const FIRST: i64 = 2_000;
/// Longest wait, in milliseconds: a person who forgot is not locked out for good.
const LONGEST: i64 = 60_000;

/// Counts wrong passphrases.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Throttle {
    wrong: u32,
    until: UnixMillis,
}

impl Throttle {
    /// Milliseconds to wait before the next try; 0 when it may be made now. A clock that was set back does not
    /// lengthen the wait beyond the longest.
    pub fn wait(&self, now: UnixMillis) -> i64 {
        self.until.since(now).clamp(0, LONGEST)
    }

    /// A wrong passphrase was tried.
    pub fn failed(&mut self, now: UnixMillis) {
        self.wrong = self.wrong.saturating_add(1);
        if self.wrong > FREE {
            let doublings = (self.wrong - FREE - 1).min(5);
            self.until = now.plus(FIRST.saturating_mul(1 << doublings).min(LONGEST));
        }
    }

    /// The right one was given.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let mut throttle = Throttle::default();
        let now = UnixMillis(1_000_000);
        let mut waits = Vec::new();
        for _ in 0..10 {
            throttle.failed(now);
            waits.push(throttle.wait(now));
        }
        assert_eq!(waits, [0, 0, 0, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(throttle.wait(UnixMillis(0)), 60_000, "a clock set back waits no longer than the longest");
        throttle.succeeded();
        assert_eq!(throttle.wait(now), 0);
    }
}
