//! Orders to erase: carried out here as soon as they are verified, before anything else of that patient is shown, and
//! receipted on the ledger.

use super::Core;
use crate::store::{Span, Store, StoreError};
use crate::sync::Evidence;
use wl_ledger::control::{EraseOrder, EraseReceipt, EraseScope, Subject};
use wl_ledger::state::State;
use wl_ledger::{Category, EraseId, Height, PatientId, Seq, StreamId, UnixMillis};

impl Core {
    /// Carries out every verified order that was not carried out here yet.
    ///
    /// If it stops anywhere, the next start goes on before it shows anything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn carry_out_erasures(&mut self, now: UnixMillis) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        let state = self.engine.verifier().shared_state();
        if state.erasures().next().is_none() {
            return Ok(());
        }
        let done = store.erasures().await?;
        let due: Vec<EraseOrder> = state
            .erasures()
            .map(|erasure| erasure.order)
            .filter(|order| done.iter().all(|(id, _)| *id != order.id))
            .collect();
        // What is in the tail would otherwise come back with the next flush.
        self.flush(now).await?;
        for order in &due {
            let letters = self.letters_of(&state, order);
            store.erase(&order.id, &spans(&state, order), &letters).await?;
            self.forget_erased(&state, order, &store, now).await?;
        }
        if !due.is_empty() || !self.receipts_due(&store).await?.is_empty() {
            // Also after a stop between the deletion and this.
            self.log_uncut = !store.cut_log().await?;
        }
        Ok(())
    }

    /// The letters that hold keys of nothing but what is erased: of generations that were closed before the order's
    /// height. The generation in force then still opens what came after.
    fn letters_of(&self, state: &State, order: &EraseOrder) -> Vec<(StreamId, Seq)> {
        let EraseScope::Categories(categories) = order.scope else { return Vec::new() };
        let mut letters = Vec::new();
        for category in categories.iter() {
            let closed = |generation: wl_ledger::Generation| {
                let next = generation.next();
                next.and_then(|next| state.generation_at(&order.patient, category, next))
                    .is_some_and(|opened| opened.since <= order.up_to)
            };
            letters.extend(self.opener.letters(&order.patient, category, closed));
        }
        letters
    }

    /// Nothing of it stays in memory; what is left of the patient comes back from the store.
    async fn forget_erased(
        &mut self,
        state: &State,
        order: &EraseOrder,
        store: &Store,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let patient = order.patient;
        for category in categories_of(state, order) {
            self.ward.forget(&patient, category);
            if category == Category::Alarms {
                self.inbox.forget(&patient);
            }
            if category == Category::Notes {
                self.written.remove(&patient);
            }
            if category == Category::Identity {
                self.beds.remove(&patient);
            }
            self.opener.forget(&patient, category);
        }
        self.open_mailboxes().await?;
        self.restore_patient(store, patient, now).await?;
        for category in categories_of(state, order) {
            self.wait_for(&patient, category);
        }
        self.changes.touch(patient);
        self.changes.state = true;
        Ok(())
    }

    /// Receipts that the ledger does not hold yet.
    async fn receipts_due(&self, store: &Store) -> Result<Vec<EraseReceipt>, StoreError> {
        let state = self.state();
        let unconfirmed = |order: &EraseId| !state.erased(order).any(|(key, _)| *key == self.me);
        let done = store.erasures().await?;
        let due = done.into_iter().filter(|(order, _)| unconfirmed(order));
        Ok(due.map(|(order, here)| EraseReceipt { order, records: here.records, keys: here.keys }).collect())
    }

    /// The next receipt that is to be signed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn erase_receipt(&mut self) -> Result<Option<EraseReceipt>, StoreError> {
        let Some(store) = self.store() else { return Ok(None) };
        if self.log_uncut {
            // A reader held the log back: nothing is receipted that may still be in it.
            self.log_uncut = !store.cut_log().await?;
            return Ok(None);
        }
        Ok(self.receipts_due(&store).await?.into_iter().next())
    }

    /// The order under which a record was erased.
    pub(crate) fn erased_by(&self, stream: StreamId, seq: Seq, height: Height) -> Option<EraseId> {
        let state = self.state();
        let Subject::Patient(patient, category) = state.stream(stream)?.subject else { return None };
        state.erased_by(&patient, category, stream, seq, height)
    }

    /// The streams of a patient's category.
    pub(crate) fn streams_of(&self, patient: &PatientId, category: Category) -> Vec<StreamId> {
        let of = Subject::Patient(*patient, category);
        self.state().streams().filter(|(_, stream)| stream.subject == of).map(|(id, _)| *id).collect()
    }

    /// Whether a missing body is one that was ordered to be erased, and no incident.
    pub(super) fn is_ordered(&self, evidence: &Evidence) -> bool {
        match evidence {
            Evidence::MissingBody { height, stream, seq } => self.erased_by(*stream, *seq, *height).is_some(),
            _ => false,
        }
    }

    async fn restore_patient(
        &mut self,
        store: &Store,
        patient: PatientId,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let hour = now.plus(-crate::ward::SPARK_SPAN);
        for series in store.samples(&patient, hour, now.plus(60_000)).await? {
            self.restore_samples(patient, &series, now);
        }
        for step in store.alarm_steps(now.plus(-super::start::INBOX_SPAN)).await? {
            if step.patient == patient {
                self.inbox.restore(&step);
            }
        }
        self.restore_written(store, Some(&patient)).await
    }
}

/// The records that an order reaches, as runs of their streams.
fn spans(state: &State, order: &EraseOrder) -> Vec<Span> {
    match order.scope {
        EraseScope::Records(stream, first, last) => vec![Span { stream, first, last, up_to: order.up_to }],
        EraseScope::Categories(categories) => state
            .streams()
            .filter(|(_, stream)| match stream.subject {
                Subject::Patient(patient, category) => {
                    patient == order.patient && categories.contains(category)
                }
                Subject::Mailbox(_) | Subject::Access(_) | Subject::Security => false,
            })
            .map(|(stream, _)| Span {
                stream: *stream,
                first: Seq(0),
                last: Seq(u64::MAX),
                up_to: order.up_to,
            })
            .collect(),
    }
}

fn categories_of(state: &State, order: &EraseOrder) -> Vec<Category> {
    match order.scope {
        EraseScope::Categories(categories) => categories.iter().collect(),
        EraseScope::Records(stream, ..) => match state.stream(stream).map(|stream| stream.subject) {
            Some(Subject::Patient(_, category)) => vec![category],
            Some(Subject::Mailbox(_) | Subject::Access(_) | Subject::Security) | None => Vec::new(),
        },
    }
}
