//! Who gets worse, who loses a probe, and when: the script of the ward, in seconds since its start.
//!
//! Everyone else stays within the default limits, so that the demo shows two stories and no storm of alarms.

use wl_vitals::Consciousness;

/// Which story the ward plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// One septic decline and one lost probe.
    Demo,
    /// Nothing happens; for benches.
    Calm,
}

/// What a patient is in the story.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Stays within limits.
    Steady,
    /// Septic decline.
    Septic,
    /// The oximeter probe comes off for a while.
    ProbeLoss,
}

/// How far a patient is moved from the own baseline, in the units of the monitor.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Shift {
    /// Heart rate, beats per minute, beyond what fever and hypoxia add by themselves.
    pub heart_rate: f64,
    /// Oxygen saturation, percent.
    pub saturation: f64,
    /// Respiration, breaths per minute, beyond what fever and hypoxia add.
    pub respiration: f64,
    /// Systolic pressure, mmHg; diastolic follows by half.
    pub systolic: f64,
    /// Temperature, degrees Celsius.
    pub temperature: f64,
}

/// The seconds in which the probe is off: from the first, until (not including) the second.
pub const PROBE_OFF: (u32, u32) = (40, 70);
/// From here on heart rate is above 120, respiration above 24 and saturation below 90.
pub const SEPTIC_BEYOND_LIMITS_S: u32 = 55;
/// The nurse gives oxygen.
pub const SEPTIC_OXYGEN_S: u32 = 100;
/// The patient becomes confused, and is alert again after treatment.
pub const SEPTIC_CONFUSION: (u32, u32) = (150, 1_800);
/// Treatment begins to work.
pub const SEPTIC_TURN_S: u32 = 900;

/// The septic decline as (second, shift); straight lines between, the ends are held.
const SEPTIC: [(u32, Shift); 5] = [
    (5, shift(0.0, 0.0, 0.0, 0.0, 0.0)),
    (50, shift(23.0, -6.5, 6.0, -10.0, 0.1)),
    (300, shift(22.0, -12.0, 6.0, -30.0, 0.8)),
    (SEPTIC_TURN_S, shift(22.0, -12.0, 6.0, -32.0, 0.9)),
    (2_700, shift(0.0, 0.0, 0.0, 0.0, 0.0)),
];

const fn shift(heart_rate: f64, saturation: f64, respiration: f64, systolic: f64, temperature: f64) -> Shift {
    Shift { heart_rate, saturation, respiration, systolic, temperature }
}

/// The script with its parts given out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scenario {
    septic: Option<usize>,
    probe_loss: Option<usize>,
}

impl Scenario {
    /// Gives out the parts in a ward of so many patients: septic is bed 7, the probe is lost in bed 5.
    ///
    /// A ward too small for that takes its last patient and its first.
    pub fn cast(script: Script, patients: usize) -> Self {
        match script {
            Script::Calm => Self { septic: None, probe_loss: None },
            Script::Demo if patients > 6 => Self { septic: Some(6), probe_loss: Some(4) },
            Script::Demo => Self { septic: patients.checked_sub(1), probe_loss: (patients > 1).then_some(0) },
        }
    }

    /// What this patient is in the story.
    pub fn part(&self, patient: usize) -> Part {
        if self.septic == Some(patient) {
            Part::Septic
        } else if self.probe_loss == Some(patient) {
            Part::ProbeLoss
        } else {
            Part::Steady
        }
    }

    /// The septic patient, if the story has one.
    pub fn septic(&self) -> Option<usize> {
        self.septic
    }

    /// The patient who loses the probe, if the story has one.
    pub fn probe_loss(&self) -> Option<usize> {
        self.probe_loss
    }

    /// How far the patient is moved from the baseline at that second.
    pub fn shift(&self, patient: usize, second: u32) -> Shift {
        match self.part(patient) {
            Part::Septic => along(&SEPTIC, second),
            Part::Steady | Part::ProbeLoss => Shift::default(),
        }
    }

    /// Whether the oximeter probe is off at that second.
    pub fn probe_off(&self, patient: usize, second: u32) -> bool {
        self.part(patient) == Part::ProbeLoss && (PROBE_OFF.0..PROBE_OFF.1).contains(&second)
    }

    /// The level of consciousness a nurse would enter at that second.
    pub fn consciousness(&self, patient: usize, second: u32) -> Consciousness {
        let confused = (SEPTIC_CONFUSION.0..SEPTIC_CONFUSION.1).contains(&second);
        if self.part(patient) == Part::Septic && confused {
            Consciousness::Confusion
        } else {
            Consciousness::Alert
        }
    }

    /// The oxygen flow at that second in tenths of L/min, for a patient whose usual flow is `usual`.
    pub fn oxygen_tenths(&self, patient: usize, second: u32, usual: i32) -> i32 {
        if self.part(patient) == Part::Septic && second >= SEPTIC_OXYGEN_S { 40 } else { usual }
    }
}

fn along(course: &[(u32, Shift)], second: u32) -> Shift {
    let mut before = course.first().map_or_else(Shift::default, |(_, shift)| *shift);
    let mut begun = 0;
    for (at, shift) in course {
        if second < *at {
            let share = f64::from(second.saturating_sub(begun)) / f64::from(at.saturating_sub(begun).max(1));
            return between(&before, shift, share);
        }
        (begun, before) = (*at, *shift);
    }
    before
}

fn between(from: &Shift, to: &Shift, share: f64) -> Shift {
    let mix = |a: f64, b: f64| a + (b - a) * share;
    Shift {
        heart_rate: mix(from.heart_rate, to.heart_rate),
        saturation: mix(from.saturation, to.saturation),
        respiration: mix(from.respiration, to.respiration),
        systolic: mix(from.systolic, to.systolic),
        temperature: mix(from.temperature, to.temperature),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_given_out_in_every_size_of_ward() {
        let table = [
            (0, None, None),
            (1, Some(0), None),
            (2, Some(1), Some(0)),
            (6, Some(5), Some(0)),
            (7, Some(6), Some(4)),
            (12, Some(6), Some(4)),
            (1_000, Some(6), Some(4)),
        ];
        for (patients, septic, probe) in table {
            let cast = Scenario::cast(Script::Demo, patients);
            assert_eq!((cast.septic(), cast.probe_loss()), (septic, probe), "{patients}");
        }
        assert_eq!(Scenario::cast(Script::Calm, 12).septic(), None);
    }

    #[test]
    fn probe_is_off_for_exactly_its_seconds() {
        let cast = Scenario::cast(Script::Demo, 12);
        for (second, off) in [(39, false), (40, true), (69, true), (70, false)] {
            assert_eq!(cast.probe_off(4, second), off, "{second}");
            assert!(!cast.probe_off(6, second));
        }
    }

    #[test]
    fn course_runs_in_straight_lines_and_holds_its_ends() {
        let cast = Scenario::cast(Script::Demo, 12);
        assert_eq!(cast.shift(6, 0), Shift::default());
        assert_eq!(cast.shift(6, 50).saturation, -6.5);
        assert!((cast.shift(6, 175).saturation + 9.25).abs() < 1e-9);
        assert_eq!(cast.shift(6, 600).heart_rate, 22.0);
        assert_eq!(cast.shift(6, u32::MAX), Shift::default());
        assert_eq!(cast.shift(3, 300), Shift::default());
    }

    #[test]
    fn entries_follow_the_story() {
        let cast = Scenario::cast(Script::Demo, 12);
        for (second, level) in [
            (149, Consciousness::Alert),
            (150, Consciousness::Confusion),
            (1_799, Consciousness::Confusion),
            (1_800, Consciousness::Alert),
        ] {
            assert_eq!(cast.consciousness(6, second), level);
            assert_eq!(cast.consciousness(0, second), Consciousness::Alert);
        }
        assert_eq!((cast.oxygen_tenths(6, 99, 0), cast.oxygen_tenths(6, 100, 0)), (0, 40));
        assert_eq!(cast.oxygen_tenths(3, 100, 20), 20);
    }
}
