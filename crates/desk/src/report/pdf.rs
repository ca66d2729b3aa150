//! A report on paper: A4 across, one chart, the table over as many pages as it takes, and on every page what it is not,
//! of what and when it is, who made it, and up to where the permanent record was verified.
//!
//! The words come from the window, in its language; what is missing is an error and never an empty heading.

use super::{chart, word};
use crate::view::{ReportColumn, ReportForm, ReportView, ReportWords};
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use qrcodegen::{QrCode, QrCodeEcc};
use wl_chart::{Mark, Size};

/// DejaVu Sans: Latin, Greek, Cyrillic, Arabic (fonts/LICENSE).
const FONT: &[u8] = include_bytes!("../../fonts/DejaVuSans.ttf");
/// Width and height of the page and its margin, in points.
const PAGE: (f32, f32) = (842.0, 595.0);
const MARGIN: f32 = 36.0;
const ROW: f32 = 16.0;
const CHART: Size = Size { width: 560, height: 120 };
/// Where the table begins on the first page and on the others, and where it ends on each.
const FIRST_TOP: f32 = 290.0;
const NEXT_TOP: f32 = 70.0;
const BOTTOM: f32 = 535.0;
const MOST_ROWS: usize = 2_000;

/// Why a report is not on paper.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum PdfError {
    /// The window did not say this in its language.
    #[error("the words of the report lack {0}")]
    Word(String),
    /// The table is longer than anybody would print.
    #[error("a report of {0} rows is too long to print")]
    Long(usize),
    /// The library failed.
    #[error("the page could not be written")]
    Write,
}

struct Paper<'a> {
    report: &'a ReportView,
    words: &'a ReportWords,
    font: Font,
}

/// The bytes of the report as PDF.
///
/// # Errors
/// [`PdfError`].
pub(crate) fn write(report: &ReportView, words: &ReportWords) -> Result<Vec<u8>, PdfError> {
    if report.rows.len() > MOST_ROWS {
        return Err(PdfError::Long(report.rows.len()));
    }
    let font = Font::new(FONT.to_vec().into(), 0).ok_or(PdfError::Write)?;
    let paper = Paper { report, words, font };
    let mut document = Document::new();
    let mut rest = report.rows.as_slice();
    let mut number = 1;
    loop {
        let top = if number == 1 { FIRST_TOP } else { NEXT_TOP };
        let fits = rest.len().min(rows_below(top));
        let (these, after) = rest.split_at(fits);
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Write)?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        if number == 1 {
            paper.head(&mut surface)?;
        } else {
            paper.text(&mut surface, (MARGIN, 46.0), 11.0, &paper.word("title")?);
        }
        paper.table(&mut surface, top, these)?;
        paper.foot(&mut surface, number)?;
        surface.finish();
        page.finish();
        rest = after;
        number += 1;
        if rest.is_empty() {
            break;
        }
    }
    document.finish().map_err(|_| PdfError::Write)
}

/// How many rows stand below a top, under the heading of the table.
fn rows_below(top: f32) -> usize {
    let mut rows = 0;
    let mut y = top + ROW * 2.0;
    while y <= BOTTOM {
        rows += 1;
        y += ROW;
    }
    rows.max(1)
}

impl Paper<'_> {
    fn word(&self, key: &str) -> Result<String, PdfError> {
        let found = self.words.texts.get(key).filter(|text| !text.trim().is_empty());
        found.cloned().ok_or_else(|| PdfError::Word(key.to_owned()))
    }

    fn text(&self, surface: &mut Surface<'_>, at: (f32, f32), size: f32, text: &str) {
        self.colored(surface, (0x1A, 0x23, 0x2C));
        let start = Point::from_xy(at.0, at.1);
        surface.draw_text(start, self.font.clone(), size, text, false, direction(text));
    }

    fn colored(&self, surface: &mut Surface<'_>, (r, g, b): (u8, u8, u8)) {
        surface.set_fill(Some(Fill {
            paint: rgb::Color::new(r, g, b).into(),
            opacity: NormalizedF32::ONE,
            rule: Default::default(),
        }));
    }

    fn area(&self, surface: &mut Surface<'_>, [left, top, right, bottom]: [f32; 4]) {
        let Some(rect) = Rect::from_ltrb(left, top, right, bottom) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        if let Some(path) = path.finish() {
            surface.draw_path(&path);
        }
    }

    fn head(&self, surface: &mut Surface<'_>) -> Result<(), PdfError> {
        self.text(surface, (MARGIN, 56.0), 18.0, &self.word("title")?);
        for (line, key) in ["hospital", "period", "made", "patients"].into_iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "four lines")]
            let y = 78.0 + 15.0 * line as f32;
            self.text(surface, (MARGIN, y), 10.0, &self.word(key)?);
        }
        self.code(surface, &self.report.seal.text);
        self.chart(surface, (MARGIN, 150.0))
    }

    /// The code of the seal line, at the right of the heading.
    fn code(&self, surface: &mut Surface<'_>, text: &str) {
        let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Low) else { return };
        #[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules")]
        let each = 96.0 / code.size() as f32;
        let (left, top) = (PAGE.0 - MARGIN - 96.0, MARGIN);
        self.colored(surface, (0, 0, 0));
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                #[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules")]
                let (x, y) = (left + each * x as f32, top + each * y as f32);
                self.area(surface, [x, y, x + each, y + each]);
            }
        }
    }

    fn chart(&self, surface: &mut Surface<'_>, (left, top): (f32, f32)) -> Result<(), PdfError> {
        let bars = &self.report.bars;
        let marks = chart(bars, CHART).marks().map_err(|_| PdfError::Write)?;
        #[expect(clippy::cast_precision_loss, reason = "pixels are small")]
        for mark in marks {
            if let Mark::Area([a, b, c, d], color, _) = mark {
                self.colored(surface, color);
                self.area(surface, [left + a as f32, top + b as f32, left + c as f32, top + d as f32]);
            }
        }
        let highest = bars.iter().map(|bar| bar.value).max().unwrap_or(0);
        self.text(surface, (left + 568.0, top + 10.0), 9.0, &format!("{highest} {}", self.unit()?));
        // Names stand below while they fit; the table says them all.
        let few = bars.len() <= 32;
        #[expect(clippy::cast_precision_loss, reason = "at most 32 bars")]
        for (at, bar) in bars.iter().enumerate().filter(|_| few) {
            let each = CHART.width as f32 / bars.len() as f32;
            let name = self.cell(self.first_form(), &bar.label)?;
            let shown = cut(&name, each, 8.0);
            self.text(surface, (left + each * (at as f32 + 0.15), top + 132.0), 8.0, &shown);
        }
        Ok(())
    }

    fn unit(&self) -> Result<String, PdfError> {
        match self.report.bar_form {
            ReportForm::Count | ReportForm::Text | ReportForm::Word => Ok(String::new()),
            form => self.word(&format!("form.{}", word(&form))),
        }
    }

    fn first_form(&self) -> ReportForm {
        self.report.columns.first().map_or(ReportForm::Text, |column| column.form)
    }

    fn cell(&self, form: ReportForm, text: &str) -> Result<String, PdfError> {
        match form {
            ReportForm::Word if !text.is_empty() => self.word(&format!("word.{text}")),
            _ => Ok(text.to_owned()),
        }
    }

    fn table(&self, surface: &mut Surface<'_>, top: f32, rows: &[Vec<String>]) -> Result<(), PdfError> {
        let columns = &self.report.columns;
        #[expect(clippy::cast_precision_loss, reason = "a dozen columns")]
        let each = (PAGE.0 - 2.0 * MARGIN) / columns.len().max(1) as f32;
        let mut y = top + ROW;
        let heads = columns.iter().map(|column| self.word(&format!("column.{}", column.key)));
        let heads: Vec<String> = heads.collect::<Result<_, _>>()?;
        self.line(surface, y, each, columns, &heads, 8.0);
        self.colored(surface, (0x8B, 0x99, 0xA6));
        self.area(surface, [MARGIN, y + 4.0, PAGE.0 - MARGIN, y + 5.0]);
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
            let shown = cut(text, each - 6.0, size);
            let at = match column.form {
                ReportForm::Text | ReportForm::Word => x,
                _ => x + (each - 6.0 - width(&shown, size)).max(0.0),
            };
            self.text(surface, (at, y), size, &shown);
            x += each;
        }
    }

    /// What stands on every page.
    fn foot(&self, surface: &mut Surface<'_>, number: u32) -> Result<(), PdfError> {
        self.text(surface, (MARGIN, 560.0), 9.0, &self.word("notice")?);
        let line =
            format!("{} · {} · {} · {number}", self.word("period")?, self.word("made")?, self.word("seal")?);
        self.text(surface, (MARGIN, 574.0), 8.0, &cut(&line, PAGE.0 - 2.0 * MARGIN, 8.0));
        Ok(())
    }
}

/// A line is not parted into runs of two directions, so one with figures runs from left to right: letters in the wrong
/// order can be read, figures in the wrong order are another number.
fn direction(text: &str) -> TextDirection {
    let to_the_left =
        |c: char| ('\u{0590}'..='\u{08FF}').contains(&c) || ('\u{FB1D}'..='\u{FEFC}').contains(&c);
    match text.chars().any(to_the_left) && !text.chars().any(char::is_numeric) {
        true => TextDirection::RightToLeft,
        false => TextDirection::LeftToRight,
    }
}

/// About how wide a text is: figures of this font are 0.636 of its size, letters on average a little less.
fn width(text: &str, size: f32) -> f32 {
    let each = |c: char| match c {
        '0'..='9' => 0.636,
        ' ' | '.' | ',' | ':' | 'i' | 'l' | 'j' | '·' | '\'' | 't' | 'f' | 'r' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' => 0.98,
        c if c.is_uppercase() => 0.7,
        _ => 0.61,
    };
    text.chars().map(each).sum::<f32>() * size
}

/// A text that fits, cut with a mark where it would not.
fn cut(text: &str, room: f32, size: f32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, size) + size > room {
            break;
        }
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_would_run_into_the_next() {
        assert_eq!(cut("12", 100.0, 9.0), "12");
        let long = cut(&"Wolfeschlegelsteinhausen".repeat(9), 60.0, 9.0);
        assert!(long.ends_with('…') && width(&long, 9.0) <= 75.0, "{long}");
        assert_eq!(cut("", 0.0, 9.0), "");
    }

    #[test]
    fn figures_never_turn_round() {
        let is_left = |text| matches!(direction(text), TextDirection::RightToLeft);
        assert!(is_left("أحمد") && is_left("שרה"));
        for text in ["Ada 12", "12", "أحمد 12", "أحمد ١٢", ""] {
            assert!(!is_left(text), "{text}");
        }
    }

    #[test]
    fn tables_end_above_the_foot() {
        assert!(rows_below(FIRST_TOP) >= 12 && rows_below(NEXT_TOP) <= 30);
    }
}
