//! Waits between tries: doubling, bounded, spread by a random number that is passed in.

/// First wait, in milliseconds.
const FIRST: i64 = 500;
/// Longest wait, in milliseconds: a gateway that comes back is noticed within half a minute.
const LONGEST: i64 = 30_000;

/// Counts tries that failed in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Backoff {
    failed: u32,
}

impl Backoff {
    /// Milliseconds to wait; `jitter` is 0 to 1000 and moves it between a half and the whole.
    pub(super) fn next(&mut self, jitter: u16) -> i64 {
        let whole = FIRST.saturating_mul(1 << self.failed.min(10)).min(LONGEST);
        self.failed = self.failed.saturating_add(1);
        whole / 2 + whole * i64::from(jitter.min(1000)) / 2000
    }

    pub(super) fn reset(&mut self) {
        self.failed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_start_again() {
        let mut backoff = Backoff::default();
        let waits: Vec<i64> = (0..9).map(|_| backoff.next(1000)).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
        backoff.reset();
        assert_eq!(backoff.next(0), 250);
    }
}
