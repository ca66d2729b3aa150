//! The same window as a table: what the samples of each step of time say.

use wl_ledger::UnixMillis;

use super::Point;

/// Most columns of a table: a week of hours, and some more.
const MOST_COLUMNS: usize = 512;

/// The samples of one step, at the scale of their series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// How many there were; never 0.
    pub count: u32,
    /// The lowest.
    pub low: i32,
    /// The middle one; of an even number the mean of the two in the middle, rounded half up.
    pub median: i32,
    /// The highest.
    pub high: i32,
}

/// Divides samples into columns of `step` milliseconds from `from` on. A column without a sample is `None`: nothing is
/// carried over from the one before. Samples outside of the columns are left out; they may come in any order.
pub fn table(
    points: impl IntoIterator<Item = Point>,
    from: UnixMillis,
    step: i64,
    columns: usize,
) -> Vec<Option<Cell>> {
    let step = step.max(1);
    let mut values: Vec<Vec<i32>> = vec![Vec::new(); columns.min(MOST_COLUMNS)];
    for point in points {
        if point.taken < from {
            continue;
        }
        let column = usize::try_from(point.taken.since(from) / step).ok();
        if let Some(column) = column.and_then(|at| values.get_mut(at)) {
            column.push(point.value);
        }
    }
    values.into_iter().map(cell).collect()
}

fn cell(mut values: Vec<i32>) -> Option<Cell> {
    values.sort_unstable();
    let (low, high) = (*values.first()?, *values.last()?);
    let middle = values.len() / 2;
    let upper = i64::from(*values.get(middle)?);
    let median = match values.len() % 2 {
        1 => upper,
        _ => (i64::from(*values.get(middle.checked_sub(1)?)?) + upper + 1).div_euclid(2),
    };
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    Some(Cell { count, low, median: i32::try_from(median).ok()?, high })
}
