//! The hub's directory: its vault, what it trusts, its store and the lock that keeps a second hub out.

use crate::consent::ConsentFiles;
use crate::edge::{self, NoEntropy};
use std::io;
use std::path::{Path, PathBuf};
use wl_ledger::Role;
use wl_ledger::control::{Enrolment, ProvenEnrolment};
use wl_ledger::keys::SigningKey;
use wl_seal::{Passphrase, Vault, VaultError, WorkFactor};
use wl_wire::enrolment::{self, Answer, FileError};
use wl_wire::files::{self, DirLock};
use wl_wire::tls::{TlsError, TransportKey};
use zeroize::Zeroizing;

const VAULT: &str = "vault.age";
const ANSWER: &str = "answer.txt";
const REQUEST: &str = "request.txt";
const PATIENTS: &str = "patients";
const DATABASE: &str = "hub.db";
const MAX_VAULT_FILE: usize = 4 * 1024 * 1024;

/// Why the hub's directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// A file could not be read or written.
    #[error("{what} cannot be read or written")]
    File {
        /// Which file.
        what: &'static str,
        /// The operating system's reason.
        source: io::Error,
    },
    /// Another hub runs on this directory.
    #[error("another hub uses this directory")]
    InUse,
    /// The directory holds a hub already.
    #[error("this directory holds a hub's keys already; they are not replaced")]
    Exists,
    /// The vault does not open.
    #[error("the hub's vault does not open")]
    Vault(#[from] VaultError),
    /// The enrolment answer is damaged or of another kind.
    #[error("the enrolment answer cannot be used")]
    Answer(#[from] FileError),
    /// The transport key cannot be used.
    #[error("the transport key cannot be used")]
    Transport(#[from] TlsError),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

/// An opened hub directory.
pub struct Home {
    directory: PathBuf,
    work: WorkFactor,
    vault: Vault,
    _lock: DirLock,
}

impl Home {
    /// Makes a directory with new keys and writes the enrolment request that an administrator is to enrol.
    ///
    /// # Errors
    /// [`HomeError::Exists`] when there are keys already; they are never overwritten.
    pub fn create(
        directory: &Path,
        name: &str,
        passphrase: Passphrase,
        work: WorkFactor,
    ) -> Result<Self, HomeError> {
        files::create_private_dir(directory).map_err(file("hub directory"))?;
        let lock = lock(directory)?;
        if directory.join(VAULT).exists() {
            return Err(HomeError::Exists);
        }
        let random = Zeroizing::new(edge::random::<128>()?);
        let vault = Vault::from_entropy(&random)?;
        let home = Self::keep(directory, vault, &passphrase, work, lock)?;
        let request = home.request(name)?;
        let text = enrolment::write_request(&request);
        files::write_durable(&directory.join(REQUEST), text.as_bytes()).map_err(file("enrolment request"))?;
        Ok(home)
    }

    /// Opens an existing directory.
    ///
    /// # Errors
    /// [`HomeError`].
    pub fn open(directory: &Path, passphrase: Passphrase, work: WorkFactor) -> Result<Self, HomeError> {
        let lock = lock(directory)?;
        let sealed = files::read_bounded(&directory.join(VAULT), MAX_VAULT_FILE).map_err(file("vault"))?;
        let vault = Vault::open(&sealed, &passphrase)?;
        Ok(Self { directory: directory.to_owned(), work, vault, _lock: lock })
    }

    /// The hub's signing key.
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_seed(self.vault.signing_seed().expose())
    }

    /// The hub's transport key.
    ///
    /// # Errors
    /// [`HomeError::Transport`].
    pub fn transport_key(&self) -> Result<TransportKey, HomeError> {
        Ok(TransportKey::from_seed(self.vault.transport_seed())?)
    }

    /// The keys, for the store.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the database lies.
    pub fn database(&self) -> PathBuf {
        self.directory.join(DATABASE)
    }

    /// The enrolment request with proof of possession.
    ///
    /// # Errors
    /// [`HomeError::Transport`].
    pub fn request(&self, name: &str) -> Result<ProvenEnrolment, HomeError> {
        let key = self.signing_key();
        let transport = self.transport_key()?.public();
        let enrolment = Enrolment {
            name: name.to_owned(),
            role: Role::Hub,
            sign: key.public(),
            reading: self.vault.reading_identity().recipient().as_str().to_owned(),
            transport: wl_ledger::keys::PublicKey::from_bytes(*transport.as_bytes()),
        };
        Ok(ProvenEnrolment::prove(enrolment, &key))
    }

    /// Keeps the enrolment answer: the chain and the gateways that this hub trusts from now on.
    ///
    /// # Errors
    /// [`HomeError::Answer`] when it cannot be used; nothing is then stored.
    pub fn accept_answer(&self, text: &str) -> Result<Answer, HomeError> {
        let answer = enrolment::read_answer(text)?;
        files::write_durable(&self.directory.join(ANSWER), text.as_bytes())
            .map_err(file("enrolment answer"))?;
        Ok(answer)
    }

    /// The enrolment answer, or `None` before this hub was enrolled.
    ///
    /// # Errors
    /// [`HomeError`] when it is there and cannot be used.
    pub fn answer(&self) -> Result<Option<Answer>, HomeError> {
        match files::read_bounded(&self.directory.join(ANSWER), enrolment::MAX_FILE_BYTES) {
            Ok(bytes) => Ok(Some(enrolment::read_answer(&String::from_utf8_lossy(&bytes))?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(HomeError::File { what: "enrolment answer", source }),
        }
    }

    /// The work factor of passphrase files that are written here.
    pub fn work(&self) -> WorkFactor {
        self.work
    }

    /// The files of the patients' own keys. The hub cannot open them.
    pub fn consent_files(&self, sticks: Vec<PathBuf>) -> ConsentFiles {
        ConsentFiles::new(self.directory.join(PATIENTS), sticks, self.work)
    }

    /// Takes a directory that holds no hub, for one from a backup.
    ///
    /// # Errors
    /// [`HomeError::Exists`] when there are keys already.
    pub fn restoring(directory: &Path) -> Result<Restoring, HomeError> {
        files::create_private_dir(directory).map_err(file("hub directory"))?;
        let lock = lock(directory)?;
        if directory.join(VAULT).exists() {
            return Err(HomeError::Exists);
        }
        Ok(Restoring { directory: directory.to_owned(), lock })
    }

    fn keep(
        directory: &Path,
        vault: Vault,
        passphrase: &Passphrase,
        work: WorkFactor,
        lock: DirLock,
    ) -> Result<Self, HomeError> {
        let sealed = vault.seal(passphrase, work)?;
        files::write_durable(&directory.join(VAULT), &sealed).map_err(file("vault"))?;
        Ok(Self { directory: directory.to_owned(), work, vault, _lock: lock })
    }
}

/// A directory that becomes a hub's as soon as its vault is there.
pub struct Restoring {
    directory: PathBuf,
    lock: DirLock,
}

impl Restoring {
    /// Where the database lies.
    pub fn database(&self) -> PathBuf {
        self.directory.join(DATABASE)
    }

    /// Writes the vault under a new passphrase, last of all.
    ///
    /// # Errors
    /// [`HomeError`]; the directory then holds no hub.
    pub fn finish(self, vault: Vault, passphrase: &Passphrase, work: WorkFactor) -> Result<Home, HomeError> {
        Home::keep(&self.directory, vault, passphrase, work, self.lock)
    }
}

fn lock(directory: &Path) -> Result<DirLock, HomeError> {
    DirLock::take(directory).map_err(|source| match source.kind() {
        io::ErrorKind::WouldBlock => HomeError::InUse,
        _ => HomeError::File { what: "lock", source },
    })
}

fn file(what: &'static str) -> impl FnOnce(io::Error) -> HomeError {
    move |source| HomeError::File { what, source }
}
