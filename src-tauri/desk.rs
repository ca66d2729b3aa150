//! The desk as the shell calls it: one method per command, and the calls for attention.
//!
//! The desk itself is not linked in yet, so every method answers with the one error of [`not_yet`]. `wl_desk`'s
//! handle takes this type's place with the same methods; nothing else in the shell changes.

use crate::{
    events::Sink,
    notify::{AlarmCall, Notifier},
    sound::Sound,
};
use secrecy::SecretString;
use wl_desk::view::{
    AlarmRow, EnrolPreview, EnrolmentRequestView, ErrorCode, InboxTab, InboxView, PaintStamp, PatientView,
    PractitionerRow, RoleView, SessionView, SettingsView, TrendView, TrustView, UiError, UiEvent, WardView,
};

/// How the shell calls for attention outside the window.
pub(crate) struct Attention {
    notifier: Notifier,
    sound: Sound,
}

impl Attention {
    pub(crate) fn new(notifier: Notifier, sound: Sound) -> Self {
        Self { notifier, sound }
    }

    /// Notifies of an alarm and plays one burst of its priority.
    pub(crate) fn answer(&self, call: &AlarmCall) {
        self.notifier.raise(call);
        self.sound.play(call.priority);
    }
}

/// What the desk does with an alarm that calls for attention.
type OnAlarm = Box<dyn Fn(&AlarmCall) + Send + Sync>;
type Answer<T> = Result<T, UiError>;

/// The application without its window.
pub(crate) struct Desk {
    _on_alarm: OnAlarm,
}

/// The one answer until the desk is linked in.
fn not_yet<T>() -> Answer<T> {
    Err(UiError {
        code: ErrorCode::Internal,
        message: "This build of the window has no desk behind it.".into(),
        hint: "Use a complete build of Wardlight.".into(),
    })
}

impl Desk {
    pub(crate) fn new(on_alarm: OnAlarm) -> Self {
        Self { _on_alarm: on_alarm }
    }

    pub(crate) async fn session_state(&self) -> Answer<SessionView> {
        not_yet()
    }

    pub(crate) async fn create_keys(
        &self,
        _name: String,
        _role: RoleView,
        _passphrase: SecretString,
    ) -> Answer<SessionView> {
        not_yet()
    }

    pub(crate) async fn enrolment_request(&self) -> Answer<EnrolmentRequestView> {
        not_yet()
    }

    pub(crate) async fn load_enrolment(&self, _text: String) -> Answer<SessionView> {
        not_yet()
    }

    pub(crate) async fn start_demo(&self) -> Answer<SessionView> {
        not_yet()
    }

    pub(crate) async fn unlock(&self, _passphrase: SecretString) -> Answer<SessionView> {
        not_yet()
    }

    pub(crate) async fn lock(&self) -> Answer<SessionView> {
        not_yet()
    }

    pub(crate) async fn ward(&self) -> Answer<WardView> {
        not_yet()
    }

    pub(crate) async fn patient(&self, _id: String) -> Answer<PatientView> {
        not_yet()
    }

    pub(crate) async fn trend(&self, _id: String, _hours: u32) -> Answer<Vec<TrendView>> {
        not_yet()
    }

    pub(crate) async fn trust(&self, _record_ref: String) -> Answer<TrustView> {
        not_yet()
    }

    pub(crate) async fn inbox(&self, _tab: InboxTab) -> Answer<InboxView> {
        not_yet()
    }

    pub(crate) async fn acknowledge(&self, _alarm_id: String) -> Answer<AlarmRow> {
        not_yet()
    }

    pub(crate) async fn settings(&self) -> Answer<SettingsView> {
        not_yet()
    }

    pub(crate) async fn enrol_preview(&self, _text: String) -> Answer<EnrolPreview> {
        not_yet()
    }

    pub(crate) async fn enrol(&self, _text: String, _teams: Vec<String>) -> Answer<PractitionerRow> {
        not_yet()
    }

    pub(crate) async fn revoke(&self, _key_id: String, _reason: String) -> Answer<PractitionerRow> {
        not_yet()
    }

    pub(crate) async fn painted(&self, _stamps: Vec<PaintStamp>) -> Answer<()> {
        not_yet()
    }

    pub(crate) async fn subscribe(&self, _sink: Sink<UiEvent>) -> Answer<()> {
        not_yet()
    }

    pub(crate) async fn subscribe_waves(&self, _id: Option<String>, _sink: Sink<Vec<u8>>) -> Answer<()> {
        not_yet()
    }
}
