//! The ward overview: one tile per patient.

use super::{AlarmRow, NameView, Parameter, Priority, SealState, ValueView};
use serde::Serialize;
use ts_rs::TS;

/// Answer of `ward`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WardView {
    /// Name of the ward.
    pub ward: String,
    /// All patients the reader may see, most urgent first.
    pub tiles: Vec<TileView>,
}

/// One patient in the overview.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TileView {
    /// Identity. Whoever acts on a tile acts on this and never on its place.
    pub patient_id: String,
    /// Bed.
    pub bed: String,
    /// Name.
    pub name: NameView,
    /// Age and sex as one short text, for example "71 y · F"; empty if unknown or not shared.
    pub age_text: String,
    /// Sort key made by [`TileView::urgency`]; higher is worse.
    pub urgency: u32,
    /// Heart rate or, where there is none, pulse rate; `rate_parameter` says which.
    pub rate: ValueView,
    /// The true source of `rate`.
    pub rate_parameter: Parameter,
    /// SpO2.
    pub spo2: ValueView,
    /// Respiration rate.
    pub respiration: ValueView,
    /// "128/74".
    pub blood_pressure: ValueView,
    /// Temperature.
    pub temperature: ValueView,
    /// NEWS2.
    pub news2: News2View,
    /// The last 60 minutes of the parameter that is worst now.
    pub sparkline: Option<Sparkline>,
    /// The worst open alarm.
    pub alarm: Option<TileAlarm>,
    /// Whether the patient is watched at all.
    pub monitoring: Monitoring,
    /// What is wrong with equipment.
    pub technical: Vec<TechnicalMark>,
    /// Worst state of the records behind this tile.
    pub seal: SealState,
    /// Newest measurement of any kind, Unix milliseconds.
    #[ts(type = "number | null")]
    pub newest_ms: Option<i64>,
    /// Answers of the patient that nobody of the team has read.
    pub unread_answers: u32,
    /// Opened by emergency access; it closes by itself then, Unix milliseconds.
    #[ts(type = "number | null")]
    pub emergency_until_ms: Option<i64>,
    /// From the demo ward.
    pub demo: bool,
}

impl TileView {
    /// The order of the ward: priority of the worst open alarm, unanswered before answered, then NEWS2.
    /// Ties are broken by the longest open alarm and then by bed, in the window.
    #[must_use]
    pub fn urgency(alarm: Option<(Priority, bool)>, news2_at_least: u8) -> u32 {
        let alarm_rank = match alarm {
            None => 0,
            Some((priority, answered)) => {
                let step = match priority {
                    Priority::Low => 1,
                    Priority::Medium => 3,
                    Priority::High => 5,
                };
                if answered { step } else { step + 1 }
            }
        };
        alarm_rank * 100 + u32::from(news2_at_least.min(99))
    }
}

/// The worst open alarm of a patient.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TileAlarm {
    /// Its full row.
    pub row: AlarmRow,
    /// How many more are open for this patient.
    pub others: u32,
}

/// Whether somebody's hub still watches the patient and reaches this workstation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Monitoring {
    /// Yes.
    Monitored,
    /// The hub's heartbeat is late.
    Delayed {
        /// Last heartbeat, Unix milliseconds.
        #[ts(type = "number")]
        since_ms: i64,
    },
    /// Not monitored here.
    HubOffline {
        /// Last heartbeat, Unix milliseconds.
        #[ts(type = "number")]
        since_ms: i64,
    },
    /// Older records are still being fetched and verified.
    CatchingUp,
    /// No hub was ever heard for this patient.
    NeverHeard,
}

/// A kind of equipment trouble.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TechnicalKind {
    /// Probe or lead is off.
    SensorOff,
    /// No data from one channel.
    NoData,
    /// Battery is low.
    Battery,
    /// The device's clock is wrong.
    Clock,
    /// Messages of this device are in quarantine.
    Quarantine,
}

/// One equipment trouble.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TechnicalMark {
    /// What.
    pub kind: TechnicalKind,
    /// Which parameter it concerns.
    pub parameter: Option<Parameter>,
    /// Since when, Unix milliseconds.
    #[ts(type = "number")]
    pub since_ms: i64,
}

/// A small line without axes, drawn in Rust.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Sparkline {
    /// Which parameter.
    pub parameter: Parameter,
    /// SVG with the elements `docs/howto/commands.md` allows.
    pub svg: String,
    /// The line in words, for those who cannot see it: "88 to 97 %, falling".
    pub summary: String,
}

/// Clinical risk band of a NEWS2 score (RCP 2017, chart 4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum News2Risk {
    /// 0 to 4.
    Low,
    /// 3 in one parameter.
    LowMedium,
    /// 5 or 6.
    Medium,
    /// 7 or more.
    High,
    /// Too little is known to say.
    Unknown,
}

/// Whether an input took part in the score.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum News2InputState {
    /// It counted.
    Counted,
    /// Too old to count.
    Stale,
    /// There is none.
    Missing,
    /// Not shared with the reader.
    NotShared,
}

/// One of the seven inputs.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct News2Input {
    /// Which.
    pub parameter: Parameter,
    /// Whether it took part.
    pub state: News2InputState,
    /// Its points, if it counted.
    pub points: Option<u8>,
    /// What was scored, for example "22 /min" or "Air".
    pub text: String,
}

/// A NEWS2 score that says how complete it is. A missing input never counts as zero in silence.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct News2View {
    /// "5", or "≥4" when inputs are missing, or empty when none counted.
    pub text: String,
    /// All seven inputs counted.
    pub complete: bool,
    /// Sum of what counted.
    pub at_least: u8,
    /// Risk of what counted; missing inputs can only raise it.
    pub risk: News2Risk,
    /// Always seven, in the order of the RCP chart.
    pub inputs: Vec<News2Input>,
    /// Made from streaming data and not a nurse's assessment.
    pub automatic: bool,
    /// Second SpO2 scale, with who prescribed it and when, or empty.
    pub scale2_text: String,
    /// When somebody is to observe the patient by hand next; none where nothing is shared or known.
    pub observe: Option<ObserveView>,
}

/// When observations by hand are due (RCP 2017, chart 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ObserveView {
    /// How they stand now.
    pub state: ObserveState,
    /// When they are due, Unix milliseconds; none where nobody has entered any yet.
    #[ts(type = "number | null")]
    pub due_ms: Option<i64>,
}

/// How observations by hand stand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ObserveState {
    /// Later.
    Later,
    /// Due.
    Due,
    /// Overdue.
    Overdue,
    /// Consciousness and oxygen were never entered.
    Never,
}
