//! One column of whole numbers, in the shortest of three codings.
//!
//! Times and sequence numbers of an even stream are runs of one difference; short columns are differences; long noisy
//! ones go to pco.

use pco::ChunkConfig;
use pco::standalone::{DecompressorItem, FileDecompressor, simple_compress};

use crate::varint::{Reader, put, put_signed};

const RUNS: u8 = 0;
const DIFFERENCES: u8 = 1;
const PCO: u8 = 2;
/// Below so many values pco's head costs more than it saves.
const PCO_FROM: usize = 48;

/// Appends the column; `None` if pco fails, which it does only for a faulty configuration.
pub(super) fn write(out: &mut Vec<u8>, values: &[i64]) -> Option<()> {
    let differences = differences(values);
    let (mut tag, mut best) = (RUNS, runs(&differences));
    let plain = plain(&differences);
    if plain.len() < best.len() {
        (tag, best) = (DIFFERENCES, plain);
    }
    if values.len() >= PCO_FROM && best.len() > values.len() / 8 {
        let packed = simple_compress(values, &ChunkConfig::default()).ok()?;
        if packed.len() < best.len() {
            (tag, best) = (PCO, packed);
        }
    }
    out.push(tag);
    put(out, u64::try_from(best.len()).ok()?);
    out.extend_from_slice(&best);
    Some(())
}

/// Reads a column of exactly `count` values.
pub(super) fn read(reader: &mut Reader<'_>, count: usize) -> Option<Vec<i64>> {
    let tag = reader.byte()?;
    let length = usize::try_from(reader.unsigned()?).ok()?;
    let bytes = reader.take(length)?;
    match tag {
        RUNS => read_runs(bytes, count),
        DIFFERENCES => read_plain(bytes, count),
        PCO => read_pco(bytes, count),
        _ => None,
    }
}

fn differences(values: &[i64]) -> Vec<i64> {
    let mut previous = 0i64;
    let step = |value: &i64| value.wrapping_sub(core::mem::replace(&mut previous, *value));
    values.iter().map(step).collect()
}

fn runs(differences: &[i64]) -> Vec<u8> {
    let mut out = Vec::new();
    for run in differences.chunk_by(|a, b| a == b) {
        put(&mut out, u64::try_from(run.len()).unwrap_or(0));
        put_signed(&mut out, run.first().copied().unwrap_or(0));
    }
    out
}

fn plain(differences: &[i64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(differences.len());
    for difference in differences {
        put_signed(&mut out, *difference);
    }
    out
}

fn read_runs(bytes: &[u8], count: usize) -> Option<Vec<i64>> {
    let mut reader = Reader::new(bytes);
    let mut values = Vec::with_capacity(count);
    let mut value = 0i64;
    while !reader.is_empty() {
        let length = usize::try_from(reader.unsigned()?).ok()?;
        let step = reader.signed()?;
        if length == 0 || length > count.checked_sub(values.len())? {
            return None;
        }
        for _ in 0..length {
            value = value.wrapping_add(step);
            values.push(value);
        }
    }
    (values.len() == count).then_some(values)
}

fn read_plain(bytes: &[u8], count: usize) -> Option<Vec<i64>> {
    let mut reader = Reader::new(bytes);
    let mut values = Vec::with_capacity(count.min(bytes.len()));
    let mut value = 0i64;
    while !reader.is_empty() && values.len() < count {
        value = value.wrapping_add(reader.signed()?);
        values.push(value);
    }
    (values.len() == count && reader.is_empty()).then_some(values)
}

/// One pco chunk of exactly `count` values, then the end mark, then nothing.
fn read_pco(bytes: &[u8], count: usize) -> Option<Vec<i64>> {
    let (file, rest) = FileDecompressor::new(bytes).ok()?;
    let mut values = vec![0i64; count];
    let mut chunk = match file.chunk_decompressor::<i64, _>(rest).ok()? {
        DecompressorItem::Chunk(chunk) => chunk,
        DecompressorItem::EndOfData(_) => return None,
    };
    if chunk.n() != count {
        return None;
    }
    let progress = chunk.read(&mut values).ok()?;
    if !progress.finished || progress.n_processed != count {
        return None;
    }
    match file.chunk_decompressor::<i64, _>(chunk.into_src()).ok()? {
        DecompressorItem::EndOfData([]) => Some(values),
        DecompressorItem::EndOfData(_) | DecompressorItem::Chunk(_) => None,
    }
}
