//! Limits proposed from a patient's own recent values. Always proposed, never applied without a named confirmation:
//! the manufacturers whose formulae these are warn of the same.

use super::{Direction, Edge, LimitSet, Limits, Side};
use crate::codes::Parameter;
use crate::reading::Decimal;

/// A proposal: the ward's limits with the yellow ones of pulse, respiration and cuff pressure moved around the typical
/// value of this patient (formulae of Mindray monitors; clinical reference §3.3). Red limits and every other parameter
/// stay the ward's. `typical` gives the median of a parameter in whole units, where there is one.
pub fn suggest(ward: &LimitSet, typical: impl Fn(Parameter) -> Option<i32>) -> LimitSet {
    let rows = ward.rows().iter().map(|row| match typical(row.parameter) {
        Some(value) => propose(row, value).unwrap_or(*row),
        None => *row,
    });
    LimitSet { scale: ward.scale(), rows: rows.collect() }
}

fn propose(row: &Limits, value: i32) -> Option<Limits> {
    let (low, high) = match row.parameter {
        Parameter::HeartRate | Parameter::PulseRate => {
            ((value * 80 / 100).max(40), (value * 125 / 100).min(240))
        }
        Parameter::RespiratoryRate => ((value / 2).max(6), (value * 150 / 100).min(30)),
        Parameter::NibpSystolic => ((value * 68 / 100 + 10).max(45), (value * 86 / 100 + 38).min(270)),
        Parameter::NibpDiastolic => ((value * 68 / 100 + 6).max(25), (value * 86 / 100 + 32).min(225)),
        Parameter::NibpMean
        | Parameter::Spo2
        | Parameter::Temperature
        | Parameter::GlucoseInterstitial
        | Parameter::GlucoseCapillary
        | Parameter::Consciousness
        | Parameter::OxygenFlow
        | Parameter::InspiredOxygen
        | Parameter::Pain
        | Parameter::Weight
        | Parameter::EcgLeadII
        | Parameter::Pleth => return None,
    };
    let proposed = Limits {
        low: moved(&row.low, Decimal::whole(low), row),
        high: moved(&row.high, Decimal::whole(high), row),
        ..*row
    };
    // A patient far outside of what is usual gets the ward's limits: a person must decide, not a formula.
    let apart = Direction::High.is_worse(proposed.high.medium?.at, proposed.low.medium?.at);
    (apart && proposed.check().is_ok()).then_some(proposed)
}

/// The side with its yellow limit moved, but kept inside the red one and the guard bounds.
fn moved(side: &Side, to: Decimal, row: &Limits) -> Side {
    let Some(medium) = side.medium else { return *side };
    let inward = match side.direction {
        Direction::Low => 1,
        Direction::High => -1,
    };
    let mut at = to;
    if let Some(red) = side.high
        && !side.direction.is_worse(red.at, at)
    {
        at = Decimal { mantissa: red.at.mantissa + inward, ..red.at };
    }
    if Direction::Low.is_worse(at, row.guard_low) {
        at = row.guard_low;
    }
    if Direction::High.is_worse(at, row.guard_high) {
        at = row.guard_high;
    }
    Side { medium: Some(Edge { at, ..medium }), ..*side }
}
