//! Records that one patient misses: shown with begin and end, for the tail and for streams never heard of, and closed
//! when they come. Time is simulated.

use crate::session::Seat;
use crate::ward::*;
use wl_desk::sync::{Input, OMISSION_AFTER};
use wl_desk::view::MissingView;
use wl_ledger::{PatientId, UnixMillis};
use wl_vitals::Parameter;
use wl_vitals::alarm::AlarmEvent;

const NOW: UnixMillis = UnixMillis(1_768_000_000_000);

fn at(seconds: i64) -> UnixMillis {
    NOW.plus(seconds * 1000)
}

/// A frame taken so many seconds after the start, in a block of its own.
fn frame(ward: &mut TestWard, seconds: i64) {
    ward.now = at(seconds);
    ward.frame(vec![measured(Parameter::HeartRate, 72, 0, at(seconds))]);
}

async fn missing(seat: &Seat, patient: &PatientId) -> Vec<MissingView> {
    seat.session.core().await.missing_of(patient).await.unwrap()
}

fn stretch(category: &str, from: UnixMillis, to: Option<UnixMillis>) -> MissingView {
    MissingView { category: category.into(), from_ms: Some(from.0), to_ms: to.map(|to| to.0) }
}

/// Kinds of evidence, and whether each was mended.
async fn evidence(seat: &Seat) -> Vec<(String, bool)> {
    let store = seat.session.core().await.store().unwrap();
    let all = store.evidence().await.unwrap();
    all.into_iter().rev().map(|one| (one.kind, one.mended.is_some())).collect()
}

fn kinds(all: &[(&str, bool)]) -> Vec<(String, bool)> {
    all.iter().map(|(kind, mended)| ((*kind).to_owned(), *mended)).collect()
}

#[tokio::test]
async fn a_tail_that_is_kept_back_shows_on_its_patient_and_closes_when_it_comes() {
    let (seat, mut ward) = Seat::take(NOW).await;
    frame(&mut ward, 1);
    ward.cut();
    seat.live(&ward, at(1)).await;
    assert_eq!(missing(&seat, &ward.patient).await, []);
    // The hub says that it wrote another one; the gateway keeps it to itself.
    frame(&mut ward, 2);
    let beat = || Input::Heartbeat(ward.heartbeat("hub", at(2)));
    seat.step(beat(), at(2)).await;
    seat.step(Input::Tick, at(2).plus(OMISSION_AFTER)).await;
    assert_eq!(missing(&seat, &ward.patient).await, [], "not yet: it may be on its way");
    seat.step(Input::Tick, at(2).plus(OMISSION_AFTER + 1)).await;
    assert_eq!(missing(&seat, &ward.patient).await, [stretch("vitals", at(1), None)]);
    assert_eq!(evidence(&seat).await, kinds(&[("omission", false)]));
    let nobody = PatientId::from_bytes([9; 16]);
    assert_eq!(missing(&seat, &nobody).await, [], "only on the patient it is about");
    // The same word again is no second incident.
    seat.step(Input::Heartbeat(ward.heartbeat("hub", at(14))), at(14)).await;
    seat.step(Input::Tick, at(60)).await;
    assert_eq!(evidence(&seat).await, kinds(&[("omission", false)]));
    ward.cut();
    seat.live(&ward, at(61)).await;
    assert_eq!(missing(&seat, &ward.patient).await, []);
    assert_eq!(evidence(&seat).await, kinds(&[("omission", true)]), "it stays as history");
}

#[tokio::test]
async fn a_stream_of_which_nothing_ever_came_is_missing_since_it_was_opened() {
    let (seat, mut ward) = Seat::take(NOW).await;
    ward.now = at(3);
    let alarm = spo2_alarm(ward.patient, at(3));
    ward.alarm(&AlarmEvent::Raised(alarm));
    seat.step(Input::Heartbeat(ward.heartbeat("hub", at(3))), at(3)).await;
    seat.step(Input::Tick, at(3).plus(OMISSION_AFTER + 1)).await;
    let opened = ward.verifier().header(wl_ledger::Height(1)).unwrap().time();
    assert_eq!(missing(&seat, &ward.patient).await, [stretch("alarms", opened, None)]);
}

#[tokio::test]
async fn a_block_that_is_not_served_leaves_a_gap_with_begin_and_end() {
    let (seat, mut ward) = Seat::take(NOW).await;
    for seconds in [1, 2, 3] {
        frame(&mut ward, seconds);
        ward.cut();
    }
    let middle = wl_ledger::Height(ward.tip().0 - 1);
    seat.follow(&ward, at(4), |height| height != middle).await;
    assert_eq!(missing(&seat, &ward.patient).await, [stretch("vitals", at(1), Some(at(3)))]);
    let seen = evidence(&seat).await;
    assert_eq!(seen, kinds(&[("unserved", false), ("gap", false)]));
    // Neither does it hide an omission elsewhere.
    frame(&mut ward, 5);
    seat.step(Input::Heartbeat(ward.heartbeat("hub", at(5))), at(5)).await;
    seat.step(Input::Tick, at(5).plus(OMISSION_AFTER + 1)).await;
    let both = [stretch("vitals", at(1), Some(at(3))), stretch("vitals", at(3), None)];
    assert_eq!(missing(&seat, &ward.patient).await, both);
    // The next connection asks again and is served.
    ward.cut();
    seat.follow(&ward, at(20), |_| true).await;
    assert_eq!(missing(&seat, &ward.patient).await, []);
    assert!(evidence(&seat).await.iter().all(|(_, mended)| *mended), "all of it is history");
}

#[tokio::test]
async fn nothing_is_missing_of_an_honest_gateway() {
    let (seat, mut ward) = Seat::take(NOW).await;
    for seconds in 1..30 {
        frame(&mut ward, seconds);
        ward.cut();
        seat.live(&ward, at(seconds)).await;
        seat.step(Input::Heartbeat(ward.heartbeat("hub", at(seconds))), at(seconds)).await;
        seat.step(Input::Tick, at(seconds)).await;
        assert_eq!(missing(&seat, &ward.patient).await, [], "second {seconds}");
    }
    seat.step(Input::Tick, at(300)).await;
    assert_eq!(evidence(&seat).await, kinds(&[]));
}
