//! Taking a device message in: decode, route, judge, seal, store, and only then answer.

use super::route::Route;
use super::{Core, CoreError, queue, settle, tip};
use crate::author::Author;
use crate::bedside::Bedside;
use crate::ingest::hl7::{
    DecodedMessage, MessageKind, Reason, ReplyTo, Row, SourceProfile, Stamp, Verdict, WaveRow, decode, reply,
};
use crate::ingest::mllp::Received;
use crate::ingest::quarantine::Quarantined;
use crate::store::alarms::Said;
use crate::store::{self, Tx, Urgency};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use wl_ledger::record::RecordKind;
use wl_ledger::state::State;
use wl_ledger::{Category, DeviceId, Height, KeyId, PatientId, UnixMillis, codec};
use wl_vitals::alarm::{AlarmEngine, AlarmEvent};
use wl_vitals::frame::{self, WAVE_INVALID, Waveform};
use wl_vitals::{Decimal, Frame, Parameter, Quality, Reading, Value};

/// What the functions here need to know besides the patient.
pub(super) struct Parts<'a> {
    pub(super) state: &'a State,
    pub(super) hub: &'a KeyId,
    pub(super) seen: Height,
    pub(super) now: UnixMillis,
}

/// What a connection brought, read but not judged yet.
pub struct Arrival {
    bytes: Vec<u8>,
    read: Result<Box<DecodedMessage>, (Reason, Box<ReplyTo>)>,
    peer: SocketAddr,
    now: UnixMillis,
}

impl Arrival {
    /// Reads a message or a faulty frame that arrived at `now`. Pure, so that many are read at a time.
    pub fn read(received: Received, peer: SocketAddr, now: UnixMillis, profile: &SourceProfile) -> Self {
        let (bytes, read) = match received {
            Received::Fault { fault, head } => {
                let reply_to = Box::new(ReplyTo::scan(&head));
                (head, Err((Reason::Frame(fault), reply_to)))
            }
            Received::Message(bytes) => {
                let read = decode(&bytes, profile).map(Box::new);
                (bytes, read.map_err(|refusal| (refusal.reason, refusal.reply_to)))
            }
        };
        Self { bytes, read, peer, now }
    }
}

/// Alarm rules of the patients of one group of messages, as they are after it.
type Engines = BTreeMap<PatientId, AlarmEngine>;

impl Core {
    /// Takes a group of messages in, in their order, in one transaction, and answers each once all are durable:
    /// accepted, or refused and in quarantine.
    ///
    /// # Errors
    /// [`CoreError`] when they could not be made durable. There is then no answer, nothing of the group is kept, and the
    /// devices send again.
    pub async fn take(&mut self, arrivals: Vec<Arrival>) -> Result<Vec<Option<Vec<u8>>>, CoreError> {
        let judged: Vec<_> = arrivals.into_iter().map(|arrival| self.judge(arrival)).collect();
        let mut engines = Engines::new();
        let mut tx = self.store.begin().await?;
        let mut parts = Parts {
            state: self.verifier.state(),
            hub: &self.hub,
            seen: tip(&self.verifier),
            now: UnixMillis(0),
        };
        let (author, bedsides) = (&mut self.author, &self.bedsides);
        let stored = async {
            let mut alarms = false;
            for (arrival, judgement) in &judged {
                parts.now = arrival.now;
                match (&arrival.read, judgement) {
                    (Ok(message), Ok(route)) => {
                        let patient = &route.patient;
                        let bedside = bedsides.get(patient).ok_or(CoreError::UnknownPatient(*patient))?;
                        let engine = engines.entry(*patient).or_insert_with(|| bedside.engine.clone());
                        let place = Bed { bedside, engine };
                        alarms |=
                            store_message(&mut tx, author, place, &parts, message, route, &arrival.bytes)
                                .await?;
                    }
                    (_, Err(reason)) | (Err((reason, _)), Ok(_)) => {
                        store_refusal(&mut tx, reason, arrival).await?;
                    }
                }
            }
            for (patient, engine) in &engines {
                store::intake::put_engine(&mut tx, patient, &engine.snapshot()).await?;
            }
            Ok(alarms)
        }
        .await;
        self.calling.is_old |= settle(tx, &mut self.author, stored).await?;
        for (patient, engine) in engines {
            if let Some(bedside) = self.bedsides.get_mut(&patient) {
                bedside.engine = engine;
            }
        }
        Ok(judged.into_iter().map(|(arrival, judgement)| self.answer_to(&arrival, &judgement)).collect())
    }

    /// To whom a message belongs, or why it is refused.
    fn judge(&self, arrival: Arrival) -> (Arrival, Result<Route, Reason>) {
        let judgement = match &arrival.read {
            Ok(message) => clock_ahead(message, arrival.now).map_or_else(|| self.route(message), Err),
            Err((reason, _)) => Err(*reason),
        };
        (arrival, judgement)
    }

    fn answer_to(&mut self, arrival: &Arrival, judgement: &Result<Route, Reason>) -> Option<Vec<u8>> {
        self.replies = self.replies.wrapping_add(1);
        let control_id = format!("{}{}", arrival.now.0, self.replies % 1000);
        let to = match &arrival.read {
            Ok(message) => &message.reply_to,
            Err((_, reply_to)) => reply_to,
        };
        let verdict = match judgement {
            Ok(_) => Verdict::Accepted,
            Err(reason) => Verdict::Refused(*reason),
        };
        reply(to, &verdict, &Stamp { at: arrival.now, control_id: &control_id })
    }
}

async fn store_refusal(tx: &mut Tx<'_>, reason: &Reason, arrival: &Arrival) -> Result<(), CoreError> {
    let kept = Quarantined {
        received: arrival.now,
        peer: arrival.peer,
        ground: reason.ground(),
        reason: reason.to_string(),
        message: arrival.bytes.clone(),
    };
    Ok(store::intake::quarantine(tx, &kept).await?)
}

/// A patient with the alarm rules as the messages before left them.
struct Bed<'a> {
    bedside: &'a Bedside,
    engine: &'a mut AlarmEngine,
}

/// Whether the rules said something about it.
async fn store_message(
    tx: &mut Tx<'_>,
    author: &mut Author,
    bed: Bed<'_>,
    parts: &Parts<'_>,
    message: &DecodedMessage,
    route: &Route,
    bytes: &[u8],
) -> Result<bool, CoreError> {
    let fresh = sort(tx, message, &route.devices).await?;
    let mut events = Vec::new();
    for (device, readings) in &fresh.readings {
        // The rules get one input per frame, at the time the frame says: a replay of the frames does the same.
        for readings in readings.chunks(frame::MAX_READINGS) {
            let received = bed.engine.time(parts.now);
            write_frame(tx, author, bed.bedside, parts, *device, readings, received).await?;
            events.extend(bed.engine.step(received, readings));
        }
    }
    for wave in &fresh.waves {
        write_wave(tx, author, bed.bedside, parts, wave).await?;
    }
    if let Some(device) = fresh.not_known {
        store::intake::keep(tx, parts.now, device, bytes).await?;
    }
    write_alarms(tx, author, bed.bedside, parts, &events).await?;
    Ok(!events.is_empty())
}

/// The drift that a hub tolerates of a device's clock, in milliseconds (design §4).
const MAX_AHEAD: i64 = 10_000;

/// A value from the future would be shown as newer than it is, so its whole message is refused.
fn clock_ahead(message: &DecodedMessage, now: UnixMillis) -> Option<Reason> {
    let newest = message.rows.iter().filter_map(|row| row.key()).map(|key| key.taken).max()?;
    let ahead = newest.since(now);
    (ahead > MAX_AHEAD).then_some(Reason::ClockAhead(ahead / 1000))
}

/// What a message brought that was not taken in before.
#[derive(Default)]
struct Fresh {
    readings: BTreeMap<DeviceId, Vec<Reading>>,
    waves: Vec<Waveform>,
    not_known: Option<DeviceId>,
}

async fn sort(tx: &mut Tx<'_>, message: &DecodedMessage, devices: &[DeviceId]) -> Result<Fresh, CoreError> {
    let mut fresh = Fresh::default();
    for (row, device) in message.rows.iter().zip(devices) {
        let reading = match &row.row {
            // The values of an alert message are evidence of the alert; the chart gets them from the results.
            Row::Reading(reading) if message.kind != MessageKind::Alert => *reading,
            Row::Unavailable { code, channel, taken } => unavailable(*code, *channel, *taken),
            Row::Waveform(wave) => {
                match waveform(wave, *device) {
                    Some(wave) => {
                        let place = (wave.code, wave.channel);
                        if store::intake::take(tx, *device, place, wave.start, &[]).await? {
                            fresh.waves.push(wave);
                        }
                    }
                    // Without a time axis it cannot be drawn; the message keeps it.
                    None => fresh.not_known = Some(*device),
                }
                continue;
            }
            Row::NotKnown(_) => {
                fresh.not_known = Some(*device);
                continue;
            }
            Row::Reading(_) | Row::Header(_) | Row::SamplingRate { .. } => continue,
        };
        let place = (reading.code, reading.channel);
        if store::intake::take(tx, *device, place, reading.taken, &measured(&reading)).await? {
            fresh.readings.entry(*device).or_default().push(reading);
        }
    }
    Ok(fresh)
}

/// What tells two readings of one moment apart: unit, quality and value.
fn measured(reading: &Reading) -> Vec<u8> {
    let Reading { unit, quality, .. } = reading;
    match reading.value {
        Value::Number(number) => codec::encode(&(unit, quality, number)),
        Value::Consciousness(consciousness) => codec::encode(&(unit, quality, consciousness)),
    }
}

/// A known code without a value. Its number is a placeholder that the quality forbids to show.
fn unavailable(code: wl_vitals::Code, channel: u8, taken: UnixMillis) -> Reading {
    let unit = Parameter::from_code(code).and_then(|parameter| parameter.info().units.first().copied());
    Reading {
        code,
        channel,
        value: Value::Number(Decimal { mantissa: 0, scale: 0 }),
        unit: unit.unwrap_or(wl_vitals::Unit(262_656)),
        taken,
        quality: Quality::Unavailable,
    }
}

async fn write_frame(
    tx: &mut Tx<'_>,
    author: &mut Author,
    bedside: &Bedside,
    parts: &Parts<'_>,
    device: DeviceId,
    readings: &[Reading],
    received: UnixMillis,
) -> Result<(), CoreError> {
    let Some((place, keys)) = bedside.place(parts.state, parts.hub, Category::Vitals) else {
        return Err(CoreError::UnknownPatient(bedside.patient));
    };
    let newest = readings.iter().map(|reading| reading.taken).max().unwrap_or(parts.now).min(parts.now);
    let content = Frame { device, received, readings: readings.to_vec() };
    let plaintext = frame::encode(&content, newest)?;
    let draft = author.draft(&place, &keys, RecordKind::Frame, newest, parts.seen, &plaintext)?;
    Ok(queue(tx, Urgency::Then, &draft).await?)
}

async fn write_wave(
    tx: &mut Tx<'_>,
    author: &mut Author,
    bedside: &Bedside,
    parts: &Parts<'_>,
    wave: &Waveform,
) -> Result<(), CoreError> {
    let Some((place, keys)) = bedside.place(parts.state, parts.hub, Category::Waveforms) else {
        return Err(CoreError::UnknownPatient(bedside.patient));
    };
    let taken = wave.start.min(parts.now);
    let plaintext = frame::encode_waveform(wave, taken)?;
    let draft = author.draft(&place, &keys, RecordKind::Waveform, taken, parts.seen, &plaintext)?;
    Ok(queue(tx, Urgency::Then, &draft).await?)
}

/// Writes the alarms that a step of the rules raised. The state of the rules after it goes into the same transaction.
pub(super) async fn write_alarms(
    tx: &mut Tx<'_>,
    author: &mut Author,
    bedside: &Bedside,
    parts: &Parts<'_>,
    events: &[AlarmEvent],
) -> Result<(), CoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let Some((place, keys)) = bedside.place(parts.state, parts.hub, Category::Alarms) else {
        return Err(CoreError::UnknownPatient(bedside.patient));
    };
    for event in events {
        let plaintext = event.to_bytes();
        let draft = author.draft(&place, &keys, RecordKind::Alarm, parts.now, parts.seen, &plaintext)?;
        queue(tx, Urgency::First, &draft).await?;
        store::alarms::keep(tx, &bedside.patient, parts.hub, &Said::Event(event.clone())).await?;
    }
    Ok(())
}

/// Samples as counts of the smallest decimal step among them. A curve without a sampling rate has no time axis and is
/// kept with its message only.
fn waveform(row: &WaveRow, device: DeviceId) -> Option<Waveform> {
    let scale = row.samples.iter().flatten().map(|sample| sample.scale).min().unwrap_or(0);
    let count = |sample: &Option<Decimal>| -> Option<i16> {
        let Some(sample) = sample else { return Some(WAVE_INVALID) };
        let shift = u32::try_from(i32::from(sample.scale) - i32::from(scale)).ok()?;
        let mantissa = sample.mantissa.checked_mul(10i32.checked_pow(shift)?)?;
        i16::try_from(mantissa).ok().filter(|count| *count != WAVE_INVALID)
    };
    Some(Waveform {
        device,
        code: row.code,
        channel: row.channel,
        start: row.start,
        rate: row.millihertz.filter(|rate| *rate > 0)?,
        unit: row.unit,
        gain: Decimal { mantissa: 1, scale },
        baseline: 0,
        quality: row.quality,
        samples: row.samples.iter().map(count).collect::<Option<Vec<i16>>>()?,
    })
}
