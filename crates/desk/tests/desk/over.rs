//! Alarms that are over: a workstation keeps those of a day in memory and finds all others in its database, also in one
//! that an earlier version has left.

use crate::gateway::TestGateway;
use crate::station::*;
use crate::ward::*;
use std::path::Path;
use std::time::Duration;
use wl_desk::Desk;
use wl_desk::view::*;
use wl_ledger::Role;
use wl_vitals::alarm::{Alarm, AlarmEvent, AlarmId, Condition, Priority as Urgency};
use wl_wire::enrolment;

const DAY: i64 = 24 * 3_600_000;
/// When the alarms were raised, in days ago; each ended a minute later. The last is still open.
const RAISED: [i64; 4] = [10, 3, 2, 0];

async fn unlocked(folder: &Path) -> Desk {
    let desk = ok(Desk::open(folder, settings()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    desk
}

/// A nurse whose patient had these alarms. Returns their names, the oldest first.
async fn set_up(folder: &Path) -> (TestGateway, tokio::task::JoinHandle<()>, Vec<String>) {
    let desk = ok(Desk::open(folder, settings()));
    ok(desk.create_keys("Ines Calder".into(), RoleView::Nurse, secret(PASSPHRASE)).await);
    let person = enrolment::read_request(&ok(desk.enrolment_request().await).text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (now, address) = (wl_desk::edge::now(), listener.local_addr().unwrap().to_string());
    let mut ward = TestWard::found(now, request("admin", Role::Admin), &address);
    ward.admit(&person, None);
    ward.identity("Ada Example", "7");
    let alarms = RAISED.map(|days| {
        let high = spo2_alarm(ward.patient, now.plus(-days * DAY - 120_000));
        Alarm { priority: Urgency::Medium, id: AlarmId::derive(&high.subject, high.raised), ..high }
    });
    for (alarm, days) in alarms.iter().zip(RAISED) {
        ward.alarm(&AlarmEvent::Raised(alarm.clone()));
        if days > 0 {
            let end = alarm.raised.plus(60_000);
            let over =
                Alarm { condition: Condition::Cleared, cleared: Some(end), told: end, ..alarm.clone() };
            ward.alarm(&AlarmEvent::Cleared(over));
        }
    }
    ward.cut();
    ok(desk.load_enrolment(enrolment::write_answer(&ward.answer())).await);
    ok(desk.close().await);
    let (gateway, task) = TestGateway::start(listener, ward);
    (gateway, task, alarms.iter().map(|alarm| alarm.id.to_string()).collect())
}

async fn found(desk: &Desk, tab: InboxTab, text: &str) -> Vec<String> {
    let filter = InboxFilter { text: text.into(), priority: None };
    let view = ok(desk.inbox_where(tab, &filter).await);
    view.rows.into_iter().map(|row| row.alarm_id).collect()
}

/// Waits until as many alarms are over as there are, and lets them become durable.
async fn settled(desk: &Desk) {
    for _ in 0..600 {
        if found(desk, InboxTab::History, "").await.len() == RAISED.len() - 1
            && found(desk, InboxTab::Active, "").await.len() == 1
        {
            let session = desk.session().await.unwrap();
            session.core().await.flush(wl_desk::edge::now()).await.unwrap();
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the alarms did not arrive within 15 s");
}

/// How many alarms are in memory.
async fn held(desk: &Desk) -> usize {
    let session = desk.session().await.unwrap();
    session.core().await.alarms_held()
}

async fn everything_is_found(folder: &Path, names: &[String]) {
    let desk = unlocked(folder).await;
    assert_eq!(held(&desk).await, 1, "a start takes what is open, and not what was over a day ago");
    assert_eq!(found(&desk, InboxTab::Active, "").await, [names[3].clone()]);
    let newest_first = [names[2].clone(), names[1].clone(), names[0].clone()];
    for text in ["", "7", "ada", "spo", "SpO2", "SpO₂", "ada spo"] {
        assert_eq!(found(&desk, InboxTab::History, text).await, newest_first, "{text}");
    }
    for text in ["nobody", "ada hr", "8", "< 90"] {
        assert!(found(&desk, InboxTab::History, text).await.is_empty(), "{text}");
    }
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_found_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let (gateway, _task, names) = set_up(folder.path()).await;
    let patient = gateway.ward.lock().unwrap().patient.to_string();
    let desk = unlocked(folder.path()).await;
    settled(&desk).await;
    ok(desk.close().await);
    everything_is_found(folder.path(), &names).await;

    // Trends of a week show the alarms of the week, though they are not in memory.
    let desk = unlocked(folder.path()).await;
    let ask = TrendAsk { hours: 168, from_ms: None, to_ms: None };
    let trends = ok(desk.trends(patient.clone(), ask).await);
    let episodes: Vec<String> = trends.episodes.into_iter().map(|episode| episode.alarm_id).collect();
    assert_eq!(episodes, names[1..]);
    ok(desk.close().await);

    // So do reports of a month.
    let desk = unlocked(folder.path()).await;
    let now = wl_desk::edge::now().0;
    let ask = ReportAsk { kind: ReportKind::Load, from_ms: now - 30 * DAY, to_ms: now, offset_minutes: 0 };
    let report = ok(desk.ward_report(ask).await);
    let total = report.columns.iter().position(|column| column.key == "total").unwrap();
    assert_eq!(report.rows[0][total], "4");
    ok(desk.close().await);

    // What one names is there, with all that happened to it.
    let desk = unlocked(folder.path()).await;
    let history = ok(desk.alarm_history(names[0].clone()).await);
    assert_eq!(history.row.alarm_id, names[0]);
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_version_2_is_judged_when_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (_gateway, _task, names) = set_up(folder.path()).await;
    let desk = unlocked(folder.path()).await;
    settled(&desk).await;
    ok(desk.close().await);
    as_before(folder.path()).await;
    everything_is_found(folder.path(), &names).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sharing_that_ends_takes_what_is_over_away_too() {
    let folder = tempfile::tempdir().unwrap();
    let (gateway, _task, _names) = set_up(folder.path()).await;
    let desk = unlocked(folder.path()).await;
    settled(&desk).await;
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let given: Vec<_> = ward.state().agreements().map(|granted| granted.agreement.id).collect();
        for id in given {
            ward.control("patient", wl_ledger::control::Action::RevokeAgreement(id));
        }
    });
    for _ in 0..600 {
        if !ok(desk.ward().await).tiles.iter().any(|tile| tile.name.state == ValueState::Fresh)
            && found(&desk, InboxTab::History, "").await.is_empty()
            && found(&desk, InboxTab::Active, "").await.is_empty()
        {
            ok(desk.close().await);
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("alarms are still found after sharing ended");
}

/// Makes a database what version 2 had left.
async fn as_before(folder: &Path) {
    use sqlx::Connection as _;
    let mut database = database(folder).await;
    let before =
        "DROP TRIGGER alarms_lose; DROP TABLE alarms; DROP INDEX records_bodyless; PRAGMA user_version = 2;";
    sqlx::raw_sql(before).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
}
