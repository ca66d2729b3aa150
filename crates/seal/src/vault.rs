//! The vault file: everything secret of one person or hub in one passphrase-protected age file. A patient's key is in
//! none of them, see [`crate::consent`].
//!
//! It is a plain age file, so that `age -d` is a way out if this program is ever lost. Reading and
//! writing files, atomically, is the caller's; here are only bytes.

mod codec;

use zeroize::Zeroizing;

use crate::age_file::{self, AgeFault, Sort};
use crate::identity::ReadingIdentity;
use crate::passphrase::{MIN_PASSPHRASE_CHARS, Passphrase};
use crate::secret::secret_type;

/// Largest vault file in bytes.
pub const MAX_VAULT_BYTES: usize = 4096;

secret_type!(
    /// The seed of an ed25519 signing key.
    SigningSeed
);
secret_type!(
    /// The seed of an ed25519 transport key. TLS never signs with the record key.
    TransportSeed
);
secret_type!(
    /// The raw key of the SQLCipher database.
    DatabaseKey
);

/// Why a vault was not written or not opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum VaultError {
    /// The passphrase is empty or too long.
    #[error("passphrase is empty or too long")]
    PassphraseLength,
    /// The passphrase is too short to protect a vault.
    #[error("passphrase is too short: {MIN_PASSPHRASE_CHARS} characters are needed")]
    PassphraseTooShort,
    /// Not a passphrase-protected age file. Nothing was tried.
    #[error("not a vault file")]
    NotAVault,
    /// Above [`MAX_VAULT_BYTES`].
    #[error("vault file has {got} bytes, allowed are {MAX_VAULT_BYTES}")]
    TooLarge {
        /// Bytes found.
        got: usize,
    },
    /// The file asks for more work than [`WorkFactor::MAX_ACCEPTED`]: hours and gigabytes.
    #[error("vault file asks for work factor {required}, allowed are {}", WorkFactor::MAX_ACCEPTED)]
    ExcessiveWork {
        /// Asked for.
        required: u8,
    },
    /// Wrong passphrase or damaged file. Nothing tells the two apart, on purpose.
    #[error("vault does not open: the passphrase is wrong or the file is damaged")]
    Refused,
    /// The right passphrase, but content this version does not know.
    #[error("vault opened, but its content is not of a version this program knows")]
    UnknownContent,
    /// A primitive failed.
    #[error("vault could not be encrypted")]
    Encryption,
}

/// scrypt's work factor: 2^n rounds and 2^n KiB of memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WorkFactor(u8);

impl WorkFactor {
    /// About one second and 128 MiB on the reference machine (`docs/adr/0020-encryption.md`).
    pub const PRODUCTION: Self = Self(17);

    /// The highest that a file may ask for: 256 MiB.
    pub const MAX_ACCEPTED: u8 = 18;

    /// A work factor from 1 to [`Self::MAX_ACCEPTED`]. Anything below [`Self::PRODUCTION`] is for
    /// tests and demonstrations.
    pub fn new(log_n: u8) -> Option<Self> {
        (1..=Self::MAX_ACCEPTED).contains(&log_n).then_some(Self(log_n))
    }
}

/// The keys of one person or one hub.
pub struct Vault {
    signing: SigningSeed,
    reading: ReadingIdentity,
    transport: TransportSeed,
    database: DatabaseKey,
}

impl Vault {
    /// Puts keys into a new vault.
    pub fn new(
        signing: SigningSeed,
        reading: ReadingIdentity,
        transport: TransportSeed,
        database: DatabaseKey,
    ) -> Self {
        Self { signing, reading, transport, database }
    }

    /// Makes all four keys of 128 random bytes; the caller wipes them.
    ///
    /// # Errors
    /// [`VaultError::Encryption`] only.
    pub fn from_entropy(random: &[u8; 128]) -> Result<Self, VaultError> {
        let mut chunks = random.as_chunks::<32>().0.iter();
        let mut next = || chunks.next().copied().ok_or(VaultError::Encryption);
        let signing = SigningSeed::from_bytes(next()?);
        let reading = ReadingIdentity::from_bytes(next()?).map_err(|_| VaultError::Encryption)?;
        let transport = TransportSeed::from_bytes(next()?);
        let database = DatabaseKey::from_bytes(next()?);
        Ok(Self::new(signing, reading, transport, database))
    }

    /// The seed of the signing key.
    pub fn signing_seed(&self) -> &SigningSeed {
        &self.signing
    }

    /// The encryption key.
    pub fn reading_identity(&self) -> &ReadingIdentity {
        &self.reading
    }

    /// The seed of the transport key.
    pub fn transport_seed(&self) -> &TransportSeed {
        &self.transport
    }

    /// The database key.
    pub fn database_key(&self) -> &DatabaseKey {
        &self.database
    }

    /// The content, for the guardians' backup only, which seals it.
    pub fn to_content(&self) -> Option<Zeroizing<Vec<u8>>> {
        codec::encode(self)
    }

    /// Reads what [`Self::to_content`] gave, and nothing else.
    pub fn from_content(content: &[u8]) -> Option<Self> {
        read(content)
    }

    /// The vault as the bytes of an age file. Write them atomically: temporary file, fsync, rename, fsync.
    ///
    /// # Errors
    /// [`VaultError::PassphraseTooShort`], [`VaultError::Encryption`].
    pub fn seal(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<Vec<u8>, VaultError> {
        let content = codec::encode(self).ok_or(VaultError::Encryption)?;
        lock(passphrase, work, &content)
    }

    /// Opens the bytes of a vault file. Takes as long as the work factor says; not for an async thread.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`], [`VaultError::NotAVault`] and [`VaultError::ExcessiveWork`] before the
    /// passphrase is tried; [`VaultError::Refused`]; [`VaultError::UnknownContent`].
    pub fn open(file: &[u8], passphrase: &Passphrase) -> Result<Self, VaultError> {
        read(&unlock(passphrase, file)?).ok_or(VaultError::UnknownContent)
    }

    /// Opens a vault file so that whoever guesses learns nothing from the answer or from how long it took: a file
    /// that is refused before any passphrase is tried costs one derivation of the usual work instead, and is refused in the
    /// same word.
    ///
    /// # Errors
    /// [`VaultError::Refused`] for a wrong passphrase and for every kind of damage; [`VaultError::UnknownContent`]
    /// only under the right passphrase.
    pub fn unlock(file: &[u8], passphrase: &Passphrase) -> Result<Self, VaultError> {
        match Self::open(file, passphrase) {
            Err(VaultError::NotAVault | VaultError::TooLarge { .. } | VaultError::ExcessiveWork { .. }) => {
                let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
                recipient.set_work_factor(WorkFactor::PRODUCTION.0);
                // What comes out is of no use; only the work counts.
                let _spent = age_file::encrypt(&[&recipient], &[b""]);
                Err(VaultError::Refused)
            }
            tried => tried,
        }
    }
}

/// One encoding per content: what does not come out again the same is not ours.
fn read(content: &[u8]) -> Option<Vault> {
    let vault = codec::decode(content)?;
    let again = codec::encode(&vault)?;
    (again.as_slice() == content).then_some(vault)
}

#[cfg(feature = "content")]
pub(crate) fn content_is_ours(content: &[u8]) -> bool {
    read(content).is_some()
}

/// Puts a secret content into an age file behind a passphrase.
pub(crate) fn lock(passphrase: &Passphrase, work: WorkFactor, content: &[u8]) -> Result<Vec<u8>, VaultError> {
    if passphrase.chars() < MIN_PASSPHRASE_CHARS {
        return Err(VaultError::PassphraseTooShort);
    }
    let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
    recipient.set_work_factor(work.0);
    age_file::encrypt(&[&recipient], &[content]).ok_or(VaultError::Encryption)
}

/// Opens what [`lock`] made.
pub(crate) fn unlock(passphrase: &Passphrase, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    if file.len() > MAX_VAULT_BYTES {
        return Err(VaultError::TooLarge { got: file.len() });
    }
    let mut identity = age::scrypt::Identity::new(passphrase.secret());
    identity.set_max_work_factor(WorkFactor::MAX_ACCEPTED);
    age_file::decrypt(&identity, file, Sort::Passphrase).map_err(|fault| match fault {
        AgeFault::Malformed => VaultError::NotAVault,
        AgeFault::ExcessiveWork { required } => VaultError::ExcessiveWork { required },
        AgeFault::Refused => VaultError::Refused,
    })
}
