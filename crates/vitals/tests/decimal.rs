//! Decimals, codes and units.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use core::cmp::Ordering;

use proptest::prelude::*;
use wl_ledger::UnixMillis;
use wl_vitals::codes::{self, ALL_UNITS, CodeError, admit, canonical, check_unit, private, units};
use wl_vitals::{Code, Consciousness, Decimal, DecimalError, Parameter, Quality, Reading, Unit, Value};

#[test]
fn texts_are_read_exactly_or_refused() {
    let good = [
        ("72", 72, 0, "72"),
        ("36.8", 368, -1, "36.8"),
        ("36.80", 3680, -2, "36.80"),
        ("-0.5", -5, -1, "-0.5"),
        ("+7", 7, 0, "7"),
        (".5", 5, -1, "0.5"),
        ("5.", 5, 0, "5"),
        ("0", 0, 0, "0"),
        ("0.000000001", 1, -9, "0.000000001"),
        ("-2147483648", i32::MIN, 0, "-2147483648"),
    ];
    for (text, mantissa, scale, shown) in good {
        let read = Decimal::parse(text).expect(text);
        assert_eq!((read.mantissa, read.scale), (mantissa, scale), "{text}");
        assert_eq!(read.to_string(), shown);
    }
    let bad = [
        ("", DecimalError::NoDigit),
        ("-", DecimalError::NoDigit),
        (".", DecimalError::NoDigit),
        ("1.2.3", DecimalError::NotDigit(3)),
        ("1e3", DecimalError::NotDigit(1)),
        (" 1", DecimalError::NotDigit(0)),
        ("1,5", DecimalError::NotDigit(1)),
        ("--1", DecimalError::NotDigit(1)),
        ("NaN", DecimalError::NotDigit(0)),
        ("2147483648", DecimalError::TooLong),
        ("99999999999999999999", DecimalError::TooLong),
        ("0.0000000001", DecimalError::Scale(-10)),
    ];
    for (text, error) in bad {
        assert_eq!(Decimal::parse(text), Err(error), "{text:?}");
    }
    assert_eq!(Decimal { mantissa: 5, scale: 2 }.to_string(), "500");
    assert_eq!(Decimal { mantissa: 0, scale: 2 }.to_string(), "0");
}

#[test]
fn rounding_is_half_up_before_banding() {
    let rows = [
        ("36.04", -1, 360),
        ("36.05", -1, 361),
        ("38.95", -1, 390),
        ("62.5", 0, 63),
        ("62.4999", 0, 62),
        ("-0.5", 0, 0),
        ("-0.6", 0, -1),
    ];
    for (text, scale, expected) in rows {
        assert_eq!(Decimal::parse(text).expect(text).rounded(scale), Some(expected), "{text}");
    }
    assert_eq!(Decimal { mantissa: i32::MAX, scale: 9 }.rounded(0), None);
    assert_eq!(Decimal::tenths(360).rescaled(0), Some(Decimal::whole(36)));
    assert_eq!(Decimal::tenths(368).rescaled(0), None, "nothing is lost in silence");
}

proptest! {
    #[test]
    fn shown_text_reads_back_to_the_same_value(mantissa in any::<i32>(), scale in -9i8..=0) {
        let number = Decimal { mantissa, scale };
        let read = Decimal::parse(&number.to_string());
        prop_assert_eq!(read.map(|r| r.compare(number)), Ok(Ordering::Equal));
    }

    #[test]
    fn parsing_never_panics(text in "\\PC{0,20}|[-+.0-9]{0,20}") {
        let _ = Decimal::parse(&text);
    }

    #[test]
    fn comparing_is_an_order(a in any::<i32>(), b in any::<i32>(), s in -9i8..=9, t in -9i8..=9) {
        let (x, y) = (Decimal { mantissa: a, scale: s }, Decimal { mantissa: b, scale: t });
        prop_assert_eq!(x.compare(y), y.compare(x).reverse());
        if s == t { prop_assert_eq!(x.compare(y), a.cmp(&b)); }
    }
}

#[test]
fn the_table_is_consistent() {
    for parameter in Parameter::ALL {
        let info = parameter.info();
        assert_eq!(info.parameter, parameter);
        assert_eq!(
            Parameter::from_code(info.code),
            Some(parameter),
            "{parameter:?}: no other row has its code"
        );
        assert!(info.units.contains(&info.unit) && !info.name.is_empty() && !info.short.is_empty());
        for unit in info.units {
            assert!(unit.info().is_some(), "{parameter:?}: its units are in the table of units");
        }
        for loinc in info.loinc {
            assert_eq!(Parameter::from_loinc(loinc), Some(parameter));
        }
    }
    for (at, row) in ALL_UNITS.iter().enumerate() {
        assert!(ALL_UNITS.iter().take(at).all(|other| other.unit != row.unit));
    }
    assert_eq!(Parameter::from_code(Code(579)), None);
    assert_eq!(Parameter::from_code(private::NEWS2), None, "the score is never a reading");
}

#[test]
fn codes_of_real_gateways_map() {
    let rows = [
        (147_842, Parameter::HeartRate),
        (149_530, Parameter::PulseRate),
        (150_456, Parameter::Spo2),
        (151_562, Parameter::RespiratoryRate),
        (151_578, Parameter::RespiratoryRate),
        (150_301, Parameter::NibpSystolic),
        (150_302, Parameter::NibpDiastolic),
        (150_303, Parameter::NibpMean),
        (150_364, Parameter::Temperature),
    ];
    for (code, parameter) in rows {
        assert_eq!(Parameter::from_code(Code(code)), Some(parameter));
    }
    assert_eq!(
        [150_300, 150_301, 150_302, 150_303, 151_578].map(|c| canonical(Code(c)).0),
        [150_020, 150_021, 150_022, 150_023, 151_578]
    );
    assert_eq!(
        Unit::from_ucum("/min", Parameter::RespiratoryRate.info().units),
        Some(units::BREATHS_PER_MINUTE)
    );
    assert_eq!(Unit::from_ucum("/min", Parameter::HeartRate.info().units), Some(units::BEATS_PER_MINUTE));
    assert_eq!(Unit::from_ucum("bpm", Parameter::HeartRate.info().units), None);
    assert!(codes::is_known(Code(150_021)) && !codes::is_known(Code(1)));
}

fn reading(parameter: Parameter, value: Decimal) -> Reading {
    let info = parameter.info();
    Reading {
        code: info.code,
        channel: 0,
        value: Value::Number(value),
        unit: info.unit,
        taken: UnixMillis(0),
        quality: Quality::Good,
    }
}

#[test]
fn foreign_units_and_kinds_are_errors_and_unknown_codes_pass() {
    let code = Parameter::Temperature.code();
    assert_eq!(check_unit(code, units::PERCENT), Err(CodeError::Unit { code, unit: units::PERCENT }));
    assert_eq!(check_unit(Code(579), units::PERCENT), Ok(()));
    let level = Reading {
        value: Value::Consciousness(Consciousness::Alert),
        ..reading(Parameter::Temperature, Decimal::whole(0))
    };
    assert_eq!(admit(level), Err(CodeError::Kind { code }));
    let bare = reading(Parameter::Consciousness, Decimal::whole(0));
    assert_eq!(admit(bare), Err(CodeError::Kind { code: bare.code }));
    let unknown = Reading { code: Code(579), ..level };
    assert_eq!(admit(unknown), Ok(unknown));
}

#[test]
fn impossible_values_are_invalid_and_the_edges_are_not() {
    let rows = [
        (Parameter::Spo2, "100", Quality::Good),
        (Parameter::Spo2, "100.1", Quality::Invalid),
        (Parameter::Spo2, "0", Quality::Good),
        (Parameter::Spo2, "-100", Quality::Invalid),
        (Parameter::Temperature, "24.9", Quality::Invalid),
        (Parameter::Temperature, "25.0", Quality::Good),
        (Parameter::HeartRate, "0", Quality::Good),
        (Parameter::HeartRate, "8388607", Quality::Invalid),
    ];
    for (parameter, text, expected) in rows {
        let admitted = admit(reading(parameter, Decimal::parse(text).expect(text))).expect("known unit");
        assert_eq!(admitted.quality, expected, "{parameter:?} {text}");
        assert_eq!(admitted.usable().is_some(), expected == Quality::Good);
    }
    let off = Reading { quality: Quality::Unavailable, ..reading(Parameter::Spo2, Decimal::whole(999)) };
    assert_eq!(
        admit(off).map(|r| r.quality),
        Ok(Quality::Unavailable),
        "the probe is off, whatever the number"
    );
}
