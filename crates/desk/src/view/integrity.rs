//! Whether everybody is shown the same: second sources, evidence, and what can be handed out.

use serde::Serialize;
use ts_rs::TS;

/// What every screen must say about the history itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum IntegrityAlert {
    /// Somebody signed two histories: what is shown here may differ from what colleagues are shown.
    TwoHistories,
    /// The local database was put back in time or exchanged.
    OldDatabase,
    /// A second source has newer blocks than the gateway shows here.
    Withheld,
}

/// Answer of `integrity` and of the commands that change it.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IntegrityView {
    /// Addresses of public ports that are asked, as set on this workstation.
    pub addresses: Vec<String>,
    /// Verifier keys of witnesses, as set on this workstation.
    pub witnesses: Vec<String>,
    /// The newest comparison with each source.
    pub comparisons: Vec<ComparisonRow>,
    /// What was seen that should not be, newest first.
    pub evidence: Vec<EvidenceRow>,
}

/// How a second view compares with what was verified here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ComparisonState {
    /// The same history.
    Agrees,
    /// It is ahead; compared as soon as this workstation gets there.
    Ahead,
    /// It has been ahead for more than a minute: the gateway keeps blocks back.
    Withheld,
    /// Another history, signed by the same validators.
    Differs,
    /// Not signed by this hospital's gateways.
    Worthless,
    /// It did not answer.
    Silent,
}

/// One comparison.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonRow {
    /// Where the second view came from: an address, or the word `file`.
    pub source: String,
    /// How it compares.
    pub state: ComparisonState,
    /// Up to which height.
    #[ts(type = "number | null")]
    pub height: Option<u64>,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Witnesses whose word it bore, with its time.
    pub witnesses: Vec<WitnessRow>,
}

/// The word of a witness.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WitnessRow {
    /// Name.
    pub name: String,
    /// When it saw this history, by its clock, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// One piece of evidence.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceRow {
    /// Its number on this workstation.
    #[ts(type = "number")]
    pub id: i64,
    /// In one word: `fork`, `other-checkpoint`, `other-head`, `rollback`, `gap`, `omission` …
    pub kind: String,
    /// At which height.
    #[ts(type = "number | null")]
    pub height: Option<u64>,
    /// When it was seen, Unix milliseconds.
    #[ts(type = "number")]
    pub seen_ms: i64,
    /// In a sentence, for IT.
    pub detail: String,
    /// When records that were missing came.
    #[ts(type = "number | null")]
    pub mended_ms: Option<i64>,
    /// Somebody signed something that contradicts it: it can be exported and judged by others.
    pub provable: bool,
}

/// A file that was saved for somebody else.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandoutView {
    /// Where; empty if it could not be saved.
    pub saved_as: String,
    /// What it says, in a sentence.
    pub summary: String,
    /// Its content, where it is text.
    pub text: String,
}
