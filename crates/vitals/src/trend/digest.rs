//! What is kept of stored samples so that a day or a week is drawn without reading each of them again: of every half
//! minute the first, lowest, highest and last, and where the device itself gave no value.

use wl_ledger::UnixMillis;

use super::Point;
use crate::chunk::Sample;
use crate::reading::Quality;

/// Length of the time one stretch covers at most, in milliseconds. A chart loses nothing whose slices are not shorter
/// and whose shortest gap is not either: inside a stretch, samples that are kept may be so far apart.
pub const RESOLUTION: i64 = 30_000;
/// Samples further apart than this never share a stretch, in milliseconds: silence always lies between two.
const SPLIT: i64 = 15_000;

/// At most four samples out of many, with how many there were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// The first.
    pub first: Point,
    /// The lowest; the first of several.
    pub lowest: Point,
    /// The highest; the first of several.
    pub highest: Point,
    /// The last.
    pub last: Point,
    /// How many there were.
    pub count: u32,
}

/// A run of samples without a value: the sensor was off, or what it said was impossible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hole {
    /// The first of them.
    pub from: UnixMillis,
    /// The last of them.
    pub to: UnixMillis,
    /// What the device or the hub said.
    pub quality: Quality,
}

/// A series of samples, made short. Values are in the mantissa of the series.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Digest {
    stretches: Vec<Stretch>,
    holes: Vec<Hole>,
}

impl Stretch {
    pub(super) fn of(point: Point) -> Self {
        Self { first: point, lowest: point, highest: point, last: point, count: 1 }
    }

    pub(super) fn add(&mut self, point: Point) {
        if point.value < self.lowest.value {
            self.lowest = point;
        }
        if point.value > self.highest.value {
            self.highest = point;
        }
        self.last = point;
        self.count = self.count.saturating_add(1);
    }

    /// Its samples in order of time, each once.
    pub fn points(&self) -> impl Iterator<Item = Point> + use<> {
        let (a, b) = match self.lowest.taken <= self.highest.taken {
            true => (self.lowest, self.highest),
            false => (self.highest, self.lowest),
        };
        let mut before = None;
        [self.first, a, b, self.last].into_iter().filter(move |point| before.replace(*point) != Some(*point))
    }

    /// The usual time between two of its samples, in milliseconds; none of a single one.
    fn step(&self) -> Option<i64> {
        let steps = self.count.checked_sub(1).filter(|steps| *steps > 0)?;
        Some(self.last.taken.since(self.first.taken) / i64::from(steps))
    }
}

impl Digest {
    /// Makes samples short. They must be in order of time; those out of order are left out.
    pub fn of<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Self {
        let mut digest = Self::default();
        let mut end = i64::MIN;
        for sample in samples {
            if !sample.quality.has_value() {
                digest.add_hole(sample);
                end = i64::MIN;
                continue;
            }
            let point = Point { taken: sample.taken, value: sample.mantissa };
            match digest.stretches.last_mut() {
                Some(stretch) if point.taken < stretch.last.taken => {}
                Some(stretch) if point.taken.0 < end && point.taken.since(stretch.last.taken) <= SPLIT => {
                    stretch.add(point);
                }
                Some(_) | None => {
                    digest.stretches.push(Stretch::of(point));
                    let number = point.taken.0.div_euclid(RESOLUTION);
                    end = number.saturating_add(1).saturating_mul(RESOLUTION);
                }
            }
        }
        digest
    }

    fn add_hole(&mut self, sample: &Sample) {
        let valued = self.stretches.last().map(|stretch| stretch.last.taken);
        match self.holes.last_mut() {
            Some(hole) if hole.quality == sample.quality && valued.is_none_or(|at| at <= hole.from) => {
                hole.to = hole.to.max(sample.taken);
            }
            Some(_) | None => {
                self.holes.push(Hole { from: sample.taken, to: sample.taken, quality: sample.quality })
            }
        }
    }

    /// The samples that are kept, in order of time.
    pub fn points(&self) -> impl Iterator<Item = Point> + '_ {
        self.stretches.iter().flat_map(Stretch::points)
    }

    /// The times between samples, in milliseconds: one for each stretch, and one where a single sample is one.
    pub fn steps(&self) -> impl Iterator<Item = i64> + '_ {
        let next = self.stretches.iter().skip(1).map(Some).chain([None]);
        self.stretches.iter().zip(next).filter_map(|(stretch, next)| {
            stretch.step().or_else(|| Some(next?.first.taken.since(stretch.last.taken)))
        })
    }

    /// Where samples came without a value.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// How many stretches it holds: what it costs to keep.
    pub fn len(&self) -> usize {
        self.stretches.len().saturating_add(self.holes.len())
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty() && self.holes.is_empty()
    }
}
