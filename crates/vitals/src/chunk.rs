//! Columns of one series, compressed: what stores keep instead of a row for every sample (docs/spec/chunk.md).

mod column;

use minicbor::{Decode, Encode};
use wl_ledger::{DeviceId, Seq, UnixMillis};

use crate::codes::Parameter;
use crate::reading::{Code, Decimal, Quality, Reading, Unit, Value};
use crate::varint::{Reader, put, put_signed};

/// Most samples in one chunk: a day at one a second and some more.
pub const MAX_SAMPLES: usize = 1 << 17;
const VERSION: u8 = 1;

/// What all samples of a chunk have in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
pub struct SeriesKey {
    /// The registered device.
    #[n(0)]
    pub device: DeviceId,
    /// The parameter.
    #[n(1)]
    pub code: Code,
    /// Which of several rows with this code.
    #[n(2)]
    pub channel: u8,
    /// The unit.
    #[n(3)]
    pub unit: Unit,
    /// The power of ten of every mantissa; 0 for coded values.
    #[n(4)]
    pub scale: i8,
    /// Whether mantissas are levels of consciousness.
    #[n(5)]
    pub coded: bool,
}

/// One sample of a series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// When it was measured.
    pub taken: UnixMillis,
    /// Its digits; the power of ten is the series'.
    pub mantissa: i32,
    /// How far it may be used.
    pub quality: Quality,
    /// The record of its stream that brought it.
    pub seq: Seq,
}

/// Samples of one series, ordered by time taken and then by record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chunk {
    /// What they have in common.
    pub key: SeriesKey,
    /// The samples.
    pub samples: Vec<Sample>,
}

/// Why bytes are no chunk, or a chunk cannot be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChunkError {
    /// The first byte is not a version this reader knows.
    #[error("unknown chunk version {0}")]
    Version(u8),
    /// The bytes end in the middle, or a number is not in its shortest form.
    #[error("the chunk breaks off or holds an overlong number at byte {0}")]
    Broken(usize),
    /// Bytes are left after the end.
    #[error("the chunk ends at byte {0} but more bytes follow")]
    Trailing(usize),
    /// Too many samples.
    #[error("{0} samples are more than a chunk may have")]
    TooMany(u64),
    /// A field holds a value outside its range.
    #[error("{0} is out of range")]
    Range(&'static str),
    /// A column does not decompress to the right number of values.
    #[error("the column of {0} does not decompress")]
    Column(&'static str),
    /// The samples are not in order.
    #[error("sample {0} is out of order")]
    Order(usize),
    /// A reading belongs to another series.
    #[error("a chunk holds one series only")]
    OtherSeries,
}

impl SeriesKey {
    /// The series of a reading and its sample; one code at two resolutions makes two series.
    pub fn split(device: DeviceId, reading: &Reading, seq: Seq) -> (Self, Sample) {
        let (mantissa, scale, coded) = match reading.value {
            Value::Number(number) => (number.mantissa, number.scale, false),
            Value::Consciousness(level) => (crate::frame::level_code(level), 0, true),
        };
        let key =
            Self { device, code: reading.code, channel: reading.channel, unit: reading.unit, scale, coded };
        (key, Sample { taken: reading.taken, mantissa, quality: reading.quality, seq })
    }

    /// The reading a sample stands for; `None` if a coded mantissa names no level.
    pub fn reading(&self, sample: &Sample) -> Option<Reading> {
        let number = Decimal::new(sample.mantissa, self.scale).ok()?;
        let value = if self.coded {
            Value::Consciousness(crate::frame::level_of(number)?)
        } else {
            Value::Number(number)
        };
        Some(Reading {
            code: self.code,
            channel: self.channel,
            value,
            unit: self.unit,
            taken: sample.taken,
            quality: sample.quality,
        })
    }

    /// The parameter, if the product knows it.
    pub fn parameter(&self) -> Option<Parameter> {
        Parameter::from_code(self.code)
    }
}

impl Chunk {
    /// Puts samples in order and drops exact repeats, which a record read twice makes.
    ///
    /// # Errors
    /// [`ChunkError::TooMany`] above [`MAX_SAMPLES`].
    pub fn new(key: SeriesKey, mut samples: Vec<Sample>) -> Result<Self, ChunkError> {
        samples.sort_by_key(|sample| (sample.taken, sample.seq));
        samples.dedup();
        check_count(samples.len())?;
        Ok(Self { key, samples })
    }

    /// Joins chunks of one series, for compaction.
    ///
    /// # Errors
    /// [`ChunkError::OtherSeries`] if the keys differ; [`ChunkError::TooMany`] if the sum is too large.
    pub fn join(chunks: Vec<Self>) -> Result<Option<Self>, ChunkError> {
        let Some(key) = chunks.first().map(|chunk| chunk.key) else { return Ok(None) };
        if chunks.iter().any(|chunk| chunk.key != key) {
            return Err(ChunkError::OtherSeries);
        }
        let samples = chunks.into_iter().flat_map(|chunk| chunk.samples).collect();
        Self::new(key, samples).map(Some)
    }

    /// The first and the last time taken.
    pub fn span(&self) -> Option<(UnixMillis, UnixMillis)> {
        Some((self.samples.first()?.taken, self.samples.last()?.taken))
    }

    /// Its bytes.
    ///
    /// # Errors
    /// [`ChunkError`] if the samples are out of order, too many or a number cannot be written.
    pub fn encode(&self) -> Result<Vec<u8>, ChunkError> {
        let count = check_count(self.samples.len())?;
        check_order(&self.samples)?;
        if !Decimal::SCALES.contains(&self.key.scale) {
            return Err(ChunkError::Range("scale"));
        }
        let mut out = vec![VERSION, u8::from(self.key.coded), self.key.channel];
        put(&mut out, u64::from(self.key.device.0));
        put(&mut out, u64::from(self.key.code.0));
        put(&mut out, u64::from(self.key.unit.0));
        put_signed(&mut out, i64::from(self.key.scale));
        put(&mut out, count);
        let seqs: Option<Vec<i64>> = self.samples.iter().map(|s| i64::try_from(s.seq.0).ok()).collect();
        let columns = [
            ("times", self.samples.iter().map(|s| s.taken.0).collect()),
            ("values", self.samples.iter().map(|s| i64::from(s.mantissa)).collect()),
            ("sequence numbers", seqs.ok_or(ChunkError::Range("sequence number"))?),
            (
                "qualities",
                self.samples.iter().map(|s| i64::from(crate::frame::quality_code(s.quality))).collect(),
            ),
        ];
        for (name, values) in columns {
            let values: Vec<i64> = values;
            column::write(&mut out, &values).ok_or(ChunkError::Column(name))?;
        }
        Ok(out)
    }

    /// Reads a chunk. Nothing is allocated before its size is known to be within bounds.
    ///
    /// # Errors
    /// [`ChunkError`] saying where the bytes leave the format.
    pub fn decode(bytes: &[u8]) -> Result<Self, ChunkError> {
        let mut reader = Reader::new(bytes);
        let (key, count) = read_head(&mut reader)?;
        let mut column = |name| column::read(&mut reader, count).ok_or(ChunkError::Column(name));
        let times = column("times")?;
        let values = column("values")?;
        let seqs = column("sequence numbers")?;
        let qualities = column("qualities")?;
        if !reader.is_empty() {
            return Err(ChunkError::Trailing(reader.at()));
        }
        let mut samples = Vec::with_capacity(count);
        for (((taken, value), seq), quality) in times.into_iter().zip(values).zip(seqs).zip(qualities) {
            samples.push(Sample {
                taken: UnixMillis(taken),
                mantissa: i32::try_from(value).map_err(|_| ChunkError::Range("value"))?,
                quality: u8::try_from(quality)
                    .ok()
                    .and_then(crate::frame::quality_of)
                    .ok_or(ChunkError::Range("quality"))?,
                seq: Seq(u64::try_from(seq).map_err(|_| ChunkError::Range("sequence number"))?),
            });
        }
        check_order(&samples)?;
        Ok(Self { key, samples })
    }
}

fn read_head(reader: &mut Reader<'_>) -> Result<(SeriesKey, usize), ChunkError> {
    let broken = |at| ChunkError::Broken(at);
    let version = reader.byte().ok_or(broken(0))?;
    if version != VERSION {
        return Err(ChunkError::Version(version));
    }
    let coded = match reader.byte().ok_or(broken(1))? {
        0 => false,
        1 => true,
        _ => return Err(ChunkError::Range("kind of value")),
    };
    let channel = reader.byte().ok_or(broken(2))?;
    let device = DeviceId(small(reader, "device")?);
    let code = Code(small(reader, "code")?);
    let unit = Unit(small(reader, "unit")?);
    let scale = reader.signed().ok_or(broken(reader.at()))?;
    let scale =
        i8::try_from(scale).ok().filter(|s| Decimal::SCALES.contains(s)).ok_or(ChunkError::Range("scale"))?;
    let found = reader.unsigned().ok_or(broken(reader.at()))?;
    let count =
        usize::try_from(found).ok().filter(|n| *n <= MAX_SAMPLES).ok_or(ChunkError::TooMany(found))?;
    Ok((SeriesKey { device, code, channel, unit, scale, coded }, count))
}

fn small(reader: &mut Reader<'_>, field: &'static str) -> Result<u32, ChunkError> {
    let at = reader.at();
    let value = reader.unsigned().ok_or(ChunkError::Broken(at))?;
    u32::try_from(value).map_err(|_| ChunkError::Range(field))
}

fn check_count(count: usize) -> Result<u64, ChunkError> {
    let found = u64::try_from(count).unwrap_or(u64::MAX);
    if count > MAX_SAMPLES { Err(ChunkError::TooMany(found)) } else { Ok(found) }
}

fn check_order(samples: &[Sample]) -> Result<(), ChunkError> {
    let key = |sample: &Sample| (sample.taken, sample.seq);
    match samples.iter().zip(samples.iter().skip(1)).position(|(a, b)| key(a) > key(b)) {
        Some(at) => Err(ChunkError::Order(at + 1)),
        None => Ok(()),
    }
}
