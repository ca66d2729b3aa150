//! The adult defaults (clinical reference §3.3).

use super::{Direction, Edge, LimitSet, Limits, Side};
use crate::codes::{Parameter, units};
use crate::news2::Scale;
use crate::reading::{Decimal, Unit};

const SECOND: i64 = 1_000;

/// The default limits of an adult for a SpO₂ scale.
pub fn adult(scale: Scale) -> LimitSet {
    let rows = vec![
        heart_rate(Parameter::HeartRate, 6),
        heart_rate(Parameter::PulseRate, 10),
        spo2(scale),
        respiratory_rate(),
        pressure(Parameter::NibpSystolic, (90, 160), (Some(80), Some(200))),
        pressure(Parameter::NibpDiastolic, (50, 90), (None, None)),
        pressure(Parameter::NibpMean, (60, 110), (Some(50), None)),
        temperature(),
        glucose(Parameter::GlucoseInterstitial, units::MG_PER_DL),
        glucose(Parameter::GlucoseInterstitial, units::MMOL_PER_L),
        glucose(Parameter::GlucoseCapillary, units::MG_PER_DL),
        glucose(Parameter::GlucoseCapillary, units::MMOL_PER_L),
    ];
    LimitSet { scale, rows }
}

fn outside(at: Decimal) -> Option<Edge> {
    Some(Edge { at, inclusive: false })
}

fn from(at: Decimal) -> Option<Edge> {
    Some(Edge { at, inclusive: true })
}

fn side(direction: Direction, medium: Option<Edge>, high: Option<Edge>, delays: (i64, i64)) -> Side {
    Side {
        direction,
        medium,
        high,
        medium_delay: delays.0 * SECOND,
        high_delay: delays.1 * SECOND,
        only_on_oxygen: false,
    }
}

fn row(
    parameter: Parameter,
    unit: Unit,
    low: Side,
    high: Side,
    hysteresis: Decimal,
    guard: (i32, i32),
) -> Limits {
    Limits {
        parameter,
        unit,
        low,
        high,
        hysteresis,
        clear_after: 10 * SECOND,
        readings: 1,
        zero_is_high: false,
        guard_low: Decimal::whole(guard.0),
        guard_high: Decimal::whole(guard.1),
        floor: false,
    }
}

/// `low_delay` differs between ECG and oximeter, in seconds; above it is 6 s for both.
fn heart_rate(parameter: Parameter, low_delay: i64) -> Limits {
    let whole = Decimal::whole;
    let low = side(Direction::Low, outside(whole(50)), from(whole(40)), (low_delay, low_delay.min(6)));
    let high = side(Direction::High, outside(whole(120)), from(whole(140)), (6, 6));
    Limits {
        zero_is_high: parameter == Parameter::HeartRate,
        ..row(parameter, units::BEATS_PER_MINUTE, low, high, whole(3), (30, 200))
    }
}

fn spo2(scale: Scale) -> Limits {
    let whole = Decimal::whole;
    let (low, high) = match scale {
        Scale::One => (
            side(Direction::Low, outside(whole(90)), outside(whole(85)), (15, 10)),
            side(Direction::High, None, None, (0, 0)),
        ),
        Scale::Two => (
            side(Direction::Low, outside(whole(86)), outside(whole(83)), (15, 10)),
            Side { only_on_oxygen: true, ..side(Direction::High, outside(whole(96)), None, (300, 300)) },
        ),
    };
    row(Parameter::Spo2, units::PERCENT, low, high, whole(2), (75, 100))
}

fn respiratory_rate() -> Limits {
    let whole = Decimal::whole;
    let low = side(Direction::Low, outside(whole(8)), outside(whole(5)), (15, 15));
    let high = side(Direction::High, outside(whole(30)), outside(whole(35)), (15, 15));
    Limits {
        clear_after: 15 * SECOND,
        ..row(Parameter::RespiratoryRate, units::BREATHS_PER_MINUTE, low, high, whole(2), (4, 60))
    }
}

/// Cuff pressures alarm at once and clear with the next cuff.
fn pressure(parameter: Parameter, medium: (i32, i32), high: (Option<i32>, Option<i32>)) -> Limits {
    let whole = Decimal::whole;
    let red = |at: Option<i32>| at.and_then(|at| outside(whole(at)));
    let below = side(Direction::Low, outside(whole(medium.0)), red(high.0), (0, 0));
    let above = side(Direction::High, outside(whole(medium.1)), red(high.1), (0, 0));
    Limits { clear_after: 0, ..row(parameter, units::MMHG, below, above, whole(0), (20, 250)) }
}

fn temperature() -> Limits {
    let tenths = Decimal::tenths;
    let low = side(Direction::Low, from(tenths(350)), from(tenths(340)), (60, 60));
    let high = side(Direction::High, from(tenths(391)), from(tenths(405)), (60, 60));
    row(Parameter::Temperature, units::CELSIUS, low, high, tenths(2), (30, 42))
}

/// The low red limit is a floor: it can be neither disabled nor silenced for more than 15 minutes.
fn glucose(parameter: Parameter, unit: Unit) -> Limits {
    let (low, red, above, hysteresis, guard) = if unit == units::MMOL_PER_L {
        (Decimal::tenths(39), Decimal::tenths(30), Decimal::tenths(139), Decimal::tenths(3), (3, 28))
    } else {
        (Decimal::whole(70), Decimal::whole(54), Decimal::whole(250), Decimal::whole(5), (54, 500))
    };
    let below = side(Direction::Low, outside(low), outside(red), (0, 0));
    let over = side(Direction::High, outside(above), None, (0, 0));
    Limits {
        clear_after: 0,
        readings: 2,
        floor: true,
        ..row(parameter, unit, below, over, hysteresis, guard)
    }
}
