//! Making the secrets, envelopes and transactions of the steps that are due.
//!
//! If the hub stops, or a receipt is lost, between the submission and its sealing, the same step is made again with
//! the secrets and envelopes that are kept: whichever submission was sealed, they are the ones it speaks of.

use super::{CoreError, Step, Tx};
use crate::custody::{Custodian, custodians_in_force};
use crate::edge;
use crate::store::{self, EnvelopeRow, SecretPlace, ShareRow};
use std::collections::BTreeSet;
use wl_ledger::control::{Action, Custody, EpochOpening, GenerationOpening};
use wl_ledger::state::State;
use wl_ledger::{ChainId, Epoch, Generation, Hash, KeyId, merkle};
use wl_seal::{
    EpochContext, EpochSecret, GenerationContext, GenerationSecret, Recipient, Threshold, seal_envelope,
    seal_share, shares_root,
};

/// Makes what one batch of steps needs, in one transaction of the store.
pub(super) struct Maker<'a> {
    pub(super) tx: Tx<'a>,
    pub(super) state: &'a State,
    pub(super) chain: ChainId,
}

impl Maker<'_> {
    /// The actions of the steps, in their order.
    pub(super) async fn make(&mut self, steps: &[Step]) -> Result<Vec<Action>, CoreError> {
        let mut actions = Vec::new();
        let mut next_stream = self.state.next_stream();
        for step in steps {
            match step {
                Step::OpenStream(subject) => {
                    if let Some(stream) = next_stream {
                        actions.push(Action::OpenStream(stream, *subject));
                        next_stream = stream.next();
                    }
                }
                Step::OpenGeneration { patient, category, generation, readers } => {
                    let context = self.context(*patient, *category, *generation);
                    actions.extend(self.open_generation(&context, readers).await?);
                }
                Step::Grant { patient, category, generation, readers } => {
                    let context = self.context(*patient, *category, *generation);
                    actions.extend(self.grant(&context, readers).await?);
                }
                Step::ConfirmErasure(receipt) => actions.push(Action::ConfirmErasure(*receipt)),
                Step::CloseStream(stream) => actions.push(Action::CloseStream(*stream)),
                Step::OpenEpoch { patient, category } => {
                    let Some((generation, _)) = self.state.generation(patient, *category) else { continue };
                    let context = self.context(*patient, *category, generation);
                    if let Some(secret) = self.held(&context).await? {
                        actions.push(Action::OpenEpoch(self.open_epoch(&context, &secret).await?));
                    }
                }
            }
        }
        Ok(actions)
    }

    fn context(
        &self,
        patient: wl_ledger::PatientId,
        category: wl_ledger::Category,
        generation: Generation,
    ) -> GenerationContext {
        GenerationContext { chain: self.chain, patient, category, generation }
    }

    async fn held(&mut self, context: &GenerationContext) -> Result<Option<GenerationSecret>, CoreError> {
        let held = store::secrets::get(&mut self.tx, &place(context, None)).await?;
        Ok(held.map(|bytes| GenerationSecret::from_bytes(*bytes)))
    }

    async fn open_generation(
        &mut self,
        context: &GenerationContext,
        readers: &[KeyId],
    ) -> Result<[Action; 2], CoreError> {
        let fresh = edge::random()?;
        let secret = store::secrets::keep(&mut self.tx, &place(context, None), &fresh).await?;
        let secret = GenerationSecret::from_bytes(*secret);
        let (readers, grants_root) = self.envelopes(context, &secret, readers).await?;
        let custody = self.custody(context, &secret).await?;
        let epoch = self.open_epoch(context, &secret).await?;
        let GenerationContext { patient, category, generation, .. } = *context;
        let commitment = secret.commitment(context);
        let generation =
            GenerationOpening { patient, category, generation, commitment, readers, grants_root, custody };
        Ok([Action::OpenGeneration(generation), Action::OpenEpoch(epoch)])
    }

    async fn grant(
        &mut self,
        context: &GenerationContext,
        readers: &[KeyId],
    ) -> Result<Option<Action>, CoreError> {
        let Some(secret) = self.held(context).await? else { return Ok(None) };
        let (readers, root) = self.envelopes(context, &secret, readers).await?;
        let GenerationContext { patient, category, generation, .. } = *context;
        let grant = Action::GrantGeneration(patient, category, generation, readers.clone(), root);
        Ok((!readers.is_empty()).then_some(grant))
    }

    async fn open_epoch(
        &mut self,
        generation: &GenerationContext,
        secret: &GenerationSecret,
    ) -> Result<EpochOpening, CoreError> {
        let last = self.state.epoch(&generation.patient, generation.category).map(|(epoch, _)| epoch);
        let epoch = last.and_then(Epoch::next).unwrap_or(Epoch(0));
        let fresh = edge::random()?;
        let kept = store::secrets::keep(&mut self.tx, &place(generation, Some(epoch)), &fresh).await?;
        let epoch_secret = EpochSecret::from_bytes(*kept);
        let context = EpochContext { generation: *generation, epoch };
        let keys = epoch_secret.keys(&context)?;
        Ok(EpochOpening {
            patient: generation.patient,
            category: generation.category,
            generation: generation.generation,
            epoch,
            recipient: keys.recipient().as_str().to_owned(),
            commitment: epoch_secret.commitment(&context),
            wrapped: secret.wrap_epoch(&context, &epoch_secret, &edge::random()?)?,
        })
    }

    /// Shares a generation's secret among the custodians in force and keeps the sealed shares; none where there are too
    /// few of them, or one cannot be sealed to, so that nobody counts on a fallback that is not there.
    async fn custody(
        &mut self,
        context: &GenerationContext,
        secret: &GenerationSecret,
    ) -> Result<Option<Custody>, CoreError> {
        let Some((needed, custodians)) = custodians_in_force(self.state) else { return Ok(None) };
        let keys: BTreeSet<KeyId> = custodians.iter().flat_map(|(_, keys)| keys).copied().collect();
        let place = place(context, None);
        let kept = store::shares::kept(&mut self.tx, &place, needed).await?;
        let rows = if kept.iter().map(|row| row.custodian).eq(keys.iter().copied()) {
            kept
        } else {
            let Some(rows) = self.split(context, secret, needed, &custodians)? else { return Ok(None) };
            store::shares::replace(&mut self.tx, &place, needed, &rows).await?;
            rows
        };
        let sealed: Vec<Vec<u8>> = rows.into_iter().map(|row| row.sealed).collect();
        Ok(Some(Custody { threshold: needed, shares_root: shares_root(&sealed) }))
    }

    /// The sealed shares, in ascending order of the custodians' keys.
    fn split(
        &self,
        context: &GenerationContext,
        secret: &GenerationSecret,
        needed: u8,
        custodians: &[Custodian],
    ) -> Result<Option<Vec<ShareRow>>, CoreError> {
        let of = u8::try_from(custodians.len()).unwrap_or(u8::MAX);
        let Ok(threshold) = Threshold::new(needed, of) else { return Ok(None) };
        let shares = secret.split(threshold, |out| edge::random().map(|bytes| *out = bytes))?;
        let mut rows = Vec::new();
        for ((_, keys), share) in custodians.iter().zip(&shares) {
            for custodian in keys {
                let reading = self.state.member(custodian).map(|member| member.enrolment.reading.as_str());
                let recipient = reading.and_then(|reading| Recipient::parse(reading).ok());
                let Some(Ok(sealed)) = recipient.map(|to| seal_share(&to, context, share)) else {
                    tracing::error!(%custodian, "the reading key of a custodian cannot be sealed to: no fallback");
                    return Ok(None);
                };
                let GenerationContext { patient, category, generation, .. } = *context;
                let custodian = *custodian;
                rows.push(ShareRow { custodian, patient, category, generation, sealed, queued: false });
            }
        }
        rows.sort_by_key(|row| row.custodian);
        Ok(Some(rows))
    }

    /// Keeps one envelope for each reader whose recipient can be sealed to, and gives those readers and the root over
    /// their envelopes. One that cannot is left out and logged, so that it does not keep the others from reading.
    async fn envelopes(
        &mut self,
        context: &GenerationContext,
        secret: &GenerationSecret,
        readers: &[KeyId],
    ) -> Result<(Vec<KeyId>, Hash), CoreError> {
        let mut kept = Vec::with_capacity(readers.len());
        for reader in readers {
            let Some(member) = self.state.member(reader) else { continue };
            let sealed = Recipient::parse(&member.enrolment.reading)
                .map_err(|_| ())
                .and_then(|recipient| seal_envelope(&recipient, context, secret).map_err(|_| ()));
            let Ok(sealed) = sealed else {
                tracing::error!(%reader, "the reading key of a member cannot be sealed to");
                continue;
            };
            let GenerationContext { patient, category, generation, .. } = *context;
            let row = EnvelopeRow { reader: *reader, patient, category, generation, sealed };
            kept.push(store::secrets::keep_envelope(&mut self.tx, row).await?);
        }
        // RFC 6962 root, in the order of the readers, so that a hub cannot later claim another envelope.
        let leaves: Vec<Hash> = kept.iter().map(|envelope| merkle::leaf_hash(&envelope.sealed)).collect();
        Ok((kept.iter().map(|envelope| envelope.reader).collect(), merkle::root(&leaves)))
    }
}

fn place(context: &GenerationContext, epoch: Option<Epoch>) -> SecretPlace {
    let GenerationContext { patient, category, generation, .. } = *context;
    SecretPlace { patient, category, generation, epoch }
}
