//! What is known of every patient now: last values, the hour before, identity. Filled from opened records only.

use crate::opener::{Content, Opened};
use std::collections::{BTreeMap, VecDeque};
use wl_ledger::{DeviceId, PatientId, Seq, StreamId, UnixMillis};
use wl_vitals::codes::Parameter;
use wl_vitals::frame::Waveform;
use wl_vitals::news2::Intake;
use wl_vitals::state::value_state;
use wl_vitals::{Code, Decimal, Reading, state};
use wl_wire::identity::Identity;

/// One point in so many milliseconds is enough for a sparkline.
const SPARK_STEP: i64 = 10_000;
/// How far back a sparkline goes, in milliseconds.
pub const SPARK_SPAN: i64 = 3_600_000;

/// Which record something was read from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordRef {
    /// Stream.
    pub stream: StreamId,
    /// Number in the stream.
    pub seq: Seq,
}

impl RecordRef {
    /// Whether it stands in another stream than a known one, or not before it in the same.
    fn replaces(&self, known: &Self) -> bool {
        known.stream != self.stream || known.seq <= self.seq
    }
}

impl core::fmt::Display for RecordRef {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}.{}", self.stream, self.seq)
    }
}

impl core::str::FromStr for RecordRef {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (stream, seq) = text.split_once('.').ok_or(())?;
        Ok(Self { stream: StreamId(stream.parse().map_err(|_| ())?), seq: Seq(seq.parse().map_err(|_| ())?) })
    }
}

/// The last reading of one parameter of one device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Latest {
    /// The reading.
    pub reading: Reading,
    /// The device.
    pub device: DeviceId,
    /// Its record.
    pub record: RecordRef,
}

/// A curve that has been received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaveKind {
    /// Physical value of one count.
    pub gain: Decimal,
    /// The count of physical zero.
    pub baseline: i16,
    /// Unit.
    pub unit: wl_vitals::Unit,
    /// When its last sample was due.
    pub end: UnixMillis,
}

/// What is known of one patient.
#[derive(Default)]
pub struct Bedside {
    identity: Option<(Identity, RecordRef)>,
    latest: BTreeMap<(Parameter, DeviceId, u8), Latest>,
    intake: Intake,
    spark: BTreeMap<Parameter, VecDeque<(UnixMillis, Decimal)>>,
    waves: BTreeMap<Code, WaveKind>,
    devices: BTreeMap<DeviceId, UnixMillis>,
}

impl Bedside {
    /// Who the patient is, where that was opened.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref().map(|(identity, _)| identity)
    }

    /// The inputs of the score.
    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// Curves that were received.
    pub fn waves(&self) -> impl Iterator<Item = (&Code, &WaveKind)> {
        self.waves.iter()
    }

    /// When each device was last heard.
    pub fn device_heard(&self, device: DeviceId) -> Option<UnixMillis> {
        self.devices.get(&device).copied()
    }

    /// The last reading of a parameter: the newest that may be shown, and only if there is none, the newest at all, so
    /// that a second monitor without its probe does not hide the first one's value.
    pub fn latest(&self, parameter: Parameter, now: UnixMillis) -> Option<&Latest> {
        let of = self
            .latest
            .range((parameter, DeviceId(0), 0)..=(parameter, DeviceId(u32::MAX), u8::MAX))
            .map(|(_, latest)| latest);
        of.max_by_key(|latest| {
            let reading = &latest.reading;
            let shown = value_state(parameter.info().cadence, reading.taken, now, reading.quality);
            let rank = match shown {
                state::ValueState::Fresh => 3,
                state::ValueState::Ahead => 2,
                state::ValueState::Ageing => 1,
                state::ValueState::Lost | state::ValueState::Invalid => 0,
            };
            (rank, reading.taken, core::cmp::Reverse(reading.channel), latest.device)
        })
    }

    /// The newest measurement of any kind.
    pub fn newest(&self) -> Option<&Latest> {
        self.latest.values().max_by_key(|latest| latest.reading.taken)
    }

    /// The last hour of a parameter, in order of time.
    pub fn spark(&self, parameter: Parameter) -> impl Iterator<Item = (UnixMillis, Decimal)> {
        self.spark.get(&parameter).into_iter().flatten().copied()
    }

    fn take(&mut self, reading: &Reading, device: DeviceId, record: RecordRef, now: UnixMillis) -> bool {
        let Some(parameter) = reading.parameter() else { return false };
        self.intake.take(reading, now);
        self.take_spark(parameter, reading, now);
        let heard = self.devices.entry(device).or_insert(reading.taken);
        *heard = (*heard).max(reading.taken);
        let latest = Latest { reading: *reading, device, record };
        let slot = self.latest.entry((parameter, device, reading.channel)).or_insert(latest);
        // Of one moment the later record counts, in whichever order the two are opened.
        let newer = slot.reading.taken < reading.taken
            || (slot.reading.taken == reading.taken && record.replaces(&slot.record));
        if newer {
            *slot = latest;
        }
        newer
    }

    fn take_spark(&mut self, parameter: Parameter, reading: &Reading, now: UnixMillis) {
        let Some(value) = reading.usable() else { return };
        if now.since(reading.taken) > SPARK_SPAN {
            return;
        }
        let line = self.spark.entry(parameter).or_default();
        let at = line.partition_point(|(taken, _)| *taken <= reading.taken);
        let close = |place: usize| {
            line.get(place).is_some_and(|(taken, _)| taken.since(reading.taken).abs() < SPARK_STEP)
        };
        if close(at) || at.checked_sub(1).is_some_and(close) {
            return;
        }
        line.insert(at, (reading.taken, value));
        while line.front().is_some_and(|(taken, _)| now.since(*taken) > SPARK_SPAN) {
            line.pop_front();
        }
    }
}

/// All patients this reader has opened anything of.
#[derive(Default)]
pub struct Ward {
    bedsides: BTreeMap<PatientId, Bedside>,
}

impl Ward {
    /// One patient.
    pub fn bedside(&self, patient: &PatientId) -> Option<&Bedside> {
        self.bedsides.get(patient)
    }

    /// Takes an opened record in. Returns the parameters whose last value is new.
    pub fn take(&mut self, opened: &Opened, now: UnixMillis) -> Vec<Parameter> {
        let place = opened.place();
        let record = RecordRef { stream: place.stream, seq: place.seq };
        match opened.content() {
            Content::Frame(frame) | Content::Observation(frame) => {
                let mut fresh = Vec::new();
                for reading in &frame.readings {
                    if self.take_reading(place.patient, reading, frame.device, record, now) {
                        fresh.extend(reading.parameter());
                    }
                }
                fresh
            }
            Content::Waveform(wave) => {
                self.take_wave(place.patient, wave);
                Vec::new()
            }
            Content::Identity(identity) => {
                self.take_identity(place.patient, identity.clone(), record);
                Vec::new()
            }
            Content::Alarm(_)
            | Content::Acknowledgement(_)
            | Content::Limits(_)
            | Content::Act(_)
            | Content::Writing(_)
            | Content::Kept => Vec::new(),
        }
    }

    /// Takes one opened reading in. Returns whether it is the newest of its parameter and device.
    pub fn take_reading(
        &mut self,
        patient: PatientId,
        reading: &Reading,
        device: DeviceId,
        record: RecordRef,
        now: UnixMillis,
    ) -> bool {
        self.bedsides.entry(patient).or_default().take(reading, device, record, now)
    }

    /// Takes an opened identity in; the newest of its stream counts.
    pub fn take_identity(&mut self, patient: PatientId, identity: Identity, record: RecordRef) {
        let slot = &mut self.bedsides.entry(patient).or_default().identity;
        if slot.as_ref().is_none_or(|(_, known)| record.replaces(known)) {
            *slot = Some((identity, record));
        }
    }

    fn take_wave(&mut self, patient: PatientId, wave: &Waveform) {
        let kind = WaveKind { gain: wave.gain, baseline: wave.baseline, unit: wave.unit, end: wave.end() };
        self.bedsides.entry(patient).or_default().waves.insert(wave.code, kind);
    }

    /// Forgets what was opened of a category.
    pub fn forget(&mut self, patient: &PatientId, category: wl_ledger::Category) {
        use wl_ledger::Category as C;
        let Some(bedside) = self.bedsides.get_mut(patient) else { return };
        match category {
            C::Vitals => {
                bedside.latest.clear();
                bedside.intake = Intake::default();
                bedside.spark.clear();
                bedside.devices.clear();
            }
            C::Waveforms => bedside.waves.clear(),
            C::Identity => bedside.identity = None,
            C::Alarms | C::Notes | C::Documents | C::Images | C::PatientReports | C::Administration => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wl_vitals::{Quality, Value};

    #[test]
    fn of_one_moment_the_later_record_is_shown_in_whichever_order_they_are_opened() {
        let (now, device) = (UnixMillis(1_800_000_000_000), DeviceId(1));
        let pulse = |rate, taken| Reading {
            code: Parameter::HeartRate.code(),
            channel: 0,
            value: Value::Number(Decimal::whole(rate)),
            unit: Parameter::HeartRate.info().unit,
            taken,
            quality: Quality::Good,
        };
        let record = |seq| RecordRef { stream: StreamId(1), seq: Seq(seq) };
        let first = (pulse(70, now), record(5));
        let corrected = (pulse(150, now), record(6));
        let before = (pulse(60, now.plus(-1000)), record(7));
        for order in
            [[&first, &corrected, &before], [&before, &corrected, &first], [&corrected, &first, &before]]
        {
            let mut bedside = Bedside::default();
            for (reading, record) in order {
                bedside.take(reading, device, *record, now);
            }
            let shown = bedside.latest(Parameter::HeartRate, now).map(|latest| latest.record.seq);
            assert_eq!(shown, Some(Seq(6)));
        }
    }
}
