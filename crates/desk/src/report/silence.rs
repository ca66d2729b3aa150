//! Minutes without a value: how long a patient's monitor said nothing, or nothing that may be used, while it should have.

use super::{Figures, bar, shared};
use crate::view::ReportForm;
use std::collections::BTreeSet;
use wl_ledger::UnixMillis;

const MINUTE: i64 = 60_000;

/// One patient over a period.
pub(crate) struct Watched {
    pub(crate) bed: String,
    pub(crate) name: String,
    /// Since when values are expected: the begin of the period, or when the patient's stream was opened.
    pub(crate) since: UnixMillis,
    /// Numbers of minutes, since 1970, in which at least one usable value of a monitor was measured.
    pub(crate) minutes: BTreeSet<i64>,
    /// When the watch was on standby.
    pub(crate) standbys: Vec<(UnixMillis, UnixMillis)>,
}

/// Whole minutes of each patient without a value, those on standby apart; the longest silence first.
pub(crate) fn silence(patients: &[Watched], to: UnixMillis) -> Figures {
    let mut rows: Vec<(i64, [i64; 4], &Watched)> = patients
        .iter()
        .map(|one| {
            let (first, last) = (one.since.0.div_euclid(MINUTE), to.0.div_euclid(MINUTE));
            let (mut silent, mut away, mut run, mut longest) = (0i64, 0i64, 0i64, 0i64);
            for minute in first..last {
                let span = (minute * MINUTE, (minute + 1) * MINUTE);
                let is_away = one.standbys.iter().any(|(a, b)| shared(span, (a.0, b.0)) > MINUTE / 2);
                match (one.minutes.contains(&minute), is_away) {
                    (true, _) => run = 0,
                    (false, true) => {
                        away += 1;
                        run = 0;
                    }
                    (false, false) => {
                        silent += 1;
                        run += 1;
                        longest = longest.max(run);
                    }
                }
            }
            (silent, [(last - first).max(0), silent, away, longest], one)
        })
        .collect();
    rows.sort_by(|a, b| (b.0, &a.2.bed).cmp(&(a.0, &b.2.bed)));
    let share = |[all, silent, ..]: [i64; 4]| (silent * 100 + all / 2).checked_div(all).unwrap_or(0);
    Figures {
        columns: vec![
            ("bed", ReportForm::Text),
            ("name", ReportForm::Text),
            ("watched", ReportForm::Minutes),
            ("silent", ReportForm::Minutes),
            ("share", ReportForm::Percent),
            ("standby", ReportForm::Minutes),
            ("longest", ReportForm::Minutes),
        ],
        bars: rows.iter().map(|(silent, _, one)| bar(one.bed.clone(), *silent)).collect(),
        rows: rows
            .into_iter()
            .map(|(_, counts, one)| {
                let [all, silent, away, longest] = counts.map(|count| count.to_string());
                vec![one.bed.clone(), one.name.clone(), all, silent, share(counts).to_string(), away, longest]
            })
            .collect(),
        bar_form: ReportForm::Minutes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_counted_from_when_values_were_due_and_standby_is_none() {
        let watched = |bed: &str, since: i64, minutes: &[i64]| Watched {
            bed: bed.into(),
            name: String::new(),
            since: UnixMillis(since * MINUTE),
            minutes: minutes.iter().copied().collect(),
            standbys: vec![(UnixMillis(6 * MINUTE), UnixMillis(8 * MINUTE))],
        };
        let all = [watched("1", 0, &[0, 1, 5]), watched("2", 9, &[9]), watched("3", 12, &[])];
        let figures = silence(&all, UnixMillis(10 * MINUTE));
        assert_eq!(figures.rows[0], ["1", "", "10", "5", "50", "2", "3"]);
        assert_eq!(figures.rows[1], ["2", "", "1", "0", "0", "0", "0"]);
        assert_eq!(figures.rows[2], ["3", "", "0", "0", "0", "0", "0"], "not watched yet");
    }
}
