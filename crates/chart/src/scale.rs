//! From times and values to pixels, in whole numbers that cannot overflow.

use wl_ledger::UnixMillis;
use wl_vitals::Decimal;

/// Below this a span times twice the pixels of the largest drawing stays inside 63 bits.
const SHORT: i64 = 1 << 49;

/// A span of the axis mapped to a span of pixels.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    low: i128,
    high: i128,
    pixels: i32,
}

/// Where a value falls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The pixel, held to the drawing.
    pub(crate) pixel: i32,
    /// Whether it had to be held.
    pub(crate) held: bool,
}

impl Scale {
    /// A scale over at least one unit, from pixel 0 to `pixels - 1`.
    pub(crate) fn new(low: i128, high: i128, pixels: i32) -> Self {
        Self { low: low.min(high), high: high.max(low.saturating_add(1)), pixels: pixels.max(2) }
    }

    /// The scale of a time axis.
    pub(crate) fn time(from: UnixMillis, to: UnixMillis, pixels: i32) -> Self {
        Self::new(i128::from(from.0), i128::from(to.0), pixels)
    }

    /// The scale of a value axis.
    pub(crate) fn value(range: (Decimal, Decimal), pixels: i32) -> Self {
        Self::new(range.0.billionths(), range.1.billionths(), pixels)
    }

    /// Where a position of the axis falls, rounded to the nearest pixel.
    pub(crate) fn place(&self, at: i128) -> Place {
        let within = at.clamp(self.low, self.high);
        let (offset, span) = (within - self.low, self.high - self.low);
        let last = self.pixels - 1;
        // Every axis of a patient is this short; dividing 128 bits takes several times as long.
        let pixel = match (i64::try_from(offset), i64::try_from(span)) {
            (Ok(offset), Ok(span)) if span < SHORT => (offset * i64::from(last) * 2 + span) / (span * 2),
            _ => i64::try_from((offset * i128::from(last) * 2 + span).div_euclid(span * 2)).unwrap_or(0),
        };
        Place { pixel: i32::try_from(pixel).unwrap_or(0), held: within != at }
    }

    /// Pixel of a time.
    pub(crate) fn x(&self, at: UnixMillis) -> i32 {
        self.place(i128::from(at.0)).pixel
    }

    /// Pixel of a value, counted from the top.
    pub(crate) fn y(&self, value: i128) -> Place {
        let place = self.place(value);
        Place { pixel: self.pixels - 1 - place.pixel, ..place }
    }
}
