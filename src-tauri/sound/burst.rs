//! The alarm bursts of IEC 60601-1-8 as samples. Pure; no sound files.
//!
//! High: ten pulses as 3-2, 3-2. Medium: three pulses. Low: one. Each pulse is a fundamental between 150 and 1000 Hz
//! with four harmonics up to 4000 Hz within 15 dB of it, so that the ear finds where it comes from. The notes tell what
//! the alarm is about: each category has a melody of its own, of which medium has the first three notes.

use std::{f32::consts::TAU, time::Duration};
use wl_desk::{AlarmSound, view::Priority};

const C4: f32 = 261.63;
const D4: f32 = 293.66;
const E4: f32 = 329.63;
const F4: f32 = 349.23;
const G4: f32 = 392.0;
const A4: f32 = 440.0;
const B4: f32 = 493.88;
const C5: f32 = 523.25;

/// The five notes of a category (IEC 60601-1-8, table of melodies): three, a pause, two.
pub fn melody(sound: AlarmSound) -> [f32; 5] {
    match sound {
        AlarmSound::General => [C5, C5, C5, C5, C5],
        AlarmSound::Oxygen => [C5, B4, A4, G4, F4],
        AlarmSound::Ventilation => [C4, A4, F4, A4, F4],
        AlarmSound::Cardiovascular => [C4, E4, G4, G4, C5],
        AlarmSound::Temperature => [C4, D4, E4, F4, G4],
    }
}

/// Loudness of the fundamental and its harmonics: −3 dB a step, far within the standard's 15 dB.
const PARTIALS: [f32; 5] = [1.0, 0.708, 0.501, 0.355, 0.251];

/// Highest amplitude of the sum; it leaves headroom, for clipped sound loses its harmonics' balance.
const PEAK: f32 = 0.8;

/// Rise and fall of a pulse. The standard asks for 10 to 40 per cent of the pulse's length.
const RISE: f32 = 0.2;

/// One pulse and the silence after it, in milliseconds.
struct Pulse {
    sound_ms: u32,
    pause_ms: u32,
}

/// High pulses last 75 to 200 ms with 50 to 125 ms between; others 125 to 250 ms each.
fn pulses(priority: Priority) -> Vec<Pulse> {
    let (sound_ms, pauses): (u32, &[u32]) = match priority {
        // Three, a longer pause, two, a long pause, and the same again.
        Priority::High => (150, &[100, 100, 300, 100, 700, 100, 100, 300, 100, 0]),
        Priority::Medium => (200, &[200, 200, 0]),
        Priority::Low => (200, &[0]),
    };
    pauses.iter().map(|pause_ms| Pulse { sound_ms, pause_ms: *pause_ms }).collect()
}

/// How long one burst lasts.
pub fn duration(priority: Priority) -> Duration {
    let total: u32 = pulses(priority).iter().map(|pulse| pulse.sound_ms + pulse.pause_ms).sum();
    Duration::from_millis(u64::from(total))
}

/// One burst, mono, between −1 and 1, at `rate` samples a second.
pub fn samples(priority: Priority, sound: AlarmSound, rate: u32) -> Vec<f32> {
    let mut samples = Vec::new();
    for (pulse, note) in pulses(priority).into_iter().zip(melody(sound).into_iter().cycle()) {
        let length = count(pulse.sound_ms, rate);
        samples.extend((0..length).map(|index| tone(note, index, rate) * envelope(index, length)));
        samples.extend(std::iter::repeat_n(0.0, count(pulse.pause_ms, rate)));
    }
    samples
}

fn count(milliseconds: u32, rate: u32) -> usize {
    let samples = u64::from(milliseconds) * u64::from(rate) / 1000;
    usize::try_from(samples).unwrap_or(usize::MAX)
}

/// The sum of the partials at sample `index`. Partials above half the rate would fold back as other notes.
fn tone(fundamental: f32, index: usize, rate: u32) -> f32 {
    let (time, limit) = (index as f32 / rate as f32, rate as f32 / 2.0);
    let total: f32 = PARTIALS.iter().sum();
    let partials = PARTIALS.iter().zip(1u8..);
    let sum: f32 = partials
        .map(|(loudness, number)| (loudness, fundamental * f32::from(number)))
        .filter(|(_, frequency)| *frequency < limit)
        .map(|(loudness, frequency)| loudness * (TAU * frequency * time).sin())
        .sum();
    PEAK * sum / total
}

/// Rises and falls in a straight line, so that a pulse neither clicks nor startles.
fn envelope(index: usize, length: usize) -> f32 {
    let edge = (length as f32 * RISE).max(1.0);
    let from_end = length.saturating_sub(index + 1);
    (index.min(from_end) as f32 / edge).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 48_000;
    const PRIORITIES: [Priority; 3] = [Priority::High, Priority::Medium, Priority::Low];
    const SOUNDS: [AlarmSound; 5] = [
        AlarmSound::General,
        AlarmSound::Oxygen,
        AlarmSound::Ventilation,
        AlarmSound::Cardiovascular,
        AlarmSound::Temperature,
    ];

    /// Lengths of sound and silence in ms, read back from the samples in blocks of 5 ms.
    fn runs(samples: &[f32]) -> Vec<(bool, usize)> {
        let mut runs: Vec<(bool, usize)> = Vec::new();
        for block in samples.chunks(RATE as usize / 200) {
            let is_sound = block.iter().any(|sample| sample.abs() > 0.001);
            match runs.last_mut() {
                Some((last, length)) if *last == is_sound => *length += 5,
                _ => runs.push((is_sound, 5)),
            }
        }
        runs
    }

    #[test]
    fn bursts_have_the_standards_pulses() {
        for (priority, count, shortest, longest) in
            [(Priority::High, 10, 75, 200), (Priority::Medium, 3, 125, 250), (Priority::Low, 1, 125, 250)]
        {
            let runs = runs(&samples(priority, AlarmSound::Oxygen, RATE));
            let pulses: Vec<usize> = runs.iter().filter(|run| run.0).map(|run| run.1).collect();
            assert_eq!(pulses.len(), count, "{priority:?}");
            assert!(
                pulses.iter().all(|length| (shortest..=longest).contains(length)),
                "{priority:?} {pulses:?}"
            );
        }
        let runs = runs(&samples(Priority::High, AlarmSound::General, RATE));
        let pauses: Vec<usize> = runs.iter().filter(|run| !run.0).map(|run| run.1).collect();
        assert_eq!(pauses, [100, 100, 300, 100, 700, 100, 100, 300, 100]);
    }

    #[test]
    fn samples_stay_in_range_and_last_as_long_as_said() {
        for priority in PRIORITIES {
            for rate in [8_000, 44_100, 48_000, 192_000] {
                let samples = samples(priority, AlarmSound::Cardiovascular, rate);
                let loudest = samples.iter().fold(0.0f32, |loudest, sample| loudest.max(sample.abs()));
                assert!((0.3..=1.0).contains(&loudest), "{priority:?} at {rate}: {loudest}");
                let seconds = samples.len() as f32 / rate as f32;
                assert!((seconds - duration(priority).as_secs_f32()).abs() < 0.01, "{priority:?} at {rate}");
            }
        }
    }

    /// Strength of one frequency (Goertzel), in decibels.
    fn decibels(samples: &[f32], frequency: f32) -> f32 {
        let coefficient = 2.0 * (TAU * frequency / RATE as f32).cos();
        let (mut first, mut second) = (0.0f32, 0.0f32);
        for sample in samples {
            (first, second) = (sample + coefficient * first - second, first);
        }
        10.0 * (first * first + second * second - coefficient * first * second).log10()
    }

    #[test]
    fn four_harmonics_of_every_note_lie_within_fifteen_decibels() {
        for sound in SOUNDS {
            let burst = samples(Priority::High, sound, RATE);
            let fundamental_hz = melody(sound)[0];
            let pulse = &burst[..RATE as usize * 15 / 100];
            assert!(melody(sound).iter().all(|note| (150.0..=1000.0).contains(note)));
            let fundamental = decibels(pulse, fundamental_hz);
            for number in 2..=5u8 {
                let frequency = fundamental_hz * f32::from(number);
                assert!((300.0..=4000.0).contains(&frequency));
                assert!((decibels(pulse, frequency) - fundamental).abs() <= 15.0, "{sound:?} {frequency}");
            }
            assert!(
                fundamental - decibels(pulse, fundamental_hz * 2.5) > 15.0,
                "{sound:?}: noise between notes"
            );
        }
    }

    /// The note of the table that is loudest in a stretch of samples.
    fn note(pulse: &[f32]) -> f32 {
        let notes = [C4, D4, E4, F4, G4, A4, B4, C5];
        // A low note's second partial may be another note of the table; the lowest that is about as loud is the note.
        let loudest = notes.map(|note| decibels(pulse, note)).into_iter().fold(f32::MIN, f32::max);
        notes.into_iter().find(|note| loudest - decibels(pulse, *note) < 4.0).unwrap()
    }

    #[test]
    fn each_category_plays_its_melody_and_no_two_sound_alike() {
        let starts = [0, 250, 500, 950, 1200];
        for sound in SOUNDS {
            let burst = samples(Priority::High, sound, RATE);
            let heard =
                starts.map(|ms| note(&burst[ms * RATE as usize / 1000..(ms + 150) * RATE as usize / 1000]));
            assert_eq!(heard, melody(sound), "{sound:?}");
            let medium = samples(Priority::Medium, sound, RATE);
            let first = [0, 400, 800]
                .map(|ms| note(&medium[ms * RATE as usize / 1000..(ms + 200) * RATE as usize / 1000]));
            assert_eq!(first, melody(sound)[..3], "{sound:?}");
        }
        let melodies: std::collections::BTreeSet<Vec<u32>> =
            SOUNDS.iter().map(|sound| melody(*sound).iter().map(|note| note.to_bits()).collect()).collect();
        assert_eq!(melodies.len(), SOUNDS.len());
    }

    #[test]
    fn urgency_can_be_heard_in_the_length() {
        assert!(duration(Priority::High) > duration(Priority::Medium));
        assert!(duration(Priority::Medium) > duration(Priority::Low));
    }
}
