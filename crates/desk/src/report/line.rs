//! One line of a printed page. It is parted into runs of one direction (Unicode bidirectional algorithm, UAX #9), each
//! is shaped with the one font, and they stand in the order in which they are seen: figures run from left to right in an
//! Arabic sentence too.

use super::paper::PdfError;
use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use std::ops::Range;
use unicode_bidi::{BidiInfo, Level};

/// DejaVu Sans: Latin, Greek, Cyrillic, Arabic (fonts/LICENSE).
const FONT: &[u8] = include_bytes!("../../fonts/DejaVuSans.ttf");

/// The font of all pages, and what shapes it.
pub(super) struct Face {
    font: Font,
    shaper: rustybuzz::Face<'static>,
    /// The page is read from right to left.
    pub(super) rtl: bool,
}

/// A shaped line; lengths are parts of the font's size.
pub(super) struct Line {
    glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

impl Face {
    /// The font of a page whose title is this: the title's first letter of a direction decides (UAX #9, P2 and P3).
    pub(super) fn new(title: &str) -> Result<Self, PdfError> {
        let font = Font::new(FONT.to_vec().into(), 0).ok_or(PdfError::Write)?;
        let shaper = rustybuzz::Face::from_slice(FONT, 0).ok_or(PdfError::Write)?;
        let rtl = BidiInfo::new(title, None).paragraphs.first().is_some_and(|first| first.level.is_rtl());
        Ok(Self { font, shaper, rtl })
    }

    /// Shapes a line.
    pub(super) fn line(&self, text: &str) -> Line {
        let mut line = Line { glyphs: Vec::new(), width: 0.0 };
        let base = if self.rtl { Level::rtl() } else { Level::ltr() };
        let info = BidiInfo::new(text, Some(base));
        for paragraph in &info.paragraphs {
            let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let rtl = levels.get(run.start).is_some_and(|level| level.is_rtl());
                self.shape(text, run, rtl, &mut line);
            }
        }
        line
    }

    fn shape(&self, text: &str, run: Range<usize>, rtl: bool, line: &mut Line) {
        let Some(part) = text.get(run.clone()) else { return };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(part);
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(&self.shaper, &[], buffer);
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        #[expect(clippy::cast_precision_loss, reason = "units of a font are small")]
        let em = |units: i32| units as f32 / self.font.units_per_em();
        for ((info, at), start) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()).zip(&starts) {
            let end = starts.iter().filter(|other| *other > start).min().copied().unwrap_or(part.len());
            line.width += em(at.x_advance);
            line.glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                em(at.x_advance),
                em(at.x_offset),
                em(at.y_offset),
                em(at.y_advance),
                run.start + start..run.start + end,
                None,
            ));
        }
    }

    /// How wide a text is, in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        self.line(text).width * size
    }

    /// A text that fits, cut with a mark where it would not.
    pub(super) fn cut(&self, text: &str, room: f32, size: f32) -> String {
        if self.width(text, size) <= room {
            return text.to_owned();
        }
        let mut kept = String::new();
        for c in text.chars() {
            let longer = format!("{kept}{c}…");
            if self.width(&longer, size) > room {
                break;
            }
            kept.push(c);
        }
        kept.push('…');
        kept
    }

    /// Draws a text that was shaped as this line, with its left end at a place.
    pub(super) fn draw(&self, surface: &mut Surface<'_>, at: Point, size: f32, (text, line): (&str, &Line)) {
        surface.draw_glyphs(at, &line.glyphs, self.font.clone(), text, size, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use krilla::text::Glyph;

    fn face(title: &str) -> Face {
        Face::new(title).expect("the font is whole")
    }

    /// What stands where, from left to right.
    fn seen(face: &Face, text: &str) -> String {
        let part = |glyph: &KrillaGlyph| text.get(glyph.text_range()).unwrap_or("?").to_owned();
        face.line(text).glyphs.iter().map(part).collect()
    }

    #[test]
    fn runs_stand_in_the_order_in_which_they_are_read() {
        let (left, right) = (face("Report"), face("تقرير"));
        assert!(!left.rtl && right.rtl && !face("12 Report").rtl && face("24: تقرير").rtl);
        for (text, from_left, from_right) in [
            ("Ada 12", "Ada 12", "Ada 12"),
            ("אב 12 גד", "דג 12 בא", "דג 12 בא"),
            // Without an isolate the comparison is read from the right, and its sign is mirrored.
            ("אב 85 > 84", "84 > 85 בא", "84 > 85 בא"),
            ("אב \u{2066}85 > 84\u{2069}", "בא \u{2066}85 > 84\u{2069}", "\u{2066}85 > 84\u{2069} בא"),
        ] {
            let isolated = |text: String| text.replace(['\u{2066}', '\u{2069}'], "");
            assert_eq!(isolated(seen(&left, text)), isolated(from_left.to_owned()), "{text}");
            assert_eq!(isolated(seen(&right, text)), isolated(from_right.to_owned()), "{text}");
        }
    }

    #[test]
    fn arabic_letters_join_and_figures_never_turn_round() {
        let face = face("تقرير");
        let apart: f32 = "تقرير".chars().map(|c| face.width(&c.to_string(), 10.0)).sum();
        assert!(face.width("تقرير", 10.0) < apart, "joined letters are narrower than letters alone");
        for text in ["أحمد 12.5", "12.5 أحمد", "أحمد (12.5) x", "12.5"] {
            assert!(seen(&face, text).contains("12.5"), "{text}");
        }
        let marks = face.width("\u{2066}12\u{2069}", 10.0) - face.width("12", 10.0);
        assert!(marks.abs() < 0.01, "signs of direction take no room");
    }

    #[test]
    fn a_text_is_cut_where_it_would_run_into_the_next() {
        for title in ["Report", "تقرير"] {
            let face = face(title);
            assert_eq!(face.cut("12", 100.0, 9.0), "12");
            let long = face.cut(&"Wolfeschlegelsteinhausen".repeat(9), 60.0, 9.0);
            assert!(long.ends_with('…') && face.width(&long, 9.0) <= 60.0, "{long}");
            assert!(long.chars().count() > 8);
            assert_eq!(face.cut("", 0.0, 9.0), "");
            assert_eq!(face.cut("x", 0.0, 9.0), "…");
        }
    }
}
