//! Chart models in, SVG out. Pure.
//!
//! The drawing carries no text: labels belong to the page, which knows fonts, language and time zone; [`Axes`] says
//! where they go. Everything is written as presentation attributes, so that a page without inline styles shows it.
#![forbid(unsafe_code)]

mod axes;
mod bars;
mod draw;
mod model;
mod record;
mod scale;
mod theme;

pub use axes::{Axes, TimeTick, ValueTick};
pub use bars::BarChart;
pub use draw::{ChartError, marks, render, sparkline};
pub use model::{Band, Bar, ChartModel, LimitLine, Size, Sparkline, fixed_range};
pub use record::Mark;
pub use theme::Theme;
