//! Emergency access and lost workstations with real parts: gateway, hub and the desks of everybody concerned.

use crate::common::device::{Device, heart_rate, report};
use crate::common::system::{STAY, System, drained};
use crate::common::{Station, ok, until};
use std::time::Duration;
use wl_desk::Desk;
use wl_desk::view::{
    EmergencyProgress, EmergencyReason, EmergencyRow, ErrorCode, InboxTab, KeyProblem, ReviewOutcome,
};
use wl_hub::hub::Hub;
use wl_ledger::control::{Action, RevocationReason};
use wl_ledger::{Category, KeyId, PatientId, Role};
use wl_sim::hospital::now;

const DEVICE: &str = "02DE30FFFE00EE07";
const PATIENCE: Duration = Duration::from_secs(20);

struct Scene {
    system: System,
    hub: Option<Hub>,
    patient: PatientId,
    directory: tempfile::TempDir,
}

impl Scene {
    /// A patient who shares with a nurse's team; everybody else is enrolled and shares nothing.
    async fn new(others: &[&Station], custodians: &[KeyId], directory: tempfile::TempDir) -> Self {
        let nurse = Station::new(directory.path(), "nurse", Role::Nurse);
        let mut system = System::found(directory.path().to_owned(), vec![nurse.request()]).await;
        for other in others {
            system.act(Action::Enrol(other.request())).await;
        }
        if !custodians.is_empty() {
            let mut people = custodians.to_vec();
            people.sort_unstable();
            system.act(Action::SetCustodians(2, people)).await;
        }
        let hub = system.start_hub().await;
        let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
        Self { system, hub: Some(hub), patient, directory }
    }

    async fn measure(&self, value: &str) {
        let hub = self.hub.as_ref().unwrap();
        let taken = now();
        let mut device = Device::new(hub.address());
        device.must(&report(DEVICE, None, &format!("E{}", taken.0), taken, &[heart_rate(value)])).await;
        drained(hub).await;
    }

    async fn enter(&self, station: &Station) -> Desk {
        station.enter(&self.system.answer).await
    }

    async fn end(self) {
        if let Some(hub) = self.hub {
            hub.stop().await;
        }
        self.system.stop().await;
    }
}

fn id(station: &Station) -> KeyId {
    station.request().enrolment.sign.id()
}

/// What a desk shows anywhere of the patient.
async fn shown(desk: &Desk) -> String {
    serde_json::to_string(&ok(desk.ward().await)).unwrap()
}

async fn ask(desk: &Desk, patient: PatientId) -> EmergencyRow {
    until(PATIENCE, "the patient can be asked for", || async {
        ok(desk.emergency().await).closed.iter().any(|one| one.patient_id == patient.to_string())
    })
    .await;
    let categories = vec!["vitals".to_owned(), "identity".to_owned()];
    let row = desk.break_glass(patient.to_string(), EmergencyReason::Other, "curious".into(), categories, 60);
    ok(row.await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hub_opens_in_an_emergency_and_abuse_shows_in_the_review() {
    let directory = tempfile::tempdir().unwrap();
    let curious = Station::new(directory.path(), "curious", Role::Physician);
    let officer = Station::new(directory.path(), "officer", Role::PrivacyOfficer);
    let mut scene = Scene::new(&[&curious, &officer], &[], directory).await;
    scene.measure("71").await;
    let (desk, review) = (scene.enter(&curious).await, scene.enter(&officer).await);
    let row = ask(&desk, scene.patient).await;
    // The hub grants what there is, and seals what comes to the new reader too.
    until(PATIENCE, "the name is shown", || async { shown(&desk).await.contains("Person MRN-1") }).await;
    scene.measure("72").await;
    until(PATIENCE, "the new value is shown", || async { shown(&desk).await.contains("\"72\"") }).await;
    let open = ok(desk.emergency().await).open;
    assert!(open.len() == 1 && open[0].progress == EmergencyProgress::Open);

    until(PATIENCE, "the privacy officer is told", || async {
        ok(review.inbox(InboxTab::Active).await).to_review == 1
    })
    .await;
    let seen = ok(review.emergency().await).reviews;
    assert!(seen[0].by == "curious" && seen[0].can_review && seen[0].request_id == row.request_id);
    assert!(!shown(&review).await.contains("MRN-1"), "reviewing opens nothing");
    ok(review.review_break_glass(row.request_id.clone(), ReviewOutcome::NotJustified).await);

    // Ended, it is gone here, and what comes later stays closed: the hub has made new keys.
    ok(desk.end_emergency(row.request_id).await);
    until(PATIENCE, "everything is gone", || async { !shown(&desk).await.contains("MRN-1") }).await;
    scene.measure("73").await;
    assert!(!shown(&desk).await.contains("\"73\""));

    // Shared by agreement after all, what the hub sent the keys of before is there again, without a restart.
    scene.system.act(Action::JoinTeam(scene.system.team, id(&curious))).await;
    until(PATIENCE, "name and value are shown again", || async {
        let shown = shown(&desk).await;
        shown.contains("Person MRN-1") && shown.contains("\"73\"")
    })
    .await;
    ok(desk.close().await);
    ok(review.close().await);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custodians_open_while_the_hub_is_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let stations: Vec<Station> =
        [("asks", Role::Physician), ("keeps", Role::Nurse), ("guards", Role::Physician)]
            .iter()
            .map(|(name, role)| Station::new(directory.path(), name, *role))
            .collect();
    let all: Vec<&Station> = stations.iter().collect();
    let custodians = [id(&stations[1]), id(&stations[2])];
    let mut scene = Scene::new(&all, &custodians, directory).await;
    scene.measure("72").await;
    scene.hub.take().unwrap().stop().await;

    let asks = scene.enter(&stations[0]).await;
    let row = ask(&asks, scene.patient).await;
    for station in &stations[1..] {
        let desk = scene.enter(station).await;
        until(PATIENCE, "the custodian is asked", || async {
            ok(desk.emergency().await).asked.iter().any(|asked| asked.request_id == row.request_id)
        })
        .await;
        assert!(!shown(&asks).await.contains("MRN-1"), "fewer than two open nothing");
        // The request is known before older letters are here.
        until(PATIENCE, "the share is released", || async {
            match desk.release_share(row.request_id.clone()).await {
                Err(error) if error.code == ErrorCode::Busy => false,
                released => {
                    ok(released);
                    true
                }
            }
        })
        .await;
        assert!(!shown(&desk).await.contains("MRN-1"), "a custodian reads nothing");
        ok(desk.close().await);
    }
    until(PATIENCE, "the name is shown", || async { shown(&asks).await.contains("Person MRN-1") }).await;
    ok(asks.close().await);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_workstation_is_revoked_alone_and_the_person_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let mut scene = Scene::new(&[], &[], directory).await;
    let path = scene.directory.path().to_owned();
    std::fs::create_dir_all(path.join("ward")).unwrap();
    let (laptop, ward) =
        (Station::new(&path, "Nora", Role::Nurse), Station::new(&path.join("ward"), "Nora", Role::Nurse));
    scene.system.administrator.enrol(laptop.request(), scene.system.team).await.unwrap();
    scene.system.act(Action::AddKey(id(&laptop), ward.request())).await;
    scene.measure("71").await;
    let (lost, kept) = (scene.enter(&laptop).await, scene.enter(&ward).await);
    for desk in [&lost, &kept] {
        until(PATIENCE, "both workstations read", || async { shown(desk).await.contains("Person MRN-1") })
            .await;
    }
    scene.system.act(Action::Revoke(id(&laptop), RevocationReason::Lost)).await;
    until(PATIENCE, "the lost workstation says that it was revoked, or hears nothing any more", || async {
        let state = ok(lost.session_state().await);
        let revoked = state.key_problem.is_some_and(|problem| problem.problem == KeyProblem::Revoked);
        revoked
            || matches!(
                state.frame.gateway.state,
                wl_desk::view::GatewayState::Stale | wl_desk::view::GatewayState::Lost
            )
    })
    .await;
    let state = || async {
        let session = kept.session().await.unwrap();
        let core = session.core().await;
        let newest = core.state().generation(&scene.patient, Category::Vitals).map(|(number, _)| number);
        newest.is_some_and(|number| number.0 > 0)
    };
    until(PATIENCE, "the hub has made new keys", state).await;
    scene.measure("99").await;
    until(PATIENCE, "the other workstation reads on", || async { shown(&kept).await.contains("\"99\"") })
        .await;
    assert!(!shown(&lost).await.contains("\"99\""));
    ok(lost.close().await);
    ok(kept.close().await);
    scene.end().await;
}
