//! A replay of honest records finds no difference; one of a lying hub's names each lie.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

mod bedside;

use bedside::{PATIENT, START, at, engine, spo2, value};
use proptest::prelude::*;
use std::collections::BTreeMap;
use wl_ledger::UnixMillis;
use wl_vitals::alarm::{AlarmEngine, AlarmEvent, Difference, Input, Replayed, replay};
use wl_vitals::limits::{LimitSet, adult};
use wl_vitals::news2::Scale;
use wl_vitals::observation::Observation;
use wl_vitals::{Consciousness, Parameter, Reading};

/// What a hub would have written: frames, acts by input number, and its events.
#[derive(Default)]
struct Course {
    frames: Vec<Input>,
    acts: BTreeMap<u64, Input>,
    told: Vec<AlarmEvent>,
}

impl Course {
    fn give(&mut self, engine: &mut AlarmEngine, input: Input) {
        match input {
            Input::Readings(..) => self.frames.push(input.clone()),
            _ => drop(self.acts.insert(engine.inputs(), input.clone())),
        }
        self.told.extend(input.apply(engine));
    }

    fn replay(&self, until: UnixMillis) -> Replayed {
        replay(PATIENT, &adult(Scale::One), self.frames.clone(), self.acts.clone(), &self.told, until)
    }
}

/// Half an hour with an alarm, an observation, other limits, a standby, a stream that is lost.
fn honest() -> (Course, UnixMillis) {
    let (mut course, mut engine) = (Course::default(), engine());
    let other = {
        let ward = adult(Scale::One);
        let rows = ward.rows().iter().filter(|r| r.parameter != Parameter::PulseRate).copied();
        LimitSet::new(Scale::One, rows.collect()).expect("sound")
    };
    for second in 0..1_500 {
        let now = at(second).plus(137);
        let low = if (100..160).contains(&second) { "82" } else { "96" };
        if !(700..760).contains(&second) {
            course.give(
                &mut engine,
                Input::Readings(now, vec![spo2(low, second), value(Parameter::HeartRate, "81", second)]),
            );
        }
        match second {
            300 => {
                let observed = Observation {
                    at: at(290),
                    consciousness: Some(Consciousness::Voice),
                    oxygen: Some(20),
                    pain: None,
                    temperature: None,
                };
                course.give(&mut engine, Input::Entered(now, observed.readings()));
            }
            400 => course.give(&mut engine, Input::Limits(now, Box::new(other.clone()))),
            900 => course.give(&mut engine, Input::Standby(now, at(1_200))),
            1_000 => course.give(&mut engine, Input::Resumed(now)),
            _ => {}
        }
        course.told.extend(engine.tick(at(second).plus(600)));
    }
    (course, at(1_500))
}

#[test]
fn an_honest_course_has_no_difference() {
    let (course, until) = honest();
    let replayed = course.replay(until);
    assert_eq!(replayed.differences, []);
    assert_eq!((replayed.inputs, replayed.agreed), (1_500 - 60 + 4, course.told.len() as u64));
    assert!(replayed.agreed > 6);
}

#[test]
fn every_event_left_out_or_made_up_is_named() {
    let (honest, until) = honest();
    for index in 1..honest.told.len() {
        let (mut silent, _) = self::honest();
        let left_out = silent.told.remove(index);
        assert_eq!(silent.replay(until).differences, [Difference::Missing(Box::new(left_out))]);
        let (mut false_alarm, _) = self::honest();
        let mut made_up = false_alarm.told[index].clone();
        if let AlarmEvent::Raised(alarm) | AlarmEvent::Cleared(alarm) = &mut made_up {
            alarm.told = alarm.told.plus(1);
        } else {
            continue;
        }
        false_alarm.told.insert(index, made_up.clone());
        assert_eq!(false_alarm.replay(until).differences, [Difference::Unfounded(Box::new(made_up))]);
    }
}

#[test]
fn other_limits_or_no_beginning_are_named() {
    let (course, until) = honest();
    let other =
        replay(PATIENT, &adult(Scale::Two), course.frames.clone(), course.acts.clone(), &course.told, until);
    assert!(matches!(other.differences.as_slice(), [Difference::OtherLimits(_)]));
    let none = replay(PATIENT, &adult(Scale::One), course.frames, course.acts, &[], until);
    assert_eq!(none.differences, [Difference::NoBeginning]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever comes in, at whatever moments the hub looks, restarted or not: the replay agrees.
    #[test]
    fn any_course_replays(steps in prop::collection::vec((1i64..30_000, 0i32..140, 0u8..12, any::<bool>()), 1..60)) {
        let (mut course, mut engine) = (Course::default(), engine());
        let mut now = START;
        for (wait, number, what, restart) in steps {
            now += wait;
            let time = engine.time(UnixMillis(now));
            let reading = Reading { taken: time, ..spo2(&number.to_string(), 0) };
            let input = match what {
                0 => Input::Standby(time, time.plus(i64::from(number) * 1_000)),
                1 => Input::Resumed(time),
                2 => Input::SameLimb(time, number % 2 == 0),
                3 => Input::Entered(time, vec![Reading { taken: time, ..value(Parameter::Temperature, "39.5", 0) }]),
                _ => Input::Readings(time, vec![reading]),
            };
            course.give(&mut engine, input);
            course.told.extend(engine.tick(UnixMillis(now + wait % 977)));
            if restart {
                engine = AlarmEngine::restore(&engine.snapshot()).expect("its own snapshot");
            }
        }
        let until = UnixMillis(now + 120_000);
        course.told.extend(engine.tick(until));
        prop_assert_eq!(course.replay(until).differences, vec![]);
    }
}
