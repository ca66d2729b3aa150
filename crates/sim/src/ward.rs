//! The ward: patients at their monitors, moved by the caller's time, telling what they sent and what it means.

mod bedside;
mod people;

use wl_ledger::UnixMillis;
use wl_vitals::{Quality, Reading, Value};

use crate::{
    clock::DeviceClock,
    hl7::{DeviceIdentity, Dialect, Wave},
    scenario::{Scenario, Script},
};

pub use people::{Person, Sex};

use bedside::Bedside;

/// Patients of the demo ward.
pub const DEMO_PATIENTS: usize = 12;
/// Most patients of a ward.
pub const MAX_PATIENTS: usize = 1_000;
/// The ticks one call of [`Ward::step`] catches up at most; more are given by the next call.
const MAX_TICKS_A_STEP: usize = 60;

/// How often things are measured by hand or cuff.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// Cuff every minute, entries every four: a demo must not be waited for.
    Demo,
    /// Cuff every 5 minutes for the one who gets worse and every 15 for the others, entries every 4 hours.
    Ward,
}

/// What a ward is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WardSettings {
    /// Equal seeds (and equal other settings) give equal bytes.
    pub seed: u64,
    /// 1 to [`MAX_PATIENTS`].
    pub patients: usize,
    /// When the ward starts; the story's seconds count from here.
    pub start: UnixMillis,
    /// The story.
    pub script: Script,
    /// How often things are measured by hand or cuff.
    pub pace: Pace,
    /// Milliseconds from one message of a device to its next, 20 to 10,000. Bodies move once a second all the same.
    pub tick_ms: u32,
    /// Whether ECG and plethysmogram are sent too.
    pub waveforms: bool,
    /// Whether every message says that it is a demo.
    pub demo: bool,
}

impl WardSettings {
    /// The demo: the story, short intervals, a message a second, waveforms, all of it marked.
    pub fn demo(seed: u64, patients: usize, start: UnixMillis) -> Self {
        Self {
            seed,
            patients,
            start,
            script: Script::Demo,
            pace: Pace::Demo,
            tick_ms: 1_000,
            waveforms: true,
            demo: true,
        }
    }

    /// For benches: nothing happens, ward intervals, numerics only, not marked as demo.
    pub fn bench(seed: u64, patients: usize, start: UnixMillis, tick_ms: u32) -> Self {
        Self {
            script: Script::Calm,
            pace: Pace::Ward,
            tick_ms,
            waveforms: false,
            demo: false,
            ..Self::demo(seed, patients, start)
        }
    }
}

/// Why there is no such ward.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WardError {
    /// Too few or too many patients.
    #[error("a ward of {0} patients: ask for 1 to {MAX_PATIENTS}")]
    Patients(usize),
    /// The start cannot be written as an HL7 time for long.
    #[error("a ward starting at {} ms: start between 1970 and 9000", .0.0)]
    Start(UnixMillis),
    /// Too fast or too slow.
    #[error("a message every {0} ms: ask for 20 to 10,000")]
    Tick(u32),
    /// No patient there.
    #[error("there is no patient {0}: count from 0")]
    NoSuchPatient(usize),
    /// A clock no device has.
    #[error("a clock {0} ms off: keep within a year, and its drift within 10 %")]
    Clock(i64),
}

/// What a message carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    /// `ORU^R01`, numerics and entries.
    Numerics,
    /// `ORU^W01`, waveforms.
    Waveforms,
}

/// One message as a gateway sends it, with what a faithful reader must get out of it.
///
/// No `Debug`: the bytes hold a name.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceMessage {
    /// Who, counted from 0.
    pub patient_index: usize,
    /// Which device.
    pub device_identity: DeviceIdentity,
    /// In what manner it speaks.
    pub dialect: Dialect,
    /// What it carries.
    pub content: Content,
    /// MSH-10, which the acknowledgement repeats.
    pub control_id: String,
    /// The true time at which it was sent.
    pub sent: UnixMillis,
    /// HL7 without the MLLP frame ([`crate::hl7::mllp_framed`]).
    pub bytes: Vec<u8>,
    /// The new readings in message order: stored codes, device time, [`Quality::Unavailable`] for a probe that is off.
    /// A cuff reading that is only repeated is not among them.
    pub expected: Vec<Reading>,
    /// The waveforms.
    pub waves: Vec<Wave>,
}

/// A ward that moves when it is told the time.
pub struct Ward {
    settings: WardSettings,
    scenario: Scenario,
    beds: Vec<Bedside>,
    tick: u64,
    next_bed: usize,
}

impl Ward {
    /// The demo ward of that many patients ([`DEMO_PATIENTS`] by default).
    ///
    /// # Errors
    /// See [`Ward::with`].
    pub fn new(seed: u64, patients: usize, start: UnixMillis) -> Result<Self, WardError> {
        Self::with(WardSettings::demo(seed, patients, start))
    }

    /// A ward of these settings.
    ///
    /// # Errors
    /// [`WardError::Patients`], [`WardError::Start`] or [`WardError::Tick`] for a setting out of range.
    pub fn with(settings: WardSettings) -> Result<Self, WardError> {
        /// 9000-01-01T00:00:00Z.
        const LATEST: i64 = 221_845_392_000_000;
        if !(1..=MAX_PATIENTS).contains(&settings.patients) {
            return Err(WardError::Patients(settings.patients));
        }
        if !(0..=LATEST).contains(&settings.start.0) {
            return Err(WardError::Start(settings.start));
        }
        if !(20..=10_000).contains(&settings.tick_ms) {
            return Err(WardError::Tick(settings.tick_ms));
        }
        let scenario = Scenario::cast(settings.script, settings.patients);
        let beds =
            (0..settings.patients).map(|patient| Bedside::new(&settings, &scenario, patient)).collect();
        Ok(Self { settings, scenario, beds, tick: 0, next_bed: 0 })
    }

    /// The settings it was made of.
    pub fn settings(&self) -> &WardSettings {
        &self.settings
    }

    /// Who does what in the story.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The patients by index.
    pub fn people(&self) -> impl ExactSizeIterator<Item = &Person> {
        self.beds.iter().map(Bedside::person)
    }

    /// The devices by patient index.
    pub fn devices(&self) -> impl ExactSizeIterator<Item = DeviceIdentity> {
        self.beds.iter().map(Bedside::device)
    }

    /// Gives a patient's device a clock that runs wrong.
    ///
    /// # Errors
    /// [`WardError::NoSuchPatient`] or [`WardError::Clock`].
    pub fn set_clock(&mut self, patient: usize, clock: DeviceClock) -> Result<(), WardError> {
        const YEAR_MS: u64 = 366 * 86_400_000;
        if clock.offset_ms.unsigned_abs() > YEAR_MS || clock.drift_ppm.unsigned_abs() > 100_000 {
            return Err(WardError::Clock(clock.offset_ms));
        }
        self.beds.get_mut(patient).ok_or(WardError::NoSuchPatient(patient))?.set_clock(clock);
        Ok(())
    }

    /// When the next message is due. The devices of a ward are spread evenly over each tick.
    pub fn next_due(&self) -> UnixMillis {
        let tick = i64::from(self.settings.tick_ms);
        let begun = i64::try_from(self.tick).unwrap_or(i64::MAX).saturating_mul(tick);
        let spread = |bed: usize, of: usize| {
            let (bed, of) = (i64::try_from(bed).unwrap_or(0), i64::try_from(of).unwrap_or(1));
            tick * bed / of.max(1)
        };
        self.settings.start.plus(begun).plus(spread(self.next_bed, self.beds.len()))
    }

    /// The messages due until `now`, in the order in which they are sent.
    ///
    /// One call catches up 60 ticks at most, so that a long sleep cannot fill the memory; call again while
    /// [`Ward::next_due`] is not later than `now`. Nothing is skipped, and a `now` in the past gives nothing.
    pub fn step(&mut self, now: UnixMillis) -> Vec<DeviceMessage> {
        let mut messages = Vec::new();
        let mut left = MAX_TICKS_A_STEP.saturating_mul(self.beds.len());
        while left > 0 && self.next_due() <= now {
            let due = self.next_due();
            if let Some(bed) = self.beds.get_mut(self.next_bed) {
                bed.tick(&self.settings, &self.scenario, self.tick, due, &mut messages);
            }
            self.next_bed += 1;
            if self.next_bed >= self.beds.len() {
                self.next_bed = 0;
                self.tick = self.tick.saturating_add(1);
            }
            left -= 1;
        }
        messages
    }
}

/// Whether a reading that came out of the system is the one that went in: same parameter, channel, unit, time and
/// quality, and the same value, where 36.80 and 36.8 are the same. A value that is unavailable is not compared.
pub fn agrees(expected: &Reading, got: &Reading) -> bool {
    let same_value = match (expected.value, got.value) {
        _ if expected.quality == Quality::Unavailable => true,
        (Value::Number(a), Value::Number(b)) => a.compare(b).is_eq(),
        (Value::Consciousness(a), Value::Consciousness(b)) => a == b,
        (Value::Number(_), Value::Consciousness(_)) | (Value::Consciousness(_), Value::Number(_)) => false,
    };
    same_value
        && expected.code == got.code
        && expected.channel == got.channel
        && expected.unit == got.unit
        && expected.taken == got.taken
        && expected.quality == got.quality
}
