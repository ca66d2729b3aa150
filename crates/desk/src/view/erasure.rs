//! Orders to erase, and what came of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// By what right it is erased.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EraseWord {
    /// The patient, or a guardian, asks for it; signed at the hub's page and nowhere else.
    PatientRequest,
    /// A court orders it.
    CourtOrder,
    /// The time for which it had to be kept is over.
    RetentionEnded,
    /// It was recorded by mistake.
    Mistake,
}

/// What is to be erased: whole categories, or a run of records of one stream.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EraseAsk {
    /// Whose records: the pseudonym.
    pub patient_id: String,
    /// Categories, by the words of `CategoryShare`; empty where records are named.
    pub categories: Vec<String>,
    /// The first record, `stream.number`.
    pub first_record: Option<String>,
    /// The last record, of the same stream.
    pub last_record: Option<String>,
    /// By what right.
    pub basis: EraseWord,
}

/// One holder's receipt.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EraseReceiptRow {
    /// Who: a name as enrolled, or the gateway's address.
    pub who: String,
    /// Its key.
    pub key_id: String,
    /// When it said so, Unix milliseconds; none while it has not.
    #[ts(type = "number | null")]
    pub at_ms: Option<i64>,
    /// Contents erased there.
    #[ts(type = "number")]
    pub records: u64,
    /// Keys erased there.
    pub keys: u32,
}

/// One order.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErasureRow {
    /// Id.
    pub id: String,
    /// Whose records: the pseudonym.
    pub patient_id: String,
    /// Categories; empty where records are named.
    pub categories: Vec<String>,
    /// The records, `stream.number–number`; empty where categories are named.
    pub records: String,
    /// By what right.
    pub basis: EraseWord,
    /// When it was ordered, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Who ordered it.
    pub by: String,
    /// Receipts, those that are missing first.
    pub receipts: Vec<EraseReceiptRow>,
}

/// Answer of `erasures`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErasuresView {
    /// The newest first.
    pub orders: Vec<ErasureRow>,
}
