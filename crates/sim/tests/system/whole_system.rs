//! The whole way of a reading, with real parts over real TLS: device, hub, gateway, desk.

use crate::common;
use crate::common::{Station, ok, programs};
use std::time::Duration;
use wl_desk::Desk;
use wl_desk::view::{
    InboxTab, LimitChangeState, LimitEdges, LimitReason, LimitRowInput, LimitsProposal, ObservationInput,
    Parameter, StandbyInput, StandbyPlace, ValueState,
};
use wl_ledger::{PatientId, Role};
use wl_sim::edge::now;
use wl_sim::hospital::{Hospital, HospitalSettings};
use wl_sim::ward::WardSettings;

async fn hospital(directory: &std::path::Path, station: &Station) -> Hospital {
    let settings = HospitalSettings {
        directory: directory.join("hospital"),
        name: "Test Hospital".to_owned(),
        ward: WardSettings::demo(1, 12, now()),
        guests: vec![station.request()],
        closed: 0,
    };
    Hospital::found(settings).await.expect("the hospital is founded")
}

/// What a clinician signs is carried out by the hub, which says so: limits of one patient, observations, a standby.
async fn order_limits_and_observe(desk: &Desk) {
    let patient = ok(desk.ward().await).tiles[3].patient_id.clone();
    let page = ok(desk.limits(patient.clone()).await);
    let row = page.rows.iter().find(|row| row.parameter == Parameter::Spo2).unwrap();
    let edges = LimitEdges { low: "88".into(), ..row.now.clone() };
    let rows = vec![LimitRowInput { code: row.code, unit_code: row.unit_code, edges }];
    let proposal = LimitsProposal { reason: LimitReason::PatientBaseline, scale2: false, rows };
    let preview = ok(desk.preview_limits(patient.clone(), proposal.clone()).await);
    assert!(preview.refused.is_empty() && preview.second.is_empty() && preview.after <= preview.before);
    ok(desk.set_limits(patient.clone(), proposal).await);
    common::until(Duration::from_secs(60), "the hub puts the limits in force", || async {
        let page = ok(desk.limits(patient.clone()).await);
        page.history.first().is_some_and(|change| change.state == LimitChangeState::InForce)
    })
    .await;
    let seen = ObservationInput {
        consciousness: Some("A".into()),
        oxygen: Some("0".into()),
        pain: Some(1),
        temperature: None,
    };
    ok(desk.observe(patient.clone(), seen).await);
    let away = StandbyInput { minutes: 30, place: StandbyPlace::Imaging };
    ok(desk.standby(patient.clone(), away).await);
    common::until(Duration::from_secs(60), "the hub suspends the watch", || async {
        ok(desk.limits(patient.clone()).await).standby_until_ms.is_some()
    })
    .await;
}

/// Every alarm and every alarm that was not raised follows again from what the ledger holds.
async fn replay_without_a_difference(desk: &Desk) {
    let session = desk.session().await.unwrap();
    let mut agreed = 0;
    for tile in ok(desk.ward().await).tiles {
        let patient = PatientId::from_hex(&tile.patient_id).unwrap();
        let replay = session.replay_alarms(patient, None, now()).await.unwrap();
        assert_eq!(replay.found.differences, [], "bed {}", tile.bed);
        assert_eq!(replay.closed, 0);
        assert!(replay.found.readings > 50, "bed {}: {} readings", tile.bed, replay.found.readings);
        agreed += replay.found.agreed;
    }
    assert!(agreed > 12, "at least the beginning of every bed and one alarm");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readings_travel_from_the_bedside_to_a_verified_ward_and_an_alarm_is_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let mut hospital = hospital(directory.path(), &station).await;
    let desk = station.enter(&hospital.answer).await;
    let stop = hospital.stopper();
    let ward = tokio::spawn(async move {
        let counts = hospital.measure().await;
        (hospital, counts)
    });

    common::until(Duration::from_secs(60), "every bed shows a fresh heart or pulse rate", || async {
        let view = ok(desk.ward().await);
        view.tiles.len() == 12
            && view.tiles.iter().all(|tile| tile.rate.state == ValueState::Fresh && tile.rate.demo)
    })
    .await;
    common::until(Duration::from_secs(120), "the deteriorating patient raises an alarm", || async {
        !ok(desk.inbox(InboxTab::Active).await).rows.is_empty()
    })
    .await;
    let alarm = ok(desk.inbox(InboxTab::Active).await).rows[0].alarm_id.clone();
    ok(desk.acknowledge(alarm.clone()).await);
    common::until(Duration::from_secs(20), "the acknowledgement is on the ledger", || async {
        desk.report().await.expect("open").alarms_acknowledged > 0
    })
    .await;

    order_limits_and_observe(&desk).await;
    let report = desk.report().await.unwrap();
    assert_eq!(report.verification_failures, 0);
    assert!(report.blocks_verified > 50 && report.records_opened > 100, "{} blocks", report.blocks_verified);
    stop.cancel();
    let (hospital, counts) = ward.await.unwrap();
    let counts = counts.unwrap();
    assert_eq!(counts.refused, 0, "the hub understood every message");
    assert!(counts.accepted > 500);
    replay_without_a_difference(&desk).await;
    judge_what_the_desk_exports(&desk, directory.path()).await;
    ok(desk.close().await);
    hospital.stop().await.unwrap();
}

/// A displayed value leads to a file that a program of its own judges, which knows nothing of this workstation.
async fn judge_what_the_desk_exports(desk: &wl_desk::Desk, directory: &std::path::Path) {
    programs::build();
    let shown = ok(desk.ward().await).tiles.into_iter().find_map(|tile| tile.rate.record_ref);
    let record = shown.expect("a value that is shown names its record");
    let trust = ok(desk.trust(record.clone()).await);
    assert!(!trust.allowed.is_empty(), "the agreement that lets this person read is named");
    assert!(trust.details.origin.iter().any(|line| line.label == "granted"));
    let (proof, archive) = (directory.join("value.wlproof"), directory.join("chain.wlarchive"));
    std::fs::write(&proof, ok(desk.proof(&record).await)).unwrap();
    let judged = |file: std::path::PathBuf| {
        let chain = trust.details.chain_id.clone();
        async move {
            let mut command = programs::command("wardlight-verify");
            let output = command.args(["--json", "--chain", &chain]).arg(file).output().await.unwrap();
            let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            (output.status.code(), told)
        }
    };
    let (code, told) = judged(proof.clone()).await;
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told["value"]["author"]["role"], "Hub", "{told}");
    assert_eq!(told["value"]["access"]["agreements"].as_array().map(Vec::len), Some(1), "{told}");
    common::until(Duration::from_secs(60), "the whole chain is held and its archive complete", || async {
        ok(desk.archive_to(&archive).await);
        judged(archive.clone()).await.0 == Some(0)
    })
    .await;

    let mut bytes = std::fs::read(&proof).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&proof, bytes).unwrap();
    assert_eq!(judged(proof).await.0, Some(1), "one flipped bit is found");
}
