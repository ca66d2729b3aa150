//! A record that the gateway refuses for good: its stream is closed, another one goes on, and nothing of what follows is
//! lost, doubled or out of order.

use crate::common::device::Device;
use crate::common::ledger::Ledger;
use crate::common::load::{DEVICE, Load};
use crate::common::system::{STAY, System, drained};
use crate::common::{Station, until};
use std::time::Duration;
use wl_hub::core::Core;
use wl_hub::store::{OutboxRow, Store};
use wl_ledger::block::Entry;
use wl_ledger::control::Subject;
use wl_ledger::heartbeat::verify_heartbeat;
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::{Category, KeyId, Role, codec};

/// What happens to a queued record before it is sent.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Damage {
    /// The signature, which is the end of the record: what it says is still there.
    Signature,
    /// The ciphertext: what it said is gone.
    Body,
    /// The signature of a record that was refused in another stream already.
    SignatureAgain,
}

/// How many records the hub says in its heartbeat that it could not deliver.
async fn told(system: &System, station: &Station) -> u64 {
    let answer = &system.answer;
    let client = station.client(answer);
    let state = Ledger::read(&client, answer).await.state;
    let mut lost = 0;
    for bytes in client.heartbeats().await.unwrap().heartbeats {
        let hub = |key: &KeyId| state.member(key).map(|member| member.enrolment.sign);
        // The gateway's own is signed by a key of the founding.
        let Ok(heartbeat) = verify_heartbeat(&bytes, &answer.chain, hub) else { continue };
        lost += heartbeat.get().lost.map_or(0, |lost| lost.count);
    }
    lost
}

/// A queued record with its kind.
async fn queued(system: &System, kind: RecordKind) -> Vec<OutboxRow> {
    let home = system.hub_home();
    let answer = home.answer().unwrap().unwrap();
    let mut core = Core::open(home, answer).await.unwrap();
    let rows = core.outbox(1_000, usize::MAX).await.unwrap();
    let is = |row: &OutboxRow| {
        let Entry::Record(bytes) = &row.item.entry else { return false };
        SignedRecord::parse(bytes).unwrap().header().kind == kind
    };
    rows.into_iter().filter(is).collect()
}

/// Damages a queued record on the disk of a hub that does not run.
async fn damage(system: &System, row: &OutboxRow, how: Damage) {
    let mut item = row.item.clone();
    match (how, &mut item.entry) {
        (Damage::Body, _) => *item.body.as_mut().unwrap().ciphertext.last_mut().unwrap() ^= 1,
        (Damage::Signature | Damage::SignatureAgain, Entry::Record(bytes)) => *bytes.last_mut().unwrap() ^= 1,
        _ => panic!("not a record"),
    }
    let home = system.hub_home();
    let mut store = Store::open(&home.database(), home.vault().database_key()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    sqlx::query("UPDATE outbox SET item = ?, tried = ? WHERE id = ?")
        .bind(codec::encode(&item))
        .bind(i64::from(how == Damage::SignatureAgain))
        .bind(row.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_with_a_refused_record_goes_on_in_another_one() {
    for (how, refused) in [(Damage::Signature, 0), (Damage::Body, 1), (Damage::SignatureAgain, 1)] {
        let directory = tempfile::tempdir().unwrap();
        let station = Station::new(directory.path(), "station", Role::Physician);
        let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
        let hub = system.start_hub().await;
        let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
        let mut load = Load::new();
        load.send(&mut Device::new(hub.address()), 5).await;
        drained(&hub).await;
        system.stop_gateway().await;
        load.send(&mut Device::new(hub.address()), 10).await;
        hub.stop().await;
        let rows = queued(&system, RecordKind::Frame).await;
        assert_eq!(rows.len(), 10);
        damage(&system, &rows[3], how).await;

        system.start_gateway().await;
        let hub = system.start_hub().await;
        // While it is mended, devices are answered as ever.
        load.send(&mut Device::new(hub.address()), 5).await;
        drained(&hub).await;
        load.send(&mut Device::new(hub.address()), 5).await;
        drained(&hub).await;
        assert_eq!(hub.status().await.unwrap().refused, refused, "{how:?}");
        let told = || async { told(&system, &station).await == refused };
        until(Duration::from_secs(20), "the hub says how many records it could not deliver", told).await;
        hub.stop().await;
        let lost: &[usize] = if refused == 0 { &[] } else { &[8] };
        load.check_without(&system, &station, patient, lost).await;

        let state = Ledger::read(&station.client(&system.answer), &system.answer).await.state;
        let subject = Subject::Patient(patient, Category::Vitals);
        let streams: Vec<_> = state.streams().filter(|(_, stream)| stream.subject == subject).collect();
        let closed: Vec<_> = streams.iter().map(|(_, stream)| stream.closed.is_some()).collect();
        assert_eq!(closed, [true, false], "{how:?}: one stream was replaced, once");
        assert_eq!(*streams[0].0, rows[3].stream);

        // A hub that starts anew goes on in the new stream.
        let hub = system.start_hub().await;
        load.send(&mut Device::new(hub.address()), 5).await;
        drained(&hub).await;
        load.check_without(&system, &station, patient, lost).await;
        hub.stop().await;
        system.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_with_a_refused_letter_goes_on_in_another_one() {
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    drained(&hub).await;
    hub.stop().await;
    system.stop_gateway().await;
    // The letters are to go out again, with nobody there to take them.
    let home = system.hub_home();
    let mut store = Store::open(&home.database(), home.vault().database_key()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    sqlx::query("UPDATE envelope SET queued = 0").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    drop((store, home));
    let hub = system.start_hub().await;
    until(Duration::from_secs(20), "the letters wait", || async { hub.status().await.unwrap().waiting > 0 })
        .await;
    hub.stop().await;
    let letters = queued(&system, RecordKind::KeyEnvelope).await;
    assert!(letters.len() > 1, "{} letters wait", letters.len());
    damage(&system, &letters[0], Damage::Signature).await;

    system.start_gateway().await;
    let hub = system.start_hub().await;
    drained(&hub).await;
    assert_eq!(hub.status().await.unwrap().refused, 0);
    let mut load = Load::new();
    load.send(&mut Device::new(hub.address()), 5).await;
    drained(&hub).await;
    hub.stop().await;
    let ledger = Ledger::read(&station.client(&system.answer), &system.answer).await;
    let state = &ledger.state;
    assert!(state.stream(letters[0].stream).unwrap().closed.is_some());
    let next = state.streams().last().map(|(id, _)| *id).unwrap();
    let mailed =
        |stream| ledger.records.iter().filter(|(record, _)| record.header().stream == stream).count();
    assert_eq!(mailed(next), letters.len(), "every letter that waited is in the new mailbox");
    load.check(&system, &station, patient).await;
    system.stop().await;
}

/// Two new streams about one subject within ten minutes, and not a third.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_gets_two_new_streams_in_ten_minutes_and_not_a_third() {
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
    let mut hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    drained(&hub).await;
    let mut load = Load::new();
    for round in 1..=3 {
        system.stop_gateway().await;
        load.send(&mut Device::new(hub.address()), 3).await;
        hub.stop().await;
        let rows = queued(&system, RecordKind::Frame).await;
        damage(&system, &rows[0], Damage::Signature).await;
        system.start_gateway().await;
        hub = system.start_hub().await;
        if round < 3 {
            drained(&hub).await;
        }
    }
    until(Duration::from_secs(30), "the third refusal is known", || async {
        let status = hub.status().await.unwrap();
        status.online && status.settled && status.waiting == 3
    })
    .await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(hub.status().await.unwrap().waiting, 3, "they wait for the ten minutes to pass");
    hub.stop().await;
    let later = wl_sim::hospital::now().plus(600_000);
    let home = system.hub_home();
    let answer = home.answer().unwrap().unwrap();
    let core = Core::open(home, answer).await.unwrap();
    assert!(core.due(wl_sim::hospital::now()).is_empty());
    assert_eq!(core.due(later).len(), 2, "then one is closed and one opened");
    let subject = Subject::Patient(patient, Category::Vitals);
    let state = Ledger::read(&station.client(&system.answer), &system.answer).await.state;
    assert_eq!(state.streams().filter(|(_, stream)| stream.subject == subject).count(), 3);
    system.stop().await;
}
