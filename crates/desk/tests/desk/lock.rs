//! Locking and unlocking: idle, on demand, slowed by wrong passphrases, and without an answer that tells a guesser
//! anything.

use crate::station::*;
use crate::ward;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wl_desk::profile::{KeeperError, SecretKeeper};
use wl_desk::view::*;
use wl_desk::{Delivery, Desk, Settings};
use wl_vitals::alarm::AlarmEvent;

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_workstation_locks_itself_and_alarms_go_on_without_names() {
    let folder = tempfile::tempdir().unwrap();
    let sooner = Settings { lock_sooner: Some(Duration::from_secs(2)), ..settings() };
    let (desk, gateway) = enrolled_with(folder.path(), RoleView::Nurse, sooner).await;
    let events: Arc<Mutex<Vec<UiEvent>>> = Arc::default();
    let into = Arc::clone(&events);
    desk.subscribe(Box::new(move |event| {
        into.lock().unwrap().push(event);
        Delivery::Sent
    }))
    .await
    .map_err(|e| e.message)
    .unwrap();
    until("the ward, while the person moves", || async {
        desk.active().await.map_err(|e| e.message).unwrap();
        desk.ward().await.ok().filter(|ward| ward.tiles.iter().any(|tile| tile.rate.text == "72"))
    })
    .await;
    until("the lock, once nobody moves", || async {
        let state = desk.session_state().await.map_err(|e| e.message).unwrap();
        (state.phase == SessionPhase::Locked).then_some(())
    })
    .await;
    assert!(desk.ward().await.err().map(|e| e.code) == Some(ErrorCode::Locked));
    let told = || events.lock().unwrap().iter().any(|event| event.tags.contains(&Tag::Session));
    until("the window is told", || async { told().then_some(()) }).await;
    events.lock().unwrap().clear();
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let alarm = ward::spo2_alarm(ward.patient, ward.now);
        ward.alarm(&AlarmEvent::Raised(alarm));
    });
    let strip = until("the alarm in the strip", || async {
        let state = desk.session_state().await.map_err(|e| e.message).unwrap();
        state.frame.strip.alarms.first().cloned()
    })
    .await;
    assert_eq!(strip.bed, "12");
    let sent = serde_json::to_string(&*events.lock().unwrap()).unwrap();
    assert!(!sent.contains(CANARY) && !sent.contains("SpO"), "no name and no value while locked");
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passphrases_slow_the_next_try_down_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    desk.lock().await.map_err(|e| e.message).unwrap();
    for _ in 0..4 {
        let error = desk.unlock(secret("wrong passphrase")).await.err().unwrap();
        assert_eq!(error.code, ErrorCode::WrongPassphrase);
    }
    assert_eq!(desk.unlock(secret(PASSPHRASE)).await.err().unwrap().code, ErrorCode::Busy);
    desk.close().await.map_err(|e| e.message).unwrap();
    let desk = Desk::open(folder.path(), settings()).map_err(|e| e.message).unwrap();
    let slowed = desk.unlock(secret(PASSPHRASE)).await.err().unwrap();
    assert_eq!(slowed.code, ErrorCode::Busy, "a restart gains nothing");
    desk.close().await.map_err(|e| e.message).unwrap();
    // A file that was changed waits longest.
    std::fs::write(folder.path().join("throttle"), b"0 0 0").unwrap();
    let desk = Desk::open(folder.path(), settings()).map_err(|e| e.message).unwrap();
    assert_eq!(desk.unlock(secret(PASSPHRASE)).await.err().unwrap().code, ErrorCode::Busy);
    std::fs::remove_file(folder.path().join("throttle")).unwrap();
    desk.unlock(secret(PASSPHRASE)).await.map_err(|e| e.message).unwrap();
    let kept = std::fs::read_to_string(folder.path().join("throttle")).unwrap();
    assert!(kept.starts_with("0 0 "), "the right passphrase ends the count");
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_was_cut_short_counts_as_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let profile = wl_desk::profile::Profile::open(folder.path()).unwrap();
    let now = wl_desk::edge::now();
    // What stands on disk while a passphrase is being tried: the process may be killed there.
    let mut counted = profile.throttle(now).unwrap();
    for tries in 1..=5 {
        counted.failed(now);
        profile.keep_throttle(&counted).unwrap();
        assert_eq!(profile.throttle(now).unwrap().wrong(), tries);
    }
    assert!(profile.throttle(now).unwrap().wait(now) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_key_file_answers_like_a_wrong_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    desk.close().await.map_err(|e| e.message).unwrap();
    let file = folder.path().join("vault.age");
    let good = std::fs::read(&file).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let excessive = {
        let text = String::from_utf8_lossy(&good).into_owned();
        let stanza = text.lines().nth(1).unwrap().to_owned();
        let mut words: Vec<&str> = stanza.split(' ').collect();
        *words.last_mut().unwrap() = "30";
        let at = good.windows(stanza.len()).position(|w| w == stanza.as_bytes()).unwrap();
        [&good[..at], words.join(" ").as_bytes(), &good[at + stanza.len()..]].concat()
    };
    let damages: [(&str, Vec<u8>, &str); 8] = [
        ("whole, wrong passphrase", good.clone(), "wrong passphrase"),
        ("empty", Vec::new(), PASSPHRASE),
        ("cut short", good[..good.len() / 2].to_vec(), PASSPHRASE),
        ("first byte", flipped(0), PASSPHRASE),
        ("last byte", flipped(good.len() - 1), PASSPHRASE),
        ("in the middle", flipped(good.len() / 2), PASSPHRASE),
        ("asks for too much work", excessive, PASSPHRASE),
        ("grown too large", vec![b'a'; wl_seal::vault::MAX_VAULT_BYTES + 1], PASSPHRASE),
    ];
    let mut answers = Vec::new();
    for (what, bytes, passphrase) in damages {
        std::fs::write(&file, bytes).unwrap();
        std::fs::remove_file(folder.path().join("throttle")).ok();
        let desk = Desk::open(folder.path(), settings()).map_err(|e| e.message).unwrap();
        let error = desk.unlock(secret(passphrase)).await.err().unwrap();
        answers.push((what, error.code, error.message, error.hint));
        let kept = std::fs::read_to_string(folder.path().join("throttle")).unwrap();
        assert!(kept.starts_with("1 "), "{what}: it counts like a wrong passphrase");
        desk.close().await.map_err(|e| e.message).unwrap();
    }
    let (_, code, message, hint) = answers[0].clone();
    assert_eq!(code, ErrorCode::WrongPassphrase);
    for (what, c, m, h) in &answers {
        let same = (c, m, h) == (&code, &message, &hint);
        assert!(same, "{what}: the answer tells a damaged file from a wrong passphrase");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_to_lock_is_kept_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    for minutes in [0, 16, 255] {
        assert_eq!(desk.set_lock_minutes(minutes).await.err().map(|e| e.code), Some(ErrorCode::BadInput));
    }
    desk.set_lock_minutes(3).await.map_err(|e| e.message).unwrap();
    assert_eq!(desk.settings().await.map_err(|e| e.message).unwrap().workstation.lock_minutes, 3);
    desk.lock().await.map_err(|e| e.message).unwrap();
    assert_eq!(desk.set_lock_minutes(9).await.err().map(|e| e.code), Some(ErrorCode::Locked));
    desk.close().await.map_err(|e| e.message).unwrap();
    let desk = Desk::open(folder.path(), settings()).map_err(|e| e.message).unwrap();
    desk.unlock(secret(PASSPHRASE)).await.map_err(|e| e.message).unwrap();
    assert_eq!(desk.settings().await.map_err(|e| e.message).unwrap().workstation.lock_minutes, 3);
    desk.close().await.map_err(|e| e.message).unwrap();
}

/// Keeps second secrets in a directory of its own, as a keychain does outside of the profile.
struct Drawer(std::path::PathBuf);

impl Drawer {
    fn file(&self, what: &str, owner: &wl_ledger::KeyId) -> Result<std::path::PathBuf, KeeperError> {
        if self.is_there() { Ok(self.0.join(format!("{what}-{owner}"))) } else { Err(KeeperError::NotThere) }
    }

    fn read(&self, what: &str, owner: &wl_ledger::KeyId) -> Result<Vec<u8>, KeeperError> {
        std::fs::read(self.file(what, owner)?).map_err(|_| KeeperError::Nothing)
    }
}

impl SecretKeeper for Drawer {
    fn is_there(&self) -> bool {
        self.0.is_dir()
    }

    fn secret(&self, owner: &wl_ledger::KeyId) -> Result<zeroize::Zeroizing<[u8; 32]>, KeeperError> {
        let kept = self.read("secret", owner)?;
        Ok(zeroize::Zeroizing::new(kept.try_into().map_err(|_| KeeperError::Failed)?))
    }

    fn keep_secret(&self, owner: &wl_ledger::KeyId, secret: &[u8; 32]) -> Result<(), KeeperError> {
        std::fs::write(self.file("secret", owner)?, secret).map_err(|_| KeeperError::Failed)
    }

    fn head(&self, owner: &wl_ledger::KeyId) -> Result<String, KeeperError> {
        String::from_utf8(self.read("head", owner)?).map_err(|_| KeeperError::Failed)
    }

    fn keep_head(&self, owner: &wl_ledger::KeyId, head: &str) -> Result<(), KeeperError> {
        std::fs::write(self.file("head", owner)?, head).map_err(|_| KeeperError::Failed)
    }
}

fn by(by: KeyProtection) -> ProtectAsk {
    ProtectAsk { by, module: String::new(), label: String::new() }
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    std::fs::remove_dir_all(to).ok();
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_profile_opens_nowhere_without_its_second_secret() {
    let (folder, elsewhere, drawer) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let with_drawer = || Settings { keeper: Arc::new(Drawer(drawer.path().into())), ..settings() };
    let (desk, gateway) = enrolled_with(folder.path(), RoleView::Nurse, with_drawer()).await;
    let before = ok(desk.settings().await).workstation;
    assert!(before.protection == KeyProtection::Passphrase && before.keychain_there);
    let wrong =
        desk.protect(secret("wrong passphrase"), None, by(KeyProtection::Keychain)).await.err().unwrap();
    assert_eq!(wrong.code, ErrorCode::WrongPassphrase);
    ok(desk.protect(secret(PASSPHRASE), None, by(KeyProtection::Keychain)).await);
    assert!(ok(desk.settings().await).workstation.protection == KeyProtection::Keychain);
    ok(desk.close().await);
    // Elsewhere, without the drawer: neither opened nor counted as a wrong passphrase.
    copy_all(folder.path(), elsewhere.path());
    let nothing = Settings { keeper: Arc::new(Drawer(elsewhere.path().join("no drawer"))), ..settings() };
    let copied = ok(Desk::open(elsewhere.path(), nothing));
    for _ in 0..6 {
        let refused = copied.unlock(secret(PASSPHRASE)).await.err().unwrap();
        assert_eq!(refused.code, ErrorCode::Key);
    }
    ok(copied.close().await);
    // A changed file `protection` does not help either.
    std::fs::write(elsewhere.path().join("protection"), "passphrase\n").unwrap();
    let copied = ok(Desk::open(elsewhere.path(), settings()));
    let refused = copied.unlock(secret(PASSPHRASE)).await.err().unwrap();
    assert_eq!(refused.code, ErrorCode::WrongPassphrase);
    ok(copied.close().await);
    // At home it opens, and a profile that is put back as a whole is noticed by the head in the drawer.
    let past = elsewhere.path().join("past");
    copy_all(folder.path(), &past);
    let desk = ok(Desk::open(folder.path(), with_drawer()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        ward.frame(vec![ward::measured(wl_vitals::Parameter::HeartRate, 99, 0, ward.now)]);
    });
    until("the newest block", || async {
        desk.ward().await.ok()?.tiles.into_iter().find(|tile| tile.rate.text == "99")
    })
    .await;
    ok(desk.close().await);
    copy_all(&past, folder.path());
    let desk = ok(Desk::open(folder.path(), Settings { online: false, ..with_drawer() }));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    let session = desk.session().await.unwrap();
    let kinds: Vec<String> = session
        .core()
        .await
        .store()
        .unwrap()
        .evidence()
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.kind)
        .collect();
    assert!(kinds.contains(&"old-database".to_owned()), "{kinds:?}");
    drop(session);
    // And it can do without again.
    ok(desk.protect(secret(PASSPHRASE), None, by(KeyProtection::Passphrase)).await);
    ok(desk.close().await);
    let desk = ok(Desk::open(folder.path(), Settings { online: false, ..settings() }));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_protection_that_was_cut_short_opens_either_way() {
    let (folder, drawer) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let with_drawer = || Settings { keeper: Arc::new(Drawer(drawer.path().into())), ..settings() };
    let (desk, _gateway) = enrolled_with(folder.path(), RoleView::Nurse, with_drawer()).await;
    let vault = folder.path().join("vault.age");
    let plain = std::fs::read(&vault).unwrap();
    ok(desk.protect(secret(PASSPHRASE), None, by(KeyProtection::Keychain)).await);
    ok(desk.close().await);
    let sealed = std::fs::read(&vault).unwrap();
    for (bytes, found) in [(&plain, "passphrase\n"), (&sealed, "second-secret\n")] {
        std::fs::write(&vault, bytes).unwrap();
        std::fs::write(folder.path().join("protection"), "changing\n").unwrap();
        let desk = ok(Desk::open(folder.path(), with_drawer()));
        let wrong = desk.unlock(secret("wrong passphrase")).await.err().unwrap();
        assert_eq!(wrong.code, ErrorCode::WrongPassphrase);
        ok(desk.unlock(secret(PASSPHRASE)).await);
        ok(desk.close().await);
        assert_eq!(std::fs::read_to_string(folder.path().join("protection")).unwrap(), found);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_protects_the_keys_already_is_not_exchanged_beneath_them() {
    let (folder, drawer) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let with_drawer = || Settings { keeper: Arc::new(Drawer(drawer.path().into())), ..settings() };
    let (desk, _gateway) = enrolled_with(folder.path(), RoleView::Nurse, with_drawer()).await;
    ok(desk.protect(secret(PASSPHRASE), None, by(KeyProtection::Keychain)).await);
    let kept = || {
        let mut files: Vec<_> =
            std::fs::read_dir(drawer.path()).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read(file).unwrap()).collect::<Vec<_>>()
    };
    let (secrets, vault) = (kept(), std::fs::read(folder.path().join("vault.age")).unwrap());
    ok(desk.protect(secret(PASSPHRASE), None, by(KeyProtection::Keychain)).await);
    assert_eq!((kept(), std::fs::read(folder.path().join("vault.age")).unwrap()), (secrets, vault));
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_without_tokens_says_so_and_asks_for_no_pin() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let shown = ok(desk.settings().await).workstation;
    assert!(!shown.tokens_known && shown.token.is_none());
    let ask = ProtectAsk { module: "/usr/lib/opensc-pkcs11.so".into(), ..by(KeyProtection::Token) };
    let refused = desk.protect(secret(PASSPHRASE), Some(secret("1234")), ask).await.err().unwrap();
    assert_eq!(refused.message, "No token is set up on this workstation.");
    assert!(!folder.path().join("token").exists());
    let locked = ok(desk.lock().await);
    assert!(locked.pin == PinWanted::No);
    // A PIN that nobody asked for changes nothing.
    ok(desk.unlock_with(secret(PASSPHRASE), Some(secret("1234"))).await);
    ok(desk.close().await);
}
