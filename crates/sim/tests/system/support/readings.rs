//! What a workstation has opened, as the command line prints it.

use super::Station;
use std::collections::BTreeMap;
use std::ffi::OsString;
use wl_sim::hospital::PASSPHRASE;

/// Opened values by the time taken, as printed, and how often each came.
pub(crate) async fn opened(station: &Station, mdc: u32) -> anyhow::Result<BTreeMap<(String, String), usize>> {
    let mut out = BTreeMap::new();
    for line in run(station, &["readings", "--csv", "--sync"]).await?.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        if columns[1] == mdc.to_string() {
            *out.entry((columns[0].to_owned(), columns[3].to_owned())).or_default() += 1;
        }
    }
    Ok(out)
}

/// Runs a command of the desk as the person of a station.
pub(crate) async fn run(station: &Station, arguments: &[&str]) -> anyhow::Result<String> {
    let secret = station.directory().with_extension("passphrase");
    std::fs::write(&secret, PASSPHRASE)?;
    let mut all: Vec<OsString> = vec!["wardlight".into()];
    all.extend(arguments.iter().map(Into::into));
    all.extend(["--profile".into(), station.directory().into()]);
    all.extend(["--passphrase-file".into(), secret.into()]);
    let mut out = Vec::new();
    wl_desk::cli::run(all, &mut out).await?;
    Ok(String::from_utf8(out)?)
}
