//! "Why can I trust this?": plain lines for everybody, figures for IT.

use super::{ComparisonRow, SealState};
use serde::Serialize;
use ts_rs::TS;

/// Answer of `trust`. The window makes the three plain lines from it; words are in its catalogue.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrustView {
    /// The record that was asked for.
    pub record_ref: String,
    /// Its state.
    pub seal: SealState,
    /// Who measured: device and its hub, in words.
    pub measured_by: String,
    /// The five stamps.
    pub stamps: StampsView,
    /// Who signed it, in words: "Bed 12 hub".
    pub signed_by: String,
    /// Why it cannot be confirmed or has failed, as a sentence; empty otherwise.
    pub problem: String,
    /// The agreements in force that let this person read it.
    pub allowed: Vec<AllowedLine>,
    /// Who has opened it, newest first.
    pub readers: Vec<ReaderLine>,
    /// How the history behind it compares with second sources.
    pub compared: Vec<ComparisonRow>,
    /// From the demo ward.
    pub demo: bool,
    /// For IT.
    pub details: TrustDetails,
}

/// The five stamps of one record, Unix milliseconds; none where it has not come that far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StampsView {
    /// Measured.
    #[ts(type = "number | null")]
    pub taken_ms: Option<i64>,
    /// Encrypted and signed by the hub.
    #[ts(type = "number | null")]
    pub sealed_ms: Option<i64>,
    /// In a block.
    #[ts(type = "number | null")]
    pub sequenced_ms: Option<i64>,
    /// Verified on this workstation.
    #[ts(type = "number | null")]
    pub verified_ms: Option<i64>,
    /// On a screen of this workstation.
    #[ts(type = "number | null")]
    pub drawn_ms: Option<i64>,
}

/// An agreement that lets this person read the record.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AllowedLine {
    /// Whom it was given to: a care team, or this person.
    pub holder: String,
    /// When it ends, Unix milliseconds; none where it has no end.
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
}

/// Answer of `export_proof` and `export_archive`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportView {
    /// Where the desk has saved the file; empty if it could not.
    pub saved_as: String,
}

/// Somebody who has opened the record.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReaderLine {
    /// Name.
    pub name: String,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// Everything needed to check the record by hand.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrustDetails {
    /// Chain id, hexadecimal.
    pub chain_id: String,
    /// Height of the block; none while sealing.
    #[ts(type = "number | null")]
    pub height: Option<u64>,
    /// Stream and position, for example "stream 7, record 18204".
    pub position: String,
    /// Fields of the header, in their order.
    pub header: Vec<HashLine>,
    /// Where it comes from and why it may be read here: enrolments, devices, grant, agreements.
    pub origin: Vec<HashLine>,
    /// Leaf index and tree size.
    pub leaf_text: String,
    /// Inclusion path from the leaf to the root.
    pub proof: Vec<HashLine>,
    /// Author's signature and the validators' certificate.
    pub signatures: Vec<SignatureView>,
}

/// A named value, mostly a digest in hexadecimal.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HashLine {
    /// Name of the field.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// One signature and what this workstation found.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignatureView {
    /// Who: "author", "validator gw-1".
    pub signer: String,
    /// Key id, hexadecimal.
    pub key_id: String,
    /// The signature, hexadecimal.
    pub signature: String,
    /// Verified here.
    pub valid: bool,
}
