//! A report on paper: A4 across, one chart, the table over as many pages as it takes, and on every page what it is not,
//! of what and when it is, who made it, and up to where the permanent record was verified.
//!
//! The words come from the window, in its language; what is missing is an error and never an empty heading.

use super::paper::{MARGIN, PAGE, Paper, PdfError, ROW, document};
use super::{chart, word};
use crate::view::{ReportColumn, ReportForm, ReportView, ReportWords};
use krilla::surface::Surface;
use wl_chart::Size;

const CHART: Size = Size { width: 560, height: 120 };
/// Where the table begins on the first page.
const FIRST_TOP: f32 = 290.0;
const MOST_ROWS: usize = 2_000;

struct Printed<'a> {
    report: &'a ReportView,
    paper: Paper<'a>,
}

/// The bytes of the report as PDF.
///
/// # Errors
/// [`PdfError`].
pub(crate) fn write(report: &ReportView, words: &ReportWords) -> Result<Vec<u8>, PdfError> {
    if report.rows.len() > MOST_ROWS {
        return Err(PdfError::Long(report.rows.len()));
    }
    let printed = Printed { report, paper: Paper::new(words)? };
    let paper = &printed.paper;
    document(paper, &report.rows, FIRST_TOP, |surface, page| {
        if page.is_first {
            printed.head(surface)?;
        } else {
            paper.text(surface, (MARGIN, 46.0), 11.0, &paper.word("title")?);
        }
        printed.table(surface, page.top, page.rows)
    })
}

impl Printed<'_> {
    fn head(&self, surface: &mut Surface<'_>) -> Result<(), PdfError> {
        self.paper.text(surface, (MARGIN, 56.0), 18.0, &self.paper.word("title")?);
        for (line, key) in ["hospital", "period", "made", "patients"].into_iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "four lines")]
            let y = 78.0 + 15.0 * line as f32;
            self.paper.text(surface, (MARGIN, y), 10.0, &self.paper.word(key)?);
        }
        self.paper.code(surface, &self.report.seal.text);
        self.chart(surface, (MARGIN, 150.0))
    }

    fn chart(&self, surface: &mut Surface<'_>, (left, top): (f32, f32)) -> Result<(), PdfError> {
        let bars = &self.report.bars;
        let marks = chart(bars, CHART).marks().map_err(|_| PdfError::Write)?;
        self.paper.marks(surface, (left, top), marks);
        let highest = bars.iter().map(|bar| bar.value).max().unwrap_or(0);
        self.paper.label(surface, (left + 568.0, top + 10.0), 9.0, &format!("{highest} {}", self.unit()?));
        // Names stand below while they fit; the table says them all.
        let few = bars.len() <= 32;
        #[expect(clippy::cast_precision_loss, reason = "at most 32 bars")]
        for (at, bar) in bars.iter().enumerate().filter(|_| few) {
            let each = CHART.width as f32 / bars.len() as f32;
            let name = self.cell(self.first_form(), &bar.label)?;
            let shown = self.paper.cut(&name, each * 0.85, 8.0);
            self.paper.label(surface, (left + each * (at as f32 + 0.15), top + 132.0), 8.0, &shown);
        }
        Ok(())
    }

    fn unit(&self) -> Result<String, PdfError> {
        match self.report.bar_form {
            ReportForm::Count | ReportForm::Text | ReportForm::Word => Ok(String::new()),
            form => self.paper.word(&format!("form.{}", word(&form))),
        }
    }

    fn first_form(&self) -> ReportForm {
        self.report.columns.first().map_or(ReportForm::Text, |column| column.form)
    }

    fn cell(&self, form: ReportForm, text: &str) -> Result<String, PdfError> {
        match form {
            ReportForm::Word if !text.is_empty() => self.paper.word(&format!("word.{text}")),
            _ => Ok(text.to_owned()),
        }
    }

    fn table(&self, surface: &mut Surface<'_>, top: f32, rows: &[Vec<String>]) -> Result<(), PdfError> {
        let columns = &self.report.columns;
        #[expect(clippy::cast_precision_loss, reason = "a dozen columns")]
        let each = (PAGE.0 - 2.0 * MARGIN) / columns.len().max(1) as f32;
        let mut y = top + ROW;
        let heads = columns.iter().map(|column| self.paper.word(&format!("column.{}", column.key)));
        let heads: Vec<String> = heads.collect::<Result<_, _>>()?;
        self.line(surface, y, each, columns, &heads, 8.0);
        self.paper.colored(surface, (0x8B, 0x99, 0xA6));
        self.paper.area(surface, [MARGIN, y + 4.0, PAGE.0 - MARGIN, y + 5.0]);
        for row in rows {
            y += ROW;
            let cells = columns.iter().zip(row).map(|(column, text)| self.cell(column.form, text));
            let cells: Vec<String> = cells.collect::<Result<_, _>>()?;
            self.line(surface, y, each, columns, &cells, 9.0);
        }
        Ok(())
    }

    fn line(
        &self,
        surface: &mut Surface<'_>,
        y: f32,
        each: f32,
        columns: &[ReportColumn],
        cells: &[String],
        size: f32,
    ) {
        let mut x = MARGIN;
        for (column, text) in columns.iter().zip(cells) {
            let is_figure = !matches!(column.form, ReportForm::Text | ReportForm::Word);
            self.paper.cell(surface, (x, y), each - 6.0, size, (text, is_figure));
            x += each;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::paper::{NEXT_TOP, rows_between};

    #[test]
    fn tables_end_above_the_foot() {
        assert!(rows_between(FIRST_TOP) >= 12 && rows_between(NEXT_TOP) <= 30);
    }
}
