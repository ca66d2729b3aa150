//! A shift in one table: what each patient brought and what is left to be done, for the sheet that goes from hand to
//! hand. It is no hand-over, which is signed for each patient.

use super::{Figures, bar};
use crate::view::{ReportForm, ReportForm::Count};

/// One patient's shift.
pub(crate) struct Stay {
    pub(crate) bed: String,
    pub(crate) name: String,
    /// The score now, "≥3" where inputs are missing, nothing where none is known.
    pub(crate) news2: String,
    /// Alarms raised in the period: high, medium, low.
    pub(crate) alarms: [u32; 3],
    /// Alarms that nobody has answered.
    pub(crate) unanswered: u32,
    /// Changes of limits in the period.
    pub(crate) limits: u32,
    /// Orders that were never carried out.
    pub(crate) orders: u32,
}

/// The shift, by bed.
pub(crate) fn shift(mut stays: Vec<Stay>) -> Figures {
    stays.sort_by(|a, b| a.bed.cmp(&b.bed));
    Figures {
        columns: vec![
            ("bed", ReportForm::Text),
            ("name", ReportForm::Text),
            ("news2", ReportForm::Text),
            ("high", Count),
            ("medium", Count),
            ("low", Count),
            ("unanswered", Count),
            ("limits", Count),
            ("orders", Count),
        ],
        bars: stays
            .iter()
            .map(|stay| bar(stay.bed.clone(), stay.alarms.iter().map(|n| i64::from(*n)).sum()))
            .collect(),
        rows: stays
            .into_iter()
            .map(|stay| {
                let mut cells = vec![stay.bed, stay.name, stay.news2];
                cells.extend(stay.alarms.map(|count| count.to_string()));
                cells.extend([stay.unanswered, stay.limits, stay.orders].map(|count| count.to_string()));
                cells
            })
            .collect(),
        bar_form: Count,
    }
}
