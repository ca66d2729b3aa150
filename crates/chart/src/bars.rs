//! Bars side by side, for reports: one for each name, from zero up. Names and numbers are written by whoever shows them.

use plotters::element::Rectangle;
use plotters::prelude::{Color, DrawingArea, DrawingBackend, IntoDrawingArea, SVGBackend};

use crate::draw::ChartError;
use crate::model::Size;
use crate::record::{Mark, Recorder};
use crate::theme::Theme;

/// Most bars of one chart.
const MOST: usize = 512;

/// A bar chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BarChart {
    /// The heights, left to right; negative ones are drawn as nothing.
    pub values: Vec<i64>,
    /// Size of the drawing.
    pub size: Size,
    /// The ground it stands on.
    pub theme: Theme,
}

impl BarChart {
    /// Draws it as one SVG element.
    ///
    /// # Errors
    /// [`ChartError`].
    pub fn svg(&self) -> Result<String, ChartError> {
        let (width, height) = self.size.held();
        let pixels = |side: i32| u32::try_from(side).unwrap_or(16);
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (pixels(width), pixels(height))).into_drawing_area();
            self.draw(&area)?;
            area.present().map_err(|_| ChartError::Backend)?;
        }
        Ok(svg)
    }

    /// Draws it as marks, for paper.
    ///
    /// # Errors
    /// [`ChartError`].
    pub fn marks(&self) -> Result<Vec<Mark>, ChartError> {
        let (width, height) = self.size.held();
        let recorder = Recorder::new(width, height);
        let marks = recorder.marks();
        {
            let area = recorder.into_drawing_area();
            self.draw(&area)?;
        }
        Ok(marks.take())
    }

    fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, plotters::coord::Shift>,
    ) -> Result<(), ChartError> {
        if self.values.len() > MOST {
            return Err(ChartError::TooMany(self.values.len()));
        }
        let (width, height) = self.size.held();
        let highest = self.values.iter().copied().max().unwrap_or(0).max(1);
        let count = i64::try_from(self.values.len()).unwrap_or(1).max(1);
        let place = |at: i64| i32::try_from(at.saturating_mul(i64::from(width)) / count).unwrap_or(width);
        let fill = self.theme.muted();
        let ground = Rectangle::new([(0, height - 1), (width, height)], fill.filled());
        area.draw(&ground).map_err(|_| ChartError::Backend)?;
        for (at, value) in (0_i64..).zip(&self.values) {
            let tall = i128::from((*value).max(0)) * i128::from(height - 2) / i128::from(highest);
            let tall = i32::try_from(tall).unwrap_or(height - 2);
            if *value <= 0 {
                continue;
            }
            let (left, right) = (place(at), place(at + 1));
            let gap = ((right - left) / 6).clamp(0, 12);
            // Something is never drawn as nothing.
            let top = (height - 1 - tall).min(height - 3);
            let corners = [(left + gap, top), ((right - gap).max(left + gap + 1), height - 1)];
            area.draw(&Rectangle::new(corners, fill.filled())).map_err(|_| ChartError::Backend)?;
        }
        Ok(())
    }
}
