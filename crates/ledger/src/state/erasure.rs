//! Orders to erase and receipts, and what a missing body means.

use super::signers::{Act, absent};
use super::{Erased, Erasure, State, StateError};
use crate::control::{EraseBasis, EraseOrder, EraseReceipt, EraseScope, Subject};
use crate::{Category, EraseId, Height, PatientId, Seq, StreamId};

impl State {
    /// The first order under which a record must be erased: one of this patient and category, in this place of its
    /// stream, in the block at `height`.
    pub fn erased_by(
        &self,
        patient: &PatientId,
        category: Category,
        stream: StreamId,
        seq: Seq,
        height: Height,
    ) -> Option<EraseId> {
        let reaches = |order: &EraseOrder| {
            order.patient == *patient
                && height <= order.up_to
                && match order.scope {
                    EraseScope::Categories(categories) => categories.contains(category),
                    EraseScope::Records(of, first, last) => of == stream && first <= seq && seq <= last,
                }
        };
        let reaching = self.erasures.values().filter(|erasure| reaches(&erasure.order));
        reaching.min_by_key(|erasure| (erasure.at, erasure.order.id)).map(|erasure| erasure.order.id)
    }

    pub(super) fn erase(&mut self, order: &EraseOrder, act: &Act<'_>) -> Result<(), StateError> {
        self.patients.get(&order.patient).ok_or(StateError::Unknown("patient"))?;
        match order.basis {
            EraseBasis::PatientRequest => self.need_signed_for(&order.patient, act)?,
            EraseBasis::CourtOrder | EraseBasis::RetentionEnded | EraseBasis::Mistake => {
                self.need_officer_and_admin(act)?;
            }
        }
        absent(self.erasures.contains_key(&order.id), "erasure")?;
        if let EraseScope::Records(stream, ..) = order.scope {
            let stream = self.streams.get(&stream).ok_or(StateError::Unknown("stream"))?;
            if !matches!(stream.subject, Subject::Patient(patient, _) if patient == order.patient) {
                return Err(StateError::OutOfScope);
            }
        }
        // What is still to come cannot be erased.
        if order.up_to >= act.place.height {
            return Err(StateError::Span);
        }
        self.put_erasure(Erasure {
            order: *order,
            at: act.place.height,
            time: act.place.time,
            by: act.author,
        });
        Ok(())
    }

    pub(super) fn confirm_erasure(
        &mut self,
        receipt: &EraseReceipt,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let validators = self.founding.iter().flat_map(|founding| &founding.validators);
        let keeps = self.active_member(&act.author).is_some()
            || validators.map(|validator| validator.sign.id()).any(|key| key == act.author);
        if !keeps {
            return Err(StateError::NotPermitted);
        }
        if !self.erasures.contains_key(&receipt.order) {
            return Err(StateError::Unknown("erasure"));
        }
        absent(self.erased.contains_key(&(receipt.order, act.author)), "receipt")?;
        self.put_erased(act.author, Erased { receipt: *receipt, at: act.place.height });
        Ok(())
    }
}
