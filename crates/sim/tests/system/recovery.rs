//! The drill: a hub is lost with its disk, guardians bring their shares, and it goes on.

use crate::common;
use crate::common::device::{Device, heart_rate, report};
use crate::common::ledger::Ledger;
use crate::common::system::{STAY, System, drained, passphrase, say, settled, work};
use crate::common::{Station, readings};
use std::path::Path;
use wl_hub::backup::{self, BACKUP, BackupFailure, Guard, share_name};
use wl_hub::hub::Hub;
use wl_ledger::control::{Action, Categories, EraseBasis, EraseOrder, EraseReceipt, EraseScope};
use wl_ledger::{Category, EraseId, Height, PatientId, Role, UnixMillis};
use wl_seal::backup::BackupError;
use wl_seal::{BackupShare, Passphrase, ReadingIdentity, SealError, ShareError, gather};
use wl_sim::hospital::now;
use wl_wire::enrolment::Answer;

const DEVICE: &str = "02DE30FFFE00EE31";
const HEART_RATE: u32 = 147_842;

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn guards() -> Vec<Guard> {
    let third = ReadingIdentity::from_bytes([3; 32]).unwrap();
    vec![
        Guard::Passphrase(phrase("first guardian")),
        Guard::Passphrase(phrase("second guardian")),
        Guard::Recipient(third.recipient().as_str().to_owned()),
    ]
}

fn share(folder: &Path, number: usize, text: &str) -> BackupShare {
    let file = std::fs::read(folder.join(share_name(number))).unwrap();
    BackupShare::open_with(&file, &phrase(text)).unwrap()
}

async fn measure(hub: &Hub, values: &[&str], taken: &mut UnixMillis) {
    let mut device = Device::new(hub.address());
    for value in values {
        *taken = taken.plus(1).max(now().plus(-1_000));
        let control = format!("A{}", taken.0);
        device.must(&report(DEVICE, None, &control, *taken, &[heart_rate(value)])).await;
    }
    drained(hub).await;
}

/// An order to erase categories, at the patient's request.
fn erase(patient: PatientId, categories: Categories, up_to: Height) -> EraseOrder {
    EraseOrder {
        id: EraseId::from_bytes([9; 16]),
        patient,
        scope: EraseScope::Categories(categories),
        basis: EraseBasis::PatientRequest,
        up_to,
    }
}

/// The receipts that the patient's hub has said; the gateway leaves one of its own.
async fn receipts(nurse: &Station, answer: &Answer, order: &EraseOrder) -> Vec<EraseReceipt> {
    let state = Ledger::read(&nurse.client(answer), answer).await.state;
    let hub = state.patient(&order.patient).unwrap().hub;
    state.erased(&order.id).filter(|(key, _)| **key == hub).map(|(_, erased)| erased.receipt).collect()
}

/// Waits for the receipt of the patient's hub.
async fn confirmed(nurse: &Station, answer: &Answer, order: &EraseOrder) -> EraseReceipt {
    let has = || async { !receipts(nurse, answer, order).await.is_empty() };
    common::until(std::time::Duration::from_secs(20), "the hub's receipt", has).await;
    receipts(nurse, answer, order).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_hub_goes_on_from_two_of_three_guardians_shares() {
    let directory = tempfile::tempdir().unwrap();
    let nurse = Station::new(directory.path(), "nurse", Role::Nurse);
    let mut system = System::found(directory.path().to_owned(), vec![nurse.request()]).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    let mut taken = UnixMillis(0);
    measure(&hub, &["71"], &mut taken).await;
    let folder = directory.path().join("backup");
    hub.back_up(folder.clone(), 2, guards()).await.unwrap();
    assert!(hub.back_up(folder.clone(), 2, guards()).await.is_err(), "a backup is never written over");
    // What comes after the backup is on the ledger only.
    measure(&hub, &["72", "73"], &mut taken).await;
    hub.stop().await;
    std::fs::remove_dir_all(system.hub_directory()).unwrap();

    let alone = gather(vec![share(&folder, 1, "first guardian")]).err();
    assert_eq!(alone, Some(BackupError::Shares(ShareError::TooFew { needed: 2, got: 1 })));
    let gathered =
        gather(vec![share(&folder, 2, "second guardian"), share(&folder, 1, "first guardian")]).unwrap();
    let sealed = std::fs::read(folder.join(BACKUP)).unwrap();
    let mut damaged = sealed.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let refused = backup::restore(system.hub_directory(), &damaged, &gathered, passphrase(), work()).await;
    assert!(matches!(refused, Err(BackupFailure::Seal(SealError::Refused(_)))));
    backup::restore(system.hub_directory(), &sealed, &gathered, passphrase(), work()).await.unwrap();
    let again = backup::restore(system.hub_directory(), &sealed, &gathered, passphrase(), work()).await;
    assert!(matches!(again, Err(BackupFailure::Home(_))), "a hub's keys are never written over");

    let hub = system.start_hub().await;
    settled(&hub).await;
    measure(&hub, &["74"], &mut taken).await;
    // Reading verifies every number and link of every stream: nothing was used twice, nothing left out.
    drop(nurse.keys(&system.answer));
    let ledger = Ledger::read(&nurse.client(&system.answer), &system.answer).await;
    let generation = ledger.state.generation(&patient, Category::Vitals).unwrap().0;
    assert_eq!(generation.0, 0, "nobody lost access, so nobody needed new keys");
    let opened = readings::opened(&nurse, HEART_RATE).await.unwrap();
    let values: Vec<String> = opened.into_keys().map(|(_, value)| value).collect();
    assert_eq!(values, ["71", "72", "73", "74"]);
    // The patient's own key came back with it, and still needs the patient's passphrase.
    let id = ledger.state.agreements().next().map(|granted| granted.agreement.id).unwrap();
    say(&hub, patient, Action::RevokeAgreement(id)).await;
    settled(&hub).await;
    let ledger = Ledger::read(&nurse.client(&system.answer), &system.answer).await;
    assert_eq!(ledger.state.generation(&patient, Category::Vitals).unwrap().0.0, 1);
    hub.stop().await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_patient_goes_from_the_hub_once_nothing_measures_the_patient() {
    let directory = tempfile::tempdir().unwrap();
    let nurse = Station::new(directory.path(), "nurse", Role::Nurse);
    let mut system = System::found(directory.path().to_owned(), vec![nurse.request()]).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    let mut taken = UnixMillis(0);
    measure(&hub, &["71"], &mut taken).await;
    let order = erase(patient, Categories::all(), hub.status().await.unwrap().height);
    say(&hub, patient, Action::Erase(order)).await;
    let answer = system.answer.clone();
    drop(nurse.keys(&answer));
    let client = nurse.client(&answer);
    let receipt = || async { receipts(&nurse, &answer, &order).await.into_iter().next() };
    let renewed = || async {
        let state = Ledger::read(&client, &answer).await.state;
        state.generation(&patient, Category::Vitals).unwrap().0.0 == 1
    };
    common::until(std::time::Duration::from_secs(20), "fresh keys", renewed).await;
    drained(&hub).await;

    // Somebody who is still measured stays watched, and what names the patient is still told from what names another.
    measure(&hub, &["72"], &mut taken).await;
    let mut device = Device::new(hub.address());
    let named = |mrn: &'static str, at: UnixMillis| report(DEVICE, Some(mrn), "N", at, &[heart_rate("73")]);
    device.must(&named("MRN-1", taken.plus(1))).await;
    let other = device.send(&named("MRN-2", taken.plus(2))).await.unwrap();
    assert!(!other.contains("MSA|AA"), "another patient's: {other}");
    drained(&hub).await;
    // Several rounds of the hub: it has erased the keys, and says nothing before all is done.
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert_eq!(receipt().await, None, "no receipt for half of it");

    system.act(Action::AssignDevice(wl_ledger::DeviceId(0), None)).await;
    common::until(std::time::Duration::from_secs(20), "the receipt", || async { receipt().await.is_some() })
        .await;
    let said = receipt().await.unwrap();
    assert!(said.records >= 1 && said.keys >= 1, "{said:?}");
    settled(&hub).await;
    hub.stop().await;
    let core = wl_hub::core::Core::open(system.hub_home(), answer.clone()).await.unwrap();
    let (_, identity) = core.patients().next().unwrap();
    assert!(*identity == wl_hub::bedside::nobody(), "it is gone, and the pseudonym stays");
    drop(core);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_device_sent_goes_with_the_patient_who_had_it_then() {
    let directory = tempfile::tempdir().unwrap();
    let nurse = Station::new(directory.path(), "nurse", Role::Nurse);
    let mut system = System::found(directory.path().to_owned(), vec![nurse.request()]).await;
    let hub = system.start_hub().await;
    let first = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    let second = system.admit(&hub, "MRN-2", "02DE30FFFE00EE32", &STAY).await;
    let mut device = Device::new(hub.address());
    let unknown = || common::device::row("579^MNDRY_PRIVATE^99MNDRY", "5", "");
    device.must(&report(DEVICE, None, "K1", now(), &[heart_rate("71"), unknown()])).await;
    for holder in [None, Some(second)] {
        let height = system.act(Action::AssignDevice(wl_ledger::DeviceId(0), holder)).await;
        hub.reached(height).await;
    }
    device.must(&report(DEVICE, None, "K2", now(), &[heart_rate("72"), unknown()])).await;
    drained(&hub).await;
    let order = erase(first, Categories::of(&[Category::Vitals]), hub.status().await.unwrap().height);
    say(&hub, first, Action::Erase(order)).await;
    let answer = system.answer.clone();
    drop(nurse.keys(&answer));
    confirmed(&nurse, &answer, &order).await;
    hub.stop().await;
    let home = system.hub_home();
    let mut store = wl_hub::store::Store::open(&home.database(), home.vault().database_key()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let kept: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT message FROM kept").fetch_all(&mut *tx).await.unwrap();
    let kept: Vec<String> = kept.into_iter().map(|message| String::from_utf8(message).unwrap()).collect();
    assert_eq!(kept.len(), 1, "the first patient's message is gone");
    assert!(kept[0].contains("K2"), "and the second's is not");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_follows_the_keys_and_an_order_to_erase() {
    let directory = tempfile::tempdir().unwrap();
    let nurse = Station::new(directory.path(), "nurse", Role::Nurse);
    let mut system = System::found(directory.path().to_owned(), vec![nurse.request()]).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    let mut taken = UnixMillis(0);
    measure(&hub, &["71"], &mut taken).await;
    let folder = directory.path().join("backup");
    hub.back_up(folder.clone(), 2, guards()).await.unwrap();
    let before = std::fs::read(folder.join(BACKUP)).unwrap().len();
    let up_to = hub.status().await.unwrap().height;
    let order = erase(patient, Categories::of(&[Category::Vitals]), up_to);
    say(&hub, patient, Action::Erase(order)).await;
    settled(&hub).await;
    drained(&hub).await;
    drop(nurse.keys(&system.answer));
    let receipt = confirmed(&nurse, &system.answer, &order).await;
    let state = Ledger::read(&nurse.client(&system.answer), &system.answer).await.state;
    assert_eq!(state.generation(&patient, Category::Vitals).unwrap().0.0, 1, "a fresh one came first");
    assert!(receipt.keys >= 1);
    measure(&hub, &["72"], &mut taken).await;
    hub.stop().await;
    // What was restored from the backup after the erasure has the new key of vitals and not the old one.
    std::fs::remove_dir_all(system.hub_directory()).unwrap();
    let gathered =
        gather(vec![share(&folder, 1, "first guardian"), share(&folder, 2, "second guardian")]).unwrap();
    let sealed = std::fs::read(folder.join(BACKUP)).unwrap();
    assert_ne!(sealed.len(), before, "the backup was written anew");
    backup::restore(system.hub_directory(), &sealed, &gathered, passphrase(), work()).await.unwrap();
    let home = system.hub_home();
    let mut core = wl_hub::core::Core::open(home, system.answer.clone()).await.unwrap();
    assert!(core.is_recovering());
    let held = core.secrets_of(&patient, Category::Vitals).await.unwrap();
    assert_eq!(held, [wl_ledger::Generation(1)]);
    drop(core);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_before_an_erasure_brings_nothing_back() {
    let directory = tempfile::tempdir().unwrap();
    let nurse = Station::new(directory.path(), "nurse", Role::Nurse);
    let mut system = System::found(directory.path().to_owned(), vec![nurse.request()]).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    measure(&hub, &["71"], &mut UnixMillis(0)).await;
    let folder = directory.path().join("backup");
    hub.back_up(folder.clone(), 2, guards()).await.unwrap();
    let old = std::fs::read(folder.join(BACKUP)).unwrap();
    let order = erase(patient, Categories::all(), hub.status().await.unwrap().height);
    system.act(Action::AssignDevice(wl_ledger::DeviceId(0), None)).await;
    say(&hub, patient, Action::Erase(order)).await;
    let answer = system.answer.clone();
    drop(nurse.keys(&answer));
    confirmed(&nurse, &answer, &order).await;
    settled(&hub).await;
    drained(&hub).await;
    hub.stop().await;
    std::fs::remove_dir_all(system.hub_directory()).unwrap();

    let gathered =
        gather(vec![share(&folder, 1, "first guardian"), share(&folder, 2, "second guardian")]).unwrap();
    backup::restore(system.hub_directory(), &old, &gathered, passphrase(), work()).await.unwrap();
    let mut core = wl_hub::core::Core::open(system.hub_home(), answer.clone()).await.unwrap();
    assert_eq!(core.patients().next().unwrap().1.mrn, "MRN-1", "the old backup holds the name");
    let old = core.secrets_of(&patient, Category::Vitals).await.unwrap();
    assert_eq!(old, [wl_ledger::Generation(0)], "and the key");
    drop(core);

    let hub = system.start_hub().await;
    settled(&hub).await;
    drained(&hub).await;
    assert_eq!(receipts(&nurse, &answer, &order).await.len(), 1, "it was said before");
    let ledger = Ledger::read(&nurse.client(&answer), &answer).await;
    let names = ledger.about(patient, Category::Identity, wl_ledger::record::RecordKind::Identity);
    assert_eq!(names, 0, "the name is not sent anew");
    hub.stop().await;
    let mut core = wl_hub::core::Core::open(system.hub_home(), answer.clone()).await.unwrap();
    assert!(*core.patients().next().unwrap().1 == wl_hub::bedside::nobody());
    let held = core.secrets_of(&patient, Category::Vitals).await.unwrap();
    assert!(!held.contains(&wl_ledger::Generation(0)), "{held:?}");
    assert_eq!(core.to_erase_again(), Vec::new());
    drop(core);
    system.stop().await;
}
