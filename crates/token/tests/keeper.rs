//! The second secret on real tokens, those of SoftHSM: kept, read, replaced, lost and mended.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

#[path = "support/softhsm.rs"]
mod softhsm;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, ObjectClass};
use cryptoki::session::{Session, UserType};
use softhsm::{PIN, SoftHsm, alone, part, pin};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wl_desk::profile::{
    KeeperError, OwnerKey, SecretKeeper, TokenDoor as _, TokenError, TokenPlace, TriesLeft,
};
use wl_token::{LIMIT, Tokens};

fn owner() -> OwnerKey {
    OwnerKey::from_bytes([7; 16])
}

fn tokens() -> Tokens {
    Tokens::new(Path::new("/nonexistent/token"), LIMIT)
}

fn log_in(place: &TokenPlace, with: &str) -> Result<Arc<dyn SecretKeeper>, KeeperError> {
    tokens().log_in(place, &pin(with))
}

fn why<T>(answer: Result<T, KeeperError>) -> TokenError {
    match answer.err() {
        Some(KeeperError::Token(error)) => error,
        other => panic!("no error of a token: {other:?}"),
    }
}

fn secret(token: &dyn SecretKeeper) -> [u8; 32] {
    *token.secret(&owner()).unwrap()
}

/// The same token through the library itself, as another program would use it.
fn by_hand(hsm: &SoftHsm) -> Session {
    let module = Pkcs11::new(&hsm.module).unwrap();
    let _is_started_already = module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK));
    let slot = module.get_slots_with_initialized_token().unwrap()[0];
    module.open_rw_session(slot).unwrap()
}

/// A program is logged in as a whole; a keeper that was dropped logs out a little later.
fn log_in_by_hand(session: &Session) {
    let end = Instant::now() + Duration::from_secs(10);
    while let Err(error) = session.login(UserType::User, Some(&PIN.into())) {
        assert!(Instant::now() < end, "{error}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn object(is_private: bool, value: &[u8]) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::DATA),
        Attribute::Token(true),
        Attribute::Private(is_private),
        Attribute::Application(b"org.wardlight.desk".to_vec()),
        Attribute::Label(format!("wardlight secret {}", owner()).into_bytes()),
        Attribute::Value(value.to_vec()),
    ]
}

#[test]
fn a_second_secret_is_kept_read_replaced_and_given_up() {
    alone("a_second_secret_is_kept_read_replaced_and_given_up", |hsm| {
        hsm.token("Ward 3");
        let place = hsm.place("");
        let token = log_in(&place, PIN).unwrap();
        assert!(token.is_there());
        assert_eq!(why(token.secret(&owner())), TokenError::Nothing);
        assert_eq!(why(token.head(&owner())), TokenError::Nothing);
        token.keep_secret(&owner(), &[1; 32]).unwrap();
        assert_eq!(secret(&*token), [1; 32]);
        token.keep_secret(&owner(), &[2; 32]).unwrap();
        assert_eq!((secret(&*token), hsm.objects()), ([2; 32], 1), "the former one is gone");
        assert_eq!(why(token.secret(&OwnerKey::from_bytes([8; 16]))), TokenError::Nothing, "another profile");
        // The head waits until it is worth a write, and is written when the token is left.
        token.keep_head(&owner(), "41 head\n").unwrap();
        token.keep_head(&owner(), "42 head\n").unwrap();
        assert_eq!(hsm.objects(), 1);
        token.settle();
        assert_eq!(why(token.secret(&owner())), TokenError::NoToken, "it is left");
        let again = log_in(&place, PIN).unwrap();
        assert_eq!((secret(&*again), again.head(&owner()).unwrap()), ([2; 32], "42 head\n".to_owned()));
        // Dropping writes it as well.
        again.keep_head(&owner(), "43 head\n").unwrap();
        drop(again);
        let last = log_in(&place, PIN).unwrap();
        assert_eq!(last.head(&owner()).unwrap(), "43 head\n");
        last.forget(&owner()).unwrap();
        assert_eq!((why(last.secret(&owner())), hsm.objects()), (TokenError::Nothing, 0));
        last.forget(&owner()).unwrap();
    });
}

#[test]
fn a_wrong_pin_is_told_and_opens_nothing_even_after_a_right_one() {
    alone("a_wrong_pin_is_told_and_opens_nothing_even_after_a_right_one", |hsm| {
        hsm.token("Ward 3");
        let place = hsm.place("Ward 3");
        for wrong in ["0000", "1", "Kanarienvogel-4712", &"9".repeat(255)] {
            assert!(matches!(why(log_in(&place, wrong)), TokenError::PinWrong(_)), "{wrong}");
        }
        assert_eq!(why(log_in(&place, "0000")), TokenError::PinWrong(TriesLeft::Few), "SoftHSM says so");
        let token = log_in(&place, PIN).unwrap();
        token.keep_secret(&owner(), &[3; 32]).unwrap();
        // Somebody is logged in: without a fresh login a module would take any PIN.
        assert!(matches!(why(log_in(&place, "0000")), TokenError::PinWrong(_)));
        assert_eq!(why(token.secret(&owner())), TokenError::NoToken, "whoever was logged in is not any more");
        assert_eq!(secret(&*log_in(&place, PIN).unwrap()), [3; 32]);
    });
}

#[test]
fn without_its_pin_a_token_gives_nothing() {
    alone("without_its_pin_a_token_gives_nothing", |hsm| {
        hsm.token("Ward 3");
        let token = log_in(&hsm.place(""), PIN).unwrap();
        token.keep_secret(&owner(), &[4; 32]).unwrap();
        token.settle();
        let session = by_hand(hsm);
        let all = || session.find_objects(&[Attribute::Class(ObjectClass::DATA)]).unwrap().len();
        assert_eq!(all(), 0, "nobody sees it who is not logged in");
        session.login(UserType::User, Some(&PIN.into())).unwrap();
        assert_eq!(all(), 1);
        session.logout().unwrap();
        // What somebody without the PIN can put there is never taken for it.
        session.create_object(&object(false, &[9; 32])).unwrap();
        drop(session);
        let token = log_in(&hsm.place(""), PIN).unwrap();
        assert_eq!(secret(&*token), [4; 32]);
        token.forget(&owner()).unwrap();
        assert_eq!((why(token.secret(&owner())), hsm.objects()), (TokenError::Nothing, 1));
    });
}

#[test]
fn of_several_tokens_the_one_that_is_named_is_used() {
    alone("of_several_tokens_the_one_that_is_named_is_used", |hsm| {
        hsm.token("Ward 3");
        hsm.token("Ward 4");
        log_in(&hsm.place("Ward 3"), PIN).unwrap().keep_secret(&owner(), &[3; 32]).unwrap();
        log_in(&hsm.place("Ward 4"), PIN).unwrap().keep_secret(&owner(), &[4; 32]).unwrap();
        assert_eq!(secret(&*log_in(&hsm.place("Ward 3"), PIN).unwrap()), [3; 32]);
        assert_eq!(secret(&*log_in(&hsm.place("Ward 4"), PIN).unwrap()), [4; 32]);
        assert_eq!(why(log_in(&hsm.place(""), PIN)), TokenError::Several, "no PIN is tried at random");
        assert_eq!(why(log_in(&hsm.place("Ward"), PIN)), TokenError::OtherToken);
    });
}

#[test]
fn where_no_token_is_inserted_that_is_said() {
    alone("where_no_token_is_inserted_that_is_said", |hsm| {
        for label in ["", "Ward 3"] {
            assert_eq!(why(log_in(&hsm.place(label), PIN)), TokenError::NoToken);
        }
    });
}

#[test]
fn a_token_that_is_taken_out_gives_nothing_more() {
    alone("a_token_that_is_taken_out_gives_nothing_more", |hsm| {
        hsm.token("Ward 3");
        let token = log_in(&hsm.place("Ward 3"), PIN).unwrap();
        token.keep_secret(&owner(), &[5; 32]).unwrap();
        token.keep_head(&owner(), "1 head\n").unwrap();
        hsm.take_out("Ward 3");
        assert!(token.secret(&owner()).is_err());
        assert!(token.keep_secret(&owner(), &[6; 32]).is_err());
        token.settle();
        drop(token);
        let gone = why(log_in(&hsm.place("Ward 3"), PIN));
        assert!(matches!(gone, TokenError::NoToken | TokenError::Failed), "{gone:?}");
    });
}

#[test]
fn killed_while_it_keeps_a_secret_it_has_the_old_or_the_new_one_or_is_mended() {
    const NAME: &str = "killed_while_it_keeps_a_secret_it_has_the_old_or_the_new_one_or_is_mended";
    alone(NAME, |hsm| {
        let place = hsm.place("Ward 3");
        if part().is_some() {
            let token = log_in(&place, PIN).unwrap();
            for number in (1..=u8::MAX).cycle() {
                token.keep_secret(&owner(), &[number; 32]).unwrap();
            }
        }
        hsm.token("Ward 3");
        let token = log_in(&place, PIN).unwrap();
        for round in 0..6 {
            token.keep_secret(&owner(), &[0; 32]).unwrap();
            assert_eq!(secret(&*token), [0; 32], "whatever was found before is mended");
            let mut writer = hsm.start_part("write");
            let is_writing = || token.secret(&owner()).is_ok_and(|found| found[0] != 0);
            let end = Instant::now() + Duration::from_secs(20);
            while !is_writing() {
                assert!(Instant::now() < end, "it does not write");
            }
            std::thread::sleep(Duration::from_millis(7 * round));
            writer.kill().unwrap();
            writer.wait().unwrap();
            match token.secret(&owner()) {
                Ok(found) => assert!(found[0] != 0 && found.iter().all(|byte| *byte == found[0])),
                Err(error) => assert_eq!(why::<()>(Err(error)), TokenError::Failed, "two of them"),
            }
        }
    });
}

#[test]
fn two_secrets_of_one_profile_are_not_guessed_between() {
    alone("two_secrets_of_one_profile_are_not_guessed_between", |hsm| {
        hsm.token("Ward 3");
        let session = by_hand(hsm);
        log_in_by_hand(&session);
        for value in [[1; 32], [2; 32]] {
            session.create_object(&object(true, &value)).unwrap();
        }
        session.logout().unwrap();
        drop(session);
        let token = log_in(&hsm.place(""), PIN).unwrap();
        assert_eq!(why(token.secret(&owner())), TokenError::Failed);
        token.keep_secret(&owner(), &[3; 32]).unwrap();
        assert_eq!((secret(&*token), hsm.objects()), ([3; 32], 1));
    });
}

#[test]
fn an_object_of_another_length_is_no_secret() {
    alone("an_object_of_another_length_is_no_secret", |hsm| {
        hsm.token("Ward 3");
        for length in [0, 31, 33, 513, 20_000] {
            let session = by_hand(hsm);
            log_in_by_hand(&session);
            let planted = session.create_object(&object(true, &vec![1; length])).unwrap();
            session.logout().unwrap();
            drop(session);
            let token = log_in(&hsm.place(""), PIN).unwrap();
            assert_eq!(why(token.secret(&owner())), TokenError::Failed, "{length} bytes");
            token.forget(&owner()).unwrap();
            assert_eq!(hsm.objects(), 0, "{planted:?}");
        }
    });
}
