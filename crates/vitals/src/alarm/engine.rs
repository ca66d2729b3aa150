//! The rule engine of one patient: readings and time in, alarm events out. Pure, so that every decision and every
//! non-decision can be replayed.

mod beat;
mod channel;
mod standby;
mod trial;

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use wl_ledger::{PatientId, UnixMillis};

use self::channel::{Absence, Channel};
use self::standby::Standby;
use super::episode::{Beyond, Episode, Measure, Moment, Rule, Verdict};
use super::{Alarm, AlarmEvent, Began, Condition, Kind, Priority, ResumeCause, Resumed, Subject};
use crate::cbor::{self, StrictError};
use crate::codes::{Cadence, Parameter, private, units};
use crate::limits::{Direction, LimitSet};
use crate::news2::{Intake, News2, Risk, score};
use crate::reading::{Code, Decimal, Quality, Reading};

pub use self::standby::MAX_STANDBY;
pub use self::trial::{Counts, trial};

/// A reading older than so many milliseconds is history: its decision is logged and makes no sound.
pub const BACKFILL_AGE: i64 = 60_000;
const SNAPSHOT_VERSION: u8 = 1;
/// Most bytes of a snapshot: far above what all known codes on all channels need.
const MAX_SNAPSHOT: usize = 4 << 20;
/// How long a cuff on the limb of the oximeter may hold its alarms off, in milliseconds.
const CUFF_LIMIT: i64 = 60_000;

/// What an engine is set up with.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Settings {
    /// Whose readings it judges.
    #[n(0)]
    pub patient: PatientId,
    /// The limits.
    #[n(1)]
    pub limits: LimitSet,
    /// How often the devices send continuous values, in milliseconds; 1,000 for a bedside monitor, 60,000 for a gateway
    /// that sends once a minute. A stream counts as lost after three of them, and after 15 s at the earliest.
    #[n(2)]
    pub interval: i64,
    /// Whether the cuff is on the limb of the oximeter.
    #[n(3)]
    pub same_limb: bool,
}

/// Why a snapshot is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Longer than any engine's state.
    #[error("{0} bytes are more than the state of an engine may have")]
    TooLong(usize),
    /// Another version of the format.
    #[error("unknown version {0} of the engine's state")]
    Version(u8),
    /// Not the shape of the format, at this byte.
    #[error("the engine's state does not decode at byte {0}")]
    Shape(usize),
    /// Decodes, but is not what an engine writes.
    #[error("the engine's state is not in canonical form")]
    NotCanonical,
}

/// The alarm rules of one patient with all of their state.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct AlarmEngine {
    #[n(0)]
    version: u8,
    #[n(1)]
    settings: Settings,
    #[n(2)]
    now: UnixMillis,
    #[n(3)]
    channels: BTreeMap<(Code, u8), Channel>,
    #[n(4)]
    intake: Intake,
    #[n(5)]
    news2: Episode,
    #[n(6)]
    news2_known: u8,
    /// Time of the last input; none until there was one.
    #[n(7)]
    input: Option<UnixMillis>,
    /// How many inputs there were.
    #[n(8)]
    inputs: u64,
    #[n(9)]
    standby: Option<Standby>,
    /// Until when a cuff is taken to be tight on the limb of the oximeter.
    #[n(10)]
    cuff_until: Option<UnixMillis>,
}

impl AlarmEngine {
    /// An engine that has seen nothing.
    pub fn new(settings: Settings) -> Self {
        Self {
            version: SNAPSHOT_VERSION,
            settings,
            now: UnixMillis(i64::MIN),
            channels: BTreeMap::new(),
            intake: Intake::default(),
            news2: Episode::default(),
            news2_known: 0,
            input: None,
            inputs: 0,
            standby: None,
            cuff_until: None,
        }
    }

    /// The time an input that comes at `now` counts as: a clock that went back does not turn the rules back.
    pub fn time(&self, now: UnixMillis) -> UnixMillis {
        self.now.max(now)
    }

    /// How many inputs it has had: the number of the next one.
    pub fn inputs(&self) -> u64 {
        self.inputs
    }

    /// Takes the readings of one device message in, in any order, and lets time pass up to `now`. A `now` before an
    /// earlier one counts as the earlier one. Readings should have gone through [`crate::codes::admit`].
    pub fn step(&mut self, now: UnixMillis, readings: &[Reading]) -> Vec<AlarmEvent> {
        let mut out = Vec::new();
        let now = self.begin_input(now, &mut out);
        let mut ordered: Vec<&Reading> = readings.iter().collect();
        ordered.sort_by_key(|reading| (reading.taken, teller(reading.code).is_some()));
        let newest = ordered.last().map_or(now, |reading| reading.taken);
        for reading in ordered {
            if now.since(reading.taken) > BACKFILL_AGE {
                self.note_history(reading, now, &mut out);
            } else {
                // The newest reading of a message stands for "now"; the others lie before it by their own distances.
                let at = now.plus(-newest.since(reading.taken));
                self.take_live(reading, Moment { taken: reading.taken, at, now }, &mut out);
            }
        }
        self.pass(now, &mut out);
        out
    }

    /// Takes in what a person entered by hand. It enters the score however long ago it was seen; a limit judges it only
    /// if it was seen within [`BACKFILL_AGE`].
    pub fn enter(&mut self, now: UnixMillis, readings: &[Reading]) -> Vec<AlarmEvent> {
        let mut out = Vec::new();
        let now = self.begin_input(now, &mut out);
        for reading in readings {
            if now.since(reading.taken) > BACKFILL_AGE {
                self.intake.take(reading, now);
                self.note_history(reading, now, &mut out);
            } else {
                self.take_live(reading, Moment { taken: reading.taken, at: now, now }, &mut out);
            }
        }
        self.pass(now, &mut out);
        out
    }

    /// Lets time pass up to `now`: delays run out, alarms clear, streams are found lost. Call it about once a second;
    /// when exactly does not matter, because the rules look at whole seconds only.
    pub fn tick(&mut self, now: UnixMillis) -> Vec<AlarmEvent> {
        let mut out = Vec::new();
        self.pass_until(now, &mut out);
        out
    }

    /// Suspends the watch until a time, at most [`MAX_STANDBY`] away: open alarms of values wait, technical ones end.
    pub fn begin_standby(&mut self, now: UnixMillis, until: UnixMillis) -> Vec<AlarmEvent> {
        let mut out = Vec::new();
        let now = self.begin_input(now, &mut out);
        for channel in self.channels.values_mut() {
            channel.stand_by(now, &mut out);
        }
        self.news2.inhibit(now, &mut out);
        self.standby = Some(Standby::begin(now, until));
        out
    }

    /// Ends a standby, because somebody says so.
    pub fn end_standby(&mut self, now: UnixMillis) -> Vec<AlarmEvent> {
        let mut out = Vec::new();
        let now = self.begin_input(now, &mut out);
        if self.standby.is_some() {
            self.resume(ResumeCause::Person, now, &mut out);
            self.pass(now, &mut out);
        }
        out
    }

    /// Whether the watch is suspended.
    pub fn is_standing_by(&self) -> bool {
        self.standby.is_some()
    }

    /// Says whether the cuff is on the limb of the oximeter.
    pub fn set_same_limb(&mut self, now: UnixMillis, same: bool) -> Vec<AlarmEvent> {
        let mut out = Vec::new();
        self.begin_input(now, &mut out);
        self.settings.same_limb = same;
        if !same {
            self.cuff_until = None;
        }
        out
    }

    /// Every alarm whose condition is not over.
    pub fn open(&self) -> Vec<&Alarm> {
        let episodes =
            self.channels.values().flat_map(Channel::episodes).chain(core::iter::once(&self.news2));
        episodes.filter_map(Episode::alarm).filter(|alarm| alarm.condition != Condition::Cleared).collect()
    }

    /// The score as it stood at the last step or tick.
    pub fn news2(&self) -> News2 {
        score(&self.intake.inputs(self.settings.limits.scale(), self.now))
    }

    /// What it was set up with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Puts other limits in force. They judge from the next reading on; an alarm whose limits are gone ends here.
    pub fn set_limits(&mut self, now: UnixMillis, limits: LimitSet) -> Vec<AlarmEvent> {
        let mut out = Vec::new();
        let now = self.begin_input(now, &mut out);
        for (key, channel) in &mut self.channels {
            channel.retain(*key, &limits, now, &mut out);
        }
        self.settings.limits = limits;
        out
    }

    /// Ends the watch over one channel, because somebody took the sensor off for good: its alarms end, and its silence
    /// raises none.
    pub fn forget(&mut self, now: UnixMillis, code: Code, channel: u8) -> Vec<AlarmEvent> {
        let mut out = Vec::new();
        let now = self.begin_input(now, &mut out);
        if let Some(mut channel) = self.channels.remove(&(code, channel)) {
            channel.end(now, &mut out);
        }
        out
    }

    /// Its whole state; [`Self::restore`] gives an engine that behaves identically.
    pub fn snapshot(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// The engine of a snapshot.
    ///
    /// # Errors
    /// [`SnapshotError`] when the bytes are not a snapshot of this version.
    pub fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        if bytes.len() > MAX_SNAPSHOT {
            return Err(SnapshotError::TooLong(bytes.len()));
        }
        let mut head = minicbor::Decoder::new(bytes);
        match head.array().and_then(|_| head.u8()) {
            Ok(SNAPSHOT_VERSION) => {}
            Ok(other) => return Err(SnapshotError::Version(other)),
            Err(e) => return Err(SnapshotError::Shape(e.position().unwrap_or(0))),
        }
        cbor::decode(bytes).map_err(|e| match e {
            StrictError::Shape(at) => SnapshotError::Shape(at),
            StrictError::NotCanonical => SnapshotError::NotCanonical,
        })
    }

    /// Walks to the time of an input and counts it.
    fn begin_input(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) -> UnixMillis {
        let now = self.time(now);
        self.pass_until(now, out);
        if self.input.is_none() {
            out.push(AlarmEvent::Began(Began {
                at: now,
                interval: self.settings.interval,
                limits: self.settings.limits.digest(),
            }));
        }
        self.input = Some(now);
        self.inputs = self.inputs.saturating_add(1);
        self.now = now;
        now
    }

    /// Looks at every beat up to `now`. Before the first input there is nothing to look at.
    fn pass_until(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        let Some(input) = self.input else { return };
        for beat in beat::beats(input, self.now, now) {
            self.now = beat;
            self.pass(beat, out);
        }
    }

    fn resume(&mut self, cause: ResumeCause, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        self.standby = None;
        for channel in self.channels.values_mut() {
            channel.resume(now);
        }
        out.push(AlarmEvent::Resumed(Resumed { at: now, cause }));
    }

    /// A cuff that tightens on the limb of the oximeter takes its blood away: what it shows meanwhile is no alarm.
    fn take_cuff(&mut self, reading: &Reading, now: UnixMillis) {
        if !self.settings.same_limb {
            return;
        }
        let tightens = reading.usable().is_some_and(|value| value.mantissa > 0);
        self.cuff_until = tightens.then(|| now.plus(CUFF_LIMIT));
        if tightens {
            for ((code, _), channel) in &mut self.channels {
                if is_oximeter(*code) {
                    channel.hold_off();
                }
            }
        }
    }

    fn is_held_off(&self, code: Code, now: UnixMillis) -> bool {
        is_oximeter(code) && self.cuff_until.is_some_and(|until| now < until)
    }

    fn note_history(&mut self, reading: &Reading, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        let Some(parameter) = reading.parameter() else { return };
        // People enter what they saw a while ago; those entries still say how the patient is. Old device values do not.
        if matches!(parameter.info().cadence, Cadence::Manual { .. }) {
            self.intake.take(reading, now);
        }
        if let Some(row) = self.settings.limits.get(parameter, reading.unit) {
            let channel = self.channels.entry((reading.code, reading.channel)).or_default();
            channel.note_history(reading, row, now, out);
        }
    }

    fn take_live(&mut self, reading: &Reading, moment: Moment, out: &mut Vec<AlarmEvent>) {
        if reading.code == private::CUFF_INFLATION {
            return self.take_cuff(reading, moment.now);
        }
        let Some(parameter) = reading.parameter() else { return };
        self.intake.take(&Reading { taken: moment.at, ..*reading }, moment.now);
        let row = self.settings.limits.get(parameter, reading.unit);
        if row.is_none() && parameter.info().cadence != Cadence::Continuous {
            return;
        }
        let oxygen = self.intake.breathing(moment.now);
        let held_off = self.is_held_off(reading.code, moment.now);
        let told = self.is_told(reading.code, reading.channel, moment.now);
        let channel = self.channels.entry((reading.code, reading.channel)).or_default();
        if let Some(standby) = self.standby.as_mut() {
            if reading.usable().is_some() && parameter.info().cadence == Cadence::Continuous {
                standby.hear(moment.now);
            }
            return channel.hear(reading, moment.now);
        }
        if held_off {
            return channel.hear(reading, moment.now);
        }
        let subject = self.settings.subject(reading.code, reading.channel);
        channel.take(reading, row, oxygen, Absence { told }, &subject, moment, out);
        if !told && reading.quality == Quality::Unavailable {
            self.fold(reading, moment.now, out);
        }
    }

    /// A sensor of two values that comes off is one alarm, that of the value which tells for both: the other's ends.
    fn fold(&mut self, reading: &Reading, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        for ((code, ordinal), channel) in &mut self.channels {
            if *ordinal == reading.channel && teller(*code) == Some(reading.code) {
                channel.end_technical(now, out);
            }
        }
    }

    /// Whether another value of the same sensor tells already that the sensor gives nothing.
    fn is_told(&self, code: Code, ordinal: u8, now: UnixMillis) -> bool {
        teller(code)
            .and_then(|other| self.channels.get(&(other, ordinal)).zip(Parameter::from_code(other)))
            .is_some_and(|(channel, parameter)| channel.is_absent(parameter, &self.settings, now))
    }

    fn pass(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        if let Some(standby) = self.standby.as_mut() {
            let Some(cause) = standby.over(now) else { return };
            self.resume(cause, now, out);
        }
        let keys: Vec<(Code, u8)> = self.channels.keys().copied().collect();
        for (code, ordinal) in keys {
            let told = self.is_told(code, ordinal, now);
            let subject = self.settings.subject(code, ordinal);
            if let Some(channel) = self.channels.get_mut(&(code, ordinal)) {
                channel.pass(&self.settings, Absence { told }, &subject, now, out);
            }
        }
        self.judge_score(now, out);
    }

    fn judge_score(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        let result = score(&self.intake.inputs(self.settings.limits.scale(), now));
        let beyond = |priority, limit| {
            let value = Decimal::whole(i32::from(result.lower_bound()));
            let measure = Measure { value, limit: Decimal::whole(limit), unit: units::DIMENSIONLESS };
            Verdict::Beyond(Beyond { priority, measure: Some(measure), at_once: false })
        };
        let known = result.known();
        let verdict = match result.risk() {
            Risk::High => beyond(Priority::High, 7),
            Risk::Medium => beyond(Priority::Medium, 5),
            // One parameter scored 3: that is the limit the alarm names.
            Risk::LowMedium => beyond(Priority::Medium, 3),
            // An input that went missing is no recovery.
            Risk::Low if known & self.news2_known == self.news2_known => Verdict::Clear,
            Risk::Low => Verdict::Near,
        };
        if matches!(verdict, Verdict::Beyond(_)) {
            self.news2_known = known;
        }
        let subject = Subject {
            kind: Kind::Physiological,
            direction: Some(Direction::High),
            ..self.settings.subject(private::NEWS2, 0)
        };
        let rule = Rule { delay: 0, red_delay: 0, clear_after: 10_000, readings: 1, step: Decimal::whole(1) };
        self.news2.observe(&subject, &rule, Moment { taken: now, at: now, now }, verdict, out);
    }
}

/// The value that tells for another one of the same sensor when the sensor comes off: an oximeter's saturation tells
/// for its pulse rate. A pulse rate that is missing alone still tells for itself.
fn teller(code: Code) -> Option<Code> {
    (Parameter::from_code(code) == Some(Parameter::PulseRate)).then(|| Parameter::Spo2.code())
}

/// Whether a code is measured by the oximeter on a finger or ear.
fn is_oximeter(code: Code) -> bool {
    matches!(Parameter::from_code(code), Some(Parameter::Spo2 | Parameter::PulseRate))
}
