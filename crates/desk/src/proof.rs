//! Files that let an outsider check what this workstation shows: the proof of one value and the archive of the chain
//! (`docs/spec/archive.md`). They hold ciphertexts, never a value, a patient's name or a key.

use crate::edge;
use crate::present::Moment;
use crate::session::{Session, stored_block};
use crate::store::{Store, StoredBlock, StoredRecord};
use crate::view::UiError;
use crate::ward::RecordRef;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use wl_ledger::archive::{
    BodySection, Expectations, RecordItem, RecordsSection, ValueSection, Verdict, Writer, judge, value_proof,
};
use wl_ledger::control::Subject;
use wl_ledger::record::Body;
use wl_ledger::{Height, Seq, StreamId};

/// Blocks read at once.
const PAGE: u32 = 256;

/// The proof of one record that this person may read. It is judged here before it is handed out.
///
/// # Errors
/// [`UiError`]: not found where the record is not here or not shared with this person; internal where the proof does
/// not verify.
pub(crate) async fn of_record(session: &Session, record: RecordRef) -> Result<Vec<u8>, UiError> {
    let not_found = || UiError::not_found("record");
    let mut core = session.core().await;
    let store = core.store().ok_or_else(UiError::locked)?;
    let (verifier, me) = (core.engine.verifier().clone(), core.me);
    let subject = core.state().stream(record.stream).map(|stream| stream.subject);
    let Some(Subject::Patient(patient, category)) = subject else { return Err(not_found()) };
    if !Moment::new(&mut core, edge::now()).shares(&patient, category) {
        return Err(not_found());
    }
    drop(core);
    let height = store.height_of(record.stream, record.seq).await?.ok_or_else(not_found)?;
    let item = store.lane_item(height).await?.ok_or_else(not_found)?;
    let block = store.block(height).await?;
    let row = block.records.iter().find(|row| (row.stream, row.seq) == (record.stream, record.seq));
    let row = row.cloned().ok_or_else(not_found)?;
    let head = verifier.tip().map(|tip| tip.height()).ok_or_else(not_found)?;
    let lane = store.lane_for_proof(height, head).await?;
    let unverified = || UiError::internal("The stored block does not verify; nothing was handed out.");
    let verified = stored_block(&verifier, &item, &block).map_err(|_| unverified())?;
    let value = ValueSection {
        height,
        index: row.index,
        path: verified.inclusion_proof(row.index).ok_or_else(unverified)?,
        record: row.bytes,
        previous: (row.seq > Seq(0)).then_some(row.previous),
        reader: Some(me),
    };
    let expect = Expectations { chain: Some(verifier.chain()), ..Expectations::default() };
    let proof = value_proof(&verifier, &value, &lane, row.body).ok_or_else(unverified)?;
    // A record whose body never came is incomplete, and its proof says so.
    match judge(&proof, expect).verdict {
        Verdict::Valid | Verdict::Incomplete => Ok(proof),
        Verdict::Invalid => Err(unverified()),
    }
}

/// Writes the archive of the whole chain as far as it is held here, in one file that appears when it is whole.
///
/// # Errors
/// [`UiError`], also where the file cannot be written.
pub(crate) async fn of_chain(session: &Session, path: &Path) -> Result<(), UiError> {
    let core = session.core().await;
    let store = core.store().ok_or_else(UiError::locked)?;
    let verifier = core.engine.verifier();
    let (chain, blocks) = (verifier.chain(), verifier.next_height());
    drop(core);
    let unfinished = path.with_extension("part");
    let failed = |_| UiError::internal("The archive could not be written.");
    let mut file = BufWriter::new(File::create(&unfinished).map_err(failed)?);
    let (mut writer, first) = Writer::chain(chain, blocks.0);
    file.write_all(&first).map_err(failed)?;
    write_lane(&store, &mut writer, blocks, &mut file).await?;
    write_content(&store, &mut writer, blocks, &mut file).await?;
    file.write_all(&writer.end()).map_err(failed)?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    // If it stops here, an unfinished file is left that nobody takes for an archive.
    file.sync_all().map_err(failed)?;
    std::fs::rename(&unfinished, path).map_err(failed)
}

async fn write_lane(
    store: &Store,
    writer: &mut Writer,
    blocks: Height,
    file: &mut BufWriter<File>,
) -> Result<(), UiError> {
    let mut next = Height(0);
    while next < blocks {
        let left = u32::try_from(blocks.0.saturating_sub(next.0)).unwrap_or(u32::MAX);
        let page = store.lane_page(next, left.min(PAGE)).await?;
        if page.is_empty() {
            return Err(UiError::internal("The stored chain is shorter than the verified one."));
        }
        next = Height(next.0.saturating_add(page.len() as u64));
        for item in &page {
            put(file, &writer.lane(item))?;
        }
    }
    Ok(())
}

async fn write_content(
    store: &Store,
    writer: &mut Writer,
    blocks: Height,
    file: &mut BufWriter<File>,
) -> Result<(), UiError> {
    let mut tails = BTreeMap::new();
    let mut next = Height(0);
    loop {
        let page = store.held_from(next, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        next = last.next().unwrap_or(*last);
        for height in page.into_iter().filter(|height| *height < blocks) {
            let StoredBlock { records, .. } = store.block(height).await?;
            if records.is_empty() {
                continue;
            }
            let items = records.iter().map(|row| item_of(&mut tails, row)).collect();
            put(file, &writer.records(&RecordsSection { height, records: items }))?;
            for StoredRecord { index, body, .. } in records {
                if let Some(Body { salt, ciphertext }) = body {
                    put(file, &writer.body(&BodySection { height, index, salt, ciphertext }))?;
                }
            }
        }
    }
}

/// A record of the archive; it names its predecessor where that one is not in the file.
fn item_of(tails: &mut BTreeMap<StreamId, Seq>, row: &StoredRecord) -> RecordItem {
    let before = tails.insert(row.stream, row.seq);
    let is_known = before.map_or(row.seq == Seq(0), |before| before.next() == Some(row.seq));
    RecordItem { record: row.bytes.clone(), previous: (!is_known).then_some(row.previous) }
}

fn put(file: &mut BufWriter<File>, bytes: &[u8]) -> Result<(), UiError> {
    file.write_all(bytes).map_err(|_| UiError::internal("The archive could not be written."))
}
