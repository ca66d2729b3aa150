//! Value states and trends.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_ledger::UnixMillis;
use wl_vitals::state::{ValueState, value_state};
use wl_vitals::trend::{Gap, Point, Window, sparkline, trend};
use wl_vitals::{Cadence, Quality};

#[test]
fn a_value_ages_as_its_kind_does() {
    let manual = Cadence::Manual { interval: 3_600_000 };
    let rows = [
        (Cadence::Continuous, 0, ValueState::Fresh),
        (Cadence::Continuous, 5_000, ValueState::Fresh),
        (Cadence::Continuous, 5_001, ValueState::Ageing),
        (Cadence::Continuous, 15_000, ValueState::Ageing),
        (Cadence::Continuous, 15_001, ValueState::Lost),
        (Cadence::Waveform, 5_001, ValueState::Lost),
        (Cadence::Spot, 900_000, ValueState::Fresh),
        (Cadence::Spot, 900_001, ValueState::Ageing),
        (Cadence::Spot, i64::MAX, ValueState::Ageing),
        (Cadence::FiveMinutes, 600_000, ValueState::Fresh),
        (Cadence::FiveMinutes, 900_001, ValueState::Lost),
        (manual, 3_600_000, ValueState::Fresh),
        (manual, 3_600_001, ValueState::Ageing),
        (Cadence::Continuous, -5_000, ValueState::Fresh),
        (Cadence::Continuous, -5_001, ValueState::Ahead),
        (Cadence::Continuous, -300_001, ValueState::Invalid),
    ];
    for (cadence, age, expected) in rows {
        let state = value_state(cadence, UnixMillis(0), UnixMillis(age), Quality::Good);
        assert_eq!(state, expected, "{cadence:?} {age}");
    }
    let now = UnixMillis(0);
    assert_eq!(value_state(Cadence::Spot, now, now, Quality::Unavailable), ValueState::Lost);
    assert_eq!(value_state(Cadence::Spot, now, now, Quality::Invalid), ValueState::Invalid);
    assert!(!ValueState::Lost.shows_value() && !ValueState::Invalid.shows_value());
}

fn point(taken: i64, value: i32) -> Point {
    Point { taken: UnixMillis(taken), value }
}

fn window(to: i64, slices: u32, gap: i64) -> Window {
    Window { from: UnixMillis(0), to: UnixMillis(to), slices, gap }
}

#[test]
fn gaps_are_told_at_both_ends_and_between() {
    let points = [point(30, 1), point(35, 2), point(60, 3)];
    let made = trend(points, &window(100, 100, 10));
    let gap = |from, to| Gap { from: UnixMillis(from), to: UnixMillis(to) };
    assert_eq!(made.gaps, [gap(0, 30), gap(35, 60), gap(60, 100)]);
    assert_eq!(made.runs, [vec![point(30, 1), point(35, 2)], vec![point(60, 3)]]);
    assert_eq!(made.range, Some((1, 3)));
    let empty = trend([], &window(100, 10, 10));
    assert_eq!((empty.runs.len(), empty.gaps), (0, vec![gap(0, 100)]));
    let nowhere = trend(points, &window(0, 10, 10));
    assert!(nowhere.runs.is_empty(), "a window without length has no points");
}

#[test]
fn a_spike_of_one_sample_survives_decimation() {
    let points = (0..86_400).map(|second| point(second * 1_000, if second == 43_210 { 20 } else { 97 }));
    let made = trend(points, &window(86_400_000, 600, 5_000));
    assert_eq!(made.runs.len(), 1);
    assert!(made.runs[0].len() <= 2_400);
    assert!(made.runs[0].contains(&point(43_210_000, 20)));
}

#[test]
fn a_sparkline_has_holes_where_nothing_was() {
    let line = sparkline([point(0, 1), point(9, 2), point(25, 3)], &window(40, 4, 10));
    assert_eq!(line, [Some(2), None, Some(3), None]);
    assert_eq!(sparkline([], &window(40, u32::MAX, 10)).len(), 4_096);
}

proptest! {
    /// Nothing is invented, extremes and order are kept, and no gap holds a point.
    #[test]
    fn decimation_keeps_what_matters(
        steps in prop::collection::vec((0i64..50, any::<i32>()), 0..300), slices in any::<u32>(), gap in 0i64..60, to in any::<i64>()
    ) {
        let mut taken = 0;
        let points: Vec<Point> = steps.into_iter().map(|(step, value)| { taken += step; point(taken, value) }).collect();
        let window = Window { from: UnixMillis(0), to: UnixMillis(to), slices, gap };
        let made = trend(points.clone(), &window);
        let inside: Vec<Point> = points.into_iter().filter(|p| p.taken.0 < to).collect();
        let kept: Vec<Point> = made.runs.iter().flatten().copied().collect();
        prop_assert!(kept.iter().all(|p| inside.contains(p)));
        prop_assert!(kept.windows(2).all(|pair| pair[0].taken <= pair[1].taken));
        let range = |of: &[Point]| of.iter().map(|p| p.value).min().zip(of.iter().map(|p| p.value).max());
        prop_assert_eq!(range(&kept), range(&inside));
        prop_assert_eq!(made.range, range(&inside));
        for gap in &made.gaps {
            prop_assert!(!inside.iter().any(|p| p.taken > gap.from && p.taken < gap.to));
        }
    }
}
