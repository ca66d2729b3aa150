//! The limit of catching up: what no reader of these records can leave out, measured on the very bytes that a
//! workstation fetched. Hash and tree for every entry, one certificate for a batch, AEAD and frame for every record,
//! one row for every record in plain SQLite without encryption; no state, no links between records, no views.

use crate::report::processor_time;
use crate::scribe::Scribe;
use crate::store::Table;
use anyhow::Context as _;
use std::path::Path;
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::header::{Certificate, Header, ValidatorSet, header_id};
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::{Category, Height, merkle};
use wl_seal::{RecordContext, open_record};
use wl_vitals::frame;
use wl_wire::enrolment::Answer;
use wl_wire::messages::BlockContent;

/// Blocks that a workstation asks for at once.
const BATCH: u64 = 128;

/// One batch as it was fetched.
pub(crate) struct Fetched {
    lane: Vec<LaneItem>,
    blocks: Vec<BlockContent>,
}

/// Fetches everything from a height on, as a workstation does.
pub(crate) async fn fetch(scribe: &Scribe, from: Height, to: Height) -> anyhow::Result<Vec<Fetched>> {
    let (mut batches, mut next) = (Vec::new(), from.0);
    while next <= to.0 {
        let last = to.0.min(next + BATCH - 1);
        let lane = scribe.client.lane(Height(next), last + 1 - next).await?.items;
        let blocks = scribe.client.blocks(Height(next), Height(last)).await?.blocks;
        anyhow::ensure!(lane.len() == blocks.len(), "a header and its block");
        batches.push(Fetched { lane, blocks });
        next = last + 1;
        // Well below what the gateway grants one key in a second.
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    Ok(batches)
}

/// Whether the author's own signature is checked on every record too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signatures {
    Certificates,
    AndRecords,
}

/// Processor seconds for one record, over so many passes.
pub(crate) async fn measure(
    scribe: &Scribe,
    answer: &Answer,
    batches: &[Fetched],
    signatures: Signatures,
    directory: &Path,
) -> anyhow::Result<f64> {
    let validators = ValidatorSet::of(answer.validators.iter().map(|validator| validator.sign));
    let (mut records, begun) = (0u32, processor_time());
    for pass in 0u32.. {
        let name = format!("limit-{}-{pass}.db", u8::from(signatures == Signatures::AndRecords));
        let mut table = Table::create(&directory.join(name), false).await?;
        for batch in batches {
            let rows = read(scribe, &validators, batch, signatures)?;
            records += u32::try_from(rows.len())?;
            table.insert(&rows).await?;
        }
        // The clock counts in hundredths of a second.
        if processor_time() - begun > 2.0 {
            break;
        }
    }
    Ok((processor_time() - begun) / f64::from(records))
}

fn read(
    scribe: &Scribe,
    validators: &ValidatorSet,
    batch: &Fetched,
    signatures: Signatures,
) -> anyhow::Result<Vec<(i64, i64, Vec<u8>)>> {
    let (mut rows, mut previous) = (Vec::new(), None);
    for (item, block) in batch.lane.iter().zip(&batch.blocks) {
        let header = Header::parse(&item.header)?;
        anyhow::ensure!(previous.is_none_or(|id| id == header.previous), "a broken link");
        previous = Some(header_id(&item.header));
        let leaves: Vec<_> = block.items.iter().map(|served| served.item.entry.leaf()).collect();
        anyhow::ensure!(merkle::root(&leaves) == header.entries_root, "another root");
        for served in &block.items {
            let Entry::Record(bytes) = &served.item.entry else { continue };
            let record = SignedRecord::parse(bytes)?;
            if record.header().kind != RecordKind::Frame {
                continue;
            }
            let body = served.item.body.as_ref().context("a body")?;
            record.verify_body(body)?;
            if signatures == Signatures::AndRecords {
                let before = served.previous.context("a predecessor")?;
                record.verify(&scribe.key.public(), &scribe.chain, &before)?;
            }
            rows.push(row(scribe, &record, &body.ciphertext)?);
        }
    }
    let (last, id) = (batch.lane.last().context("a batch")?, previous.context("a header")?);
    let certificate = Certificate::parse(last.certificate.as_ref().context("a certificate")?)?;
    certificate.verify(validators, &scribe.chain, Header::parse(&last.header)?.height, &id)?;
    Ok(rows)
}

fn row(scribe: &Scribe, record: &SignedRecord, sealed: &[u8]) -> anyhow::Result<(i64, i64, Vec<u8>)> {
    let header = record.header();
    let of = scribe.patients.iter().find(|of| of.stream == header.stream).context("a patient")?;
    let context = RecordContext {
        chain: scribe.chain,
        patient: of.patient,
        category: Category::Vitals,
        stream: header.stream,
        seq: header.seq,
        epoch: header.epoch,
        kind: header.kind.code(),
    };
    let plain = open_record(of.keys.record_key(), &context, sealed)?;
    let frame = frame::decode(&plain, header.taken)?;
    anyhow::ensure!(!frame.readings.is_empty(), "an empty frame");
    Ok((i64::from(header.stream.0), header.taken.0, plain.to_vec()))
}
