//! One body: baselines, slow noise, the day's rhythm, and the pull of fever and hypoxia on heart and breath.
//!
//! The aim is a ward that looks right to a nurse, not a model of disease. Sizes: about 8 beats per minute for each
//! degree of fever (Liebermeister's rule), more heart and breath below 94 % saturation, lowest values at 05:00.

use wl_ledger::UnixMillis;

use crate::{
    math::{rounded, sin_turns},
    rng::Rng,
    scenario::{Part, Shift},
};

/// What a patient is like when nothing happens.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Profile {
    /// Beats per minute.
    pub heart_rate: f64,
    /// Percent.
    pub saturation: f64,
    /// Breaths per minute.
    pub respiration: f64,
    /// mmHg.
    pub systolic: f64,
    /// mmHg.
    pub diastolic: f64,
    /// Degrees Celsius.
    pub temperature: f64,
    /// Oxygen given, in tenths of L/min; 0 is room air.
    pub oxygen_tenths: i32,
}

impl Profile {
    /// Draws a patient. Every sixth has oxygen running; the septic one starts feverish but within limits.
    pub fn draw(rng: &mut Rng, patient: usize, part: Part) -> Self {
        let oxygen = patient % 6 == 3 && part == Part::Steady;
        let drawn = Self {
            heart_rate: rng.between(64.0, 82.0),
            saturation: if oxygen { rng.between(95.0, 96.0) } else { rng.between(96.5, 98.0) },
            respiration: rng.between(14.0, 17.0),
            systolic: rng.between(112.0, 130.0),
            diastolic: rng.between(66.0, 76.0),
            temperature: rng.between(36.6, 37.0),
            oxygen_tenths: if oxygen { 10 + 5 * i32::try_from(rng.below(5)).unwrap_or(0) } else { 0 },
        };
        match part {
            Part::Steady | Part::ProbeLoss => drawn,
            Part::Septic => Self {
                heart_rate: 84.0,
                saturation: 94.5,
                respiration: 16.0,
                systolic: 114.0,
                diastolic: 66.0,
                temperature: 38.4,
                oxygen_tenths: 0,
            },
        }
    }
}

/// The values of one second, as real numbers; [`Printed`] is what the monitor shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Vitals {
    /// Beats per minute.
    pub heart_rate: f64,
    /// Percent.
    pub saturation: f64,
    /// Breaths per minute.
    pub respiration: f64,
    /// mmHg.
    pub systolic: f64,
    /// mmHg.
    pub diastolic: f64,
    /// Degrees Celsius.
    pub temperature: f64,
}

/// What a monitor prints: integers, temperature in tenths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Printed {
    /// Beats per minute.
    pub heart_rate: i32,
    /// Beats per minute, from the oximeter.
    pub pulse_rate: i32,
    /// Percent.
    pub saturation: i32,
    /// Breaths per minute.
    pub respiration: i32,
    /// mmHg.
    pub systolic: i32,
    /// mmHg.
    pub diastolic: i32,
    /// mmHg; the cuff's own estimate, a third of the way from diastolic to systolic.
    pub mean: i32,
    /// Tenths of a degree Celsius.
    pub temperature_tenths: i32,
}

impl Vitals {
    /// Rounds as a monitor does.
    pub fn printed(&self) -> Printed {
        let (systolic, diastolic) = (rounded(self.systolic), rounded(self.diastolic));
        Printed {
            heart_rate: rounded(self.heart_rate),
            // The oximeter averages a little differently; it is never far from the electrocardiogram.
            pulse_rate: rounded(self.heart_rate * 0.995 + 0.1),
            saturation: rounded(self.saturation),
            respiration: rounded(self.respiration),
            systolic,
            diastolic,
            mean: diastolic + (systolic - diastolic) / 3,
            temperature_tenths: rounded(self.temperature * 10.0),
        }
    }
}

/// Noise that remembers: `x ← φ·x + σ·√(1-φ²)·n`, whose standard deviation stays σ.
#[derive(Clone, Copy, Debug)]
struct Drift {
    phi: f64,
    kick: f64,
    value: f64,
}

impl Drift {
    fn new(phi: f64, sigma: f64) -> Self {
        Self { phi, kick: sigma * (1.0 - phi * phi).sqrt(), value: 0.0 }
    }

    fn step(&mut self, rng: &mut Rng) -> f64 {
        self.value = self.phi * self.value + self.kick * rng.noise();
        self.value
    }
}

/// A body that moves second by second.
#[derive(Clone, Debug)]
pub struct Physiology {
    profile: Profile,
    rng: Rng,
    heart: Drift,
    breath: Drift,
    oxygenation: Drift,
    pressure: Drift,
    warmth: Drift,
}

impl Physiology {
    /// A body of this profile with its own noise.
    pub fn new(profile: Profile, rng: Rng) -> Self {
        Self {
            profile,
            rng,
            heart: Drift::new(0.97, 1.6),
            breath: Drift::new(0.96, 0.8),
            oxygenation: Drift::new(0.98, 0.4),
            pressure: Drift::new(0.995, 3.5),
            warmth: Drift::new(0.999, 0.05),
        }
    }

    /// What the patient is like when nothing happens.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Moves one second and gives the values at `now` under that shift.
    pub fn step(&mut self, now: UnixMillis, shift: &Shift) -> Vitals {
        let rhythm = circadian(now);
        let warmth = self.warmth.step(&mut self.rng);
        let breath = self.breath.step(&mut self.rng);
        let pressure = self.pressure.step(&mut self.rng);
        let oxygenation = self.oxygenation.step(&mut self.rng);
        // A faster breath goes with a faster heart.
        let heart = self.heart.step(&mut self.rng) + 0.4 * breath;

        let temperature = self.profile.temperature + 0.25 * rhythm + warmth + shift.temperature;
        let saturation = (self.profile.saturation + oxygenation + shift.saturation).clamp(40.0, 100.0);
        let fever = (temperature - 37.5).clamp(0.0, 5.0);
        let hypoxia = (94.0 - saturation).clamp(0.0, 15.0);
        let systolic = self.profile.systolic + 4.0 * rhythm + pressure + shift.systolic;
        let diastolic = self.profile.diastolic + 2.0 * rhythm + 0.6 * pressure + 0.5 * shift.systolic;
        let systolic = systolic.clamp(40.0, 260.0);
        Vitals {
            heart_rate: (self.profile.heart_rate
                + 4.0 * rhythm
                + heart
                + 8.0 * fever
                + 1.5 * hypoxia
                + shift.heart_rate)
                .clamp(20.0, 240.0),
            saturation,
            respiration: (self.profile.respiration
                + 0.6 * rhythm
                + breath
                + 1.5 * fever
                + 0.8 * hypoxia
                + shift.respiration)
                .clamp(4.0, 60.0),
            systolic,
            // A cuff cannot measure less than 10 mmHg of pulse pressure.
            diastolic: diastolic.clamp(20.0, systolic - 10.0),
            temperature: temperature.clamp(30.0, 43.0),
        }
    }
}

const DAY_MS: i64 = 86_400_000;
/// Highest at 17:00; the ward's clock is UTC.
const ACROPHASE_MS: i64 = 17 * 3_600_000;

/// The day's rhythm, 1 at 17:00 and -1 at 05:00.
fn circadian(now: UnixMillis) -> f64 {
    let of_day = now.0.wrapping_sub(ACROPHASE_MS).rem_euclid(DAY_MS);
    // Below 2^27, so the conversion is exact.
    sin_turns(of_day as f64 / DAY_MS as f64 + 0.25)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_has_its_rhythm() {
        let hour = |h: i64| circadian(UnixMillis(h * 3_600_000));
        assert!((hour(17) - 1.0).abs() < 1e-6);
        assert!((hour(5) + 1.0).abs() < 1e-6);
        assert!(hour(11).abs() < 1e-6);
        assert!(circadian(UnixMillis(i64::MIN)).abs() <= 1.0);
    }

    #[test]
    fn fever_and_hypoxia_drive_heart_and_breath() {
        let profile = Profile::draw(&mut Rng::new(3), 0, Part::Steady);
        let still = |shift: Shift| {
            let mut body = Physiology::new(profile, Rng::new(9));
            body.step(UnixMillis(0), &shift)
        };
        let calm = still(Shift::default());
        let feverish = still(Shift { temperature: 2.0, ..Shift::default() });
        let hypoxic = still(Shift { saturation: -10.0, ..Shift::default() });
        assert!(feverish.heart_rate > calm.heart_rate + 8.0);
        assert!(feverish.respiration > calm.respiration + 1.0);
        assert!(hypoxic.heart_rate > calm.heart_rate + 5.0);
        assert!(hypoxic.respiration > calm.respiration + 3.0);
        assert_eq!(hypoxic.systolic, calm.systolic);
    }

    #[test]
    fn monitors_print_integers_and_tenths() {
        let vitals = Vitals {
            heart_rate: 79.6,
            saturation: 96.5,
            respiration: 15.4,
            systolic: 120.2,
            diastolic: 59.8,
            temperature: 36.84,
        };
        let printed = vitals.printed();
        assert_eq!(
            printed,
            Printed {
                heart_rate: 80,
                pulse_rate: 79,
                saturation: 97,
                respiration: 15,
                systolic: 120,
                diastolic: 60,
                mean: 80,
                temperature_tenths: 368,
            }
        );
    }
}
