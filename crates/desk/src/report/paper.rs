//! What every printed page of ours has: A4 across, one font, text that is cut where it would run into the next, a chart
//! from its marks, the seal line as a code, and at the foot what it is not, of when it is and who made it.

use super::line::{Face, Line};
use crate::view::ReportWords;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use qrcodegen::{QrCode, QrCodeEcc};
use wl_chart::Mark;

/// Width and height of the page and its margin, in points.
pub(super) const PAGE: (f32, f32) = (842.0, 595.0);
pub(super) const MARGIN: f32 = 36.0;
/// The colour of text.
const INK: (u8, u8, u8) = (0x1A, 0x23, 0x2C);
/// Height of a row of a table, and where tables end.
pub(super) const ROW: f32 = 16.0;
const BOTTOM: f32 = 535.0;
/// Where the table begins on every page but the first.
pub(super) const NEXT_TOP: f32 = 70.0;

/// Why a report is not on paper.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum PdfError {
    /// The window did not say this in its language.
    #[error("the words of the report lack {0}")]
    Word(String),
    /// The table is longer than anybody would print.
    #[error("a page of {0} rows is too long to print")]
    Long(usize),
    /// The library failed.
    #[error("the page could not be written")]
    Write,
}

/// The words and the font of a page.
pub(super) struct Paper<'a> {
    words: &'a ReportWords,
    face: Face,
}

impl<'a> Paper<'a> {
    /// A page that is read in the direction of its title.
    pub(super) fn new(words: &'a ReportWords) -> Result<Self, PdfError> {
        let title = words.texts.get("title").map_or("", String::as_str);
        Ok(Self { words, face: Face::new(title)? })
    }

    pub(super) fn word(&self, key: &str) -> Result<String, PdfError> {
        let found = self.words.texts.get(key).filter(|text| !text.trim().is_empty());
        found.cloned().ok_or_else(|| PdfError::Word(key.to_owned()))
    }

    /// A text that begins so far from the edge from which the page is read.
    pub(super) fn text(&self, surface: &mut Surface<'_>, (from, y): (f32, f32), size: f32, text: &str) {
        self.line(surface, (from, y), size, (text, &self.face.line(text)));
    }

    /// A text that was shaped, the same way.
    fn line(&self, surface: &mut Surface<'_>, (from, y): (f32, f32), size: f32, shaped: (&str, &Line)) {
        let x = if self.face.rtl { PAGE.0 - from - shaped.1.width * size } else { from };
        self.colored(surface, INK);
        self.face.draw(surface, Point::from_xy(x, y), size, shaped);
    }

    /// A text whose left end is at a place: what belongs to a chart, which is the same in every language.
    pub(super) fn label(&self, surface: &mut Surface<'_>, (x, y): (f32, f32), size: f32, text: &str) {
        self.colored(surface, INK);
        self.face.draw(surface, Point::from_xy(x, y), size, (text, &self.face.line(text)));
    }

    /// The text of a cell, cut to its column. Figures stand at the right of it in every language.
    pub(super) fn cell(
        &self,
        surface: &mut Surface<'_>,
        (from, y): (f32, f32),
        room: f32,
        size: f32,
        (text, is_figure): (&str, bool),
    ) {
        // A cell is read in its own direction, whatever the page's is (U+2068, first strong isolate).
        let shown = format!("\u{2068}{}\u{2069}", self.cut(text, room, size));
        let line = self.face.line(&shown);
        let is_late = is_figure && !self.face.rtl;
        let late = if is_late { (room - line.width * size).max(0.0) } else { 0.0 };
        self.line(surface, (from + late, y), size, (&shown, &line));
    }

    /// A text that fits, cut with a mark where it would not.
    pub(super) fn cut(&self, text: &str, room: f32, size: f32) -> String {
        self.face.cut(text, room, size)
    }

    pub(super) fn colored(&self, surface: &mut Surface<'_>, color: (u8, u8, u8)) {
        surface.set_fill(Some(fill(color, 1.0)));
    }

    pub(super) fn area(&self, surface: &mut Surface<'_>, [left, top, right, bottom]: [f32; 4]) {
        let Some(rect) = Rect::from_ltrb(left, top, right, bottom) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        if let Some(path) = path.finish() {
            surface.draw_path(&path);
        }
    }

    /// A chart, its top left corner at a place, a pixel a point.
    pub(super) fn marks(&self, surface: &mut Surface<'_>, (left, top): (f32, f32), marks: Vec<Mark>) {
        #[expect(clippy::cast_precision_loss, reason = "pixels are small")]
        for mark in marks {
            match mark {
                Mark::Area([a, b, c, d], color, opacity) => {
                    surface.set_stroke(None);
                    surface.set_fill(Some(fill(color, opacity)));
                    self.area(surface, [left + a as f32, top + b as f32, left + c as f32, top + d as f32]);
                }
                Mark::Line(points, color, width) => {
                    let mut path = PathBuilder::new();
                    for (place, (x, y)) in points.into_iter().enumerate() {
                        let (x, y) = (left + x as f32, top + y as f32);
                        if place == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
                    }
                    surface.set_fill(None);
                    surface.set_stroke(Some(Stroke {
                        paint: rgb::Color::new(color.0, color.1, color.2).into(),
                        width: width.max(1) as f32,
                        ..Stroke::default()
                    }));
                    if let Some(path) = path.finish() {
                        surface.draw_path(&path);
                    }
                    surface.set_stroke(None);
                }
            }
        }
    }

    /// The code of the seal line, at the end of the heading.
    pub(super) fn code(&self, surface: &mut Surface<'_>, text: &str) {
        let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Low) else { return };
        #[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules")]
        let each = 96.0 / code.size() as f32;
        let left = if self.face.rtl { MARGIN } else { PAGE.0 - MARGIN - 96.0 };
        let top = MARGIN;
        self.colored(surface, (0, 0, 0));
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                #[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules")]
                let (x, y) = (left + each * x as f32, top + each * y as f32);
                self.area(surface, [x, y, x + each, y + each]);
            }
        }
    }

    /// What stands on every page.
    pub(super) fn foot(&self, surface: &mut Surface<'_>, number: u32) -> Result<(), PdfError> {
        self.text(surface, (MARGIN, 560.0), 9.0, &self.word("notice")?);
        let line =
            format!("{} · {} · {} · {number}", self.word("period")?, self.word("made")?, self.word("seal")?);
        self.text(surface, (MARGIN, 574.0), 8.0, &self.cut(&line, PAGE.0 - 2.0 * MARGIN, 8.0));
        Ok(())
    }
}

/// A page of a table that runs over as many as it takes.
pub(super) struct Page<'r, R> {
    /// The first one has the head of the whole.
    pub(super) is_first: bool,
    /// Where its table begins.
    pub(super) top: f32,
    /// The rows it has room for.
    pub(super) rows: &'r [R],
}

/// Parts rows over pages, lets each be drawn, and puts the foot under it. Without rows there is one page.
///
/// # Errors
/// [`PdfError`].
pub(super) fn document<R>(
    paper: &Paper<'_>,
    rows: &[R],
    first_top: f32,
    draw: impl Fn(&mut Surface<'_>, &Page<'_, R>) -> Result<(), PdfError>,
) -> Result<Vec<u8>, PdfError> {
    let mut document = Document::new();
    let mut rest = rows;
    let mut number = 1;
    loop {
        let top = if number == 1 { first_top } else { NEXT_TOP };
        let (these, after) = rest.split_at(rest.len().min(rows_between(top)));
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Write)?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        draw(&mut surface, &Page { is_first: number == 1, top, rows: these })?;
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

/// How many rows stand below a top, under the heading of the table, and above the foot.
pub(super) fn rows_between(top: f32) -> usize {
    let mut rows = 0;
    let mut y = top + ROW * 2.0;
    while y <= BOTTOM {
        rows += 1;
        y += ROW;
    }
    rows.max(1)
}

fn fill((r, g, b): (u8, u8, u8), opacity: f64) -> Fill {
    #[expect(clippy::cast_possible_truncation, reason = "an opacity is between nought and one")]
    let opacity = NormalizedF32::new(opacity as f32).unwrap_or(NormalizedF32::ONE);
    Fill { paint: rgb::Color::new(r, g, b).into(), opacity, rule: Default::default() }
}
