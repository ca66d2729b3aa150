//! What people wrote about one patient, as a timeline.

use super::{AdviceView, HandOverView, OrderView, ProgrammeView, RoleView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a note is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NoteWord {
    /// How the patient is doing.
    Progress,
    /// Care by nurses.
    Nursing,
    /// A ward round.
    Round,
    /// Something was done to the patient.
    Procedure,
    /// Advice of another discipline.
    Consultation,
    /// The stay begins.
    Admission,
    /// The stay ends.
    Discharge,
}

/// Where a writing is on its way into the permanent record.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WrittenState {
    /// In the record.
    Sealed,
    /// Kept on this workstation, and not in the record yet: nobody else sees it.
    Waiting,
    /// The ledger refused it for good. It stays here and nobody else sees it.
    Refused,
}

/// Somebody's name with a time.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignedBy {
    /// Who, by name.
    pub by: String,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// An earlier wording of a note.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VersionView {
    /// The wording.
    pub text: String,
    /// What it was called.
    pub kind: NoteWord,
    /// When it was written, Unix milliseconds.
    #[ts(type = "number")]
    pub written_ms: i64,
    /// Who signed under it.
    pub co_signed: Vec<SignedBy>,
    /// Its record, for "why can I trust this?".
    pub record_ref: String,
}

/// A note in its newest wording.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    /// What it is.
    pub kind: NoteWord,
    /// The newest wording.
    pub text: String,
    /// Who signed under the newest wording.
    pub co_signed: Vec<SignedBy>,
    /// Earlier wordings, the newest first.
    pub earlier: Vec<VersionView>,
    /// It is the newer wording of another one. Only of what waits: in the record, both stand in one note.
    pub amends: bool,
    /// The reader may amend it.
    pub may_amend: bool,
    /// The reader may sign under it.
    pub may_co_sign: bool,
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "sort", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EntryView {
    /// A note.
    Note {
        /// The note.
        note: NoteView,
    },
    /// A name under a note that is on its way.
    CoSignature,
    /// A hand-over.
    HandOver {
        /// The hand-over.
        hand_over: HandOverView,
    },
    /// The acceptance of a hand-over that is on its way.
    Acceptance,
    /// An order.
    Order {
        /// The order.
        order: OrderView,
    },
    /// Something about an order that is on its way.
    OrderStep,
    /// Advice to the patient.
    Advice {
        /// The advice.
        advice: AdviceView,
    },
    /// Advice being taken back.
    Withdrawal,
    /// That an answer of the patient was read, on its way.
    Noted,
    /// A programme.
    Programme {
        /// The programme.
        programme: ProgrammeView,
    },
    /// The end of a programme that is on its way.
    ProgrammeEnd,
}

/// One row of the timeline.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrittenRow {
    /// The newest wording's record, or the number of what waits.
    pub id: String,
    /// Who, by name.
    pub by: String,
    /// In which role.
    pub role: Option<RoleView>,
    /// The reader wrote it.
    pub mine: bool,
    /// When it was written, Unix milliseconds.
    #[ts(type = "number")]
    pub written_ms: i64,
    /// Block time.
    #[ts(type = "number | null")]
    pub sealed_ms: Option<i64>,
    /// Where it is.
    pub state: WrittenState,
    /// Its record, for "why can I trust this?".
    pub record_ref: Option<String>,
    /// What it is.
    pub entry: EntryView,
}

/// Answer of `notes`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotesView {
    /// Whose.
    pub patient_id: String,
    /// What waits, then what is in the record, the newest first.
    pub rows: Vec<WrittenRow>,
    /// The reader's role documents care.
    pub may_write: bool,
    /// The reader's role hands patients over.
    pub may_hand_over: bool,
    /// The reader's role gives orders.
    pub may_order: bool,
    /// The reader's role advises patients.
    pub may_advise: bool,
    /// The reader's role plans programmes.
    pub may_plan: bool,
}

/// Argument of `write_note`.
#[derive(Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteInput {
    /// What it is.
    pub kind: NoteWord,
    /// The text.
    pub text: String,
    /// The note that it amends, by its row's id.
    pub amends: Option<String>,
}
