//! Keys and ciphertext: epoch and generation secrets, age envelopes and documents, record
//! encryption, the vault file and the alarm header for a locked workstation (design §5).
//!
//! Pure: no I/O and no clock; random bytes are arguments. The one exception is inside age, which
//! draws its file key, ephemeral key and salt from the operating system itself
//! (`docs/adr/0020-encryption.md`). Formats and vectors: `docs/spec/seal.md`.
//!
//! Secret types wipe themselves when dropped and can be neither printed, copied nor serialized.
#![forbid(unsafe_code)]

mod aead;
mod age_file;
pub mod alarm;
pub mod backup;
pub mod consent;
#[cfg(feature = "content")]
pub mod content;
mod context;
pub mod document;
pub mod envelope;
mod epoch;
mod error;
mod generation;
mod identity;
pub mod notice;
mod padding;
mod passphrase;
mod recipient;
mod record;
mod secret;
mod shamir;
pub mod share;
pub mod vault;

pub use aead::NONCE_BYTES;
pub use alarm::{AlarmContext, AlarmHeader, BedAlias, LockKey, open_alarm_header, seal_alarm_header};
pub use backup::{BackupError, BackupSecret, BackupShare, gather, open_backup, seal_backup};
pub use consent::ConsentKey;
pub use context::{EpochContext, GenerationContext, RecordContext};
pub use document::{open_document, seal_document};
pub use envelope::{open_envelope, open_mailed_envelope, seal_envelope};
pub use epoch::{EpochKeys, EpochSecret, RecordKey};
pub use error::{SealError, Sealed};
pub use generation::GenerationSecret;
pub use identity::ReadingIdentity;
pub use notice::{NoticeContext, open_notice, seal_notice};
pub use passphrase::{MAX_PASSPHRASE_BYTES, MIN_PASSPHRASE_CHARS, Passphrase};
pub use recipient::{MAX_RECIPIENT_BYTES, Recipient, RecipientError};
pub use record::{MAX_RECORD_PLAINTEXT, open_record, seal_record};
pub use share::{Combined, KeyShare, ShareError, Threshold, open_share, seal_share, shares_root};
pub use vault::{DatabaseKey, SigningSeed, TransportSeed, Vault, VaultError, WorkFactor};
