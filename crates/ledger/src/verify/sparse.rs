//! A chain verified from the blocks that bear control transactions, for the proof of one value.
//!
//! Headers between them are left out. What is left out shows: the state root of the newest header covers every
//! control transaction in order, and its history root covers the place of every header that is here.

use super::{Step, VerifiedHeader, VerifyError};
use crate::block::{Entry, LaneItem};
use crate::header::{Header, ValidatorSet, header_id};
use crate::merkle::{self, Frontier};
use crate::state::State;
use crate::verify::VerifiedEntry;
use crate::{ChainId, Hash, Height};
use std::sync::Arc;

/// Replays the blocks it is given, oldest first. Nothing it saw is verified before [`SparseVerifier::finish`].
#[derive(Clone)]
pub struct SparseVerifier {
    step: Step,
    history_root: Hash,
}

/// What a finished [`SparseVerifier`] vouches for.
#[derive(Clone)]
pub struct SparseChain {
    state: Arc<State>,
    headers: Vec<VerifiedHeader>,
}

impl SparseVerifier {
    /// A verifier for one chain. The chain id comes from an enrolment file or a person, never from a gateway.
    pub fn new(chain: ChainId) -> Self {
        let step = Step {
            chain,
            state: Arc::default(),
            validators: ValidatorSet::default(),
            frontier: Frontier::new(),
            tip: None,
            fresh: Vec::new(),
            certified: false,
        };
        Self { step, history_root: Hash::from_bytes([0; 32]) }
    }

    /// Takes the next block.
    ///
    /// # Errors
    /// [`VerifyError`]; this verifier is of no use afterwards.
    pub fn take(&mut self, item: &LaneItem) -> Result<&VerifiedHeader, VerifyError> {
        let header = Header::parse(&item.header).map_err(VerifyError::HeaderMalformed)?;
        self.step.check_origin(&header)?;
        self.check_order(&header)?;
        self.history_root = header.history_root;
        self.step.judge(&header, item, header_id(&item.header))?;
        self.step.tip.as_ref().ok_or(VerifyError::GenesisMissing)
    }

    /// The state after the newest block that was taken; not verified yet.
    pub fn state(&self) -> &State {
        &self.step.state
    }

    /// The first is genesis; the others ascend, and those that stand side by side are linked.
    fn check_order(&self, header: &Header) -> Result<(), VerifyError> {
        let height = header.height;
        let zero = Hash::from_bytes([0; 32]);
        let (expected, previous) = match &self.step.tip {
            Some(tip) => (tip.height.next(), (tip.height.next() == Some(height)).then_some(tip.id)),
            None => (Some(Height(0)), Some(zero)),
        };
        let in_order = match expected {
            Some(next) if self.step.tip.is_some() => next <= height,
            expected => expected == Some(height),
        };
        if !in_order {
            return Err(VerifyError::Gap { expected: expected.unwrap_or(height), got: height });
        }
        if previous.is_some_and(|previous| header.previous != previous) {
            return Err(VerifyError::PreviousLink { height });
        }
        if height == Height(0) && header.history_root != Frontier::new().root() {
            return Err(VerifyError::HistoryRoot { height });
        }
        if self.step.tip.is_some_and(|tip| header.time < tip.time) {
            return Err(VerifyError::TimeBackwards { height });
        }
        Ok(())
    }

    /// Ends with the newest block: it must be certified, and `history` must prove every other one in its history root
    /// (`docs/spec/merkle.md`, multiproof).
    ///
    /// # Errors
    /// [`VerifyError::GenesisMissing`] without a block, [`VerifyError::CertificateMissing`],
    /// [`VerifyError::HistoryRoot`].
    pub fn finish(self, history: &[Hash]) -> Result<SparseChain, VerifyError> {
        let Step { state, fresh, certified, .. } = self.step;
        let (head, others) = fresh.split_last().ok_or(VerifyError::GenesisMissing)?;
        let height = head.height;
        if !certified {
            return Err(VerifyError::CertificateMissing { height });
        }
        let leaves: Vec<_> =
            others.iter().map(|header| (header.height.0, merkle::leaf_hash(header.id.as_bytes()))).collect();
        let linked = match leaves.is_empty() {
            // Genesis alone has no history.
            true => history.is_empty(),
            false => merkle::verify_multiproof(height.0, &leaves, history, &self.history_root).is_ok(),
        };
        if !linked {
            return Err(VerifyError::HistoryRoot { height });
        }
        Ok(SparseChain { state, headers: fresh })
    }
}

impl SparseChain {
    /// The state after the newest header.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The newest header.
    pub fn head(&self) -> Option<&VerifiedHeader> {
        self.headers.last()
    }

    /// One of the headers that were taken.
    pub fn header(&self, height: Height) -> Option<&VerifiedHeader> {
        let at = self.headers.binary_search_by_key(&height, |header| header.height).ok()?;
        self.headers.get(at)
    }
}

impl VerifiedHeader {
    /// Admits one entry of this block by an RFC 6962 inclusion proof.
    ///
    /// # Errors
    /// [`VerifyError::EntriesRoot`].
    pub fn admit_one<'a>(
        &self,
        entry: &'a Entry,
        index: u32,
        path: &[Hash],
    ) -> Result<VerifiedEntry<'a>, VerifyError> {
        let size = u64::from(self.entries);
        merkle::verify_inclusion(&entry.leaf(), u64::from(index), size, path, &self.entries_root)
            .map_err(|_| VerifyError::EntriesRoot { height: self.height })?;
        Ok(VerifiedEntry::new(*self, index, entry))
    }

    /// Admits the records of this block behind control entries that were replayed, of which the leaves are known.
    ///
    /// # Errors
    /// [`VerifyError::EntryCount`] or [`VerifyError::EntriesRoot`].
    pub(crate) fn admit_records<'a>(
        &self,
        controls: &[Hash],
        records: &'a [Entry],
    ) -> Result<impl Iterator<Item = VerifiedEntry<'a>> + use<'a>, VerifyError> {
        let count = controls.len().saturating_add(records.len());
        if u32::try_from(count) != Ok(self.entries) {
            return Err(VerifyError::EntryCount { height: self.height, signed: self.entries, got: count });
        }
        let leaves: Vec<Hash> = controls.iter().copied().chain(records.iter().map(Entry::leaf)).collect();
        if merkle::root(&leaves) != self.entries_root {
            return Err(VerifyError::EntriesRoot { height: self.height });
        }
        let header = *self;
        let first = u32::try_from(controls.len()).unwrap_or(u32::MAX);
        Ok((first..).zip(records).map(move |(index, entry)| VerifiedEntry::new(header, index, entry)))
    }
}
