//! Passphrases from files, or typed without being shown.

use anyhow::{Context as _, bail};
use std::io::{IsTerminal as _, stdin};
use std::path::{Path, PathBuf};
use wl_hub::hub::control::Typed;
use wl_wire::files;
use zeroize::Zeroizing;

/// The passphrase in a file, or what a person types.
pub(crate) fn passphrase(what: &str, file: &Option<PathBuf>) -> anyhow::Result<Typed> {
    match file {
        Some(path) => from_file(path),
        None => Ok(Typed::new(typed(what)?)),
    }
}

/// The same for a passphrase that did not exist before: a person types it twice.
pub(crate) fn new_passphrase(what: &str, file: &Option<PathBuf>) -> anyhow::Result<Typed> {
    if let Some(path) = file {
        return from_file(path);
    }
    let (first, again) = (Zeroizing::new(typed(what)?), Zeroizing::new(typed("Once more")?));
    if *first != *again {
        bail!("the two were not the same; nothing was done");
    }
    Ok(Typed::new(first.as_str().to_owned()))
}

fn from_file(path: &Path) -> anyhow::Result<Typed> {
    let bytes = files::read_bounded(path, 4096).context("the passphrase file")?;
    let text = Zeroizing::new(String::from_utf8(bytes).context("the passphrase is not UTF-8")?);
    Ok(Typed::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn typed(what: &str) -> anyhow::Result<String> {
    if !stdin().is_terminal() {
        bail!("there is nobody to ask for a passphrase here: name a file that holds it");
    }
    rpassword::prompt_password(format!("{what}: ")).context("the passphrase could not be read")
}
