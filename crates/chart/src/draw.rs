//! Drawing with plotters: bands behind, then grid, limits, gaps, and the line on top.

use plotters::coord::Shift;
use plotters::element::{Circle, PathElement, Rectangle};
use plotters::prelude::{
    Color, DrawingArea, DrawingBackend, IntoDrawingArea, RGBColor, SVGBackend, ShapeStyle,
};
use wl_vitals::Decimal;

use crate::axes::Axes;
use crate::model::{ChartModel, Sparkline};
use crate::record::{Mark, Recorder};
use crate::scale::{Place, Scale};

/// Why a chart could not be drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChartError {
    /// The drawing library refused an element.
    #[error("the chart could not be drawn")]
    Backend,
    /// More points, limits or bands than a chart of this size can show.
    #[error("{0} elements are more than a chart can show: decimate first")]
    TooMany(usize),
}

/// Most points, limits and bands together.
const MOST_ELEMENTS: usize = 65_536;
/// Half the width of the mark at either end of a bar, in pixels.
const SERIF: i32 = 3;

type Area<DB> = DrawingArea<DB, Shift>;

/// Draws a chart as one SVG element.
///
/// # Errors
/// [`ChartError::TooMany`] for a model that was not decimated; [`ChartError::Backend`] if the library fails.
pub fn render(model: &ChartModel) -> Result<String, ChartError> {
    check_model(model)?;
    draw_on(model.size.held(), |area| Canvas::of(model).all(area, model))
}

/// Draws the same chart as marks, for paper.
///
/// # Errors
/// As [`render`].
pub fn marks(model: &ChartModel) -> Result<Vec<Mark>, ChartError> {
    check_model(model)?;
    let (width, height) = model.size.held();
    let recorder = Recorder::new(width, height);
    let marks = recorder.marks();
    {
        let area = recorder.into_drawing_area();
        Canvas::of(model).all(&area, model)?;
    }
    Ok(marks.take())
}

fn check_model(model: &ChartModel) -> Result<(), ChartError> {
    let points: usize = model.trend.runs.iter().map(Vec::len).fold(0, usize::saturating_add);
    let elements = [points, model.trend.gaps.len(), model.limits.len(), model.bands.len(), model.bars.len()];
    check(elements.into_iter().fold(0, usize::saturating_add))
}

/// Draws a small line without axes as one SVG element.
///
/// # Errors
/// As [`render`].
pub fn sparkline(line: &Sparkline) -> Result<String, ChartError> {
    check(line.values.len())?;
    let (width, height) = line.size.held();
    let last = i128::try_from(line.values.len().saturating_sub(1)).unwrap_or(0);
    let across = Scale::new(0, last, width);
    let up = Scale::value(line.range, height);
    let color = line.theme.trace(line.parameter);
    draw_on((width, height), |area| {
        let mut run = Vec::new();
        for (at, value) in line.values.iter().enumerate() {
            match value {
                Some(value) => {
                    let x = across.place(i128::try_from(at).unwrap_or(0)).pixel;
                    run.push((x, up.y(billionths(*value, line.scale))));
                }
                None => stroke(area, core::mem::take(&mut run), color)?,
            }
        }
        stroke(area, run, color)
    })
}

struct Canvas {
    time: Scale,
    value: Scale,
    width: i32,
    height: i32,
}

impl Canvas {
    fn of(model: &ChartModel) -> Self {
        let (width, height) = model.size.held();
        Self {
            time: Scale::time(model.trend.from, model.trend.to, width),
            value: Scale::value(model.range, height),
            width,
            height,
        }
    }

    fn all<DB: DrawingBackend>(&self, area: &Area<DB>, model: &ChartModel) -> Result<(), ChartError> {
        self.bands(area, model)?;
        self.grid(area, model)?;
        self.gaps(area, model)?;
        self.limits(area, model)?;
        self.bars(area, model)?;
        self.runs(area, model)
    }

    fn bands<DB: DrawingBackend>(&self, area: &Area<DB>, model: &ChartModel) -> Result<(), ChartError> {
        for band in &model.bands {
            let to = band.to.unwrap_or(model.trend.to);
            if to < model.trend.from || band.from > model.trend.to {
                continue;
            }
            let color = model.theme.alarm(band.priority);
            let (left, right) = self.span(self.time.x(band.from), self.time.x(to));
            rectangle(area, [(left, 0), (right, self.height)], color.mix(0.25).filled())?;
            // The shape tells as well as the colour: an edge along the top, thicker the higher the priority.
            let edge = match band.priority {
                wl_vitals::alarm::Priority::High => 6,
                wl_vitals::alarm::Priority::Medium => 4,
                wl_vitals::alarm::Priority::Low => 2,
            };
            rectangle(area, [(left, 0), (right, edge)], color.filled())?;
        }
        Ok(())
    }

    fn grid<DB: DrawingBackend>(&self, area: &Area<DB>, model: &ChartModel) -> Result<(), ChartError> {
        let style: ShapeStyle = model.theme.muted().mix(0.25).into();
        let axes = Axes::of(model);
        for tick in axes.times {
            path(area, vec![(tick.x, 0), (tick.x, self.height - 1)], style)?;
        }
        for tick in axes.values {
            path(area, vec![(0, tick.y), (self.width - 1, tick.y)], style)?;
        }
        Ok(())
    }

    fn gaps<DB: DrawingBackend>(&self, area: &Area<DB>, model: &ChartModel) -> Result<(), ChartError> {
        let color = model.theme.muted();
        for gap in &model.trend.gaps {
            let (left, right) = self.span(self.time.x(gap.from), self.time.x(gap.to));
            rectangle(area, [(left, 0), (right, self.height)], color.mix(0.12).filled())?;
        }
        Ok(())
    }

    /// One stroke for each limit, with the step by which it came from the one before. The page dashes it.
    fn limits<DB: DrawingBackend>(&self, area: &Area<DB>, model: &ChartModel) -> Result<(), ChartError> {
        for line in &model.limits {
            let place = self.value.y(line.at.billionths());
            if place.held || line.to < model.trend.from || line.from > model.trend.to {
                continue;
            }
            let (left, right) = (self.time.x(line.from), self.time.x(line.to));
            let before = line.before.map(|at| self.value.y(at.billionths()));
            let mut points: Vec<(i32, i32)> = before.map(|before| (left, before.pixel)).into_iter().collect();
            points.extend([(left, place.pixel), (right, place.pixel)]);
            path(area, points, model.theme.alarm(line.priority))?;
        }
        Ok(())
    }

    fn bars<DB: DrawingBackend>(&self, area: &Area<DB>, model: &ChartModel) -> Result<(), ChartError> {
        let color = model.theme.trace(model.parameter);
        let style = color.stroke_width(2);
        let serif = |x: i32, y: i32| vec![(x - SERIF, y), (x + SERIF, y)];
        for bar in &model.bars {
            let x = self.time.x(bar.taken);
            let y = |value| self.value.y(billionths(value, model.scale));
            let (low, high) = (y(bar.low), y(bar.high));
            path(area, vec![(x, high.pixel), (x, low.pixel)], style)?;
            for end in [low, high] {
                match end.held {
                    true => dot(area, x, end.pixel, color)?,
                    false => path(area, serif(x, end.pixel), style)?,
                }
            }
            if let Some(mean) = bar.mean {
                path(area, serif(x, y(mean).pixel), style)?;
            }
        }
        Ok(())
    }

    fn runs<DB: DrawingBackend>(&self, area: &Area<DB>, model: &ChartModel) -> Result<(), ChartError> {
        let color = model.theme.trace(model.parameter);
        // The same for every point of the chart, so reckoned once.
        let unit = billionths(1, model.scale);
        for run in &model.trend.runs {
            let points = run
                .iter()
                .map(|point| (self.time.x(point.taken), self.value.y(i128::from(point.value) * unit)));
            stroke(area, fewer(points), color)?;
        }
        Ok(())
    }

    /// A span at least one pixel wide, so that a short episode is not lost.
    fn span(&self, a: i32, b: i32) -> (i32, i32) {
        let left = a.min(b).min(self.width - 1);
        (left, a.max(b).max(left + 1))
    }
}

fn draw_on(
    size: (i32, i32),
    draw: impl FnOnce(&Area<SVGBackend<'_>>) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    let pixels = |side: i32| u32::try_from(side).unwrap_or(16);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (pixels(size.0), pixels(size.1))).into_drawing_area();
        draw(&area)?;
        area.present().map_err(|_| ChartError::Backend)?;
    }
    Ok(svg)
}

/// Leaves out points that are drawn where the two around them are joined anyway: the same pixels, fewer points.
fn fewer(points: impl Iterator<Item = (i32, Place)>) -> Vec<(i32, Place)> {
    let mut kept: Vec<(i32, Place)> = Vec::new();
    for next in points {
        while let [.., a, b] = kept.as_slice() {
            let upright = a.0 == b.0 && b.0 == next.0 && between(a.1.pixel, b.1.pixel, next.1.pixel);
            let level = a.1.pixel == b.1.pixel && b.1.pixel == next.1.pixel && between(a.0, b.0, next.0);
            if b.1.held || !(upright || level) {
                break;
            }
            kept.pop();
        }
        if kept
            .last()
            .is_none_or(|last| (last.0, last.1.pixel, last.1.held) != (next.0, next.1.pixel, next.1.held))
        {
            kept.push(next);
        }
    }
    kept
}

fn between(a: i32, b: i32, c: i32) -> bool {
    (a <= b && b <= c) || (a >= b && b >= c)
}

/// A line through points; one alone becomes a dot, and a point outside the axis is marked at its edge.
fn stroke<DB: DrawingBackend>(
    area: &Area<DB>,
    points: Vec<(i32, Place)>,
    color: RGBColor,
) -> Result<(), ChartError> {
    for (x, place) in points.iter().filter(|(_, place)| place.held || points.len() == 1) {
        dot(area, *x, place.pixel, color)?;
    }
    if points.len() < 2 {
        return Ok(());
    }
    path(area, points.into_iter().map(|(x, place)| (x, place.pixel)).collect(), color.stroke_width(2))
}

fn dot<DB: DrawingBackend>(area: &Area<DB>, x: i32, y: i32, color: RGBColor) -> Result<(), ChartError> {
    area.draw(&Circle::new((x, y), 3, color.filled())).map_err(|_| ChartError::Backend)
}

fn path<DB: DrawingBackend>(
    area: &Area<DB>,
    points: Vec<(i32, i32)>,
    style: impl Into<ShapeStyle>,
) -> Result<(), ChartError> {
    area.draw(&PathElement::new(points, style)).map_err(|_| ChartError::Backend)
}

fn rectangle<DB: DrawingBackend>(
    area: &Area<DB>,
    corners: [(i32, i32); 2],
    style: ShapeStyle,
) -> Result<(), ChartError> {
    area.draw(&Rectangle::new(corners, style)).map_err(|_| ChartError::Backend)
}

fn billionths(mantissa: i32, scale: i8) -> i128 {
    Decimal { mantissa, scale }.billionths()
}

fn check(elements: usize) -> Result<(), ChartError> {
    if elements > MOST_ELEMENTS { Err(ChartError::TooMany(elements)) } else { Ok(()) }
}
