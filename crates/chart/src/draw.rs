//! Drawing with plotters: bands behind, then grid, limits, gaps, and the line on top.

use plotters::element::{Circle, PathElement, Rectangle};
use plotters::prelude::{Color, DrawingArea, IntoDrawingArea, RGBColor, SVGBackend, ShapeStyle};
use wl_vitals::Decimal;

use crate::axes::Axes;
use crate::model::{ChartModel, Sparkline};
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
const DASH: i32 = 8;
const DASH_STEP: i32 = 14;

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Draws a chart as one SVG element.
///
/// # Errors
/// [`ChartError::TooMany`] for a model that was not decimated; [`ChartError::Backend`] if the library fails.
pub fn render(model: &ChartModel) -> Result<String, ChartError> {
    let points: usize = model.trend.runs.iter().map(Vec::len).fold(0, usize::saturating_add);
    let elements = [points, model.trend.gaps.len(), model.limits.len(), model.bands.len()];
    check(elements.into_iter().fold(0, usize::saturating_add))?;
    let (width, height) = model.size.held();
    let canvas = Canvas {
        time: Scale::time(model.trend.from, model.trend.to, width),
        value: Scale::value(model.range, height),
        width,
        height,
    };
    draw_on((width, height), |area| {
        canvas.bands(area, model)?;
        canvas.grid(area, model)?;
        canvas.gaps(area, model)?;
        canvas.limits(area, model)?;
        canvas.runs(area, model)
    })
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
    fn bands(&self, area: &Area<'_>, model: &ChartModel) -> Result<(), ChartError> {
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

    fn grid(&self, area: &Area<'_>, model: &ChartModel) -> Result<(), ChartError> {
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

    fn gaps(&self, area: &Area<'_>, model: &ChartModel) -> Result<(), ChartError> {
        let color = model.theme.muted();
        for gap in &model.trend.gaps {
            let (left, right) = self.span(self.time.x(gap.from), self.time.x(gap.to));
            rectangle(area, [(left, 0), (right, self.height)], color.mix(0.12).filled())?;
        }
        Ok(())
    }

    fn limits(&self, area: &Area<'_>, model: &ChartModel) -> Result<(), ChartError> {
        for line in &model.limits {
            let place = self.value.y(line.at.billionths());
            if place.held || line.to < model.trend.from || line.from > model.trend.to {
                continue;
            }
            let style: ShapeStyle = model.theme.alarm(line.priority).into();
            let (mut x, end) = (self.time.x(line.from), self.time.x(line.to));
            while x < end {
                path(area, vec![(x, place.pixel), ((x + DASH).min(end), place.pixel)], style)?;
                x += DASH_STEP;
            }
        }
        Ok(())
    }

    fn runs(&self, area: &Area<'_>, model: &ChartModel) -> Result<(), ChartError> {
        let color = model.theme.trace(model.parameter);
        for run in &model.trend.runs {
            let points = run
                .iter()
                .map(|point| (self.time.x(point.taken), self.value.y(billionths(point.value, model.scale))));
            stroke(area, points.collect(), color)?;
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
    draw: impl FnOnce(&Area<'_>) -> Result<(), ChartError>,
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

/// A line through points; one alone becomes a dot, and a point outside the axis is marked at its edge.
fn stroke(area: &Area<'_>, points: Vec<(i32, Place)>, color: RGBColor) -> Result<(), ChartError> {
    for (x, place) in points.iter().filter(|(_, place)| place.held || points.len() == 1) {
        let dot = Circle::new((*x, place.pixel), 3, color.filled());
        area.draw(&dot).map_err(|_| ChartError::Backend)?;
    }
    if points.len() < 2 {
        return Ok(());
    }
    path(area, points.into_iter().map(|(x, place)| (x, place.pixel)).collect(), color.stroke_width(2))
}

fn path(area: &Area<'_>, points: Vec<(i32, i32)>, style: impl Into<ShapeStyle>) -> Result<(), ChartError> {
    area.draw(&PathElement::new(points, style)).map_err(|_| ChartError::Backend)
}

fn rectangle(area: &Area<'_>, corners: [(i32, i32); 2], style: ShapeStyle) -> Result<(), ChartError> {
    area.draw(&Rectangle::new(corners, style)).map_err(|_| ChartError::Backend)
}

fn billionths(mantissa: i32, scale: i8) -> i128 {
    Decimal { mantissa, scale }.billionths()
}

fn check(elements: usize) -> Result<(), ChartError> {
    if elements > MOST_ELEMENTS { Err(ChartError::TooMany(elements)) } else { Ok(()) }
}
