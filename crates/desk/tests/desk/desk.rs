//! The desk from enrolment to an acknowledged alarm, over the product's own TLS.

use crate::gateway::TestGateway;
use crate::ward;
use crate::ward::*;
use secrecy::SecretString;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Delivery, Desk, Settings};
use wl_ledger::Role;
use wl_seal::WorkFactor;
use wl_vitals::Parameter as Measured;
use wl_vitals::alarm::AlarmEvent;
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";
const CANARY: &str = "Zoltan Canary";

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn settings() -> Settings {
    Settings { work: WorkFactor::new(4).unwrap(), ..Settings::default() }
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

/// A desk with keys and a gateway whose ward has enrolled it, with one frame, a name and an alarm.
async fn enrolled(folder: &Path, role: RoleView) -> (Desk, TestGateway) {
    let desk = Desk::open(folder, settings()).map_err(|e| e.message).unwrap();
    let state = desk
        .create_keys("Ines Calder".into(), role, secret(PASSPHRASE))
        .await
        .map_err(|e| e.message)
        .unwrap();
    assert!(state.phase == SessionPhase::AwaitingEnrolment);
    let request = desk.enrolment_request().await.map_err(|e| e.message).unwrap();
    assert_eq!(request.fingerprint.len(), 6);
    let person = enrolment::read_request(&request.text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let now = wl_desk::edge::now();
    let is_admin = role == RoleView::Admin;
    let first = if is_admin { person.clone() } else { ward::request("admin", Role::Admin) };
    let mut ward = TestWard::found(now, first, &address);
    ward.admit(&person, None);
    ward.identity(CANARY, "12");
    ward.frame(vec![
        measured(Measured::HeartRate, 72, 0, now),
        measured(Measured::Spo2, 97, 0, now),
        measured(Measured::Temperature, 368, -1, now),
        measured(Measured::NibpSystolic, 128, 0, now),
        measured(Measured::NibpDiastolic, 74, 0, now),
    ]);
    ward.cut();
    let answer = enrolment::write_answer(&ward.answer());
    let (gateway, _task) = TestGateway::start(listener, ward);
    desk.load_enrolment(answer).await.map_err(|e| e.message).unwrap();
    desk.unlock(secret(PASSPHRASE)).await.map_err(|e| e.message).unwrap();
    (desk, gateway)
}

async fn tile(desk: &Desk, what: &str, check: impl Fn(&TileView) -> bool) -> TileView {
    until(what, || async {
        let ward = desk.ward().await.map_err(|e| e.message).unwrap();
        ward.tiles.into_iter().next().filter(|tile| check(tile))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_travels_to_the_ward_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let seen = tile(&desk, "the first values, from a hub that is heard", |tile| {
        tile.rate.text == "72"
            && tile.name.text == CANARY
            && tile.monitoring == Monitoring::Monitored
            && tile.seal == SealState::Sealed
    })
    .await;
    assert_eq!(
        (seen.bed.as_str(), seen.spo2.text.as_str(), seen.blood_pressure.text.as_str()),
        ("12", "97", "128/74")
    );
    assert!(seen.rate.state == ValueState::Fresh && seen.temperature.text == "36.8");
    assert!(!seen.news2.complete, "consciousness and oxygen were never entered");

    let events: Arc<Mutex<Vec<UiEvent>>> = Arc::default();
    let into = Arc::clone(&events);
    desk.subscribe(Box::new(move |event| {
        into.lock().unwrap().push(event);
        Delivery::Sent
    }))
    .await
    .map_err(|e| e.message)
    .unwrap();
    gateway.with(|ward| {
        let now = wl_desk::edge::now();
        ward.now = now;
        ward.frame(vec![measured(Measured::HeartRate, 88, 0, now)]);
    });
    tile(&desk, "a live value", |tile| tile.rate.text == "88").await;
    let seq = until("the event with the value", || async {
        let events = events.lock().unwrap();
        events.iter().find(|event| event.values.iter().any(|v| v.value.text == "88")).map(|event| event.seq)
    })
    .await;
    let drawn_ms = wl_desk::edge::now().0 as f64;
    desk.painted(vec![PaintStamp { seq, drawn_ms }]).await.map_err(|e| e.message).unwrap();
    let report = desk.report().await.unwrap();
    // The event may carry the first values too.
    assert!((1..=6).contains(&report.latency_samples) && report.verification_failures == 0);
    assert!(report.latency_ms.p99 < 15_000.0 && report.records_opened >= 3 && report.readings_shown >= 6);

    let patient = desk.patient(seen.patient_id.clone()).await.map_err(|e| e.message).unwrap();
    assert_eq!(patient.record_number.text, "MRN-1");
    assert!(patient.sharing.iter().any(|s| s.category == "notes" && s.state == Sharing::NotShared));
    let trends = desk.trend(seen.patient_id.clone(), 2).await.map_err(|e| e.message).unwrap();
    assert!(
        trends.iter().any(|trend| trend.parameter == Parameter::HeartRate && trend.svg.starts_with("<svg"))
    );
    let trust = desk.trust(seen.rate.record_ref.unwrap()).await.map_err(|e| e.message).unwrap();
    assert!(trust.seal == SealState::Sealed && trust.problem.is_empty());
    assert!(trust.details.signatures.len() == 2 && trust.details.signatures.iter().all(|s| s.valid));
    desk.close().await.map_err(|e| e.message).unwrap();

    // Nothing of it lies in the open.
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for plain in [CANARY, PASSPHRASE, "MRN-1"] {
            assert!(
                !bytes.windows(plain.len()).any(|w| w == plain.as_bytes()),
                "{plain} in {}",
                path.display()
            );
        }
    }

    // Offline, after a restart, everything is still there.
    let offline = Settings { online: false, ..settings() };
    let desk = Desk::open(folder.path(), offline).map_err(|e| e.message).unwrap();
    desk.unlock(secret(PASSPHRASE)).await.map_err(|e| e.message).unwrap();
    let again = tile(&desk, "values after a restart", |tile| tile.newest_ms.is_some()).await;
    assert_eq!(again.name.text, CANARY);
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_acknowledged_on_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let calls: Arc<Mutex<Vec<String>>> = Arc::default();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    tile(&desk, "the ward", |tile| tile.rate.text == "72").await;
    let patient = gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let alarm = spo2_alarm(ward.patient, ward.now);
        ward.alarm(&AlarmEvent::Raised(alarm));
        ward.patient.to_string()
    });
    let row = until("the alarm", || async {
        desk.inbox(InboxTab::Unacknowledged).await.map_err(|e| e.message).unwrap().rows.into_iter().next()
    })
    .await;
    assert_eq!((row.patient_id, row.bed.as_str(), row.text.as_str()), (patient, "12", "SpO₂ 82 < 85"));
    assert!(row.can_acknowledge && row.seal == SealState::Sealed && row.signal == AlarmSignal::Sounding);
    let answered = desk.acknowledge(row.alarm_id.clone()).await.map_err(|e| e.message).unwrap();
    assert!(matches!(answered.work, AlarmWork::Acknowledging | AlarmWork::Acknowledged { .. }));
    let mine = until("the acknowledgement in the ledger", || async {
        let view = desk.inbox(InboxTab::Mine).await.map_err(|e| e.message).unwrap();
        view.rows.into_iter().find(|row| matches!(row.work, AlarmWork::Acknowledged { by_me: true, .. }))
    })
    .await;
    assert!(matches!(&mine.work, AlarmWork::Acknowledged { by, .. } if by == "Ines Calder"));
    assert!(mine.condition == AlarmCondition::Active, "acknowledging never clears a condition");
    let session = desk.session().await.unwrap();
    let store = session.core().await.store().unwrap();
    until("an empty outbox", || async { store.outbox().await.unwrap().is_empty().then_some(()) }).await;
    drop(store);
    drop(session);
    assert!(calls.lock().unwrap().is_empty());
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_locks_and_bad_names_are_refused_by_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let seen = tile(&desk, "the ward", |tile| tile.rate.text == "72").await;
    let other = enrolment::write_request(&ward::request("someone", Role::Physician));
    let refused = |error: Option<ErrorCode>| error;
    let cases = [
        (
            "enrol",
            desk.enrol(other.clone(), String::new(), vec![]).await.err().map(|e| e.code),
            ErrorCode::NotAllowed,
        ),
        ("preview", desk.enrol_preview(other).await.err().map(|e| e.code), ErrorCode::NotAllowed),
        (
            "revoke",
            desk.revoke("00".repeat(16), "lost".into()).await.err().map(|e| e.code),
            ErrorCode::NotAllowed,
        ),
        ("answer", desk.enrolment_answer().await.err().map(|e| e.code), ErrorCode::NotAllowed),
        (
            "team",
            desk.administer(wl_desk::admin::Order::CreateTeam("Mine".into())).await.err().map(|e| e.code),
            ErrorCode::NotAllowed,
        ),
        ("patient", desk.patient("zz".into()).await.err().map(|e| e.code), ErrorCode::BadInput),
        ("no patient", desk.patient("11".repeat(16)).await.err().map(|e| e.code), ErrorCode::NotFound),
        ("hours", desk.trend(seen.patient_id.clone(), 3).await.err().map(|e| e.code), ErrorCode::BadInput),
        ("trust", desk.trust("x".into()).await.err().map(|e| e.code), ErrorCode::BadInput),
        ("no record", desk.trust("99.1".into()).await.err().map(|e| e.code), ErrorCode::NotFound),
        ("alarm", desk.acknowledge("22".repeat(16)).await.err().map(|e| e.code), ErrorCode::NotFound),
    ];
    for (what, code, expected) in cases {
        assert_eq!(refused(code), Some(expected), "{what}");
    }
    assert!(desk.settings().await.map_err(|e| e.message).unwrap().practitioners.is_empty());
    let locked = desk.lock().await.map_err(|e| e.message).unwrap();
    assert!(locked.phase == SessionPhase::Locked);
    assert!(desk.ward().await.err().map(|e| e.code) == Some(ErrorCode::Locked));
    assert!(desk.inbox(InboxTab::Active).await.err().map(|e| e.code) == Some(ErrorCode::Locked));
    for _ in 0..4 {
        let error = desk.unlock(secret("wrong passphrase")).await.err().unwrap();
        assert_eq!(error.code, ErrorCode::WrongPassphrase);
    }
    let slowed = desk.unlock(secret(PASSPHRASE)).await.err().unwrap();
    assert_eq!(slowed.code, ErrorCode::Busy, "wrong passphrases slow the next try down, also the right one");
    assert!(Desk::open(folder.path(), settings()).err().is_some_and(|e| e.code == ErrorCode::Busy));
    desk.close().await.map_err(|e| e.message).unwrap();
}
