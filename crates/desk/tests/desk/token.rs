//! A desk whose second secret lies on a token of SoftHSM: from taking the token to doing without it, and every way in
//! which that can go wrong.

use crate::{gateway, ward};
#[path = "../../../token/tests/support/softhsm.rs"]
mod softhsm;

use crate::station::*;
use softhsm::{PIN, SoftHsm, alone};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_token::{LIMIT, Tokens};

/// One of these tests: SoftHSM, a runtime, a profile folder, and settings that lead to tokens.
struct House<'a> {
    hsm: &'a SoftHsm,
    profile: PathBuf,
    system: PathBuf,
}

fn house<F: Future<Output = ()>>(name: &'static str, test: impl FnOnce(House<'static>) -> F) {
    alone(name, |hsm| {
        let hsm: &'static SoftHsm = Box::leak(Box::new(hsm.clone()));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let (profile, system) = (hsm.folder.join("profile"), hsm.folder.join("system-settings"));
        runtime.block_on(test(House { hsm, profile, system }));
    });
}

impl House<'_> {
    fn settings(&self) -> Settings {
        Settings { tokens: Arc::new(Tokens::new(&self.system, LIMIT)), ..settings() }
    }

    fn offline(&self) -> Desk {
        ok(Desk::open(&self.profile, Settings { online: false, ..self.settings() }))
    }

    fn by_token(&self, label: &str) -> ProtectAsk {
        let module = self.hsm.module.to_str().unwrap().to_owned();
        ProtectAsk { by: KeyProtection::Token, module, label: label.into() }
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.profile.join(name)).unwrap_or_default()
    }

    fn wrong_tries(&self) -> String {
        self.file("throttle").split(' ').next().unwrap_or_default().to_owned()
    }
}

fn alone_by_passphrase() -> ProtectAsk {
    ProtectAsk { by: KeyProtection::Passphrase, module: String::new(), label: String::new() }
}

fn pin() -> Option<secrecy::SecretString> {
    Some(secret(PIN))
}

fn refused<T>(answer: Result<T, UiError>) -> UiError {
    answer.err().expect("it was refused")
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::remove_dir_all(to).ok();
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn a_profile_on_a_token_opens_with_passphrase_and_pin_and_with_nothing_less() {
    house(
        "token::a_profile_on_a_token_opens_with_passphrase_and_pin_and_with_nothing_less",
        |house| async move {
            house.hsm.token("Ward 3");
            let (desk, gateway) = enrolled_with(&house.profile, RoleView::Nurse, house.settings()).await;
            let before = ok(desk.settings().await).workstation;
            assert!(before.tokens_known && before.token.is_none());
            let by = || house.by_token("Ward 3");
            // Neither half alone changes anything.
            let wrong = refused(desk.protect(secret("wrong passphrase"), pin(), by()).await);
            assert_eq!(wrong.code, ErrorCode::WrongPassphrase);
            let wrong = refused(desk.protect(secret(PASSPHRASE), Some(secret("0000")), by()).await);
            assert_eq!(wrong.message, "The token does not take this PIN.");
            assert_eq!(
                refused(desk.protect(secret(PASSPHRASE), None, by()).await).message,
                "The PIN of your token is needed."
            );
            assert_eq!((house.file("protection").as_str(), house.hsm.objects()), ("", 0));
            ok(desk.protect(secret(PASSPHRASE), pin(), by()).await);
            assert_eq!((house.file("protection").as_str(), house.hsm.objects()), ("token\n", 1));
            let shown = ok(desk.settings().await).workstation;
            assert!(shown.protection == KeyProtection::Token);
            assert!(shown.token.is_some_and(|token| token.label == "Ward 3" && !token.fixed));
            assert!(ok(desk.lock().await).pin == PinWanted::Yes);
            // Without the PIN no passphrase is tried: it is no wrong one.
            for passphrase in [PASSPHRASE, "wrong passphrase"] {
                let error = refused(desk.unlock(secret(passphrase)).await);
                assert_eq!(error.message, "The PIN of your token is needed.");
            }
            assert_eq!(house.wrong_tries(), "0");
            // A wrong PIN is said alike for every passphrase, and slows like a wrong one.
            for (passphrase, tries) in [(PASSPHRASE, "1"), ("wrong passphrase", "2")] {
                let error = refused(desk.unlock_with(secret(passphrase), Some(secret("0000"))).await);
                assert_eq!(error.message, "The token does not take this PIN.");
                assert_eq!(house.wrong_tries(), tries);
            }
            let error = refused(desk.unlock_with(secret("wrong passphrase"), pin()).await);
            assert_eq!((error.code, house.wrong_tries().as_str()), (ErrorCode::WrongPassphrase, "3"));
            let open = ok(desk.unlock_with(secret(PASSPHRASE), pin()).await);
            assert!(open.phase == SessionPhase::Open && open.pin == PinWanted::No);
            assert_eq!(house.wrong_tries(), "0");
            ok(desk.close().await);
            assert_eq!(house.hsm.objects(), 2, "the secret, and the head that was written on leaving");
            put_back_in_time(&house, gateway).await;
            for entry in std::fs::read_dir(&house.profile).unwrap() {
                let file = entry.unwrap().path();
                let bytes = std::fs::read(&file).unwrap();
                let holds_it = bytes.windows(PIN.len()).any(|window| window == PIN.as_bytes());
                assert!(!holds_it, "the PIN stands in {}", file.display());
            }
        },
    );
}

/// A profile that is put back as a whole is noticed by the head on the token.
async fn put_back_in_time(house: &House<'_>, gateway: gateway::TestGateway) {
    let past = house.hsm.folder.join("past");
    copy_all(&house.profile, &past);
    let desk = ok(Desk::open(&house.profile, house.settings()));
    ok(desk.unlock_with(secret(PASSPHRASE), pin()).await);
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        ward.frame(vec![ward::measured(wl_vitals::Parameter::HeartRate, 99, 0, ward.now)]);
    });
    until("the newest block", || async {
        desk.ward().await.ok()?.tiles.into_iter().find(|tile| tile.rate.text == "99")
    })
    .await;
    ok(desk.close().await);
    copy_all(&past, &house.profile);
    let desk = house.offline();
    ok(desk.unlock_with(secret(PASSPHRASE), pin()).await);
    let session = desk.session().await.unwrap();
    let evidence = session.core().await.store().unwrap().evidence().await.unwrap();
    assert!(evidence.iter().any(|one| one.kind == "old-database"));
    drop(session);
    // And it can do without again; the token is as empty as it was.
    let wrong = refused(desk.protect(secret(PASSPHRASE), None, alone_by_passphrase()).await);
    assert_eq!(wrong.message, "The PIN of your token is needed.");
    ok(desk.protect(secret(PASSPHRASE), pin(), alone_by_passphrase()).await);
    ok(desk.close().await);
    assert_eq!((house.file("protection").as_str(), house.hsm.objects()), ("passphrase\n", 0));
    let desk = house.offline();
    ok(desk.unlock(secret(PASSPHRASE)).await);
    ok(desk.close().await);
}

#[test]
fn a_copied_profile_opens_nowhere_without_its_token() {
    house("token::a_copied_profile_opens_nowhere_without_its_token", |house| async move {
        house.hsm.token("Ward 3");
        house.hsm.token("Ward 4");
        let (desk, _gateway) = enrolled_with(&house.profile, RoleView::Nurse, house.settings()).await;
        ok(desk.protect(secret(PASSPHRASE), pin(), house.by_token("Ward 3")).await);
        ok(desk.close().await);
        let good = house.hsm.folder.join("good");
        copy_all(&house.profile, &good);
        let own = house.file("token");
        let table = [
            (
                "another token",
                own.replace("Ward 3", "Ward 4"),
                "This token holds nothing of this profile, and the keys here need it.",
            ),
            (
                "no such token",
                own.replace("Ward 3", "Ward 5"),
                "Another token is inserted than the one that is set up here.",
            ),
            (
                "which token",
                own.replace("label Ward 3\n", ""),
                "Several tokens are inserted, and it is not clear which is meant.",
            ),
            (
                "no module",
                own.replace("libsofthsm2.so", "none.so"),
                "The token's module is not on this computer.",
            ),
            ("no settings", "wardlight token 2\n".into(), "The settings of the token cannot be used."),
        ];
        for (what, settings, message) in table {
            std::fs::write(house.profile.join("token"), settings).unwrap();
            let desk = house.offline();
            for passphrase in [PASSPHRASE, "wrong passphrase"] {
                let error = refused(desk.unlock_with(secret(passphrase), pin()).await);
                assert_eq!((error.code, error.message.as_str()), (ErrorCode::Key, message), "{what}");
            }
            assert_eq!(house.wrong_tries(), "0", "{what}: no passphrase was tried");
            ok(desk.close().await);
        }
        // A changed file `protection` does not help either.
        for word in ["passphrase\n", "changing\n"] {
            copy_all(&good, &house.profile);
            std::fs::write(house.profile.join("protection"), word).unwrap();
            let desk = house.offline();
            assert_eq!(refused(desk.unlock(secret(PASSPHRASE)).await).code, ErrorCode::WrongPassphrase);
            ok(desk.close().await);
        }
        // A build without tokens says that none is set up.
        copy_all(&good, &house.profile);
        let desk = ok(Desk::open(&house.profile, Settings { online: false, ..settings() }));
        let error = refused(desk.unlock_with(secret(PASSPHRASE), pin()).await);
        assert_eq!(error.message, "No token is set up on this workstation.");
        ok(desk.close().await);
        let desk = house.offline();
        ok(desk.unlock_with(secret(PASSPHRASE), pin()).await);
        ok(desk.close().await);
    });
}

#[test]
fn a_change_to_or_from_a_token_that_was_cut_short_opens_either_way() {
    house("token::a_change_to_or_from_a_token_that_was_cut_short_opens_either_way", |house| async move {
        house.hsm.token("Ward 3");
        let (desk, _gateway) = enrolled_with(&house.profile, RoleView::Nurse, house.settings()).await;
        let vault = house.profile.join("vault.age");
        let plain = std::fs::read(&vault).unwrap();
        ok(desk.protect(secret(PASSPHRASE), pin(), house.by_token("")).await);
        ok(desk.close().await);
        let sealed = std::fs::read(&vault).unwrap();
        // (vault, what the file says, the PIN, what is found to be in force; nothing: it does not open)
        let steps = [
            // The secret came to the token and nothing else was done.
            (&plain, "passphrase\n", None, Some("passphrase\n")),
            (&plain, "changing\n", None, Some("passphrase\n")),
            (&plain, "changing\n", pin(), Some("passphrase\n")),
            (&sealed, "changing\n", pin(), Some("token\n")),
            (&sealed, "changing\n", None, None),
            (&sealed, "token\n", pin(), Some("token\n")),
        ];
        for (bytes, word, typed, found) in steps {
            std::fs::write(&vault, bytes).unwrap();
            std::fs::write(house.profile.join("protection"), word).unwrap();
            std::fs::remove_file(house.profile.join("throttle")).ok();
            let desk = house.offline();
            let asked = ok(desk.session_state().await).pin;
            let expected = match word {
                "token\n" => PinWanted::Yes,
                "changing\n" => PinWanted::Maybe,
                _ => PinWanted::No,
            };
            assert!(asked == expected, "{word}");
            let wrong = refused(desk.unlock_with(secret("wrong passphrase"), typed.clone()).await);
            assert_eq!(wrong.code, ErrorCode::WrongPassphrase);
            let answer = desk.unlock_with(secret(PASSPHRASE), typed).await;
            match found {
                Some(found) => {
                    ok(answer);
                    assert_eq!(house.file("protection"), found);
                }
                None => assert_eq!(refused(answer).code, ErrorCode::WrongPassphrase),
            }
            ok(desk.close().await);
        }
        // A wrong PIN is said before anything is tried, also then.
        std::fs::write(house.profile.join("protection"), "changing\n").unwrap();
        std::fs::write(&vault, &plain).unwrap();
        let desk = house.offline();
        let error = refused(desk.unlock_with(secret(PASSPHRASE), Some(secret("0000"))).await);
        assert_eq!(error.message, "The token does not take this PIN.");
        // The secret that was left behind is replaced when the token is taken again.
        ok(desk.unlock(secret(PASSPHRASE)).await);
        ok(desk.protect(secret(PASSPHRASE), pin(), house.by_token("")).await);
        ok(desk.lock().await);
        ok(desk.unlock_with(secret(PASSPHRASE), pin()).await);
        ok(desk.close().await);
    });
}

#[test]
fn the_settings_of_the_workstation_count_before_those_of_the_profile() {
    use std::os::unix::fs::PermissionsExt as _;
    house("token::the_settings_of_the_workstation_count_before_those_of_the_profile", |house| async move {
        house.hsm.token("Ward 3");
        house.hsm.token("Ward 4");
        let (desk, _gateway) = enrolled_with(&house.profile, RoleView::Nurse, house.settings()).await;
        let mode = |mode| {
            std::fs::set_permissions(&house.system, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        std::fs::write(&house.system, "wardlight token 1\nmodul /x\n").unwrap();
        mode(0o644);
        let cannot_be_used = "The settings of the token cannot be used.";
        let error = refused(desk.protect(secret(PASSPHRASE), pin(), house.by_token("Ward 3")).await);
        assert_eq!(error.message, cannot_be_used);
        std::fs::write(&house.system, house.hsm.place("Ward 4").format()).unwrap();
        mode(0o646);
        let error = refused(desk.protect(secret(PASSPHRASE), pin(), house.by_token("Ward 3")).await);
        assert_eq!(error.message, cannot_be_used, "anybody could have written them");
        mode(0o644);
        let shown = ok(desk.settings().await).workstation.token.unwrap();
        assert!(shown.fixed && shown.label == "Ward 4");
        ok(desk.protect(secret(PASSPHRASE), pin(), house.by_token("Ward 3")).await);
        assert!(!house.profile.join("token").exists(), "nobody overrules them");
        ok(desk.lock().await);
        ok(desk.unlock_with(secret(PASSPHRASE), pin()).await);
        ok(desk.close().await);
        std::fs::write(&house.system, house.hsm.place("Ward 3").format()).unwrap();
        let desk = house.offline();
        let error = refused(desk.unlock_with(secret(PASSPHRASE), pin()).await);
        assert_eq!(error.message, "This token holds nothing of this profile, and the keys here need it.");
        ok(desk.close().await);
    });
}

#[test]
fn settings_that_cannot_work_are_not_kept() {
    house("token::settings_that_cannot_work_are_not_kept", |house| async move {
        let (desk, _gateway) = enrolled_with(&house.profile, RoleView::Nurse, house.settings()).await;
        let others = house.hsm.folder.join("others.so");
        std::fs::write(&others, "x").unwrap();
        std::fs::set_permissions(&others, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
        let table = [
            (
                "softhsm2.so",
                "The token's module is not loaded: its path is not absolute, or others may change the file.",
            ),
            (
                others.to_str().unwrap(),
                "The token's module is not loaded: its path is not absolute, or others may change the file.",
            ),
            ("/nonexistent/module.so", "The token's module is not on this computer."),
            ("", "No token is set up on this workstation."),
        ];
        for (module, message) in table {
            let ask = ProtectAsk { module: module.into(), ..house.by_token("") };
            assert_eq!(refused(desk.protect(secret(PASSPHRASE), pin(), ask).await).message, message);
            assert!(!house.profile.join("token").exists(), "{module}");
        }
        let error = refused(desk.protect(secret(PASSPHRASE), pin(), house.by_token("")).await);
        assert_eq!(error.message, "There is no token in this computer.");
        assert_eq!(house.file("protection"), "");
        ok(desk.close().await);
    });
}

#[test]
fn a_token_that_is_taken_out_keeps_no_desk_from_its_work() {
    house("token::a_token_that_is_taken_out_keeps_no_desk_from_its_work", |house| async move {
        house.hsm.token("Ward 3");
        let (desk, _gateway) = enrolled_with(&house.profile, RoleView::Nurse, house.settings()).await;
        ok(desk.protect(secret(PASSPHRASE), pin(), house.by_token("Ward 3")).await);
        house.hsm.take_out("Ward 3");
        assert!(!ok(desk.ward().await).tiles.is_empty(), "it stays open");
        ok(desk.lock().await);
        let error = refused(desk.unlock_with(secret(PASSPHRASE), pin()).await);
        assert_eq!((error.code, house.wrong_tries().as_str()), (ErrorCode::Key, "0"), "{}", error.message);
        ok(desk.close().await);
    });
}

#[test]
fn commands_take_the_pin_from_a_file() {
    house("token::commands_take_the_pin_from_a_file", |house| async move {
        house.hsm.token("Ward 3");
        let (desk, _gateway) = enrolled_with(&house.profile, RoleView::Nurse, house.settings()).await;
        ok(desk.protect(secret(PASSPHRASE), pin(), house.by_token("")).await);
        ok(desk.close().await);
        let file = |name: &str, text: &str| {
            let file = house.hsm.folder.join(name);
            std::fs::write(&file, format!("{text}\n")).unwrap();
            file
        };
        let (passphrase, right, wrong) = (file("pass", PASSPHRASE), file("pin", PIN), file("wrong", "0000"));
        for (pin, works) in [(wrong, false), (right, true)] {
            let mut args: Vec<std::ffi::OsString> = vec!["wardlight".into(), "--profile".into()];
            args.extend([
                house.profile.clone().into(),
                "--passphrase-file".into(),
                passphrase.clone().into(),
            ]);
            args.extend(["--pin-file".into(), pin.into(), "status".into()]);
            let mut out = Vec::new();
            let none = Arc::new(wl_desk::profile::NoKeeper);
            let tokens = Arc::new(Tokens::new(&house.system, LIMIT));
            let done = wl_desk::cli::run_with(args, none, tokens, &mut out).await;
            assert_eq!(done.is_ok(), works, "{done:?}");
            assert_eq!(out.is_empty(), !works);
        }
    });
}
