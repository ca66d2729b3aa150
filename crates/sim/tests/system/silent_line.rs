//! A line that goes dead, in real time: the desk says stale, then lost, by itself.

use crate::common::system::System;
use crate::common::{Station, ok, until};
use std::time::{Duration, Instant};
use wl_desk::Desk;
use wl_desk::view::GatewayState;
use wl_ledger::Role;
use wl_sim::faults::{FaultProxy, Mode};

async fn state(desk: &Desk) -> GatewayState {
    ok(desk.session_state().await).frame.gateway.state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_line_is_stale_and_then_lost() {
    let folder = tempfile::tempdir().unwrap();
    let nurse = Station::new(folder.path(), "nurse", Role::Nurse);
    let system = System::found(folder.path().to_owned(), vec![nurse.request()]).await;
    let line = FaultProxy::start(system.gateway_address, 1).await.unwrap();
    let desk = nurse.enter(&system.answer_via(line.address())).await;
    let patience = Duration::from_secs(60);
    until(patience, "the gateway is heard", || async { state(&desk).await == GatewayState::Live }).await;
    line.set(Mode::Stall);
    let stalled = Instant::now();
    for (expected, least) in [(GatewayState::Stale, 10), (GatewayState::Lost, 25)] {
        until(patience, "silence is seen", || async { state(&desk).await == expected }).await;
        let after = stalled.elapsed();
        println!("{expected:?} {after:?} after the line went dead");
        // The last word may have been one interval old when the line went dead.
        assert!(after >= Duration::from_secs(least), "{expected:?} came too early: {after:?}");
    }
    line.set(Mode::Pass);
    until(patience, "it comes back by itself", || async { state(&desk).await == GatewayState::Live }).await;
    ok(desk.close().await);
    system.stop().await;
}
