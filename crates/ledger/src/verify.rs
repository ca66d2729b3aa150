//! The verifier: the only code that makes `Verified…` values (design §3, `docs/spec/verification.md`).
//!
//! It replays headers and control transactions from genesis. Both links of a header, to its
//! predecessor and to the whole history, are checked; the state is replayed and compared at every
//! header; the last header of a batch, and each one at which validators change, must be certified.
//! A batch is accepted whole or not at all.

mod admitted;
mod body;
mod error;
mod headers;
mod provisional;
mod sparse;

use crate::block::{Entry, LaneItem};
use crate::control::SignedTransaction;
use crate::header::{Certificate, Header, VERSION, ValidatorSet, header_id};
use crate::merkle::{self, Frontier};
use crate::state::State;
use crate::{ChainId, Hash, Height, UnixMillis};
use headers::Headers;
use std::sync::Arc;

pub use admitted::{Predecessor, VerifiedBlock, VerifiedEntry, VerifiedRecord};
pub use body::{BodyState, body_state};
pub use error::{Fork, VerifyError};
pub use provisional::ProvisionalRecord;
pub use sparse::{SparseChain, SparseVerifier};

/// A header that was verified: linked to genesis, certified itself or by a certified successor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VerifiedHeader {
    chain: ChainId,
    height: Height,
    id: Hash,
    time: UnixMillis,
    entries_root: Hash,
    entries: u32,
    state_root: Hash,
    /// Over the transactions that were replayed at this height.
    replayed: Hash,
}

impl VerifiedHeader {
    /// Height.
    pub fn height(&self) -> Height {
        self.height
    }

    /// Id.
    pub fn id(&self) -> Hash {
        self.id
    }

    /// Block time.
    pub fn time(&self) -> UnixMillis {
        self.time
    }

    /// The state root after this block: what a proof about the state is checked against.
    pub fn state_root(&self) -> Hash {
        self.state_root
    }

    /// Number of entries of the block.
    pub fn entries(&self) -> u32 {
        self.entries
    }
}

/// Replays a chain from genesis and keeps what it learned.
#[derive(Clone)]
pub struct Verifier {
    chain: ChainId,
    state: Arc<State>,
    validators: ValidatorSet,
    frontier: Frontier,
    headers: Headers,
    tip: Option<VerifiedHeader>,
}

impl Verifier {
    /// A verifier for one chain, which knows nothing of it yet. The chain id comes from an enrolment file or from
    /// genesis on this machine, never from a gateway.
    pub fn new(chain: ChainId) -> Self {
        Self {
            chain,
            state: Arc::new(State::default()),
            validators: ValidatorSet::default(),
            frontier: Frontier::new(),
            headers: Headers::of(chain),
            tip: None,
        }
    }

    /// The chain.
    pub fn chain(&self) -> ChainId {
        self.chain
    }

    /// The newest verified header.
    pub fn tip(&self) -> Option<&VerifiedHeader> {
        self.tip.as_ref()
    }

    /// The height that comes next.
    pub fn next_height(&self) -> Height {
        Height(self.headers.len())
    }

    /// A verified header.
    pub fn header(&self, height: Height) -> Option<VerifiedHeader> {
        self.headers.get(height)
    }

    /// The verified headers from a height on, ascending.
    pub fn headers_from(&self, height: Height) -> impl Iterator<Item = VerifiedHeader> + '_ {
        (height.0..self.headers.len()).filter_map(|height| self.headers.get(Height(height)))
    }

    /// The state after the newest verified header.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The same state, shared.
    pub fn shared_state(&self) -> Arc<State> {
        Arc::clone(&self.state)
    }

    /// The validators in force.
    pub fn validators(&self) -> &ValidatorSet {
        &self.validators
    }

    /// The history so far, for who goes on with it.
    pub(crate) fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// RFC 6962 root over the ids of all verified headers.
    pub fn history_root(&self) -> Hash {
        self.frontier.root()
    }

    /// Verifies the next items of the lane and moves on. Items that are known already are compared and passed over.
    ///
    /// # Errors
    /// [`VerifyError`], one for each attack; nothing of the batch is then accepted.
    pub fn advance(&mut self, items: &[LaneItem]) -> Result<usize, VerifyError> {
        let mut next = Step {
            chain: self.chain,
            state: Arc::clone(&self.state),
            validators: self.validators.clone(),
            frontier: self.frontier.clone(),
            tip: self.tip,
            fresh: Vec::new(),
            certified: true,
        };
        for item in items {
            let header = Header::parse(&item.header).map_err(VerifyError::HeaderMalformed)?;
            match self.header(header.height) {
                Some(known) => self.compare(&known, &header, item)?,
                None => next.take(header, item)?,
            }
        }
        if !next.certified {
            return Err(VerifyError::CertificateMissing { height: self.next_height() });
        }
        let count = next.fresh.len();
        next.fresh.iter().for_each(|header| self.headers.push(header));
        self.tip = next.tip;
        self.state = next.state;
        self.validators = next.validators;
        self.frontier = next.frontier;
        Ok(count)
    }

    /// Judges a header at a height that is verified already. Another one with a valid certificate is a fork.
    fn compare(&self, known: &VerifiedHeader, header: &Header, item: &LaneItem) -> Result<(), VerifyError> {
        let id = header_id(&item.header);
        if id == known.id {
            return Ok(());
        }
        let certified = item.certificate.as_ref().is_some_and(|bytes| {
            Certificate::parse(bytes).is_ok_and(|certificate| {
                certificate.verify(&self.validators, &self.chain, header.height, &id).is_ok()
            })
        });
        if !certified && header.chain != self.chain {
            return Err(VerifyError::OtherChain { height: header.height });
        }
        if !certified {
            return Err(VerifyError::Contradiction { height: header.height });
        }
        Err(VerifyError::Fork(Box::new(Fork {
            height: header.height,
            ours: known.id,
            theirs: id,
            item: item.clone(),
        })))
    }
}

/// A batch while it is judged; thrown away unless every item passes.
#[derive(Clone)]
struct Step {
    chain: ChainId,
    state: Arc<State>,
    validators: ValidatorSet,
    frontier: Frontier,
    tip: Option<VerifiedHeader>,
    fresh: Vec<VerifiedHeader>,
    certified: bool,
}

impl Step {
    fn take(&mut self, header: Header, item: &LaneItem) -> Result<(), VerifyError> {
        let id = header_id(&item.header);
        self.check_links(&header)?;
        self.judge(&header, item, id)?;
        self.frontier.append(merkle::leaf_hash(id.as_bytes()));
        Ok(())
    }

    /// Replays a block whose links were checked, and judges what its header commits to.
    fn judge(&mut self, header: &Header, item: &LaneItem, id: Hash) -> Result<(), VerifyError> {
        let height = header.height;
        let replayed = self.replay(header, item)?;
        if self.state.root() != header.state_root {
            return Err(VerifyError::StateRoot { height });
        }
        self.check_validators(header)?;
        self.certified = match &item.certificate {
            Some(bytes) => {
                Certificate::parse(bytes)
                    .and_then(|certificate| certificate.verify(&self.validators, &self.chain, height, &id))
                    .map_err(|source| VerifyError::Certificate { height, source })?;
                true
            }
            None => false,
        };
        let verified = VerifiedHeader {
            chain: self.chain,
            height,
            id,
            time: header.time,
            entries_root: header.entries_root,
            entries: header.entries,
            state_root: header.state_root,
            replayed,
        };
        self.tip = Some(verified);
        self.fresh.push(verified);
        Ok(())
    }

    fn check_origin(&self, header: &Header) -> Result<(), VerifyError> {
        let height = header.height;
        if header.version != VERSION {
            return Err(VerifyError::Version { height, got: header.version });
        }
        if header.chain != self.chain {
            return Err(VerifyError::OtherChain { height });
        }
        Ok(())
    }

    fn check_links(&self, header: &Header) -> Result<(), VerifyError> {
        self.check_origin(header)?;
        let height = header.height;
        let (expected, previous, not_before) = match &self.tip {
            Some(tip) => (tip.height.next(), tip.id, tip.time),
            None => (Some(Height(0)), Hash::from_bytes([0; 32]), UnixMillis(i64::MIN)),
        };
        if expected != Some(height) {
            return Err(VerifyError::Gap { expected: expected.unwrap_or(height), got: height });
        }
        if header.previous != previous {
            return Err(VerifyError::PreviousLink { height });
        }
        if header.history_root != self.frontier.root() {
            return Err(VerifyError::HistoryRoot { height });
        }
        if header.time < not_before {
            return Err(VerifyError::TimeBackwards { height });
        }
        Ok(())
    }

    /// Applies the control transactions of one block and returns the hash over them.
    fn replay(&mut self, header: &Header, item: &LaneItem) -> Result<Hash, VerifyError> {
        let height = header.height;
        let mut transactions = Vec::with_capacity(item.controls.len());
        if item.controls.len() > usize::try_from(header.entries).unwrap_or(usize::MAX) {
            return Err(VerifyError::TooManyControls { height });
        }
        for (index, bytes) in item.controls.iter().enumerate() {
            let signed = SignedTransaction::parse(bytes).map_err(|source| VerifyError::ControlMalformed {
                height,
                index,
                source,
            })?;
            Arc::make_mut(&mut self.state)
                .apply(&signed, height, header.time)
                .map_err(|source| VerifyError::Control { height, index, source })?;
            transactions.push(signed.hash());
        }
        match self.state.chain() {
            Some(chain) if chain == self.chain => Ok(merkle::root(&transactions)),
            Some(_) => Err(VerifyError::OtherGenesis),
            None => Err(VerifyError::GenesisMissing),
        }
    }

    fn check_validators(&mut self, header: &Header) -> Result<(), VerifyError> {
        let height = header.height;
        if self.validators.is_empty() {
            let keys = self.state.founding().into_iter().flat_map(|founding| &founding.validators);
            self.validators = ValidatorSet::of(keys.map(|validator| validator.sign));
        }
        let hash = self.validators.hash();
        if header.validators != hash {
            return Err(VerifyError::Validators { height });
        }
        if header.next_validators != hash {
            return Err(VerifyError::NextValidators { height });
        }
        if self.validators.get(&header.proposer).is_none() {
            return Err(VerifyError::Proposer { height });
        }
        Ok(())
    }
}

impl VerifiedHeader {
    /// Admits the entries of this block: count and root must be what the header says, and their control transactions
    /// those that were replayed.
    ///
    /// # Errors
    /// [`VerifyError::EntryCount`], [`VerifyError::EntriesRoot`], [`VerifyError::LaneOrder`],
    /// [`VerifyError::ControlMalformed`] or [`VerifyError::StateRoot`].
    pub fn admit(&self, entries: Vec<Entry>) -> Result<VerifiedBlock, VerifyError> {
        if u32::try_from(entries.len()) != Ok(self.entries) {
            return Err(VerifyError::EntryCount {
                height: self.height,
                signed: self.entries,
                got: entries.len(),
            });
        }
        if crate::block::entries_root(&entries) != self.entries_root {
            return Err(VerifyError::EntriesRoot { height: self.height });
        }
        let controls_lead = entries.is_sorted_by_key(|entry| matches!(entry, Entry::Record(_)));
        if !controls_lead {
            return Err(VerifyError::LaneOrder { height: self.height });
        }
        self.check_replayed(&entries)?;
        Ok(VerifiedBlock::new(*self, entries))
    }

    /// The lane and the entries came separately: a gateway must not certify one set of transactions and let clients
    /// replay another.
    fn check_replayed(&self, entries: &[Entry]) -> Result<(), VerifyError> {
        let mut transactions = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let Entry::Control(bytes) = entry else { break };
            let signed = SignedTransaction::parse(bytes).map_err(|source| VerifyError::ControlMalformed {
                height: self.height,
                index,
                source,
            })?;
            transactions.push(signed.hash());
        }
        if merkle::root(&transactions) == self.replayed {
            Ok(())
        } else {
            Err(VerifyError::StateRoot { height: self.height })
        }
    }
}
