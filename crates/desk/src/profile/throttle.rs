//! Wrong passphrases slow the next try down, also after the program was ended and started again. Time is an argument.
//!
//! A try counts as wrong from before it is made until the vault has opened: whoever ends the program in the middle
//! gains nothing.

use wl_ledger::UnixMillis;
use wl_ledger::codec::tagged_hash;

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

    /// Wrong passphrases since the right one was given last.
    pub fn wrong(&self) -> u32 {
        self.wrong
    }

    /// What a file that was changed counts for: the longest wait.
    fn of_changed_file(now: UnixMillis) -> Self {
        Self { wrong: u32::MAX, until: now.plus(LONGEST) }
    }

    /// One line: count, end of the wait, check.
    pub(super) fn format(&self) -> String {
        format!("{} {} {}\n", self.wrong, self.until.0, self.check())
    }

    pub(super) fn parse(bytes: Option<&[u8]>, now: UnixMillis) -> Self {
        let Some(bytes) = bytes else { return Self::default() };
        let read = || {
            let text = core::str::from_utf8(bytes).ok()?;
            let mut parts = text.split_whitespace();
            let throttle =
                Self { wrong: parts.next()?.parse().ok()?, until: UnixMillis(parts.next()?.parse().ok()?) };
            (parts.next()? == throttle.check() && parts.next().is_none()).then_some(throttle)
        };
        read().unwrap_or_else(|| Self::of_changed_file(now))
    }

    fn check(&self) -> String {
        let (wrong, until) = (self.wrong.to_be_bytes(), self.until.0.to_be_bytes());
        tagged_hash("wardlight/throttle/1", &[&wrong, &until]).to_string()
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

    #[test]
    fn a_count_comes_back_and_a_changed_file_waits_longest() {
        let now = UnixMillis(1_000_000);
        let mut throttle = Throttle::default();
        (0..6).for_each(|_| throttle.failed(now));
        let text = throttle.format();
        assert_eq!(Throttle::parse(Some(text.as_bytes()), now), throttle);
        assert_eq!(Throttle::parse(None, now), Throttle::default());
        for at in 0..text.len() - 1 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(Throttle::parse(Some(&bytes), now).wait(now), LONGEST, "byte {at}");
        }
    }
}
