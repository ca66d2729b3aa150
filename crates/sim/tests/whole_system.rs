//! The whole way of a reading, with real parts over real TLS: device, hub, gateway, desk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

#[path = "support/common.rs"]
mod common;

use common::{Station, ok};
use std::time::Duration;
use wl_desk::view::{InboxTab, ValueState};
use wl_ledger::Role;
use wl_sim::edge::now;
use wl_sim::hospital::{Hospital, HospitalSettings};
use wl_sim::ward::WardSettings;

async fn hospital(directory: &std::path::Path, station: &Station) -> Hospital {
    let settings = HospitalSettings {
        directory: directory.join("hospital"),
        name: "Test Hospital".to_owned(),
        ward: WardSettings::demo(1, 12, now()),
        guests: vec![station.request()],
    };
    Hospital::found(settings).await.expect("the hospital is founded")
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

    let report = desk.report().await.unwrap();
    assert_eq!(report.verification_failures, 0);
    assert!(report.blocks_verified > 50 && report.records_opened > 100, "{} blocks", report.blocks_verified);
    stop.cancel();
    let (hospital, counts) = ward.await.unwrap();
    let counts = counts.unwrap();
    assert_eq!(counts.refused, 0, "the hub understood every message");
    assert!(counts.accepted > 500);
    ok(desk.close().await);
    hospital.stop().await.unwrap();
}
