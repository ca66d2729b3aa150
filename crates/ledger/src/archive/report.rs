//! What was found: what, where and why.

use super::format::SectionKind;
use crate::audit::Audit;
use crate::codec::CodecError;
use crate::control::{Agreement, Subject};
use crate::record::{Body, RecordKind};
use crate::state::State;
use crate::verify::{BodyState, VerifiedRecord, VerifyError, body_state};
use crate::{ChainId, DeviceId, EraseId, Generation, Hash, Height, KeyId, Role, Seq, StreamId, UnixMillis};
use std::collections::BTreeMap;

/// Findings that are kept; more are only counted.
const MAX_FINDINGS: usize = 1000;

/// The answer in one word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// All that was asked for is there and true.
    Valid,
    /// What is there is true, but something that was asked for is missing.
    Incomplete,
    /// Something is not what it claims to be.
    Invalid,
}

/// How much of a chain must be there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Need {
    /// Headers and control transactions.
    Lane,
    /// The records too.
    Records,
    /// The bodies too, unless an order erased them.
    #[default]
    Bodies,
}

/// Why an archive is not valid.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Problem {
    /// It does not begin as an archive does.
    #[error("this is no archive of this version")]
    NotAnArchive,
    /// It ends before its end.
    #[error("the file was cut off: it ends before its last section")]
    CutOff,
    /// A kind of section that this version does not know.
    #[error("a section of kind {0} is not known; the file was changed, or a newer program wrote it")]
    UnknownSection(u8),
    /// A section longer than its kind may be.
    #[error("a section of kind {kind:?} claims {length} bytes, {} are allowed", kind.limit())]
    TooLong {
        /// Its kind.
        kind: SectionKind,
        /// Length claimed.
        length: usize,
    },
    /// A section that may not stand here.
    #[error("a section of kind {0:?} stands where it may not")]
    Misplaced(SectionKind),
    /// A section that is not the one encoding of its content.
    #[error("a section of kind {kind:?} is malformed: {source}")]
    Malformed {
        /// Its kind.
        kind: SectionKind,
        /// What is wrong.
        source: CodecError,
    },
    /// The digest at the end is another one.
    #[error("the digest at the end does not fit: bytes of the file were changed")]
    Digest,
    /// Bytes behind the end.
    #[error("bytes stand behind the end")]
    Trailing,
    /// Another chain than the one that was asked for.
    #[error("this is chain {found}, asked for was {wanted}")]
    OtherChain {
        /// Chain asked for.
        wanted: ChainId,
        /// Chain of the file.
        found: ChainId,
    },
    /// Fewer headers than the file says at its beginning.
    #[error("the file says that it holds {said} blocks and holds {found}")]
    BlockCount {
        /// Number said.
        said: u64,
        /// Number found.
        found: u64,
    },
    /// Too much without a certificate, so that a reader cannot bound its work.
    #[error("too many headers follow each other without a certificate")]
    TooMuchUncertified,
    /// The newest headers are not certified.
    #[error("no certificate vouches for the headers from {0} on")]
    Uncertified(Height),
    /// The chain, a block, a record or a body is not what it claims to be.
    #[error("{}", told(.0))]
    Chain(VerifyError),
    /// Another header than the one that was asked for.
    #[error("header {height} is {found}, asked for was {wanted}")]
    OtherHead {
        /// Height.
        height: Height,
        /// Id asked for.
        wanted: Hash,
        /// Id in the file.
        found: Hash,
    },
    /// The chain ends before the header that was asked for.
    #[error("the file ends before height {0}, which was asked for")]
    HeadMissing(Height),
    /// A predecessor is named although it is in the file, or is not named although it is not.
    #[error("record {seq} of stream {stream} names a predecessor where it may not, or none where it must")]
    Predecessor {
        /// Stream.
        stream: StreamId,
        /// Number.
        seq: Seq,
    },
    /// Blocks whose records are not in the file.
    #[error("the {records} records of {blocks} blocks are not in the file")]
    RecordsMissing {
        /// Blocks.
        blocks: u64,
        /// Records of these blocks.
        records: u64,
    },
    /// A body is missing and no order erased it.
    #[error("the content of record {seq} of stream {stream} is missing, and no order erased it")]
    BodyMissing {
        /// Stream.
        stream: StreamId,
        /// Number.
        seq: Seq,
    },
    /// The reader that the file names was not let read the record.
    #[error("nothing on the chain lets {0} read this record, although the file says so")]
    MayNotRead(KeyId),
}

/// An error with what lies under it, in one line.
fn told(error: &VerifyError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(under) = source {
        text.push_str(": ");
        text.push_str(&under.to_string());
        source = under.source();
    }
    text
}

impl Problem {
    /// What it makes of the whole file.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::CutOff
            | Self::Uncertified(_)
            | Self::HeadMissing(_)
            | Self::RecordsMissing { .. }
            | Self::BodyMissing { .. } => Verdict::Incomplete,
            Self::NotAnArchive
            | Self::UnknownSection(_)
            | Self::TooLong { .. }
            | Self::Misplaced(_)
            | Self::Malformed { .. }
            | Self::Digest
            | Self::Trailing
            | Self::OtherChain { .. }
            | Self::BlockCount { .. }
            | Self::TooMuchUncertified
            | Self::Chain(_)
            | Self::OtherHead { .. }
            | Self::Predecessor { .. }
            | Self::MayNotRead(_) => Verdict::Invalid,
        }
    }
}

/// One problem and where it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Offset of the section in the file.
    pub byte: u64,
    /// The block, where it is about one.
    pub height: Option<Height>,
    /// What is wrong.
    pub problem: Problem,
}

/// What was counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Headers that were verified.
    pub headers: u64,
    /// Control transactions that were replayed.
    pub controls: u64,
    /// Records that were verified.
    pub records: u64,
    /// Bodies that fit their commitments.
    pub bodies_valid: u64,
    /// Bodies that do not.
    pub bodies_invalid: u64,
    /// Bodies that an order erased.
    pub bodies_erased: u64,
    /// Bodies that are missing without an order.
    pub bodies_missing: u64,
    /// Bodies that are here although an order erased them.
    pub bodies_kept: u64,
    /// Records that are not in the file.
    pub records_missing: u64,
}

/// A person, hub or patient's hub with the enrolment that says who that is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolled {
    /// Key.
    pub key: KeyId,
    /// Name on the control lane.
    pub name: String,
    /// Role.
    pub role: Role,
    /// The block that enrolled it.
    pub since: Height,
    /// The block that revoked it.
    pub revoked: Option<Height>,
}

/// Why the reader could read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Access {
    /// The reader.
    pub reader: Enrolled,
    /// The generation whose key opens the record.
    pub generation: Generation,
    /// The block that granted it.
    pub granted: Height,
    /// The agreements in force in that block that let the reader have it.
    pub agreements: Vec<Agreement>,
}

/// What the proof of one value shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValueReport {
    /// Block.
    pub height: Height,
    /// Block time.
    pub time: UnixMillis,
    /// Place among the entries of the block.
    pub index: u32,
    /// Stream.
    pub stream: StreamId,
    /// Number in the stream.
    pub seq: Seq,
    /// What it holds.
    pub kind: RecordKind,
    /// When it was taken, by its author's clock.
    pub taken: UnixMillis,
    /// What its stream is about.
    pub subject: Subject,
    /// Who signed it.
    pub author: Enrolled,
    /// The devices that were assigned to the patient in that block.
    pub devices: Vec<(DeviceId, String)>,
    /// Why the reader could read it; none where the file claims no reader.
    pub access: Option<Access>,
}

/// The result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The answer in one word.
    pub verdict: Verdict,
    /// The chain the file is about, once it was read.
    pub chain: Option<ChainId>,
    /// Hospital and whether it is a demo, from genesis.
    pub hospital: Option<(String, bool)>,
    /// The newest verified header: height, id, block time.
    pub head: Option<(Height, Hash, UnixMillis)>,
    /// Counts.
    pub tally: Tally,
    /// Bodies that each order erased.
    pub erased: BTreeMap<EraseId, u64>,
    /// What the auditor of keys saw, where it was asked for.
    pub audit: Option<Audit>,
    /// The record, where the file is the proof of one.
    pub value: Option<ValueReport>,
    /// What is wrong or missing.
    pub findings: Vec<Finding>,
    /// Findings beyond those that are kept.
    pub more: u64,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            verdict: Verdict::Valid,
            chain: None,
            hospital: None,
            head: None,
            tally: Tally::default(),
            erased: BTreeMap::new(),
            audit: None,
            value: None,
            findings: Vec::new(),
            more: 0,
        }
    }
}

impl Report {
    /// Judges the body of a record, or that there is none, under the newest state.
    pub(super) fn body(
        &mut self,
        record: &VerifiedRecord,
        body: Option<&Body>,
        state: &State,
        need: Need,
        byte: u64,
    ) {
        let tally = &mut self.tally;
        match body_state(record, body, state) {
            BodyState::Valid => {
                tally.bodies_valid = tally.bodies_valid.saturating_add(1);
                let is_kept = matches!(body_state(record, None, state), BodyState::ErasedByOrder(_));
                tally.bodies_kept = tally.bodies_kept.saturating_add(u64::from(is_kept));
            }
            BodyState::Invalid => {
                tally.bodies_invalid = tally.bodies_invalid.saturating_add(1);
                if let Some(error) = body.and_then(|body| record.ciphertext(body).err()) {
                    self.add(byte, Some(record.height()), Problem::Chain(error));
                }
            }
            BodyState::ErasedByOrder(order) => {
                tally.bodies_erased = tally.bodies_erased.saturating_add(1);
                let count = self.erased.entry(order).or_default();
                *count = count.saturating_add(1);
            }
            BodyState::MissingWithoutOrder => {
                tally.bodies_missing = tally.bodies_missing.saturating_add(1);
                let (stream, seq) = (record.header().stream, record.header().seq);
                if need >= Need::Bodies {
                    self.add(byte, Some(record.height()), Problem::BodyMissing { stream, seq });
                }
            }
        }
    }

    pub(super) fn add(&mut self, byte: u64, height: Option<Height>, problem: Problem) {
        self.verdict = self.verdict.max(problem.verdict());
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { byte, height, problem });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }
}
