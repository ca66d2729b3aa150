//! What the commands share.

use crate::{
    desk::{Attention, Desk},
    notify::Notifier,
    sound::Sound,
};
use tauri::AppHandle;

/// The desk, and nothing else.
pub(crate) struct AppState {
    pub(crate) desk: Desk,
}

impl AppState {
    /// Starts the desk; its alarms call for attention through notifications and sound.
    pub(crate) fn new(app: AppHandle) -> Self {
        let attention = Attention::new(Notifier::new(app), Sound::start());
        Self { desk: Desk::new(Box::new(move |call| attention.answer(call))) }
    }
}
