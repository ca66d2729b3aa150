//! One bed: a person, a body, a monitor, and what is due when.

use wl_ledger::UnixMillis;
use wl_vitals::{Decimal, Parameter, Quality, Reading, Value, codes::units};

use crate::{
    clock::DeviceClock,
    ecg::{ECG_HZ, Heart, PLETH_HZ, Traces},
    hl7::{DeviceIdentity, Dialect, Envelope, Row, RowValue, Wave},
    physiology::{Physiology, Printed, Profile, Vitals},
    rng::Rng,
    scenario::{Part, Scenario},
};

use super::{Content, DeviceMessage, Pace, Person, WardSettings};

/// A cuff reading and how often it is still to be sent again.
#[derive(Clone, Copy)]
struct Cuff {
    taken: UnixMillis,
    printed: Printed,
    repeats: u8,
}

/// What a nurse entered last.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    level: wl_vitals::Consciousness,
    oxygen_tenths: i32,
}

pub(super) struct Bedside {
    patient: usize,
    person: Person,
    device: DeviceIdentity,
    dialect: Dialect,
    clock: DeviceClock,
    body: Physiology,
    heart: Heart,
    vitals: Option<Vitals>,
    /// Seconds the body has lived.
    lived: u32,
    next_cuff: u32,
    next_entry: u32,
    cuff: Option<Cuff>,
    entered: Option<Entry>,
    messages: u32,
    wave_samples: u64,
}

impl Bedside {
    pub(super) fn new(settings: &WardSettings, scenario: &Scenario, patient: usize) -> Self {
        let stream = |purpose: u64| {
            Rng::for_stream(
                settings.seed,
                u64::try_from(patient).unwrap_or(0).wrapping_mul(8).wrapping_add(purpose),
            )
        };
        let phase = u32::try_from(patient).unwrap_or(0);
        let profile = Profile::draw(&mut stream(0), patient, scenario.part(patient));
        Self {
            patient,
            person: Person::invent(&mut stream(1), patient, settings.start, settings.demo),
            device: identity(patient),
            dialect: Dialect::of(patient),
            clock: DeviceClock::default(),
            body: Physiology::new(profile, stream(2)),
            heart: Heart::new(stream(3)),
            vitals: None,
            lived: 0,
            next_cuff: 2 + phase % 5,
            next_entry: 1 + phase % 4,
            cuff: None,
            entered: None,
            messages: 0,
            wave_samples: 0,
        }
    }

    pub(super) fn person(&self) -> &Person {
        &self.person
    }

    pub(super) fn device(&self) -> DeviceIdentity {
        self.device
    }

    pub(super) fn set_clock(&mut self, clock: DeviceClock) {
        self.clock = clock;
    }

    /// Sends what this tick brings.
    pub(super) fn tick(
        &mut self,
        settings: &WardSettings,
        scenario: &Scenario,
        tick: u64,
        due: UnixMillis,
        out: &mut Vec<DeviceMessage>,
    ) {
        let elapsed_ms = tick.saturating_mul(u64::from(settings.tick_ms));
        let second = u32::try_from(elapsed_ms / 1_000).unwrap_or(u32::MAX);
        let vitals = self.live_until(second, settings, scenario);
        let stamp = self.clock.shows(settings.start, due);
        let probe_off = scenario.probe_off(self.patient, second);

        let rows = self.rows(settings, scenario, second, stamp, &vitals.printed(), probe_off);
        let expected =
            rows.iter().filter(|row| !row.repeated).map(|row| reading(row, settings.demo)).collect();
        let control_id = self.next_control_id(settings);
        let bytes = self.envelope(&control_id, stamp, settings.demo).numerics(&rows);
        out.push(self.message(Content::Numerics, control_id, due, bytes, expected, Vec::new()));

        if settings.waveforms {
            let waves = self.waves(settings, tick, stamp, &vitals, probe_off);
            let control_id = self.next_control_id(settings);
            let bytes = self.envelope(&control_id, stamp, settings.demo).waveforms(&waves);
            out.push(self.message(Content::Waveforms, control_id, due, bytes, Vec::new(), waves));
        }
    }

    /// Moves the body second by second up to and including `second`.
    fn live_until(&mut self, second: u32, settings: &WardSettings, scenario: &Scenario) -> Vitals {
        loop {
            if let Some(vitals) = self.vitals
                && self.lived > second
            {
                return vitals;
            }
            let now = settings.start.plus(i64::from(self.lived) * 1_000);
            let vitals = self.body.step(now, &scenario.shift(self.patient, self.lived));
            self.vitals = Some(vitals);
            match self.lived.checked_add(1) {
                Some(next) => self.lived = next,
                // After 136 years the body stands still.
                None => return vitals,
            }
        }
    }

    fn rows(
        &mut self,
        settings: &WardSettings,
        scenario: &Scenario,
        second: u32,
        stamp: UnixMillis,
        printed: &Printed,
        probe_off: bool,
    ) -> Vec<Row> {
        let row = |parameter, value| Row { parameter, channel: 0, value, taken: stamp, repeated: false };
        let whole = |number| RowValue::Number(Decimal::whole(number));
        let optical = |number| if probe_off { RowValue::Off } else { whole(number) };
        let warmth = |tenths| RowValue::Number(Decimal::tenths(tenths));
        let mut rows = vec![
            row(Parameter::HeartRate, whole(printed.heart_rate)),
            row(Parameter::RespiratoryRate, whole(printed.respiration)),
            row(Parameter::Spo2, optical(printed.saturation)),
            row(Parameter::PulseRate, optical(printed.pulse_rate)),
            row(Parameter::Temperature, warmth(printed.temperature_tenths)),
        ];
        if self.dialect.second_thermometer() {
            // In the armpit, two tenths cooler.
            rows.push(Row {
                channel: 1,
                ..row(Parameter::Temperature, warmth(printed.temperature_tenths - 2))
            });
        }
        self.cuff_rows(settings, scenario, second, stamp, printed, &mut rows);
        if let Some(entry) = self.entry(settings, scenario, second) {
            rows.push(row(Parameter::Consciousness, RowValue::Level(entry.level)));
            rows.push(row(Parameter::OxygenFlow, warmth(entry.oxygen_tenths)));
        }
        rows
    }

    /// Measures with the cuff when it is time, or repeats the last reading where the dialect does.
    fn cuff_rows(
        &mut self,
        settings: &WardSettings,
        scenario: &Scenario,
        second: u32,
        stamp: UnixMillis,
        printed: &Printed,
        rows: &mut Vec<Row>,
    ) {
        let (cuff, repeated) = if second >= self.next_cuff {
            self.next_cuff = self.next_cuff.saturating_add(self.cuff_interval(settings, scenario));
            (Cuff { taken: stamp, printed: *printed, repeats: self.dialect.cuff_repeats() }, false)
        } else {
            match self.cuff {
                Some(Cuff { taken, printed, repeats: left @ 1.. }) => {
                    (Cuff { taken, printed, repeats: left - 1 }, true)
                }
                Some(_) | None => return,
            }
        };
        self.cuff = Some(cuff);
        for (parameter, number) in [
            (Parameter::NibpSystolic, cuff.printed.systolic),
            (Parameter::NibpDiastolic, cuff.printed.diastolic),
            (Parameter::NibpMean, cuff.printed.mean),
        ] {
            let value = RowValue::Number(Decimal::whole(number));
            rows.push(Row { parameter, channel: 0, value, taken: cuff.taken, repeated });
        }
    }

    fn cuff_interval(&self, settings: &WardSettings, scenario: &Scenario) -> u32 {
        match (settings.pace, scenario.part(self.patient)) {
            (Pace::Demo, _) => 60,
            (Pace::Ward, Part::Septic) => 300,
            (Pace::Ward, Part::Steady | Part::ProbeLoss) => 900,
        }
    }

    /// What the nurse enters now: at the interval, and at once when something changed.
    fn entry(&mut self, settings: &WardSettings, scenario: &Scenario, second: u32) -> Option<Entry> {
        let usual = self.body.profile().oxygen_tenths;
        let entry = Entry {
            level: scenario.consciousness(self.patient, second),
            oxygen_tenths: scenario.oxygen_tenths(self.patient, second, usual),
        };
        let changed = self.entered.is_some_and(|before| before != entry);
        if second < self.next_entry && !changed {
            return None;
        }
        let interval = match settings.pace {
            Pace::Demo => 240,
            Pace::Ward => 4 * 3_600,
        };
        self.next_entry = second.saturating_add(interval);
        self.entered = Some(entry);
        Some(entry)
    }

    /// The curves of the time since the last tick.
    fn waves(
        &mut self,
        settings: &WardSettings,
        tick: u64,
        stamp: UnixMillis,
        vitals: &Vitals,
        probe_off: bool,
    ) -> Vec<Wave> {
        let until = (tick + 1).saturating_mul(u64::from(settings.tick_ms) * u64::from(ECG_HZ)) / 1_000;
        // An even count, so that the pleth at half the rate begins with the ECG.
        let samples = u32::try_from((until & !1).saturating_sub(self.wave_samples)).unwrap_or(0);
        self.wave_samples = until & !1;
        let Traces { ecg, pleth } = self.heart.trace(samples, vitals.heart_rate, vitals.respiration);
        let start = stamp.plus(-i64::from(settings.tick_ms));
        let wave = |parameter: Parameter, rate_hz, scale, counts: Vec<i32>| Wave {
            code: parameter.code(),
            start,
            rate_hz,
            unit: parameter.info().unit,
            gain: Decimal { mantissa: 1, scale },
            counts: counts.into_iter().map(|count| i16::try_from(count).unwrap_or(i16::MAX)).collect(),
        };
        let mut waves = vec![wave(Parameter::EcgLeadII, ECG_HZ, -3, ecg)];
        if !probe_off {
            waves.push(wave(Parameter::Pleth, PLETH_HZ, 0, pleth));
        }
        waves
    }

    /// 20 characters hold it, the shortest limit of MSH-10 in use; the start makes it new in every run.
    fn next_control_id(&mut self, settings: &WardSettings) -> String {
        let control_id = format!("{:X}{:03X}{:X}", settings.start.0 / 1_000, self.patient, self.messages);
        self.messages = self.messages.saturating_add(1);
        control_id
    }

    fn envelope<'a>(&'a self, control_id: &'a str, stamp: UnixMillis, demo: bool) -> Envelope<'a> {
        Envelope { person: &self.person, device: self.device, dialect: self.dialect, control_id, stamp, demo }
    }

    fn message(
        &self,
        content: Content,
        control_id: String,
        sent: UnixMillis,
        bytes: Vec<u8>,
        expected: Vec<Reading>,
        waves: Vec<Wave>,
    ) -> DeviceMessage {
        DeviceMessage {
            patient_index: self.patient,
            device_identity: self.device,
            dialect: self.dialect,
            content,
            control_id,
            sent,
            bytes,
            expected,
            waves,
        }
    }
}

/// The same device every time the ward starts, so that a registered one is met again.
fn identity(patient: usize) -> DeviceIdentity {
    let [high, low] = u16::try_from(patient).unwrap_or(u16::MAX).to_be_bytes();
    DeviceIdentity([0x02, 0xde, 0x30, 0xff, 0xfe, 0x00, high, low])
}

fn reading(row: &Row, demo: bool) -> Reading {
    let measured = if demo { Quality::Demo } else { Quality::Good };
    let (value, quality) = match row.value {
        RowValue::Number(number) => (Value::Number(number), measured),
        RowValue::Level(level) => (Value::Consciousness(level), measured),
        RowValue::Off => (Value::Number(Decimal::whole(0)), Quality::Unavailable),
    };
    let unit = match row.parameter {
        Parameter::Consciousness => units::DIMENSIONLESS,
        other => other.info().unit,
    };
    Reading { code: row.parameter.code(), channel: row.channel, value, unit, taken: row.taken, quality }
}
