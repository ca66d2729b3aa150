//! Why something was not sealed or not opened.

use core::fmt;

use crate::recipient::RecipientError;

/// What an operation was about. Errors name it, and nothing that was inside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sealed {
    /// A record under an epoch's record key.
    Record,
    /// An epoch secret wrapped under its generation.
    WrappedEpoch,
    /// A generation secret in an age file to one reader.
    Envelope,
    /// A document in an age file to an epoch.
    Document,
    /// An alarm header under a workstation's lock key.
    AlarmHeader,
    /// A share of a generation's secret in an age file to one person.
    KeyShare,
    /// A notice in an age file to several people.
    Notice,
    /// A hub's backup in an age file to the key that its guardians share.
    Backup,
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Record => "record",
            Self::WrappedEpoch => "wrapped epoch",
            Self::Envelope => "key envelope",
            Self::Document => "document",
            Self::AlarmHeader => "alarm header",
            Self::KeyShare => "key share",
            Self::Notice => "notice",
            Self::Backup => "backup",
        })
    }
}

/// Why something was not sealed or not opened. None of these carries a secret or content.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum SealError {
    /// Beyond the bound of its format; refused before anything was allocated for it.
    #[error("{what} has {got} bytes, allowed are {limit}")]
    TooLarge {
        /// What it was.
        what: Sealed,
        /// Bound in bytes.
        limit: usize,
        /// Bytes found.
        got: usize,
    },
    /// The outer shape is wrong; no key was tried.
    #[error("{0} is malformed")]
    Malformed(Sealed),
    /// Authentication failed: another key, another context, or changed bytes. Which of them cannot be told.
    #[error("{0} does not open: it belongs to another key or place, or its bytes were changed")]
    Refused(Sealed),
    /// It opened, but names another place than the one it was found in: someone moved it.
    #[error("{what} opened, but it was made for another {field}")]
    Context {
        /// What it was.
        what: Sealed,
        /// The first field that differs.
        field: &'static str,
    },
    /// It opened, but its content is not of the format.
    #[error("{0} opened, but its content is malformed")]
    Content(Sealed),
    /// The epoch secret is not the one that the ledger's `epoch-open` committed to.
    #[error("epoch secret does not match its commitment on the ledger")]
    EpochCommitment,
    /// The age recipient on the ledger does not come from the epoch secret.
    #[error("epoch recipient on the ledger does not belong to the epoch secret")]
    EpochRecipient,
    /// The generation secret is not the one that the ledger's `generation-open` committed to.
    #[error("generation secret does not match its commitment on the ledger")]
    GenerationCommitment,
    /// A notice is for nobody, or for too many.
    #[error("a notice is for 1 to {limit} people, not for {got}")]
    Readers {
        /// Bound.
        limit: usize,
        /// People named.
        got: usize,
    },
    /// The recipient cannot be used.
    #[error(transparent)]
    Recipient(#[from] RecipientError),
    /// A bed alias is empty, too long or holds control characters.
    #[error("bed alias is empty, longer than {limit} bytes or holds control characters")]
    BedAlias {
        /// Bound in bytes.
        limit: usize,
    },
    /// A primitive refused 32-byte input. Kept as an error so that no caller can be stopped by it.
    #[error("key derivation failed")]
    Derivation,
}
