//! How the shell calls for attention outside the window.

use crate::{
    notify::Notifier,
    sound::{Sound, SoundDevice},
};
use std::sync::Arc;
use wl_desk::{
    AlarmCall, OnAlarm,
    view::{FrameView, SoundState},
};

/// Notifications and sound.
pub(crate) struct Attention {
    notifier: Notifier,
    sound: Sound,
}

impl Attention {
    pub(crate) fn new(notifier: Notifier, sound: Sound) -> Self {
        Self { notifier, sound }
    }

    /// What a desk does with an alarm: a notification, and one burst of its priority and category.
    pub(crate) fn on_alarm(self: &Arc<Self>) -> OnAlarm {
        let attention = Arc::clone(self);
        Box::new(move |call: &AlarmCall| {
            attention.notifier.raise(call);
            attention.sound.play(call.priority, call.sound);
        })
    }

    /// Whether alarms can be heard here, for the desk's own technical alarms.
    pub(crate) fn can_sound(self: &Arc<Self>) -> Arc<dyn Fn() -> bool + Send + Sync> {
        let attention = Arc::clone(self);
        Arc::new(move || attention.sound.device() == SoundDevice::Ready)
    }

    /// Says in a frame that alarms cannot be heard here. Only the shell knows its sound device.
    pub(crate) fn tell_sound(&self, frame: &mut FrameView) {
        match (self.sound.device(), frame.sound.state) {
            (SoundDevice::Unavailable, SoundState::On | SoundState::Paused) => {
                frame.sound.state = SoundState::Unavailable;
                frame.sound.until_ms = None;
            }
            (SoundDevice::Unavailable, SoundState::Unavailable) | (SoundDevice::Ready, _) => {}
        }
    }
}
