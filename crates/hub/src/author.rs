//! Signing records: one place that moves a stream's tail, so that numbers have no gaps.

use crate::edge::{self, NoEntropy};
use std::collections::BTreeMap;
use wl_ledger::block::Entry;
use wl_ledger::keys::SigningKey;
use wl_ledger::record::{Body, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use wl_ledger::{Category, ChainId, Epoch, Hash, Height, PatientId, Seq, StreamId, UnixMillis};
use wl_seal::{EpochKeys, RecordContext, SealError, seal_document, seal_record};
use wl_wire::messages::Item;

/// Why a record could not be made. Nothing was signed then.
#[derive(Debug, thiserror::Error)]
pub enum AuthorError {
    /// Sealing failed.
    #[error("record could not be sealed")]
    Seal(#[from] SealError),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// The stream has used up its numbers.
    #[error("stream {0} is full")]
    Full(StreamId),
    /// The ciphertext is longer than a record may bear.
    #[error("record is too large")]
    TooLarge,
}

/// Where a record goes: what its sealed context and its header say.
#[derive(Clone, Copy)]
pub struct Place {
    /// Patient.
    pub patient: PatientId,
    /// Category.
    pub category: Category,
    /// Stream of this hub.
    pub stream: StreamId,
    /// Epoch in force.
    pub epoch: Epoch,
}

/// A signed record that is not stored yet.
pub struct Draft {
    /// Stream.
    pub stream: StreamId,
    /// Number in the stream.
    pub seq: Seq,
    /// Hash of the record.
    pub hash: Hash,
    /// What is sent.
    pub item: Item,
}

/// The tails of this hub's streams and the key that signs.
pub struct Author {
    key: SigningKey,
    chain: ChainId,
    tails: BTreeMap<StreamId, (Seq, Hash)>,
    staged: BTreeMap<StreamId, (Seq, Hash)>,
}

impl Author {
    /// An author that goes on after these tails.
    pub fn new(key: SigningKey, chain: ChainId, tails: BTreeMap<StreamId, (Seq, Hash)>) -> Self {
        Self { key, chain, tails, staged: BTreeMap::new() }
    }

    /// The hub's key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The chain.
    pub fn chain(&self) -> ChainId {
        self.chain
    }

    /// Seals plaintext under an epoch and signs it as the next record of its stream. Drafts are kept apart until
    /// [`Self::commit`], after they are durable; [`Self::abandon`] forgets them.
    ///
    /// # Errors
    /// [`AuthorError`].
    pub fn draft(
        &mut self,
        place: &Place,
        keys: &EpochKeys,
        kind: RecordKind,
        taken: UnixMillis,
        seen: Height,
        plaintext: &[u8],
    ) -> Result<Draft, AuthorError> {
        let (seq, previous) = self.next(place.stream)?;
        let context = RecordContext {
            chain: self.chain,
            patient: place.patient,
            category: place.category,
            stream: place.stream,
            seq,
            epoch: place.epoch,
            kind: kind.code(),
        };
        let ciphertext = match kind {
            RecordKind::Note => seal_document(keys.recipient(), &context, plaintext)?,
            _ => seal_record(keys.record_key(), &edge::random()?, &context, plaintext)?,
        };
        let head = Head { stream: place.stream, seq, epoch: place.epoch, kind, taken, seen };
        self.sign(head, &previous, ciphertext)
    }

    /// Signs an envelope or a share as the next record of a mailbox stream; its epoch bears the generation's number.
    ///
    /// # Errors
    /// [`AuthorError`].
    pub fn mail(
        &mut self,
        stream: StreamId,
        kind: RecordKind,
        generation: Epoch,
        taken: UnixMillis,
        seen: Height,
        envelope: Vec<u8>,
    ) -> Result<Draft, AuthorError> {
        let (seq, previous) = self.next(stream)?;
        let head = Head { stream, seq, epoch: generation, kind, taken, seen };
        self.sign(head, &previous, envelope)
    }

    /// Moves the tails to the drafts made since the last call, which are durable now.
    pub fn commit(&mut self) {
        self.tails.append(&mut self.staged);
    }

    /// Forgets the drafts made since the last commit; none of them was stored.
    pub fn abandon(&mut self) {
        self.staged.clear();
    }

    fn next(&self, stream: StreamId) -> Result<(Seq, Hash), AuthorError> {
        match self.staged.get(&stream).or_else(|| self.tails.get(&stream)) {
            Some((seq, hash)) => Ok((seq.next().ok_or(AuthorError::Full(stream))?, *hash)),
            None => Ok((Seq(0), stream_anchor(&self.chain, stream))),
        }
    }

    fn sign(&mut self, head: Head, previous: &Hash, ciphertext: Vec<u8>) -> Result<Draft, AuthorError> {
        let body = Body { salt: Hash::from_bytes(edge::random()?), ciphertext };
        let header = RecordHeader {
            stream: head.stream,
            seq: head.seq,
            epoch: head.epoch,
            kind: head.kind,
            taken: head.taken,
            seen: head.seen,
            commitment: body.commitment(),
            size: u32::try_from(body.ciphertext.len()).map_err(|_| AuthorError::TooLarge)?,
        };
        let record = SignedRecord::seal(&self.key, &self.chain, previous, header);
        let (stream, seq, hash) = (head.stream, head.seq, record.hash());
        self.staged.insert(stream, (seq, hash));
        let item = Item { entry: Entry::Record(record.bytes().to_vec()), body: Some(body) };
        Ok(Draft { stream, seq, hash, item })
    }
}

/// The parts of a record's header that do not follow from its body.
struct Head {
    stream: StreamId,
    seq: Seq,
    epoch: Epoch,
    kind: RecordKind,
    taken: UnixMillis,
    seen: Height,
}
