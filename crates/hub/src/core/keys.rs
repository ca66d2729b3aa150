//! Keys: making generations and epochs, saying so on the control lane, and mailing envelopes.
//!
//! A secret is durable before anything made with it leaves the hub. If the hub stops between the
//! submission and the mailing, the envelopes wait in the store and go out at the next start.

mod letters;
mod make;

use super::{Core, CoreError, queue, settle, tip};
use crate::bedside::Bedside;
use crate::custody::Step;
use crate::store::{self, SecretPlace, StoreError, Tx, Urgency};
use make::Maker;
use std::sync::Arc;
use wl_ledger::control::{Action, SignedTransaction, Transaction};
use wl_ledger::record::RecordKind;
use wl_ledger::state::State;
use wl_ledger::{Category, ChainId, Generation, UnixMillis};
use wl_seal::{EpochContext, EpochSecret, GenerationContext, GenerationSecret};
use wl_wire::messages::Item;

impl Core {
    /// Signs the transactions of the steps that are due, after their secrets and envelopes are durable.
    ///
    /// # Errors
    /// [`CoreError`]; nothing is then kept, and nothing may be submitted.
    pub async fn prepare(&mut self, steps: &[Step], now: UnixMillis) -> Result<Vec<Item>, CoreError> {
        let actions = {
            let tx = self.store.begin().await?;
            let mut maker = Maker { tx, state: self.verifier.state(), chain: self.answer.chain };
            let actions = maker.make(steps).await?;
            maker.tx.commit().await.map_err(StoreError::from)?;
            actions
        };
        self.backup_is_old = true;
        let first = self.state().next_number(&self.hub);
        let items = (first..).zip(actions).map(|(number, action)| self.sign_control(number, now, action));
        Ok(items.collect())
    }

    fn sign_control(&self, number: u64, made: UnixMillis, action: Action) -> Item {
        let transaction = Transaction { number, author: Some(self.hub), made, action };
        let signed = SignedTransaction::sign(&[self.author.key()], &self.answer.chain, transaction);
        Item { entry: wl_ledger::block::Entry::Control(signed.bytes().to_vec()), body: None }
    }

    /// Puts the identity records that were not sent yet into the outbox. Returns how many.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn write_identities(&mut self, now: UnixMillis) -> Result<usize, CoreError> {
        let seen = tip(&self.verifier);
        let mut written = 0;
        for bedside in self.bedsides.values_mut().filter(|bedside| !bedside.identity_queued) {
            let Some((place, keys)) = bedside.place(self.verifier.state(), &self.hub, Category::Identity)
            else {
                continue;
            };
            let plaintext = bedside.identity.to_bytes();
            let mut tx = self.store.begin().await?;
            let author = &mut self.author;
            let stored = async {
                let draft = author.draft(&place, &keys, RecordKind::Identity, now, seen, &plaintext)?;
                queue(&mut tx, Urgency::First, &draft).await?;
                store::intake::identity_queued(&mut tx, &bedside.patient).await?;
                Ok(())
            }
            .await;
            settle(tx, &mut self.author, stored).await?;
            bedside.identity_queued = true;
            written += 1;
        }
        Ok(written)
    }

    /// Takes up the keys of the epochs in force for which this hub holds the secret. What was checked before is not
    /// looked up again.
    pub(super) async fn refresh_keys(&mut self) -> Result<(), CoreError> {
        let chain = self.answer.chain;
        let state = self.verifier.state();
        let mut tx = self.store.begin().await?;
        for (patient, bedside) in &mut self.bedsides {
            for category in crate::custody::HUB_CATEGORIES {
                let Some((newest, _)) = state.generation(patient, category) else { continue };
                let held = self.held.entry((*patient, category)).or_default();
                for generation in (0..=newest.0).map(Generation) {
                    let context = GenerationContext { chain, patient: *patient, category, generation };
                    if !held.contains(&generation) && has_generation(&mut tx, state, &context).await? {
                        held.insert(generation);
                    }
                }
                if !take_epoch(&mut tx, state, &chain, bedside, category).await? {
                    // Nothing can be sealed in it any more, so it is replaced like one that is lost.
                    held.remove(&newest);
                }
            }
        }
        Ok(())
    }
}

/// Takes the keys of the epoch in force. False when that epoch is one whose secret is not here.
async fn take_epoch(
    tx: &mut Tx<'_>,
    state: &State,
    chain: &ChainId,
    bedside: &mut Bedside,
    category: Category,
) -> Result<bool, CoreError> {
    let patient = bedside.patient;
    let Some((epoch, opened)) = state.epoch(&patient, category) else { return Ok(true) };
    if bedside.epochs.get(&category).is_some_and(|(held, _)| *held == epoch) {
        return Ok(true);
    }
    let generation = opened.opening.generation;
    let place = SecretPlace { patient, category, generation, epoch: Some(epoch) };
    let held = store::secrets::get(tx, &place).await?;
    let Some(secret) = held.map(|bytes| EpochSecret::from_bytes(*bytes)) else { return Ok(false) };
    let generation = GenerationContext { chain: *chain, patient, category, generation };
    let context = EpochContext { generation, epoch };
    if secret.commitment(&context) != opened.opening.commitment {
        return Ok(false);
    }
    bedside.epochs.insert(category, (epoch, Arc::new(secret.keys(&context)?)));
    Ok(true)
}

/// Whether the secret of a generation is here and is the one on the ledger.
async fn has_generation(
    tx: &mut Tx<'_>,
    state: &State,
    context: &GenerationContext,
) -> Result<bool, CoreError> {
    let GenerationContext { patient, category, generation, .. } = *context;
    let Some(opened) = state.generation_at(&patient, category, generation) else { return Ok(false) };
    let held = store::secrets::get(tx, &SecretPlace { patient, category, generation, epoch: None }).await?;
    Ok(held
        .is_some_and(|bytes| GenerationSecret::from_bytes(*bytes).check(context, &opened.commitment).is_ok()))
}
