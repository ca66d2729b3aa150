//! What lies inside an opened record, and in the desk's database: frames, waveforms, chunks, alarm events.

use wl_ledger::UnixMillis;
use wl_vitals::alarm::{AlarmAck, AlarmEngine, AlarmEvent};
use wl_vitals::chunk::Chunk;
use wl_vitals::frame::{self, MAX_READINGS};
use wl_vitals::writing::Writing;
use wl_vitals::{Decimal, Parameter};

use crate::{Target, same, target};

pub(crate) const TARGETS: &[Target] = &[
    target("frame", 4096, frame_of_readings),
    target("waveform", 8192, waveform),
    target("chunk", 8192, chunk),
    target("alarm-event", 512, |input| {
        same(input, AlarmEvent::from_bytes(input).map(|event| event.to_bytes()))
    }),
    target("alarm-acknowledgement", 512, |input| {
        same(input, AlarmAck::from_bytes(input).map(|acknowledgement| acknowledgement.to_bytes()))
    }),
    target("writing", 4096, |input| {
        same(input, Writing::from_bytes(input).map(|writing| writing.to_bytes()))
    }),
    target("engine-snapshot", 4096, |input| {
        same(input, AlarmEngine::restore(input).map(|engine| engine.snapshot()))
    }),
    target("decimal", 64, decimal),
];

const BASE: UnixMillis = UnixMillis(1_768_003_200_000);

fn frame_of_readings(input: &[u8]) -> bool {
    let Ok(frame) = frame::decode(input, BASE) else { return false };
    assert!(frame.readings.len() <= MAX_READINGS);
    for reading in &frame.readings {
        let _parameter = Parameter::from_code(reading.code);
        let _shown = format!("{:?}", reading.value);
    }
    same(input, frame::encode(&frame, BASE))
}

fn waveform(input: &[u8]) -> bool {
    let read = frame::decode_waveform(input, BASE);
    match read {
        Ok(wave) => same(input, frame::encode_waveform(&wave, BASE)),
        Err(_) => false,
    }
}

/// A column has more than one coding, so a chunk is held to its meaning: written and read again it is the same.
fn chunk(input: &[u8]) -> bool {
    let Ok(chunk) = Chunk::decode(input) else { return false };
    for sample in &chunk.samples {
        let _reading = chunk.key.reading(sample);
    }
    let _span = chunk.span();
    let again = chunk.encode().and_then(|bytes| Chunk::decode(&bytes));
    assert!(again.as_ref() == Ok(&chunk), "a chunk changed when it was written again");
    true
}

fn decimal(input: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(input) else { return false };
    let Ok(number) = Decimal::parse(text) else { return false };
    let shown = number.to_string();
    assert!(Decimal::parse(&shown) == Ok(number), "a number changed when it was shown");
    true
}
