//! From samples to what a chart can show: gaps told apart, minima and maxima kept, nothing smoothed over.

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

/// One slice under way: at most four points of it are kept.
struct Slice {
    number: i128,
    first: Point,
    lowest: Point,
    highest: Point,
    last: Point,
}

impl Slice {
    fn of(number: i128, point: Point) -> Self {
        Self { number, first: point, lowest: point, highest: point, last: point }
    }

    fn add(&mut self, point: Point) {
        if point.value < self.lowest.value {
            self.lowest = point;
        }
        if point.value > self.highest.value {
            self.highest = point;
        }
        self.last = point;
    }

    /// Its points in order of time, each once.
    fn points(&self) -> Vec<Point> {
        let mut points = vec![self.first, self.lowest, self.highest, self.last];
        points.sort_by_key(|point| point.taken);
        points.dedup();
        points
    }
}

struct Builder {
    window: Window,
    slice: Option<Slice>,
    run: Vec<Point>,
    last: Option<Point>,
    trend: Trend,
}

impl Builder {
    fn new(window: Window) -> Self {
        let trend =
            Trend { from: window.from, to: window.to, runs: Vec::new(), gaps: Vec::new(), range: None };
        Self { window, slice: None, run: Vec::new(), last: None, trend }
    }

    fn push(&mut self, point: Point) {
        let Some(number) = self.window.slice(point.taken) else { return };
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
            Some(slice) if slice.number == number => slice.add(point),
            Some(_) | None => {
                self.end_slice();
                self.slice = Some(Slice::of(number, point));
            }
        }
    }

    fn end_slice(&mut self) {
        if let Some(slice) = self.slice.take() {
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
