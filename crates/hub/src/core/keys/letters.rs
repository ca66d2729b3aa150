//! Mailing envelopes to readers and shares to custodians, as soon as the ledger names them.

use super::{Core, CoreError, queue, settle, tip};
use crate::custody::HeldSecrets;
use crate::store::{self, EnvelopeRow, ShareRow, StoreError, Tx, Urgency};
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::state::State;
use wl_ledger::{Epoch, Generation, KeyId, StreamId, UnixMillis};
use wl_seal::shares_root;

/// What can be mailed now, and to which mailbox.
enum Letter {
    Envelope(StreamId, EnvelopeRow),
    Share(StreamId, ShareRow),
}

impl Letter {
    fn parts(&self) -> (StreamId, RecordKind, Generation, &[u8]) {
        match self {
            Self::Envelope(stream, row) => (*stream, RecordKind::KeyEnvelope, row.generation, &row.sealed),
            Self::Share(stream, row) => (*stream, RecordKind::CustodyShare, row.generation, &row.sealed),
        }
    }

    /// Notes that it is in the outbox.
    async fn queued(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        match self {
            Self::Envelope(_, row) => store::secrets::envelope_queued(tx, row).await,
            Self::Share(_, row) => store::shares::queued(tx, row).await,
        }
    }
}

impl Core {
    /// Puts envelopes and shares that the ledger names into the outbox. Returns how many.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn mail_envelopes(&mut self, now: UnixMillis) -> Result<usize, CoreError> {
        let seen = tip(&self.verifier);
        let mut tx = self.store.begin().await?;
        let author = &mut self.author;
        let (state, hub, held) = (self.verifier.state(), self.hub, &self.held);
        let stored = async {
            let letters = due(&mut tx, state, &hub, held).await?;
            for letter in &letters {
                let (stream, kind, generation, sealed) = letter.parts();
                let draft = author.mail(stream, kind, Epoch(generation.0), now, seen, sealed.to_vec())?;
                queue(&mut tx, Urgency::First, &draft).await?;
                letter.queued(&mut tx).await?;
            }
            Ok(letters.len())
        }
        .await;
        settle(tx, &mut self.author, stored).await
    }

    /// Whether there is something to mail.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn has_letters(&mut self) -> Result<bool, CoreError> {
        let mut tx = self.store.begin().await?;
        Ok(!due(&mut tx, self.verifier.state(), &self.hub, &self.held).await?.is_empty())
    }
}

async fn due(
    tx: &mut Tx<'_>,
    state: &State,
    hub: &KeyId,
    held: &HeldSecrets,
) -> Result<Vec<Letter>, StoreError> {
    let mailbox = |reader: &KeyId| state.stream_of(hub, &Subject::Mailbox(*reader));
    let mut letters = Vec::new();
    for row in store::secrets::waiting_envelopes(tx).await? {
        // Only secrets that are the ones on the ledger are mailed: readers would take another one for an attack.
        let own = held.get(&(row.patient, row.category));
        let granted = own.is_some_and(|generations| generations.contains(&row.generation))
            && state
                .grants(&row.patient, row.category, &row.reader)
                .is_some_and(|grants| grants.contains_key(&row.generation));
        if let (true, Some(stream)) = (granted, mailbox(&row.reader)) {
            letters.push(Letter::Envelope(stream, row));
        }
    }
    for rows in store::shares::waiting(tx).await? {
        let Some(first) = rows.first() else { continue };
        let opened = state.generation_at(&first.patient, first.category, first.generation);
        let sealed: Vec<Vec<u8>> = rows.iter().map(|row| row.sealed.clone()).collect();
        let published = opened.and_then(|opened| opened.custody).map(|custody| custody.shares_root);
        // Until the generation is on the ledger nobody is told; and shares that it does not name are of no use.
        if published != Some(shares_root(&sealed)) {
            continue;
        }
        for row in rows.into_iter().filter(|row| !row.queued) {
            if let Some(stream) = mailbox(&row.custodian) {
                letters.push(Letter::Share(stream, row));
            }
        }
    }
    Ok(letters)
}
