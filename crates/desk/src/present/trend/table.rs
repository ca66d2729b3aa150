//! The same window as a table: rows are vital signs, columns are steps of time.

use super::super::Moment;
use super::super::value::parameter_of;
use super::gaps::Reasons;
use super::lines::{lines, scale_of};
use super::{ALWAYS, Stored, Tail, sharing};
use crate::store::Bodyless;
use crate::view::{GapKind, GapView, Sharing, TrendCell, TrendTableRow, TrendTableView};
use std::collections::BTreeMap;
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::trend::{self, Cell, Gap, Hole};
use wl_vitals::{Decimal, Parameter as Measured};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// The columns of a table: whole steps of the clock that cover a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Columns {
    pub(crate) from: UnixMillis,
    pub(crate) step: i64,
    pub(crate) count: usize,
}

impl Columns {
    /// A minute up to an hour, five up to four, a quarter of an hour up to twelve, else an hour.
    pub(crate) fn over(from: UnixMillis, to: UnixMillis) -> Self {
        let step = match to.since(from) {
            span if span <= HOUR + MINUTE => MINUTE,
            span if span <= 4 * HOUR + MINUTE => 5 * MINUTE,
            span if span <= 12 * HOUR + MINUTE => 15 * MINUTE,
            _ => HOUR,
        };
        let begin = UnixMillis(from.0.div_euclid(step).saturating_mul(step));
        let whole = to.since(begin).max(1).saturating_add(step - 1) / step;
        Self { from: begin, step, count: usize::try_from(whole).unwrap_or(1).clamp(1, 256) }
    }

    /// The same columns in parts of at most `span` milliseconds.
    pub(crate) fn parts(self, span: i64) -> impl Iterator<Item = Self> {
        let each = usize::try_from(span / self.step).unwrap_or(1).max(1);
        (0..self.count).step_by(each).map(move |first| Self {
            from: self.begin(first),
            step: self.step,
            count: each.min(self.count - first),
        })
    }

    pub(crate) fn to(self) -> UnixMillis {
        self.begin(self.count)
    }

    fn begin(self, column: usize) -> UnixMillis {
        self.from.plus(i64::try_from(column).unwrap_or(0).saturating_mul(self.step))
    }
}

/// What was counted of each parameter, part by part, so that a week is never in memory at once.
#[derive(Default)]
pub(crate) struct Counts {
    rows: BTreeMap<Measured, Vec<Option<Cell>>>,
    holes: BTreeMap<Measured, Vec<Hole>>,
}

/// Counts the columns of one part of a window. The parts follow each other and end at columns.
pub(crate) fn count(counts: &mut Counts, part: Columns, stored: &Stored, tail: &Tail) {
    let done = counts.rows.values().map(Vec::len).max().unwrap_or(0);
    let found = lines(stored, tail, part.from, part.to());
    for (measured, line) in found {
        counts.holes.entry(measured).or_default().extend_from_slice(&line.holes);
        let row = counts.rows.entry(measured).or_default();
        row.resize(done, None);
        row.extend(trend::table(line.points, part.from, part.step, part.count));
    }
    for row in counts.rows.values_mut() {
        row.resize(done.saturating_add(part.count), None);
    }
}

/// The table.
pub(crate) fn trend_table(
    moment: &Moment<'_>,
    patient: &PatientId,
    columns: Columns,
    mut counts: Counts,
    bodyless: &[Bodyless],
) -> TrendTableView {
    let vitals = sharing(moment, patient, Category::Vitals);
    let reasons = Reasons::new(moment, patient, bodyless);
    for measured in ALWAYS {
        counts.rows.entry(measured).or_default();
    }
    let rows = counts.rows.into_iter().filter_map(|(measured, mut cells)| {
        cells.resize(columns.count, None);
        let holes = counts.holes.remove(&measured).unwrap_or_default();
        let gaps = gaps(&reasons, columns, &cells, &holes);
        let cells = cells.iter().enumerate().map(|(at, cell)| {
            let begin = columns.begin(at);
            cell_view(measured, *cell, &gaps, begin, begin.plus(columns.step))
        });
        Some(TrendTableRow {
            parameter: parameter_of(measured)?,
            unit: measured.info().unit.label().to_owned(),
            cells: cells.collect(),
        })
    });
    TrendTableView {
        from_ms: columns.from.0,
        to_ms: columns.to().0,
        step_minutes: u32::try_from(columns.step / MINUTE).unwrap_or(60),
        vitals,
        columns: (0..columns.count).map(|column| columns.begin(column).0).collect(),
        rows: if vitals == Sharing::Shared { rows.collect() } else { Vec::new() },
    }
}

/// Columns without a value, joined, each with its reason.
fn gaps(reasons: &Reasons, columns: Columns, cells: &[Option<Cell>], holes: &[Hole]) -> Vec<GapView> {
    let mut found: Vec<Gap> = Vec::new();
    for (at, _) in cells.iter().enumerate().filter(|(_, cell)| cell.is_none()) {
        let (from, to) = (columns.begin(at), columns.begin(at).plus(columns.step));
        match found.last_mut() {
            Some(last) if last.to == from => last.to = to,
            Some(_) | None => found.push(Gap { from, to }),
        }
    }
    reasons.gaps(&found, holes, columns.step / 2)
}

fn cell_view(
    measured: Measured,
    cell: Option<Cell>,
    gaps: &[GapView],
    from: UnixMillis,
    to: UnixMillis,
) -> TrendCell {
    let text = |value: i32| Decimal { mantissa: value, scale: scale_of(measured) }.to_string();
    match cell {
        Some(cell) => TrendCell {
            count: cell.count,
            low: text(cell.low),
            median: text(cell.median),
            high: text(cell.high),
            gap: None,
        },
        None => {
            // The reason that covers most of the step.
            let shared = |gap: &&GapView| gap.to_ms.min(to.0).saturating_sub(gap.from_ms.max(from.0));
            let gap = gaps.iter().filter(|gap| shared(gap) >= 0).max_by_key(shared);
            let empty = String::new;
            let kind = gap.map_or(GapKind::NotMeasured, |gap| gap.kind);
            TrendCell { count: 0, low: empty(), median: empty(), high: empty(), gap: Some(kind) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_follows_the_span_and_columns_are_whole_steps_of_the_clock() {
        let hours =
            |hours: i64| Columns::over(UnixMillis(7 * MINUTE + 1), UnixMillis(7 * MINUTE + 1 + hours * HOUR));
        let table = [(1, 1, 61), (4, 5, 49), (12, 15, 49), (24, 60, 25), (72, 60, 73), (168, 60, 169)];
        for (span, minutes, count) in table {
            let columns = hours(span);
            assert_eq!((columns.step / MINUTE, columns.count), (minutes, count), "{span} h");
            assert_eq!(columns.from.0 % columns.step, 0);
            assert!(columns.to().0 >= 7 * MINUTE + 1 + span * HOUR);
        }
        let parts: Vec<_> = hours(168).parts(24 * HOUR).map(|part| (part.from.0, part.count)).collect();
        assert_eq!(parts.len(), 8);
        assert_eq!(parts.iter().map(|(_, count)| count).sum::<usize>(), 169);
        assert_eq!(parts[7], (168 * HOUR, 1));
        assert_eq!(Columns::over(UnixMillis(0), UnixMillis(i64::MAX)).count, 256);
        assert_eq!(Columns::over(UnixMillis(0), UnixMillis(0)).count, 1);
    }
}
