//! One OBX row and its outcome.

use wl_ledger::UnixMillis;
use wl_vitals::codes::{self, Cadence, CodeError, Parameter};
use wl_vitals::{Code, Decimal, Quality, Reading, Value};

use super::channel::{Containment, Slot, allot};
use super::code::{self, Identified};
use super::wave;
use super::{Head, ObservedRow, Row, TimeSource};
use crate::ingest::hl7::er7::{Message, Segment};
use crate::ingest::hl7::identity::DeviceIdentity;
use crate::ingest::hl7::profile::SourceProfile;
use crate::ingest::hl7::refusal::{Place, Reason};
use crate::ingest::hl7::time::{Timestamp, UtcOffset, parse_timestamp};

/// What times without a zone, and rows without a time, fall back on.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    /// Zone of times that carry none.
    pub(super) default: UtcOffset,
    /// MSH-7.
    pub(super) sent: Option<Timestamp>,
}

/// One OBX under the OBR it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Obx<'m, 'a> {
    pub(super) segment: &'m Segment<'a>,
    pub(super) ordinal: usize,
    request: Option<(usize, &'m Segment<'a>)>,
}

impl Obx<'_, '_> {
    pub(super) fn place(&self, field: u8) -> Place {
        Place { segment: "OBX", ordinal: self.ordinal, field }
    }

    fn device(&self, head: &Head, profile: &SourceProfile) -> Result<Option<DeviceIdentity>, Reason> {
        let own = self.segment.field(18);
        super::within(own.raw().len(), self.place(18), profile)?;
        let order = || self.request.and_then(|(_, obr)| DeviceIdentity::universal(&obr.field(3)));
        Ok(DeviceIdentity::from_entity(&own).or_else(order).or_else(|| head.sender.clone()))
    }

    fn time(&self, clock: Clock) -> Result<(TimeSource, UnixMillis), Reason> {
        let read = |segment: &Segment<'_>, place: Place| {
            let field = segment.field(usize::from(place.field));
            let parse = || parse_timestamp(&field.text(1), clock.default);
            (!field.is_empty()).then(parse).transpose().map_err(|error| Reason::Time { place, error })
        };
        if let Some(time) = read(self.segment, self.place(14))? {
            return Ok((TimeSource::Row, time.at));
        }
        if let Some((ordinal, obr)) = self.request
            && let Some(time) = read(obr, Place { segment: "OBR", ordinal, field: 7 })?
        {
            return Ok((TimeSource::Request, time.at));
        }
        let sent = clock.sent.ok_or(Reason::TimeMissing(self.place(14)))?;
        Ok((TimeSource::Message, sent.at))
    }
}

/// A row before its channel is known.
pub(super) struct Draft {
    pub(super) observed: ObservedRow,
    pub(super) containment: Containment,
    /// The count that a gateway sends for "no sample", where this row tells it.
    pub(super) gap_marker: Option<Decimal>,
}

/// Reads every OBX of the message.
pub(super) fn read_all(
    message: &Message<'_>,
    head: &Head,
    clock: Clock,
    profile: &SourceProfile,
) -> Result<Vec<ObservedRow>, Reason> {
    let mut drafts = Vec::new();
    let mut request = None;
    let mut requests = 0usize;
    for segment in &message.segments {
        match segment.name {
            "OBR" => {
                requests = requests.saturating_add(1);
                request = Some((requests, segment));
            }
            "OBX" => {
                let obx = Obx { segment, ordinal: drafts.len().saturating_add(1), request };
                drafts.push(draft(&obx, head, clock, profile)?);
            }
            _ => {}
        }
    }
    wave::attach_facets(&mut drafts, profile);
    place_channels(drafts)
}

fn place_channels(mut drafts: Vec<Draft>) -> Result<Vec<ObservedRow>, Reason> {
    let slots: Vec<Slot> = drafts
        .iter()
        .filter_map(|draft| {
            let key = draft.observed.key()?;
            Some(Slot { code: key.code, containment: draft.containment.clone(), taken: key.taken })
        })
        .collect();
    let mut channels = allot(&slots).into_iter();
    for draft in &mut drafts {
        let ordinal = draft.observed.ordinal;
        let target = match &mut draft.observed.row {
            Row::Reading(reading) => &mut reading.channel,
            Row::Unavailable { channel, .. } => channel,
            Row::Waveform(wave) => &mut wave.channel,
            Row::NotKnown(_) | Row::Header(_) | Row::SamplingRate { .. } => continue,
        };
        let place = Place { segment: "OBX", ordinal, field: 4 };
        *target = channels.next().flatten().ok_or(Reason::TooManyChannels(place))?;
    }
    Ok(drafts.into_iter().map(|draft| draft.observed).collect())
}

fn draft(obx: &Obx<'_, '_>, head: &Head, clock: Clock, profile: &SourceProfile) -> Result<Draft, Reason> {
    let segment = obx.segment;
    if segment.field(3).is_empty() {
        return Err(Reason::Missing(obx.place(3)));
    }
    let containment = Containment::read(segment.field(4).raw());
    let identified = code::identify(segment, profile);
    let (time_source, row) = match identified.known {
        Some((parameter, code)) => {
            let (source, taken) = obx.time(clock)?;
            (Some(source), known(obx, parameter, code, taken, profile)?)
        }
        None => (None, unknown(obx, identified, &containment)?),
    };
    let device = obx.device(head, profile)?;
    let observed = ObservedRow { ordinal: obx.ordinal, device, time_source, row };
    Ok(Draft { observed, containment, gap_marker: wave::gap_marker(segment) })
}

fn unknown(obx: &Obx<'_, '_>, identified: Identified, containment: &Containment) -> Result<Row, Reason> {
    if code::is_sampling_rate(obx.segment) {
        return wave::sampling_rate(obx).map(|millihertz| Row::SamplingRate { millihertz });
    }
    let empty = obx.segment.field(5).is_empty();
    Ok(match empty && (identified.object || containment.is_container()) {
        true => Row::Header(identified.label),
        false => Row::NotKnown(identified.label),
    })
}

fn known(
    obx: &Obx<'_, '_>,
    parameter: Parameter,
    code: Code,
    taken: UnixMillis,
    profile: &SourceProfile,
) -> Result<Row, Reason> {
    let unavailable = Row::Unavailable { code, channel: 0, taken };
    let empty = obx.segment.field(5).is_empty();
    check_status(obx, empty)?;
    let Some(quality) = quality(obx.segment, profile).filter(|_| !empty) else {
        return Ok(unavailable);
    };
    if parameter.info().cadence == Cadence::Waveform {
        return wave::read(obx, parameter, code, taken, quality, profile).map(Row::Waveform);
    }
    let value = match parameter {
        Parameter::Consciousness => Value::Consciousness(super::level::read(obx)?),
        _ => match number(obx, profile)? {
            Some(number) => Value::Number(number),
            None => return Ok(unavailable),
        },
    };
    let unit = unit(obx, parameter, profile)?;
    let reading = Reading { code, channel: 0, value, unit, taken, quality };
    codes::admit(reading).map(Row::Reading).map_err(|error| match error {
        CodeError::Unit { .. } => Reason::Unit(obx.place(6)),
        CodeError::Kind { .. } => Reason::ValueType(obx.place(2)),
    })
}

pub(super) fn unit(
    obx: &Obx<'_, '_>,
    parameter: Parameter,
    profile: &SourceProfile,
) -> Result<wl_vitals::Unit, Reason> {
    let field = obx.segment.field(6);
    code::unit(&field, parameter, profile).ok_or(match field.is_empty() {
        true => Reason::UnitMissing(obx.place(6)),
        false => Reason::Unit(obx.place(6)),
    })
}

/// OBX-11, HL7 table 0085. `X` ("no result") comes with values from real monitors and counts only without one.
fn check_status(obx: &Obx<'_, '_>, empty: bool) -> Result<(), Reason> {
    match obx.segment.field(11).text(1).as_ref() {
        "" | "R" | "F" | "P" | "S" | "U" | "V" | "A" | "B" | "C" | "X" => Ok(()),
        // Not asked, pending, order detail: natural without a value, contradictory with one.
        "N" | "I" | "O" if empty => Ok(()),
        _ => Err(Reason::Status(obx.place(11))),
    }
}

/// The measurement status IHE PCD-01 puts into OBX-8; `None` for "not available". The worst flag wins, and limit flags
/// (`H`, `LL`, `L~PM~SP`) say nothing about the measurement.
fn quality(obx: &Segment<'_>, profile: &SourceProfile) -> Option<Quality> {
    let (mut invalid, mut demo, mut questionable) = (false, profile.demo, false);
    for flag in obx.field(8).repetitions() {
        match flag.text(1).as_ref() {
            "NAV" => return None,
            "INV" | "CAL" | "TEST" => invalid = true,
            "DEMO" => demo = true,
            "QUES" | "BUSY" | "EARLY" => questionable = true,
            _ => {}
        }
    }
    Some(match (invalid, demo, questionable) {
        (true, _, _) => Quality::Invalid,
        (false, true, _) => Quality::Demo,
        (false, false, true) => Quality::Questionable,
        (false, false, false) => Quality::Good,
    })
}

/// The one number of OBX-5, `None` for a sentinel.
fn number(obx: &Obx<'_, '_>, profile: &SourceProfile) -> Result<Option<Decimal>, Reason> {
    let (field, place) = (obx.segment.field(5), obx.place(5));
    if field.repetitions().count() != 1 {
        return Err(Reason::NotOneValue(place));
    }
    let value = field.first();
    let parts = value.components().filter(|part| !part.is_empty()).count();
    let text = match obx.segment.field(2).text(1).as_ref() {
        "NM" | "ST" | "" if parts == 1 => value.text(1),
        // Comparator ^ number ^ separator ^ number: only a bare number is one value.
        "SN" if matches!(value.component(1), "" | "=") && value.component(3).is_empty() => value.text(2),
        "NM" | "ST" | "" | "SN" => return Err(Reason::NotOneValue(place)),
        _ => return Err(Reason::ValueType(obx.place(2))),
    };
    if profile.sentinel_texts.iter().any(|s| *s == text) {
        return Ok(None);
    }
    let number = Decimal::parse(&text).map_err(|error| Reason::Number { place, error })?;
    Ok(Some(number).filter(|n| !is_sentinel(*n, profile)))
}

/// Whether a number means "no value" at this source.
fn is_sentinel(number: Decimal, profile: &SourceProfile) -> bool {
    profile.sentinels.iter().any(|s| s.compare(number).is_eq())
}
