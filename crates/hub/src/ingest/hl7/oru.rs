//! ORU^R01, R40 and W01: the message as the hub wants it, with one outcome for every OBX row.

mod channel;
mod code;
mod level;
mod row;
mod wave;

use wl_ledger::UnixMillis;
use wl_vitals::{Code, Decimal, Parameter, Quality, Reading, Unit, Value};

use super::charset::Charset;
use super::er7::{Message, Segment};
use super::header::{ReplyTo, strip_mark};
use super::identity::{DeviceIdentity, Location, PatientIdentifier};
use super::profile::{AckCodes, SourceProfile};
use super::refusal::{Place, Reason, Refusal};
use super::time::{Timestamp, parse_timestamp};
use row::Clock;

/// Which event a message reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// ORU^R01: observations.
    Observation,
    /// ORU^R40: an alert of the device itself. Values in it are evidence of that alert and are no new readings.
    Alert,
    /// ORU^W01: waveforms.
    Waveform,
}

/// How a row is coded where the product does not know it. Its name is not kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RowCode {
    /// OBX-3.1.
    pub code: String,
    /// OBX-3.3.
    pub system: String,
}

impl core::fmt::Debug for RowCode {
    /// Codes of digits and punctuation only: anything else may be free text.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let plain = self.code.len() <= 16 && self.code.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        write!(f, "RowCode({})", if plain { self.code.as_str() } else { "…" })
    }
}

/// Where the time of a row comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeSource {
    /// OBX-14.
    Row,
    /// OBR-7.
    Request,
    /// MSH-7, the time of sending: the value is at least as old.
    Message,
}

/// One stretch of a known curve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaveRow {
    /// Which curve.
    pub code: Code,
    /// Ordinal among rows of this code, by containment.
    pub channel: u8,
    /// When its first sample was taken.
    pub start: UnixMillis,
    /// Samples in 1,000 seconds, from the facet row or the source profile. Without it the curve has no time axis and
    /// must not be drawn.
    pub millihertz: Option<u32>,
    /// Unit of the samples.
    pub unit: Unit,
    /// The samples as sent; `None` where there is none or a sentinel: a gap, never interpolated.
    pub samples: Vec<Option<Decimal>>,
    /// How far it may be used.
    pub quality: Quality,
}

/// What became of one OBX row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    /// A value of a known code, admitted by the code table.
    Reading(Reading),
    /// A known code without a value: empty, null, sentinel, or flagged as not available.
    Unavailable {
        /// Which parameter.
        code: Code,
        /// Ordinal among rows of this code.
        channel: u8,
        /// When.
        taken: UnixMillis,
    },
    /// Samples of a known curve.
    Waveform(WaveRow),
    /// A code the product does not know: kept with its message, not shown.
    NotKnown(RowCode),
    /// A containment row (MDS, VMD, CHAN): no value of its own.
    Header(RowCode),
    /// The sampling rate of a curve, used by the waveform row it belongs to.
    SamplingRate {
        /// Samples in 1,000 seconds.
        millihertz: u32,
    },
}

/// One OBX row with what the hub needs besides its outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObservedRow {
    /// Number of the OBX segment among those of the message, from 1. OBX-1 is not used: senders leave it out or repeat it.
    pub ordinal: usize,
    /// Who measured: OBX-18, else the EUI-64 of OBR-3, else MSH-3.
    pub device: Option<DeviceIdentity>,
    /// Where the time comes from; `None` for rows without one.
    pub time_source: Option<TimeSource>,
    /// What became of it.
    pub row: Row,
}

/// Two rows with equal keys are the same measurement sent again (a cuff value with every message, a resent message).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RowKey {
    /// Who measured; `None` where the message does not say and the connection must.
    pub device: Option<DeviceIdentity>,
    /// Which parameter.
    pub code: Code,
    /// Ordinal among rows of this code.
    pub channel: u8,
    /// When.
    pub taken: UnixMillis,
}

impl ObservedRow {
    /// What goes into a frame: the reading, or for a row without a value one that says so
    /// ([`Quality::Unavailable`], a zero that must not be shown), so that a probe that came off removes its last value.
    pub fn frame_reading(&self) -> Option<Reading> {
        match &self.row {
            Row::Reading(reading) => Some(*reading),
            Row::Unavailable { code, channel, taken } => Some(Reading {
                code: *code,
                channel: *channel,
                value: Value::Number(Decimal::whole(0)),
                unit: Parameter::from_code(*code)?.info().unit,
                taken: *taken,
                quality: Quality::Unavailable,
            }),
            Row::Waveform(_) | Row::NotKnown(_) | Row::Header(_) | Row::SamplingRate { .. } => None,
        }
    }

    /// What it measures and when, which with its value tells a copy; `None` for rows that measure nothing the product knows.
    pub fn key(&self) -> Option<RowKey> {
        let (code, channel, taken) = match &self.row {
            Row::Reading(reading) => (reading.code, reading.channel, reading.taken),
            Row::Unavailable { code, channel, taken } => (*code, *channel, *taken),
            Row::Waveform(wave) => (wave.code, wave.channel, wave.start),
            Row::NotKnown(_) | Row::Header(_) | Row::SamplingRate { .. } => return None,
        };
        Some(RowKey { device: self.device.clone(), code, channel, taken })
    }
}

/// Where every segment of a message went: `total` is the sum of the other three.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Census {
    /// Segments in the message.
    pub total: usize,
    /// OBX segments, each with its row.
    pub rows: usize,
    /// MSH, PID, PV1, OBR.
    pub context: usize,
    /// Segments the reader does not use (NTE, ORC, Z…): kept with the message.
    pub unread: usize,
}

/// A decoded message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodedMessage {
    /// What a reply needs.
    pub reply_to: Box<ReplyTo>,
    /// MSH-10.
    pub control_id: String,
    /// MSH-9.2.
    pub kind: MessageKind,
    /// MSH-3: the gateway or monitor that sent it. Older senders leave it out.
    pub sender: Option<DeviceIdentity>,
    /// MSH-7.
    pub sent: Option<UnixMillis>,
    /// PID-3; empty where there is no PID. Then route by device or bed, never by name.
    pub patient: Vec<PatientIdentifier>,
    /// PV1-3.
    pub location: Option<Location>,
    /// Every OBX row, in message order.
    pub rows: Vec<ObservedRow>,
    /// Where every segment went.
    pub census: Census,
}

impl DecodedMessage {
    /// The readings with a value. An alert message has none: its values are evidence of the alert. For a frame, which
    /// also tells what became unavailable, use [`ObservedRow::frame_reading`] with [`ObservedRow::key`].
    pub fn readings(&self) -> impl Iterator<Item = &Reading> {
        let charted = self.kind != MessageKind::Alert;
        self.rows.iter().filter(move |_| charted).filter_map(|r| match &r.row {
            Row::Reading(reading) => Some(reading),
            Row::Unavailable { .. }
            | Row::Waveform(_)
            | Row::NotKnown(_)
            | Row::Header(_)
            | Row::SamplingRate { .. } => None,
        })
    }
}

/// Decodes the bytes of one message (without its frame).
///
/// # Errors
/// [`Refusal`] with the first reason found: the whole message goes to quarantine and nothing of it is taken in.
pub fn decode(bytes: &[u8], profile: &SourceProfile) -> Result<DecodedMessage, Refusal> {
    let mut reply_to = Box::new(ReplyTo::scan(bytes));
    reply_to.commit_codes = profile.ack == AckCodes::Commit;
    match read(bytes, &reply_to, profile) {
        Ok(parts) => Ok(parts.with(reply_to)),
        Err(reason) => Err(Refusal { reason, reply_to }),
    }
}

/// A decoded message before it has its reply address.
struct Parts {
    head: Head,
    patient: Vec<PatientIdentifier>,
    location: Option<Location>,
    rows: Vec<ObservedRow>,
    census: Census,
}

impl Parts {
    fn with(self, reply_to: Box<ReplyTo>) -> DecodedMessage {
        DecodedMessage {
            reply_to,
            control_id: self.head.control_id,
            kind: self.head.kind,
            sender: self.head.sender,
            sent: self.head.sent.map(|t| t.at),
            patient: self.patient,
            location: self.location,
            rows: self.rows,
            census: self.census,
        }
    }
}

fn read(bytes: &[u8], reply_to: &ReplyTo, profile: &SourceProfile) -> Result<Parts, Reason> {
    let charset = match reply_to.charset_name() {
        Some("") => profile.charset,
        Some(name) => Charset::from_hl7(name).ok_or(Reason::Charset)?,
        None => return Err(Reason::Charset),
    };
    let text = charset.decode(strip_mark(bytes)).map_err(Reason::CharsetByte)?;
    let message = Message::parse(&text, charset, &profile.limits)?;
    let head = Head::read(&message, profile)?;
    let patient = patient(&message, profile)?;
    let location = location(&message, profile)?;
    let clock = Clock { default: zone(&head, profile), sent: head.sent };
    let rows = row::read_all(&message, &head, clock, profile)?;
    let count = |name| message.named(name).count();
    let (total, context) =
        (message.segments.len(), count("MSH") + count("PID") + count("PV1") + count("OBR"));
    let census = Census { total, rows: rows.len(), context, unread: total - context - count("OBX") };
    Ok(Parts { head, patient, location, rows, census })
}

/// The zone of MSH-7 holds for the whole message (HL7 §2.A.22); only without it the profile's does.
fn zone(head: &Head, profile: &SourceProfile) -> super::time::UtcOffset {
    head.sent.and_then(|t| t.zone).unwrap_or(profile.offset)
}

struct Head {
    kind: MessageKind,
    control_id: String,
    sender: Option<DeviceIdentity>,
    sent: Option<Timestamp>,
}

impl Head {
    fn read(message: &Message<'_>, profile: &SourceProfile) -> Result<Self, Reason> {
        let header = message.segments.first().ok_or(Reason::Empty)?;
        let place = |field| Place { segment: "MSH", ordinal: 1, field };
        let kind = kind(header)?;
        match header.field(11).text(1).as_ref() {
            "P" | "" => {}
            _ if profile.demo => {}
            _ => return Err(Reason::Processing),
        }
        let version = header.field(12).text(1);
        if !version.is_empty() && version != "2" && !version.starts_with("2.") {
            return Err(Reason::Version);
        }
        let control_id = header.field(10).text(1).into_owned();
        if control_id.is_empty() {
            return Err(Reason::Missing(place(10)));
        }
        // The reply echoes it byte for byte, and a control character could end the reply's frame.
        if header.field(10).raw().chars().any(char::is_control) {
            return Err(Reason::ControlCharacter(place(10)));
        }
        let sender = DeviceIdentity::from_hierarchic(&header.field(3));
        within(control_id.len(), place(10), profile)?;
        within(header.field(3).raw().len(), place(3), profile)?;
        let sent = header.field(7);
        let sent = match sent.is_empty() {
            true => None,
            false => Some(
                parse_timestamp(&sent.text(1), profile.offset)
                    .map_err(|error| Reason::Time { place: place(7), error })?,
            ),
        };
        Ok(Self { kind, control_id, sender, sent })
    }
}

fn kind(header: &Segment<'_>) -> Result<MessageKind, Reason> {
    let field = header.field(9);
    match (field.text(1).as_ref(), field.text(2).as_ref()) {
        ("ORU", "R01") => Ok(MessageKind::Observation),
        ("ORU", "R40") => Ok(MessageKind::Alert),
        ("ORU", "W01") => Ok(MessageKind::Waveform),
        ("ORU", _) => Err(Reason::Event),
        (_, _) => Err(Reason::MessageType),
    }
}

fn within(length: usize, place: Place, profile: &SourceProfile) -> Result<(), Reason> {
    let limit = profile.limits.identifier;
    if length > limit { Err(Reason::TooLong { place, limit }) } else { Ok(()) }
}

fn patient(message: &Message<'_>, profile: &SourceProfile) -> Result<Vec<PatientIdentifier>, Reason> {
    let mut found: Option<Vec<PatientIdentifier>> = None;
    for (index, segment) in message.named("PID").enumerate() {
        let place = Place { segment: "PID", ordinal: index.saturating_add(1), field: 3 };
        let field = segment.field(3);
        let ids: Vec<_> = match field.is_empty() {
            true => Vec::new(),
            false => field.repetitions().map(|r| PatientIdentifier::read(&r)).collect(),
        };
        within(ids.iter().map(PatientIdentifier::longest).max().unwrap_or(0), place, profile)?;
        match &found {
            Some(before) if *before != ids => return Err(Reason::SeveralPatients(place)),
            Some(_) => {}
            None => found = Some(ids),
        }
    }
    Ok(found.unwrap_or_default())
}

fn location(message: &Message<'_>, profile: &SourceProfile) -> Result<Option<Location>, Reason> {
    let mut found: Option<Option<Location>> = None;
    for (index, segment) in message.named("PV1").enumerate() {
        let place = Place { segment: "PV1", ordinal: index.saturating_add(1), field: 3 };
        let location = Location::read(segment);
        within(location.as_ref().map_or(0, Location::longest), place, profile)?;
        match &found {
            Some(before) if *before != location => return Err(Reason::SeveralPatients(place)),
            Some(_) => {}
            None => found = Some(location),
        }
    }
    Ok(found.flatten())
}
