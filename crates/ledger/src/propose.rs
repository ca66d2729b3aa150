//! Building blocks: the rules a gateway applies before it orders anything.
//!
//! A proposer holds the state, the tails of all streams and the entries of the block being built. It
//! judges by the same functions as the verifier, so an honest gateway never certifies what a desk refuses.

use crate::block::{Entry, LaneItem, UnverifiedBlock, entries_root};
use crate::codec::CodecError;
use crate::control::{Action, SignedTransaction, chain_id};
use crate::header::{Certificate, Header, VERSION, ValidatorSet, header_id};
use crate::keys::SigningKey;
use crate::limits::MAX_ENTRIES;
use crate::merkle::{self, Frontier};
use crate::record::{Body, RecordError, SignedRecord, stream_anchor};
use crate::state::{AdmissionError, State, StateError};
use crate::verify::{Verifier, VerifyError};
use crate::{ChainId, Hash, Height, Seq, StreamId, UnixMillis};
use std::collections::BTreeMap;

/// The last record of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tail {
    /// Its number.
    pub seq: Seq,
    /// Its hash.
    pub hash: Hash,
}

/// Why an entry is not taken into the block being built.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum OfferError {
    /// The block being built is full, or holds records and a control transaction must come first: cut, then offer
    /// again.
    #[error("the block being built must be cut first")]
    CutFirst,
    /// Larger than its lane allows.
    #[error("entry is too large")]
    TooLarge,
    /// A control transaction that is not one of our encodings.
    #[error("control transaction is malformed")]
    ControlMalformed(#[source] CodecError),
    /// A control transaction that the state machine refuses.
    #[error("control transaction is refused")]
    Control(#[source] StateError),
    /// The genesis of another chain than the one this proposer is for.
    #[error("the genesis transaction founds another chain")]
    OtherGenesis,
    /// A record that does not verify, or whose body does not match.
    #[error("record is refused")]
    Record(#[source] RecordError),
    /// A record came without its body.
    #[error("record came without its body")]
    BodyMissing,
    /// A record that the state does not let in.
    #[error("record is not admissible")]
    Admission(#[source] AdmissionError),
    /// A record that is not the next of its stream. A lower number may be one that was taken already.
    #[error("record {got} of stream {stream} came where {expected} belongs")]
    Sequence {
        /// Stream.
        stream: StreamId,
        /// The number that comes next.
        expected: Seq,
        /// The number that came.
        got: Seq,
    },
    /// The gateway's clock stands before the newest block by more than the tolerated drift.
    #[error("the clock stands {0} ms before the newest block")]
    ClockBackwards(i64),
}

/// Orders entries into blocks.
pub struct Proposer {
    chain: ChainId,
    state: State,
    validators: ValidatorSet,
    frontier: Frontier,
    tip: Option<(Height, Hash, UnixMillis)>,
    tails: BTreeMap<StreamId, Tail>,
    pending: Vec<Entry>,
    records: usize,
    time: UnixMillis,
}

impl Proposer {
    /// A proposer before genesis. The first entry offered must be the genesis transaction that founds `chain`.
    pub fn new(chain: ChainId) -> Self {
        Self {
            chain,
            state: State::default(),
            validators: ValidatorSet::default(),
            frontier: Frontier::new(),
            tip: None,
            tails: BTreeMap::new(),
            pending: Vec::new(),
            records: 0,
            time: UnixMillis(i64::MIN),
        }
    }

    /// A proposer that goes on where a stored chain ends. The lane is verified again, like any other.
    ///
    /// # Errors
    /// [`VerifyError`] when what was stored is not a chain.
    pub fn resume(
        chain: ChainId,
        lane: &[LaneItem],
        tails: impl IntoIterator<Item = (StreamId, Tail)>,
    ) -> Result<Self, VerifyError> {
        let mut verifier = Verifier::new(chain);
        verifier.advance(lane)?;
        let tip = verifier.tip().map(|tip| (tip.height(), tip.id(), tip.time()));
        Ok(Self {
            chain,
            state: verifier.state().clone(),
            validators: verifier.validators().clone(),
            frontier: verifier.frontier().clone(),
            tip,
            tails: tails.into_iter().collect(),
            pending: Vec::new(),
            records: 0,
            time: UnixMillis(i64::MIN),
        })
    }

    /// The state with the entries of the block being built.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The last record of a stream, the block being built included.
    pub fn tail(&self, stream: StreamId) -> Option<&Tail> {
        self.tails.get(&stream)
    }

    /// Newest height and header id.
    pub fn tip(&self) -> Option<(Height, Hash, UnixMillis)> {
        self.tip
    }

    /// Entries waiting for the next cut.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Takes an entry into the block being built.
    ///
    /// # Errors
    /// [`OfferError`]; the block being built is then as it was.
    pub fn offer(&mut self, entry: Entry, body: Option<&Body>, now: UnixMillis) -> Result<(), OfferError> {
        if !entry.fits() {
            return Err(OfferError::TooLarge);
        }
        if self.pending.len() >= MAX_ENTRIES || (self.records > 0 && matches!(entry, Entry::Control(_))) {
            return Err(OfferError::CutFirst);
        }
        if self.pending.is_empty() {
            self.time = self.block_time(now)?;
        }
        match &entry {
            Entry::Control(bytes) => self.offer_control(bytes)?,
            Entry::Record(bytes) => self.offer_record(bytes, body)?,
        }
        self.pending.push(entry);
        Ok(())
    }

    /// Closes the block being built and certifies it with `key`. Returns `None` when nothing is pending.
    ///
    /// If the caller stops before it has made the block durable, nothing was acknowledged and nothing is lost: the
    /// authors offer their entries again.
    pub fn cut(&mut self, key: &SigningKey) -> Option<UnverifiedBlock> {
        if self.pending.is_empty() {
            return None;
        }
        if self.validators.is_empty() {
            let keys = self.state.founding().into_iter().flat_map(|founding| &founding.validators);
            self.validators = ValidatorSet::of(keys.map(|validator| validator.sign));
        }
        let entries = core::mem::take(&mut self.pending);
        let height = self.next_height();
        let validators = self.validators.hash();
        let header = Header {
            version: VERSION,
            chain: self.chain,
            height,
            time: self.time,
            previous: self.tip.map_or(Hash::from_bytes([0; 32]), |(_, id, _)| id),
            entries_root: entries_root(&entries),
            entries: u32::try_from(entries.len()).unwrap_or(u32::MAX),
            history_root: self.frontier.root(),
            state_root: self.state.root(),
            validators,
            next_validators: validators,
            proposer: key.id(),
        }
        .to_bytes();
        let id = header_id(&header);
        let certificate = Certificate::sign(&[key], &self.chain, height, 0, &id).to_bytes();
        self.frontier.append(merkle::leaf_hash(id.as_bytes()));
        self.tip = Some((height, id, self.time));
        self.records = 0;
        Some(UnverifiedBlock { header, certificate, entries })
    }

    fn next_height(&self) -> Height {
        Height(self.tip.map_or(0, |(height, _, _)| height.0.saturating_add(1)))
    }

    fn block_time(&self, now: UnixMillis) -> Result<UnixMillis, OfferError> {
        let Some((_, _, newest)) = self.tip else { return Ok(now) };
        let behind = newest.since(now);
        if behind > crate::limits::MAX_FUTURE_MILLIS {
            return Err(OfferError::ClockBackwards(behind));
        }
        Ok(now.max(newest))
    }

    fn offer_control(&mut self, bytes: &[u8]) -> Result<(), OfferError> {
        let signed = SignedTransaction::parse(bytes).map_err(OfferError::ControlMalformed)?;
        let height = self.next_height();
        let founds =
            matches!(signed.transaction().action, Action::Genesis(_)) && self.state.chain().is_none();
        if founds && chain_id(&signed) != self.chain {
            return Err(OfferError::OtherGenesis);
        }
        self.state.apply(&signed, height, self.time).map_err(OfferError::Control)
    }

    fn offer_record(&mut self, bytes: &[u8], body: Option<&Body>) -> Result<(), OfferError> {
        let record = SignedRecord::parse(bytes).map_err(OfferError::Record)?;
        let header = record.header();
        let (expected, previous) = match self.tails.get(&header.stream) {
            Some(tail) => (tail.seq.next().unwrap_or(tail.seq), tail.hash),
            None => (Seq(0), stream_anchor(&self.chain, header.stream)),
        };
        if header.seq != expected {
            return Err(OfferError::Sequence { stream: header.stream, expected, got: header.seq });
        }
        let (_, author) =
            self.state.admit(header, self.next_height(), self.time).map_err(OfferError::Admission)?;
        record.verify_body(body.ok_or(OfferError::BodyMissing)?).map_err(OfferError::Record)?;
        record.verify(author, &self.chain, &previous).map_err(OfferError::Record)?;
        self.tails.insert(header.stream, Tail { seq: header.seq, hash: record.hash() });
        self.records += 1;
        Ok(())
    }
}
