//! Limits, observations and replays at a workstation: what was signed, what the hub says of it, and what a hub that lies
//! cannot hide.

use crate::gateway::TestGateway;
use crate::ward;
use crate::ward::*;
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Desk, Settings, cli};
use wl_ledger::record::RecordKind;
use wl_ledger::{Hash, Role};
use wl_seal::WorkFactor;
use wl_vitals::Parameter as Measured;
use wl_vitals::alarm::{AlarmEngine, AlarmEvent, Carried, DeclineReason, Declined};
use wl_vitals::limits::adult;
use wl_vitals::news2::Scale;
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";

fn ok<T>(answer: Result<T, UiError>) -> T {
    answer.map_err(|error| error.message).unwrap()
}

async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    for _ in 0..1_200 {
        if let Some(value) = check().await {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not happen within 30 s: {what}");
}

fn settings() -> Settings {
    Settings { work: WorkFactor::new(4).unwrap(), ..Settings::default() }
}

/// A desk and a gateway whose ward began so many seconds ago.
async fn enrolled(folder: &Path, role: RoleView, ago: i64) -> (Desk, TestGateway, String) {
    let desk = Desk::open(folder, settings()).map_err(|e| e.message).unwrap();
    ok(desk.create_keys("Ines Calder".into(), role, SecretString::from(PASSPHRASE)).await);
    let request = ok(desk.enrolment_request().await);
    let person = enrolment::read_request(&request.text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let now = wl_desk::edge::now().plus(-ago * 1_000);
    let mut ward = TestWard::found(now, ward::request("admin", Role::Admin), &address);
    ward.admit(&person, None);
    ward.identity("Ada Example", "12");
    ward.cut();
    let patient = ward.patient.to_string();
    let answer = enrolment::write_answer(&ward.answer());
    let (gateway, _task) = TestGateway::start(listener, ward);
    ok(desk.load_enrolment(answer).await);
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    until("the ward", || async { (!ok(desk.ward().await).tiles.is_empty()).then_some(()) }).await;
    (desk, gateway, patient)
}

/// A proposal that moves SpO₂'s yellow limit.
fn proposal(low: &str, low_red: &str) -> LimitsProposal {
    let info = Measured::Spo2.info();
    let edges = LimitEdges {
        low_red: low_red.into(),
        low: low.into(),
        high: String::new(),
        high_red: String::new(),
        low_delay_s: 15,
        high_delay_s: 0,
    };
    let row = LimitRowInput { code: info.code.0, unit_code: info.unit.0, edges };
    LimitsProposal { reason: LimitReason::PatientBaseline, scale2: false, rows: vec![row] }
}

async fn newest_change(desk: &Desk, patient: &str, what: &str, state: LimitChangeState) -> LimitsPageView {
    until(what, || async {
        let page = ok(desk.limits(patient.to_owned()).await);
        page.history.first().is_some_and(|change| change.state == state).then_some(page)
    })
    .await
}

fn record_of(change: &LimitChangeView) -> Hash {
    Hash::from_hex(&change.change_id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_in_force_when_the_hub_says_so_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, patient) = enrolled(folder.path(), RoleView::Nurse, 0).await;
    let page = ok(desk.limits(patient.clone()).await);
    let row = |page: &LimitsPageView| {
        page.rows.iter().find(|row| row.parameter == Parameter::Spo2).map(|row| row.now.low.clone()).unwrap()
    };
    assert!(page.may_change && !page.may_prescribe && page.history.is_empty() && row(&page) == "90");

    ok(desk.set_limits(patient.clone(), proposal("88", "84")).await);
    let sent = newest_change(&desk, &patient, "the change on the ledger", LimitChangeState::Sent).await;
    assert_eq!(row(&sent), "90", "signed is not in force");
    assert_eq!(sent.history[0].lines, ["SpO₂ low red 84 (ward 85)", "SpO₂ low 88 (ward 90)"]);
    let record = record_of(&sent.history[0]);
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        ward.alarm(&AlarmEvent::Carried(Carried { record, at: ward.now, input: 0 }));
    });
    let carried = newest_change(&desk, &patient, "the hub's word", LimitChangeState::InForce).await;
    assert_eq!(row(&carried), "88");

    // Beyond the guard the hub waits for a second person, who cannot be the same.
    let preview = ok(desk.preview_limits(patient.clone(), proposal("74", "70")).await);
    assert!(preview.refused.is_empty() && preview.second.len() == 1);
    ok(desk.set_limits(patient.clone(), proposal("74", "70")).await);
    let sent = newest_change(&desk, &patient, "the second change", LimitChangeState::Sent).await;
    let record = record_of(&sent.history[0]);
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        ward.alarm(&AlarmEvent::Declined(Declined { record, at: ward.now, why: DeclineReason::NeedsSecond }));
    });
    let waits = newest_change(&desk, &patient, "it waits", LimitChangeState::NeedsSecond).await;
    assert!(!waits.history[0].may_confirm && row(&waits) == "88");
    let refused = desk.confirm_limits(patient.clone(), record.to_string()).await;
    assert_eq!(refused.err().map(|error| error.code), Some(ErrorCode::NotAllowed));

    // What cannot be read, or what the ward forbids, is never signed.
    for (low, low_red) in [("x", "84"), ("84", "88"), ("1e3", "84")] {
        let refused = desk.set_limits(patient.clone(), proposal(low, low_red)).await;
        assert_eq!(refused.err().map(|error| error.code), Some(ErrorCode::BadInput), "{low} {low_red}");
    }
    let mut scale2 = proposal("86", "83");
    scale2.scale2 = true;
    let refused = desk.set_limits(patient.clone(), scale2).await;
    assert_eq!(
        refused.err().map(|error| error.code),
        Some(ErrorCode::NotAllowed),
        "a nurse prescribes nothing"
    );

    // After a restart the same stands there.
    ok(desk.close().await);
    let desk =
        Desk::open(folder.path(), Settings { online: false, ..settings() }).map_err(|e| e.message).unwrap();
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    let again = newest_change(&desk, &patient, "it waits still", LimitChangeState::NeedsSecond).await;
    assert_eq!(again.history.len(), 2);
    assert_eq!(row(&again), "88");
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_observed_is_signed_and_scored() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, patient) = enrolled(folder.path(), RoleView::Nurse, 0).await;
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        ward.frame(vec![
            measured(Measured::HeartRate, 72, 0, ward.now),
            measured(Measured::Spo2, 97, 0, ward.now),
            measured(Measured::RespiratoryRate, 16, 0, ward.now),
            measured(Measured::NibpSystolic, 128, 0, ward.now),
        ]);
    });
    let input = |consciousness: &str, oxygen: &str, temperature: &str| ObservationInput {
        consciousness: Some(consciousness.into()),
        oxygen: Some(oxygen.into()),
        pain: Some(2),
        temperature: Some(temperature.into()),
    };
    for bad in
        [input("X", "2", "36.8"), input("A", "71", "36.8"), input("A", "2", "36.85"), input("A", "2", "19")]
    {
        let refused = desk.observe(patient.clone(), bad).await;
        assert_eq!(refused.err().map(|error| error.code), Some(ErrorCode::BadInput));
    }
    ok(desk.observe(patient.clone(), input("V", "2", "36.8")).await);
    let scored = until("the score with what was observed", || async {
        let view = ok(desk.patient(patient.clone()).await);
        view.news2.complete.then_some(view)
    })
    .await;
    assert_eq!(scored.news2.text, "5", "V is three, oxygen two");
    let temperature = scored.numerics.iter().find(|one| one.parameter == Parameter::Temperature).unwrap();
    assert_eq!(temperature.value.text, "36.8");
    ok(desk.close().await);

    // A physician of another role than the bedside's may look, and not sign.
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway, patient) = enrolled(folder.path(), RoleView::Pharmacist, 0).await;
    let refused = desk.observe(patient.clone(), input("A", "0", "36.8")).await;
    assert_eq!(refused.err().map(|error| error.code), Some(ErrorCode::NotAllowed));
    let refused = desk.set_limits(patient, proposal("88", "84")).await;
    assert_eq!(refused.err().map(|error| error.code), Some(ErrorCode::NotAllowed));
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_finds_nothing_in_honest_records_and_names_an_alarm_that_was_left_out() {
    for hides in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (desk, gateway, patient) = enrolled(folder.path(), RoleView::Physician, 600).await;
        let last = gateway.with(|ward| {
            course(ward, hides);
            ward.now.0
        });
        until("the last reading", || async {
            let view = ok(desk.patient(patient.clone()).await);
            let of = view.numerics.iter().find(|one| one.parameter == Parameter::Spo2)?;
            (of.value.taken_ms == Some(last)).then_some(())
        })
        .await;
        ok(desk.close().await);
        let file = folder.path().join("passphrase");
        std::fs::write(&file, PASSPHRASE).unwrap();
        let arguments = [
            "wardlight".into(),
            "--profile".into(),
            folder.path().as_os_str().to_owned(),
            "--passphrase-file".into(),
            file.into_os_string(),
            // History comes newest first: what is not here yet is fetched before it is judged.
            "--sync".into(),
            "replay-alarms".into(),
        ];
        let mut out = Vec::new();
        let done = cli::run(arguments, &mut out).await;
        let text = String::from_utf8(out).unwrap();
        assert_eq!(done.is_err(), hides, "{text}");
        assert!(text.contains("91 inputs, 91 readings"), "{text}");
        assert_eq!(
            text.lines().filter(|line| line.contains("left out")).count(),
            usize::from(hides),
            "{text}"
        );
        if hides {
            assert!(
                text.contains("left out") && text.contains("raised High Physiological code 150456"),
                "{text}"
            );
        }
    }
}

/// A minute and a half at the bedside with a desaturation; a hub that hides says nothing of the alarm it raised.
fn course(ward: &mut TestWard, hides: bool) {
    let settings = wl_vitals::alarm::Settings {
        patient: ward.patient,
        limits: adult(Scale::One),
        interval: 1_000,
        same_limb: false,
    };
    let mut engine = AlarmEngine::new(settings);
    for second in 0..91 {
        ward.now = ward.now.plus(1_000);
        let value = if (20..50).contains(&second) { 80 } else { 96 };
        let reading = measured(Measured::Spo2, value, 0, ward.now);
        ward.frame(vec![reading]);
        for event in engine.step(ward.now, &[reading]) {
            let hidden = hides
                && matches!(&event, AlarmEvent::Raised(alarm) if alarm.subject.code == Measured::Spo2.code());
            if !hidden {
                ward.alarm(&event);
            }
        }
        if second % 10 == 0 {
            ward.cut();
        }
    }
}

#[test]
fn kinds_of_records_keep_their_numbers() {
    let numbers = [RecordKind::Limits, RecordKind::Observation, RecordKind::Act].map(RecordKind::code);
    assert_eq!(numbers, [14, 15, 16]);
    for kind in [RecordKind::Limits, RecordKind::Observation, RecordKind::Act] {
        assert_eq!(wl_ledger::codec::encode(&kind), wl_ledger::codec::encode(&kind.code()));
    }
}
