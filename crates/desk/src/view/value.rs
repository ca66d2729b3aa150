//! One value on the screen: its words, its state and its age.

use serde::Serialize;
use ts_rs::TS;

/// What was measured or entered. The UI takes label, colour and place from it; codes stay in the desk.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Parameter {
    /// Heart rate from the electrocardiogram.
    HeartRate,
    /// Pulse rate from the oximeter. Never shown under the label of the heart rate.
    PulseRate,
    /// Oxygen saturation.
    Spo2,
    /// Respiration rate.
    RespirationRate,
    /// Non-invasive blood pressure, systolic over diastolic, as one text.
    BloodPressure,
    /// Systolic pressure.
    Systolic,
    /// Diastolic pressure.
    Diastolic,
    /// Mean pressure.
    MeanPressure,
    /// Body temperature.
    Temperature,
    /// Glucose.
    Glucose,
    /// Level of consciousness, ACVPU.
    Consciousness,
    /// Air or oxygen.
    Oxygen,
    /// The NEWS2 score.
    News2,
    /// No vital sign: the monitoring itself (probe off, hub silent).
    Monitoring,
}

/// How far a value may be used. Every variant has a look of its own, also without colour.
///
/// A value of the demo ward is marked by [`ValueView::demo`] and not here, since it ages like any other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ValueState {
    /// Measured within the time its kind allows (`clinical.md` staleness table).
    Fresh,
    /// Older than that: shown grey, with its age.
    Ageing,
    /// Too old: the value is removed and the time of the last one is shown.
    Lost,
    /// Nothing was ever received for this parameter.
    NotMeasured,
    /// The device itself doubts it: shown with a question mark.
    Questionable,
    /// The device says that its sensor is off: there is no value.
    SensorOff,
    /// Physiologically impossible: no value is shown and no alarm was judged on it.
    Invalid,
    /// The patient does not share this category with the reader.
    NotShared,
    /// Received, but the record around it cannot be confirmed yet.
    Unverified,
    /// Verified, but no key on this workstation opens it.
    Unreadable,
    /// Verification failed: do not use.
    Failed,
}

/// A value ready to be drawn. The UI never computes with `text`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ValueView {
    /// The number as the device printed it; empty where the state forbids to show one.
    pub text: String,
    /// How far it may be used.
    pub state: ValueState,
    /// When it was measured, Unix milliseconds; for a state without a value, when the last one was.
    #[ts(type = "number | null")]
    pub taken_ms: Option<i64>,
    /// It comes from the demo ward.
    pub demo: bool,
    /// Priority of an active alarm on this very parameter.
    pub alarm: Option<super::Priority>,
    /// The record it was read from, for "why can I trust this?".
    pub record_ref: Option<String>,
}

impl ValueView {
    /// A place without a value, for the reason `state` gives.
    #[must_use]
    pub fn empty(state: ValueState, last_ms: Option<i64>) -> Self {
        Self { text: String::new(), state, taken_ms: last_ms, demo: false, alarm: None, record_ref: None }
    }
}

/// A patient's name, or the reason why there is none to show.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NameView {
    /// The name; empty unless `state` is fresh.
    pub text: String,
    /// `fresh`, `notShared`, `unreadable`, `unverified`, `failed` or `notMeasured` (no name was recorded).
    pub state: ValueState,
}

/// What became of a record on its way into the permanent ledger, in the words of the screens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SealState {
    /// In the permanent record and verified on this workstation.
    Sealed,
    /// Received and signed; on its way into the permanent record.
    Sealing,
    /// Part of the record is missing here: use with caution.
    CantConfirm,
    /// Changed, or from an unknown source: do not use.
    Failed,
    /// Its content was erased by order; that it was there is still proved.
    Erased,
}
