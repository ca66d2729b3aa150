//! From stored and just opened samples to one line of points for each parameter.

use super::super::value::parameter_of;
use crate::store::{ChunkDigest, Samples};
use std::collections::BTreeMap;
use wl_ledger::UnixMillis;
use wl_vitals::chunk::{Sample, SeriesKey};
use wl_vitals::codes::Cadence;
use wl_vitals::trend::{Digest, Hole, Point, RESOLUTION};
use wl_vitals::{Decimal, Parameter as Measured};

const MINUTE: i64 = 60_000;
/// The longest usual time between two values of a monitor, in milliseconds.
const SLOWEST: i64 = 5 * MINUTE;

/// What is stored of a window.
pub(crate) enum Stored {
    /// Every sample.
    Samples(Vec<Samples>),
    /// Digests of whole chunks: enough where a pixel is no shorter than their resolution.
    Digests(Vec<ChunkDigest>),
}

/// Samples that are not stored yet.
pub(crate) type Tail = Vec<(SeriesKey, Vec<Sample>)>;

/// One parameter over a window, at the scale its values are shown at.
#[derive(Default)]
pub(super) struct Line {
    pub(super) points: Vec<Point>,
    pub(super) holes: Vec<Hole>,
    steps: Vec<i64>,
    /// No gap is told that is shorter, in milliseconds.
    finest: i64,
}

/// The power of ten at which values of a parameter are shown.
pub(super) fn scale_of(measured: Measured) -> i8 {
    -i8::try_from(measured.info().decimals).unwrap_or(0)
}

/// The parameter a series is drawn as; none for coded values, units other than the usual and what no chart has.
pub(super) fn drawn_as(key: &SeriesKey) -> Option<Measured> {
    let measured = key.parameter().filter(|_| !key.coded)?;
    parameter_of(measured).filter(|_| key.unit == measured.info().unit).map(|_| measured)
}

/// All lines of a window.
pub(super) fn lines(
    stored: &Stored,
    tail: &Tail,
    from: UnixMillis,
    to: UnixMillis,
) -> BTreeMap<Measured, Line> {
    let mut lines: BTreeMap<Measured, Line> = BTreeMap::new();
    match stored {
        Stored::Samples(all) => {
            for series in all {
                add_samples(&mut lines, &series.key, &series.samples);
            }
        }
        Stored::Digests(all) => {
            for chunk in all {
                add(&mut lines, &chunk.key, &chunk.digest, chunk.digest.points());
            }
            lines.values_mut().for_each(|line| line.finest = RESOLUTION);
        }
    }
    for (key, samples) in tail {
        add_samples(&mut lines, key, samples);
    }
    for line in lines.values_mut() {
        line.settle(from, to);
    }
    lines
}

fn add_samples(lines: &mut BTreeMap<Measured, Line>, key: &SeriesKey, samples: &[Sample]) {
    let valued = samples.iter().filter(|sample| sample.quality.has_value());
    let points = valued.map(|sample| Point { taken: sample.taken, value: sample.mantissa });
    add(lines, key, &Digest::of(samples), points);
}

fn add(
    lines: &mut BTreeMap<Measured, Line>,
    key: &SeriesKey,
    digest: &Digest,
    points: impl Iterator<Item = Point>,
) {
    let Some(measured) = drawn_as(key) else { return };
    let scale = scale_of(measured);
    let line = lines.entry(measured).or_default();
    line.holes.extend_from_slice(digest.holes());
    line.steps.extend(digest.steps());
    if key.scale == scale {
        line.points.extend(points);
        return;
    }
    line.points.extend(points.filter_map(|point| {
        let value = Decimal { mantissa: point.value, scale: key.scale }.rounded(scale)?;
        Some(Point { value, ..point })
    }));
}

impl Line {
    fn settle(&mut self, from: UnixMillis, to: UnixMillis) {
        self.points.retain(|point| point.taken >= from && point.taken < to);
        // Several devices, and what was stored between two reads, overlap.
        if !self.points.is_sorted_by_key(|point| point.taken) {
            self.points.sort_by_key(|point| point.taken);
        }
        self.points.dedup();
        self.holes.retain(|hole| hole.to >= from && hole.from < to);
        self.holes.sort_by_key(|hole| hole.from);
    }

    /// Two values further apart than this have a gap between them, in milliseconds.
    pub(super) fn gap_after(&mut self, measured: Measured) -> i64 {
        match measured.info().cadence {
            Cadence::Continuous | Cadence::Waveform => {
                // A gateway that sends once a minute has no gap in every minute.
                let middle = self.steps.len() / 2;
                let usual = match self.steps.is_empty() {
                    true => 0,
                    false => *self.steps.select_nth_unstable(middle).1,
                };
                (usual.min(SLOWEST) * 3).max(MINUTE / 4).max(self.finest)
            }
            Cadence::Spot => 90 * MINUTE,
            Cadence::FiveMinutes => 15 * MINUTE,
            Cadence::Manual { interval } => interval,
        }
    }
}
