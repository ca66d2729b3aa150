//! Taking a device message in: decode, route, judge, seal, store, and only then answer.

use super::{Core, CoreError, queue, settle, tip};
use crate::author::Author;
use crate::bedside::Bedside;
use crate::ingest::hl7::{
    DecodedMessage, MessageKind, Reason, ReplyTo, Row, Stamp, Verdict, WaveRow, decode, reply,
};
use crate::ingest::mllp::Received;
use crate::ingest::quarantine::Quarantined;
use crate::store::{self, StoreError, Tx, Urgency};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use wl_ledger::record::RecordKind;
use wl_ledger::state::State;
use wl_ledger::{Category, DeviceId, Height, KeyId, UnixMillis};
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

impl Core {
    /// Takes in what a connection brought and answers once it is durable: accepted, or refused and in quarantine.
    ///
    /// # Errors
    /// [`CoreError`] when it could not be made durable. There is then no answer, and the device sends again.
    pub async fn take(
        &mut self,
        received: Received,
        peer: SocketAddr,
        now: UnixMillis,
    ) -> Result<Option<Vec<u8>>, CoreError> {
        let (bytes, decoded) = match received {
            Received::Fault { fault, head } => {
                let reply_to = Box::new(ReplyTo::scan(&head));
                (head, Err((Reason::Frame(fault), Some(reply_to))))
            }
            Received::Message(bytes) => {
                let decoded =
                    decode(&bytes, &self.profile).map_err(|refusal| (refusal.reason, Some(refusal.reply_to)));
                (bytes, decoded)
            }
        };
        let (reply_to, verdict) = match decoded {
            Ok(message) => match clock_ahead(&message, now).map_or_else(|| self.route(&message), Err) {
                Ok(route) => {
                    self.store_message(&message, &route, &bytes, now).await?;
                    (Some(message.reply_to), Verdict::Accepted)
                }
                Err(reason) => (Some(message.reply_to), Verdict::Refused(reason)),
            },
            Err((reason, reply_to)) => (reply_to, Verdict::Refused(reason)),
        };
        if let Verdict::Refused(reason) = &verdict {
            self.store_refusal(reason, bytes, peer, now).await?;
        }
        Ok(self.answer_to(reply_to.as_deref(), &verdict, now))
    }

    fn answer_to(&mut self, to: Option<&ReplyTo>, verdict: &Verdict, now: UnixMillis) -> Option<Vec<u8>> {
        self.replies = self.replies.wrapping_add(1);
        let control_id = format!("{}{}", now.0, self.replies % 1000);
        reply(to?, verdict, &Stamp { at: now, control_id: &control_id })
    }

    async fn store_refusal(
        &mut self,
        reason: &Reason,
        message: Vec<u8>,
        peer: SocketAddr,
        received: UnixMillis,
    ) -> Result<(), CoreError> {
        let kept =
            Quarantined { received, peer, ground: reason.ground(), reason: reason.to_string(), message };
        let mut tx = self.store.begin().await?;
        store::intake::quarantine(&mut tx, &kept).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    async fn store_message(
        &mut self,
        message: &DecodedMessage,
        route: &super::route::Route,
        bytes: &[u8],
        now: UnixMillis,
    ) -> Result<(), CoreError> {
        let bedside =
            self.bedsides.get_mut(&route.patient).ok_or(CoreError::UnknownPatient(route.patient))?;
        let mut engine = bedside.engine.clone();
        let parts = Parts { state: self.verifier.state(), hub: &self.hub, seen: tip(&self.verifier), now };
        let mut tx = self.store.begin().await?;
        let stored = async {
            let fresh = sort(&mut tx, message, &route.devices).await?;
            for (device, readings) in &fresh.readings {
                write_frame(&mut tx, &mut self.author, bedside, &parts, *device, readings).await?;
            }
            for wave in &fresh.waves {
                write_wave(&mut tx, &mut self.author, bedside, &parts, wave).await?;
            }
            if let Some(device) = fresh.not_known {
                store::intake::keep(&mut tx, now, device, bytes).await?;
            }
            let all: Vec<Reading> = fresh.readings.into_values().flatten().collect();
            let events = engine.step(now, &all);
            write_alarms(&mut tx, &mut self.author, bedside, &parts, &events, &engine).await
        }
        .await;
        settle(tx, &mut self.author, stored).await?;
        bedside.engine = engine;
        Ok(())
    }
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
                        if store::intake::take(tx, *device, wave.code, wave.channel, wave.start).await? {
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
        if store::intake::take(tx, *device, reading.code, reading.channel, reading.taken).await? {
            fresh.readings.entry(*device).or_default().push(reading);
        }
    }
    Ok(fresh)
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
) -> Result<(), CoreError> {
    let Some((place, keys)) = bedside.place(parts.state, parts.hub, Category::Vitals) else {
        return Err(CoreError::UnknownPatient(bedside.patient));
    };
    for readings in readings.chunks(frame::MAX_READINGS) {
        let newest = readings.iter().map(|reading| reading.taken).max().unwrap_or(parts.now).min(parts.now);
        let content = Frame { device, received: parts.now, readings: readings.to_vec() };
        let plaintext = frame::encode(&content, newest)?;
        let draft = author.draft(&place, &keys, RecordKind::Frame, newest, parts.seen, &plaintext)?;
        queue(tx, Urgency::Then, &draft).await?;
    }
    Ok(())
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

/// Writes the alarms that a step of the rules raised together with the state of the rules after it: both or none.
pub(super) async fn write_alarms(
    tx: &mut Tx<'_>,
    author: &mut Author,
    bedside: &Bedside,
    parts: &Parts<'_>,
    events: &[AlarmEvent],
    engine: &AlarmEngine,
) -> Result<(), CoreError> {
    if !events.is_empty() {
        let Some((place, keys)) = bedside.place(parts.state, parts.hub, Category::Alarms) else {
            return Err(CoreError::UnknownPatient(bedside.patient));
        };
        for event in events {
            let plaintext = event.to_bytes();
            let draft = author.draft(&place, &keys, RecordKind::Alarm, parts.now, parts.seen, &plaintext)?;
            queue(tx, Urgency::First, &draft).await?;
        }
    }
    Ok(store::intake::put_engine(tx, &bedside.patient, &engine.snapshot()).await?)
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
