//! The sound device. Its absence is a state that the frame of every screen shows, never a fault.
//!
//! The device lives on a thread of its own, because opening and closing it may block. What is played is made by
//! [`burst`], which is pure.

pub mod burst;

use rodio::{ChannelCount, DeviceSinkBuilder, MixerDeviceSink, SampleRate, buffer::SamplesBuffer};
use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
};
use wl_desk::{AlarmSound, view::Priority};

/// Bursts that may wait for the device. A burst that finds no room would sound too late to mean anything.
const WAITING_BURSTS: usize = 4;

const MONO: ChannelCount = NonZero::<u16>::MIN;

/// Whether alarms can be heard here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundDevice {
    /// A device is open.
    Ready,
    /// There is none, or it has gone. It is tried again with each burst.
    Unavailable,
}

/// Plays alarm bursts one after the other.
pub struct Sound {
    bursts: SyncSender<(Priority, AlarmSound)>,
    is_ready: Arc<AtomicBool>,
}

impl Sound {
    /// Opens the default device on a thread of its own; the thread ends with the value.
    pub fn start() -> Self {
        let (bursts, waiting) = sync_channel(WAITING_BURSTS);
        let is_ready = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&is_ready);
        let spawned = thread::Builder::new().name("sound".into()).spawn(move || serve(&waiting, &shared));
        if let Err(error) = spawned {
            tracing::warn!(%error, "no thread for sound");
        }
        Self { bursts, is_ready }
    }

    /// Whether the last attempt to open the device or to play succeeded.
    pub fn device(&self) -> SoundDevice {
        if self.is_ready.load(Ordering::Acquire) { SoundDevice::Ready } else { SoundDevice::Unavailable }
    }

    /// Plays one burst. Returns the state of the device; the repetition is the arbiter's.
    pub fn play(&self, priority: Priority, sound: AlarmSound) -> SoundDevice {
        match self.bursts.try_send((priority, sound)) {
            Ok(()) => self.device(),
            // Bursts are sounding already: the alarm is heard.
            Err(TrySendError::Full(_)) => self.device(),
            Err(TrySendError::Disconnected(_)) => {
                self.is_ready.store(false, Ordering::Release);
                SoundDevice::Unavailable
            }
        }
    }
}

/// Holds the device and plays until the other end is gone.
fn serve(bursts: &Receiver<(Priority, AlarmSound)>, is_ready: &Arc<AtomicBool>) {
    let mut sink = open(is_ready);
    while let Ok((priority, sound)) = bursts.recv() {
        // The stream's own error handler clears the flag when the device goes.
        if !is_ready.load(Ordering::Acquire) {
            drop(sink.take());
            sink = open(is_ready);
        }
        if let Some(sink) = &sink {
            play(sink, priority, sound);
        }
    }
}

fn open(is_ready: &Arc<AtomicBool>) -> Option<MixerDeviceSink> {
    let lost = Arc::clone(is_ready);
    let opened = DeviceSinkBuilder::from_default_device().and_then(|builder| {
        builder.with_error_callback(move |_error| lost.store(false, Ordering::Release)).open_stream()
    });
    match opened {
        Ok(mut sink) => {
            sink.log_on_drop(false);
            is_ready.store(true, Ordering::Release);
            Some(sink)
        }
        Err(error) => {
            tracing::info!(%error, "no sound device");
            is_ready.store(false, Ordering::Release);
            None
        }
    }
}

/// Hands one burst to the device and waits until it is over, so that two never mix.
fn play(sink: &MixerDeviceSink, priority: Priority, sound: AlarmSound) {
    let rate: SampleRate = sink.config().sample_rate();
    let samples = burst::samples(priority, sound, rate.get());
    let player = rodio::Player::connect_new(sink.mixer());
    player.append(SamplesBuffer::new(MONO, rate, samples));
    thread::sleep(burst::duration(priority));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where there is a device this test makes no noise and proves nothing; build machines have none.
    #[test]
    fn a_missing_device_is_a_state_and_every_burst_tries_again() {
        let sound = Sound::start();
        thread::sleep(std::time::Duration::from_millis(300));
        if sound.device() == SoundDevice::Ready {
            return;
        }
        for _ in 0..4 * WAITING_BURSTS {
            assert_eq!(sound.play(Priority::Low, AlarmSound::General), SoundDevice::Unavailable);
            thread::sleep(std::time::Duration::from_millis(20));
        }
        let sent = sound.bursts.try_send((Priority::Low, AlarmSound::General));
        assert!(!matches!(sent, Err(TrySendError::Disconnected(_))), "the thread has ended");
    }
}
