//! The strip of one alarm on paper: whose it is, the values of half a minute before and after the crossing with the
//! limits that were in force, and all that happened with it. On one page, or on as many as its steps take.

use super::paper::{MARGIN, PAGE, Paper, PdfError, ROW, document};
use crate::view::{AlarmHistoryView, ReportWords, SealLine};
use krilla::surface::Surface;
use wl_chart::{Axes, ChartModel};
use wl_ledger::UnixMillis;

/// Where the steps begin on the first page.
const FIRST_TOP: f32 = 345.0;
/// Where the chart stands.
const CHART: (f32, f32) = (MARGIN, 160.0);
/// Widths of the columns: time, what, who.
const COLUMNS: [f32; 3] = [90.0, 440.0, 236.0];

/// What is printed.
pub(crate) struct Strip<'a> {
    pub(crate) history: &'a AlarmHistoryView,
    /// The values; none where they are not shared or there are none, which the page says.
    pub(crate) chart: Option<ChartModel>,
    pub(crate) crossed: UnixMillis,
    pub(crate) seal: SealLine,
    /// The hospital, and whether nobody on its ward is real.
    pub(crate) hospital: String,
    pub(crate) demo: bool,
    /// How many milliseconds the reader's clock is east of UTC.
    pub(crate) offset: i64,
}

/// The bytes of the strip as PDF.
///
/// # Errors
/// [`PdfError`].
pub(crate) fn write(strip: &Strip<'_>, words: &ReportWords) -> Result<Vec<u8>, PdfError> {
    let paper = Paper::new(words)?;
    let steps = strip.rows(&paper)?;
    document(&paper, &steps, FIRST_TOP, |surface, page| {
        if page.is_first {
            strip.head(&paper, surface)?;
        } else {
            paper.text(surface, (MARGIN, 46.0), 11.0, &strip.whose());
        }
        table(&paper, surface, page.top, page.rows)
    })
}

impl Strip<'_> {
    fn whose(&self) -> String {
        let row = &self.history.row;
        format!("{} · {}", row.bed, row.name.text)
    }

    fn head(&self, paper: &Paper<'_>, surface: &mut Surface<'_>) -> Result<(), PdfError> {
        paper.text(surface, (MARGIN, 56.0), 18.0, &paper.word("title")?);
        paper.text(surface, (MARGIN, 80.0), 14.0, &self.whose());
        paper.text(surface, (MARGIN, 100.0), 12.0, &paper.word("what")?);
        let place = if self.demo {
            format!("{} · {}", self.hospital, paper.word("demo")?)
        } else {
            self.hospital.clone()
        };
        for (y, text) in [(118.0, place), (132.0, paper.word("period")?), (146.0, paper.word("made")?)] {
            paper.text(surface, (MARGIN, y), 10.0, &text);
        }
        paper.code(surface, &self.seal.text);
        match &self.chart {
            Some(model) => self.draw(paper, surface, model),
            None => {
                paper.text(surface, (CHART.0, CHART.1 + 40.0), 12.0, &paper.word("none")?);
                Ok(())
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "pixels are small")]
    fn draw(&self, paper: &Paper<'_>, surface: &mut Surface<'_>, model: &ChartModel) -> Result<(), PdfError> {
        let marks = wl_chart::marks(model).map_err(|_| PdfError::Write)?;
        let (width, height) = (model.size.width as f32, model.size.height as f32);
        paper.marks(surface, CHART, marks);
        for tick in Axes::of(model).values {
            paper.label(
                surface,
                (CHART.0 + width + 4.0, CHART.1 + tick.y as f32 + 3.0),
                8.0,
                &tick.value.to_string(),
            );
        }
        let below = CHART.1 + height + 12.0;
        let times =
            [(0.0, model.trend.from), (width / 2.0 - 20.0, self.crossed), (width - 40.0, model.trend.to)];
        for (x, at) in times {
            paper.label(surface, (CHART.0 + x, below), 8.0, &clock(at, self.offset));
        }
        paper.text(surface, (CHART.0, below + 14.0), 9.0, &paper.word("values")?);
        Ok(())
    }

    /// Each step: when, what and who. The window says what, in its language; there must be a word for each.
    fn rows(&self, paper: &Paper<'_>) -> Result<Vec<[String; 3]>, PdfError> {
        let steps = self.history.steps.iter().enumerate();
        steps
            .map(|(place, step)| {
                let by = if step.by.is_empty() { paper.word("hub")? } else { step.by.clone() };
                Ok([clock(UnixMillis(step.at_ms), self.offset), paper.word(&format!("step.{place}"))?, by])
            })
            .collect()
    }
}

fn table(
    paper: &Paper<'_>,
    surface: &mut Surface<'_>,
    top: f32,
    rows: &[[String; 3]],
) -> Result<(), PdfError> {
    let heads = [paper.word("column.time")?, paper.word("column.what")?, paper.word("column.by")?];
    let mut y = top + ROW;
    line(paper, surface, y, &heads, 8.0);
    paper.colored(surface, (0x8B, 0x99, 0xA6));
    paper.area(surface, [MARGIN, y + 4.0, PAGE.0 - MARGIN, y + 5.0]);
    for row in rows {
        y += ROW;
        line(paper, surface, y, row, 9.0);
    }
    Ok(())
}

fn line(paper: &Paper<'_>, surface: &mut Surface<'_>, y: f32, cells: &[String; 3], size: f32) {
    let mut x = MARGIN;
    for (text, each) in cells.iter().zip(COLUMNS) {
        paper.cell(surface, (x, y), each - 6.0, size, (text, false));
        x += each;
    }
}

/// A time of day to the second, on a clock so many milliseconds east of UTC.
fn clock(at: UnixMillis, offset: i64) -> String {
    let seconds = at.0.saturating_add(offset).div_euclid(1_000).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_where_the_reader_is() {
        for (at, offset, expected) in [
            (0, 0, "00:00:00"),
            (86_399_999, 0, "23:59:59"),
            (0, -3_600_000, "23:00:00"),
            (1_764_171_212_000, 3_600_000, "16:33:32"),
        ] {
            assert_eq!(clock(UnixMillis(at), offset), expected);
        }
    }
}
