//! What the absence of a body means.

use super::VerifiedRecord;
use crate::EraseId;
use crate::control::Subject;
use crate::record::Body;
use crate::state::State;

/// What is known about the body of a verified record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyState {
    /// It is there and is the one that the record commits to.
    Valid,
    /// What is there is not what the record commits to.
    Invalid,
    /// It is gone, and this order says that it must be.
    ErasedByOrder(EraseId),
    /// It is gone and no order says so: an incident.
    MissingWithoutOrder,
}

/// Judges a body, or that there is none, under the newest state.
///
/// A body that an order names and that is still there is valid: whoever holds it has not carried the order out yet.
pub fn body_state(record: &VerifiedRecord, body: Option<&Body>, state: &State) -> BodyState {
    if let Some(body) = body {
        return if record.ciphertext(body).is_ok() { BodyState::Valid } else { BodyState::Invalid };
    }
    let order = match record.subject() {
        Subject::Patient(patient, category) => {
            let header = record.header();
            state.erased_by(&patient, category, header.stream, header.seq, record.height())
        }
        // Envelopes, receipts and security events are never erased by a patient's order.
        Subject::Mailbox(_) | Subject::Access(_) | Subject::Security => None,
    };
    order.map_or(BodyState::MissingWithoutOrder, BodyState::ErasedByOrder)
}
