//! How long a live block may wait for others: not at all on a quiet ward. On a busy one, accepting every block by
//! itself costs this workstation several times as much as a few steps a second do.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// A ward is busy when so many blocks arrive within [`SPAN`].
const BUSY: usize = 64;
const SPAN: Duration = Duration::from_secs(2);
/// While somebody looks at a patient: half a frame of the screen.
const LOOKED_AT: Duration = Duration::from_millis(8);
/// While nobody does: the values of a ward are drawn once a second, and an alarm that is sealing waits for no block.
const WARD: Duration = Duration::from_millis(250);

/// The newest arrivals.
#[derive(Default)]
pub(super) struct Pace {
    arrivals: VecDeque<Instant>,
}

impl Pace {
    /// Notes a block that arrived, and returns how long it may wait.
    pub(super) fn arrived(&mut self, is_looked_at: bool, now: Instant) -> Duration {
        self.arrivals.push_back(now);
        if self.arrivals.len() > BUSY {
            self.arrivals.pop_front();
        }
        let first = self.arrivals.front().filter(|_| self.arrivals.len() == BUSY);
        match first {
            Some(first) if now.duration_since(*first) < SPAN && is_looked_at => LOOKED_AT,
            Some(first) if now.duration_since(*first) < SPAN => WARD,
            Some(_) | None => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_wait_for_each_other_only_where_many_come() {
        // (blocks a second, milliseconds that the last of three seconds' blocks may wait: looked at, or not)
        for (rate, looked_at, ward) in
            [(1, 0, 0), (20, 0, 0), (31, 0, 0), (33, 8, 250), (50, 8, 250), (400, 8, 250)]
        {
            for (is_looked_at, wait) in [(true, looked_at), (false, ward)] {
                let (mut pace, begun) = (Pace::default(), Instant::now());
                let at = |number| begun + Duration::from_secs(1) * number / rate;
                let waits = (0..3 * rate).map(|number| pace.arrived(is_looked_at, at(number)));
                assert_eq!(waits.last(), Some(Duration::from_millis(wait)), "{rate} blocks a second");
                let later = pace.arrived(is_looked_at, begun + Duration::from_secs(10));
                assert_eq!(later, Duration::ZERO, "calm again");
                assert!(pace.arrivals.len() <= BUSY);
            }
        }
    }
}
