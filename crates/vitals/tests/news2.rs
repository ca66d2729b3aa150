//! NEWS2 against the reference vectors, against every band edge of the chart, and for its completeness.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use std::path::Path;

use proptest::prelude::*;
use wl_ledger::UnixMillis;
use wl_vitals::codes::{private, units};
use wl_vitals::news2::{Breathing, Input, Inputs, Intake, Item, News2, Risk, Scale, score};
use wl_vitals::{Consciousness, Decimal, Parameter, Quality, Reading, Value};

fn normal() -> Inputs {
    Inputs {
        scale: Scale::One,
        respiration: Input::Fresh(16),
        spo2: Input::Fresh(97),
        breathing: Input::Fresh(Breathing::Air),
        systolic: Input::Fresh(120),
        pulse: Input::Fresh(70),
        consciousness: Input::Fresh(Consciousness::Alert),
        temperature_tenths: Input::Fresh(370),
    }
}

fn int(value: &serde_json::Value, key: &str) -> i32 {
    i32::try_from(value[key].as_i64().expect("a whole number")).expect("small")
}

#[test]
fn every_reference_vector_scores_as_told() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/news2_vectors.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).expect("the vectors are JSON");
    assert!(vectors.len() >= 73);
    for vector in &vectors {
        let (input, parts) = (&vector["input"], &vector["parts"]);
        let letter = input["acvpu"].as_str().and_then(|s| s.chars().next()).expect("a letter");
        let temperature = Decimal::parse(&input["temp"].to_string()).expect("a decimal");
        let inputs = Inputs {
            scale: if int(input, "scale") == 2 { Scale::Two } else { Scale::One },
            respiration: Input::Fresh(int(input, "rr")),
            spo2: Input::Fresh(int(input, "spo2")),
            breathing: Input::Fresh(if input["o2"] == true { Breathing::Oxygen } else { Breathing::Air }),
            systolic: Input::Fresh(int(input, "sbp")),
            pulse: Input::Fresh(int(input, "hr")),
            consciousness: Input::Fresh(Consciousness::from_letter(letter).expect("on the scale")),
            temperature_tenths: Input::Fresh(temperature.rounded(-1).expect("fits")),
        };
        let News2::Complete { total, risk, parts: got } = score(&inputs) else {
            panic!("complete: {vector}")
        };
        assert_eq!(i32::from(total), int(vector, "total"), "{vector}");
        assert_eq!(risk.name(), vector["risk"], "{vector}");
        for (key, part) in [
            ("rr", got.respiration),
            ("spo2", got.spo2),
            ("o2", got.breathing),
            ("sbp", got.systolic),
            ("hr", got.pulse),
            ("acvpu", got.consciousness),
            ("temp", got.temperature),
        ] {
            assert_eq!(part.map(i32::from), Some(int(parts, key)), "{key} in {vector}");
        }
    }
}

/// The chart, band by band: the highest value of each band and its points; the last band has no end.
#[test]
fn every_band_edge_has_its_points() {
    type Set = fn(&mut Inputs, i32);
    type Bands = (&'static str, Set, &'static [(i32, u8)], u8);
    let bands: [Bands; 5] = [
        ("respiration", |i, v| i.respiration = Input::Fresh(v), &[(8, 3), (11, 1), (20, 0), (24, 2)], 3),
        ("spo2 scale 1", |i, v| i.spo2 = Input::Fresh(v), &[(91, 3), (93, 2), (95, 1)], 0),
        ("systolic", |i, v| i.systolic = Input::Fresh(v), &[(90, 3), (100, 2), (110, 1), (219, 0)], 3),
        ("pulse", |i, v| i.pulse = Input::Fresh(v), &[(40, 3), (50, 1), (90, 0), (110, 1), (130, 2)], 3),
        (
            "temperature",
            |i, v| i.temperature_tenths = Input::Fresh(v),
            &[(350, 3), (360, 1), (380, 0), (390, 1)],
            2,
        ),
    ];
    for (name, set, edges, above) in bands {
        for (at, (edge, points)) in edges.iter().enumerate() {
            let next = edges.get(at + 1).map_or(above, |(_, points)| *points);
            for (value, expected) in [(*edge, *points), (*edge + 1, next)] {
                let mut inputs = normal();
                set(&mut inputs, value);
                assert_eq!(score(&inputs).lower_bound(), expected, "{name} {value}");
            }
        }
    }
}

#[test]
fn scale_two_depends_on_oxygen_above_the_target() {
    let rows = [
        (83, 3, 3),
        (84, 2, 2),
        (85, 2, 2),
        (86, 1, 1),
        (87, 1, 1),
        (88, 0, 0),
        (92, 0, 0),
        (93, 0, 1),
        (94, 0, 1),
        (95, 0, 2),
        (96, 0, 2),
        (97, 0, 3),
        (100, 0, 3),
    ];
    for (percent, on_air, on_oxygen) in rows {
        for (breathing, expected) in [(Breathing::Air, on_air), (Breathing::Oxygen, on_oxygen)] {
            let inputs = Inputs {
                scale: Scale::Two,
                spo2: Input::Fresh(percent),
                breathing: Input::Fresh(breathing),
                ..normal()
            };
            assert_eq!(score(&inputs).parts().spo2, Some(expected), "{percent} {breathing:?}");
        }
    }
}

#[test]
fn only_alert_scores_nothing() {
    for (letter, points) in [('A', 0), ('C', 3), ('V', 3), ('P', 3), ('U', 3)] {
        let level = Consciousness::from_letter(letter).expect("on the scale");
        let inputs = Inputs { consciousness: Input::Fresh(level), ..normal() };
        assert_eq!(score(&inputs).parts().consciousness, Some(points), "{letter}");
    }
    assert_eq!(Consciousness::from_letter('X'), None);
}

#[test]
fn a_missing_input_makes_a_lower_bound_and_says_so() {
    let inputs = Inputs {
        consciousness: Input::Missing,
        temperature_tenths: Input::Stale,
        respiration: Input::Fresh(25),
        pulse: Input::Fresh(131),
        systolic: Input::Fresh(105),
        ..normal()
    };
    let News2::Incomplete { at_least, at_least_risk, missing, stale, .. } = score(&inputs) else {
        panic!("it is incomplete")
    };
    assert_eq!((at_least, at_least_risk), (7, Risk::High), "a partial sum of 7 already is high");
    assert_eq!(missing, [Item::Consciousness]);
    assert_eq!(stale, [Item::Temperature]);
}

fn reading(parameter: Parameter, value: i32, taken: i64) -> Reading {
    let info = parameter.info();
    Reading {
        code: info.code,
        channel: 0,
        value: Value::Number(Decimal::whole(value)),
        unit: info.unit,
        taken: UnixMillis(taken),
        quality: Quality::Good,
    }
}

#[test]
fn continuous_inputs_are_the_median_of_the_last_minute() {
    let mut intake = Intake::default();
    for (at, rate) in [(0, 200), (1_000, 70), (30_000, 72), (40_000, 71), (59_000, 0)] {
        intake.take(&reading(Parameter::HeartRate, rate, at), UnixMillis(at));
    }
    assert_eq!(
        intake.inputs(Scale::One, UnixMillis(59_500)).pulse,
        Input::Fresh(71),
        "the artefacts do not count"
    );
    assert_eq!(intake.inputs(Scale::One, UnixMillis(118_999)).pulse, Input::Fresh(0), "zero is a value");
    assert_eq!(intake.inputs(Scale::One, UnixMillis(119_000)).pulse, Input::Stale);
    assert_eq!(intake.inputs(Scale::One, UnixMillis(0)).spo2, Input::Missing);
}

#[test]
fn doubtful_values_do_not_score_and_a_clock_ahead_does_not_block() {
    let mut intake = Intake::default();
    for quality in [Quality::Questionable, Quality::Unavailable, Quality::Invalid] {
        intake.take(&Reading { quality, ..reading(Parameter::Spo2, 80, 0) }, UnixMillis(0));
    }
    assert_eq!(intake.inputs(Scale::One, UnixMillis(0)).spo2, Input::Missing);
    intake.take(&reading(Parameter::Spo2, 80, 3_600_000), UnixMillis(0));
    intake.take(&reading(Parameter::Spo2, 97, 1_000), UnixMillis(1_000));
    intake.take(&reading(Parameter::Spo2, 97, 2_000), UnixMillis(2_000));
    assert_eq!(intake.inputs(Scale::One, UnixMillis(2_000)).spo2, Input::Fresh(97));
}

#[test]
fn oxygen_comes_from_flow_or_fraction_and_zero_flow_is_air() {
    let mut intake = Intake::default();
    let now = UnixMillis(10);
    assert_eq!(intake.breathing(now), Input::Missing);
    intake.take(&reading(Parameter::OxygenFlow, 0, 1), now);
    assert_eq!(intake.breathing(now), Input::Fresh(Breathing::Air));
    intake.take(&reading(Parameter::InspiredOxygen, 28, 2), now);
    assert_eq!(intake.breathing(now), Input::Fresh(Breathing::Oxygen));
    intake.take(&reading(Parameter::OxygenFlow, 0, 1), now);
    assert_eq!(intake.breathing(now), Input::Fresh(Breathing::Oxygen), "an older entry changes nothing");
    assert_eq!(intake.breathing(UnixMillis(13 * 3_600_000)), Input::Stale);
    let level = Reading {
        code: private::CONSCIOUSNESS,
        unit: units::DIMENSIONLESS,
        value: Value::Consciousness(Consciousness::Voice),
        ..reading(Parameter::Pain, 0, 3)
    };
    intake.take(&level, now);
    assert_eq!(intake.inputs(Scale::One, now).consciousness, Input::Fresh(Consciousness::Voice));
}

fn input(value: i32, state: u8) -> Input<i32> {
    match state {
        0 => Input::Missing,
        1 => Input::Stale,
        _ => Input::Fresh(value),
    }
}

proptest! {
    /// Any input scores, never above 20, and leaving an input out never makes the sum or the risk larger.
    #[test]
    fn the_lower_bound_is_one(
        values in prop::array::uniform5(any::<i32>()), states in prop::array::uniform5(0u8..4),
        scale_two in any::<bool>(), oxygen in any::<bool>(),
    ) {
        let [rr, spo2, sbp, hr, temp] = values;
        let full = Inputs {
            scale: if scale_two { Scale::Two } else { Scale::One },
            respiration: Input::Fresh(rr),
            spo2: Input::Fresh(spo2),
            breathing: Input::Fresh(if oxygen { Breathing::Oxygen } else { Breathing::Air }),
            systolic: Input::Fresh(sbp),
            pulse: Input::Fresh(hr),
            temperature_tenths: Input::Fresh(temp),
            ..normal()
        };
        let partial = Inputs {
            respiration: input(rr, states[0]),
            spo2: input(spo2, states[1]),
            breathing: if states[2] == 0 { Input::Missing } else { full.breathing },
            systolic: input(sbp, states[3]),
            pulse: input(hr, states[4]),
            ..full
        };
        let (whole, part) = (score(&full), score(&partial));
        prop_assert!(whole.lower_bound() <= 20);
        prop_assert!(part.lower_bound() <= whole.lower_bound());
        prop_assert!(part.risk() <= whole.risk());
        let absent = states[0] < 2 || states[1] < 2 || states[2] == 0 || states[3] < 2 || states[4] < 2;
        let incomplete = matches!(part, News2::Incomplete { .. });
        prop_assert_eq!(incomplete, absent);
    }
}
