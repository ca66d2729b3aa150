//! What a chart shows, before it is drawn.

use wl_ledger::UnixMillis;
use wl_vitals::alarm::Priority;
use wl_vitals::codes::units;
use wl_vitals::trend::Trend;
use wl_vitals::{Decimal, Parameter, Unit};

use crate::theme::Theme;

/// Width and height in pixels, held to 16..=4,096 when drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Size {
    pub(crate) fn held(self) -> (i32, i32) {
        let hold = |pixels: u32| i32::try_from(pixels.clamp(16, 4_096)).unwrap_or(4_096);
        (hold(self.width), hold(self.height))
    }
}

/// A limit that was in force for a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitLine {
    /// From when.
    pub from: UnixMillis,
    /// Until when.
    pub to: UnixMillis,
    /// The limit.
    pub at: Decimal,
    /// The limit that it followed, where it was another one: the step between the two is drawn.
    pub before: Option<Decimal>,
    /// The priority of crossing it.
    pub priority: Priority,
}

/// Two values of one moment as a bar between them: blood pressure, diastolic to systolic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bar {
    /// When it was measured.
    pub taken: UnixMillis,
    /// The lower end.
    pub low: i32,
    /// The upper end.
    pub high: i32,
    /// The mean, as a mark on it.
    pub mean: Option<i32>,
}

/// An alarm episode, drawn as a band behind the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Band {
    /// When the limit was crossed.
    pub from: UnixMillis,
    /// When it was over; none while it persists.
    pub to: Option<UnixMillis>,
    /// Its priority.
    pub priority: Priority,
}

/// One parameter over a window.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChartModel {
    /// The parameter; decides the tint.
    pub parameter: Parameter,
    /// Values and gaps.
    pub trend: Trend,
    /// The power of ten of the trend's values.
    pub scale: i8,
    /// Lowest and highest value of the axis: [`fixed_range`], so that shapes can be compared between patients.
    pub range: (Decimal, Decimal),
    /// The limits as they were in force.
    pub limits: Vec<LimitLine>,
    /// Alarm episodes.
    pub bands: Vec<Band>,
    /// Bars, in place of or beside the line.
    pub bars: Vec<Bar>,
    /// Size of the drawing.
    pub size: Size,
    /// The ground it stands on.
    pub theme: Theme,
}

/// A line without axes, for a tile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sparkline {
    /// The parameter; decides the tint.
    pub parameter: Parameter,
    /// One value for each slice of time, none where there was none.
    pub values: Vec<Option<i32>>,
    /// The power of ten of the values.
    pub scale: i8,
    /// Lowest and highest value of the axis.
    pub range: (Decimal, Decimal),
    /// Size of the drawing.
    pub size: Size,
    /// The ground it stands on.
    pub theme: Theme,
}

/// The axis of a parameter in a unit: the same for every patient and every day.
pub fn fixed_range(parameter: Parameter, unit: Unit) -> (Decimal, Decimal) {
    let whole = |low, high| (Decimal::whole(low), Decimal::whole(high));
    match parameter {
        Parameter::HeartRate | Parameter::PulseRate => whole(30, 180),
        Parameter::Spo2 => whole(70, 100),
        Parameter::RespiratoryRate => whole(0, 50),
        Parameter::NibpSystolic | Parameter::NibpDiastolic | Parameter::NibpMean => whole(30, 220),
        Parameter::Temperature => whole(33, 42),
        Parameter::GlucoseInterstitial | Parameter::GlucoseCapillary if unit == units::MMOL_PER_L => {
            whole(0, 22)
        }
        Parameter::GlucoseInterstitial | Parameter::GlucoseCapillary => whole(0, 400),
        Parameter::Consciousness => whole(0, 4),
        Parameter::OxygenFlow => whole(0, 15),
        Parameter::InspiredOxygen => whole(20, 100),
        Parameter::Pain => whole(0, 10),
        Parameter::Weight => whole(0, 200),
        Parameter::EcgLeadII => whole(-2, 2),
        Parameter::Pleth => whole(0, 1),
    }
}
