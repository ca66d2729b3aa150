//! The ward as a receiver sees it: same bytes for the same seed, plausible people, the story on time.

use std::collections::HashSet;

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use wl_ledger::UnixMillis;
use wl_sim::{
    clock::{DeviceClock, VirtualClock},
    physiology::{Physiology, Printed, Profile},
    rng::Rng,
    scenario::{
        PROBE_OFF, Part, SEPTIC_BEYOND_LIMITS_S, SEPTIC_CONFUSION, SEPTIC_OXYGEN_S, Scenario, Script,
    },
    ward::{Content, DEMO_PATIENTS, DeviceMessage, MAX_PATIENTS, Ward, WardError, WardSettings, agrees},
};
use wl_vitals::{Consciousness, Decimal, Parameter, Quality, Reading, Value};

/// 2026-11-18T10:26:40Z.
const START: UnixMillis = UnixMillis(1_794_997_600_000);

fn run(ward: &mut Ward, seconds: u32) -> Vec<DeviceMessage> {
    let mut clock = VirtualClock::at(START);
    let mut messages = ward.step(clock.now());
    for _ in 0..seconds {
        messages.extend(ward.step(clock.advance(1_000)));
    }
    messages
}

fn digest(messages: &[DeviceMessage]) -> String {
    let mut hash = Sha256::new();
    for message in messages {
        hash.update((message.bytes.len() as u64).to_be_bytes());
        hash.update(&message.bytes);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn whole(reading: &Reading) -> i32 {
    match reading.value {
        Value::Number(number) => number.rounded(0).unwrap(),
        Value::Consciousness(_) => panic!("a level is no number"),
    }
}

/// The readings of one parameter of one patient as (second, reading).
fn series(messages: &[DeviceMessage], patient: usize, parameter: Parameter) -> Vec<(i64, Reading)> {
    messages
        .iter()
        .filter(|message| message.patient_index == patient)
        .flat_map(|message| {
            message.expected.iter().map(move |reading| (message.sent.since(START) / 1_000, *reading))
        })
        .filter(|(_, reading)| reading.code == parameter.code() && reading.channel == 0)
        .collect()
}

#[test]
fn the_first_minute_of_seed_1_never_changes() {
    let mut ward = Ward::new(1, DEMO_PATIENTS, START).unwrap();
    let messages = ward.step(START.plus(59_999));
    assert_eq!(messages.len(), 60 * 2 * DEMO_PATIENTS);
    assert_eq!(digest(&messages), "75717577e399729be79ffc4f59df2988b24b58081210242b1cdc811da9fca690");
}

#[test]
fn the_seed_decides_and_the_steps_do_not() {
    let whole = digest(&run(&mut Ward::new(5, 7, START).unwrap(), 20));
    assert_eq!(whole, digest(&run(&mut Ward::new(5, 7, START).unwrap(), 20)));
    assert_ne!(whole, digest(&run(&mut Ward::new(6, 7, START).unwrap(), 20)));
    // The same time in one step, and in uneven ones.
    assert_eq!(whole, digest(&Ward::new(5, 7, START).unwrap().step(START.plus(20_000))));
    let mut ward = Ward::new(5, 7, START).unwrap();
    let mut uneven = Vec::new();
    for millis in [0, 1, 999, 1_001, 7_777, 7_777, 3_000, 20_000] {
        uneven.extend(ward.step(START.plus(millis)));
    }
    assert_eq!(whole, digest(&uneven));
}

#[test]
fn a_long_sleep_is_caught_up_in_bounded_steps_without_a_loss() {
    let mut ward = Ward::with(WardSettings { waveforms: false, ..WardSettings::demo(1, 3, START) }).unwrap();
    let now = START.plus(150_000);
    let mut counts = Vec::new();
    while ward.next_due() <= now {
        counts.push(ward.step(now).len());
    }
    assert_eq!(counts, [180, 180, 93 - 2]);
    assert!(ward.step(START).is_empty());
}

#[test]
fn settings_out_of_range_are_refused() {
    let base = WardSettings::demo(1, 12, START);
    let table = [
        (WardSettings { patients: 0, ..base }, WardError::Patients(0)),
        (WardSettings { patients: MAX_PATIENTS + 1, ..base }, WardError::Patients(MAX_PATIENTS + 1)),
        (WardSettings { start: UnixMillis(-1), ..base }, WardError::Start(UnixMillis(-1))),
        (WardSettings { start: UnixMillis(i64::MAX), ..base }, WardError::Start(UnixMillis(i64::MAX))),
        (WardSettings { tick_ms: 19, ..base }, WardError::Tick(19)),
        (WardSettings { tick_ms: 10_001, ..base }, WardError::Tick(10_001)),
    ];
    for (settings, want) in table {
        assert_eq!(Ward::with(settings).err(), Some(want));
    }
    let mut ward = Ward::with(base).unwrap();
    let far = DeviceClock { offset_ms: i64::MIN, drift_ppm: 0 };
    assert_eq!(ward.set_clock(0, far), Err(WardError::Clock(i64::MIN)));
    assert_eq!(ward.set_clock(12, DeviceClock::default()), Err(WardError::NoSuchPatient(12)));
}

#[test]
fn news2_is_complete_within_ten_seconds_for_everyone() {
    let messages = run(&mut Ward::new(1, DEMO_PATIENTS, START).unwrap(), 9);
    for patient in 0..DEMO_PATIENTS {
        for parameter in [
            Parameter::HeartRate,
            Parameter::Spo2,
            Parameter::RespiratoryRate,
            Parameter::NibpSystolic,
            Parameter::Temperature,
            Parameter::Consciousness,
            Parameter::OxygenFlow,
        ] {
            assert!(!series(&messages, patient, parameter).is_empty(), "{patient} {parameter:?}");
        }
    }
}

#[test]
fn the_septic_patient_leaves_the_limits_on_time_and_stays_out() {
    let messages = run(&mut Ward::new(1, DEMO_PATIENTS, START).unwrap(), 899);
    let septic = 6;
    type Beyond = (Parameter, fn(i32) -> bool);
    let beyond: [Beyond; 3] = [
        (Parameter::HeartRate, |v| v > 120),
        (Parameter::RespiratoryRate, |v| v > 24),
        (Parameter::Spo2, |v| v < 90),
    ];
    for (parameter, out) in beyond {
        let series = series(&messages, septic, parameter);
        let (second, first) = series.first().unwrap();
        assert!(*second == 0 && !out(whole(first)), "{parameter:?} begins within limits");
        for (second, reading) in &series {
            if *second >= i64::from(SEPTIC_BEYOND_LIMITS_S) {
                assert!(out(whole(reading)), "{parameter:?} at {second} s: {}", whole(reading));
            }
        }
    }
    let desaturation = series(&messages, septic, Parameter::Spo2);
    assert!(desaturation.iter().any(|(second, r)| (120..600).contains(second) && whole(r) < 85));
    let lowest =
        series(&messages, septic, Parameter::NibpSystolic).iter().map(|(_, r)| whole(r)).min().unwrap();
    assert!(lowest < 90, "{lowest}");

    let oxygen = series(&messages, septic, Parameter::OxygenFlow);
    let given = oxygen.iter().find(|(_, r)| r.value != Value::Number(Decimal::tenths(0))).unwrap();
    assert_eq!((given.0, given.1.value), (i64::from(SEPTIC_OXYGEN_S), Value::Number(Decimal::tenths(40))));
    let levels = series(&messages, septic, Parameter::Consciousness);
    let confused =
        levels.iter().find(|(_, r)| r.value == Value::Consciousness(Consciousness::Confusion)).unwrap();
    assert_eq!(confused.0, i64::from(SEPTIC_CONFUSION.0));
}

#[test]
fn the_probe_is_off_for_its_thirty_seconds_only() {
    let messages = run(&mut Ward::new(1, DEMO_PATIENTS, START).unwrap(), 120);
    for patient in 0..DEMO_PATIENTS {
        for parameter in [Parameter::Spo2, Parameter::PulseRate] {
            let off: Vec<i64> = series(&messages, patient, parameter)
                .iter()
                .filter(|(_, r)| r.quality == Quality::Unavailable)
                .map(|(second, _)| *second)
                .collect();
            let want: Vec<i64> = if patient == 4 {
                (i64::from(PROBE_OFF.0)..i64::from(PROBE_OFF.1)).collect()
            } else {
                Vec::new()
            };
            assert_eq!(off, want, "{patient} {parameter:?}");
        }
    }
    // Without a probe there is no pleth either; the electrocardiogram goes on.
    let curves = |second: i64| {
        let at = |m: &&DeviceMessage| {
            m.patient_index == 4 && m.content == Content::Waveforms && m.sent.since(START) / 1_000 == second
        };
        messages.iter().find(at).map(|m| m.waves.len())
    };
    assert_eq!((curves(39), curves(40), curves(69), curves(70)), (Some(2), Some(1), Some(1), Some(2)));
}

#[test]
fn nobody_but_the_septic_patient_leaves_the_limits_in_half_an_hour() {
    let settings = WardSettings { waveforms: false, ..WardSettings::demo(1, DEMO_PATIENTS, START) };
    let messages = run(&mut Ward::with(settings).unwrap(), 1_800);
    // The medium limits of the default table.
    let limits = [
        (Parameter::HeartRate, 50, 120),
        (Parameter::PulseRate, 50, 120),
        (Parameter::Spo2, 90, 100),
        (Parameter::RespiratoryRate, 8, 30),
        (Parameter::NibpSystolic, 90, 160),
        (Parameter::NibpDiastolic, 50, 90),
        (Parameter::NibpMean, 60, 110),
        (Parameter::Temperature, 36, 39),
    ];
    for patient in (0..DEMO_PATIENTS).filter(|patient| *patient != 6) {
        for (parameter, low, high) in limits {
            for (second, reading) in series(&messages, patient, parameter) {
                if reading.quality != Quality::Unavailable {
                    let value = whole(&reading);
                    assert!((low..=high).contains(&value), "{patient} {parameter:?} {second} s: {value}");
                }
            }
        }
    }
}

/// A day of bodies without the messages around them: bands, steps from second to second, and some life in it.
#[test]
fn a_day_of_twelve_patients_is_plausible() {
    let cast = Scenario::cast(Script::Demo, DEMO_PATIENTS);
    for patient in 0..DEMO_PATIENTS {
        let profile = Profile::draw(&mut Rng::for_stream(1, patient as u64), patient, cast.part(patient));
        let mut body = Physiology::new(profile, Rng::for_stream(2, patient as u64));
        let mut before: Option<Printed> = None;
        let mut heart_rates = HashSet::new();
        for second in 0..86_400_u32 {
            let now = START.plus(i64::from(second) * 1_000);
            let vitals = body.step(now, &cast.shift(patient, second)).printed();
            heart_rates.insert(vitals.heart_rate);
            let septic = cast.part(patient) == Part::Septic;
            assert_bands(&vitals, septic, second);
            if let Some(before) = before {
                assert!((vitals.heart_rate - before.heart_rate).abs() <= 5, "{patient} {second}");
                assert!((vitals.saturation - before.saturation).abs() <= 2, "{patient} {second}");
                assert!((vitals.respiration - before.respiration).abs() <= 3, "{patient} {second}");
                assert!(
                    (vitals.temperature_tenths - before.temperature_tenths).abs() <= 1,
                    "{patient} {second}"
                );
            }
            before = Some(vitals);
        }
        assert!((10..70).contains(&heart_rates.len()), "{patient}: {}", heart_rates.len());
    }
}

fn assert_bands(vitals: &Printed, septic: bool, second: u32) {
    let band = |value: i32, calm: (i32, i32), ill: (i32, i32), name: &str| {
        let (low, high) = if septic { ill } else { calm };
        assert!((low..=high).contains(&value), "{name} {value} at {second} s");
    };
    band(vitals.heart_rate, (50, 100), (75, 160), "heart rate");
    band(vitals.saturation, (91, 100), (78, 99), "saturation");
    band(vitals.respiration, (9, 22), (12, 42), "respiration");
    band(vitals.systolic, (92, 155), (65, 140), "systolic");
    band(vitals.diastolic, (52, 90), (35, 85), "diastolic");
    band(vitals.temperature_tenths, (360, 378), (378, 400), "temperature");
    assert!(vitals.diastolic < vitals.mean && vitals.mean < vitals.systolic);
}

#[test]
fn a_ward_of_a_thousand_has_a_thousand_devices_and_its_own_control_ids() {
    let mut ward = Ward::with(WardSettings::bench(9, MAX_PATIENTS, START, 500)).unwrap();
    let devices: HashSet<_> = ward.devices().collect();
    assert_eq!((devices.len(), ward.people().len()), (MAX_PATIENTS, MAX_PATIENTS));
    let messages = ward.step(START.plus(1_499));
    assert_eq!(messages.len(), 3 * MAX_PATIENTS);
    let ids: HashSet<_> = messages.iter().map(|m| m.control_id.clone()).collect();
    assert_eq!(ids.len(), messages.len());
    assert!(messages.iter().all(|m| m.control_id.len() <= 20));
    assert!(messages.windows(2).all(|pair| matches!(pair, [a, b] if a.sent <= b.sent)));
    assert!(messages.iter().flat_map(|m| &m.expected).all(|r| r.quality == Quality::Good));
}

#[test]
fn a_wrong_clock_shows_in_the_time_taken_only() {
    let mut ward = Ward::new(1, 2, START).unwrap();
    ward.set_clock(1, DeviceClock { offset_ms: -12_345, drift_ppm: 0 }).unwrap();
    for message in ward.step(START.plus(3_000)) {
        let ahead = if message.patient_index == 1 { -12_345 } else { 0 };
        for reading in message.expected {
            assert_eq!(reading.taken.since(message.sent), ahead);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any legal ward: ticks never lose waveform samples, bodies stay bodies.
    #[test]
    fn any_ward_keeps_its_promises(seed: u64, patients in 1_usize..20, tick_ms in 20_u32..3_000, start in 0_i64..4_000_000_000_000) {
        let start = UnixMillis(start);
        let settings = WardSettings { tick_ms, ..WardSettings::demo(seed, patients, start) };
        let mut ward = Ward::with(settings).unwrap();
        let messages = ward.step(start.plus(i64::from(tick_ms) * 9 + i64::from(tick_ms) - 1));
        prop_assert_eq!(messages.len(), patients * 20);
        let samples: usize = messages.iter().filter(|m| m.patient_index == 0)
            .flat_map(|m| &m.waves).filter(|w| w.rate_hz == 250).map(|w| w.counts.len()).sum();
        prop_assert_eq!(samples as u64, (u64::from(tick_ms) * 10 * 250 / 1_000) & !1);
        for reading in messages.iter().flat_map(|m| &m.expected) {
            prop_assert!(wl_vitals::codes::admit(*reading).is_ok_and(|admitted| agrees(reading, &admitted)));
        }
    }
}
