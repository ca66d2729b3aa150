//! What leaves the hub: queued records, what became of them, and the heartbeat that says how far they have come.

use super::{Core, CoreError, put_lane};
use crate::store::{self, StoreError, Tx};
use std::collections::BTreeSet;
use wl_ledger::UnixMillis;
use wl_ledger::heartbeat::{Heartbeat, StreamTail};

impl Core {
    /// The signed heartbeat of this moment: how far each stream is sealed.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn heartbeat(&mut self, now: UnixMillis) -> Result<Option<Vec<u8>>, CoreError> {
        let Some(tip) = self.verifier.tip().copied().filter(|_| !self.is_recovering()) else {
            return Ok(None);
        };
        let mut tx = self.store.begin().await?;
        let tails = store::outbox::tails(&mut tx).await?;
        let lost = store::outbox::lost(&mut tx).await?;
        drop(tx);
        let tails = tails
            .into_iter()
            .filter_map(|tail| tail.sealed.map(|(seq, hash)| StreamTail { stream: tail.stream, seq, hash }));
        let heartbeat = Heartbeat {
            author: self.hub,
            time: now,
            height: tip.height(),
            header: tip.id(),
            tails: tails.collect(),
            lost,
        };
        Ok(Some(heartbeat.seal(self.author.key(), &self.answer.chain)))
    }

    /// The oldest queued records: at most so many, and no more than so many bytes but for a first one that is larger.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn outbox(&mut self, limit: u32, bytes: usize) -> Result<Vec<store::OutboxRow>, CoreError> {
        let mut tx = self.store.begin().await?;
        Ok(store::outbox::front(&mut tx, limit, bytes).await?)
    }

    /// Notes what became of queued records. What time or enrolment can mend stays in the queue, and so does what follows it
    /// in its stream; other streams go on. A record that is refused for good breaks its stream ([`Self::mend`]).
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn settle_outbox(
        &mut self,
        rows: &[store::OutboxRow],
        receipts: &[wl_wire::messages::Receipt],
        now: UnixMillis,
    ) -> Result<usize, CoreError> {
        use wl_wire::messages::{Receipt, refusal};
        let mut done = 0;
        let (mut held, mut broken) = (BTreeSet::new(), BTreeSet::new());
        let mut tx = self.store.begin().await?;
        put_lane(&mut tx, &self.unwritten).await?;
        for (row, receipt) in rows.iter().zip(receipts) {
            if held.contains(&row.stream) {
                continue;
            }
            match receipt {
                Receipt::Sealed(_) | Receipt::Known(_) => store::outbox::sealed(&mut tx, row).await?,
                Receipt::Deferred => {
                    held.insert(row.stream);
                    continue;
                }
                Receipt::Refused(code, _) if matches!(*code, refusal::ADMISSION | refusal::CLOCK) => {
                    held.insert(row.stream);
                    continue;
                }
                Receipt::Refused(code, reason) => {
                    give_back(&mut tx, row, *code, reason, now).await?;
                    held.insert(row.stream);
                    broken.insert(row.stream);
                }
            }
            done += 1;
        }
        tx.commit().await.map_err(StoreError::from)?;
        self.unwritten.clear();
        self.take_broken(broken);
        Ok(done)
    }

    /// Records that wait, and records that were refused.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn outbox_counts(&mut self) -> Result<(u64, u64), CoreError> {
        let mut tx = self.store.begin().await?;
        Ok(store::outbox::counts(&mut tx).await?)
    }
}

/// A record that was refused for good: it is tried once more in another stream, and then kept where people see it.
async fn give_back(
    tx: &mut Tx<'_>,
    row: &store::OutboxRow,
    code: u16,
    reason: &str,
    now: UnixMillis,
) -> Result<(), StoreError> {
    tracing::error!(
        stream = row.stream.0,
        seq = row.seq.0,
        code,
        again = !row.tried,
        "the gateway refused a record"
    );
    store::broken::note(tx, row.stream, now).await?;
    if row.tried {
        store::outbox::refused(tx, row, code, reason).await
    } else {
        store::outbox::tried(tx, row).await
    }
}
