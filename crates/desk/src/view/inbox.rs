//! The alarm inbox: the work list over all patients.

use super::AlarmRow;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which rows are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum InboxTab {
    /// Condition holds or signal is latched.
    Active,
    /// Nobody has answered.
    Unacknowledged,
    /// Acknowledged by the reader and still open.
    Mine,
    /// Over.
    History,
}

/// How many rows each tab holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InboxCounts {
    /// Active.
    pub active: u32,
    /// Unacknowledged.
    pub unacknowledged: u32,
    /// Mine.
    pub mine: u32,
}

/// Answer of `inbox`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InboxView {
    /// The tab that was asked for.
    pub tab: InboxTab,
    /// Unanswered high alarms first, then by priority and age.
    pub rows: Vec<AlarmRow>,
    /// Counts of all tabs.
    pub counts: InboxCounts,
    /// There are older rows than these.
    pub more: bool,
}
