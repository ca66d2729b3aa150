//! Reading the access receipts about this hub's patients, for their page.

use super::{Core, CoreError};
use crate::store::{self, SeenRow, StoreError};
use wl_ledger::block::Entry;
use wl_ledger::control::Subject;
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::verify::{Predecessor, VerifiedRecord};
use wl_seal::{NoticeContext, open_notice};
use wl_wire::access::{AccessReceipt, Screen};
use wl_wire::messages::{BlockContent, ServedItem};

impl Core {
    /// Keeps what the receipts of a block say was opened. One that does not open, or speaks of another patient than its
    /// stream, says nothing that could be shown; it stays on the ledger.
    pub(super) async fn note_receipts(&mut self, content: &BlockContent) -> Result<(), CoreError> {
        if !content.items.iter().any(|item| self.is_receipt(item)) {
            return Ok(());
        }
        let Some(header) = self.verifier.header(content.height) else { return Ok(()) };
        let block = header.admit(content.items.iter().map(|item| item.item.entry.clone()).collect())?;
        let mut noted = Vec::new();
        for (entry, item) in block.entries().zip(&content.items) {
            if !self.is_receipt(item) {
                continue;
            }
            let predecessor = item.previous.map_or(Predecessor::First, Predecessor::Claimed);
            if let Some(record) = entry.record(self.state(), predecessor)?
                && let Some(receipt) = self.open_receipt(&record, item)
            {
                noted.push((record, receipt));
            }
        }
        let mut tx = self.store.begin().await?;
        for (record, receipt) in noted {
            let rows: Vec<SeenRow> = receipt
                .openings()
                .iter()
                .map(|opening| SeenRow {
                    at: opening.at,
                    reader: record.author(),
                    categories: opening.categories,
                    emergency: opening.screen == Screen::BreakGlass,
                    reason: opening.reason.as_ref().map(|reason| reason.text.clone()),
                })
                .collect();
            let place = (record.header().stream, record.header().seq);
            store::seen::keep(&mut tx, &receipt.patient(), place, &rows).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    fn is_receipt(&self, item: &ServedItem) -> bool {
        let Entry::Record(bytes) = &item.item.entry else { return false };
        let Ok(record) = SignedRecord::parse(bytes) else { return false };
        record.header().kind == RecordKind::AccessReceipt
            && self.state().stream(record.header().stream).is_some_and(|stream| {
                matches!(stream.subject, Subject::Access(patient) if self.bedsides.contains_key(&patient))
            })
    }

    fn open_receipt(&self, record: &VerifiedRecord, item: &ServedItem) -> Option<AccessReceipt> {
        let sealed = record.ciphertext(item.item.body.as_ref()?).ok()?;
        let header = record.header();
        let context = NoticeContext {
            chain: self.answer.chain,
            stream: header.stream,
            seq: header.seq,
            kind: header.kind.code(),
        };
        let opened = open_notice(self.home.vault().reading_identity(), &context, sealed).ok()?;
        let receipt = AccessReceipt::parse(&opened).ok()?;
        (record.subject() == Subject::Access(receipt.patient())).then_some(receipt)
    }
}
