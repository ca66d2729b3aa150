//! A gateway with two faces, both real, over real TLS: whoever compares finds out, and can prove it to anybody.

use crate::common;
use crate::common::system::{System, free_address};
use crate::common::{Station, ok, until};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wl_desk::profile::Keys;
use wl_desk::view::{ComparisonState, IntegrityAlert};
use wl_desk::{Desk, Settings};
use wl_gateway::{Config, run};
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, SignedTransaction, Transaction};
use wl_ledger::verify::Verifier;
use wl_ledger::{Height, Role, TeamId};
use wl_sim::hospital::now;
use wl_wire::enrolment::{Answer, write_answer};
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

/// A desk that hands its files out into a folder of the test.
async fn enter(nurse: &Station, answer: &Answer, handouts: &Path) -> Desk {
    let settings = Settings { handouts: Some(handouts.to_owned()), ..Settings::default() };
    let desk = ok(Desk::open(nurse.directory(), settings));
    ok(desk.load_enrolment(write_answer(answer)).await);
    ok(desk.unlock(secrecy::SecretString::from(wl_sim::hospital::PASSPHRASE)).await);
    desk
}

/// The other face: a copy of the gateway's directory that runs beside it and serves anybody.
async fn second_face(folder: &Path) -> (SocketAddr, SocketAddr, CancellationToken) {
    let copy = folder.join("other-face");
    std::fs::create_dir(&copy).unwrap();
    for file in ["gateway.keys", "gateway.db", "chain", "answer.txt"] {
        std::fs::copy(folder.join("gateway").join(file), copy.join(file)).unwrap();
    }
    let stop = CancellationToken::new();
    let config = Config { public: Some(free_address()), ..Config::new(&copy, free_address()) };
    let running = run(config, stop.clone()).await.unwrap();
    (running.address, running.public.unwrap(), stop)
}

/// Says something on one face only.
async fn say(keys: &Keys, answer: &Answer, at: SocketAddr, name: &str) {
    let validator = &answer.validators[0];
    let client =
        GatewayClient::new(&keys.transport().unwrap(), &validator.transport, &at.to_string()).unwrap();
    let mut verifier = Verifier::new(answer.chain);
    verifier.advance(&client.lane(Height(0), 4096).await.unwrap().items).unwrap();
    let transaction = Transaction {
        number: verifier.state().next_number(&keys.id()),
        author: Some(keys.id()),
        made: now(),
        action: Action::CreateTeam(TeamId::from_bytes(common::system::random()), name.to_owned()),
    };
    let signed = SignedTransaction::sign(&[keys.signing()], &answer.chain, transaction);
    let item = Item { entry: Entry::Control(signed.bytes().to_vec()), body: None };
    let receipts = client.submit(&Submission { items: vec![item] }).await.unwrap().receipts;
    assert!(matches!(receipts[..], [Receipt::Sealed(_)]), "{receipts:?}");
}

async fn compared(desk: &Desk, state: ComparisonState) -> bool {
    ok(desk.integrity().await).comparisons.iter().any(|row| row.state == state)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_two_faced_gateway_is_found_out_shown_and_proved() {
    let folder = tempfile::tempdir().unwrap();
    let nurse = Station::new(folder.path(), "nurse", Role::Nurse);
    let mut system = System::found(folder.path().to_owned(), vec![nurse.request()]).await;
    system.stop_gateway().await;
    let (other, public, stop) = second_face(folder.path()).await;
    system.start_gateway().await;
    let desk = enter(&nurse, &system.answer, folder.path()).await;
    ok(desk.set_sources(vec![format!("http://{public}")], vec![]).await);
    let patience = Duration::from_secs(60);
    until(patience, "both faces say the same", || compared(&desk, ComparisonState::Agrees)).await;
    assert_eq!(ok(desk.session_state().await).frame.integrity, None);

    // From here on each face tells another story.
    let station = Station::again(folder.path(), "administrator");
    let admin = station.keys(&system.answer);
    say(&admin, &system.answer, system.gateway_address, "Night shift").await;
    say(&admin, &system.answer, other, "Day shift").await;
    // At the next comparison, which the desk makes by itself at least once a minute; here it is asked to.
    ok(desk.set_sources(vec![format!("http://{public}")], vec![]).await);
    until(patience, "the second history is found out", || compared(&desk, ComparisonState::Differs)).await;
    let frame = ok(desk.session_state().await).frame;
    assert_eq!(frame.integrity, Some(IntegrityAlert::TwoHistories));

    let integrity = ok(desk.integrity().await);
    let proof = integrity.evidence.iter().find(|row| row.provable).expect("something that was signed");
    let file = ok(desk.export_evidence(proof.id).await);
    let verdict = wl_ledger::evidence::judge(&std::fs::read(&file.saved_as).unwrap()).expect("it is proof");
    assert_eq!(verdict.chain, system.answer.chain);
    assert_eq!(verdict.signers, [system.answer.validators[0].sign.id()]);

    // A colleague on the other face is told the same by a file, without any second source.
    let head = ok(desk.export_head().await);
    let checkpoint = ok(desk.export_checkpoint().await);
    ok(desk.close().await);
    let mut answer = system.answer.clone();
    answer.validators[0].address = other.to_string();
    let colleague = enter(&nurse, &answer, folder.path()).await;
    ok(colleague.set_sources(vec![], vec![]).await);
    for text in [head.text, checkpoint.text] {
        // This profile holds the first face's history, which the other face contradicts already.
        let row = ok(colleague.compare_file(text).await);
        assert_eq!(
            row.state,
            ComparisonState::Agrees,
            "the file is of the history this workstation verified"
        );
    }
    until(patience, "the other face contradicts what was verified", || async {
        ok(colleague.integrity().await).evidence.iter().any(|row| row.kind == "fork" && row.provable)
    })
    .await;
    ok(colleague.close().await);
    stop.cancel();
    system.stop().await;
}
