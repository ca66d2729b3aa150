//! The few functions of the models, written with the four IEEE operations only.
//!
//! `f64::sin` and `f64::exp` come from the machine's C library and may differ in the last bit; a bit can tip a
//! rounding, and then one seed would no longer give the same bytes everywhere.

/// Sine of an angle in turns (1 turn = 360°), within 1e-7.
pub(crate) fn sin_turns(turns: f64) -> f64 {
    // Folded to a quarter turn, where the series to the 11th power is exact enough.
    let whole = turns - turns.floor();
    let (angle, sign) = if whole < 0.5 { (whole, 1.0) } else { (whole - 0.5, -1.0) };
    let quarter = if angle > 0.25 { 0.5 - angle } else { angle };
    let x = quarter * core::f64::consts::TAU;
    let x2 = x * x;
    let series = 1.0 - x2 / 110.0;
    let series = 1.0 - x2 / 72.0 * series;
    let series = 1.0 - x2 / 42.0 * series;
    let series = 1.0 - x2 / 20.0 * series;
    sign * x * (1.0 - x2 / 6.0 * series)
}

/// The bell `exp(-x²/2)`, 1 at 0, within 1e-6, and 0 beyond 5 widths.
pub(crate) fn bell(x: f64) -> f64 {
    let power = x * x / 2.0;
    if power.is_nan() || power >= 12.5 {
        return 0.0;
    }
    // exp(-p) = exp(-p/16)^16; p/16 is below 0.8, where the series to the 7th power is enough.
    let y = power / 16.0;
    let series = 1.0 - y / 7.0;
    let series = 1.0 - y / 6.0 * series;
    let series = 1.0 - y / 5.0 * series;
    let series = 1.0 - y / 4.0 * series;
    let series = 1.0 - y / 3.0 * series;
    let series = 1.0 - y / 2.0 * series;
    let root = 1.0 - y * series;
    let fourth = root * root * root * root;
    fourth * fourth * fourth * fourth
}

/// Rounds half away from zero to an integer, held at the ends of `i32`; not-a-number gives 0.
pub(crate) fn rounded(value: f64) -> i32 {
    // A float cast saturates, which is what the contract above says.
    value.round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_agrees_with_the_library() {
        for step in -4_000..4_000 {
            let turns = f64::from(step) / 1_000.0;
            let want = (turns * core::f64::consts::TAU).sin();
            assert!((sin_turns(turns) - want).abs() < 1e-7, "{turns}");
        }
    }

    #[test]
    fn bell_agrees_with_the_library() {
        for step in -600..600 {
            let x = f64::from(step) / 100.0;
            let want = (-x * x / 2.0).exp();
            assert!((bell(x) - want).abs() < 4e-6, "{x}: {} {want}", bell(x));
        }
        assert_eq!(bell(f64::NAN), 0.0);
    }

    #[test]
    fn rounding_is_half_away_from_zero_and_saturates() {
        let table = [(0.5, 1), (-0.5, -1), (1.49, 1), (1e12, i32::MAX), (f64::NAN, 0)];
        for (value, want) in table {
            assert_eq!(rounded(value), want, "{value}");
        }
    }
}
