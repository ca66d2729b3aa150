//! Security events of this workstation: counted here, told to the administrators, never with a name or free text.

use super::Core;
use crate::store::StoreError;
use crate::sync::Evidence;
use wl_ledger::UnixMillis;
use wl_ledger::state::AdmissionError;
use wl_ledger::verify::VerifyError;
use wl_wire::security::{SecurityEvent, SecurityKind};

/// How far a clock may go back before it is told, in milliseconds: the drift that is flagged anyway.
const CLOCK_BACK: i64 = 10_000;

impl Core {
    /// Counts an event in. It reaches the administrators with the next report.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn notice(&mut self, event: SecurityEvent) -> Result<(), StoreError> {
        if let Some(store) = self.store() {
            store.notice(&[event]).await?;
        }
        Ok(())
    }

    /// Tells of a clock that stands behind a time that was verified before, once for each time it goes back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn notice_clock(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        let is_back = self.time.mark().since(now) > CLOCK_BACK;
        let was_back = core::mem::replace(&mut self.clock_back, is_back);
        if is_back && !was_back {
            self.notice(SecurityEvent::once(SecurityKind::ClockBack, now)).await?;
        }
        Ok(())
    }
}

/// What a piece of evidence is to an administrator.
pub(super) fn event_of(evidence: &Evidence, now: UnixMillis) -> SecurityEvent {
    let (kind, key, stream) = match evidence {
        Evidence::Refused(error) => match &**error {
            VerifyError::Fork(_) | VerifyError::Contradiction { .. } => (SecurityKind::Fork, None, None),
            VerifyError::Admission { source: AdmissionError::AuthorNotInForce(stream), .. } => {
                (SecurityKind::RevokedKey, None, Some(*stream))
            }
            _ => (SecurityKind::Unverified, None, None),
        },
        Evidence::Rollback { .. } | Evidence::OldDatabase { .. } => (SecurityKind::Rollback, None, None),
        Evidence::DamagedPin | Evidence::ChangedPages { .. } => (SecurityKind::ChangedFile, None, None),
        Evidence::OtherThanTrusted { .. }
        | Evidence::SecondHistory { .. }
        | Evidence::OtherCheckpoint { .. } => (SecurityKind::Fork, None, None),
        Evidence::Unserved { .. } => (SecurityKind::Gap, None, None),
        Evidence::OtherHead { author, .. } => (SecurityKind::Fork, Some(*author), None),
        Evidence::OtherTail { stream, .. } => (SecurityKind::Fork, None, Some(*stream)),
        Evidence::Gap { stream, .. } | Evidence::MissingBody { stream, .. } => {
            (SecurityKind::Gap, None, Some(*stream))
        }
        Evidence::Omission { stream, .. } => (SecurityKind::Omission, None, Some(*stream)),
        Evidence::BrokenLink { stream, .. } => (SecurityKind::Unverified, None, Some(*stream)),
        Evidence::ReplacedBody { stream, .. } => (SecurityKind::ReplacedBody, None, Some(*stream)),
        Evidence::Oversized => (SecurityKind::Unverified, None, None),
    };
    SecurityEvent { key, stream, height: evidence.height(), ..SecurityEvent::once(kind, now) }
}
