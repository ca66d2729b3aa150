//! The hub between devices that expect an answer and a gateway that is away, slow, cut off or deaf.

use crate::common;
use crate::common::device::Device;
use crate::common::load::{DEVICE, Load};
use crate::common::system::{STAY, System, drained};
use crate::common::{Station, until};
use std::time::Duration;
use wl_ledger::Role;
use wl_sim::faults::{FaultProxy, Mode};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_without_gateway_queues_durably_and_sends_in_order_once_it_is_back() {
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    let mut load = Load::new();
    load.send(&mut Device::new(hub.address()), 5).await;
    drained(&hub).await;

    system.stop_gateway().await;
    load.send(&mut Device::new(hub.address()), 40).await;
    until(Duration::from_secs(20), "the hub says that it is offline", || async {
        !hub.status().await.unwrap().online
    })
    .await;
    let waiting = hub.status().await.unwrap().waiting;
    assert!(waiting >= 40, "{waiting} records wait");
    hub.stop().await;

    // A hub that starts without its gateway goes on where it was.
    let hub = system.start_hub().await;
    assert_eq!(hub.status().await.unwrap().waiting, waiting, "the queue outlives the process");
    load.send(&mut Device::new(hub.address()), 20).await;
    hub.stop().await;

    system.start_gateway().await;
    let hub = system.start_hub().await;
    load.send(&mut Device::new(hub.address()), 5).await;
    drained(&hub).await;
    assert_eq!(hub.status().await.unwrap().refused, 0);
    load.check(&system, &station, patient).await;
    hub.stop().await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_faulty_line_to_the_gateway_costs_time_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Nurse);
    let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
    let line = FaultProxy::start(system.gateway_address, 7).await.unwrap();
    let hub = system.start_hub_via(line.address()).await;
    // Agreements are carried out over a line that breaks while keys are opened: receipts get lost.
    let patient = system.register(&hub, "Person", "MRN-1", DEVICE).await;
    let holder = wl_ledger::control::Holder::Team(system.team);
    common::system::agree(&hub, common::system::agreement(patient, holder, &STAY)).await;
    for bytes in [300, 900, 2_000, 3_000, 5_000, 8_000] {
        line.set(Mode::CutAfter(bytes));
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    line.set(Mode::Pass);
    common::system::settled(&hub).await;
    let mut load = Load::new();
    let mut device = Device::new(hub.address());
    load.send(&mut device, 5).await;
    let faults = [
        Mode::Drop,
        Mode::CutAfter(700),
        Mode::CutAfter(4_000),
        Mode::Stall,
        Mode::Delay { least: Duration::from_millis(5), most: Duration::from_millis(60) },
        Mode::CutAfter(12_000),
    ];
    for fault in faults {
        line.set(fault);
        load.send(&mut device, 12).await;
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    line.set(Mode::Pass);
    drained(&hub).await;
    let status = hub.status().await.unwrap();
    assert_eq!(status.refused, 0, "nothing that was sent again was taken for something else");
    load.check(&system, &station, patient).await;
    hub.stop().await;
    system.stop().await;
}
