//! Messages that were answered with a refusal: kept whole, with the reason, until a person has looked at them.

use core::fmt;
use std::net::SocketAddr;

use wl_ledger::UnixMillis;

/// Which part of a message failed; what people filter the quarantine by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Ground {
    /// Frame, segments, delimiters, sizes.
    Structure,
    /// Character set missing, unknown or violated.
    Charset,
    /// Message type, event, version or processing mode is none that is taken in.
    NotSupported,
    /// Patient missing, ambiguous or not registered here.
    Patient,
    /// Device not registered, retired, or assigned elsewhere.
    Device,
    /// A time is missing or malformed.
    Time,
    /// The value of a known code.
    Value,
    /// The unit of a known code.
    Unit,
}

impl Ground {
    /// A stable word for storage and display.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Charset => "charset",
            Self::NotSupported => "not-supported",
            Self::Patient => "patient",
            Self::Device => "device",
            Self::Time => "time",
            Self::Value => "value",
            Self::Unit => "unit",
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One refused message as the hub stores it.
#[derive(Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// When it arrived.
    pub received: UnixMillis,
    /// Where it came from.
    pub peer: SocketAddr,
    /// Which part failed.
    pub ground: Ground,
    /// What to do about it; names places in the message, never its content.
    pub reason: String,
    /// The bytes as received.
    pub message: Vec<u8>,
}

impl fmt::Debug for Quarantined {
    /// Without the bytes: they hold names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quarantined")
            .field("received", &self.received)
            .field("peer", &self.peer)
            .field("ground", &self.ground)
            .field("reason", &self.reason)
            .field("bytes", &self.message.len())
            .finish()
    }
}
