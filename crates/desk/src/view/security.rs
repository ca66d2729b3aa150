//! Security events of all workstations, for administrators. They hold no patient's name and no free text.

use serde::Serialize;
use ts_rs::TS;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SecurityWord {
    /// A wrong passphrase, or a damaged key file.
    FailedUnlock,
    /// A command that the role may not give.
    RefusedCommand,
    /// Two certified heads of one height.
    Fork,
    /// Records are missing.
    Gap,
    /// The gateway or the database went back to an older head.
    Rollback,
    /// Something was signed with a key after it was revoked.
    RevokedKey,
    /// A body is not the one that was signed.
    ReplacedBody,
    /// A hub has announced a record that never came.
    Omission,
    /// The clock was set back.
    ClockBack,
    /// Something else did not verify.
    Unverified,
    /// A file of the workstation was changed by somebody else.
    ChangedFile,
}

/// Events of one kind on one workstation, counted.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SecurityRow {
    /// Its report and place: `stream.number.place`.
    pub id: String,
    /// What happened.
    pub what: SecurityWord,
    /// How often.
    pub count: u32,
    /// The first time, Unix milliseconds.
    #[ts(type = "number")]
    pub first_ms: i64,
    /// The last time, Unix milliseconds.
    #[ts(type = "number")]
    pub last_ms: i64,
    /// Whose workstation: the name as enrolled.
    pub person: String,
    /// The workstation's key.
    pub workstation: String,
    /// The key concerned; empty if none is.
    pub key_id: String,
    /// The height concerned.
    #[ts(type = "number | null")]
    pub height: Option<u64>,
    /// The stream concerned.
    pub stream: Option<u32>,
    /// Somebody here has dealt with it.
    pub done: bool,
}

/// Answer of `security_events`.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SecurityView {
    /// Those not dealt with first, then the newest first.
    pub rows: Vec<SecurityRow>,
    /// How many nobody here has dealt with.
    pub open: u32,
    /// There are more than these.
    pub more: bool,
}
