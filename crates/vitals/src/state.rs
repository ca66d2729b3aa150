//! The state of a shown value by its age (clinical reference §3.6). Unknown is never normal: a value that is too old
//! is removed, not only greyed.

use wl_ledger::UnixMillis;

use crate::codes::Cadence;
use crate::reading::Quality;

/// How a value may be shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueState {
    /// Shown as it is.
    Fresh,
    /// Shown grey with its age.
    Ageing,
    /// Not shown; "– –" and since when.
    Lost,
    /// Not shown; physiologically impossible or dated more than five minutes ahead.
    Invalid,
    /// Shown with a remark that the device's clock is ahead, by 5 s to 5 min.
    Ahead,
}

impl ValueState {
    /// Whether the number itself may be on the screen.
    pub fn shows_value(self) -> bool {
        match self {
            Self::Fresh | Self::Ageing | Self::Ahead => true,
            Self::Lost | Self::Invalid => false,
        }
    }

    /// Its name in exports and in the window's data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Ageing => "ageing",
            Self::Lost => "lost",
            Self::Invalid => "invalid",
            Self::Ahead => "ahead",
        }
    }
}

/// Milliseconds a device clock may be ahead without a remark.
pub const AHEAD_REMARK: i64 = 5_000;
/// Milliseconds a device clock may be ahead at all.
pub const AHEAD_LIMIT: i64 = 300_000;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// Ages, in milliseconds, up to which a value is fresh, and up to which it is shown at all (`None`: for ever, greyed).
pub fn ages(cadence: Cadence) -> (i64, Option<i64>) {
    match cadence {
        Cadence::Continuous => (5 * SECOND, Some(15 * SECOND)),
        Cadence::Waveform => (2 * SECOND, Some(5 * SECOND)),
        Cadence::Spot => (15 * MINUTE, None),
        Cadence::FiveMinutes => (10 * MINUTE, Some(15 * MINUTE)),
        // An overdue entry by hand stays to be seen, grey, and is a task; it never passes as fresh.
        Cadence::Manual { interval } => (interval, None),
    }
}

/// The state at `now` of a value taken at `taken`.
pub fn value_state(cadence: Cadence, taken: UnixMillis, now: UnixMillis, quality: Quality) -> ValueState {
    match quality {
        Quality::Unavailable => return ValueState::Lost,
        Quality::Invalid => return ValueState::Invalid,
        Quality::Good | Quality::Questionable | Quality::Demo => {}
    }
    let age = now.since(taken);
    if age < -AHEAD_LIMIT {
        return ValueState::Invalid;
    }
    if age < -AHEAD_REMARK {
        return ValueState::Ahead;
    }
    match ages(cadence) {
        (fresh, _) if age <= fresh => ValueState::Fresh,
        (_, Some(lost)) if age > lost => ValueState::Lost,
        (_, Some(_) | None) => ValueState::Ageing,
    }
}
