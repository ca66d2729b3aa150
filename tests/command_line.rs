//! The same program without a window: no display, no bus, no desktop.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const PASSPHRASE: &str = "a long enough passphrase";

/// A folder of its own for each test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wardlight-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("passphrase"), PASSPHRASE).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the program in an environment that holds nothing but `home`.
fn wardlight(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wardlight"))
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .output()
        .unwrap()
}

fn written(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into(), String::from_utf8_lossy(&output.stderr).into())
}

#[test]
fn commands_need_no_display() {
    let folder = Folder::new("commands");
    let keys = ["--passphrase-file", "passphrase", "keys", "create", "--name", "Ada", "--role", "physician"];
    let made = wardlight(&folder.0, &keys);
    let (request, errors) = written(&made);
    assert!(made.status.success(), "{errors}");
    assert!(!request.is_empty());
    let again = wardlight(&folder.0, &["keys", "request"]);
    assert!(again.status.success(), "{}", written(&again).1);
    // The default profile is that of the window.
    assert!(folder.0.join(".local/share/wardlight/vault.age").is_file());
}

#[test]
fn what_cannot_be_done_is_said_and_fails() {
    let folder = Folder::new("refusals");
    let table: [(&[&str], &str); 4] = [
        (&["status", "--passphrase-file", "passphrase"], "no keys"),
        (&["enrolment", "load", "no-such-file"], "no-such-file"),
        (&["unheard-of"], "unheard-of"),
        (&["--unheard-of"], "--unheard-of"),
    ];
    for (arguments, expected) in table {
        let output = wardlight(&folder.0, arguments);
        let (text, errors) = written(&output);
        assert!(!output.status.success(), "{arguments:?}: {text}");
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
    }
}

#[test]
fn help_tells_of_the_window_and_of_the_commands() {
    let folder = Folder::new("help");
    let table =
        [("--help", "--demo"), ("--help", "wardlight help"), ("help", "readings"), ("--version", "0.")];
    for (argument, expected) in table {
        let output = wardlight(&folder.0, &[argument]);
        assert!(output.status.success(), "{argument}");
        assert!(written(&output).0.contains(expected), "{argument}: {}", written(&output).0);
    }
}

#[test]
fn without_a_display_the_window_fails_in_words() {
    let folder = Folder::new("window");
    let output = wardlight(&folder.0, &["--seconds", "5", "--profile", "own"]);
    assert!(!output.status.success());
    assert!(!written(&output).1.is_empty());
}
