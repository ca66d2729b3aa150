//! Why a gateway could not be asked, told apart by what the caller can do about it.

use crate::client;
use wl_ledger::codec::CodecError;

/// Why a request to a gateway failed.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum ClientError {
    /// The address is not `host:port`.
    #[error("the gateway's address is not of the form host:port")]
    Address,
    /// The keys do not make a TLS configuration.
    #[error("the keys for the connection cannot be used")]
    Keys,
    /// Whoever answered does not hold the gateway's pinned key. Never go past this in silence.
    #[error("the other side is not the gateway that this installation was enrolled with")]
    WrongServer,
    /// The gateway does not know our key: not enrolled yet, or revoked.
    #[error("the gateway does not accept this installation's key: it is not enrolled or was revoked")]
    KeyRefused,
    /// No connection, or it broke.
    #[error("the gateway cannot be reached")]
    Unreachable,
    /// No answer in time.
    #[error("the gateway did not answer in time")]
    TimedOut,
    /// Answered, but not with success.
    #[error("the gateway answered {status}: {message}")]
    Status {
        /// HTTP status.
        status: u16,
        /// Its reason, for people; at most 256 bytes.
        message: String,
    },
    /// The answer is not one of our encodings.
    #[error("the gateway's answer is malformed")]
    Encoding(#[source] CodecError),
    /// The answer is not what belongs here.
    #[error("the gateway's answer is malformed: {0}")]
    Malformed(&'static str),
    /// The answer is longer than anything we asked for.
    #[error("the gateway's answer is longer than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
}

impl ClientError {
    /// Whether the same request may succeed a little later. What is left are faults that people must look at.
    pub fn is_worth_repeating(&self) -> bool {
        match self {
            Self::Unreachable | Self::TimedOut => true,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500..=599),
            Self::Address
            | Self::Keys
            | Self::WrongServer
            | Self::KeyRefused
            | Self::Encoding(_)
            | Self::Malformed(_)
            | Self::TooLarge { .. } => false,
        }
    }
}

impl From<client::ClientError> for ClientError {
    fn from(error: client::ClientError) -> Self {
        match error {
            client::ClientError::Address => Self::Address,
            client::ClientError::Tls(_) => Self::Keys,
            client::ClientError::WrongServer => Self::WrongServer,
            client::ClientError::KeyRefused => Self::KeyRefused,
            client::ClientError::Unreachable(_) => Self::Unreachable,
            client::ClientError::Timeout => Self::TimedOut,
            client::ClientError::TooLarge { limit } => Self::TooLarge { limit },
            client::ClientError::Status { status } => {
                let message = status.canonical_reason().unwrap_or_default().to_owned();
                Self::Status { status: status.as_u16(), message }
            }
            client::ClientError::Event(_) => Self::Malformed("event stream"),
        }
    }
}
