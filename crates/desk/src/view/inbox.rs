//! The alarm inbox: the work list over all patients.

use super::{AlarmRow, FaultRow, Priority};
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
    /// Acknowledged by the reader or given to them, and still open.
    Mine,
    /// Somebody has it, and it is still open.
    Acknowledged,
    /// Put off for a while.
    Snoozed,
    /// What fails on the way of alarms: devices, streams, and this workstation itself.
    Technical,
    /// Over.
    History,
}

/// Which rows of a tab are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InboxFilter {
    /// Words that bed, name or alarm must hold; empty for all.
    pub text: String,
    /// The one priority; none for all.
    pub priority: Option<Priority>,
}

/// How many rows each tab holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InboxCounts {
    /// Active.
    pub active: u32,
    /// Unacknowledged.
    pub unacknowledged: u32,
    /// Mine.
    pub mine: u32,
    /// Acknowledged.
    pub acknowledged: u32,
    /// Snoozed.
    pub snoozed: u32,
    /// Technical, with those of this workstation.
    pub technical: u32,
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
    /// Requests for the reader's share of an emergency key.
    pub asked: u32,
    /// Emergency accesses that the reader is to review.
    pub to_review: u32,
    /// Acts that wait for the reader's signature.
    pub proposals: u32,
    /// Technical alarms of this workstation, the most urgent first.
    pub faults: Vec<FaultRow>,
}
