//! Tokens of SoftHSM in a directory of their own. The module reads where they lie from the environment when it is
//! started, so each test runs in a process of its own, which it starts itself.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test programs"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use wl_desk::profile::{Pin, TokenPlace};

const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
];
const SETTINGS: &str = "SOFTHSM2_CONF";
const WHICH: &str = "WARDLIGHT_TOKEN_TEST";
const PART: &str = "WARDLIGHT_TOKEN_PART";

/// Long enough to be looked for where it must not be.
pub const PIN: &str = "Kanarienvogel-4711";

#[derive(Clone)]
pub struct SoftHsm {
    pub folder: PathBuf,
    pub module: PathBuf,
    name: &'static str,
}

/// Runs a test with no tokens in its directory yet; says so and passes where SoftHSM is not installed. `name` is the
/// test's own.
pub fn alone(name: &'static str, test: impl FnOnce(&SoftHsm)) {
    let installed =
        Command::new("softhsm2-util").arg("--version").output().is_ok_and(|it| it.status.success());
    let Some(module) = MODULES.iter().map(PathBuf::from).find(|it| it.exists() && installed) else {
        eprintln!("skipped: the package softhsm2 is not installed");
        return;
    };
    if std::env::var(WHICH).is_ok_and(|which| which == name) {
        let settings = PathBuf::from(std::env::var_os(SETTINGS).unwrap());
        let folder = settings.parent().unwrap().to_owned();
        return test(&SoftHsm { folder, module, name });
    }
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("softhsm2.conf");
    std::fs::create_dir(folder.path().join("tokens")).unwrap();
    let tokens = format!("directories.tokendir = {}\n", folder.path().join("tokens").display());
    std::fs::write(&settings, tokens + "log.level = ERROR\n").unwrap();
    let child = itself(name).env(WHICH, name).env(SETTINGS, &settings).output().unwrap();
    let said = [child.stdout, child.stderr].map(|it| String::from_utf8_lossy(&it).into_owned()).join("\n");
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

fn itself(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]);
    command
}

pub fn pin(text: &str) -> Pin {
    Pin::new(secrecy::SecretString::from(text.to_owned())).unwrap()
}

impl SoftHsm {
    /// Makes a token. The module knows those that were there when it was started.
    pub fn token(&self, label: &str) {
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", PIN])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    pub fn place(&self, label: &str) -> TokenPlace {
        TokenPlace::new(self.module.to_str().unwrap(), label).unwrap()
    }

    fn directories(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.join("tokens")).unwrap();
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
    }

    fn directory(&self, label: &str) -> PathBuf {
        let holds = |path: &Path| {
            let bytes = std::fs::read(path.join("token.object")).unwrap_or_default();
            bytes.windows(label.len()).any(|window| window == label.as_bytes())
        };
        self.directories().into_iter().find(|path| holds(path)).unwrap()
    }

    /// Takes a token out: nothing of it is left where it was.
    pub fn take_out(&self, label: &str) {
        std::fs::rename(self.directory(label), self.folder.join("taken out")).unwrap();
    }

    /// How many objects lie on all tokens together.
    pub fn objects(&self) -> usize {
        let files = self.directories().into_iter().flat_map(|path| std::fs::read_dir(path).unwrap());
        files
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".object") && name != "token.object")
            .count()
    }

    /// Starts a part of this test as a program that can be killed. The part finds itself by [`part`].
    pub fn start_part(&self, part: &str) -> Child {
        itself(self.name).env(PART, part).spawn().unwrap()
    }
}

/// Which part of its test this process is, if it is one.
pub fn part() -> Option<String> {
    std::env::var(PART).ok()
}
