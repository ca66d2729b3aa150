//! Handing patients over in the form of I-PASS.

use super::{NameView, RoleView, SignedBy, WrittenRow};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How ill, as I-PASS has it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum IllnessWord {
    /// Expected to go well.
    Stable,
    /// To be watched closely.
    Watcher,
    /// Needs somebody now.
    Unstable,
}

/// The receiver's answer.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedView {
    /// Who, and when.
    pub signed: SignedBy,
    /// S: what the receiver has understood.
    pub synthesis: String,
    /// Its record, for "why can I trust this?".
    pub record_ref: String,
}

/// A hand-over.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandOverView {
    /// The receiver, by name.
    pub to: String,
    /// The reader is the receiver.
    pub to_me: bool,
    /// I: how ill.
    pub illness: IllnessWord,
    /// What the giver's workstation had verified when it was signed.
    pub verified: String,
    /// P: what is the matter and what was done.
    pub summary: String,
    /// A: what is to be done.
    pub actions: String,
    /// S: what may happen, and what to do then.
    pub situation: String,
    /// The receiver's acceptance.
    pub accepted: Option<AcceptedView>,
    /// The giver handed over again before it was accepted.
    pub replaced: bool,
    /// The reader may accept it.
    pub may_accept: bool,
}

/// One open hand-over.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandOverRow {
    /// Whose.
    pub patient_id: String,
    /// Bed.
    pub bed: String,
    /// Name.
    pub name: NameView,
    /// The hand-over.
    pub row: WrittenRow,
}

/// Answer of `hand_overs`: what is open, the oldest first.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandOversView {
    /// To the reader.
    pub to_me: Vec<HandOverRow>,
    /// By the reader, to others.
    pub by_me: Vec<HandOverRow>,
    /// Between others.
    pub others: Vec<HandOverRow>,
}

/// Somebody who might take over.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReceiverView {
    /// The person.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Option<RoleView>,
    /// The patient shares vital signs, alarms and notes with this person.
    pub may_read: bool,
}

/// Answer of `hand_over_draft`: what the form begins with.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandOverDraft {
    /// Whose.
    pub patient_id: String,
    /// Everybody of the reader's profession and the other one, who may read first.
    pub receivers: Vec<ReceiverView>,
    /// What this workstation has verified; it is composed anew when it is signed.
    pub verified: String,
    /// What the score suggests.
    pub illness: IllnessWord,
    /// From the hand-over before.
    pub summary: String,
    /// Alarms that nobody has answered, and orders that were never carried out.
    pub actions: String,
    /// From the hand-over before.
    pub situation: String,
}

/// Argument of `hand_over`.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandOverInput {
    /// The person who is to take over.
    pub to: String,
    /// I.
    pub illness: IllnessWord,
    /// P.
    pub summary: String,
    /// A.
    pub actions: String,
    /// S.
    pub situation: String,
}
