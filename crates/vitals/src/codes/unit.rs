//! Units: MDC unit codes (partition 4) beside UCUM.

use crate::reading::Unit;

/// The units the product knows, as MDC codes.
pub mod units {
    use super::Unit;
    /// Beats per minute.
    pub const BEATS_PER_MINUTE: Unit = Unit(264_864);
    /// Breaths per minute.
    pub const BREATHS_PER_MINUTE: Unit = Unit(264_928);
    /// Per cent.
    pub const PERCENT: Unit = Unit(262_688);
    /// Millimetres of mercury.
    pub const MMHG: Unit = Unit(266_016);
    /// Degrees Celsius.
    pub const CELSIUS: Unit = Unit(268_192);
    /// Kilograms.
    pub const KILOGRAM: Unit = Unit(263_875);
    /// Milligrams per decilitre.
    pub const MG_PER_DL: Unit = Unit(264_274);
    /// Millimoles per litre.
    pub const MMOL_PER_L: Unit = Unit(266_866);
    /// Millivolts.
    pub const MILLIVOLT: Unit = Unit(266_418);
    /// Litres per minute.
    pub const L_PER_MINUTE: Unit = Unit(265_216);
    /// A bare number: scores, coded values, normalised curves.
    pub const DIMENSIONLESS: Unit = Unit(262_656);
}

/// One unit in the three writings the product meets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnitInfo {
    /// The MDC code.
    pub unit: Unit,
    /// Every UCUM writing that means it; the first is the one written in exports.
    pub ucum: &'static [&'static str],
    /// What people read beside the number.
    pub label: &'static str,
}

/// All of them.
pub const ALL_UNITS: [UnitInfo; 11] = [
    UnitInfo { unit: units::BEATS_PER_MINUTE, ucum: &["{beats}/min", "{beat}/min", "/min"], label: "/min" },
    UnitInfo {
        unit: units::BREATHS_PER_MINUTE,
        ucum: &["{breaths}/min", "{breath}/min", "{resp}/min", "/min"],
        label: "/min",
    },
    UnitInfo { unit: units::PERCENT, ucum: &["%"], label: "%" },
    UnitInfo { unit: units::MMHG, ucum: &["mm[Hg]"], label: "mmHg" },
    UnitInfo { unit: units::CELSIUS, ucum: &["Cel"], label: "°C" },
    UnitInfo { unit: units::KILOGRAM, ucum: &["kg"], label: "kg" },
    UnitInfo { unit: units::MG_PER_DL, ucum: &["mg/dL", "mg/dl"], label: "mg/dL" },
    UnitInfo { unit: units::MMOL_PER_L, ucum: &["mmol/L", "mmol/l"], label: "mmol/L" },
    UnitInfo { unit: units::MILLIVOLT, ucum: &["mV"], label: "mV" },
    UnitInfo { unit: units::L_PER_MINUTE, ucum: &["L/min", "l/min"], label: "L/min" },
    UnitInfo { unit: units::DIMENSIONLESS, ucum: &["1", "{score}"], label: "" },
];

impl Unit {
    /// Its row, if the product knows it.
    pub fn info(self) -> Option<&'static UnitInfo> {
        ALL_UNITS.iter().find(|row| row.unit == self)
    }

    /// The label people read; empty for an unknown unit and for bare numbers.
    pub fn label(self) -> &'static str {
        self.info().map_or("", |row| row.label)
    }

    /// The unit a UCUM text means among those allowed for a parameter: `/min` is beats or breaths, so the parameter decides.
    pub fn from_ucum(ucum: &str, allowed: &[Self]) -> Option<Self> {
        allowed.iter().copied().find(|unit| unit.info().is_some_and(|row| row.ucum.contains(&ucum)))
    }
}
