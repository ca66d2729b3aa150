//! Value states and trends.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_ledger::{Seq, UnixMillis};
use wl_vitals::chunk::Sample;
use wl_vitals::state::{ValueState, value_state};
use wl_vitals::trend::{Cell, Digest, Gap, Hole, Point, RESOLUTION, Window, sparkline, table, trend};
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

fn sample(taken: i64, mantissa: i32, quality: Quality) -> Sample {
    Sample { taken: UnixMillis(taken), mantissa, quality, seq: Seq(0) }
}

#[test]
fn a_digest_keeps_extremes_holes_and_the_pace_of_the_device() {
    let mut samples: Vec<Sample> = (0..7_200)
        .map(|second| sample(second * 1_000, if second == 3_601 { 20 } else { 97 }, Quality::Good))
        .collect();
    for (at, quality) in [(100, Quality::Unavailable), (101, Quality::Unavailable), (200, Quality::Invalid)] {
        samples[at].quality = quality;
    }
    let digest = Digest::of(&samples);
    assert!(digest.len() <= 7_200 / 30 + 6, "{} stretches", digest.len());
    assert!(digest.points().any(|p| p == point(3_601_000, 20)));
    let hole = |from, to, quality| Hole { from: UnixMillis(from), to: UnixMillis(to), quality };
    let expected = [hole(100_000, 101_000, Quality::Unavailable), hole(200_000, 200_000, Quality::Invalid)];
    assert_eq!(digest.holes(), expected);
    assert!(digest.steps().all(|step| step == 1_000), "a message a second");
    let slow: Vec<Sample> = (0..60).map(|n| sample(n * 60_000, 80, Quality::Good)).collect();
    assert!(Digest::of(&slow).steps().all(|step| step == 60_000), "a message a minute");
    assert!(Digest::of(&[]).is_empty() && Digest::of(&[]).points().next().is_none());
    // A sensor that is off for long is one hole, however many samples say so.
    let off: Vec<Sample> = (0..600).map(|n| sample(n * 1_000, 0, Quality::Unavailable)).collect();
    assert_eq!(Digest::of(&off).holes(), [hole(0, 599_000, Quality::Unavailable)]);
}

#[test]
fn a_table_says_how_many_and_leaves_empty_steps_empty() {
    let points = [
        point(0, 90),
        point(1, 97),
        point(59_999, 95),
        point(60_000, 80),
        point(60_001, 81),
        point(240_000, 7),
    ];
    let cells = table(points, UnixMillis(0), 60_000, 4);
    let cell = |count, low, median, high| Some(Cell { count, low, median, high });
    assert_eq!(cells, [cell(3, 90, 95, 97), cell(2, 80, 81, 81), None, None]);
    assert_eq!(table([point(-1, 5)], UnixMillis(0), 60_000, 1), [None], "what is before is not counted");
    let extremes = [point(0, i32::MIN), point(0, i32::MIN)];
    assert_eq!(table(extremes, UnixMillis(0), 0, 1), [cell(2, i32::MIN, i32::MIN, i32::MIN)]);
    assert_eq!(table([], UnixMillis(i64::MIN), i64::MAX, usize::MAX).len(), 512);
}

#[test]
fn a_sparkline_has_holes_where_nothing_was() {
    let line = sparkline([point(0, 1), point(9, 2), point(25, 3)], &window(40, 4, 10));
    assert_eq!(line, [Some(2), None, Some(3), None]);
    assert_eq!(sparkline([], &window(40, u32::MAX, 10)).len(), 4_096);
}

proptest! {
    /// A chart from a digest shows the gaps and the extremes that the samples themselves show.
    #[test]
    fn a_digest_draws_as_its_samples_do(
        steps in prop::collection::vec((prop_oneof![Just(1_000i64), 0i64..90_000], -500i32..500), 1..400), slices in 1u32..40
    ) {
        let mut taken = 0;
        let samples: Vec<Sample> = steps.into_iter().map(|(step, value)| { taken += step; sample(taken, value, Quality::Good) }).collect();
        let span = (taken + 1).max(i64::from(slices) * RESOLUTION);
        let window = Window { from: UnixMillis(0), to: UnixMillis(span), slices, gap: RESOLUTION };
        let whole = trend(samples.iter().map(|s| point(s.taken.0, s.mantissa)), &window);
        let short = trend(Digest::of(&samples).points(), &window);
        prop_assert_eq!(&whole.gaps, &short.gaps);
        prop_assert_eq!(whole.range, short.range);
        prop_assert_eq!(whole.runs.len(), short.runs.len());
        let kept: Vec<Point> = short.runs.iter().flatten().copied().collect();
        prop_assert!(kept.iter().all(|p| samples.iter().any(|s| (s.taken, s.mantissa) == (p.taken, p.value))));
    }

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
