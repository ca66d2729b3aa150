//! What the score asks for: how often to observe (RCP 2017, Chart 4). The words of the response are the window's.

use wl_ledger::UnixMillis;

use super::{News2, Risk};

const HOUR: i64 = 3_600_000;

/// How often the patient is to be observed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Monitoring {
    /// At least once in so many milliseconds.
    Every(i64),
    /// Continuously.
    Continuous,
}

impl News2 {
    /// The least monitoring. An incomplete score asks for that of its lower bound, and no less than every six hours:
    /// what is missing is to be observed.
    pub fn monitoring(&self) -> Monitoring {
        match (self.risk(), self) {
            (Risk::High, _) => Monitoring::Continuous,
            (Risk::Medium | Risk::LowMedium, _) => Monitoring::Every(HOUR),
            (Risk::Low, Self::Complete { total: 0, .. }) => Monitoring::Every(12 * HOUR),
            (Risk::Low, _) => Monitoring::Every(6 * HOUR),
        }
    }

    /// When the next observations by hand are due, after the last ones; a quarter of the interval later they are overdue.
    /// Continuous monitoring asks for them hourly.
    pub fn due(&self, last: UnixMillis) -> Due {
        let interval = match self.monitoring() {
            Monitoring::Every(interval) => interval,
            Monitoring::Continuous => HOUR,
        };
        Due { at: last.plus(interval), overdue: last.plus(interval + interval / 4) }
    }
}

/// When observations are due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    /// From here on they are due.
    pub at: UnixMillis,
    /// From here on they are overdue: a task.
    pub overdue: UnixMillis,
}
