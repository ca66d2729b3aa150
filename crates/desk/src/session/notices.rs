//! Notices: receipts and reports that reach this person because of the role. They are under no epoch; an age file to
//! their readers is all there is.

use super::{Core, reopen::stored_records};
use crate::store::{AcceptedRecord, StoreError};
use wl_ledger::control::Subject;
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::verify::VerifiedRecord;
use wl_ledger::{Height, Role};
use wl_seal::{NoticeContext, SealError, open_notice};
use wl_wire::access::AccessReceipt;
use wl_wire::security::SecurityReport;

/// Whether a record is a notice.
pub(super) fn is_notice(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::AccessReceipt | RecordKind::SecurityEvent)
}

impl Core {
    /// Takes a notice in, if it is for this reader's role. It waits in the store while locked.
    pub(super) async fn take_notice(&mut self, accepted: &AcceptedRecord) -> Result<(), StoreError> {
        self.open_one(&accepted.record, accepted.body.as_ref()).await
    }

    async fn open_one(&mut self, record: &VerifiedRecord, body: Option<&Body>) -> Result<(), StoreError> {
        let (Some(store), Some(keys)) = (self.store(), self.keys()) else { return Ok(()) };
        let header = record.header().clone();
        if !self.reads_notices(&record.subject()) {
            return Ok(());
        }
        let Some(body) = body else { return Ok(()) };
        let context = NoticeContext {
            chain: self.chain(),
            stream: header.stream,
            seq: header.seq,
            kind: header.kind.code(),
        };
        let opened = match record.ciphertext(body) {
            Ok(sealed) => open_notice(keys.reading(), &context, sealed),
            Err(_) => return Ok(()),
        };
        let place = (header.stream, header.seq);
        let kept = match (&opened, record.subject(), header.kind) {
            (Ok(plain), Subject::Access(patient), RecordKind::AccessReceipt) => {
                match AccessReceipt::parse(plain) {
                    Ok(receipt) if receipt.patient() == patient => {
                        store.keep_receipt(place, &record.author(), &receipt).await?;
                        true
                    }
                    Ok(_) | Err(_) => false,
                }
            }
            (Ok(plain), Subject::Security, RecordKind::SecurityEvent) => match SecurityReport::parse(plain) {
                Ok(report) => {
                    store.keep_report(place, &record.author(), &report).await?;
                    true
                }
                Err(_) => false,
            },
            _ => false,
        };
        if kept {
            self.changes.notices = true;
            return Ok(());
        }
        // What was sealed before this reader had the role is for others, and no fault.
        if !matches!(opened, Err(SealError::Refused(_))) {
            self.counters.failures += 1;
        }
        store.pass_notice_over(header.stream, header.seq).await
    }

    /// Whether notices in a stream about this may be for this reader.
    fn reads_notices(&self, subject: &Subject) -> bool {
        let Some(member) = self.state().member(&self.me).filter(|member| member.is_active()) else {
            return false;
        };
        match subject {
            Subject::Access(_) => member.enrolment.role == Role::PrivacyOfficer,
            Subject::Security => member.enrolment.role == Role::Admin,
            Subject::Patient(..) | Subject::Mailbox(_) => false,
        }
    }

    /// Takes every stored notice that waits: those that came while locked, and before the role was given.
    pub(super) async fn open_notices(&mut self) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        let state = self.engine.verifier().shared_state();
        let streams: Vec<_> = state
            .streams()
            .filter(|(_, stream)| self.reads_notices(&stream.subject))
            .map(|(id, _)| *id)
            .collect();
        for stream in streams {
            for height in store.waiting(stream, Height(u64::MAX), u32::MAX).await? {
                let Some(item) = store.lane_item(height).await? else { continue };
                let block = store.block(height).await?;
                let Ok(records) = stored_records(self.engine.verifier(), &item, block) else { continue };
                for (record, row) in records {
                    let waits = row.state == crate::store::RecordState::Waiting;
                    if waits && row.stream == stream && is_notice(record.header().kind) {
                        self.open_one(&record, row.body.as_ref()).await?;
                    }
                }
            }
        }
        Ok(())
    }
}
