//! Acts that need a second signature, and the rules of the hospital that say which.

use super::{EnrolSubject, RoleView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One act that waits for somebody else's signature.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProposalRow {
    /// Hash of the proposing transaction, hexadecimal.
    pub proposal_id: String,
    /// What would change.
    pub act: ProposalAct,
    /// Who proposed it.
    pub by: String,
    /// Proposed, Unix milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// It lapses then by itself, Unix milliseconds.
    #[ts(type = "number")]
    pub ends_ms: i64,
    /// Who has approved it since.
    pub approved_by: Vec<String>,
    /// The reader has signed it, as its proposer or later.
    pub mine: bool,
    /// The reader's signature counts and is not given yet.
    pub can_approve: bool,
    /// The reader may end it.
    pub can_withdraw: bool,
    /// The six words are compared once more before it is approved.
    pub needs_words: bool,
}

/// What a proposal would change. The window says it in plain words.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProposalAct {
    /// Somebody new gets a key.
    Enrol {
        /// Name in the request.
        name: String,
        /// Who asks.
        subject: EnrolSubject,
        /// Key id, hexadecimal.
        key_id: String,
    },
    /// Somebody enrolled gets a further workstation.
    AddKey {
        /// Whose.
        name: String,
        /// Role.
        role: RoleView,
        /// The new key, hexadecimal.
        key_id: String,
        /// No key of this person is left: administrators speak for the person.
        recovery: bool,
    },
    /// A revoked key serves again.
    Reinstate {
        /// Whose.
        name: String,
        /// Key id, hexadecimal.
        key_id: String,
    },
    /// Somebody gets other duties.
    ChangeRole {
        /// Who.
        name: String,
        /// Role now.
        from: RoleView,
        /// Role then.
        to: RoleView,
    },
    /// Somebody joins a care team.
    JoinTeam {
        /// Who.
        name: String,
        /// Name of the team.
        team: String,
        /// How many patients share with it.
        patients: u32,
    },
    /// Other rules for the hospital.
    SetPolicy {
        /// The rules in force.
        now: PolicyView,
        /// The rules then.
        next: PolicyView,
    },
    /// Other custodians of emergency keys.
    SetCustodians {
        /// How many of them must release their share.
        threshold: u8,
        /// Their names; nobody means that there is no fallback.
        names: Vec<String>,
    },
    /// A patient agreed at the bedside.
    RecordConsent {
        /// Whose.
        patient_id: String,
        /// Bed, where it is shared with the reader.
        bed: String,
        /// Who may read.
        holder: String,
        /// Which categories.
        categories: Vec<String>,
        /// End, Unix milliseconds.
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
    },
    /// Records are disclosed by order of the law.
    Disclose {
        /// Whose.
        patient_id: String,
        /// Who may read.
        holder: String,
        /// Which categories.
        categories: Vec<String>,
        /// End, Unix milliseconds.
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
        /// Digest of the order, hexadecimal.
        order: String,
    },
    /// A disclosure ends early.
    EndDisclosure {
        /// The agreement, hexadecimal.
        agreement_id: String,
        /// Whose.
        patient_id: String,
        /// Who may read until then.
        holder: String,
    },
    /// A patient's records are kept by another hub.
    Rehome {
        /// Whose.
        patient_id: String,
        /// Name of the hub.
        hub: String,
    },
    /// Records are erased.
    Erase {
        /// Whose.
        patient_id: String,
        /// Which categories; none where single records are meant.
        categories: Vec<String>,
    },
    /// Anything else; the window says that it has no words for it, and nobody should sign that.
    Other,
}

/// Who may open a patient in an emergency, and for how long.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyPolicyView {
    /// Longest access, minutes: 1 to 60.
    pub minutes: u8,
    /// Roles that may ask for it: physicians, nurses, pharmacists.
    pub roles: Vec<RoleView>,
}

/// The rules of the hospital.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    /// Administrators who must sign what changes who may do or read something: 1 or 2.
    pub signers: u8,
    /// Longest span of one key of records, hours: 1 to 24.
    pub epoch_hours: u8,
    /// Emergency access; none switches it off.
    pub emergency: Option<EmergencyPolicyView>,
    /// Administrators who together may give a person a new key: 1 to 16.
    pub recovery_signers: u8,
    /// A workstation locks itself after so many minutes without use: 1 to 15.
    pub lock_minutes: u8,
}

/// One custodian.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustodianRow {
    /// Person, hexadecimal.
    pub person_id: String,
    /// Name.
    pub name: String,
}

/// Who keeps shares of emergency keys for the time when a hub cannot be reached.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CustodiansView {
    /// How many of them must release their share; 0 where there are none.
    pub threshold: u8,
    /// The custodians.
    pub people: Vec<CustodianRow>,
}
