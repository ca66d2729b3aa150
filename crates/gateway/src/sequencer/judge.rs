//! From an offer's outcome to what its author is told.

use crate::store::{Store, StoreError};
use wl_ledger::block::Entry;
use wl_ledger::control::SignedTransaction;
use wl_ledger::propose::OfferError;
use wl_ledger::record::{RecordHeader, RecordKind, SignedRecord};
use wl_wire::messages::{Receipt, refusal};

/// What is to be done about an entry that was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// Close the block being built, then offer again.
    CutFirst,
    /// It may have been sealed before: look it up, and refuse it only if it is not the very same.
    LookUp(Receipt),
    /// Tell the author.
    Answer(Receipt),
}

/// Sorts the outcome of an offer that did not succeed.
pub(crate) fn verdict(error: &OfferError) -> Verdict {
    let refuse = |code| Receipt::Refused(code, sentence(error));
    match error {
        OfferError::CutFirst => Verdict::CutFirst,
        OfferError::TooLarge | OfferError::ControlMalformed(_) => Verdict::Answer(refuse(refusal::MALFORMED)),
        OfferError::Record(_) | OfferError::BodyMissing => Verdict::Answer(refuse(refusal::RECORD)),
        OfferError::Admission(_) => Verdict::Answer(refuse(refusal::ADMISSION)),
        OfferError::OtherGenesis => Verdict::Answer(refuse(refusal::CONTROL)),
        // Whether a transaction that was applied is refused for its number or its effect depends on what came after.
        OfferError::Control(_) => Verdict::LookUp(refuse(refusal::CONTROL)),
        OfferError::Sequence { expected, got, .. } if got < expected => {
            Verdict::LookUp(refuse(refusal::SEQUENCE))
        }
        OfferError::Sequence { .. } => Verdict::Answer(refuse(refusal::SEQUENCE)),
        // The entry is not at fault and must not be dropped by its author.
        OfferError::ClockBackwards(_) => Verdict::Answer(Receipt::Deferred),
    }
}

/// The refusal with its causes; these texts hold ids and numbers, never content.
fn sentence(error: &OfferError) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

/// Finds the very same entry among those that are sealed.
pub(crate) async fn look_up(store: &Store, entry: &Entry) -> Result<Option<Receipt>, StoreError> {
    let stored = match entry {
        Entry::Control(bytes) => match SignedTransaction::parse(bytes) {
            Ok(signed) => store.control(&signed.hash()).await?,
            Err(_) => None,
        },
        Entry::Record(bytes) => match SignedRecord::parse(bytes) {
            Ok(record) => store.record(record.header().stream, record.header().seq).await?,
            Err(_) => None,
        },
    };
    Ok(stored.filter(|stored| stored.bytes == entry.bytes()).map(|stored| Receipt::Known(stored.height)))
}

/// Whether a record must not wait behind others, and is relayed before its block is durable.
pub(crate) fn is_urgent(header: &RecordHeader) -> bool {
    match header.kind {
        RecordKind::Alarm | RecordKind::Acknowledgement => true,
        RecordKind::Frame
        | RecordKind::Waveform
        | RecordKind::Identity
        | RecordKind::KeyEnvelope
        | RecordKind::Note
        | RecordKind::Document
        | RecordKind::Segment
        | RecordKind::Quarantine
        | RecordKind::AccessReceipt
        | RecordKind::SecurityEvent
        | RecordKind::CustodyShare
        | RecordKind::ShareRelease
        | RecordKind::Limits
        | RecordKind::Act
        | RecordKind::Observation => false,
    }
}
