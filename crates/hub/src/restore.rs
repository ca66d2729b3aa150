//! `wardlight-hub restore`: guardians bring their shares, and a hub goes on in a new directory.

use crate::{ask, say};
use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use wl_hub::backup;
use wl_seal::backup::{BackupError, MAX_BACKUP_BYTES, MAX_BACKUP_SHARE_BYTES};
use wl_seal::{BackupShare, Passphrase, VaultError, WorkFactor, gather};
use wl_wire::files;

/// What every age file begins with.
const AGE: &[u8] = b"age-encryption.org/v1";

/// Restores a hub, or says which share does not belong.
pub(crate) async fn restore(
    directory: PathBuf,
    passphrase: Passphrase,
    backup: &Path,
    shares: &[PathBuf],
    passphrases: &[PathBuf],
) -> anyhow::Result<()> {
    let sealed = files::read_bounded(backup, MAX_BACKUP_BYTES).context("the backup")?;
    let mut passphrases = passphrases.iter();
    let mut opened = Vec::with_capacity(shares.len());
    for path in shares {
        opened.push(open(path, &mut passphrases).with_context(|| format!("share {}", path.display()))?);
    }
    let gathered = match gather(opened) {
        Ok(gathered) => gathered,
        Err(error @ (BackupError::Foreign(at) | BackupError::Changed(at))) => {
            let which = shares.get(at).map(|path| path.display().to_string()).unwrap_or_default();
            bail!("{which}: {error}");
        }
        Err(error) => return Err(error.into()),
    };
    backup::restore(directory, &sealed, &gathered, passphrase, WorkFactor::PRODUCTION).await?;
    say(&format!("restored hub {}", gathered.hub));
    say("start it with `run`; the old one, if it is found, must never run again");
    Ok(())
}

fn open<'a>(path: &Path, passphrases: &mut impl Iterator<Item = &'a PathBuf>) -> anyhow::Result<BackupShare> {
    let bytes = files::read_bounded(path, MAX_BACKUP_SHARE_BYTES).context("it cannot be read")?;
    if !bytes.starts_with(AGE) {
        return Ok(BackupShare::parse(&bytes)?);
    }
    let typed = ask::passphrase(&format!("Passphrase of {}", path.display()), &passphrases.next().cloned())?;
    match BackupShare::open_with(&bytes, &typed.passphrase()?) {
        Err(VaultError::NotAVault) => {
            bail!(
                "it is sealed to a guardian's age key: open it with `age -d -i KEY` and give what comes out"
            )
        }
        opened => Ok(opened?),
    }
}
