//! Opening what is stored: verified once more from the stored bytes, then opened, newest first.

use super::{Core, accept::place_of};
use crate::opener::Closed;
use crate::store::{RecordState, StoreError, StoredBlock, StoredRecord};
use crate::sync::Evidence;
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::verify::{Predecessor, VerifiedBlock, VerifiedRecord, Verifier, VerifyError};
use wl_ledger::{Height, Seq, UnixMillis};

/// Whether a record is for a mailbox, and so no patient's.
fn is_letter(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::KeyEnvelope | RecordKind::CustodyShare | RecordKind::ShareRelease)
}

/// Blocks that are opened in one go, before live values get their turn again.
const BATCH: u32 = 64;

/// Puts a stored block together again and checks it against its verified header: a row that was changed on disk
/// shows here.
pub(crate) fn stored_block(
    verifier: &Verifier,
    item: &LaneItem,
    block: &StoredBlock,
) -> Result<VerifiedBlock, VerifyError> {
    let header = verifier
        .header(block.height)
        .ok_or(VerifyError::Gap { expected: verifier.next_height(), got: block.height })?;
    let controls = item.controls.iter().map(|bytes| Entry::Control(bytes.to_vec()));
    let records = block.records.iter().map(|record| Entry::Record(record.bytes.clone()));
    header.admit(controls.chain(records).collect())
}

/// The records of a stored block, verified again.
pub(crate) fn stored_records(
    verifier: &Verifier,
    item: &LaneItem,
    block: StoredBlock,
) -> Result<Vec<(VerifiedRecord, StoredRecord)>, VerifyError> {
    let verified = stored_block(verifier, item, &block)?;
    let mut stored = block.records.into_iter();
    let mut out = Vec::new();
    for entry in verified.entries() {
        if matches!(entry.entry(), Entry::Control(_)) {
            continue;
        }
        let Some(row) = stored.next() else { break };
        let predecessor =
            if row.seq == Seq(0) { Predecessor::First } else { Predecessor::Claimed(row.previous) };
        if let Some(record) = entry.record(verifier.state(), predecessor)? {
            out.push((record, row));
        }
    }
    Ok(out)
}

impl Core {
    /// Opens one batch of records that wait for their key. Returns whether there are more.
    pub(super) async fn reopen(&mut self, now: UnixMillis) -> Result<bool, StoreError> {
        let Some((stream, below)) = self.waiting.pop_last() else { return Ok(false) };
        let Some(store) = self.store.clone() else { return Ok(false) };
        // Marks that are only in memory would make a record be opened twice.
        self.flush(now).await?;
        let heights = store.waiting(stream, below, BATCH).await?;
        let Some(lowest) = heights.last().copied() else { return Ok(!self.waiting.is_empty()) };
        self.waiting.insert(stream, lowest);
        for height in heights {
            self.reopen_block(height, now).await?;
        }
        self.flush(now).await?;
        Ok(true)
    }

    async fn reopen_block(&mut self, height: Height, now: UnixMillis) -> Result<(), StoreError> {
        let Some(store) = self.store.clone() else { return Ok(()) };
        let Some(item) = store.lane_item(height).await? else { return Ok(()) };
        let block = store.block(height).await?;
        let records = match stored_records(self.engine.verifier(), &item, block) {
            Ok(records) => records,
            Err(error) => return self.keep(&Evidence::Refused(Box::new(error)), now).await,
        };
        let state = self.engine.verifier().shared_state();
        let time = self.time.decide(now);
        for (record, row) in records {
            if row.state != RecordState::Waiting || is_letter(record.header().kind) {
                continue;
            }
            match self.opener.open(&record, row.body.as_ref(), &state, time) {
                Ok(opened) => {
                    self.tail.add(&opened);
                    self.counters.opened += 1;
                    self.show(&opened, now);
                }
                Err(Closed::Unreadable(_)) => {
                    self.counters.failures += 1;
                    if let Subject::Patient(patient, category) = record.subject() {
                        self.tail.add_unreadable(place_of(&record, patient, category));
                    }
                }
                Err(_) => {}
            }
        }
        Ok(())
    }
}
