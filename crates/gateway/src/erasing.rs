//! Carrying out orders to erase: salt and ciphertext go from the disk, then the gateway says so under its own key.
//!
//! Order of effects: deleted in one transaction, then gone from the write-ahead log, then confirmed on the ledger. What
//! holds after a stop at each step: [`EraseStep`].

use crate::clock::Clock;
use crate::feed::{Feed, Ordered};
use crate::sequencer::solo::Fatal;
use crate::sequencer::{EraseStep, Probe, Sequencer};
use crate::store::Store;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, EraseReceipt, SignedTransaction, Transaction};
use wl_ledger::keys::SigningKey;
use wl_wire::messages::{Item, Receipt};

/// How long to wait before trying again what was put off.
const AGAIN: Duration = Duration::from_millis(500);

/// What erasing needs.
pub(crate) struct Erasing<S, P> {
    pub(crate) store: Arc<Store>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) key: SigningKey,
    pub(crate) sequencer: S,
    pub(crate) clock: Clock,
    pub(crate) probe: P,
}

impl<S: Sequencer, P: Probe> Erasing<S, P> {
    /// Carries out every order that this gateway has not confirmed, those of before the start included, until stopped.
    ///
    /// # Errors
    /// [`Fatal`]: the disk refused. What was not confirmed is carried out again at the next start.
    pub(crate) async fn run(mut self, stop: CancellationToken) -> Result<(), Fatal> {
        let mut tips = self.feed.tips();
        loop {
            tips.mark_unchanged();
            while let Some(order) = self.feed.registry().unconfirmed(&self.key.id()) {
                if !self.carry_out(&order).await? {
                    tokio::select! {
                        () = stop.cancelled() => return Ok(()),
                        () = tokio::time::sleep(AGAIN) => {}
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                changed = tips.changed() => if changed.is_err() { return Ok(()) },
            }
        }
    }

    /// Returns whether the order is confirmed; what was put off is tried again.
    async fn carry_out(&mut self, ordered: &Ordered) -> Result<bool, Fatal> {
        let records = self.store.erase(ordered).await?;
        self.probe.after_erasing(EraseStep::Deleted)?;
        // A reader that is still at it holds the log back for a moment.
        if !self.store.empty_log().await? {
            return Ok(false);
        }
        self.probe.after_erasing(EraseStep::Purged)?;
        let receipt = EraseReceipt { order: ordered.order.id, records, keys: 0 };
        let number = self.feed.registry().next_number(&self.key.id());
        let transaction = Transaction {
            number,
            author: Some(self.key.id()),
            made: (self.clock)(),
            action: Action::ConfirmErasure(receipt),
        };
        let signed = SignedTransaction::sign(&[&self.key], &self.store.chain(), transaction);
        let item = Item { entry: Entry::Control(signed.bytes().to_vec()), body: None };
        let confirmed = match self.sequencer.submit(vec![item]).await.as_deref() {
            Ok([Receipt::Sealed(height) | Receipt::Known(height)]) => {
                tracing::info!(order = %ordered.order.id, records, %height, "erased by order");
                true
            }
            Ok(receipts) => {
                tracing::warn!(order = %ordered.order.id, ?receipts, "the receipt of an erasure was not sealed");
                false
            }
            Err(_) => false,
        };
        self.probe.after_erasing(EraseStep::Confirmed)?;
        Ok(confirmed)
    }
}
