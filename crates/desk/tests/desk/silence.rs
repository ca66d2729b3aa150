//! Silence is seen: stale and lost come within a second of their limits, in every run, and a silent hub is told apart
//! from a silent gateway. Time is simulated.

use crate::session::Seat;
use crate::ward;
use wl_desk::sync::{Input, LOST, STALE};
use wl_desk::view::GatewayState;
use wl_ledger::UnixMillis;
use wl_ledger::codec::tagged_hash;

const NOW: UnixMillis = UnixMillis(1_768_000_000_000);
const RUNS: u64 = 100;
/// How often a heartbeat is sent; how often the driver ticks and the window is told. Milliseconds.
const BEAT: i64 = 5_000;
const TICK: i64 = 1_000;

fn roll(seed: u64, what: &str, sides: u64) -> i64 {
    let digest = tagged_hash(what, &[&seed.to_be_bytes()]);
    (u64::from_be_bytes(digest.as_bytes()[..8].try_into().unwrap()) % sides) as i64
}

/// When each state was seen first after the last word, in milliseconds.
#[derive(Default, Debug)]
struct Seen {
    stale: Option<i64>,
    lost: Option<i64>,
    hub_gone: Option<i64>,
    worst: Option<GatewayState>,
}

/// A stretch of heartbeats through a proxy that stalls: everything, or the hub's words only.
async fn stalled(seat: &Seat, ward: &ward::TestWard, begin: UnixMillis, seed: u64, all: bool) -> Seen {
    let (phase, stall) = (roll(seed, "tick", 1_000), 5_000 + roll(seed, "stall", 20_000));
    let mut last = begin;
    let mut seen = Seen::default();
    for at in (0..stall + LOST + 3 * TICK).step_by(50) {
        let now = begin.plus(at);
        if at % BEAT == 0 {
            let stalls = at > stall;
            if !(stalls && all) {
                seat.step(Input::Heartbeat(ward.heartbeat("gateway", now)), now).await;
            }
            if !stalls {
                seat.step(Input::Heartbeat(ward.heartbeat("hub", now)), now).await;
                last = now;
            }
        }
        if at % TICK == phase / 50 * 50 {
            seat.step(Input::Tick, now).await;
            let frame = seat.session.frame(now).await;
            let since = now.since(last);
            match frame.gateway.state {
                GatewayState::Stale => {
                    seen.stale.get_or_insert(since);
                }
                GatewayState::Lost => {
                    seen.lost.get_or_insert(since);
                }
                GatewayState::Live | GatewayState::Delayed => {}
                other => seen.worst = Some(other),
            }
            if frame.hubs.heard == 0 {
                seen.hub_gone.get_or_insert(since);
            }
        }
    }
    seen
}

fn within(seen: Option<i64>, limit: i64) -> bool {
    seen.is_some_and(|at| at > limit && at <= limit + TICK)
}

#[tokio::test]
async fn a_stalled_gateway_is_stale_and_lost_within_a_second_of_the_limits_in_every_run() {
    let (seat, ward) = Seat::take(NOW).await;
    for seed in 0..RUNS {
        let begin = NOW.plus(60_000 + i64::try_from(seed).unwrap() * 120_000);
        let seen = stalled(&seat, &ward, begin, seed, true).await;
        assert!(within(seen.stale, STALE), "seed {seed}: {seen:?}");
        assert!(within(seen.lost, LOST), "seed {seed}: {seen:?}");
        assert!(seen.worst.is_none(), "seed {seed}: {seen:?}");
    }
}

#[tokio::test]
async fn a_silent_hub_is_told_apart_from_a_silent_gateway_in_every_run() {
    let (seat, ward) = Seat::take(NOW).await;
    for seed in 0..RUNS {
        let begin = NOW.plus(60_000 + i64::try_from(seed).unwrap() * 120_000);
        let seen = stalled(&seat, &ward, begin, seed, false).await;
        assert!(within(seen.hub_gone, STALE), "seed {seed}: {seen:?}");
        assert_eq!((seen.stale, seen.lost, seen.worst), (None, None, None), "seed {seed}");
    }
}

#[tokio::test]
async fn a_gateway_that_holds_records_back_and_falls_silent_is_lost_and_not_catching_up() {
    let (seat, mut ward) = Seat::take(NOW).await;
    ward.frame(vec![ward::measured(wl_vitals::Parameter::HeartRate, 72, 0, NOW)]);
    ward.cut();
    let held_back = ward.tip();
    seat.follow(&ward, NOW, |height| height != held_back).await;
    seat.step(Input::Heartbeat(ward.heartbeat("gateway", NOW)), NOW).await;
    for (after, expected) in [(STALE + 1, GatewayState::Stale), (LOST + 1, GatewayState::Lost)] {
        let now = NOW.plus(after);
        seat.step(Input::Tick, now).await;
        assert_eq!(seat.session.frame(now).await.gateway.state, expected, "after {after} ms");
    }
}
