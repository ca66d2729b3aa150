//! What lies in this reader's mailboxes: key envelopes, shares to keep, shares that were released. Secrets are never
//! stored opened; they are taken out again at each start.

use super::{Core, reopen::stored_records};
use crate::opener::Closed;
use crate::store::StoreError;
use wl_ledger::Height;
use wl_ledger::control::Subject;
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::verify::VerifiedRecord;

impl Core {
    /// The stored letters of a kind in this reader's mailboxes, verified again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn letters(&self, kind: RecordKind) -> Result<Vec<(VerifiedRecord, Body)>, StoreError> {
        let mut letters = Vec::new();
        let Some(store) = self.store() else { return Ok(letters) };
        let state = self.engine.verifier().shared_state();
        let mine = Subject::Mailbox(self.me);
        for (stream, _) in state.streams().filter(|(_, stream)| stream.subject == mine) {
            for height in store.waiting(*stream, Height(u64::MAX), u32::MAX).await? {
                let Some(item) = store.lane_item(height).await? else { continue };
                let block = store.block(height).await?;
                let Ok(records) = stored_records(self.engine.verifier(), &item, block) else { continue };
                let of_kind = records
                    .into_iter()
                    .filter(|(record, _)| record.header().kind == kind && record.header().stream == *stream);
                letters.extend(of_kind.filter_map(|(record, row)| Some((record, row.body?))));
            }
        }
        Ok(letters)
    }

    /// Takes every stored letter of this reader's mailboxes.
    pub(super) async fn open_mailboxes(&mut self) -> Result<(), StoreError> {
        for (record, body) in self.letters(RecordKind::KeyEnvelope).await? {
            // What does not open was counted when it arrived.
            let _closed = self.take_envelope(&record, Some(&body));
        }
        for (record, body) in self.letters(RecordKind::ShareRelease).await? {
            let _missing = crate::emergency::take_released(self, &record, &body);
        }
        self.find_sent_shares().await
    }

    /// Takes one letter in. Returns whether it was one.
    pub(super) fn take_letter(&mut self, record: &VerifiedRecord, body: Option<&Body>) -> bool {
        let opens = match record.header().kind {
            RecordKind::KeyEnvelope => match self.take_envelope(record, body) {
                Ok(opens) => Some(opens),
                Err(Closed::Unreadable(_)) => {
                    self.counters.failures += 1;
                    None
                }
                Err(_) => None,
            },
            RecordKind::ShareRelease => {
                if record.author() == self.me
                    && let Subject::Mailbox(to) = record.subject()
                {
                    self.shares_sent.insert(to, record.height());
                }
                self.changes.emergency = true;
                let mine = record.subject() == Subject::Mailbox(self.me);
                body.filter(|_| mine).and_then(|body| crate::emergency::take_released(self, record, body))
            }
            RecordKind::CustodyShare => None,
            _ => return false,
        };
        if let Some((patient, category)) = opens {
            self.wait_for(&patient, category);
            self.changes.touch(patient);
            self.changes.emergency = true;
        }
        true
    }

    fn take_envelope(
        &mut self,
        record: &VerifiedRecord,
        body: Option<&Body>,
    ) -> Result<(wl_ledger::PatientId, wl_ledger::Category), Closed> {
        let state = self.engine.verifier().shared_state();
        let identity = self.keys.as_ref().map(|keys| keys.reading()).ok_or(Closed::Elsewhere)?;
        self.opener.take_envelope(record, body, &state, identity)
    }

    /// Finds what this custodian has released before.
    async fn find_sent_shares(&mut self) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        let state = self.engine.verifier().shared_state();
        for (stream, of) in state.streams().filter(|(_, of)| of.author == self.me) {
            let Subject::Mailbox(to) = of.subject else { continue };
            if let Some(newest) = store.waiting(*stream, Height(u64::MAX), 1).await?.first() {
                self.shares_sent.insert(to, *newest);
            }
        }
        Ok(())
    }
}
