//! Where grid lines and their labels go. The page writes the labels.

use wl_ledger::UnixMillis;
use wl_vitals::Decimal;

use crate::model::ChartModel;
use crate::scale::Scale;

/// A mark on the time axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeTick {
    /// The time.
    pub at: UnixMillis,
    /// Pixels from the left.
    pub x: i32,
}

/// A mark on the value axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ValueTick {
    /// The value.
    pub value: Decimal,
    /// Pixels from the top.
    pub y: i32,
}

/// The marks of a chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Axes {
    /// On the time axis, oldest first.
    pub times: Vec<TimeTick>,
    /// On the value axis, lowest first.
    pub values: Vec<ValueTick>,
}

const MINUTE: i64 = 60_000;
/// Distances between marks that people read easily, in milliseconds.
const TIME_STEPS: [i64; 11] = [
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    60 * MINUTE,
    120 * MINUTE,
    180 * MINUTE,
    360 * MINUTE,
    720 * MINUTE,
    1_440 * MINUTE,
];
/// Distances between marks on the value axis, whole units.
const VALUE_STEPS: [i32; 8] = [1, 2, 5, 10, 20, 50, 100, 200];
const MOST_TIMES: i64 = 8;
const MOST_VALUES: i32 = 5;

impl Axes {
    /// The marks of a chart: at most 8 times at round minutes and hours of UTC, at most 6 whole values. A window or a
    /// range too large for these steps has none.
    pub fn of(model: &ChartModel) -> Self {
        let (width, height) = model.size.held();
        let time = Scale::time(model.trend.from, model.trend.to, width);
        let value = Scale::value(model.range, height);
        Self {
            times: times(model.trend.from, model.trend.to)
                .into_iter()
                .map(|at| TimeTick { at, x: time.x(at) })
                .collect(),
            values: values(model.range)
                .into_iter()
                .map(|at| ValueTick { value: at, y: value.y(at.billionths()).pixel })
                .collect(),
        }
    }
}

fn times(from: UnixMillis, to: UnixMillis) -> Vec<UnixMillis> {
    let span = to.since(from);
    let Some(step) = TIME_STEPS.into_iter().find(|step| span > 0 && span / step < MOST_TIMES) else {
        return Vec::new();
    };
    let Some(first) = from.0.checked_add(step - 1).map(|t| t.div_euclid(step).saturating_mul(step)) else {
        return Vec::new();
    };
    core::iter::successors(Some(first), |at| at.checked_add(step))
        .take_while(|at| *at < to.0)
        .map(UnixMillis)
        .collect()
}

fn values(range: (Decimal, Decimal)) -> Vec<Decimal> {
    let (Some(low), Some(high)) = (range.0.rounded(0), range.1.rounded(0)) else { return Vec::new() };
    let Some(span) = high.checked_sub(low) else { return Vec::new() };
    let Some(step) = VALUE_STEPS.into_iter().find(|step| span > 0 && span / step <= MOST_VALUES) else {
        return Vec::new();
    };
    let Some(first) = low.checked_add(step - 1).map(|v| v.div_euclid(step).saturating_mul(step)) else {
        return Vec::new();
    };
    core::iter::successors(Some(first), |at| at.checked_add(step))
        .take_while(|at| *at <= high)
        .map(Decimal::whole)
        .collect()
}
