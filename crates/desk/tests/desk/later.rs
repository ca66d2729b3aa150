//! What happens later: alarms that are still sealing, sharing that ends, a database that was put back, the gateway away,
//! and the command line.

use crate::gateway::{TestGateway, provisional_of};
use crate::ward::*;
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::record::RecordKind;
use wl_ledger::{Role, UnixMillis};
use wl_seal::WorkFactor;
use wl_vitals::Parameter as Measured;
use wl_vitals::alarm::AlarmEvent;
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";

fn secret() -> SecretString {
    SecretString::from(PASSPHRASE.to_owned())
}

fn settings(online: bool) -> Settings {
    Settings { work: WorkFactor::new(4).unwrap(), online, ..Settings::default() }
}

fn plain<T>(answer: Result<T, UiError>) -> T {
    answer.unwrap_or_else(|error| panic!("{}", error.message))
}

async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    for _ in 0..600 {
        if let Some(value) = check().await {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not happen within 15 s: {what}");
}

/// Keys, a gateway and one frame; the agreement ends at `end`.
async fn set_up(folder: &Path, end: Option<UnixMillis>) -> (TestGateway, tokio::task::JoinHandle<()>) {
    let desk = plain(Desk::open(folder, settings(true)));
    plain(desk.create_keys("Ines Calder".into(), RoleView::Nurse, secret()).await);
    let person = enrolment::read_request(&plain(desk.enrolment_request().await).text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let now = wl_desk::edge::now();
    let mut ward =
        TestWard::found(now, request("admin", Role::Admin), &listener.local_addr().unwrap().to_string());
    ward.admit(&person, end);
    ward.identity("Ada Example", "7");
    ward.frame(vec![measured(Measured::HeartRate, 72, 0, now)]);
    ward.cut();
    plain(desk.load_enrolment(enrolment::write_answer(&ward.answer())).await);
    plain(desk.close().await);
    TestGateway::start(listener, ward)
}

async fn unlocked(folder: &Path, online: bool) -> Desk {
    let desk = plain(Desk::open(folder, settings(online)));
    plain(desk.unlock(secret()).await);
    desk
}

async fn tile(desk: &Desk, what: &str, check: impl Fn(&TileView) -> bool) -> TileView {
    until(what, || async { plain(desk.ward().await).tiles.into_iter().next().filter(|tile| check(tile)) })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_shown_while_it_is_sealing_and_settles() {
    let folder = tempfile::tempdir().unwrap();
    let (gateway, _task) = set_up(folder.path(), None).await;
    let desk = unlocked(folder.path(), true).await;
    tile(&desk, "the ward", |tile| tile.rate.text == "72").await;
    // The gateway relays before its block is there for anybody: the ward is ahead, the stream is told of the record only.
    let message = {
        let mut ward = gateway.ward.lock().unwrap();
        ward.now = wl_desk::edge::now();
        let alarm = spo2_alarm(ward.patient, ward.now);
        ward.alarm(&AlarmEvent::Raised(alarm));
        ward.cut();
        let message = provisional_of(&ward, RecordKind::Alarm).unwrap();
        let held_back = ward.blocks.pop().unwrap();
        (message, held_back)
    };
    gateway.relayed.send_replace(Some(message.0));
    let row = until("the sealing alarm", || async {
        plain(desk.inbox(InboxTab::Active).await).rows.into_iter().next()
    })
    .await;
    assert!(row.seal == SealState::Sealing && row.bed == "7");
    {
        let mut ward = gateway.ward.lock().unwrap();
        ward.blocks.push(message.1);
    }
    gateway.changed.send_modify(|count| *count += 1);
    let sealed = until("the sealed alarm", || async {
        plain(desk.inbox(InboxTab::Active).await).rows.into_iter().find(|row| row.seal == SealState::Sealed)
    })
    .await;
    assert_eq!((sealed.alarm_id, sealed.count), (row.alarm_id, 1));
    // Locked, the strip goes on with bed and priority.
    let locked = plain(desk.lock().await);
    assert!(locked.phase == SessionPhase::Locked);
    assert_eq!(locked.frame.strip.alarms.first().map(|alarm| alarm.bed.as_str()), Some("7"));
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let alarm = spo2_alarm(ward.patient, ward.now);
        ward.alarm(&AlarmEvent::Raised(alarm));
    });
    until("a second alarm while locked", || async {
        (plain(desk.session_state().await).frame.strip.high == 2).then_some(())
    })
    .await;
    plain(desk.unlock(secret()).await);
    until("both alarms after unlocking", || async {
        (plain(desk.inbox(InboxTab::Active).await).rows.len() == 2).then_some(())
    })
    .await;
    plain(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sharing_that_ends_takes_its_values_away_here_and_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let end = wl_desk::edge::now().plus(4_000);
    let (_gateway, _task) = set_up(folder.path(), Some(end)).await;
    let desk = unlocked(folder.path(), true).await;
    tile(&desk, "the ward", |tile| tile.rate.text == "72").await;
    until("an empty ward", || async { plain(desk.ward().await).tiles.is_empty().then_some(()) }).await;
    let session = desk.session().await.unwrap();
    until("nothing opened on disk", || async {
        let store = session.core().await.store().unwrap();
        let empty = store.newest().await.unwrap().is_empty() && store.identities().await.unwrap().is_empty();
        empty.then_some(())
    })
    .await;
    drop(session);
    plain(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_put_back_in_time_is_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let (gateway, _task) = set_up(folder.path(), None).await;
    let desk = unlocked(folder.path(), true).await;
    tile(&desk, "the ward", |tile| tile.rate.text == "72").await;
    plain(desk.close().await);
    let old = std::fs::read(folder.path().join("desk.db")).unwrap();
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let now = ward.now;
        ward.frame(vec![measured(Measured::HeartRate, 91, 0, now)]);
    });
    let desk = unlocked(folder.path(), true).await;
    tile(&desk, "the newer value", |tile| tile.rate.text == "91").await;
    plain(desk.close().await);
    std::fs::write(folder.path().join("desk.db"), old).unwrap();
    for log in ["desk.db-wal", "desk.db-shm"] {
        std::fs::remove_file(folder.path().join(log)).ok();
    }
    let desk = unlocked(folder.path(), true).await;
    let state = plain(desk.session_state().await);
    assert!(state.frame.records.state == RecordsState::Failed);
    let session = desk.session().await.unwrap();
    assert!(
        session
            .core()
            .await
            .store()
            .unwrap()
            .evidence()
            .await
            .unwrap()
            .iter()
            .any(|e| e.kind == "old-database")
    );
    drop(session);
    tile(&desk, "it heals from the chain", |tile| tile.rate.text == "91").await;
    plain(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_away_is_said_and_comes_back_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (gateway, task) = set_up(folder.path(), None).await;
    let desk = unlocked(folder.path(), true).await;
    tile(&desk, "the ward", |tile| tile.rate.text == "72").await;
    let address = gateway.ward.lock().unwrap().address.clone();
    task.abort();
    let _ended = task.await;
    plain(desk.close().await);
    let desk = unlocked(folder.path(), true).await;
    until("contact is lost", || async {
        let session = desk.session().await.unwrap();
        let lost = matches!(session.core().await.contact(), wl_desk::session::Contact::Unreachable(_));
        lost.then_some(())
    })
    .await;
    let kept = tile(&desk, "what it had", |tile| tile.newest_ms.is_some()).await;
    assert_eq!(kept.name.text, "Ada Example");
    let listener = tokio::net::TcpListener::bind(&address).await.unwrap();
    let ward = std::mem::replace(
        &mut *gateway.ward.lock().unwrap(),
        TestWard::found(UnixMillis(0), request("admin", Role::Admin), "127.0.0.1:1"),
    );
    let (again, _task) = TestGateway::start(listener, ward);
    again.with(|ward| {
        ward.now = wl_desk::edge::now();
        let now = ward.now;
        ward.frame(vec![measured(Measured::HeartRate, 99, 0, now)]);
    });
    tile(&desk, "it caught up", |tile| tile.rate.text == "99").await;
    plain(desk.close().await);
}

async fn wardlight(profile: &Path, args: &[&str]) -> Result<String, String> {
    let passphrase = profile.with_extension("passphrase");
    std::fs::write(&passphrase, PASSPHRASE).unwrap();
    let mut out = Vec::new();
    let common = [
        "wardlight",
        "--profile",
        profile.to_str().unwrap(),
        "--passphrase-file",
        passphrase.to_str().unwrap(),
    ];
    let all = common.iter().chain(args).map(Into::into);
    match wl_desk::cli::run(all, &mut out).await {
        Ok(()) => Ok(String::from_utf8(out).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_reads_what_was_opened() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("nurse");
    let (gateway, _task) = set_up(&profile, None).await;
    assert!(wardlight(&profile, &["keys", "request"]).await.unwrap().contains("words "));
    assert!(wardlight(&profile, &["keys", "create", "--name", "X", "--role", "nurse"]).await.is_err());
    let offline = wardlight(&profile, &["readings", "--csv"]).await.unwrap();
    assert_eq!(offline.lines().count(), 1, "nothing was fetched yet");
    let status = wardlight(&profile, &["--sync", "status", "--json"]).await.unwrap();
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(
        (status["complete"].as_bool(), status["evidence"].as_array().map(Vec::len)),
        (Some(true), Some(0))
    );
    let (patient, taken) = {
        let ward = gateway.ward.lock().unwrap();
        (ward.patient.to_string(), ward.now)
    };
    let csv = wardlight(&profile, &["readings", "--patient", &patient, "--csv"]).await.unwrap();
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0], "time_utc,mdc_code,name,value,unit,device,record,state");
    assert!(rows[1].contains(",147842,Heart rate,72,264864,GE B650,0.0,"), "{}", rows[1]);
    assert!(taken.0 > 0 && rows[1].contains('T') && rows[1].split(',').next().unwrap().ends_with('Z'));
    assert_eq!(wardlight(&profile, &["alarms", "--json"]).await.unwrap().trim(), "[]");
    assert!(wardlight(&profile, &["readings", "--patient", &"11".repeat(16)]).await.is_err());
    let refused = wardlight(&profile, &["admin", "team", "create", "Mine"]).await.unwrap_err();
    assert!(refused.contains("Only an administrator"), "{refused}");
}
