//! Waveforms: ECG lead II at 250 Hz from five bells (P, Q, R, S, T), plethysmogram at 125 Hz from two.
//!
//! The bells follow the idea of McSharry et al. 2003 (IEEE Trans. Biomed. Eng. 50:289), placed in time and not in
//! phase, so that the QRS complex keeps its width when the heart speeds up.

use crate::{
    math::{bell, rounded, sin_turns},
    rng::Rng,
};

/// ECG samples per second.
pub const ECG_HZ: u32 = 250;
/// Plethysmogram samples per second.
pub const PLETH_HZ: u32 = 125;

/// One bell of the heart beat: seconds from the R peak, width in seconds, height in mV.
struct Bell {
    at: f64,
    width: f64,
    height: f64,
}

const P: Bell = Bell { at: -0.16, width: 0.022, height: 0.13 };
const Q: Bell = Bell { at: -0.030, width: 0.010, height: -0.10 };
const R: Bell = Bell { at: 0.0, width: 0.011, height: 1.15 };
const S: Bell = Bell { at: 0.030, width: 0.010, height: -0.22 };
/// The T wave moves with the square root of the beat's length (Bazett); 0.30 s after R at 60 per minute.
const T: Bell = Bell { at: 0.30, width: 0.045, height: 0.28 };

/// The samples of one stretch of time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Traces {
    /// Lead II in microvolts.
    pub ecg: Vec<i32>,
    /// Plethysmogram, 0 to 1,000 without a unit.
    pub pleth: Vec<i32>,
}

/// A beating heart: keeps its place in the beat between calls, so that the trace never jumps.
#[derive(Clone, Debug)]
pub struct Heart {
    rng: Rng,
    since_beat: f64,
    beat: f64,
    breath_turns: f64,
    even: bool,
}

impl Heart {
    /// A heart somewhere within its first beat.
    pub fn new(mut rng: Rng) -> Self {
        let since_beat = rng.between(0.0, 0.5);
        Self { rng, since_beat, beat: 0.8, breath_turns: 0.0, even: true }
    }

    /// The next `samples` ECG samples (and half as many of the pleth) at these rates per minute.
    pub fn trace(&mut self, samples: u32, heart_rate: f64, respiration: f64) -> Traces {
        let room = usize::try_from(samples).unwrap_or(0);
        let mut traces = Traces { ecg: Vec::with_capacity(room), pleth: Vec::with_capacity(room / 2 + 1) };
        for _ in 0..samples {
            self.advance(heart_rate.clamp(10.0, 300.0), respiration);
            traces.ecg.push(self.lead_ii());
            if self.even {
                traces.pleth.push(self.pleth());
            }
            self.even = !self.even;
        }
        traces
    }

    fn advance(&mut self, heart_rate: f64, respiration: f64) {
        let tick = 1.0 / f64::from(ECG_HZ);
        self.since_beat += tick;
        self.breath_turns += respiration / 60.0 * tick;
        self.breath_turns -= self.breath_turns.floor();
        if self.since_beat >= self.beat {
            self.since_beat -= self.beat;
            // Respiratory sinus arrhythmia: the beat is shorter while breathing in.
            self.beat = 60.0 / heart_rate * (1.0 - 0.03 * sin_turns(self.breath_turns));
        }
    }

    fn lead_ii(&mut self) -> i32 {
        let (after, before) = (self.since_beat, self.since_beat - self.beat);
        let t = Bell { at: T.at * self.beat.sqrt(), ..T };
        let mut millivolt = 0.0;
        for wave in [&P, &Q, &R, &S, &t] {
            millivolt += wave.height * bell((after - wave.at) / wave.width);
            millivolt += wave.height * bell((before - wave.at) / wave.width);
        }
        let wander = 0.04 * sin_turns(self.breath_turns);
        rounded((millivolt + wander + 0.006 * self.rng.noise()) * 1_000.0)
    }

    fn pleth(&self) -> i32 {
        // The pulse reaches the finger about 0.2 s after the R peak.
        let phase = (self.since_beat - 0.2) / self.beat;
        let near = |at: f64| {
            let apart = phase - at;
            apart - (apart + 0.5).floor()
        };
        let wave = 620.0 * bell(near(0.2) / 0.1) + 260.0 * bell(near(0.5) / 0.12);
        rounded((120.0 + wave).clamp(0.0, 1_000.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats(ecg: &[i32]) -> usize {
        ecg.windows(3).filter(|w| matches!(w, [a, b, c] if *b > 600 && b >= a && b > c)).count()
    }

    #[test]
    fn r_peaks_come_at_the_heart_rate() {
        for rate in [40_u32, 62, 80, 118, 150] {
            let mut heart = Heart::new(Rng::new(u64::from(rate)));
            let traces = heart.trace(60 * ECG_HZ, f64::from(rate), 16.0);
            let counted = beats(&traces.ecg);
            assert!(counted.abs_diff(rate as usize) <= 2, "{rate}: {counted}");
        }
    }

    #[test]
    fn lengths_and_amplitudes_are_those_of_a_monitor() {
        let mut heart = Heart::new(Rng::new(1));
        let traces = heart.trace(10 * ECG_HZ, 75.0, 15.0);
        assert_eq!((traces.ecg.len(), traces.pleth.len()), (2_500, 1_250));
        let (low, high) = (traces.ecg.iter().min().unwrap(), traces.ecg.iter().max().unwrap());
        assert!((-450..-100).contains(low) && (900..1_400).contains(high), "{low} {high}");
        assert!(traces.pleth.iter().all(|v| (0..=1_000).contains(v)));
        let swing = traces.pleth.iter().max().unwrap() - traces.pleth.iter().min().unwrap();
        assert!(swing > 400, "{swing}");
    }

    #[test]
    fn the_trace_goes_on_between_calls() {
        let mut whole = Heart::new(Rng::new(5));
        let mut parts = whole.clone();
        let one = whole.trace(751, 90.0, 18.0);
        let mut joined = parts.trace(250, 90.0, 18.0);
        for samples in [251, 250] {
            let next = parts.trace(samples, 90.0, 18.0);
            joined.ecg.extend(next.ecg);
            joined.pleth.extend(next.pleth);
        }
        assert_eq!(one, joined);
    }

    #[test]
    fn a_senseless_rate_still_gives_a_trace() {
        for rate in [0.0, -5.0, f64::INFINITY] {
            assert_eq!(Heart::new(Rng::new(1)).trace(500, rate, 0.0).ecg.len(), 500);
        }
    }
}
