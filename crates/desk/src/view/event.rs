//! What is pushed to the window: tags of what changed, and small live deltas.

use super::{AlarmRow, FrameView, Parameter, ValueView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A view that would answer differently now. The window asks again for what it shows.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(tag = "view", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Tag {
    /// `session_state`.
    Session,
    /// `ward`.
    Ward,
    /// `patient` of this one.
    Patient {
        /// Whose.
        patient_id: String,
    },
    /// `trend` of this patient.
    Trend {
        /// Whose.
        patient_id: String,
    },
    /// `inbox`.
    Inbox,
    /// `settings`.
    Settings,
    /// `access_log` and `security_events`.
    Oversight,
    /// `emergency`.
    Emergency,
}

/// A new value of one parameter, for tile and patient page alike.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LiveValue {
    /// Whose.
    pub patient_id: String,
    /// Which parameter.
    pub parameter: Parameter,
    /// The value, with its state as of now.
    pub value: ValueView,
}

/// One message on the channel of `subscribe`. At most 30 a second; everything in it is drawn at once.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UiEvent {
    /// Ascending number of this message in this subscription; given back in [`PaintStamp`].
    pub seq: u32,
    /// What else to ask again.
    pub tags: Vec<Tag>,
    /// The frame, when it changed and at least once in 5 s, so that a silent channel shows.
    pub frame: Option<FrameView>,
    /// New values and new states of old values.
    pub values: Vec<LiveValue>,
    /// Alarms that are new or changed.
    pub alarms: Vec<AlarmRow>,
}

/// The window's own acknowledgement that a message has been painted.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PaintStamp {
    /// The message.
    pub seq: u32,
    /// When its pixels were handed to the screen, Unix milliseconds with fractions, by this machine's clock.
    pub drawn_ms: f64,
}
