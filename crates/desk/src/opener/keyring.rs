//! The secrets of one reader: generations from envelopes, epochs unwrapped when they are needed, both checked
//! against what the ledger committed to.

use super::{Closed, Unreadable};
use std::collections::BTreeMap;
use wl_ledger::control::EpochOpening;
use wl_ledger::state::State;
use wl_ledger::{Category, ChainId, Epoch, Generation, KeyId, PatientId, Seq, StreamId};
use wl_seal::{
    EpochContext, EpochKeys, GenerationContext, GenerationSecret, ReadingIdentity, SealError,
    open_mailed_envelope,
};

/// Whose mailbox an envelope was found in, and what its record says.
#[derive(Clone, Copy)]
pub(super) struct Mailbox<'a> {
    pub(super) chain: ChainId,
    pub(super) me: KeyId,
    pub(super) hub: KeyId,
    pub(super) generation: Generation,
    pub(super) identity: &'a ReadingIdentity,
    /// The letter's place.
    pub(super) letter: (StreamId, Seq),
}

/// Keys, by what they open.
#[derive(Default)]
pub(super) struct Keyring {
    generations: BTreeMap<(PatientId, Category, Generation), GenerationSecret>,
    epochs: BTreeMap<(PatientId, Category, Epoch), EpochKeys>,
    /// Where the letter of each generation lies.
    letters: BTreeMap<(PatientId, Category, Generation), (StreamId, Seq)>,
}

impl Keyring {
    /// Opens an envelope from this reader's mailbox. Only its content says what it is for; the ledger must know that
    /// generation, must have granted it to this reader, and the author must be the patient's hub.
    pub(super) fn take(
        &mut self,
        to: Mailbox<'_>,
        state: &State,
        envelope: &[u8],
    ) -> Result<(PatientId, Category), Closed> {
        let commitment_of = |context: &GenerationContext| {
            let GenerationContext { chain, patient, category, generation } = *context;
            let of_hub = state.patient(&patient).is_some_and(|known| known.hub == to.hub);
            let granted = state
                .grants(&patient, category, &to.me)
                .is_some_and(|grants| grants.contains_key(&generation));
            (chain == to.chain && generation == to.generation && of_hub && granted)
                .then(|| state.generation_at(&patient, category, generation))
                .flatten()
                .map(|opened| opened.commitment)
        };
        let (context, secret) =
            open_mailed_envelope(to.identity, commitment_of, envelope).map_err(unreadable)?;
        let place = (context.patient, context.category);
        self.generations.insert((place.0, place.1, context.generation), secret);
        self.letters.insert((place.0, place.1, context.generation), to.letter);
        Ok(place)
    }

    /// Puts in a secret that was checked against the ledger's commitment.
    pub(super) fn insert(
        &mut self,
        patient: PatientId,
        category: Category,
        generation: Generation,
        secret: GenerationSecret,
    ) {
        self.generations.insert((patient, category, generation), secret);
    }

    /// The keys of an epoch.
    pub(super) fn epoch(
        &mut self,
        chain: ChainId,
        patient: PatientId,
        category: Category,
        epoch: Epoch,
        state: &State,
    ) -> Result<&EpochKeys, Closed> {
        let place = (patient, category, epoch);
        if !self.epochs.contains_key(&place) {
            let opening = state
                .epoch_at(&patient, category, epoch)
                .map(|opened| &opened.opening)
                .ok_or(Closed::Unreadable(Unreadable::Misplaced))?;
            let keys = self.unwrap(chain, opening)?;
            self.epochs.insert(place, keys);
        }
        self.epochs.get(&place).ok_or(Closed::KeyMissing(Generation(0)))
    }

    fn unwrap(&self, chain: ChainId, opening: &EpochOpening) -> Result<EpochKeys, Closed> {
        let EpochOpening { patient, category, generation, epoch, .. } = *opening;
        let secret =
            self.generations.get(&(patient, category, generation)).ok_or(Closed::KeyMissing(generation))?;
        let generation = GenerationContext { chain, patient, category, generation };
        let context = EpochContext { generation, epoch };
        secret
            .unwrap_epoch(&context, &opening.wrapped)
            .and_then(|secret| secret.checked_keys(&context, &opening.recipient, &opening.commitment))
            .map_err(unreadable)
    }

    /// Drops the keys of which `which` says so.
    pub(super) fn forget(&mut self, which: impl Fn(&PatientId, Category) -> bool) {
        self.generations.retain(|(patient, category, _), _| !which(patient, *category));
        self.epochs.retain(|(patient, category, _), _| !which(patient, *category));
        self.letters.retain(|(patient, category, _), _| !which(patient, *category));
    }

    /// Where the letters of those generations of a patient's category lie of which `which` says so.
    pub(super) fn letters(
        &self,
        patient: &PatientId,
        category: Category,
        which: impl Fn(Generation) -> bool,
    ) -> Vec<(StreamId, Seq)> {
        let of = self.letters.iter().filter(|((whose, kind, generation), _)| {
            whose == patient && *kind == category && which(*generation)
        });
        of.map(|(_, letter)| *letter).collect()
    }

    pub(super) fn readable(&self) -> impl Iterator<Item = (PatientId, Category)> {
        let mut all: Vec<_> =
            self.generations.keys().map(|(patient, category, _)| (*patient, *category)).collect();
        all.dedup();
        all.into_iter()
    }
}

fn unreadable(error: SealError) -> Closed {
    Closed::Unreadable(match error {
        SealError::EpochCommitment | SealError::EpochRecipient | SealError::GenerationCommitment => {
            Unreadable::Commitment
        }
        SealError::Context { .. } => Unreadable::Misplaced,
        SealError::Content(_) | SealError::Malformed(_) | SealError::TooLarge { .. } => Unreadable::Content,
        SealError::Refused(_)
        | SealError::Recipient(_)
        | SealError::BedAlias { .. }
        | SealError::Readers { .. }
        | SealError::Derivation => Unreadable::Decryption,
    })
}
