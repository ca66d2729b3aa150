//! After how many idle minutes a workstation locks itself: the person's wish, within the hospital's policy.

use std::time::Duration;

/// Minutes without a word of the person after which the workstation locks: 1 to 15.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LockTime(u8);

impl LockTime {
    /// Shortest.
    pub const SHORTEST: Self = Self(1);
    /// Longest that any policy allows.
    pub const LONGEST: Self = Self(15);

    /// From minutes; none outside 1 to 15.
    pub fn of_minutes(minutes: u8) -> Option<Self> {
        (Self::SHORTEST.0..=Self::LONGEST.0).contains(&minutes).then_some(Self(minutes))
    }

    /// In minutes.
    pub fn minutes(self) -> u8 {
        self.0
    }

    /// As a time to wait.
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 60)
    }

    pub(super) fn format(self) -> String {
        format!("{}\n", self.0)
    }

    /// A file that is not there or was changed counts for the usual five minutes.
    pub(super) fn parse(bytes: Option<&[u8]>) -> Self {
        let text = bytes.and_then(|bytes| core::str::from_utf8(bytes).ok());
        text.and_then(|text| text.trim_end().parse().ok()).and_then(Self::of_minutes).unwrap_or_default()
    }
}

impl Default for LockTime {
    fn default() -> Self {
        Self(5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_to_fifteen_minutes_are_taken() {
        for minutes in 0..=u8::MAX {
            let taken = LockTime::of_minutes(minutes);
            assert_eq!(taken.is_some(), (1..=15).contains(&minutes), "{minutes}");
            let read = LockTime::parse(Some(format!("{minutes}\n").as_bytes()));
            assert_eq!(read, taken.unwrap_or_default());
            assert!(taken.is_none_or(|time| LockTime::parse(Some(time.format().as_bytes())) == time));
        }
        for damaged in [None, Some(&b""[..]), Some(&b"many"[..]), Some(&[0xff, 0xfe][..]), Some(&b"-3"[..])] {
            assert_eq!(LockTime::parse(damaged).minutes(), 5);
        }
    }
}
