//! The guardians' backup: what a hub needs to go on after its machine is lost, in one file to a key that guardians share
//! (`docs/spec/backup.md`).
//!
//! The hub keeps the recipient only and writes the file anew when its keys change. It never holds what opens it.

mod content;

use crate::consent::{ConsentError, ConsentFiles};
use crate::edge::{self, NoEntropy};
use crate::home::{Home, HomeError};
use crate::store::{Store, StoreError};
use std::io;
use std::path::{Path, PathBuf};
use wl_ledger::KeyId;
use wl_ledger::keys::SigningKey;
use wl_seal::backup::{BackupError, Gathered};
use wl_seal::{
    BackupSecret, BackupShare, Passphrase, Recipient, RecipientError, SealError, ShareError, Threshold,
    VaultError, WorkFactor, open_backup, seal_backup,
};
use wl_wire::enrolment;
use wl_wire::files;

pub use content::Content;

/// The file with the keys, in the folder of the backup.
pub const BACKUP: &str = "backup.age";

/// Why a backup was not made or does not restore a hub.
#[derive(Debug, thiserror::Error)]
pub enum BackupFailure {
    /// The folder holds a backup already.
    #[error(
        "this folder holds a backup already: choose an empty one, and keep the old one until the new one is with its guardians"
    )]
    Occupied,
    /// The file names another hub than the one inside.
    #[error("the backup is not of the hub that its shares name")]
    OtherHub,
    /// The content is not of this version.
    #[error("the backup opened, but its content is not of a version this program knows")]
    UnknownContent,
    /// Shares.
    #[error(transparent)]
    Shares(#[from] BackupError),
    /// Number of shares.
    #[error(transparent)]
    Threshold(#[from] ShareError),
    /// A guardian's key cannot be sealed to.
    #[error("guardian {0}: {1}")]
    Guardian(usize, RecipientError),
    /// A guardian's passphrase cannot be used.
    #[error("guardian {0}: {1}")]
    Passphrase(usize, VaultError),
    /// Sealing failed, or the file does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A file could not be read or written.
    #[error("{0} cannot be read or written")]
    Disk(&'static str, #[source] io::Error),
    /// The hub's directory.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The hub's store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A patient's key file.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

/// How a guardian's share is protected.
pub enum Guard {
    /// With the guardian's own age key.
    Recipient(String),
    /// Behind a passphrase that the guardian chose.
    Passphrase(Passphrase),
}

/// Makes a backup's key, writes a share of it for each guardian into an empty folder and gives the recipient. Takes as
/// long as the work factor says for each passphrase; not for an async thread.
///
/// # Errors
/// [`BackupFailure`]; shares that were written by then are of no use.
pub fn make_shares(
    folder: &Path,
    hub: KeyId,
    needed: u8,
    guardians: &[Guard],
    work: WorkFactor,
) -> Result<Recipient, BackupFailure> {
    let of = u8::try_from(guardians.len()).unwrap_or(u8::MAX);
    let threshold = Threshold::new(needed, of)?;
    files::create_private_dir(folder).map_err(disk("the backup's folder"))?;
    if folder.join(BACKUP).exists() || folder.join(share_name(1)).exists() {
        return Err(BackupFailure::Occupied);
    }
    let secret = BackupSecret::from_bytes(edge::random()?);
    let fill = |out: &mut [u8; 32]| edge::random().map(|bytes| *out = bytes);
    let (recipient, shares) = BackupShare::make(secret, edge::random()?, hub, threshold, fill)?;
    for (share, (number, guard)) in shares.iter().zip((1..).zip(guardians)) {
        let sealed = match guard {
            Guard::Recipient(text) => {
                let to = Recipient::parse(text).map_err(|error| BackupFailure::Guardian(number, error))?;
                share.seal_to(&to)?
            }
            Guard::Passphrase(passphrase) => {
                share.seal_with(passphrase, work).map_err(|error| BackupFailure::Passphrase(number, error))?
            }
        };
        files::write_durable(&folder.join(share_name(number)), &sealed)
            .map_err(disk("a guardian's share"))?;
    }
    Ok(recipient)
}

/// The file of a guardian's share.
pub fn share_name(number: usize) -> String {
    format!("share-{number}.age")
}

/// Writes the file with the keys.
///
/// # Errors
/// [`BackupFailure::Seal`], [`BackupFailure::Disk`]; the file is then as it was.
pub fn write(folder: &Path, recipient: &Recipient, content: &Content) -> Result<(), BackupFailure> {
    let encoded = content.encode().ok_or(BackupFailure::UnknownContent)?;
    let sealed = seal_backup(recipient, &encoded)?;
    files::write_durable(&folder.join(BACKUP), &sealed).map_err(disk("the backup"))
}

/// Puts a hub from a backup into a directory that holds none, under a new passphrase. Its vault comes last: until then
/// the directory holds no hub, and a restore that was stopped is begun again.
///
/// # Errors
/// [`BackupFailure`].
pub async fn restore(
    directory: PathBuf,
    sealed: &[u8],
    gathered: &Gathered,
    passphrase: Passphrase,
    work: WorkFactor,
) -> Result<(), BackupFailure> {
    let content = Content::decode(&open_backup(gathered, sealed)?).ok_or(BackupFailure::UnknownContent)?;
    let vault = content.vault().ok_or(BackupFailure::UnknownContent)?;
    if SigningKey::from_seed(vault.signing_seed().expose()).id() != gathered.hub {
        return Err(BackupFailure::OtherHub);
    }
    enrolment::read_answer(&content.answer).map_err(|_| BackupFailure::UnknownContent)?;
    let place = Home::restoring(&directory)?;
    files::write_durable(&directory.join("answer.txt"), content.answer.as_bytes())
        .map_err(disk("the enrolment answer"))?;
    let keys = ConsentFiles::new(directory.join("patients"), Vec::new(), work);
    for (name, file) in &content.consent {
        keys.restore(name, file)?;
    }
    let mut store = Store::open(&place.database(), vault.database_key()).await?;
    let mut tx = store.begin().await?;
    content.store(&mut tx).await?;
    tx.commit().await.map_err(StoreError::from)?;
    drop(store);
    place.finish(vault, &passphrase, work)?;
    Ok(())
}

fn disk(what: &'static str) -> impl FnOnce(io::Error) -> BackupFailure {
    move |source| BackupFailure::Disk(what, source)
}
