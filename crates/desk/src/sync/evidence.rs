//! What speaks against a gateway, a hub or the local disk. It is kept, shown and exportable; it never rewinds anything.

use wl_ledger::block::LaneItem;
use wl_ledger::codec::{self, tagged_hash};
use wl_ledger::evidence::{Run, Statement};
use wl_ledger::verify::VerifyError;
use wl_ledger::{Height, KeyId, Seq, StreamId};

/// One piece of evidence.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Evidence {
    /// The verifier refused what a gateway served.
    #[error("the gateway served what does not verify: {0}")]
    Refused(Box<VerifyError>),
    /// The gateway's newest height is below one that was verified here or vouched for at enrolment.
    #[error("the gateway ends at height {theirs}, {ours} was verified before")]
    Rollback {
        /// Known height.
        ours: Height,
        /// The gateway's.
        theirs: Height,
    },
    /// The local database is older than the head pinned beside it, or another one.
    #[error("the local database was put back in time or exchanged: height {pinned} was verified before")]
    OldDatabase {
        /// Pinned height.
        pinned: Height,
    },
    /// The file that pins the head is damaged.
    #[error("the file that pins the newest verified height was changed")]
    DamagedPin,
    /// Pages of the local database were changed.
    #[error("{pages} pages of the local database were changed on disk")]
    ChangedPages {
        /// How many.
        pages: usize,
    },
    /// The header at the height of the enrolment answer is another one.
    #[error("header {height} is not the one named at enrolment: this is another ledger")]
    OtherThanTrusted {
        /// Height.
        height: Height,
    },
    /// A validator or hub signed another header than the verified one.
    #[error("{author} vouches for another header {height} than the verified one")]
    OtherHead {
        /// Who.
        author: KeyId,
        /// Height.
        height: Height,
        /// The signed heartbeat.
        bytes: Vec<u8>,
    },
    /// A hub signed another record than the verified one.
    #[error("a hub vouches for another record {seq} of stream {stream} than the verified one")]
    OtherTail {
        /// Stream.
        stream: StreamId,
        /// Number.
        seq: Seq,
        /// The signed heartbeat.
        bytes: Vec<u8>,
    },
    /// A second source showed another certified header than the verified one.
    #[error("{from} shows another certified header {height} than the verified one")]
    SecondHistory {
        /// Height.
        height: Height,
        /// The other header with its certificate.
        item: Box<LaneItem>,
        /// Which source.
        from: String,
    },
    /// A validator signed a checkpoint over another history.
    #[error("{from} shows a signed checkpoint over another history up to header {height}")]
    OtherCheckpoint {
        /// Newest height of that history.
        height: Height,
        /// The signed checkpoint.
        note: Vec<u8>,
        /// Which source.
        from: String,
    },
    /// The gateway certified a block and does not serve its entries.
    #[error("the gateway certified block {height} and does not serve its records")]
    Unserved {
        /// Height.
        height: Height,
    },
    /// A stream misses records although all blocks are here.
    #[error("stream {stream} misses records before {before}")]
    Gap {
        /// Stream.
        stream: StreamId,
        /// Last number before the gap.
        after: Option<Seq>,
        /// First number after the gap.
        before: Seq,
    },
    /// A hub has announced a record that never came.
    #[error("record {announced} of stream {stream} was announced by its hub and never came")]
    Omission {
        /// Stream.
        stream: StreamId,
        /// Announced number.
        announced: Seq,
        /// Last number held.
        held: Option<Seq>,
    },
    /// A record does not follow the record that its successor names.
    #[error("record {seq} of stream {stream} is not the one its successor names")]
    BrokenLink {
        /// Height.
        height: Height,
        /// Stream.
        stream: StreamId,
        /// Number.
        seq: Seq,
    },
    /// A body that is not the one that was signed.
    #[error("the body of record {seq} of stream {stream} was replaced")]
    ReplacedBody {
        /// Height.
        height: Height,
        /// Stream.
        stream: StreamId,
        /// Number.
        seq: Seq,
    },
    /// A record without its body, and no order that erased it.
    #[error("record {seq} of stream {stream} came without its body")]
    MissingBody {
        /// Height.
        height: Height,
        /// Stream.
        stream: StreamId,
        /// Number.
        seq: Seq,
    },
    /// An answer with more items than were asked for.
    #[error("the gateway's answer is longer than what was asked for")]
    Oversized,
}

impl Evidence {
    /// Its kind, in one word of the store.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused(error) if matches!(**error, VerifyError::Fork(_)) => "fork",
            Self::Refused(_) => "refused",
            Self::Rollback { .. } => "rollback",
            Self::OldDatabase { .. } => "old-database",
            Self::DamagedPin => "damaged-pin",
            Self::ChangedPages { .. } => "changed-pages",
            Self::OtherThanTrusted { .. } => "other-chain",
            Self::OtherHead { .. } => "other-head",
            Self::OtherTail { .. } => "other-tail",
            Self::SecondHistory { .. } => "fork",
            Self::OtherCheckpoint { .. } => "other-checkpoint",
            Self::Unserved { .. } => "unserved",
            Self::Gap { .. } => "gap",
            Self::Omission { .. } => "omission",
            Self::BrokenLink { .. } => "broken-link",
            Self::ReplacedBody { .. } => "replaced-body",
            Self::MissingBody { .. } => "missing-body",
            Self::Oversized => "oversized",
        }
    }

    /// The height it is about.
    pub fn height(&self) -> Option<Height> {
        match self {
            Self::Refused(error) => match &**error {
                VerifyError::Fork(fork) => Some(fork.height),
                _ => None,
            },
            Self::Rollback { ours: height, .. }
            | Self::OldDatabase { pinned: height }
            | Self::OtherThanTrusted { height }
            | Self::OtherHead { height, .. }
            | Self::BrokenLink { height, .. }
            | Self::ReplacedBody { height, .. }
            | Self::SecondHistory { height, .. }
            | Self::OtherCheckpoint { height, .. }
            | Self::Unserved { height }
            | Self::MissingBody { height, .. } => Some(*height),
            Self::DamagedPin
            | Self::ChangedPages { .. }
            | Self::OtherTail { .. }
            | Self::Gap { .. }
            | Self::Omission { .. }
            | Self::Oversized => None,
        }
    }

    /// Whether a record is only missing, so that the word is "can't confirm" and not "failed".
    pub fn is_absence(&self) -> bool {
        matches!(
            self,
            Self::Gap { .. } | Self::Omission { .. } | Self::MissingBody { .. } | Self::Unserved { .. }
        )
    }

    /// The stream whose records are missing, and the number up to which it must be whole for that to be mended.
    pub fn mended_by(&self) -> Option<(StreamId, Seq)> {
        match self {
            Self::Gap { stream, before: seq, .. } | Self::Omission { stream, announced: seq, .. } => {
                Some((*stream, *seq))
            }
            _ => None,
        }
    }

    /// What was signed and contradicts what was verified here; with the own headers it makes a bundle that anybody can
    /// judge (`docs/spec/evidence.md`).
    pub fn statement(&self) -> Option<Statement> {
        match self {
            Self::Refused(error) => match &**error {
                VerifyError::Fork(fork) => statement_of(&fork.item),
                _ => None,
            },
            Self::SecondHistory { item, .. } => statement_of(item),
            Self::OtherCheckpoint { note, .. } => Some(Statement::Checkpoint(note.clone().into())),
            Self::OtherHead { bytes, .. } => Some(Statement::Heartbeat(bytes.clone().into())),
            _ => None,
        }
    }

    /// The signed bytes that speak against somebody, where there are any: an encoded statement, or a hub's heartbeat.
    pub fn data(&self) -> Vec<u8> {
        match self {
            Self::OtherTail { bytes, .. } => bytes.clone(),
            other => other.statement().map(|statement| codec::encode(&statement)).unwrap_or_default(),
        }
    }

    /// By this the same piece, seen again, is recognised.
    pub fn key(&self) -> String {
        let bytes = match self {
            // The same author may vouch for the same other header every five seconds.
            Self::OtherHead { author, height, .. } => format!("{author} {height}").into_bytes(),
            Self::OtherTail { stream, seq, .. } => format!("{stream} {seq}").into_bytes(),
            Self::Rollback { ours, .. } => ours.to_string().into_bytes(),
            Self::OtherCheckpoint { note, .. } => note.clone(),
            // Whoever shows it, it is one history more.
            Self::SecondHistory { item, .. } => item.header.clone(),
            Self::Omission { stream, held, .. } => format!("{stream} {held:?}").into_bytes(),
            other => other.to_string().into_bytes(),
        };
        let digest =
            tagged_hash("wardlight/evidence/1", &[self.kind().as_bytes(), b" ", &bytes, &self.data()]);
        match self {
            Self::OtherHead { .. } | Self::OtherTail { .. } => {
                format!("{} {}", self.kind(), tagged_hash("wardlight/evidence/1", &[&bytes]))
            }
            _ => format!("{} {digest}", self.kind()),
        }
    }
}

fn statement_of(item: &LaneItem) -> Option<Statement> {
    let certificate = item.certificate.clone()?;
    Some(Statement::Headers(Run { headers: vec![item.header.clone().into()], certificate, frontier: None }))
}
