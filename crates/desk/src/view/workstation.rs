//! How this workstation protects the keys on it.

use serde::Serialize;
use ts_rs::TS;

/// What opens the keys beside the passphrase.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyProtection {
    /// Nothing else.
    Passphrase,
    /// A second secret in the operating system's keychain: a copied key file alone cannot be tried out elsewhere.
    Keychain,
    /// A second secret that only a hardware key gives.
    Hardware,
}

/// Part of `settings`: locking, and what protects the keys here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
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
    /// Whether the memory of this program may be written to swap space.
    pub may_be_swapped: bool,
}
