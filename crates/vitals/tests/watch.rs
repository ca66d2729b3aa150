//! The watch over a patient: standby, the cuff on the oximeter's limb, entries by hand, and time that only counts in
//! beats.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

mod bedside;

use bedside::{START, at, engine, name, spo2, value};
use proptest::prelude::*;
use wl_ledger::UnixMillis;
use wl_vitals::alarm::{AlarmEngine, AlarmEvent, Kind, MAX_STANDBY, ResumeCause};
use wl_vitals::codes::{private, units};
use wl_vitals::observation::{BY_HAND, Observation, ObservationError};
use wl_vitals::{Consciousness, Decimal, Parameter, Quality, Reading, Value};

fn told(events: Vec<AlarmEvent>) -> Vec<&'static str> {
    events.iter().filter(|e| !matches!(e, AlarmEvent::Began(_))).map(name).collect()
}

#[test]
fn a_standby_holds_alarms_off_and_ends_when_good_signal_has_been_back_for_three_minutes() {
    let mut engine = engine();
    (0..16).for_each(|second| drop(engine.step(at(second), &[spo2("88", second)])));
    let begun = engine.begin_standby(at(16), at(16).plus(3_600_000));
    assert_eq!(told(begun), ["inhibited", "inhibited"], "the value's alarm and the score's");
    // Away for ten minutes: no value, no alarm; not even one of silence.
    let away: Vec<_> = (17..600).flat_map(|second| engine.tick(at(second))).collect();
    assert_eq!(told(away), Vec::<&str>::new());
    // Back, with a gap that begins the three minutes anew.
    let mut resumed = None;
    for second in (600..700).chain(730..1_000) {
        for event in engine.step(at(second), &[spo2("95", second)]) {
            if let AlarmEvent::Resumed(event) = event {
                resumed = Some((second, event.cause));
            }
        }
    }
    assert_eq!(resumed, Some((910, ResumeCause::Signal)));
    assert!(!engine.is_standing_by());
}

#[test]
fn a_standby_ends_at_its_time_and_never_later_than_four_hours() {
    for (asked, ends) in [(60_000, 60_000), (i64::MAX, MAX_STANDBY)] {
        let mut engine = engine();
        engine.step(at(0), &[spo2("97", 0)]);
        engine.begin_standby(at(0), UnixMillis(START.saturating_add(asked)));
        assert!(engine.tick(at(0).plus(ends - 1_000)).is_empty());
        let events = engine.tick(at(0).plus(ends + 20_000));
        let resumed = events.iter().find_map(|event| match event {
            AlarmEvent::Resumed(resumed) => Some((resumed.cause, resumed.at.since(at(0)))),
            _ => None,
        });
        assert_eq!(resumed.map(|(cause, _)| cause), Some(ResumeCause::Time));
        assert!(resumed.is_some_and(|(_, after)| (ends..ends + 60_000).contains(&after)));
    }
}

#[test]
fn a_person_ends_a_standby_and_silence_counts_from_then() {
    let mut engine = engine();
    engine.step(at(0), &[spo2("97", 0)]);
    engine.begin_standby(at(1), at(1_000));
    assert_eq!(told(engine.end_standby(at(500))), ["resumed"]);
    assert_eq!(told(engine.tick(at(515))), Vec::<&str>::new());
    let lost = engine.tick(at(516));
    assert!(lost.iter().any(|e| e.alarm().is_some_and(|a| a.subject.kind == Kind::NoData)), "{lost:?}");
    assert_eq!(told(engine.end_standby(at(517))), Vec::<&str>::new(), "there is none to end");
}

fn cuff(tight: i32, second: i64) -> Reading {
    Reading {
        code: private::CUFF_INFLATION,
        channel: 0,
        value: Value::Number(Decimal::whole(tight)),
        unit: units::DIMENSIONLESS,
        taken: at(second),
        quality: Quality::Good,
    }
}

/// Whether the cuff is on the same limb, when it loosens, and the second of the alarm for SpO₂ 70 from second 5 on.
#[test]
fn a_cuff_on_the_same_limb_holds_the_oximeter_off_for_a_minute_at_most() {
    for (same, loosens, expected) in [
        (false, None, Some(15)),
        (true, None, Some(75)),
        (true, Some(30), Some(40)),
        (true, Some(90), Some(75)),
    ] {
        let mut engine = engine();
        engine.step(at(0), &[spo2("97", 0)]);
        engine.set_same_limb(at(0), same);
        engine.step(at(5), &[cuff(1, 5)]);
        let mut raised = None;
        for second in 5..120 {
            let mut readings = vec![spo2("70", second)];
            if loosens == Some(second) {
                readings.insert(0, cuff(0, second));
            }
            let events = engine.step(at(second), &readings);
            if events.iter().any(|e| e.alarm().is_some_and(|a| a.subject.code == Parameter::Spo2.code())) {
                raised.get_or_insert(second);
            }
        }
        assert_eq!(raised, expected, "same limb {same}, loosens {loosens:?}");
    }
}

#[test]
fn what_was_observed_an_hour_ago_counts_for_the_score_and_raises_no_limit() {
    let observation = |at| Observation {
        at,
        consciousness: Some(Consciousness::Voice),
        oxygen: Some(20),
        pain: Some(3),
        temperature: Some(400),
    };
    let mut engine = engine();
    let events = engine.enter(at(3_600), &observation(at(0)).readings());
    let raised: Vec<_> = events.iter().filter_map(AlarmEvent::alarm).map(|a| a.subject.code).collect();
    assert_eq!(raised, [private::NEWS2], "V is 3, oxygen 2, 40.0 degrees 2: seven points; {events:?}");
    assert_eq!(engine.news2().lower_bound(), 7);
    // Seen just now, the temperature is judged after its minute, on a channel of its own.
    engine.enter(at(3_601), &observation(at(3_601)).readings());
    let events = engine.tick(at(3_700));
    let fever =
        events.iter().filter_map(AlarmEvent::alarm).find(|a| a.subject.code == Parameter::Temperature.code());
    assert_eq!(fever.map(|alarm| alarm.subject.channel), Some(BY_HAND));
}

#[test]
fn observations_are_checked_and_have_one_encoding() {
    let good = Observation {
        at: at(0),
        consciousness: None,
        oxygen: Some(0),
        pain: Some(10),
        temperature: Some(368),
    };
    assert_eq!(Observation::from_bytes(&good.to_bytes()), Ok(good));
    let spoilt = [
        (Observation { oxygen: None, pain: None, temperature: None, ..good }, ObservationError::Empty),
        (Observation { pain: Some(11), ..good }, ObservationError::Pain),
        (Observation { oxygen: Some(701), ..good }, ObservationError::Oxygen),
        (Observation { temperature: Some(249), ..good }, ObservationError::Temperature),
        (Observation { temperature: Some(451), ..good }, ObservationError::Temperature),
    ];
    for (observation, error) in spoilt {
        assert_eq!(Observation::from_bytes(&observation.to_bytes()), Err(error));
    }
    assert_eq!(Observation::from_bytes(&[0; 65]), Err(ObservationError::TooLong(65)));
    let longer = [good.to_bytes(), vec![0]].concat();
    assert_eq!(Observation::from_bytes(&longer), Err(ObservationError::NotCanonical));
    assert!(matches!(Observation::from_bytes(&[0x80]), Err(ObservationError::Shape(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Between the same inputs one engine is ticked at any moments, stopped and restored after each, and the other is
    /// left alone: both say the same in the same order and end in the same state.
    #[test]
    fn neither_ticks_nor_restarts_change_what_is_said(
        inputs in prop::collection::vec((1i64..40_000, 0usize..6, 0i32..130), 1..40),
        ticks in prop::collection::vec(1i64..3_000, 1..40),
    ) {
        let parameters = [
            Parameter::Spo2, Parameter::HeartRate, Parameter::RespiratoryRate, Parameter::PulseRate,
            Parameter::NibpSystolic, Parameter::Temperature,
        ];
        let (mut left_alone, mut disturbed) = (engine(), engine());
        let (mut said, mut heard) = (Vec::new(), Vec::new());
        let mut now = START;
        for (wait, which, number) in inputs {
            let next = now + wait;
            for stride in &ticks {
                let moment = now + stride;
                if moment < next {
                    heard.extend(disturbed.tick(UnixMillis(moment)));
                    disturbed = AlarmEngine::restore(&disturbed.snapshot()).expect("its own snapshot");
                }
            }
            let reading = Reading { taken: UnixMillis(next), ..value(parameters[which], &number.to_string(), 0) };
            let time = disturbed.time(UnixMillis(next));
            prop_assert!(time.0 - next < 1_000);
            heard.extend(disturbed.step(UnixMillis(next), &[reading]));
            said.extend(left_alone.step(UnixMillis(next), &[reading]));
            now = next;
        }
        said.extend(left_alone.tick(UnixMillis(now + 200_000)));
        heard.extend(disturbed.tick(UnixMillis(now + 200_000)));
        prop_assert_eq!(said, heard);
        prop_assert_eq!(left_alone.snapshot(), disturbed.snapshot());
    }
}
