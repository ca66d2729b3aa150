//! The compact frame and waveform: vectors of the spec, sizes, round trips and every way bytes can be wrong.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_ledger::{DeviceId, UnixMillis};
use wl_vitals::codes::{private, units};
use wl_vitals::frame::{
    FrameError, MAX_READINGS, MAX_SAMPLES, WAVE_INVALID, Waveform, decode, decode_waveform, encode,
    encode_waveform,
};
use wl_vitals::{Code, Consciousness, Decimal, Frame, Parameter, Quality, Reading, Unit, Value};

const BASE: UnixMillis = UnixMillis(1_768_005_060_000);

fn number(parameter: Parameter, value: Decimal) -> Reading {
    let info = parameter.info();
    Reading {
        code: info.code,
        channel: 0,
        value: Value::Number(value),
        unit: info.unit,
        taken: BASE,
        quality: Quality::Good,
    }
}

fn frame(readings: Vec<Reading>) -> Frame {
    Frame { device: DeviceId(7), received: BASE.plus(40), readings }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The vectors of docs/spec/frame.md.
#[test]
fn vectors() {
    let level = Reading {
        value: Value::Consciousness(Consciousness::Voice),
        ..number(Parameter::Consciousness, Decimal::whole(0))
    };
    let unknown = Reading {
        code: Code(579),
        unit: units::BEATS_PER_MINUTE,
        ..number(Parameter::HeartRate, Decimal::whole(0))
    };
    let second = Reading { taken: BASE.plus(1_000), ..number(Parameter::HeartRate, Decimal::whole(74)) };
    let finer =
        Reading { quality: Quality::Demo, channel: 1, ..number(Parameter::HeartRate, Decimal::tenths(628)) };
    let rows = [
        ("no reading", frame(vec![]), "01075000"),
        ("HR 72", frame(vec![number(Parameter::HeartRate, Decimal::whole(72))]), "01075001009001"),
        (
            "temperature 36.8",
            frame(vec![number(Parameter::Temperature, Decimal::tenths(368))]),
            "0107500107e005",
        ),
        (
            "HR 72, then 74 one second later",
            frame(vec![number(Parameter::HeartRate, Decimal::whole(72)), second]),
            "0107500200900120d00f04",
        ),
        ("HR 62.8 on channel 1 of the demo ward", frame(vec![finer]), "01075001402c0101e809"),
        ("ACVPU V", frame(vec![level]), "010750014a4004"),
        ("a code without an index", frame(vec![unknown]), "010750015fc30410a0951000"),
    ];
    for (name, frame, expected) in rows {
        let bytes = encode(&frame, BASE).expect(name);
        assert_eq!(hex(&bytes), expected, "{name}");
        assert_eq!(decode(&bytes, BASE).as_ref(), Ok(&frame), "{name}");
    }
}

#[test]
fn a_usual_message_of_six_vitals_takes_at_most_five_bytes_each() {
    for quality in [Quality::Good, Quality::Demo] {
        let readings: Vec<Reading> = [
            number(Parameter::HeartRate, Decimal::tenths(728)),
            number(Parameter::PulseRate, Decimal::whole(73)),
            number(Parameter::Spo2, Decimal::whole(97)),
            number(Parameter::RespiratoryRate, Decimal::whole(16)),
            number(Parameter::NibpSystolic, Decimal::whole(121)),
            number(Parameter::Temperature, Decimal::tenths(368)),
        ]
        .map(|reading| Reading { quality, ..reading })
        .to_vec();
        let bytes = encode(&frame(readings), BASE).expect("encodes");
        assert!(bytes.len() <= 4 + 6 * 5, "{} bytes", bytes.len());
    }
}

#[test]
fn malformed_bytes_are_refused_with_what_is_wrong() {
    let rows: [(&str, Vec<u8>, FrameError); 13] = [
        ("nothing", vec![], FrameError::Broken(0)),
        ("another version", vec![2, 7, 0x50, 0], FrameError::Version(2)),
        ("breaks off in the head", vec![1, 7], FrameError::Broken(2)),
        ("breaks off in a reading", vec![1, 7, 0x50, 1, 0, 0x90], FrameError::Broken(5)),
        ("overlong number", vec![1, 0x87, 0, 0x50, 0], FrameError::Broken(1)),
        ("more bytes after the end", vec![1, 7, 0x50, 0, 0], FrameError::Trailing(4)),
        (
            "too many readings",
            vec![1, 7, 0x50, 0x81, 4],
            FrameError::TooMany { found: 513, limit: MAX_READINGS },
        ),
        (
            "a huge count allocates nothing",
            vec![1, 7, 0x50, 0xff, 0xff, 0xff, 0xff, 0x7f],
            FrameError::TooMany { found: 34_359_738_367, limit: MAX_READINGS },
        ),
        (
            "code index without a code",
            vec![1, 7, 0x50, 1, 0x1e, 2],
            FrameError::Range { field: "code index", entry: 0 },
        ),
        (
            "unknown quality",
            vec![1, 7, 0x50, 1, 0x40, 7, 2],
            FrameError::Range { field: "quality", entry: 0 },
        ),
        (
            "level of consciousness out of range",
            vec![1, 7, 0x50, 1, 0x4a, 0x40, 0x0a],
            FrameError::Range { field: "level of consciousness", entry: 0 },
        ),
        (
            "an explicit code that has an index",
            vec![1, 7, 0x50, 1, 0x1f, 0x82, 0x83, 9, 0],
            FrameError::NotCanonical,
        ),
        ("an explicit time of zero", vec![1, 7, 0x50, 1, 0x20, 0, 2], FrameError::NotCanonical),
    ];
    for (name, bytes, expected) in rows {
        assert_eq!(decode(&bytes, BASE), Err(expected), "{name}");
    }
    let many = frame(vec![number(Parameter::HeartRate, Decimal::whole(1)); MAX_READINGS + 1]);
    assert!(matches!(encode(&many, BASE), Err(FrameError::TooMany { .. })));
    let scale = frame(vec![number(Parameter::HeartRate, Decimal { mantissa: 1, scale: 10 })]);
    assert_eq!(encode(&scale, BASE), Err(FrameError::Range { field: "scale", entry: 0 }));
    let far = Frame { received: UnixMillis(i64::MIN), ..frame(vec![]) };
    assert_eq!(encode(&far, BASE), Err(FrameError::Range { field: "received", entry: 0 }));
}

fn any_reading() -> impl Strategy<Value = Reading> {
    let quality = prop::sample::select(vec![
        Quality::Good,
        Quality::Questionable,
        Quality::Unavailable,
        Quality::Invalid,
        Quality::Demo,
    ]);
    let level = prop::sample::select(vec![
        Consciousness::Alert,
        Consciousness::Confusion,
        Consciousness::Voice,
        Consciousness::Pain,
        Consciousness::Unresponsive,
    ]);
    let value = prop_oneof![
        4 => (any::<i32>(), -9i8..=9).prop_map(|(mantissa, scale)| Value::Number(Decimal { mantissa, scale })),
        4 => (-300i32..3_000, -1i8..=0).prop_map(|(mantissa, scale)| Value::Number(Decimal { mantissa, scale })),
        1 => level.prop_map(Value::Consciousness),
    ];
    let known: Vec<Code> = Parameter::ALL.map(Parameter::code).to_vec();
    let code = prop_oneof![4 => prop::sample::select(known), 1 => any::<u32>().prop_map(Code)];
    let unit = prop_oneof![Just(units::BEATS_PER_MINUTE), Just(units::PERCENT), any::<u32>().prop_map(Unit)];
    (code, 0u8..3, value, unit, -100_000i64..100_000, quality).prop_map(
        |(code, channel, value, unit, later, quality)| Reading {
            code,
            channel,
            value,
            unit,
            taken: BASE.plus(later),
            quality,
        },
    )
}

fn any_wave() -> impl Strategy<Value = Waveform> {
    (
        any::<u32>(),
        any::<u8>(),
        1u32..,
        any::<i32>(),
        -9i8..=9,
        any::<i16>(),
        prop::collection::vec(any::<i16>(), 0..600),
    )
        .prop_map(|(device, channel, rate, mantissa, scale, baseline, samples)| Waveform {
            device: DeviceId(device),
            code: Parameter::EcgLeadII.code(),
            channel,
            start: BASE.plus(i64::from(mantissa)),
            rate,
            unit: units::MILLIVOLT,
            gain: Decimal { mantissa, scale },
            baseline,
            quality: Quality::Good,
            samples,
        })
}

proptest! {
    #[test]
    fn every_frame_comes_back(readings in prop::collection::vec(any_reading(), 0..40), device in any::<u32>()) {
        let frame = Frame { device: DeviceId(device), received: BASE.plus(-5), readings };
        let bytes = encode(&frame, BASE).expect("encodes");
        prop_assert_eq!(decode(&bytes, BASE), Ok(frame));
    }

    /// Whatever decodes is canonical: it re-encodes to the same bytes. Nothing panics.
    #[test]
    fn hostile_bytes_decode_to_canonical_frames_or_not_at_all(
        bytes in prop::collection::vec(any::<u8>(), 0..80), head in any::<bool>()
    ) {
        let bytes = if head { [vec![1, 7, 0x50], bytes].concat() } else { bytes };
        if let Ok(frame) = decode(&bytes, BASE) {
            prop_assert_eq!(encode(&frame, BASE), Ok(bytes.clone()));
        }
        if let Ok(wave) = decode_waveform(&bytes, BASE) {
            prop_assert_eq!(encode_waveform(&wave, BASE), Ok(bytes.clone()));
        }
    }

    #[test]
    fn a_changed_byte_never_gives_the_same_frame(
        readings in prop::collection::vec(any_reading(), 1..10), at in any::<prop::sample::Index>(), bit in 0u8..8
    ) {
        let original = frame(readings);
        let mut bytes = encode(&original, BASE).expect("encodes");
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_ne!(decode(&bytes, BASE), Ok(original));
    }

    #[test]
    fn every_waveform_comes_back(wave in any_wave()) {
        let bytes = encode_waveform(&wave, BASE).expect("encodes");
        prop_assert_eq!(decode_waveform(&bytes, BASE), Ok(wave));
    }
}

#[test]
fn a_waveform_keeps_gaps_and_knows_its_end() {
    let wave = Waveform {
        device: DeviceId(1),
        code: Parameter::EcgLeadII.code(),
        channel: 0,
        start: BASE,
        rate: 250_000,
        unit: units::MILLIVOLT,
        gain: Decimal { mantissa: 5, scale: -3 },
        baseline: 0,
        quality: Quality::Good,
        samples: vec![0, 1, 3, WAVE_INVALID, i16::MAX],
    };
    let bytes = encode_waveform(&wave, BASE).expect("encodes");
    assert_eq!(decode_waveform(&bytes, BASE).as_ref(), Ok(&wave));
    assert_eq!(wave.end(), BASE.plus(20));
    let long = Waveform { samples: vec![0; MAX_SAMPLES + 1], ..wave.clone() };
    assert!(matches!(encode_waveform(&long, BASE), Err(FrameError::TooMany { .. })));
    let still = Waveform { rate: 0, ..wave };
    assert_eq!(encode_waveform(&still, BASE), Err(FrameError::Range { field: "rate", entry: 0 }));
    assert_eq!(private::NEWS2, Code(192_515), "the score is no reading and has no index in a frame");
}
