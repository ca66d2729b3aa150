//! From samples to what a chart can show: gaps told apart, minima and maxima kept, nothing smoothed over.

mod digest;
mod table;

pub use digest::{Digest, Hole, RESOLUTION, Stretch};
pub use table::{Cell, table};

use wl_ledger::UnixMillis;

/// A value at a time, in the mantissa of its series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Point {
    /// When it was measured.
    pub taken: UnixMillis,
    /// Its digits at the trend's scale.
    pub value: i32,
}

/// A stretch of time without values: drawn as a gap, never interpolated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    /// The last value before, or the start of the window.
    pub from: UnixMillis,
    /// The first value after, or the end of the window.
    pub to: UnixMillis,
}

/// A window of one parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trend {
    /// Start of the window.
    pub from: UnixMillis,
    /// End of the window, exclusive.
    pub to: UnixMillis,
    /// Runs of points without a gap between them, in order of time.
    pub runs: Vec<Vec<Point>>,
    /// Where values are missing for longer than the limit.
    pub gaps: Vec<Gap>,
    /// The lowest and highest value of the window.
    pub range: Option<(i32, i32)>,
}

/// What to make of the samples of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Start.
    pub from: UnixMillis,
    /// End, exclusive.
    pub to: UnixMillis,
    /// Into how many slices of equal time it is divided, about one for each pixel; at least 1 is used. Each keeps at
    /// most four points: first, lowest, highest, last.
    pub slices: u32,
    /// Two values further apart than this, in milliseconds, have a gap between them.
    pub gap: i64,
}

impl Window {
    /// The slice a time falls into, if it is inside the window.
    fn slice(&self, taken: UnixMillis) -> Option<i128> {
        if taken < self.from || taken >= self.to {
            return None;
        }
        let span = i128::from(self.to.0) - i128::from(self.from.0);
        let offset = i128::from(taken.0) - i128::from(self.from.0);
        Some(offset * i128::from(self.slices.max(1)) / span)
    }
}

/// Makes the trend of a window. Points must be in order of time; those outside the window or out of order are left out.
pub fn trend(points: impl IntoIterator<Item = Point>, window: &Window) -> Trend {
    let mut builder = Builder::new(*window);
    for point in points {
        builder.push(point);
    }
    builder.finish()
}

/// The line of a small chart: the last value of each slice, `None` where there is none.
pub fn sparkline(points: impl IntoIterator<Item = Point>, window: &Window) -> Vec<Option<i32>> {
    // A window has no more slices than a screen has pixels; more would only cost memory.
    let slices = window.slices.clamp(1, 4_096);
    let window = Window { slices, ..*window };
    let mut line = vec![None; usize::try_from(slices).unwrap_or(1)];
    for point in points {
        let slot =
            window.slice(point.taken).and_then(|at| usize::try_from(at).ok()).and_then(|at| line.get_mut(at));
        if let Some(slot) = slot {
            *slot = Some(point.value);
        }
    }
    line
}

/// The extremes of each slice of a window that has points, by the number of the slice. Points may come in any order
/// between slices, and in order of time within one.
pub fn extremes(
    points: impl IntoIterator<Item = Point>,
    window: &Window,
) -> std::collections::BTreeMap<i128, Stretch> {
    let mut slices = std::collections::BTreeMap::new();
    let mut slicer = Slicer::new(*window);
    for point in points {
        let Some(number) = slicer.slice(point.taken) else { continue };
        slices
            .entry(number)
            .and_modify(|slice: &mut Stretch| slice.add(point))
            .or_insert_with(|| Stretch::of(point));
    }
    slices
}

/// Tells slices apart with one division for each slice instead of one for each sample: samples come in order, so most
/// fall into the slice of the one before.
struct Slicer {
    window: Window,
    number: i128,
    begin: i64,
    end: i64,
}

impl Slicer {
    fn new(window: Window) -> Self {
        Self { window, number: 0, begin: window.from.0, end: window.from.0 }
    }

    fn slice(&mut self, taken: UnixMillis) -> Option<i128> {
        if taken.0 >= self.begin && taken.0 < self.end {
            return Some(self.number);
        }
        self.number = self.window.slice(taken)?;
        (self.begin, self.end) = (self.edge(self.number), self.edge(self.number + 1));
        Some(self.number)
    }

    /// The first time of a slice: the least that is not in the slice before.
    fn edge(&self, number: i128) -> i64 {
        let Window { from, to, slices, .. } = self.window;
        let span = i128::from(to.0) - i128::from(from.0);
        let slices = i128::from(slices.max(1));
        let offset = (number * span + slices - 1).div_euclid(slices);
        i64::try_from(i128::from(from.0) + offset).unwrap_or(to.0).clamp(from.0, to.0)
    }
}

struct Builder {
    window: Window,
    slicer: Slicer,
    slice: Option<(i128, Stretch)>,
    run: Vec<Point>,
    last: Option<Point>,
    trend: Trend,
}

impl Builder {
    fn new(window: Window) -> Self {
        let trend =
            Trend { from: window.from, to: window.to, runs: Vec::new(), gaps: Vec::new(), range: None };
        Self { window, slicer: Slicer::new(window), slice: None, run: Vec::new(), last: None, trend }
    }

    fn push(&mut self, point: Point) {
        let Some(number) = self.slicer.slice(point.taken) else { return };
        if self.last.is_some_and(|last| point.taken < last.taken) {
            return;
        }
        let before = self.last.map_or(self.window.from, |last| last.taken);
        if point.taken.since(before) > self.window.gap {
            self.end_run();
            self.trend.gaps.push(Gap { from: before, to: point.taken });
        }
        self.last = Some(point);
        let (low, high) = self.trend.range.unwrap_or((point.value, point.value));
        self.trend.range = Some((low.min(point.value), high.max(point.value)));
        match self.slice.as_mut() {
            Some((of, slice)) if *of == number => slice.add(point),
            Some(_) | None => {
                self.end_slice();
                self.slice = Some((number, Stretch::of(point)));
            }
        }
    }

    fn end_slice(&mut self) {
        if let Some((_, slice)) = self.slice.take() {
            self.run.extend(slice.points());
        }
    }

    fn end_run(&mut self) {
        self.end_slice();
        if !self.run.is_empty() {
            self.trend.runs.push(core::mem::take(&mut self.run));
        }
    }

    fn finish(mut self) -> Trend {
        self.end_run();
        let before = self.last.map_or(self.window.from, |last| last.taken);
        if self.window.to.since(before) > self.window.gap {
            self.trend.gaps.push(Gap { from: before, to: self.window.to });
        }
        self.trend
    }
}
