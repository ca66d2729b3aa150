//! Two-way delivery through the whole system: an alarm that reaches nobody comes back to the hub and its page, further
//! people are called by time, each word of it is a signed record, and an answer ends it everywhere.

use crate::common::device::{Device, heart_rate, report};
use crate::common::system::{STAY, System};
use crate::common::{Station, ok, until};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use wl_desk::view::{
    AlarmRow, AlarmStepKind, AlarmStepView, CameBackWord, InboxTab, RosterStepInput, SealState,
};
use wl_desk::{Delivery, Desk};
use wl_hub::hub::{Hub, Page};
use wl_ledger::Role;
use wl_sim::hospital::now;

const DEVICE: &str = "02DE30FFFE00AA01";
const PATIENCE: Duration = Duration::from_secs(60);

async fn start(system: &System) -> Hub {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let page = Page { listen: Some(here), sticks: Vec::new() };
    Hub::start_with(system.hub_home(), here, page).await.unwrap()
}

/// What the hub's page tells everybody who stands before it.
async fn page(hub: &Hub, path: &str) -> String {
    let at = hub.page().unwrap();
    let mut stream = TcpStream::connect(at).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

async fn row(desk: &Desk) -> Option<AlarmRow> {
    ok(desk.inbox(InboxTab::Active).await).rows.into_iter().find(|row| row.text.starts_with("HR"))
}

async fn steps(desk: &Desk, id: &str) -> Vec<AlarmStepView> {
    ok(desk.alarm_history(id.to_owned()).await).steps
}

async fn count(desk: &Desk, id: &str, what: impl Fn(&AlarmStepKind) -> bool) -> usize {
    steps(desk, id).await.iter().filter(|step| step.seal == SealState::Sealed && what(&step.what)).count()
}

fn nowhere(kind: &AlarmStepKind) -> bool {
    *kind == AlarmStepKind::CameBack { why: CameBackWord::NotDelivered }
}

fn by_time(kind: &AlarmStepKind) -> bool {
    matches!(kind, AlarmStepKind::Escalated { by_time: true, .. })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alarm_that_reaches_nobody_comes_back_to_the_hub_and_an_answer_ends_it() {
    let directory = tempfile::tempdir().unwrap();
    let ines = Station::new(directory.path(), "ines", Role::Nurse);
    let joy = Station::new(directory.path(), "joy", Role::Physician);
    let staff = vec![ines.request(), joy.request()];
    let mut system = System::found(directory.path().to_owned(), staff).await;
    let hub = start(&system).await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await.to_string();
    let (first, second) = (ines.enter(&system.answer).await, joy.enter(&system.answer).await);
    for desk in [&first, &second] {
        until(PATIENCE, "the ward", || async { ok(desk.ward().await).tiles.len() == 1 }).await;
    }
    let key = |station: &Station| station.request().enrolment.sign.id().to_string();
    let step = |station: &Station, high_s| RosterStepInput {
        people: vec![key(station)],
        high_s,
        medium_s: Some(high_s),
    };
    ok(first.set_alarm_roster(vec![patient.clone()], vec![step(&ines, 0), step(&joy, 20)]).await);
    until(PATIENCE, "the roster is sealed", || async {
        !ok(second.alarm_roster(patient.clone()).await).steps.is_empty()
    })
    .await;
    assert!(page(&hub, "/alarms").await.contains("No alarm has come back"));

    let asystole = report(DEVICE, Some("MRN-1"), "C1", now(), &[heart_rate("0")]);
    Device::new(hub.address()).must(&asystole).await;
    for desk in [&first, &second] {
        until(PATIENCE, "the alarm is raised", || async { row(desk).await.is_some() }).await;
    }
    let id = row(&first).await.unwrap().alarm_id;
    until(PATIENCE, "it comes back, because no workstation in use has it", || async {
        count(&first, &id, nowhere).await == 1
    })
    .await;
    let told = page(&hub, "/alarms").await;
    assert!(
        told.contains("Bed 7, Ward: high priority alarm") && told.contains("No workstation in use has it.")
    );
    assert!(told.contains("refresh: 5") && !told.contains("Person") && !told.contains("HR"));
    assert!(page(&hub, "/").await.contains("Alarms that nobody has answered"));
    until(PATIENCE, "both people of the roster are called", || async {
        count(&second, &id, by_time).await == 2
    })
    .await;
    assert!(row(&second).await.unwrap().called_me && row(&first).await.unwrap().called_me);

    // What a stop of the hub leaves behind is what it goes on from.
    hub.stop().await;
    let hub = start(&system).await;
    until(PATIENCE, "the page knows of it again", || async {
        page(&hub, "/alarms").await.contains("No workstation in use has it.")
    })
    .await;
    ok(second.subscribe(Box::new(|_| Delivery::Sent)).await);
    until(PATIENCE, "a window has it", || async {
        count(&first, &id, |kind| *kind == AlarmStepKind::Delivered).await == 1
    })
    .await;
    ok(second.alarms_seen(vec![id.clone()]).await);
    ok(second.acknowledge(id.clone()).await);
    until(PATIENCE, "the answer reaches the hub, and its page is quiet", || async {
        page(&hub, "/alarms").await.contains("No alarm has come back")
    })
    .await;
    until(PATIENCE, "everybody sees who saw it and who has it", || async {
        count(&first, &id, |kind| *kind == AlarmStepKind::Seen).await == 1
            && count(&first, &id, |kind| matches!(kind, AlarmStepKind::Acknowledged { .. })).await == 1
    })
    .await;
    // Twice the time of the next step: what was answered calls nobody more, and nothing was said twice.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!((count(&first, &id, nowhere).await, count(&first, &id, by_time).await), (1, 2));
    let all = steps(&first, &id).await;
    for (by, what) in [("", "CameBack"), ("joy", "Seen"), ("joy", "Acknowledged")] {
        let found = all.iter().find(|step| name(&step.what) == what).unwrap();
        assert_eq!(found.by, by, "{what}");
    }
    ok(first.close().await);
    ok(second.close().await);
    hub.stop().await;
    system.stop().await;
}

fn name(kind: &AlarmStepKind) -> &'static str {
    match kind {
        AlarmStepKind::CameBack { .. } => "CameBack",
        AlarmStepKind::Seen => "Seen",
        AlarmStepKind::Acknowledged { .. } => "Acknowledged",
        _ => "",
    }
}
