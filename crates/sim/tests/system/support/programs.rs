//! The product's own programs, built once for a test that kills or inspects their processes.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

/// Builds hub, gateway, verifier and the desk without a window beside this package's own program. It costs nothing when they
/// are up to date, and where the run of all tests has built them (`WARDLIGHT_BUILT`) it is not asked for.
pub(crate) fn build() {
    if std::env::var_os("WARDLIGHT_BUILT").is_some() {
        return;
    }
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let target = folder().parent().unwrap().to_owned();
        let mut command = Command::new(cargo);
        command.args([
            "build",
            "--quiet",
            "-p",
            "wl-hub",
            "-p",
            "wl-gateway",
            "-p",
            "wl-desk",
            "-p",
            "wl-verify",
            "--bins",
            "--target-dir",
        ]);
        command.arg(target);
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        assert!(command.status().expect("cargo runs").success(), "the programs are built");
    });
}

/// A program of the product.
pub(crate) fn command(name: &str) -> tokio::process::Command {
    tokio::process::Command::new(folder().join(name))
}

/// A log file beside a test's other file, for the standard error of processes; each one's lines come after the others'.
pub(crate) fn log(beside: &Path) -> File {
    File::options().create(true).append(true).open(beside.with_extension("log")).unwrap()
}

/// What was logged.
pub(crate) fn logged(beside: &Path) -> String {
    std::fs::read_to_string(beside.with_extension("log")).unwrap_or_default()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_wardlight-demo")).parent().unwrap().to_owned()
}
