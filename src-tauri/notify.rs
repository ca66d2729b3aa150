//! Notifications of the operating system. They lie on lock screens and in logs, so they hold neither a name nor a
//! value: bed and priority, and where to look.

pub mod policy;

use policy::{Decision, Policy};
use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;
use wl_desk::AlarmCall;

/// Shows notifications, each alarm once, a flood as one.
pub struct Notifier {
    app: AppHandle,
    started: Instant,
    policy: Mutex<Policy>,
}

impl Notifier {
    /// A notifier that has shown nothing yet.
    pub fn new(app: AppHandle) -> Self {
        Self { app, started: Instant::now(), policy: Mutex::default() }
    }

    /// Shows a notification of `call`, unless it was shown already or many came at once.
    ///
    /// A notification that the system refuses is logged and goes no further: window and sound carry the alarm too.
    pub fn raise(&self, call: &AlarmCall) {
        let decision = {
            let mut policy = self.policy.lock().unwrap_or_else(PoisonError::into_inner);
            policy.decide(self.started.elapsed(), call)
        };
        let text = match decision {
            Decision::Show(text) => text,
            Decision::ShownAlready | Decision::PartOfFlood => return,
        };
        let shown = self.app.notification().builder().title(text.title).body(text.body).show();
        if let Err(error) = shown {
            tracing::warn!(%error, "the system refused a notification");
        }
    }
}
