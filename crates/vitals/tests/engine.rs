//! The alarm engine: delays, hysteresis, re-opening, inhibition, lost streams, NEWS2, backfill, restart.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_ledger::{PatientId, UnixMillis};
use wl_vitals::alarm::{AlarmEngine, AlarmEvent, Condition, Kind, Priority, Settings, SnapshotError};
use wl_vitals::codes::{private, units};
use wl_vitals::limits::{Direction, LimitError, LimitSet, adult};
use wl_vitals::news2::Scale;
use wl_vitals::{Consciousness, Decimal, Parameter, Quality, Reading, Value};

const START: i64 = 1_768_005_060_000;

fn engine(scale: Scale) -> AlarmEngine {
    AlarmEngine::new(Settings {
        patient: PatientId::from_bytes([7; 16]),
        limits: adult(scale),
        interval: 1_000,
        same_limb: false,
    })
}

fn at(second: i64) -> UnixMillis {
    UnixMillis(START + second * 1_000)
}

fn value(parameter: Parameter, text: &str, second: i64) -> Reading {
    let info = parameter.info();
    Reading {
        code: info.code,
        channel: 0,
        value: Value::Number(Decimal::parse(text).expect("a number")),
        unit: info.unit,
        taken: at(second),
        quality: Quality::Good,
    }
}

/// One reading a second of one parameter; what happened and when, without NEWS2's own alarm.
fn run(engine: &mut AlarmEngine, parameter: Parameter, from: i64, values: &[&str]) -> Vec<(i64, AlarmEvent)> {
    let mut told = Vec::new();
    for (second, text) in (from..).zip(values) {
        let events = engine.step(at(second), &[value(parameter, text, second)]);
        told.extend(events.into_iter().filter(is_vital).map(|event| (second, event)));
    }
    told
}

/// Neither NEWS2's own alarm nor the word that the rules began.
fn is_vital(event: &AlarmEvent) -> bool {
    match event {
        AlarmEvent::Began(_) => false,
        _ => event.alarm().is_none_or(|alarm| alarm.subject.code != private::NEWS2),
    }
}

fn names(told: &[(i64, AlarmEvent)]) -> Vec<(i64, &'static str, Option<Priority>)> {
    told.iter().map(|(second, event)| (*second, name(event), event.alarm().map(|a| a.priority))).collect()
}

fn name(event: &AlarmEvent) -> &'static str {
    match event {
        AlarmEvent::Raised(_) => "raised",
        AlarmEvent::Reopened(_) => "reopened",
        AlarmEvent::Escalated(_) => "escalated",
        AlarmEvent::Worsened(_) => "worsened",
        AlarmEvent::Inhibited(_) => "inhibited",
        AlarmEvent::Cleared(_) => "cleared",
        AlarmEvent::BackfillNoted(_) => "noted",
        AlarmEvent::Began(_) => "began",
        AlarmEvent::Carried(_) => "carried",
        AlarmEvent::Resumed(_) => "resumed",
        AlarmEvent::Declined(_) => "declined",
    }
}

/// Parameter, the value held, the second at which it must be raised, its priority and limit.
#[test]
fn each_limit_raises_after_its_delay() {
    let rows = [
        (Parameter::HeartRate, "49", Some((6, Priority::Medium, "50"))),
        (Parameter::HeartRate, "50", None),
        (Parameter::HeartRate, "40", Some((6, Priority::High, "40"))),
        (Parameter::HeartRate, "120", None),
        (Parameter::HeartRate, "121", Some((6, Priority::Medium, "120"))),
        (Parameter::HeartRate, "140", Some((6, Priority::High, "140"))),
        (Parameter::HeartRate, "0", Some((0, Priority::High, "40"))),
        (Parameter::PulseRate, "49", Some((10, Priority::Medium, "50"))),
        (Parameter::PulseRate, "121", Some((6, Priority::Medium, "120"))),
        (Parameter::Spo2, "90", None),
        (Parameter::Spo2, "89", Some((15, Priority::Medium, "90"))),
        (Parameter::Spo2, "85", Some((15, Priority::Medium, "90"))),
        (Parameter::Spo2, "84", Some((10, Priority::High, "85"))),
        (Parameter::RespiratoryRate, "7", Some((15, Priority::Medium, "8"))),
        (Parameter::RespiratoryRate, "4", Some((15, Priority::High, "5"))),
        (Parameter::RespiratoryRate, "36", Some((15, Priority::High, "35"))),
        (Parameter::NibpSystolic, "89", Some((0, Priority::Medium, "90"))),
        (Parameter::NibpSystolic, "79", Some((0, Priority::High, "80"))),
        (Parameter::NibpSystolic, "201", Some((0, Priority::High, "200"))),
        (Parameter::NibpDiastolic, "49", Some((0, Priority::Medium, "50"))),
        (Parameter::NibpMean, "49", Some((0, Priority::High, "50"))),
        (Parameter::Temperature, "35.1", None),
        (Parameter::Temperature, "35.0", Some((60, Priority::Medium, "35.0"))),
        (Parameter::Temperature, "40.5", Some((60, Priority::High, "40.5"))),
        (Parameter::GlucoseCapillary, "69", Some((1, Priority::Medium, "70"))),
        (Parameter::GlucoseCapillary, "53", Some((1, Priority::High, "54"))),
    ];
    for (parameter, text, expected) in rows {
        let told = run(&mut engine(Scale::One), parameter, 0, &vec![text; 90]);
        let first = told.first().map(|(second, event)| {
            let alarm = event.alarm().expect("an alarm");
            assert!(alarm.is_named_right());
            assert_eq!((alarm.first_crossed, alarm.raised), (at(0), at(*second)));
            (*second, alarm.priority, alarm.limit.expect("a limit").to_string())
        });
        assert_eq!(first, expected.map(|(s, p, l)| (s, p, l.to_owned())), "{parameter:?} {text}");
        assert!(told.len() <= 1, "{parameter:?} {text}: a steady value says nothing more: {told:?}");
    }
}

#[test]
fn a_short_dip_raises_nothing() {
    let dip: Vec<&str> = [vec!["97"; 5], vec!["80"; 9], vec!["97"; 30]].concat();
    assert_eq!(run(&mut engine(Scale::One), Parameter::Spo2, 0, &dip), []);
}

#[test]
fn clearing_needs_hysteresis_and_ten_seconds_and_reopening_keeps_the_alarm() {
    let mut engine = engine(Scale::One);
    // 90 and 91 are no longer beyond, but not back by 2 either: the alarm stays. 92 for 10 s ends it.
    let course = [vec!["88"; 16], vec!["91"; 30], vec!["92"; 11], vec!["88"; 16], vec!["95"; 11]].concat();
    let told = run(&mut engine, Parameter::Spo2, 0, &course);
    let expected = [(15, "raised"), (56, "cleared"), (72, "reopened"), (83, "cleared")];
    assert_eq!(told.iter().map(|(s, e)| (*s, name(e))).collect::<Vec<_>>(), expected);
    let alarms: Vec<_> = told.iter().filter_map(|(_, e)| e.alarm()).collect();
    assert!(alarms.iter().all(|alarm| alarm.id == alarms[0].id));
    assert_eq!(alarms.iter().map(|a| a.episodes).collect::<Vec<_>>(), [1, 1, 2, 2]);
    // More than 60 s after the end it is a new alarm.
    let later = run(&mut engine, Parameter::Spo2, 84, &[vec!["97"; 61], vec!["88"; 16]].concat());
    assert_eq!(later.iter().map(|(s, e)| (*s, name(e))).collect::<Vec<_>>(), [(160, "raised")]);
    assert_ne!(later[0].1.alarm().map(|a| a.id), Some(alarms[0].id));
}

#[test]
fn priority_rises_once_the_red_limit_lasted_and_never_falls() {
    let course = [vec!["88"; 20], vec!["80"; 15], vec!["88"; 20]].concat();
    let told = run(&mut engine(Scale::One), Parameter::Spo2, 0, &course);
    assert_eq!(
        names(&told),
        [
            (15, "raised", Some(Priority::Medium)),
            (20, "worsened", Some(Priority::Medium)),
            (30, "escalated", Some(Priority::High)),
        ]
    );
    let last = told[2].1.alarm().expect("an alarm");
    assert_eq!(
        (last.worst.map(|w| w.to_string()), last.limit.map(|l| l.to_string())),
        (Some("80".into()), Some("85".into()))
    );
}

#[test]
fn the_delay_also_runs_out_between_readings() {
    let mut engine = engine(Scale::One);
    assert_eq!(
        engine.step(at(0), &[value(Parameter::HeartRate, "45", 0)]).iter().filter(|e| is_vital(e)).count(),
        0
    );
    assert_eq!(engine.tick(at(5)).iter().filter(|e| is_vital(e)).count(), 0);
    let told = engine.tick(at(6));
    assert!(matches!(told.as_slice(), [AlarmEvent::Raised(_)]), "{told:?}");
}

#[test]
fn a_probe_that_comes_off_inhibits_the_limit_and_says_so_instead() {
    let mut engine = engine(Scale::One);
    run(&mut engine, Parameter::Spo2, 0, &["80"; 16]);
    let off = Reading { quality: Quality::Unavailable, ..value(Parameter::Spo2, "0", 16) };
    let told: Vec<_> = engine.step(at(16), &[off]).into_iter().filter(is_vital).collect();
    let kinds: Vec<_> =
        told.iter().map(|e| (name(e), e.alarm().map(|a| (a.subject.kind, a.priority)))).collect();
    assert_eq!(
        kinds,
        [
            ("inhibited", Some((Kind::Physiological, Priority::High))),
            ("raised", Some((Kind::ProbeOff, Priority::Low))),
        ]
    );
    // However long it is off, the limit raises nothing and nothing clears.
    for second in 17..200 {
        let off = Reading { quality: Quality::Unavailable, ..value(Parameter::Spo2, "0", second) };
        assert!(!engine.step(at(second), &[off]).iter().any(is_vital));
    }
    let back = run(&mut engine, Parameter::Spo2, 200, &["97"; 12]);
    assert_eq!(
        names(&back).iter().map(|(s, n, _)| (*s, *n)).collect::<Vec<_>>(),
        [(200, "cleared"), (210, "cleared")]
    );
    assert!(engine.open().is_empty());
}

/// What stands open, by parameter and kind.
fn standing(engine: &AlarmEngine) -> Vec<(Option<Parameter>, Kind)> {
    let mut all: Vec<_> = engine
        .open()
        .into_iter()
        .map(|alarm| (Parameter::from_code(alarm.subject.code), alarm.subject.kind))
        .collect();
    all.sort_by_key(|(parameter, _)| parameter.map(Parameter::code));
    all
}

#[test]
fn an_oximeter_that_gives_nothing_is_one_alarm_in_whatever_order_its_values_come() {
    let both = [Parameter::PulseRate, Parameter::Spo2];
    let off = |parameter, second| Reading { quality: Quality::Unavailable, ..value(parameter, "0", second) };
    let saturation = |kind| vec![(Some(Parameter::Spo2), kind)];
    for order in [both, [both[1], both[0]]] {
        let mut engine = engine(Scale::One);
        engine.step(at(0), &order.map(|parameter| value(parameter, "97", 0)));
        engine.step(at(1), &order.map(|parameter| off(parameter, 1)));
        assert_eq!(standing(&engine), saturation(Kind::ProbeOff), "off together");

        // The pulse alone is back and gone: a weak pulse is not a probe that is off, and it tells for itself.
        engine.step(at(2), &order.map(|parameter| value(parameter, "97", 2)));
        assert!(standing(&engine).is_empty(), "both back");
        engine.step(at(3), &[value(Parameter::Spo2, "97", 3), off(Parameter::PulseRate, 3)]);
        assert_eq!(standing(&engine), [(Some(Parameter::PulseRate), Kind::ProbeOff)], "no pulse");
        // Then the whole probe comes off: the saturation tells for both.
        engine.step(at(4), &order.map(|parameter| off(parameter, 4)));
        assert_eq!(standing(&engine), saturation(Kind::ProbeOff), "then the probe");

        engine.step(at(5), &order.map(|parameter| value(parameter, "97", 5)));
        for second in 6..100 {
            engine.tick(at(second));
        }
        assert_eq!(standing(&engine), saturation(Kind::NoData), "silent together");
        // Monitors that leave the pulse out while the probe is off do not make a second alarm of it.
        engine.step(at(100), &order.map(|parameter| value(parameter, "97", 100)));
        for second in 101..200 {
            engine.step(at(second), &[off(Parameter::Spo2, second)]);
        }
        assert_eq!(standing(&engine), saturation(Kind::ProbeOff), "off, and the pulse left out");
    }
}

#[test]
fn a_probe_that_was_never_on_and_an_impossible_value_raise_nothing() {
    let mut engine = engine(Scale::One);
    for second in 0..30 {
        for quality in [Quality::Unavailable, Quality::Invalid] {
            let reading = Reading { quality, ..value(Parameter::Spo2, "10", second) };
            assert!(!engine.step(at(second), &[reading]).iter().any(is_vital));
        }
    }
}

#[test]
fn a_lost_stream_is_low_after_15_s_and_medium_after_60_s() {
    let mut engine = engine(Scale::One);
    run(&mut engine, Parameter::HeartRate, 0, &["70"]);
    let mut told = Vec::new();
    for second in 1..200 {
        told.extend(engine.tick(at(second)).into_iter().map(|event| (second, event)));
    }
    assert_eq!(
        names(&told),
        [(16, "raised", Some(Priority::Low)), (61, "escalated", Some(Priority::Medium))]
    );
    assert!(told.iter().all(|(_, e)| e.alarm().is_some_and(|a| a.subject.kind == Kind::NoData)));
    let back = run(&mut engine, Parameter::HeartRate, 200, &["70"]);
    assert_eq!(names(&back), [(200, "cleared", Some(Priority::Medium))]);
}

#[test]
fn forgetting_a_channel_ends_its_alarms_and_its_silence() {
    let mut engine = engine(Scale::One);
    run(&mut engine, Parameter::HeartRate, 0, &["70"]);
    assert_eq!(engine.tick(at(20)).len(), 1);
    let told = engine.forget(at(21), Parameter::HeartRate.code(), 0);
    assert!(matches!(told.as_slice(), [AlarmEvent::Cleared(_)]));
    assert_eq!(engine.tick(at(500)), []);
}

#[test]
fn the_past_is_noted_and_makes_no_alarm() {
    let mut engine = engine(Scale::One);
    let mut told = Vec::new();
    for minute in 0..30 {
        let text = if (10..20).contains(&minute) { "80" } else { "97" };
        let events = engine.step(at(86_400), &[value(Parameter::Spo2, text, minute * 60)]);
        told.extend(events.into_iter().filter(is_vital));
    }
    let [AlarmEvent::BackfillNoted(note)] = told.as_slice() else { panic!("one note: {told:?}") };
    assert_eq!(
        (note.priority, note.direction, note.taken, note.decided),
        (Priority::High, Direction::Low, at(600), at(86_400))
    );
    assert_eq!(engine.tick(at(86_460)), [], "and no stream counts as lost");
    // 60 s is live, a millisecond more is not.
    let edge = |age: i64| {
        let mut engine = engine_of(Scale::One);
        let reading = Reading { taken: UnixMillis(START - age), ..value(Parameter::NibpSystolic, "85", 0) };
        let told = engine.step(at(0), &[reading]);
        told.iter().map(name).filter(|name| *name != "began").collect::<Vec<_>>()
    };
    assert_eq!(edge(60_000), ["raised", "raised"], "the cuff's alarm and NEWS2's");
    assert_eq!(edge(60_001), ["noted"]);
}

fn engine_of(scale: Scale) -> AlarmEngine {
    engine(scale)
}

#[test]
fn a_device_clock_that_is_off_bends_no_delay() {
    for skew in [-50, 0, 4_000] {
        let mut engine = engine(Scale::One);
        let mut raised = None;
        for second in 0..40 {
            let reading = Reading { taken: at(second + skew), ..value(Parameter::HeartRate, "45", 0) };
            if engine.step(at(second), &[reading]).iter().filter(|e| is_vital(e)).count() > 0 {
                raised.get_or_insert(second);
            }
        }
        assert_eq!(raised, Some(6), "skew {skew}");
    }
}

#[test]
fn too_much_oxygen_alarms_only_on_scale_two_and_on_oxygen() {
    let flow = |litres| value(Parameter::OxygenFlow, litres, 0);
    for (scale, litres, expected) in [
        (Scale::Two, Some("2"), Some(300)),
        (Scale::Two, Some("0"), None),
        (Scale::Two, None, None),
        (Scale::One, Some("2"), None),
    ] {
        let mut engine = engine(scale);
        engine.step(at(0), litres.map(flow).as_slice());
        let told = run(&mut engine, Parameter::Spo2, 0, &["98"; 310]);
        assert_eq!(told.first().map(|(second, _)| *second), expected, "{scale:?} {litres:?}");
    }
}

fn score_inputs(respiration: &str, second: i64) -> Vec<Reading> {
    let level = Reading {
        value: Value::Consciousness(Consciousness::Alert),
        unit: units::DIMENSIONLESS,
        ..value(Parameter::Consciousness, "0", second)
    };
    vec![
        value(Parameter::RespiratoryRate, respiration, second),
        value(Parameter::Spo2, "97", second),
        value(Parameter::HeartRate, "115", second),
        value(Parameter::NibpSystolic, "105", second),
        value(Parameter::Temperature, "37.0", second),
        value(Parameter::OxygenFlow, "0", second),
        level,
    ]
}

#[test]
fn news2_alarms_at_five_and_seven_and_losing_an_input_is_no_recovery() {
    let mut engine = engine(Scale::One);
    let of_score = |events: Vec<AlarmEvent>| -> Vec<_> {
        events
            .iter()
            .filter(|e| e.alarm().is_some() && !is_vital(e))
            .map(|e| (name(e), e.alarm().map(|a| (a.priority, a.worst.map(|w| w.mantissa)))))
            .collect()
    };
    assert_eq!(of_score(engine.step(at(0), &score_inputs("16", 0))), [], "115 and 105 make 3, no single 3");
    let five = engine.step(at(61), &score_inputs("22", 61));
    assert_eq!(of_score(five), [("raised", Some((Priority::Medium, Some(5))))]);
    let on_oxygen: Vec<Reading> =
        score_inputs("22", 122).into_iter().chain([value(Parameter::OxygenFlow, "2", 122)]).collect();
    let seven = engine.step(at(122), &on_oxygen);
    assert_eq!(of_score(seven), [("escalated", Some((Priority::High, Some(7))))]);
    // Everything goes silent: the sum falls, but because nothing is known.
    let quiet: Vec<_> = (123..800).flat_map(|second| of_score(engine.tick(at(second)))).collect();
    assert_eq!(quiet, []);
    let better: Vec<_> =
        (800..815).flat_map(|second| of_score(engine.step(at(second), &normal_inputs(second)))).collect();
    assert_eq!(better, [("cleared", Some((Priority::High, Some(7))))]);
}

fn normal_inputs(second: i64) -> Vec<Reading> {
    let mut readings = score_inputs("16", second);
    readings[2] = value(Parameter::HeartRate, "70", second);
    readings[3] = value(Parameter::NibpSystolic, "120", second);
    readings
}

#[test]
fn other_limits_end_alarms_they_no_longer_speak_of() {
    let mut engine = engine(Scale::One);
    run(&mut engine, Parameter::HeartRate, 0, &["45"; 8]);
    let rows =
        adult(Scale::One).rows().iter().filter(|r| r.parameter != Parameter::HeartRate).copied().collect();
    let told = engine.set_limits(at(9), LimitSet::new(Scale::One, rows).expect("sound"));
    assert!(matches!(told.as_slice(), [AlarmEvent::Cleared(_)]), "{told:?}");
    assert_eq!(run(&mut engine, Parameter::HeartRate, 10, &["45"; 30]), []);
}

#[test]
fn the_default_limits_check_and_spoilt_ones_do_not() {
    for scale in [Scale::One, Scale::Two] {
        let set = adult(scale);
        assert!(LimitSet::new(scale, set.rows().to_vec()).is_ok());
    }
    let rows = adult(Scale::One).rows().to_vec();
    let spoil = |change: &dyn Fn(&mut wl_vitals::limits::Limits)| {
        let mut rows = rows.clone();
        change(&mut rows[0]);
        LimitSet::new(Scale::One, rows).err()
    };
    let (parameter, direction) = (Parameter::HeartRate, Direction::Low);
    assert_eq!(spoil(&|r| r.unit = units::PERCENT), Some(LimitError::Unit { parameter }));
    assert_eq!(spoil(&|r| r.low.high = r.low.medium), Some(LimitError::Order { parameter, direction }));
    assert_eq!(
        spoil(&|r| {
            r.low.high = None;
            r.low.medium = r.high.medium;
        }),
        Some(LimitError::Crossed { parameter })
    );
    assert_eq!(spoil(&|r| r.low.medium_delay = -1), Some(LimitError::Time { parameter, direction }));
    assert_eq!(
        spoil(&|r| {
            r.floor = true;
            r.low.high = None;
        }),
        Some(LimitError::Floor { parameter })
    );
    let twice = LimitSet::new(Scale::One, [rows.clone(), rows].concat()).err();
    assert_eq!(twice, Some(LimitError::Twice { parameter }));
}

#[test]
fn spoilt_snapshots_are_refused() {
    let bytes = engine(Scale::One).snapshot();
    assert!(AlarmEngine::restore(&bytes).is_ok());
    assert!(matches!(AlarmEngine::restore(&[]), Err(SnapshotError::Shape(_))));
    assert!(matches!(AlarmEngine::restore(&bytes[..bytes.len() - 1]), Err(SnapshotError::Shape(_))));
    assert_eq!(AlarmEngine::restore(&[bytes.clone(), vec![0]].concat()), Err(SnapshotError::NotCanonical));
    let mut other = bytes;
    other[1] = 2;
    assert_eq!(AlarmEngine::restore(&other), Err(SnapshotError::Version(2)));
}

fn any_step() -> impl Strategy<Value = (i64, Vec<Reading>)> {
    let parameter = prop::sample::select(Parameter::ALL[..12].to_vec());
    let quality = prop::sample::select(vec![
        Quality::Good,
        Quality::Good,
        Quality::Good,
        Quality::Unavailable,
        Quality::Invalid,
        Quality::Demo,
    ]);
    let reading =
        (parameter, -10i32..260, -90i64..5, quality).prop_map(|(parameter, number, age, quality)| {
            let coded = parameter == Parameter::Consciousness;
            let kind = if coded {
                Value::Consciousness(Consciousness::Pain)
            } else {
                Value::Number(Decimal::whole(number))
            };
            Reading { value: kind, quality, taken: UnixMillis(age * 1_000), ..value(parameter, "0", 0) }
        });
    (0i64..20, prop::collection::vec(reading, 0..6))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Killed at any moment and restored from its snapshot, an engine says exactly what the other says; every event is
    /// named right, survives its encoding, and its condition fits its kind.
    #[test]
    fn a_restart_changes_nothing(steps in prop::collection::vec(any_step(), 1..60), kill in any::<prop::sample::Index>()) {
        let (mut steady, mut killed) = (engine(Scale::Two), engine(Scale::Two));
        let kill = kill.index(steps.len());
        let mut now = START;
        for (number, (wait, readings)) in steps.into_iter().enumerate() {
            now += wait * 1_000;
            let readings: Vec<Reading> = readings.into_iter().map(|r| Reading { taken: UnixMillis(now + r.taken.0), ..r }).collect();
            if number == kill {
                killed = AlarmEngine::restore(&killed.snapshot()).expect("its own snapshot");
            }
            let told = steady.step(UnixMillis(now), &readings);
            prop_assert_eq!(&told, &killed.step(UnixMillis(now), &readings));
            for event in told {
                let read = AlarmEvent::from_bytes(&event.to_bytes());
                prop_assert_eq!(read.as_ref(), Ok(&event));
                let Some(alarm) = event.alarm() else { continue };
                let expected = match &event {
                    AlarmEvent::Inhibited(_) => Condition::Inhibited,
                    AlarmEvent::Cleared(_) => Condition::Cleared,
                    _ => Condition::Active,
                };
                prop_assert_eq!(alarm.condition, expected);
                prop_assert_eq!(alarm.subject.kind.is_technical(), alarm.limit.is_none());
                prop_assert_eq!(alarm.cleared.is_some(), expected == Condition::Cleared);
            }
        }
        prop_assert_eq!(steady.snapshot(), killed.snapshot());
    }
}
