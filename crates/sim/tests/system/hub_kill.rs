//! kill -9 of the hub's own process under load: every message that was answered is on the ledger afterwards, once.

use crate::common::device::{Device, heart_rate, report};
use crate::common::ledger::Ledger;
use crate::common::system::{STAY, System, drained};
use crate::common::{Station, programs};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Role};
use wl_sim::hospital::{PASSPHRASE, now};
use wl_sim::rng::Rng;

const DEVICES: usize = 4;

fn device(number: usize) -> String {
    format!("02DE30FFFE00BB0{number}")
}

async fn spawn(directory: &Path, secret: &Path) -> (Child, SocketAddr) {
    let mut child = programs::command("wardlight-hub")
        .arg("--dir")
        .arg(directory)
        .arg("--passphrase-file")
        .arg(secret)
        .args(["run", "--no-page", "--mllp", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .stderr(programs::log(secret))
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap();
    let line = line.unwrap_or_else(|| panic!("the hub did not start: {}", programs::logged(secret)));
    (child, line.rsplit(' ').next().unwrap().parse().unwrap())
}

/// Sends until the connection breaks; the message without an answer is the next one of the next life.
async fn load(hub: SocketAddr, number: usize, answered: &mut usize, start: wl_ledger::UnixMillis) {
    let mut line = Device::new(hub);
    loop {
        let taken = start.plus(i64::try_from(*answered).unwrap() * 3);
        let rows = [heart_rate(&(60 + *answered % 40).to_string())];
        let message = report(&device(number), None, &format!("D{number}-{answered}"), taken, &rows);
        match line.send(&message).await {
            Ok(answer) => assert!(answer.contains("\rMSA|AA|"), "{answer}"),
            Err(_) => return,
        }
        *answered += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_were_answered_survive_every_kill() {
    let kills: u64 = std::env::var("WL_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    programs::build();
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
    let hub = system.start_hub().await;
    let mut patients = Vec::new();
    for number in 0..DEVICES {
        patients.push(system.admit(&hub, &format!("MRN-{number}"), &device(number), &STAY).await);
    }
    hub.stop().await;
    let secret = directory.path().join("passphrase");
    std::fs::write(&secret, PASSPHRASE).unwrap();
    let start = now().plus(-50_000);
    let mut rng = Rng::new(11);
    let mut answered = [0; DEVICES];
    for _ in 0..kills {
        let (mut child, address) = spawn(&system.hub_directory(), &secret).await;
        let life = Duration::from_millis(20 + rng.next_u64() % 230);
        let killer = tokio::spawn(async move {
            tokio::time::sleep(life).await;
            child.kill().await.unwrap();
        });
        let [a, b, c, d] = &mut answered;
        tokio::join!(
            load(address, 0, a, start),
            load(address, 1, b, start),
            load(address, 2, c, start),
            load(address, 3, d, start),
        );
        killer.await.unwrap();
    }
    let hub = system.start_hub().await;
    // What was sent and not answered is sent again, as a device does.
    for (number, count) in answered.iter_mut().enumerate() {
        let taken = start.plus(i64::try_from(*count).unwrap() * 3);
        let rows = [heart_rate(&(60 + *count % 40).to_string())];
        let message = report(&device(number), None, &format!("D{number}-{count}"), taken, &rows);
        Device::new(hub.address()).must(&message).await;
        *count += 1;
    }
    drained(&hub).await;
    assert_eq!(hub.status().await.unwrap().refused, 0);
    let ledger = Ledger::read(&station.client(&system.answer), &system.answer).await;
    for (patient, count) in patients.iter().zip(answered) {
        assert_eq!(ledger.about(*patient, Category::Vitals, RecordKind::Frame), count);
    }
    let total: usize = answered.iter().sum();
    println!("{kills} kills, {total} answered messages, each on the ledger once");
    assert!(total > DEVICES * 2, "there was load");
    hub.stop().await;
    system.stop().await;
}
