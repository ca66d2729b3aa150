//! How this workstation protects the keys on it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What opens the keys beside the passphrase.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyProtection {
    /// Nothing else.
    Passphrase,
    /// A second secret in the operating system's keychain: a copied key file alone cannot be tried out elsewhere.
    Keychain,
    /// A second secret on a smart card or security key, which gives it for its PIN only.
    Token,
}

/// Which token is set up on this workstation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TokenPlaceView {
    /// Absolute path of the PKCS #11 module that drives it.
    pub module: String,
    /// Its label; empty for whichever is inserted.
    pub label: String,
    /// The settings of the whole workstation say so: nobody changes it here.
    pub fixed: bool,
}

/// Argument of `protect`: what is to open the keys beside the passphrase.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProtectAsk {
    /// What.
    pub by: KeyProtection,
    /// Absolute path of the token's module; empty where the one that is set up is meant.
    pub module: String,
    /// Label of the token; empty for whichever is inserted.
    pub label: String,
}

/// Part of `settings`: locking, and what protects the keys here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkstationView {
    /// Idle minutes after which this person wants to be locked.
    pub lock_minutes: u8,
    /// The most that the hospital's policy allows; the shorter of the two counts.
    pub lock_minutes_at_most: u8,
    /// What is in force.
    pub protection: KeyProtection,
    /// Whether there is a keychain that could hold a second secret.
    pub keychain_there: bool,
    /// Whether this build can use tokens.
    pub tokens_known: bool,
    /// The token that is set up, if one is. Nobody has asked it: it may not be inserted.
    pub token: Option<TokenPlaceView>,
    /// Whether the memory of this program may be written to swap space.
    pub may_be_swapped: bool,
}
