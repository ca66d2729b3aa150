//! Cold sync: an empty workstation in a process of its own catches up with a ward's readings, beside its own limit.

use crate::limit::{self, Signatures};
use crate::place::Place;
use crate::report::Report;
use crate::scribe::{SAMPLES, Scribe};
use anyhow::Context as _;
use std::path::Path;
use wl_gateway::clock::now;
use wl_ledger::block::Entry;
use wl_ledger::{Height, codec};

use wl_wire::messages::LiveBlock;

const PATIENTS: usize = 12;

/// How records lie in blocks.
struct Shape {
    name: &'static str,
    records: usize,
    blocks: usize,
}

const SHAPES: [Shape; 2] = [
    Shape { name: "12 records a block (a ward's second)", records: 12, blocks: 1_200 },
    Shape { name: "1 record a block (as it arrives live)", records: 1, blocks: 3_600 },
];

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    for shape in &SHAPES {
        one(report, shape).await?;
    }
    Ok(())
}

async fn one(report: &mut Report, shape: &Shape) -> anyhow::Result<()> {
    let mut place = Place::found(1, 1).await?;
    let mut scribe = Scribe::enrol(&mut place.hospital, u32::try_from(PATIENTS)?).await?;
    let (first, last) = write(&mut scribe, shape.records, shape.blocks).await?;
    let records = u64::try_from(shape.records * shape.blocks)?;
    let samples = figure(records * SAMPLES);
    report.remark(&format!("{}: {} samples of {PATIENTS} patients", shape.name, records * SAMPLES));

    let station = place.stations.first().context("a station")?;
    let answer = place.hospital.answer.clone();
    // One record of the hospital's own patient, its identity, opens beside the readings.
    let took = station.catch_up_alone(&answer, records + 1).await?;
    report.figure("catching up, wall time", took.wall, "s", "empty workstation, own process");
    report.figure(
        "  until the first record is opened",
        took.headers,
        "s",
        "headers first, then newest records",
    );
    report.figure("samples a second", samples / took.wall, "1/s", "");
    let product = samples / took.processor;
    report.figure("samples a second of one core", product, "1/s", "floor: 1 M");

    let batches = limit::fetch(&scribe, first, last).await?;
    for (signatures, name) in [
        (Signatures::Certificates, "limit: certificates alone"),
        (Signatures::AndRecords, "limit: and each record's signature"),
    ] {
        let seconds = limit::measure(&scribe, &answer, &batches, signatures, place.path()).await?;
        let limit = figure(SAMPLES) / seconds;
        report.figure(name, limit, "samples/s", "one core");
        report.figure("  product / limit", product / limit, "of 1", "goal: 0.5");
    }
    let (wire, text) = wire_bytes(&scribe, first, last).await?;
    report.figure("live, bytes a sample in CBOR", figure(wire) / samples, "B", "");
    report.figure(
        "live, bytes a sample as sent (base64 events)",
        figure(text) / samples,
        "B",
        "bar: 40 at 1 Hz",
    );
    let disk = size(station.directory())?;
    report.figure(
        "workstation's disk, bytes a sample",
        figure(disk) / samples,
        "B",
        "bar: 1.0 with proofs, archived",
    );
    place.hospital.stop().await
}

/// Writes seconds of the ward up to now, a submission for each block. Returns the first and last height.
async fn write(scribe: &mut Scribe, records: usize, blocks: usize) -> anyhow::Result<(Height, Height)> {
    let begun = now().plus(-1_000 * i64::try_from(blocks)?);
    let (mut first, mut last) = (None, Height(0));
    for (second, block) in (0i64..).zip(0..blocks) {
        let taken = begun.plus(second * 1_000);
        let of = (0..records).map(|place| (block * records + place) % PATIENTS);
        let items = of.map(|patient| scribe.frame(patient, taken)).collect();
        last = scribe.submit(items).await?;
        first.get_or_insert(last);
    }
    Ok((first.context("a block")?, last))
}

/// What the live stream carries for these blocks: bytes of CBOR, and bytes of server-sent events.
async fn wire_bytes(scribe: &Scribe, from: Height, to: Height) -> anyhow::Result<(u64, u64)> {
    let (mut wire, mut text) = (0u64, 0u64);
    for height in from.0..=to.0.min(from.0 + 99) {
        let lane = scribe.client.lane(Height(height), 1).await?.items.pop().context("a header")?;
        let content =
            scribe.client.blocks(Height(height), Height(height)).await?.blocks.pop().context("a block")?;
        anyhow::ensure!(content.items.iter().all(|served| matches!(served.item.entry, Entry::Record(_))));
        let bytes = codec::encode(&LiveBlock { lane, content }).len();
        let lines = format!("event: block\nid: {height}\ndata: \n\n").len();
        wire += u64::try_from(bytes)?;
        text += u64::try_from(bytes.div_ceil(3) * 4 + lines)?;
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let (all, seen) = (to.0 - from.0 + 1, 100.min(to.0 - from.0 + 1));
    Ok((wire * all / seen, text * all / seen))
}

/// Bytes of all files of a directory.
pub(crate) fn size(directory: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for file in std::fs::read_dir(directory)? {
        let entry = file?.metadata()?;
        sum += if entry.is_file() { entry.len() } else { 0 };
    }
    Ok(sum)
}

/// A count as a figure; counts of benches stay far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn figure(count: u64) -> f64 {
    count as f64
}
