//! The hub's directory: its vault, what it trusts, its store and the lock that keeps a second hub out.

use crate::edge::{self, NoEntropy};
use std::io;
use std::path::{Path, PathBuf};
use wl_ledger::control::{Enrolment, ProvenEnrolment};
use wl_ledger::keys::SigningKey;
use wl_ledger::{PatientId, Role};
use wl_seal::{Passphrase, SigningSeed, Vault, VaultError, WorkFactor};
use wl_wire::enrolment::{self, Answer, FileError};
use wl_wire::files::{self, DirLock};
use wl_wire::tls::{TlsError, TransportKey};
use zeroize::Zeroizing;

const VAULT: &str = "vault.age";
const ANSWER: &str = "answer.txt";
const REQUEST: &str = "request.txt";
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
    passphrase: Passphrase,
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
        let home = Self {
            directory: directory.to_owned(),
            passphrase,
            work,
            vault: Vault::from_entropy(&random)?,
            _lock: lock,
        };
        home.save_vault()?;
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
        Ok(Self { directory: directory.to_owned(), passphrase, work, vault, _lock: lock })
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
        self.directory.join("hub.db")
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

    /// The signing key of a patient that this hub keeps.
    pub fn patient_key(&self, patient: &PatientId) -> Option<SigningKey> {
        self.vault.patient_seed(patient).map(|seed| SigningKey::from_seed(seed.expose()))
    }

    /// Makes a pseudonym and a signing key for a new patient and keeps the key in the vault.
    ///
    /// # Errors
    /// [`HomeError`]; the vault on disk is then as it was.
    pub fn add_patient(&mut self) -> Result<(PatientId, SigningKey), HomeError> {
        let patient = PatientId::from_bytes(edge::random()?);
        let seed = Zeroizing::new(edge::random::<32>()?);
        self.vault.add_patient(patient, SigningSeed::from_bytes(*seed))?;
        self.save_vault()?;
        Ok((patient, SigningKey::from_seed(&seed)))
    }

    fn save_vault(&self) -> Result<(), HomeError> {
        let sealed = self.vault.seal(&self.passphrase, self.work)?;
        files::write_durable(&self.directory.join(VAULT), &sealed).map_err(file("vault"))
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
