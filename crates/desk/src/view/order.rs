//! Orders and what became of them.

use super::RoleView;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The way a medicine takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RouteWord {
    /// By mouth.
    Oral,
    /// Under the tongue.
    Sublingual,
    /// Into a vein.
    Intravenous,
    /// Into a muscle.
    Intramuscular,
    /// Under the skin.
    Subcutaneous,
    /// Breathed in.
    Inhaled,
    /// Rectally.
    Rectal,
    /// On the skin.
    Topical,
}

/// Something that is done about an order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StepWord {
    /// A pharmacist finds that it fits.
    Checked,
    /// A pharmacist asks back.
    Queried,
    /// A nurse gave it, or did it.
    Given,
    /// It was not given.
    Declined,
    /// A physician ended it.
    Stopped,
}

/// What is ordered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum OrderedView {
    /// A medicine.
    Medicine {
        /// Its name.
        medicine: String,
        /// How much at once, with its unit.
        dose: String,
        /// Which way.
        route: RouteWord,
        /// When, or how often.
        times: String,
    },
    /// Oxygen.
    Oxygen {
        /// Lowest saturation aimed for, per cent.
        low: u8,
        /// Highest.
        high: u8,
        /// How it is given.
        device: String,
    },
    /// Observations.
    Observation {
        /// How often, in minutes.
        minutes: u16,
        /// What is to be observed.
        observe: String,
    },
}

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OrderState {
    /// A medicine that no pharmacist has checked.
    Unchecked,
    /// A pharmacist asks back: it is not to be given.
    Queried,
    /// To be carried out.
    Open,
    /// Ended.
    Stopped,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// What was done.
    pub step: StepWord,
    /// Who, by name.
    pub by: String,
    /// In which role.
    pub role: Option<RoleView>,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Why; empty if nothing was said.
    pub text: String,
    /// Its record, for "why can I trust this?".
    pub record_ref: String,
}

/// An order.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// What is ordered.
    pub ordered: OrderedView,
    /// Why, or what to mind; empty if nothing was said.
    pub note: String,
    /// Where it stands.
    pub state: OrderState,
    /// What was done about it, the newest first.
    pub steps: Vec<StepView>,
    /// What the reader may do about it now.
    pub may: Vec<StepWord>,
}

/// Argument of `write_order`.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OrderInput {
    /// What is ordered.
    pub ordered: OrderedView,
    /// Why, or what to mind; may be empty.
    pub note: String,
}

/// Argument of `answer_order`.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepInput {
    /// What is done.
    pub step: StepWord,
    /// Why; may be empty for what is checked or given.
    pub text: String,
}
