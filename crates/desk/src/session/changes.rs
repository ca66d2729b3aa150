//! What has changed since the window was told last.

use crate::inbox::Call;
use std::collections::{BTreeMap, BTreeSet};
use wl_ledger::{PatientId, UnixMillis};
use wl_vitals::Parameter;
use wl_vitals::alarm::{AlarmId, Fault, Priority};
use wl_vitals::frame::{WAVE_INVALID, Waveform};

/// Most samples of one frame to the window (`docs/howto/commands.md`).
const MAX_FRAME_SAMPLES: usize = 4096;

/// One binary frame of a curve for the window.
pub type WaveFrame = Vec<u8>;

/// What has changed.
#[derive(Default)]
pub struct Changes {
    /// New last values; the time taken of those that count for latency.
    pub values: BTreeMap<(PatientId, Parameter), Option<UnixMillis>>,
    /// Alarms that look different.
    pub alarms: BTreeSet<AlarmId>,
    /// Patients with new opened records.
    pub patients: BTreeSet<PatientId>,
    /// Something of a patient other than measured values.
    pub ward: bool,
    /// Members, teams, patients, devices or agreements.
    pub state: bool,
    /// Access receipts or security reports for this reader.
    pub notices: bool,
    /// Emergency access, its requests and shares.
    pub emergency: bool,
    /// Alarms that call for attention.
    pub calls: Vec<Call>,
    /// Technical alarms of this workstation that call for attention.
    pub faults: Vec<(Fault, Priority)>,
    /// A technical alarm of this workstation has begun or ended.
    pub faults_turned: bool,
    /// The outbox has something to tell.
    pub told: bool,
    /// Frames of the curves the window asked for.
    pub waves: Vec<WaveFrame>,
}

impl Changes {
    /// Something of a patient has changed that is no measured value.
    pub(crate) fn touch(&mut self, patient: PatientId) {
        self.patients.insert(patient);
        self.ward = true;
    }
}

/// Writes a stretch of waveform as the window reads it: code u32, first sample f64, rate f32, samples i16, little endian.
pub fn wave_frames(wave: &Waveform) -> Vec<WaveFrame> {
    let mut frames = Vec::new();
    for (place, samples) in wave.samples.chunks(MAX_FRAME_SAMPLES).enumerate() {
        let before = u32::try_from(place * MAX_FRAME_SAMPLES).unwrap_or(u32::MAX);
        #[expect(clippy::cast_precision_loss, reason = "Unix milliseconds stay far below 2^53")]
        let start = wave.start.0 as f64 + f64::from(before) * 1_000_000.0 / f64::from(wave.rate.max(1));
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a sampling rate needs no more than single precision"
        )]
        let rate = (f64::from(wave.rate) / 1000.0) as f32;
        if !(rate > 0.0 && rate <= 1000.0) {
            continue;
        }
        let mut frame = Vec::with_capacity(16 + samples.len() * 2);
        frame.extend_from_slice(&wave.code.0.to_le_bytes());
        frame.extend_from_slice(&start.to_le_bytes());
        frame.extend_from_slice(&rate.to_le_bytes());
        for sample in samples {
            // Both sides use the lowest number for "no sample".
            const { assert!(WAVE_INVALID == i16::MIN) };
            frame.extend_from_slice(&sample.to_le_bytes());
        }
        frames.push(frame);
    }
    frames
}
