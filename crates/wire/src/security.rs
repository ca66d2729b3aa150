//! The body of a security record: what one workstation noticed, counted, for the administrators
//! (`docs/spec/security.md`). It holds no name and no free text.

use wl_ledger::codec::{self, CodecError};
use wl_ledger::{Height, KeyId, StreamId, UnixMillis};

/// Longest encoding.
pub const MAX_REPORT_BYTES: usize = 16 * 1024;
/// Most events in one report.
pub const MAX_EVENTS: usize = 64;

const VERSION: u8 = 1;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum SecurityKind {
    /// A wrong passphrase, or a damaged key file.
    #[n(0)]
    FailedUnlock,
    /// A command that the role may not give.
    #[n(1)]
    RefusedCommand,
    /// Two certified headers of one height.
    #[n(2)]
    Fork,
    /// Records between two others never came.
    #[n(3)]
    Gap,
    /// The gateway or the database went back to an older head.
    #[n(4)]
    Rollback,
    /// Something was signed with a key after it was revoked.
    #[n(5)]
    RevokedKey,
    /// A body is not the one its record commits to.
    #[n(6)]
    ReplacedBody,
    /// A hub has announced a record that never came.
    #[n(7)]
    Omission,
    /// The clock of this workstation was set back.
    #[n(8)]
    ClockBack,
    /// Something else did not verify.
    #[n(9)]
    Unverified,
    /// A file of the workstation was changed by somebody else.
    #[n(10)]
    ChangedFile,
}

impl SecurityKind {
    /// All of them, by their codes.
    pub const ALL: [Self; 11] = [
        Self::FailedUnlock,
        Self::RefusedCommand,
        Self::Fork,
        Self::Gap,
        Self::Rollback,
        Self::RevokedKey,
        Self::ReplacedBody,
        Self::Omission,
        Self::ClockBack,
        Self::Unverified,
        Self::ChangedFile,
    ];

    /// Its number in files.
    pub fn code(self) -> u8 {
        u8::try_from(Self::ALL.iter().position(|kind| *kind == self).unwrap_or(0)).unwrap_or(0)
    }

    /// By its number.
    pub fn of(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// Events of one kind, counted.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SecurityEvent {
    /// What happened.
    #[n(0)]
    pub kind: SecurityKind,
    /// The first time, by the workstation's clock.
    #[n(1)]
    pub first: UnixMillis,
    /// The last time.
    #[n(2)]
    pub last: UnixMillis,
    /// How often; counts are never lost, however fast it happens.
    #[n(3)]
    pub count: u32,
    /// The key concerned.
    #[n(4)]
    pub key: Option<KeyId>,
    /// The height concerned.
    #[n(5)]
    pub height: Option<Height>,
    /// The stream concerned.
    #[n(6)]
    pub stream: Option<StreamId>,
}

impl SecurityEvent {
    /// It happened once.
    pub fn once(kind: SecurityKind, at: UnixMillis) -> Self {
        Self { kind, first: at, last: at, count: 1, key: None, height: None, stream: None }
    }

    /// Whether another is of the same kind and place, so that the two can be counted as one.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.kind, self.key, self.height, self.stream) == (other.kind, other.key, other.height, other.stream)
    }

    /// Counts another of the same kind and place in.
    pub fn add(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count = self.count.saturating_add(other.count);
    }
}

/// Adds an event to a list, counting it in where one of the same kind and place stands.
pub fn count_in(events: &mut Vec<SecurityEvent>, event: &SecurityEvent) {
    match events.iter_mut().find(|known| known.is_like(event)) {
        Some(known) => known.add(event),
        None => events.push(event.clone()),
    }
}

/// What one workstation noticed since its last report.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SecurityReport {
    #[n(0)]
    version: u8,
    #[n(1)]
    events: Vec<SecurityEvent>,
}

impl SecurityReport {
    /// A report.
    ///
    /// # Errors
    /// [`CodecError::OutOfBounds`] for none or too many events, or one whose count or times make no sense.
    pub fn new(events: Vec<SecurityEvent>) -> Result<Self, CodecError> {
        let report = Self { version: VERSION, events };
        report.check()?;
        Ok(report)
    }

    /// The events.
    pub fn events(&self) -> &[SecurityEvent] {
        &self.events
    }

    /// The encoded body.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Parses a body.
    ///
    /// # Errors
    /// [`CodecError`] for anything but the one accepted encoding within its bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self, CodecError> {
        let report: Self = codec::decode(bytes, MAX_REPORT_BYTES)?;
        report.check()?;
        Ok(report)
    }

    fn check(&self) -> Result<(), CodecError> {
        if self.version != VERSION {
            return Err(CodecError::OutOfBounds { field: "version" });
        }
        if !(1..=MAX_EVENTS).contains(&self.events.len()) {
            return Err(CodecError::OutOfBounds { field: "events" });
        }
        if self.events.iter().any(|event| event.count == 0 || event.last < event.first) {
            return Err(CodecError::OutOfBounds { field: "event" });
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_report_comes_back_and_any_change_shows() {
        let events: Vec<_> = SecurityKind::ALL
            .into_iter()
            .map(|kind| SecurityEvent {
                key: Some(KeyId::from_bytes([9; 16])),
                height: Some(Height(40_217)),
                stream: Some(StreamId(3)),
                count: 17,
                ..SecurityEvent::once(kind, UnixMillis(1_768_449_600_000))
            })
            .collect();
        let report = SecurityReport::new(events).unwrap();
        let bytes = report.to_bytes();
        assert_eq!(SecurityReport::parse(&bytes).unwrap(), report);
        for at in 0..bytes.len() {
            assert!(SecurityReport::parse(&bytes[..at]).is_err(), "cut at {at}");
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_ne!(SecurityReport::parse(&changed).ok(), Some(report.clone()), "byte {at}");
        }
    }

    #[test]
    fn counts_are_kept_and_bounds_hold() {
        let mut events = Vec::new();
        for second in 0..1000 {
            let at = UnixMillis(second * 1000);
            count_in(&mut events, &SecurityEvent::once(SecurityKind::FailedUnlock, at));
        }
        assert_eq!((events.len(), events[0].count, events[0].last), (1, 1000, UnixMillis(999_000)));
        assert!(SecurityReport::new(Vec::new()).is_err());
        assert!(SecurityReport::new(vec![events[0].clone(); MAX_EVENTS + 1]).is_err());
        let none = SecurityEvent { count: 0, ..events[0].clone() };
        let backwards = SecurityEvent { last: UnixMillis(-1), ..events[0].clone() };
        assert!(SecurityReport::new(vec![none]).is_err() && SecurityReport::new(vec![backwards]).is_err());
        let full = SecurityReport::new(vec![events[0].clone(); MAX_EVENTS]).unwrap();
        assert!(full.to_bytes().len() <= MAX_REPORT_BYTES);
        for kind in SecurityKind::ALL {
            assert_eq!(SecurityKind::of(kind.code()), Some(kind));
        }
    }
}
