//! Time without a clock: virtual time for tests and benches, and device clocks that run wrong.

use wl_ledger::UnixMillis;

/// Time that moves only when it is told to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VirtualClock {
    now: UnixMillis,
}

impl VirtualClock {
    /// A clock standing at `now`.
    pub fn at(now: UnixMillis) -> Self {
        Self { now }
    }

    /// What it shows.
    pub fn now(&self) -> UnixMillis {
        self.now
    }

    /// Moves it forward and gives the new time. It never goes back.
    pub fn advance(&mut self, millis: u32) -> UnixMillis {
        self.now = self.now.plus(i64::from(millis));
        self.now
    }
}

/// How far a device's own clock is off. The default is a right clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DeviceClock {
    /// Ahead (positive) or behind (negative) when the ward starts, in milliseconds.
    pub offset_ms: i64,
    /// Gains (positive) or loses so many parts per million after that.
    pub drift_ppm: i32,
}

impl DeviceClock {
    /// What the device shows at the true time `now`, having been right but for its offset at `start`.
    pub fn shows(&self, start: UnixMillis, now: UnixMillis) -> UnixMillis {
        let gained = now.since(start).saturating_mul(i64::from(self.drift_ppm)) / 1_000_000;
        now.plus(self.offset_ms).plus(gained)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skew_and_drift_add_up() {
        let start = UnixMillis(1_000_000);
        // (offset, drift, elapsed, shown ahead of true time)
        let table = [
            (0, 0, 86_400_000, 0),
            (12_000, 0, 5_000, 12_000),
            (-500, 0, 5_000, -500),
            (0, 100, 10_000_000, 1_000),
            (250, -50, 10_000_000, -250),
            (i64::MAX, i32::MAX, i64::MAX, 0),
        ];
        for (offset_ms, drift_ppm, elapsed, ahead) in table {
            let clock = DeviceClock { offset_ms, drift_ppm };
            let now = start.plus(elapsed);
            assert_eq!(clock.shows(start, now).since(now), ahead, "{clock:?} {elapsed}");
        }
    }

    #[test]
    fn virtual_time_moves_only_when_told() {
        let mut clock = VirtualClock::at(UnixMillis(5));
        assert_eq!(clock.now(), UnixMillis(5));
        assert_eq!(clock.advance(1_000), UnixMillis(1_005));
        assert_eq!(clock.now(), UnixMillis(1_005));
    }
}
