//! A drawing kept as marks instead of text, so that it can be put on paper without reading an SVG again.

use std::cell::RefCell;
use std::rc::Rc;

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

/// One thing that was drawn, in pixels from the top left, with its colour and opacity.
#[derive(Clone, PartialEq, Debug)]
pub enum Mark {
    /// A filled rectangle: left, top, right, bottom.
    Area([i32; 4], (u8, u8, u8), f64),
    /// A line through points, with its width.
    Line(Vec<(i32, i32)>, (u8, u8, u8), u32),
}

/// What a recorder has drawn so far, shared with whoever reads it afterwards.
#[derive(Clone, Default)]
pub(crate) struct Marks(Rc<RefCell<Vec<Mark>>>);

impl Marks {
    pub(crate) fn take(&self) -> Vec<Mark> {
        self.0.take()
    }

    fn push(&self, mark: Mark) {
        self.0.borrow_mut().push(mark);
    }
}

/// The backend that keeps marks.
pub(crate) struct Recorder {
    size: (u32, u32),
    marks: Marks,
}

impl Recorder {
    pub(crate) fn new(width: i32, height: i32) -> Self {
        let pixels = |side: i32| u32::try_from(side).unwrap_or(16);
        Self { size: (pixels(width), pixels(height)), marks: Marks::default() }
    }

    pub(crate) fn marks(&self) -> Marks {
        self.marks.clone()
    }
}

type Drawn = Result<(), DrawingErrorKind<core::convert::Infallible>>;

impl DrawingBackend for Recorder {
    type ErrorType = core::convert::Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.marks.push(Mark::Area([x, y, x + 1, y + 1], color.rgb, color.alpha));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.marks.push(Mark::Line(vec![from, to], style.color().rgb, style.stroke_width()));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let color = style.color();
        self.marks.push(match fill {
            true => Mark::Area([a.0, a.1, b.0, b.1], color.rgb, color.alpha),
            false => Mark::Line(vec![a, (b.0, a.1), b, (a.0, b.1), a], color.rgb, style.stroke_width()),
        });
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.marks.push(Mark::Line(path.into_iter().collect(), style.color().rgb, style.stroke_width()));
        Ok(())
    }
}
