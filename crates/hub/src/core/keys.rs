//! Keys: making generations and epochs, saying so on the control lane, and mailing envelopes.
//!
//! A secret is durable before anything made with it leaves the hub. If the hub stops between the
//! submission and the mailing, the envelopes wait in the store and go out at the next start.

use super::{Core, CoreError, held_of, queue, settle, tip};
use crate::custody::Step;
use crate::edge;
use crate::store::{self, EnvelopeRow, SecretKind, StoreError, Tx, Urgency};
use std::sync::Arc;
use wl_ledger::control::{Action, EpochOpening, GenerationOpening, SignedTransaction, Subject, Transaction};
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Epoch, Generation, Hash, KeyId, PatientId, StreamId, UnixMillis, merkle};
use wl_seal::{EpochContext, EpochSecret, GenerationContext, GenerationSecret, Recipient, seal_envelope};
use wl_wire::messages::Item;

impl Core {
    /// Signs the transactions of the steps that are due, after their secrets and envelopes are durable.
    ///
    /// # Errors
    /// [`CoreError`]; nothing may then be submitted.
    pub async fn prepare(&mut self, steps: &[Step], now: UnixMillis) -> Result<Vec<Item>, CoreError> {
        let mut actions = Vec::new();
        let mut next_stream = self.state().next_stream();
        for step in steps {
            match step {
                Step::OpenStream(subject) => {
                    if let Some(stream) = next_stream {
                        actions.push(Action::OpenStream(stream, *subject));
                        next_stream = stream.next();
                    }
                }
                Step::OpenGeneration { patient, category, generation, readers } => {
                    actions.extend(self.open_generation(*patient, *category, *generation, readers).await?);
                }
                Step::Grant { patient, category, generation, readers } => {
                    actions.extend(self.grant(*patient, *category, *generation, readers).await?);
                }
                Step::OpenEpoch { patient, category } => {
                    actions.extend(self.open_next_epoch(*patient, *category).await?);
                }
            }
        }
        let first = self.state().next_number(&self.hub);
        let items = (first..).zip(actions).map(|(number, action)| self.sign_control(number, now, action));
        Ok(items.collect())
    }

    fn sign_control(&self, number: u64, made: UnixMillis, action: Action) -> Item {
        let transaction = Transaction { number, author: Some(self.hub), made, action };
        let signed = SignedTransaction::sign(&[self.author.key()], &self.answer.chain, transaction);
        Item { entry: wl_ledger::block::Entry::Control(signed.bytes().to_vec()), body: None }
    }

    async fn open_generation(
        &mut self,
        patient: PatientId,
        category: Category,
        generation: Generation,
        readers: &[KeyId],
    ) -> Result<Vec<Action>, CoreError> {
        let context = GenerationContext { chain: self.answer.chain, patient, category, generation };
        let secret = GenerationSecret::from_bytes(edge::random()?);
        let envelopes = self.envelopes(&context, &secret, readers)?;
        let grants_root = grants_root(&envelopes);
        let epoch = self.next_epoch(&patient, category);
        let (epoch_secret, opening) = open_epoch(&context, &secret, epoch)?;
        let mut tx = self.store.begin().await?;
        put_secret(&mut tx, &context, SecretKind::Generation, generation.0, secret.expose()).await?;
        put_secret(&mut tx, &context, SecretKind::Epoch, epoch.0, epoch_secret.expose()).await?;
        for envelope in &envelopes {
            store::secrets::put_envelope(&mut tx, envelope).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        let commitment = secret.commitment(&context);
        let readers = envelopes.iter().map(|envelope| envelope.reader).collect();
        let generation =
            GenerationOpening { patient, category, generation, commitment, readers, grants_root };
        Ok(vec![Action::OpenGeneration(generation), Action::OpenEpoch(opening)])
    }

    async fn grant(
        &mut self,
        patient: PatientId,
        category: Category,
        generation: Generation,
        readers: &[KeyId],
    ) -> Result<Option<Action>, CoreError> {
        let context = GenerationContext { chain: self.answer.chain, patient, category, generation };
        let mut tx = self.store.begin().await?;
        let held =
            store::secrets::get(&mut tx, &patient, category, SecretKind::Generation, generation.0).await?;
        drop(tx);
        let Some(secret) = held.map(|bytes| GenerationSecret::from_bytes(*bytes)) else { return Ok(None) };
        let envelopes = self.envelopes(&context, &secret, readers)?;
        if envelopes.is_empty() {
            return Ok(None);
        }
        let root = grants_root(&envelopes);
        let mut tx = self.store.begin().await?;
        for envelope in &envelopes {
            store::secrets::put_envelope(&mut tx, envelope).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        let readers = envelopes.iter().map(|envelope| envelope.reader).collect();
        Ok(Some(Action::GrantGeneration(patient, category, generation, readers, root)))
    }

    async fn open_next_epoch(
        &mut self,
        patient: PatientId,
        category: Category,
    ) -> Result<Option<Action>, CoreError> {
        let Some((generation, _)) = self.state().generation(&patient, category) else { return Ok(None) };
        let context = GenerationContext { chain: self.answer.chain, patient, category, generation };
        let epoch = self.next_epoch(&patient, category);
        let mut tx = self.store.begin().await?;
        let held =
            store::secrets::get(&mut tx, &patient, category, SecretKind::Generation, generation.0).await?;
        let Some(secret) = held.map(|bytes| GenerationSecret::from_bytes(*bytes)) else { return Ok(None) };
        let (epoch_secret, opening) = open_epoch(&context, &secret, epoch)?;
        put_secret(&mut tx, &context, SecretKind::Epoch, epoch.0, epoch_secret.expose()).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(Some(Action::OpenEpoch(opening)))
    }

    fn next_epoch(&self, patient: &PatientId, category: Category) -> Epoch {
        let last = self.state().epoch(patient, category).map(|(epoch, _)| epoch);
        last.and_then(Epoch::next).unwrap_or(Epoch(0))
    }

    /// One envelope for each reader whose recipient can be sealed to. One that cannot is left out and logged, so that
    /// it does not keep the others from reading.
    fn envelopes(
        &self,
        context: &GenerationContext,
        secret: &GenerationSecret,
        readers: &[KeyId],
    ) -> Result<Vec<EnvelopeRow>, CoreError> {
        let mut envelopes = Vec::with_capacity(readers.len());
        for reader in readers {
            let Some(member) = self.state().member(reader) else { continue };
            let sealed = Recipient::parse(&member.enrolment.reading)
                .map_err(|_| ())
                .and_then(|recipient| seal_envelope(&recipient, context, secret).map_err(|_| ()));
            let Ok(sealed) = sealed else {
                tracing::error!(%reader, "the reading key of a member cannot be sealed to");
                continue;
            };
            let GenerationContext { patient, category, generation, .. } = *context;
            envelopes.push(EnvelopeRow { reader: *reader, patient, category, generation, sealed });
        }
        Ok(envelopes)
    }

    /// Puts envelopes whose grant is on the ledger into the outbox. Returns how many.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn mail_envelopes(&mut self, now: UnixMillis) -> Result<usize, CoreError> {
        let seen = tip(&self.verifier);
        let state = self.verifier.state();
        let mut tx = self.store.begin().await?;
        let author = &mut self.author;
        let hub = self.hub;
        let stored = async {
            let mut mailed = 0;
            for row in store::secrets::waiting_envelopes(&mut tx).await? {
                let granted = state
                    .grants(&row.patient, row.category, &row.reader)
                    .is_some_and(|grants| grants.contains_key(&row.generation));
                let mailbox: Option<StreamId> = state.stream_of(&hub, &Subject::Mailbox(row.reader));
                let (true, Some(stream)) = (granted, mailbox) else { continue };
                let draft = author.mail(stream, Epoch(row.generation.0), now, seen, row.sealed.clone())?;
                queue(&mut tx, Urgency::First, &draft).await?;
                store::secrets::envelope_queued(&mut tx, &row).await?;
                mailed += 1;
            }
            Ok(mailed)
        }
        .await;
        settle(tx, &mut self.author, stored).await
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

    /// Takes up the keys of the epochs in force for which this hub holds the secret.
    pub(super) async fn refresh_keys(&mut self) -> Result<(), CoreError> {
        let chain = self.answer.chain;
        let state = self.verifier.state();
        let mut held = Vec::new();
        let mut tx = self.store.begin().await?;
        for (patient, bedside) in &mut self.bedsides {
            for category in crate::custody::HUB_CATEGORIES {
                let Some((newest, _)) = state.generation(patient, category) else { continue };
                for number in 0..=newest.0 {
                    if has_generation(&mut tx, state, &chain, patient, category, Generation(number)).await? {
                        held.push(((*patient, category), Generation(number)));
                    }
                }
                let Some((epoch, opened)) = state.epoch(patient, category) else { continue };
                if bedside.epochs.get(&category).is_some_and(|(held, _)| *held == epoch) {
                    continue;
                }
                let secret =
                    store::secrets::get(&mut tx, patient, category, SecretKind::Epoch, epoch.0).await?;
                let Some(secret) = secret.map(|bytes| EpochSecret::from_bytes(*bytes)) else { continue };
                let generation = GenerationContext {
                    chain,
                    patient: *patient,
                    category,
                    generation: opened.opening.generation,
                };
                let context = EpochContext { generation, epoch };
                // A secret that does not fit what was published is one of a submission that never arrived.
                if secret.commitment(&context) == opened.opening.commitment {
                    bedside.epochs.insert(category, (epoch, Arc::new(secret.keys(&context)?)));
                }
            }
        }
        drop(tx);
        self.held = held_of(held);
        Ok(())
    }
}

async fn has_generation(
    tx: &mut Tx<'_>,
    state: &wl_ledger::state::State,
    chain: &wl_ledger::ChainId,
    patient: &PatientId,
    category: Category,
    generation: Generation,
) -> Result<bool, CoreError> {
    let Some(opened) = state.generation_at(patient, category, generation) else { return Ok(false) };
    let held = store::secrets::get(tx, patient, category, SecretKind::Generation, generation.0).await?;
    let context = GenerationContext { chain: *chain, patient: *patient, category, generation };
    Ok(held.is_some_and(|bytes| {
        GenerationSecret::from_bytes(*bytes).check(&context, &opened.commitment).is_ok()
    }))
}

fn open_epoch(
    generation: &GenerationContext,
    secret: &GenerationSecret,
    epoch: Epoch,
) -> Result<(EpochSecret, EpochOpening), CoreError> {
    let context = EpochContext { generation: *generation, epoch };
    let epoch_secret = EpochSecret::from_bytes(edge::random()?);
    let keys = epoch_secret.keys(&context)?;
    let wrapped = secret.wrap_epoch(&context, &epoch_secret, &edge::random()?)?;
    let opening = EpochOpening {
        patient: generation.patient,
        category: generation.category,
        generation: generation.generation,
        epoch,
        recipient: keys.recipient().as_str().to_owned(),
        commitment: epoch_secret.commitment(&context),
        wrapped,
    };
    Ok((epoch_secret, opening))
}

async fn put_secret(
    tx: &mut Tx<'_>,
    context: &GenerationContext,
    kind: SecretKind,
    number: u32,
    secret: &[u8; 32],
) -> Result<(), StoreError> {
    store::secrets::put(tx, &context.patient, context.category, kind, number, secret).await
}

/// RFC 6962 root over the envelopes, in the order of their readers, so that a hub cannot later claim another one.
fn grants_root(envelopes: &[EnvelopeRow]) -> Hash {
    let leaves: Vec<Hash> = envelopes.iter().map(|envelope| merkle::leaf_hash(&envelope.sealed)).collect();
    merkle::root(&leaves)
}
