//! Colours (clinical reference §4.5): parameters have tints, alarms have reserved fills, and both keep their contrast
//! on a dark and on a light ground.

use plotters::style::RGBColor;
use wl_vitals::Parameter;
use wl_vitals::alarm::Priority;

/// On which ground the chart stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Theme {
    /// Ground #0B0F14.
    Dark,
    /// Ground #F6F8FA.
    Light,
}

impl Theme {
    /// The tint of a parameter's trace.
    pub(crate) fn trace(self, parameter: Parameter) -> RGBColor {
        let (dark, light) = match parameter {
            Parameter::HeartRate | Parameter::PulseRate | Parameter::EcgLeadII => {
                (RGBColor(0x3D, 0xDC, 0x84), RGBColor(0x0B, 0x6B, 0x3A))
            }
            Parameter::Spo2 | Parameter::Pleth | Parameter::OxygenFlow | Parameter::InspiredOxygen => {
                (RGBColor(0x4F, 0xC3, 0xF7), RGBColor(0x01, 0x57, 0x9B))
            }
            Parameter::RespiratoryRate => (RGBColor(0xF2, 0xD1, 0x4E), RGBColor(0x7A, 0x5B, 0x00)),
            Parameter::NibpSystolic | Parameter::NibpDiastolic | Parameter::NibpMean => {
                (RGBColor(0xFF, 0xFF, 0xFF), RGBColor(0x1F, 0x29, 0x33))
            }
            Parameter::Temperature => (RGBColor(0xCE, 0x93, 0xD8), RGBColor(0x6A, 0x1B, 0x9A)),
            Parameter::GlucoseInterstitial | Parameter::GlucoseCapillary => {
                (RGBColor(0xFF, 0xB7, 0x4D), RGBColor(0x8A, 0x4B, 0x00))
            }
            Parameter::Consciousness | Parameter::Pain | Parameter::Weight => {
                (RGBColor(0xE6, 0xED, 0xF3), RGBColor(0x1F, 0x29, 0x33))
            }
        };
        self.pick(dark, light)
    }

    /// The reserved colour of a priority.
    pub(crate) fn alarm(self, priority: Priority) -> RGBColor {
        match priority {
            Priority::High => RGBColor(0xD3, 0x2F, 0x2F),
            Priority::Medium => self.pick(RGBColor(0xFF, 0xD6, 0x0A), RGBColor(0x8A, 0x6D, 0x00)),
            Priority::Low => self.pick(RGBColor(0x4D, 0xD0, 0xE1), RGBColor(0x00, 0x6B, 0x7A)),
        }
    }

    /// Grid and gaps.
    pub(crate) fn muted(self) -> RGBColor {
        self.pick(RGBColor(0x9A, 0xA7, 0xB4), RGBColor(0x57, 0x63, 0x6E))
    }

    fn pick(self, dark: RGBColor, light: RGBColor) -> RGBColor {
        match self {
            Self::Dark => dark,
            Self::Light => light,
        }
    }
}
