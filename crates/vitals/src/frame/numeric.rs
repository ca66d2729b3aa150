//! Frames of readings: about three bytes for a usual one.

use wl_ledger::{DeviceId, UnixMillis};

use super::FrameError;
use crate::codes::Parameter;
use crate::reading::{Code, Consciousness, Decimal, Frame, Quality, Reading, Unit, Value};
use crate::varint::{Reader, put, put_signed};

/// Most readings in one frame.
pub const MAX_READINGS: usize = 512;
const VERSION: u8 = 1;

/// Codes by their index in the head byte. The order is the format: append only, at most 31 (docs/spec/frame.md).
const INDEX: [u32; 17] = [
    147_842, 149_530, 150_456, 151_562, 150_021, 150_022, 150_023, 150_364, 160_212, 160_184, 192_512,
    192_513, 152_196, 192_514, 188_736, 151_578, 150_020,
];
/// Index that says the code itself follows.
const EXPLICIT: u8 = 31;
const HEAD_INDEX: u8 = 0x1f;
const HEAD_TIME: u8 = 0x20;
const HEAD_MORE: u8 = 0x40;
const MORE_QUALITY: u8 = 0x07;
const MORE_CHANNEL: u8 = 0x08;
const MORE_UNIT: u8 = 0x10;
const MORE_SCALE: u8 = 0x20;
const MORE_CODED: u8 = 0x40;

/// Writes a frame relative to `base`, the time taken that its record carries.
///
/// # Errors
/// [`FrameError::TooMany`] above [`MAX_READINGS`]; [`FrameError::Range`] for a time or scale that cannot be written.
pub fn encode(frame: &Frame, base: UnixMillis) -> Result<Vec<u8>, FrameError> {
    let count = frame.readings.len();
    if count > MAX_READINGS {
        return Err(FrameError::TooMany {
            found: u64::try_from(count).unwrap_or(u64::MAX),
            limit: MAX_READINGS,
        });
    }
    let mut out = Vec::with_capacity(count.saturating_mul(4).saturating_add(12));
    out.push(VERSION);
    put(&mut out, u64::from(frame.device.0));
    put_signed(&mut out, difference(frame.received, base, "received", 0)?);
    put(&mut out, u64::try_from(count).unwrap_or(0));
    let mut previous = base;
    for (entry, reading) in frame.readings.iter().enumerate() {
        let before = frame.readings.get(..entry).unwrap_or_default();
        encode_reading(&mut out, reading, previous, before, entry)?;
        previous = reading.taken;
    }
    Ok(out)
}

/// Reads a frame written relative to `base`.
///
/// # Errors
/// [`FrameError`] saying where the bytes leave the format; nothing is skipped or repaired.
pub fn decode(bytes: &[u8], base: UnixMillis) -> Result<Frame, FrameError> {
    let mut reader = Reader::new(bytes);
    let frame = decode_frame(&mut reader, base)?;
    if !reader.is_empty() {
        return Err(FrameError::Trailing(reader.at()));
    }
    if encode(&frame, base)? == bytes { Ok(frame) } else { Err(FrameError::NotCanonical) }
}

fn decode_frame(reader: &mut Reader<'_>, base: UnixMillis) -> Result<Frame, FrameError> {
    let version = reader.byte().ok_or(FrameError::Broken(0))?;
    if version != VERSION {
        return Err(FrameError::Version(version));
    }
    let device = unsigned(reader)?;
    let device =
        DeviceId(u32::try_from(device).map_err(|_| FrameError::Range { field: "device", entry: 0 })?);
    let received = moved(base, signed(reader)?, "received", 0)?;
    let found = unsigned(reader)?;
    let count = usize::try_from(found)
        .ok()
        .filter(|n| *n <= MAX_READINGS)
        .ok_or(FrameError::TooMany { found, limit: MAX_READINGS })?;
    let mut readings = Vec::with_capacity(count);
    let mut previous = base;
    for entry in 0..count {
        let reading = decode_reading(reader, previous, &readings, entry)?;
        previous = reading.taken;
        readings.push(reading);
    }
    Ok(Frame { device, received, readings })
}

fn encode_reading(
    out: &mut Vec<u8>,
    reading: &Reading,
    previous: UnixMillis,
    before: &[Reading],
    entry: usize,
) -> Result<(), FrameError> {
    let index = index_of(reading.code);
    let (unit, scale) = defaults(reading.code);
    let (coded, number) = match reading.value {
        Value::Number(number) => (false, number),
        Value::Consciousness(level) => (true, Decimal::whole(level_code(level))),
    };
    if !Decimal::SCALES.contains(&number.scale) {
        return Err(FrameError::Range { field: "scale", entry });
    }
    let scale = if coded { 0 } else { scale };
    let more = flag(reading.channel != 0, MORE_CHANNEL)
        | flag(reading.unit != unit, MORE_UNIT)
        | flag(number.scale != scale, MORE_SCALE)
        | flag(coded, MORE_CODED)
        | quality_code(reading.quality);
    let later = difference(reading.taken, previous, "taken", entry)?;
    out.push(index.unwrap_or(EXPLICIT) | flag(later != 0, HEAD_TIME) | flag(more != 0, HEAD_MORE));
    if index.is_none() {
        put(out, u64::from(reading.code.0));
    }
    if later != 0 {
        put_signed(out, later);
    }
    if more != 0 {
        out.push(more);
    }
    if reading.channel != 0 {
        out.push(reading.channel);
    }
    if reading.unit != unit {
        put(out, u64::from(reading.unit.0));
    }
    if number.scale != scale {
        put_signed(out, i64::from(number.scale));
    }
    put_signed(out, i64::from(number.mantissa) - reference(before, reading, number.scale));
    Ok(())
}

fn decode_reading(
    reader: &mut Reader<'_>,
    previous: UnixMillis,
    before: &[Reading],
    entry: usize,
) -> Result<Reading, FrameError> {
    let range = |field| FrameError::Range { field, entry };
    let head = byte(reader)?;
    let code = match head & HEAD_INDEX {
        EXPLICIT => Code(u32::try_from(unsigned(reader)?).map_err(|_| range("code"))?),
        index => Code(*INDEX.get(usize::from(index)).ok_or(range("code index"))?),
    };
    if head & !(HEAD_INDEX | HEAD_TIME | HEAD_MORE) != 0 {
        return Err(range("head"));
    }
    let later = if head & HEAD_TIME != 0 { signed(reader)? } else { 0 };
    let taken = moved(previous, later, "taken", entry)?;
    let more = if head & HEAD_MORE != 0 { byte(reader)? } else { 0 };
    let quality = quality_of(more & MORE_QUALITY).ok_or(range("quality"))?;
    if more & 0x80 != 0 {
        return Err(range("flags"));
    }
    let channel = if more & MORE_CHANNEL != 0 { byte(reader)? } else { 0 };
    let (mut unit, mut scale) = defaults(code);
    if more & MORE_UNIT != 0 {
        unit = Unit(u32::try_from(unsigned(reader)?).map_err(|_| range("unit"))?);
    }
    if more & MORE_CODED != 0 {
        scale = 0;
    }
    if more & MORE_SCALE != 0 {
        scale = i8::try_from(signed(reader)?).map_err(|_| range("scale"))?;
    }
    let placeholder =
        Reading { code, channel, value: Value::Number(Decimal::whole(0)), unit, taken, quality };
    let coded = more & MORE_CODED != 0;
    let base = if coded { 0 } else { reference(before, &placeholder, scale) };
    let mantissa =
        signed(reader)?.checked_add(base).and_then(|m| i32::try_from(m).ok()).ok_or(range("value"))?;
    let number = Decimal::new(mantissa, scale).map_err(|_| range("scale"))?;
    let value = if coded {
        Value::Consciousness(level_of(number).ok_or(range("level of consciousness"))?)
    } else {
        Value::Number(number)
    };
    Ok(Reading { value, ..placeholder })
}

/// What the mantissa is a difference to: the last number of the same code, channel and scale in this frame, else 0.
fn reference(before: &[Reading], reading: &Reading, scale: i8) -> i64 {
    if matches!(reading.value, Value::Consciousness(_)) {
        return 0;
    }
    before
        .iter()
        .rev()
        .filter(|r| r.code == reading.code && r.channel == reading.channel)
        .find_map(|r| match r.value {
            Value::Number(number) if number.scale == scale => Some(i64::from(number.mantissa)),
            Value::Number(_) | Value::Consciousness(_) => None,
        })
        .unwrap_or(0)
}

fn index_of(code: Code) -> Option<u8> {
    INDEX.iter().position(|known| *known == code.0).and_then(|at| u8::try_from(at).ok())
}

/// Unit and power of ten that are implied for a code.
fn defaults(code: Code) -> (Unit, i8) {
    match Parameter::from_code(code) {
        Some(parameter) => {
            let info = parameter.info();
            (info.unit, i8::try_from(info.decimals).map_or(0, |d| -d))
        }
        None => (crate::codes::units::DIMENSIONLESS, 0),
    }
}

fn flag(set: bool, bit: u8) -> u8 {
    if set { bit } else { 0 }
}

/// The number of a quality in compact formats.
pub(crate) fn quality_code(quality: Quality) -> u8 {
    match quality {
        Quality::Good => 0,
        Quality::Questionable => 1,
        Quality::Unavailable => 2,
        Quality::Invalid => 3,
        Quality::Demo => 4,
    }
}

/// The quality of a number, if there is one.
pub(crate) fn quality_of(code: u8) -> Option<Quality> {
    match code {
        0 => Some(Quality::Good),
        1 => Some(Quality::Questionable),
        2 => Some(Quality::Unavailable),
        3 => Some(Quality::Invalid),
        4 => Some(Quality::Demo),
        _ => None,
    }
}

/// The number of a level of consciousness in compact formats.
pub(crate) fn level_code(level: Consciousness) -> i32 {
    match level {
        Consciousness::Alert => 0,
        Consciousness::Confusion => 1,
        Consciousness::Voice => 2,
        Consciousness::Pain => 3,
        Consciousness::Unresponsive => 4,
    }
}

/// The level of a whole number, if there is one.
pub(crate) fn level_of(number: Decimal) -> Option<Consciousness> {
    match (number.mantissa, number.scale) {
        (0, 0) => Some(Consciousness::Alert),
        (1, 0) => Some(Consciousness::Confusion),
        (2, 0) => Some(Consciousness::Voice),
        (3, 0) => Some(Consciousness::Pain),
        (4, 0) => Some(Consciousness::Unresponsive),
        _ => None,
    }
}

fn difference(
    later: UnixMillis,
    earlier: UnixMillis,
    field: &'static str,
    entry: usize,
) -> Result<i64, FrameError> {
    later.0.checked_sub(earlier.0).ok_or(FrameError::Range { field, entry })
}

fn moved(base: UnixMillis, by: i64, field: &'static str, entry: usize) -> Result<UnixMillis, FrameError> {
    base.0.checked_add(by).map(UnixMillis).ok_or(FrameError::Range { field, entry })
}

fn byte(reader: &mut Reader<'_>) -> Result<u8, FrameError> {
    let at = reader.at();
    reader.byte().ok_or(FrameError::Broken(at))
}

fn unsigned(reader: &mut Reader<'_>) -> Result<u64, FrameError> {
    let at = reader.at();
    reader.unsigned().ok_or(FrameError::Broken(at))
}

fn signed(reader: &mut Reader<'_>) -> Result<i64, FrameError> {
    let at = reader.at();
    reader.signed().ok_or(FrameError::Broken(at))
}
