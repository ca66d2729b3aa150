//! The profile: one directory that holds everything of one person on one workstation.
//!
//! Directory 0700, files 0600, every write durable, one process at a time. The directory holds the vault, the
//! enrolment request and answer, the database and the pinned head; nothing secret lies outside the vault and
//! the database.

mod head;
mod lock_time;
mod opening;
mod protection;
mod throttle;
mod token;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use wl_ledger::control::{Enrolment, ProvenEnrolment};
use wl_ledger::keys::{PublicKey, SigningKey};
use wl_ledger::text::is_plain_line;
use wl_ledger::{KeyId, Role, UnixMillis};
use wl_seal::{Passphrase, ReadingIdentity, Vault, VaultError, WorkFactor};
use wl_wire::enrolment::{self, Answer, FileError};
use wl_wire::files::{self, DirLock};
use wl_wire::security::{self, SecurityEvent, SecurityKind, SecurityReport};
use wl_wire::tls::TransportKey;
use zeroize::Zeroizing;

pub use head::PinnedHead;
pub use lock_time::LockTime;
pub use opening::{Guard, ProtectionChange};
pub use protection::{KeeperError, NoKeeper, PinAsk, Protection, SecretKeeper};
pub use throttle::Throttle;
pub use token::{
    MAX_PIN_BYTES, NoTokens, Pin, SYSTEM_SETTINGS, TokenDoor, TokenError, TokenPlace, TriesLeft,
};
/// By this a keeper names a profile: its signing key.
pub use wl_ledger::KeyId as OwnerKey;

const VAULT: &str = "vault.age";
const REQUEST: &str = "request.txt";
const ANSWER: &str = "answer.txt";
const DATABASE: &str = "desk.db";
const HEAD: &str = "head";
const THROTTLE: &str = "throttle";
const LOCK_TIME: &str = "lock-minutes";
const NOTICED: &str = "noticed";
const PROTECTION: &str = "protection";
const TOKEN: &str = "token";
/// Longest of the small files of one line.
const MAX_LINE_BYTES: usize = 4096;

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
    /// The keeper of the second secret gave no answer.
    #[error(transparent)]
    Keeper(#[from] KeeperError),
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
    keeper: Arc<dyn SecretKeeper>,
    tokens: Arc<dyn TokenDoor>,
    /// The token that opened the keys, logged in until they are locked.
    token: Mutex<Option<Arc<dyn SecretKeeper>>>,
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
        Self::open_with(directory, Arc::new(NoKeeper), Arc::new(NoTokens))
    }

    /// Opens a directory as a profile whose second secret, if it has one, this keychain or a token keeps.
    ///
    /// # Errors
    /// As [`Profile::open`].
    pub fn open_with(
        directory: &Path,
        keeper: Arc<dyn SecretKeeper>,
        tokens: Arc<dyn TokenDoor>,
    ) -> Result<Self, ProfileError> {
        let io = |source| ProfileError::Io { file: "lock", source };
        files::create_private_dir(directory).map_err(io)?;
        let lock = DirLock::take(directory).map_err(|source| match source.kind() {
            io::ErrorKind::WouldBlock => ProfileError::InUse,
            _ => io(source),
        })?;
        Ok(Self { directory: directory.to_owned(), keeper, tokens, token: Mutex::default(), _lock: lock })
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
        if name.is_empty() || name.len() > wl_ledger::limits::MAX_NAME_BYTES || !is_plain_line(name) {
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

    /// How many passphrases were wrong, and until when the next has to wait.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn throttle(&self, now: UnixMillis) -> Result<Throttle, ProfileError> {
        Ok(Throttle::parse(self.read(THROTTLE, MAX_LINE_BYTES)?.as_deref(), now))
    }

    /// Keeps the count before a passphrase is tried.
    ///
    /// # Errors
    /// [`ProfileError::Io`]: then none may be tried.
    pub fn keep_throttle(&self, throttle: &Throttle) -> Result<(), ProfileError> {
        self.write(THROTTLE, throttle.format().as_bytes())
    }

    /// Counts a security event while the database is closed. It holds nothing but its kind, times and number.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn notice(&self, event: &SecurityEvent) -> Result<(), ProfileError> {
        let mut events = self.noticed()?;
        security::count_in(&mut events, event);
        events.truncate(security::MAX_EVENTS);
        if let Ok(report) = SecurityReport::new(events) {
            self.write(NOTICED, &report.to_bytes())?;
        }
        Ok(())
    }

    /// What was counted while the database was closed. A file that was changed counts as that.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn noticed(&self) -> Result<Vec<SecurityEvent>, ProfileError> {
        let Some(bytes) = self.read(NOTICED, security::MAX_REPORT_BYTES)? else { return Ok(Vec::new()) };
        Ok(SecurityReport::parse(&bytes).map_or_else(
            |_| vec![SecurityEvent::once(SecurityKind::ChangedFile, UnixMillis(0))],
            |report| report.events().to_vec(),
        ))
    }

    /// Forgets what was counted, once the database holds it.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn forget_noticed(&self) -> Result<(), ProfileError> {
        match std::fs::remove_file(self.path(NOTICED)) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(ProfileError::Io { file: NOTICED, source })
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// After how many idle minutes this person wants to be locked.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn lock_time(&self) -> Result<LockTime, ProfileError> {
        Ok(LockTime::parse(self.read(LOCK_TIME, MAX_LINE_BYTES)?.as_deref()))
    }

    /// Keeps what this person wants.
    ///
    /// # Errors
    /// [`ProfileError::Io`].
    pub fn keep_lock_time(&self, time: LockTime) -> Result<(), ProfileError> {
        self.write(LOCK_TIME, time.format().as_bytes())
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
