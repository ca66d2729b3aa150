//! Chunks: round trips, size, order, and hostile bytes.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_ledger::{DeviceId, Seq, UnixMillis};
use wl_vitals::chunk::{Chunk, ChunkError, MAX_SAMPLES, Sample, SeriesKey};
use wl_vitals::codes::units;
use wl_vitals::{Consciousness, Decimal, Parameter, Quality, Reading, Value};

fn key() -> SeriesKey {
    SeriesKey {
        device: DeviceId(3),
        code: Parameter::HeartRate.code(),
        channel: 0,
        unit: units::BEATS_PER_MINUTE,
        scale: 0,
        coded: false,
    }
}

/// An hour of a plausible heart rate at 1 Hz: a slow walk of whole numbers, by a small generator.
fn hour() -> Chunk {
    let (mut state, mut rate) = (1u32, 75i32);
    let samples = (0i64..3_600)
        .map(|second| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            rate = match state >> 28 {
                0 => (rate - 1).max(60),
                1 => (rate + 1).min(90),
                _ => rate,
            };
            Sample {
                taken: UnixMillis(1_768_005_060_000 + second * 1_000),
                mantissa: rate,
                quality: Quality::Good,
                seq: Seq(u64::try_from(second).expect("positive")),
            }
        })
        .collect();
    Chunk::new(key(), samples).expect("ordered")
}

#[test]
fn an_hour_takes_less_than_a_fifth_of_a_byte_a_sample() {
    let chunk = hour();
    let bytes = chunk.encode().expect("encodes");
    assert!(
        bytes.len() * 5 < chunk.samples.len(),
        "{} bytes for {} samples",
        bytes.len(),
        chunk.samples.len()
    );
    assert_eq!(Chunk::decode(&bytes), Ok(chunk));
}

#[test]
fn readings_split_and_come_back() {
    let level = Reading {
        code: Parameter::Consciousness.code(),
        channel: 2,
        value: Value::Consciousness(Consciousness::Pain),
        unit: units::DIMENSIONLESS,
        taken: UnixMillis(5),
        quality: Quality::Questionable,
    };
    let heat = Reading { value: Value::Number(Decimal::tenths(368)), ..level };
    for reading in [level, heat] {
        let (key, sample) = SeriesKey::split(DeviceId(1), &reading, Seq(9));
        assert_eq!(key.reading(&sample), Some(reading));
    }
    let (key, sample) = SeriesKey::split(DeviceId(1), &level, Seq(9));
    assert_eq!(
        key.reading(&Sample { mantissa: 5, ..sample }),
        None,
        "a level that does not exist is not guessed"
    );
}

#[test]
fn joining_orders_and_drops_exact_repeats_only() {
    let sample =
        |taken, mantissa| Sample { taken: UnixMillis(taken), mantissa, quality: Quality::Good, seq: Seq(1) };
    let a = Chunk::new(key(), vec![sample(3, 1), sample(1, 1)]).expect("ordered");
    let b = Chunk::new(key(), vec![sample(1, 1), sample(1, 2), sample(2, 1)]).expect("ordered");
    let joined = Chunk::join(vec![a.clone(), b]).expect("one series").expect("not empty");
    let values: Vec<(i64, i32)> = joined.samples.iter().map(|s| (s.taken.0, s.mantissa)).collect();
    assert_eq!(values, [(1, 1), (1, 2), (2, 1), (3, 1)]);
    let other = Chunk { key: SeriesKey { channel: 1, ..key() }, samples: vec![] };
    assert_eq!(Chunk::join(vec![a, other]), Err(ChunkError::OtherSeries));
    assert_eq!(Chunk::join(vec![]), Ok(None));
}

#[test]
fn malformed_bytes_are_refused() {
    let good = hour().encode().expect("encodes");
    let empty = Chunk::new(key(), vec![]).expect("empty").encode().expect("encodes");
    assert_eq!(Chunk::decode(&empty).map(|c| c.samples.len()), Ok(0));
    assert_eq!(Chunk::decode(&[]), Err(ChunkError::Broken(0)));
    assert_eq!(Chunk::decode(&[9]), Err(ChunkError::Version(9)));
    assert_eq!(Chunk::decode(&[1, 2, 0]), Err(ChunkError::Range("kind of value")));
    let huge = [1, 0, 0, 3, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert_eq!(Chunk::decode(&huge), Err(ChunkError::TooMany(34_359_738_367)));
    let trailing = [good.clone(), vec![0]].concat();
    assert_eq!(Chunk::decode(&trailing), Err(ChunkError::Trailing(good.len())));
    for cut in [1, 5, 9, 12, 20, good.len() - 1] {
        assert!(Chunk::decode(&good[..cut]).is_err(), "cut at {cut}");
    }
    let mut swapped = hour();
    swapped.samples.swap(0, 1);
    assert_eq!(swapped.encode(), Err(ChunkError::Order(1)));
    let long = vec![hour().samples[0]; MAX_SAMPLES + 1];
    let long = Chunk { key: key(), samples: long };
    assert!(matches!(long.encode(), Err(ChunkError::TooMany(_))));
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let quality = prop::sample::select(vec![Quality::Good, Quality::Unavailable, Quality::Demo]);
    (any::<i64>(), any::<i32>(), quality, 0u64..(1 << 63)).prop_map(|(taken, mantissa, quality, seq)| {
        Sample { taken: UnixMillis(taken), mantissa, quality, seq: Seq(seq) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_chunk_comes_back(samples in prop::collection::vec(any_sample(), 0..300)) {
        let chunk = Chunk::new(key(), samples).expect("ordered");
        let bytes = chunk.encode().expect("encodes");
        prop_assert_eq!(Chunk::decode(&bytes), Ok(chunk));
    }

    /// Bytes that were tampered with give an error or another chunk within bounds, and never a panic.
    #[test]
    fn spoilt_chunks_do_not_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), noisy in any::<u32>()
    ) {
        let mut chunk = hour();
        for (at, sample) in chunk.samples.iter_mut().enumerate() {
            sample.mantissa ^= i32::try_from((noisy >> (at % 23)) & 0xff).expect("small");
        }
        let mut bytes = chunk.encode().expect("encodes");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(chunk) = Chunk::decode(&bytes) {
            prop_assert!(chunk.samples.len() <= MAX_SAMPLES);
        }
    }

    #[test]
    fn hostile_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let _ = Chunk::decode(&bytes);
        let headed = [vec![1, 0, 0, 3, 0, 0, 0, 60, 2], bytes].concat();
        let _ = Chunk::decode(&headed);
    }
}
