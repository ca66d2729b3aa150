//! A stretch of waveform: raw device counts with what turns them into a physical value.

use wl_ledger::{DeviceId, UnixMillis};

use super::FrameError;
use crate::reading::{Code, Decimal, Quality, Unit};
use crate::varint::{Reader, put, put_signed};

/// Most samples in one stretch.
pub const MAX_SAMPLES: usize = 16_384;
/// The count that means "no signal here": drawn as a gap, never interpolated.
pub const WAVE_INVALID: i16 = i16::MIN;
const VERSION: u8 = 1;

/// Samples of one curve at an even rate. The physical value of a sample is `(count − baseline) × gain`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waveform {
    /// The registered device it came from.
    pub device: DeviceId,
    /// Which curve.
    pub code: Code,
    /// Ordinal among curves with this code.
    pub channel: u8,
    /// When its first sample was taken.
    pub start: UnixMillis,
    /// Samples in 1,000 seconds (millihertz): 62.5 Hz is 62,500. Never 0.
    pub rate: u32,
    /// Unit of the physical value.
    pub unit: Unit,
    /// Physical value of one count.
    pub gain: Decimal,
    /// The count of physical zero.
    pub baseline: i16,
    /// How far it may be used, as a whole.
    pub quality: Quality,
    /// The counts; [`WAVE_INVALID`] where there is no signal.
    pub samples: Vec<i16>,
}

impl Waveform {
    /// When the sample after the last is due, in milliseconds rounded down.
    pub fn end(&self) -> UnixMillis {
        let count = i64::try_from(self.samples.len()).unwrap_or(i64::MAX);
        let millis = count.saturating_mul(1_000_000).checked_div(i64::from(self.rate)).unwrap_or(0);
        self.start.plus(millis)
    }
}

/// Writes a waveform relative to `base`, the time taken that its record carries.
///
/// # Errors
/// [`FrameError::TooMany`] above [`MAX_SAMPLES`]; [`FrameError::Range`] for a zero rate, a time or a scale out of range.
pub fn encode_waveform(wave: &Waveform, base: UnixMillis) -> Result<Vec<u8>, FrameError> {
    let count = wave.samples.len();
    if count > MAX_SAMPLES {
        return Err(FrameError::TooMany {
            found: u64::try_from(count).unwrap_or(u64::MAX),
            limit: MAX_SAMPLES,
        });
    }
    let range = |field| FrameError::Range { field, entry: 0 };
    if wave.rate == 0 {
        return Err(range("rate"));
    }
    if !Decimal::SCALES.contains(&wave.gain.scale) {
        return Err(range("gain"));
    }
    let mut out = Vec::with_capacity(count.saturating_mul(2).saturating_add(32));
    out.extend([VERSION, super::numeric::quality_code(wave.quality), wave.channel]);
    put(&mut out, u64::from(wave.device.0));
    put(&mut out, u64::from(wave.code.0));
    put(&mut out, u64::from(wave.unit.0));
    put_signed(&mut out, wave.start.0.checked_sub(base.0).ok_or(range("start"))?);
    put(&mut out, u64::from(wave.rate));
    put_signed(&mut out, i64::from(wave.gain.mantissa));
    put_signed(&mut out, i64::from(wave.gain.scale));
    put_signed(&mut out, i64::from(wave.baseline));
    put(&mut out, u64::try_from(count).unwrap_or(0));
    let mut previous = wave.baseline;
    for sample in &wave.samples {
        put_signed(&mut out, i64::from(*sample) - i64::from(previous));
        previous = *sample;
    }
    Ok(out)
}

/// Reads a waveform written relative to `base`.
///
/// # Errors
/// [`FrameError`] saying where the bytes leave the format.
pub fn decode_waveform(bytes: &[u8], base: UnixMillis) -> Result<Waveform, FrameError> {
    let mut reader = Reader::new(bytes);
    let wave = read(&mut reader, base)?;
    if !reader.is_empty() {
        return Err(FrameError::Trailing(reader.at()));
    }
    if encode_waveform(&wave, base)? == bytes { Ok(wave) } else { Err(FrameError::NotCanonical) }
}

fn read(reader: &mut Reader<'_>, base: UnixMillis) -> Result<Waveform, FrameError> {
    let range = |field| FrameError::Range { field, entry: 0 };
    let version = byte(reader)?;
    if version != VERSION {
        return Err(FrameError::Version(version));
    }
    let quality = super::numeric::quality_of(byte(reader)?).ok_or(range("quality"))?;
    let channel = byte(reader)?;
    let device = DeviceId(small(reader, "device")?);
    let code = Code(small(reader, "code")?);
    let unit = Unit(small(reader, "unit")?);
    let start = base.0.checked_add(signed(reader)?).map(UnixMillis).ok_or(range("start"))?;
    let rate = small(reader, "rate")?;
    if rate == 0 {
        return Err(range("rate"));
    }
    let mantissa = i32::try_from(signed(reader)?).map_err(|_| range("gain"))?;
    let scale = i8::try_from(signed(reader)?).map_err(|_| range("gain"))?;
    let gain = Decimal::new(mantissa, scale).map_err(|_| range("gain"))?;
    let baseline = i16::try_from(signed(reader)?).map_err(|_| range("baseline"))?;
    let samples = read_samples(reader, baseline)?;
    Ok(Waveform { device, code, channel, start, rate, unit, gain, baseline, quality, samples })
}

fn read_samples(reader: &mut Reader<'_>, baseline: i16) -> Result<Vec<i16>, FrameError> {
    let at = reader.at();
    let found = reader.unsigned().ok_or(FrameError::Broken(at))?;
    let count = usize::try_from(found)
        .ok()
        .filter(|n| *n <= MAX_SAMPLES)
        .ok_or(FrameError::TooMany { found, limit: MAX_SAMPLES })?;
    let mut samples = Vec::with_capacity(count);
    let mut previous = i64::from(baseline);
    for entry in 0..count {
        let sum = previous.checked_add(signed(reader)?).and_then(|sum| i16::try_from(sum).ok());
        let sample = sum.ok_or(FrameError::Range { field: "sample", entry })?;
        samples.push(sample);
        previous = i64::from(sample);
    }
    Ok(samples)
}

fn byte(reader: &mut Reader<'_>) -> Result<u8, FrameError> {
    let at = reader.at();
    reader.byte().ok_or(FrameError::Broken(at))
}

fn signed(reader: &mut Reader<'_>) -> Result<i64, FrameError> {
    let at = reader.at();
    reader.signed().ok_or(FrameError::Broken(at))
}

fn small(reader: &mut Reader<'_>, field: &'static str) -> Result<u32, FrameError> {
    let at = reader.at();
    let value = reader.unsigned().ok_or(FrameError::Broken(at))?;
    u32::try_from(value).map_err(|_| FrameError::Range { field, entry: 0 })
}
