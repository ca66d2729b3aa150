//! How many patients one hub bears: a measurement, asked for by name with `--ignored` in release.

use crate::common::Station;
use std::time::{Duration, Instant};
use wl_ledger::Role;
use wl_sim::hospital::{Hospital, HospitalSettings, now};
use wl_sim::ward::WardSettings;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: WL_PATIENTS patients send once a second for WL_SECONDS seconds"]
async fn a_message_a_second_of_each_patient() {
    let (patients, seconds) = (number("WL_PATIENTS", 1000), number("WL_SECONDS", 30));
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let begun = Instant::now();
    let settings = HospitalSettings {
        directory: directory.path().join("hospital"),
        name: "Test Hospital".to_owned(),
        ward: WardSettings::bench(1, usize::try_from(patients).unwrap(), now(), 1000),
        guests: vec![station.request()],
        closed: 0,
    };
    let mut hospital = Hospital::found(settings).await.unwrap();
    println!("{patients} patients admitted in {:.1} s", begun.elapsed().as_secs_f64());
    let stop = hospital.stopper();
    let measuring = tokio::spawn(async move {
        let counts = hospital.measure().await.unwrap();
        (hospital, counts)
    });
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.cancel();
    let (hospital, counts) = measuring.await.unwrap();
    let waiting = hospital.hub().status().await.unwrap().waiting;
    let emptied = Instant::now();
    while hospital.hub().status().await.unwrap().waiting > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (answered, offered) = (counts.accepted + counts.refused, patients * seconds);
    // The ward has measured since before the patients were admitted, so its devices have a backlog to send as well.
    println!(
        "{answered} messages answered, {offered} fell due in {seconds} s ({} refused); {waiting} records waited at the \
         end and were sealed {:.2} s later",
        counts.refused,
        emptied.elapsed().as_secs_f64()
    );
    assert_eq!(counts.refused, 0);
    assert!(answered * 100 >= offered * 90, "the hub falls behind");
    hospital.stop().await.unwrap();
}
