//! Standby: the patient is away from the sensors for a while (bath, CT, theatre). It never stays for ever: it ends when
//! good signal has come back for three minutes, and at its set time at the latest.

use minicbor::{Decode, Encode};
use wl_ledger::UnixMillis;

use crate::alarm::ResumeCause;

/// Longest standby, in milliseconds.
pub const MAX_STANDBY: i64 = 4 * 3_600_000;
/// Silence after which the patient counts as away.
const AWAY: i64 = 60_000;
/// Longest gap in a signal that counts as good.
const GAP: i64 = 15_000;
/// How long good signal must last (PatientNet Smart Alarm).
const GOOD: i64 = 180_000;

/// A standby that goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub(super) struct Standby {
    #[n(0)]
    until: UnixMillis,
    #[n(1)]
    heard: UnixMillis,
    #[n(2)]
    away: bool,
    #[n(3)]
    good_since: Option<UnixMillis>,
}

impl Standby {
    /// Begins now; a time further off than [`MAX_STANDBY`] is brought to it.
    pub(super) fn begin(now: UnixMillis, until: UnixMillis) -> Self {
        Self { until: until.min(now.plus(MAX_STANDBY)), heard: now, away: false, good_since: None }
    }

    /// A usable continuous value has come.
    pub(super) fn hear(&mut self, now: UnixMillis) {
        let gap = now.since(self.heard);
        self.away |= gap > AWAY;
        if self.away {
            let since = if gap > GAP { None } else { self.good_since };
            self.good_since = Some(since.unwrap_or(now));
        }
        self.heard = now;
    }

    /// Whether it ends at `now`, and why.
    pub(super) fn over(&mut self, now: UnixMillis) -> Option<ResumeCause> {
        let gap = now.since(self.heard);
        self.away |= gap > AWAY;
        if now >= self.until {
            return Some(ResumeCause::Time);
        }
        let good = self.good_since.is_some_and(|since| now.since(since) >= GOOD);
        (good && gap <= GAP).then_some(ResumeCause::Signal)
    }
}
