//! Blocks and records after the verifier let them in. Nothing outside this crate can make these values.

use super::{VerifiedHeader, VerifyError};
use crate::block::Entry;
use crate::merkle;
use crate::record::{Body, RecordHeader, SignedRecord, stream_anchor};
use crate::state::State;
use crate::{Hash, Height, KeyId, Seq, UnixMillis};

/// A block whose entries are those its verified header commits to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedBlock {
    header: VerifiedHeader,
    entries: Vec<Entry>,
}

impl VerifiedBlock {
    pub(super) fn new(header: VerifiedHeader, entries: Vec<Entry>) -> Self {
        Self { header, entries }
    }

    /// The header.
    pub fn header(&self) -> &VerifiedHeader {
        &self.header
    }

    /// The entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = VerifiedEntry<'_>> {
        let header = self.header;
        (0u32..).zip(&self.entries).map(move |(index, entry)| VerifiedEntry { header, index, entry })
    }

    /// An RFC 6962 proof that an entry stands in this block.
    pub fn inclusion_proof(&self, index: u32) -> Option<Vec<Hash>> {
        let leaves: Vec<Hash> = self.entries.iter().map(Entry::leaf).collect();
        merkle::inclusion_proof(&leaves, u64::from(index))
    }
}

/// One entry of a verified block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VerifiedEntry<'a> {
    header: VerifiedHeader,
    index: u32,
    entry: &'a Entry,
}

/// What is known about the record before the one in hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Predecessor {
    /// The record is the first of its stream.
    First,
    /// The predecessor was verified here, and this is its number and hash.
    Verified(Seq, Hash),
    /// The predecessor was not fetched yet. The gateway names its hash; the signature proves that the author meant
    /// the same, and the link is compared once the predecessor arrives.
    Claimed(Hash),
}

impl<'a> VerifiedEntry<'a> {
    pub(super) fn new(header: VerifiedHeader, index: u32, entry: &'a Entry) -> Self {
        Self { header, index, entry }
    }

    /// Height of its block.
    pub fn height(&self) -> Height {
        self.header.height
    }

    /// Place in its block.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The entry.
    pub fn entry(&self) -> &'a Entry {
        self.entry
    }

    /// Verifies the record in this entry: its author's signature over chain, place and predecessor, that the author
    /// was in force at this height, and that the epoch exists. Returns `None` for a control entry.
    ///
    /// # Errors
    /// [`VerifyError::Record`], [`VerifyError::Admission`] or [`VerifyError::Sequence`].
    pub fn record(
        &self,
        state: &State,
        predecessor: Predecessor,
    ) -> Result<Option<VerifiedRecord>, VerifyError> {
        let Entry::Record(bytes) = self.entry else { return Ok(None) };
        let height = self.header.height;
        let record = SignedRecord::parse(bytes).map_err(|source| VerifyError::Record { height, source })?;
        let header = record.header();
        let (expected, previous) = match predecessor {
            Predecessor::First => (Seq(0), stream_anchor(&self.header.chain, header.stream)),
            Predecessor::Verified(seq, hash) => (seq.next().unwrap_or(seq), hash),
            Predecessor::Claimed(hash) => (header.seq, hash),
        };
        if header.seq != expected {
            return Err(VerifyError::Sequence { stream: header.stream, expected, got: header.seq });
        }
        let (stream, key) = state
            .admit(header, height, self.header.time)
            .map_err(|source| VerifyError::Admission { height, source })?;
        let author = stream.author;
        let subject = stream.subject;
        record
            .verify(key, &self.header.chain, &previous)
            .map_err(|source| VerifyError::Record { height, source })?;
        Ok(Some(VerifiedRecord { block: self.header, index: self.index, record, previous, author, subject }))
    }
}

/// A record that is in the chain and was signed by its author. It may be decrypted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedRecord {
    block: VerifiedHeader,
    index: u32,
    record: SignedRecord,
    previous: Hash,
    author: KeyId,
    subject: crate::control::Subject,
}

impl VerifiedRecord {
    /// Height of its block.
    pub fn height(&self) -> Height {
        self.block.height
    }

    /// Block time.
    pub fn block_time(&self) -> UnixMillis {
        self.block.time
    }

    /// Place in its block.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Its header.
    pub fn header(&self) -> &RecordHeader {
        self.record.header()
    }

    /// Its hash, which the next record of the stream signs.
    pub fn hash(&self) -> Hash {
        self.record.hash()
    }

    /// The hash of its predecessor, which its author signed.
    pub fn previous(&self) -> Hash {
        self.previous
    }

    /// Who signed it.
    pub fn author(&self) -> KeyId {
        self.author
    }

    /// What its stream is about.
    pub fn subject(&self) -> crate::control::Subject {
        self.subject
    }

    /// Checks that a body is the one this record commits to, and hands out its ciphertext.
    ///
    /// # Errors
    /// [`VerifyError::Record`] when size or commitment differ.
    pub fn ciphertext<'b>(&self, body: &'b Body) -> Result<&'b [u8], VerifyError> {
        self.record
            .verify_body(body)
            .map_err(|source| VerifyError::Record { height: self.block.height, source })?;
        Ok(&body.ciphertext)
    }
}
