//! The profile: one directory that holds everything of one person on one workstation.
//!
//! Directory 0700, files 0600, every write durable, one process at a time. The directory holds the vault, the
//! enrolment request and answer, the database and the pinned head; nothing secret lies outside the vault and
//! the database.

mod head;
mod throttle;

use std::io;
use std::path::{Path, PathBuf};
use wl_ledger::control::{Enrolment, ProvenEnrolment};
use wl_ledger::keys::{PublicKey, SigningKey};
use wl_ledger::{KeyId, Role};
use wl_seal::{Passphrase, ReadingIdentity, Vault, VaultError, WorkFactor};
use wl_wire::enrolment::{self, Answer, FileError};
use wl_wire::files::{self, DirLock};
use wl_wire::tls::TransportKey;
use zeroize::Zeroizing;

pub use head::PinnedHead;
pub use throttle::Throttle;

const VAULT: &str = "vault.age";
const REQUEST: &str = "request.txt";
const ANSWER: &str = "answer.txt";
const DATABASE: &str = "desk.db";
const HEAD: &str = "head";

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Another process uses it.
    #[error("another Wardlight uses this profile")]
    InUse,
    /// A file of it cannot be read or written.
    #[error("file {file} of the profile cannot be read or written")]
    Io {
        /// Name of the file.
        file: &'static str,
        /// Why.
        source: io::Error,
    },
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The request or the answer.
    #[error(transparent)]
    File(#[from] FileError),
    /// Keys exist already; a second set would orphan the first.
    #[error("this profile has keys already")]
    HasKeys,
    /// There are no keys yet.
    #[error("this profile has no keys yet")]
    NoKeys,
    /// There is no enrolment answer yet.
    #[error("this profile is not enrolled yet")]
    NotEnrolled,
    /// An answer of another chain than the one this profile already follows.
    #[error("this profile belongs to another hospital's ledger")]
    OtherChain,
    /// A name that no ledger takes.
    #[error("the name is empty, too long or holds control characters")]
    Name,
    /// The vault's key is not the one the request names.
    #[error("the vault does not belong to the request beside it")]
    OtherVault,
    /// The keys in the vault make no transport key.
    #[error("the vault's transport key cannot be used")]
    Transport,
}

/// How far a profile has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// No keys.
    Empty,
    /// Keys, but no answer.
    AwaitingAnswer,
    /// Keys and answer.
    Enrolled,
}

/// An opened profile directory; the lock is held as long as it lives.
pub struct Profile {
    directory: PathBuf,
    _lock: DirLock,
}

/// The unlocked keys. Dropping them wipes them.
pub struct Keys {
    vault: Vault,
    signing: SigningKey,
}

impl Keys {
    fn of(vault: Vault) -> Self {
        let signing = SigningKey::from_seed(vault.signing_seed().expose());
        Self { vault, signing }
    }

    /// The short name of the signing key.
    pub fn id(&self) -> KeyId {
        self.signing.id()
    }

    /// Signs records and transactions.
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// Opens key envelopes.
    pub fn reading(&self) -> &ReadingIdentity {
        self.vault.reading_identity()
    }

    /// Opens the database.
    pub fn database(&self) -> &wl_seal::DatabaseKey {
        self.vault.database_key()
    }

    /// Authenticates connections.
    ///
    /// # Errors
    /// [`ProfileError::Transport`].
    pub fn transport(&self) -> Result<TransportKey, ProfileError> {
        TransportKey::from_seed(self.vault.transport_seed()).map_err(|_| ProfileError::Transport)
    }
}

impl Profile {
    /// Opens a directory as a profile, making it if it is not there.
    ///
    /// # Errors
    /// [`ProfileError::InUse`], [`ProfileError::Io`].
    pub fn open(directory: &Path) -> Result<Self, ProfileError> {
        let io = |source| ProfileError::Io { file: "lock", source };
        files::create_private_dir(directory).map_err(io)?;
        let lock = DirLock::take(directory).map_err(|source| match source.kind() {
            io::ErrorKind::WouldBlock => ProfileError::InUse,
            _ => io(source),
        })?;
        Ok(Self { directory: directory.to_owned(), _lock: lock })
    }

    /// How far it has come.
    pub fn stage(&self) -> Stage {
        match (self.path(REQUEST).exists(), self.path(ANSWER).exists()) {
            (false, false) => Stage::Empty,
            (true, false) => Stage::AwaitingAnswer,
            (_, true) => Stage::Enrolled,
        }
    }

    /// Where the database lies.
    pub fn database(&self) -> PathBuf {
        self.path(DATABASE)
    }

    /// Where the request lies.
    pub fn request_path(&self) -> PathBuf {
        self.path(REQUEST)
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Makes keys of 128 random bytes and writes vault and request.
    ///
    /// If it stops after the vault was written, no request names its key, nobody has seen it, and the next call
    /// replaces it.
    ///
    /// # Errors
    /// [`ProfileError::HasKeys`], [`ProfileError::Name`], [`ProfileError::Vault`] for a weak passphrase,
    /// [`ProfileError::Io`].
    pub fn create_keys(
        &self,
        name: &str,
        role: Role,
        passphrase: &Passphrase,
        entropy: &Zeroizing<[u8; 128]>,
        work: WorkFactor,
    ) -> Result<ProvenEnrolment, ProfileError> {
        if self.stage() != Stage::Empty {
            return Err(ProfileError::HasKeys);
        }
        let name = name.trim();
        if name.is_empty()
            || name.len() > wl_ledger::limits::MAX_NAME_BYTES
            || name.chars().any(char::is_control)
        {
            return Err(ProfileError::Name);
        }
        let keys = Keys::of(Vault::from_entropy(entropy)?);
        let enrolment = Enrolment {
            name: name.to_owned(),
            role,
            sign: keys.signing.public(),
            reading: keys.reading().recipient().as_str().to_owned(),
            transport: PublicKey::from_bytes(*keys.transport()?.public().as_bytes()),
        };
        let request = ProvenEnrolment::prove(enrolment, &keys.signing);
        self.write(VAULT, &keys.vault.seal(passphrase, work)?)?;
        self.write(REQUEST, enrolment::write_request(&request).as_bytes())?;
        Ok(request)
    }

    /// The request, as text and as content.
    ///
    /// # Errors
    /// [`ProfileError::NoKeys`], [`ProfileError::File`], [`ProfileError::Io`].
    pub fn request(&self) -> Result<(String, ProvenEnrolment), ProfileError> {
        let text = self.read_text(REQUEST, ProfileError::NoKeys)?;
        let request = enrolment::read_request(&text)?;
        Ok((text, request))
    }

    /// Takes an enrolment answer.
    ///
    /// # Errors
    /// [`ProfileError::NoKeys`], [`ProfileError::File`], [`ProfileError::OtherChain`], [`ProfileError::Io`].
    pub fn load_answer(&self, text: &str) -> Result<Answer, ProfileError> {
        if self.stage() == Stage::Empty {
            return Err(ProfileError::NoKeys);
        }
        let answer = enrolment::read_answer(text)?;
        if self.stage() == Stage::Enrolled && self.answer()?.chain != answer.chain {
            return Err(ProfileError::OtherChain);
        }
        self.write(ANSWER, text.as_bytes())?;
        Ok(answer)
    }

    /// The answer.
    ///
    /// # Errors
    /// [`ProfileError::NotEnrolled`], [`ProfileError::File`], [`ProfileError::Io`].
    pub fn answer(&self) -> Result<Answer, ProfileError> {
        let text = self.read_text(ANSWER, ProfileError::NotEnrolled)?;
        Ok(enrolment::read_answer(&text)?)
    }

    /// Opens the vault. Takes about a second: not for an async thread.
    ///
    /// # Errors
    /// [`ProfileError::Vault`]; a wrong passphrase and a damaged file are not told apart.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<Keys, ProfileError> {
        let bytes = self.read(VAULT, wl_seal::vault::MAX_VAULT_BYTES)?.ok_or(ProfileError::NoKeys)?;
        let keys = Keys::of(Vault::open(&bytes, passphrase)?);
        let (_, request) = self.request()?;
        if request.enrolment.sign != keys.signing.public() {
            return Err(ProfileError::OtherVault);
        }
        Ok(keys)
    }

    /// The newest head that was durable when it was written, or what is wrong with the file.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn pinned_head(&self) -> Result<PinnedHead, ProfileError> {
        Ok(head::parse(self.read(HEAD, 4096)?.as_deref()))
    }

    /// Pins a head outside of the database, so that a database that is put back in time is noticed. It must be
    /// durable in the database before.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn pin_head(&self, height: wl_ledger::Height, id: wl_ledger::Hash) -> Result<(), ProfileError> {
        self.write(HEAD, head::format(height, id).as_bytes())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn write(&self, file: &'static str, bytes: &[u8]) -> Result<(), ProfileError> {
        files::write_durable(&self.path(file), bytes).map_err(|source| ProfileError::Io { file, source })
    }

    fn read(&self, file: &'static str, max: usize) -> Result<Option<Vec<u8>>, ProfileError> {
        match files::read_bounded(&self.path(file), max) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ProfileError::Io { file, source }),
        }
    }

    fn read_text(&self, file: &'static str, missing: ProfileError) -> Result<String, ProfileError> {
        let bytes = self.read(file, enrolment::MAX_FILE_BYTES)?.ok_or(missing)?;
        String::from_utf8(bytes).map_err(|_| ProfileError::File(FileError::Damaged))
    }
}
