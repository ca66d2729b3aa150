//! The sections of an archive and their bounds.

use crate::block::LaneItem;
use crate::limits::{MAX_BODY_BYTES, MAX_ENTRIES, MAX_RECORD_BYTES};
use crate::merkle::MAX_PROOF;
use crate::{ChainId, Hash, Height, KeyId};
use minicbor::bytes::ByteVec;

/// What every archive starts with: name and version of the format.
pub const MAGIC: [u8; 16] = *b"wardlight-arch/1";

/// The tag of the digest at the end.
pub const END_TAG: &str = "wardlight/archive/1";

/// Kind and length before each section.
pub const HEAD_BYTES: usize = 5;

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SectionKind {
    /// What the file is: [`Manifest`].
    Manifest,
    /// A header with certificate and control transactions: [`LaneItem`].
    Lane,
    /// All records of one block: [`RecordsSection`].
    Records,
    /// The body of one record: [`BodySection`].
    Body,
    /// The record whose proof this is: [`ValueSection`].
    Value,
    /// Links the headers of a proof to its newest one: [`HistorySection`].
    History,
    /// The digest of everything before: 32 bytes.
    End,
}

impl SectionKind {
    const ALL: [(Self, u8, usize); 7] = [
        (Self::Manifest, 0, 128),
        (Self::Lane, 1, 64 * 1024 * 1024),
        (Self::Records, 2, MAX_ENTRIES * (MAX_RECORD_BYTES + 40) + 32),
        (Self::Body, 3, MAX_BODY_BYTES + 128),
        (Self::Value, 4, MAX_RECORD_BYTES + MAX_PROOF * 34 + 256),
        (Self::History, 5, 16 * 1024 * 1024),
        (Self::End, 255, Hash::LEN),
    ];

    /// The byte that stands for it.
    pub fn code(self) -> u8 {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or(255, |(_, code, _)| *code)
    }

    /// The kind of a byte, if there is one.
    pub fn of(code: u8) -> Option<Self> {
        Self::ALL.iter().find(|(_, found, _)| *found == code).map(|(kind, ..)| *kind)
    }

    /// The longest section of this kind, in bytes.
    pub fn limit(self) -> usize {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or(0, |(.., max)| *max)
    }
}

/// Which of the two things a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Form {
    /// A chain from genesis on: every header, and the content of all or some blocks.
    #[n(0)]
    Chain,
    /// The proof of one record: only the headers that it needs.
    #[n(1)]
    Value,
}

/// The first section.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Manifest {
    /// The chain.
    #[n(0)]
    pub chain: ChainId,
    /// What the file is.
    #[n(1)]
    pub form: Form,
    /// How many lane sections follow.
    #[n(2)]
    pub blocks: u64,
}

/// One record of a block.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct RecordItem {
    /// The signed bytes.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub record: Vec<u8>,
    /// The hash of its predecessor, exactly where that one is not in the file. The signature covers it.
    #[n(1)]
    pub previous: Option<Hash>,
}

/// All records of one block, in order.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct RecordsSection {
    /// The block.
    #[n(0)]
    pub height: Height,
    /// Its records.
    #[n(1)]
    pub records: Vec<RecordItem>,
}

/// Salt and ciphertext of one record.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct BodySection {
    /// The block.
    #[n(0)]
    pub height: Height,
    /// The record's place among the entries of the block.
    #[n(1)]
    pub index: u32,
    /// Salt.
    #[n(2)]
    pub salt: Hash,
    /// Ciphertext.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub ciphertext: Vec<u8>,
}

/// The record whose proof a file is.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ValueSection {
    /// Its block.
    #[n(0)]
    pub height: Height,
    /// Its place among the entries of the block.
    #[n(1)]
    pub index: u32,
    /// RFC 6962 inclusion proof, lowest first.
    #[n(2)]
    pub path: Vec<Hash>,
    /// The signed bytes.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub record: Vec<u8>,
    /// The hash of its predecessor; none for the first record of a stream.
    #[n(4)]
    pub previous: Option<Hash>,
    /// The key of the person whose right to read it is shown; none where none is claimed.
    #[n(5)]
    pub reader: Option<KeyId>,
}

/// The multiproof (`docs/spec/merkle.md`) that puts all headers but the last into the history root of the last.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct HistorySection {
    /// Its lines, joined.
    #[n(0)]
    lines: ByteVec,
}

impl HistorySection {
    /// Joins the lines.
    pub fn of(lines: &[Hash]) -> Self {
        Self { lines: lines.iter().flat_map(|line| *line.as_bytes()).collect::<Vec<u8>>().into() }
    }

    /// The lines; nothing where they are not whole.
    pub fn lines(&self) -> Option<Vec<Hash>> {
        let (lines, rest) = self.lines.as_chunks::<{ Hash::LEN }>();
        rest.is_empty().then(|| lines.iter().copied().map(Hash::from_bytes).collect())
    }
}

/// Kind and content of what an archive is made of, for the writer.
pub(super) trait Section: minicbor::Encode<()> {
    const KIND: SectionKind;
}

macro_rules! section {
    ($($type:ident is $kind:ident),*) => {
        $(impl Section for $type {
            const KIND: SectionKind = SectionKind::$kind;
        })*
    };
}

section!(
    Manifest is Manifest,
    LaneItem is Lane,
    RecordsSection is Records,
    BodySection is Body,
    ValueSection is Value,
    HistorySection is History
);
