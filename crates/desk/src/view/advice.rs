//! Advice to the patient and what became of it.

use super::{RoleView, SignedBy};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who signed or looked at the patient's page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SignerWord {
    /// The patient.
    Patient,
    /// A guardian of the patient.
    Guardian,
    /// Somebody who was a guardian.
    FormerGuardian,
}

/// How far advice has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DeliveryView {
    /// The patient's hub has not said that it holds it.
    NotDelivered,
    /// The patient's hub holds it, and nobody has looked.
    Delivered {
        /// When, Unix milliseconds.
        #[ts(type = "number")]
        at_ms: i64,
    },
    /// The patient's page showed it.
    Read {
        /// When it was delivered, Unix milliseconds.
        #[ts(type = "number")]
        delivered_ms: i64,
        /// When it was shown, Unix milliseconds.
        #[ts(type = "number")]
        at_ms: i64,
        /// To whom.
        by: SignerWord,
    },
}

/// Where the decision about a proposal stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DecisionState {
    /// Nothing was proposed.
    None,
    /// The patient has not decided.
    Open,
    /// Accepted.
    Accepted,
    /// Declined.
    Declined,
    /// The deadline passed without a decision.
    Expired,
}

/// What the patient answered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AnswerKind {
    /// Yes to a proposal.
    Accepted,
    /// No to a proposal.
    Declined,
    /// A question back.
    Asked,
}

/// Why an answer decides nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum VoidWord {
    /// Nothing was proposed.
    NotAsked,
    /// It was withdrawn before.
    Withdrawn,
    /// It was answered before.
    Answered,
    /// The deadline had passed.
    Late,
}

/// One answer.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplyView {
    /// Its record, by which `note_reply` names it.
    pub id: String,
    /// What was answered.
    pub answer: AnswerKind,
    /// In the patient's words; empty if nothing was said.
    pub text: String,
    /// Whose key signed.
    pub by: SignerWord,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Why it decides nothing.
    pub void: Option<VoidWord>,
    /// Who of the team read it first; nobody has while it is none.
    pub noted: Option<SignedBy>,
    /// The reader may sign that it was read.
    pub may_note: bool,
    /// Its record, for "why can I trust this?".
    pub record_ref: String,
}

/// That advice was taken back.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WithdrawnView {
    /// Who, by name.
    pub by: String,
    /// In which role.
    pub role: Option<RoleView>,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Why.
    pub text: String,
    /// Its record, for "why can I trust this?".
    pub record_ref: String,
}

/// Advice.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AdviceView {
    /// The text.
    pub text: String,
    /// The patient is asked to accept or decline.
    pub proposal: bool,
    /// Until when, Unix milliseconds; none has no end.
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
    /// The advice that this one goes on from, by its row's id.
    pub follows: Option<String>,
    /// How far it has come.
    pub delivery: DeliveryView,
    /// Where the decision stands.
    pub decision: DecisionState,
    /// Taken back.
    pub withdrawn: Option<WithdrawnView>,
    /// The patient's answers, the newest first.
    pub replies: Vec<ReplyView>,
    /// The reader may take it back.
    pub may_withdraw: bool,
    /// The reader may go on from it.
    pub may_follow: bool,
}

/// Argument of `write_advice`.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AdviceInput {
    /// The text.
    pub text: String,
    /// The patient is asked to accept or decline.
    pub proposal: bool,
    /// Until when, Unix milliseconds; only of a proposal.
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
    /// The advice that this one goes on from, by its row's id.
    pub follows: Option<String>,
}
