//! Which modules are loaded, what their answers mean to a person, and what happens while one does not answer.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use wl_desk::profile::{KeeperError, Pin, TokenDoor as _, TokenError, TokenPlace, TriesLeft};
use wl_token::{LIMIT, Tokens};

fn why(module: &Path, limit: Duration) -> TokenError {
    let place = TokenPlace::new(module.to_str().unwrap(), "").unwrap();
    let pin = Pin::new("4711".into()).unwrap();
    match Tokens::new(Path::new("/nonexistent/token"), limit).log_in(&place, &pin).err() {
        Some(KeeperError::Token(error)) => error,
        other => panic!("no error of a token: {other:?}"),
    }
}

/// A module that gives this answer to a login. The C compiler is there: Rust links with it.
fn module(folder: &Path, login: u64, flags: u64, pause: u64) -> PathBuf {
    let file = folder.join(format!("{login:x}-{flags:x}-{pause}.so"));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&file)
        .args([format!("-DLOGIN={login}ul"), format!("-DFLAGS={flags}ul"), format!("-DPAUSE={pause}")])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/module.c"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[test]
fn each_answer_of_a_token_has_its_own_meaning() {
    let (low, last, locked) = (0x1_0000, 0x2_0000, 0x4_0000);
    use TriesLeft::{Few, One, Unknown};
    let table = [
        (0xa0, 0, TokenError::PinWrong(Unknown)),
        (0xa0, low, TokenError::PinWrong(Few)),
        (0xa0, low | last, TokenError::PinWrong(One)),
        (0xa0, locked, TokenError::PinLocked),
        (0xa1, 0, TokenError::PinWrong(Unknown)),
        (0xa2, last, TokenError::PinWrong(One)),
        (0xa4, 0, TokenError::PinLocked),
        (0xa3, 0, TokenError::PinNotSet),
        (0x102, 0, TokenError::PinNotSet),
        (0xe0, 0, TokenError::NoToken),
        (0x32, 0, TokenError::NoToken),
        (0x31, 0, TokenError::NoRoom),
        (0x5, 0, TokenError::Failed),
        (0x30, 0, TokenError::Failed),
        (0x8000_0001, 0, TokenError::Failed),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (login, flags, expected) in table {
        let got = why(&module(folder.path(), login, flags, 0), LIMIT);
        assert_eq!(got, expected, "{login:#x} with {flags:#x}");
    }
}

#[test]
fn a_module_that_hangs_costs_its_time_once_and_is_asked_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (slow, quick) = (module(folder.path(), 0xa4, 0, 3), module(folder.path(), 0xa0, 0, 0));
    let limit = Duration::from_millis(300);
    let began = Instant::now();
    assert_eq!(why(&slow, limit), TokenError::Silent);
    assert!(began.elapsed() < Duration::from_secs(2), "nobody waits for it longer");
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(why(&quick, limit), TokenError::Silent, "all modules are asked in one thread");
    }
    assert!(began.elapsed() < limit, "nobody waits for it again");
    let end = Instant::now() + Duration::from_secs(20);
    while why(&quick, Duration::from_secs(2)) == TokenError::Silent {
        assert!(Instant::now() < end, "it came back and was not asked again");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(why(&quick, LIMIT), TokenError::PinWrong(TriesLeft::Unknown));
}

#[test]
fn only_a_module_that_nobody_else_could_have_put_there_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let good = module(folder.path(), 0xa0, 0, 0);
    let loaded = TokenError::PinWrong(TriesLeft::Unknown);
    let link = folder.path().join("link.so");
    symlink(&good, &link).unwrap();
    assert_eq!(why(&link, LIMIT), loaded);
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for (writable, back) in [(0o775, 0o755), (0o757, 0o755)] {
        mode(&good, writable);
        assert_eq!(why(&good, LIMIT), TokenError::ModuleUnsafe, "{writable:o}");
        assert_eq!(why(&link, LIMIT), TokenError::ModuleUnsafe, "{writable:o} behind a link");
        mode(&good, back);
        mode(folder.path(), writable);
        assert_eq!(why(&good, LIMIT), TokenError::ModuleUnsafe, "{writable:o} of its folder");
        mode(folder.path(), 0o700);
    }
    assert_eq!(why(&good, LIMIT), loaded, "it was none of these");
    let text = folder.path().join("text.so");
    std::fs::write(&text, "no library").unwrap();
    mode(&text, 0o644);
    assert_eq!(why(&text, LIMIT), TokenError::ModuleBroken);
    assert_eq!(why(folder.path(), LIMIT), TokenError::ModuleBroken);
    assert_eq!(why(&folder.path().join("nothing.so"), LIMIT), TokenError::ModuleMissing);
    let other = ["/lib/x86_64-linux-gnu/libm.so.6", "/usr/lib64/libm.so.6"];
    if let Some(library) = other.iter().map(Path::new).find(|path| path.exists()) {
        assert_eq!(why(library, LIMIT), TokenError::ModuleBroken, "a library, and no module");
    }
    for relative in ["softhsm2.so", "./softhsm2.so", "~/softhsm2.so"] {
        assert_eq!(TokenPlace::new(relative, "").err(), Some(TokenError::ModuleUnsafe));
    }
}
