//! What records hold, decoded by their kind.

use wl_ledger::UnixMillis;
use wl_ledger::record::RecordKind;
use wl_vitals::Frame;
use wl_vitals::alarm::{Act, AlarmAck, AlarmEvent};
use wl_vitals::frame::{self, Waveform};
use wl_vitals::limits::LimitsRecord;
use wl_vitals::observation::Observation;
use wl_vitals::writing::Writing;
use wl_wire::identity::Identity;

/// The content of an opened record.
pub enum Content {
    /// Readings of one device message.
    Frame(Frame),
    /// Samples of a curve.
    Waveform(Waveform),
    /// One step of an alarm.
    Alarm(AlarmEvent),
    /// A practitioner's acknowledgement.
    Acknowledgement(AlarmAck),
    /// Alarm limits, or a second signature under them.
    Limits(Box<LimitsRecord>),
    /// What a person observed, as a frame without a device.
    Observation(Frame),
    /// What a person or workstation did.
    Act(Act),
    /// What a person wrote.
    Writing(Box<Writing>),
    /// Who the patient is.
    Identity(Identity),
    /// Verified and kept; opened only when somebody looks at it.
    Kept,
}

/// Decodes the plaintext of a kind; `None` if it is not of its format.
pub(super) fn decode(kind: RecordKind, plain: &[u8], taken: UnixMillis) -> Option<Content> {
    match kind {
        RecordKind::Frame => frame::decode(plain, taken).ok().map(Content::Frame),
        RecordKind::Waveform => frame::decode_waveform(plain, taken).ok().map(Content::Waveform),
        RecordKind::Alarm => AlarmEvent::from_bytes(plain).ok().map(Content::Alarm),
        RecordKind::Acknowledgement => AlarmAck::from_bytes(plain).ok().map(Content::Acknowledgement),
        RecordKind::Identity => Identity::parse(plain).ok().map(Content::Identity),
        RecordKind::KeyEnvelope
        | RecordKind::AccessReceipt
        | RecordKind::SecurityEvent
        | RecordKind::CustodyShare
        | RecordKind::ShareRelease => None,
        RecordKind::Limits => LimitsRecord::from_bytes(plain).ok().map(Box::new).map(Content::Limits),
        RecordKind::Observation => {
            Observation::from_bytes(plain).ok().map(|seen| Content::Observation(seen.frame()))
        }
        RecordKind::Act => Act::from_bytes(plain).ok().map(Content::Act),
        RecordKind::Note => Writing::from_bytes(plain).ok().map(Box::new).map(Content::Writing),
        RecordKind::Document | RecordKind::Segment | RecordKind::Quarantine => Some(Content::Kept),
    }
}
