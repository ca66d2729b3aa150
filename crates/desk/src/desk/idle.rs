//! Locking a workstation that nobody uses. The desk counts, not the window: a hidden web view's timers are throttled.

use super::Shared;
use crate::edge;
use crate::profile::LockTime;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use wl_ledger::UnixMillis;

/// How often it is looked whether the time is over.
const LOOK: Duration = Duration::from_secs(1);

/// When the person was heard last, by two clocks: the one stands still while a computer sleeps, the other may be
/// set. Whichever says that more time has passed is right.
#[derive(Clone, Copy)]
struct Heard {
    monotonic: Instant,
    wall: UnixMillis,
}

impl Heard {
    fn now() -> Self {
        Self { monotonic: edge::monotonic(), wall: edge::now() }
    }

    fn passed(&self, now: &Self) -> Duration {
        let by_wall = u64::try_from(now.wall.since(self.wall)).unwrap_or(0);
        now.monotonic.saturating_duration_since(self.monotonic).max(Duration::from_millis(by_wall))
    }
}

/// Whether and when the workstation locks itself.
pub(super) struct Idle {
    heard: Mutex<Heard>,
    wanted: Mutex<LockTime>,
    /// Sooner than anybody has set, for places where everybody passes.
    sooner: Option<Duration>,
}

impl Idle {
    pub(super) fn new(wanted: LockTime, sooner: Option<Duration>) -> Self {
        Self { heard: Mutex::new(Heard::now()), wanted: Mutex::new(wanted), sooner }
    }

    /// The person has done something.
    pub(super) fn hear(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Heard::now();
    }

    pub(super) fn want(&self, time: LockTime) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = time;
    }

    pub(super) fn wanted(&self) -> LockTime {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long until it locks, if the policy allows no more than `at_most`.
    pub(super) fn left(&self, at_most: LockTime) -> Duration {
        let set = self.wanted().min(at_most).duration();
        let limit = self.sooner.map_or(set, |sooner| sooner.min(set));
        let heard = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        limit.saturating_sub(heard.passed(&Heard::now()))
    }
}

/// Locks when the time is over, until it is aborted.
pub(super) async fn watch(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(LOOK).await;
        if !shared.is_open().await || !shared.idle.left(shared.longest_lock_time().await).is_zero() {
            continue;
        }
        if let Err(error) = shared.lock().await {
            // It is locked nevertheless; what could not be stored is opened again after unlocking.
            tracing::error!(code = ?error.code, "the last opened values were not stored at locking");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_says_more_time_has_passed_is_right() {
        let begin = Heard { monotonic: Instant::now(), wall: UnixMillis(1_000_000) };
        let minute = Duration::from_secs(60);
        let table = [
            (Duration::ZERO, 0, Duration::ZERO),
            (minute, 60_000, minute),
            // Asleep: only the wall clock went on.
            (Duration::ZERO, 60_000, minute),
            // Set back: only the other one counts.
            (minute, -3_600_000, minute),
        ];
        for (monotonic, wall, passed) in table {
            let now = Heard { monotonic: begin.monotonic + monotonic, wall: begin.wall.plus(wall) };
            assert_eq!(begin.passed(&now), passed, "{monotonic:?} {wall}");
        }
    }

    #[test]
    fn the_shortest_of_wish_policy_and_place_counts() {
        let of = |minutes| LockTime::of_minutes(minutes).unwrap_or_default();
        let just_under = |idle: &Idle, policy, whole: Duration| {
            let left = idle.left(of(policy));
            assert!(left <= whole && left + Duration::from_secs(30) > whole, "{left:?} of {whole:?}");
        };
        let idle = Idle::new(of(10), None);
        just_under(&idle, 15, Duration::from_secs(600));
        just_under(&idle, 5, Duration::from_secs(300));
        idle.want(of(1));
        just_under(&idle, 5, Duration::from_secs(60));
        let idle = Idle::new(of(1), Some(Duration::from_secs(3_600)));
        just_under(&idle, 15, Duration::from_secs(60));
        assert!(Idle::new(of(1), Some(Duration::ZERO)).left(of(15)).is_zero());
    }
}
