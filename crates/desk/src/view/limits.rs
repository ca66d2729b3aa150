//! Alarm limits of one patient, what others would have raised, and what was observed by hand.

use super::Parameter;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Answer of `limits`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitsPageView {
    /// Whose.
    pub patient_id: String,
    /// One row for each parameter and unit the ward has limits for, in its order.
    pub rows: Vec<LimitRowView>,
    /// Whether SpO₂ is scored on scale 2.
    pub scale2: bool,
    /// "Scale 2 (Dr Okafor, …)": who prescribed it; empty on scale 1.
    pub scale2_by: String,
    /// When it was prescribed, Unix milliseconds.
    #[ts(type = "number | null")]
    pub scale2_ms: Option<i64>,
    /// Changes, newest first.
    pub history: Vec<LimitChangeView>,
    /// This person may change limits.
    pub may_change: bool,
    /// This person may prescribe scale 2.
    pub may_prescribe: bool,
    /// The watch is suspended until then, Unix milliseconds.
    #[ts(type = "number | null")]
    pub standby_until_ms: Option<i64>,
}

/// The limits of one parameter. An empty text means that there is no limit.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitRowView {
    /// Key of the row: IEEE 11073 code.
    pub code: u32,
    /// Key of the row: IEEE 11073 unit code.
    pub unit_code: u32,
    /// Which parameter.
    pub parameter: Parameter,
    /// Unit as printed.
    pub unit: String,
    /// In force now.
    pub now: LimitEdges,
    /// The ward's defaults.
    pub ward: LimitEdges,
    /// Proposed from this patient's last day; the same as the ward's where there is none.
    pub suggested: LimitEdges,
    /// Lowest value one person may set a limit to.
    pub guard_low: String,
    /// Highest.
    pub guard_high: String,
    /// The lower red limit can be neither lowered nor switched off.
    pub floor: bool,
    /// Alarms of this parameter in the last 24 hours under the limits in force.
    pub raised: u32,
}

/// Four limits and two delays, as text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitEdges {
    /// Lower red.
    pub low_red: String,
    /// Lower yellow.
    pub low: String,
    /// Upper yellow.
    pub high: String,
    /// Upper red.
    pub high_red: String,
    /// Delay below, in whole seconds.
    pub low_delay_s: u32,
    /// Delay above.
    pub high_delay_s: u32,
}

/// One change of limits.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitChangeView {
    /// Names the change.
    pub change_id: String,
    /// Who signed it.
    pub by: String,
    /// When, Unix milliseconds, by their workstation.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Why.
    pub reason: LimitReason,
    /// What became of it.
    pub state: LimitChangeState,
    /// Who signed second; empty if nobody.
    pub second: String,
    /// What it changes against the ward's defaults, one line each: "SpO₂ low 88 (ward 90)".
    pub lines: Vec<String>,
    /// This person may be the second.
    pub may_confirm: bool,
}

/// Why limits are changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LimitReason {
    /// Usual for this patient.
    PatientBaseline,
    /// A treatment goal.
    TreatmentGoal,
    /// Too many alarms without consequence.
    TooManyAlarms,
    /// Watched more closely.
    CloserWatch,
    /// Back to the ward's defaults.
    WardDefault,
}

/// What became of a change of limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LimitChangeState {
    /// The hub judges by it.
    InForce,
    /// It was in force, and another one followed.
    Replaced,
    /// On its way to the hub.
    Sent,
    /// It waits for a second person's signature.
    NeedsSecond,
    /// The hub did not take it.
    Declined,
}

/// What `preview_limits` and `set_limits` take.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitsProposal {
    /// Why.
    pub reason: LimitReason,
    /// SpO₂ on scale 2, and its limits with it.
    pub scale2: bool,
    /// Rows that differ from those in force.
    pub rows: Vec<LimitRowInput>,
}

/// Other limits for one row.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitRowInput {
    /// IEEE 11073 code.
    pub code: u32,
    /// IEEE 11073 unit code.
    pub unit_code: u32,
    /// The limits.
    pub edges: LimitEdges,
}

/// Answer of `preview_limits`: what the last 24 hours would have been.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitsPreviewView {
    /// Alarms under the limits in force.
    pub before: u32,
    /// Alarms under the proposed ones.
    pub after: u32,
    /// Parameters for which it differs.
    pub rows: Vec<LimitsPreviewRow>,
    /// How many hours of readings were judged.
    pub hours: u32,
    /// The change takes a second person's signature, because of these, one line each.
    pub second: Vec<String>,
    /// The ward does not allow it: why. Empty where it does.
    pub refused: String,
}

/// One parameter of a preview.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitsPreviewRow {
    /// Which.
    pub parameter: Parameter,
    /// Alarms under the limits in force.
    pub before: u32,
    /// Alarms under the proposed ones.
    pub after: u32,
    /// High ones before.
    pub high_before: u32,
    /// High ones after.
    pub high_after: u32,
}

/// What `observe` takes. What was not observed is none.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservationInput {
    /// `A`, `C`, `V`, `P` or `U`.
    pub consciousness: Option<String>,
    /// Litres of oxygen a minute, as text; "0" is room air.
    pub oxygen: Option<String>,
    /// 0 to 10.
    pub pain: Option<u32>,
    /// Degrees Celsius, as text.
    pub temperature: Option<String>,
}

/// How long and where a patient is away.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StandbyInput {
    /// Minutes, 1 to 240; 0 ends a standby.
    pub minutes: u32,
    /// Where.
    pub place: StandbyPlace,
}

/// Where a patient is during a standby.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StandbyPlace {
    /// Bath or toilet.
    Bath,
    /// Imaging.
    Imaging,
    /// Theatre.
    Theatre,
    /// A walk or therapy.
    Therapy,
    /// Somewhere else.
    Elsewhere,
}
