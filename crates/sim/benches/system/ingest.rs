//! Gateway ingest over TLS: records a second that are parsed, judged, certified and committed with fsync, beside the
//! verification of their signatures alone.

use crate::place::Place;
use crate::report::{Report, processor_time};
use crate::scribe::{self, Scribe};
use crate::sync::figure;
use std::time::Instant;
use tokio::task::JoinSet;
use wl_gateway::clock::now;
use wl_ledger::block::Entry;
use wl_ledger::record::{SignedRecord, stream_anchor};

use wl_wire::messages::{Item, Submission};

/// Independent streams, each with one submission under way, as several hubs would send.
const STREAMS: usize = 4;
const SUBMISSIONS: usize = 24;
const RECORDS: usize = 1_024;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let mut place = Place::found(1, 1).await?;
    let mut scribe = Scribe::enrol(&mut place.hospital, u32::try_from(STREAMS)?).await?;
    // Signed before the clock starts: a gateway does not sign records.
    let begun = now().plus(-3_600_000);
    let work: Vec<Vec<Vec<Item>>> = (0..STREAMS)
        .map(|stream| {
            (0..SUBMISSIONS).map(|_| (0..RECORDS).map(|_| scribe.frame(stream, begun)).collect()).collect()
        })
        .collect();
    let limit = signatures_alone(&scribe, &work)?;

    let (wall, used) = (Instant::now(), processor_time());
    let mut senders = JoinSet::new();
    for submissions in work {
        let client = scribe.client.clone();
        senders.spawn(async move {
            for items in submissions {
                scribe::submit(&client, &Submission { items }).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    let (wall, used) = (wall.elapsed().as_secs_f64(), processor_time() - used);
    let records = figure(u64::try_from(STREAMS * SUBMISSIONS * RECORDS)?);
    report.figure("records a second, signed, judged, fsynced", records / wall, "1/s", "bar: 25 k");
    report.figure(
        "records a second of one core",
        records / used,
        "1/s",
        "sender's TLS and encoding included",
    );
    report.figure("limit: verify_strict of the same records alone", limit, "1/s", "one core");
    report.figure("  product / limit, by processor time", records / used / limit, "of 1", "");
    report.figure("  product / limit, by wall time", records / wall / limit, "of 1", "");
    place.hospital.stop().await
}

/// Signatures a second of processor time.
fn signatures_alone(scribe: &Scribe, work: &[Vec<Vec<Item>>]) -> anyhow::Result<f64> {
    let author = scribe.key.public();
    let mut records = Vec::new();
    for (of, submissions) in scribe.patients.iter().zip(work) {
        let mut previous = stream_anchor(&scribe.chain, of.stream);
        for item in submissions.iter().flatten() {
            let Entry::Record(bytes) = &item.entry else { continue };
            let record = SignedRecord::parse(bytes)?;
            let place = std::mem::replace(&mut previous, record.hash());
            records.push((record, place));
        }
    }
    let begun = processor_time();
    for (record, previous) in &records {
        record.verify(&author, &scribe.chain, previous)?;
    }
    Ok(figure(u64::try_from(records.len())?) / (processor_time() - begun))
}
