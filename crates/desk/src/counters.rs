//! Figures of one run: what the report says. Latency is from *taken* to the window's own acknowledgement after paint.

use serde::Serialize;
use std::collections::VecDeque;
use wl_ledger::UnixMillis;

/// Latencies kept for the percentiles.
const KEPT: usize = 20_000;
/// Events whose acknowledgement is awaited.
const AWAITED: usize = 512;
/// A reading taken longer ago than this is backfill and says nothing about latency, in milliseconds.
const BACKFILL: i64 = 60_000;

/// Percentiles in milliseconds.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct Latency {
    /// Half were faster.
    pub p50: f64,
    /// All but one in a hundred were faster.
    pub p99: f64,
}

/// The report of one run.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct Report {
    /// Blocks whose records were verified.
    pub blocks_verified: u64,
    /// Records that were opened.
    pub records_opened: u64,
    /// Readings that became a shown value.
    pub readings_shown: u64,
    /// Alarms raised.
    pub alarms_raised: u64,
    /// Acknowledgements in the ledger.
    pub alarms_acknowledged: u64,
    /// Verifications that failed.
    pub verification_failures: u64,
    /// From taken to drawn.
    pub latency_ms: Latency,
    /// How many readings the percentiles are of.
    pub latency_samples: u64,
    /// Seconds since the start.
    pub uptime_s: u64,
}

/// Counts.
#[derive(Default)]
pub struct Counters {
    /// Blocks whose records were verified.
    pub blocks: u64,
    /// Records opened.
    pub opened: u64,
    /// Readings that became a shown value.
    pub shown: u64,
    /// Pieces of evidence and records that do not open.
    pub failures: u64,
    latencies: VecDeque<f64>,
    samples: u64,
    awaited: VecDeque<(u32, Vec<UnixMillis>)>,
}

impl Counters {
    /// An event with values taken at these times was handed to the window.
    pub fn sent(&mut self, seq: u32, taken: Vec<UnixMillis>) {
        if taken.is_empty() {
            return;
        }
        self.awaited.push_back((seq, taken));
        while self.awaited.len() > AWAITED {
            self.awaited.pop_front();
        }
    }

    /// The window has painted an event at this time, in Unix milliseconds with fractions.
    pub fn painted(&mut self, seq: u32, drawn_ms: f64) {
        let Some(place) = self.awaited.iter().position(|(sent, _)| *sent == seq) else { return };
        let Some((_, taken)) = self.awaited.remove(place) else { return };
        for taken in taken {
            #[expect(clippy::cast_precision_loss, reason = "Unix milliseconds stay far below 2^53")]
            let latency = drawn_ms - taken.0 as f64;
            if !(0.0..60_000.0).contains(&latency) {
                continue;
            }
            self.samples += 1;
            self.latencies.push_back(latency);
            if self.latencies.len() > KEPT {
                self.latencies.pop_front();
            }
        }
    }

    /// Whether a reading taken then counts for latency now.
    pub fn is_live(taken: UnixMillis, now: UnixMillis) -> bool {
        (0..=BACKFILL).contains(&now.since(taken))
    }

    /// Percentiles and how many readings they are of.
    pub fn latency(&self) -> (Latency, u64) {
        let mut sorted: Vec<f64> = self.latencies.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let at = |percent: usize| {
            let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
            sorted.get(place).copied().unwrap_or(0.0)
        };
        (Latency { p50: at(50), p99: at(99) }, self.samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latency_is_counted_once_and_only_for_what_was_painted() {
        let mut counters = Counters::default();
        for seq in 0..100u32 {
            counters.sent(seq, vec![UnixMillis(1_000)]);
        }
        for seq in 0..100u32 {
            counters.painted(seq, 1_000.0 + f64::from(seq));
            counters.painted(seq, 1_000.0 + 50_000.0);
        }
        counters.painted(999, 1.0);
        let (latency, samples) = counters.latency();
        assert_eq!(samples, 100);
        assert_eq!((latency.p50, latency.p99), (50.0, 99.0));
    }
}
