//! Orders to erase, receipts, missing bodies, closed streams, retired devices, subjects without an epoch.

use wl_ledger::block::Entry;
use wl_ledger::control::*;
use wl_ledger::fixtures::{TestChain, enrolment, key_id, patient_id};
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::state::{AdmissionError, DeviceAt, StateError::*};
use wl_ledger::verify::{BodyState, Predecessor, VerifiedRecord, body_state};
use wl_ledger::{Category, DeviceId, Epoch, EraseId, Height, Role, Seq, StreamId};

use crate::scene::Scene;
use crate::table::Row;

fn check(scene: &Scene, rows: Vec<Row<'_>>) {
    for (what, signers, action, expected) in rows {
        assert_eq!(scene.outcome(signers, action), expected, "{what}");
    }
}

fn id(number: u8) -> EraseId {
    EraseId::from_bytes([number; EraseId::LEN])
}

fn order(number: u8, change: impl FnOnce(&mut EraseOrder)) -> Action {
    let mut order = EraseOrder {
        id: id(number),
        patient: patient_id("ada"),
        scope: EraseScope::Categories(Categories::of(&[Category::Vitals])),
        basis: EraseBasis::PatientRequest,
        up_to: Height(1),
    };
    change(&mut order);
    Action::Erase(order)
}

#[test]
fn erasure_is_ordered_by_whom_its_basis_names() {
    let scene = Scene::ward();
    let last = Height(scene.height.0 - 1);
    let court = |o: &mut EraseOrder| o.basis = EraseBasis::CourtOrder;
    let records = |stream, first, last| {
        order(1, move |o| o.scope = EraseScope::Records(StreamId(stream), Seq(first), Seq(last)))
    };
    check(
        &scene,
        vec![
            ("the patient", &["ada"], order(1, |_| ()), Ok(())),
            ("a guardian", &["gus"], order(1, |_| ()), Ok(())),
            ("another patient", &["ben"], order(1, |_| ()), Err(NotPermitted)),
            ("an administrator for the patient", &["admin", "officer"], order(1, |_| ()), Err(NotPermitted)),
            ("a court: officer and administrator", &["officer", "admin"], order(1, court), Ok(())),
            ("a court: one of them", &["officer"], order(1, court), Err(TooFewSigners { need: 2, got: 1 })),
            ("a court: the patient", &["ada"], order(1, court), Err(NotPermitted)),
            ("up to the last block", &["ada"], order(1, |o| o.up_to = last), Ok(())),
            ("up to its own block", &["ada"], order(1, |o| o.up_to = scene.height), Err(Span)),
            ("nobody's", &["ada"], order(1, |o| o.patient = patient_id("cy")), Err(Unknown("patient"))),
            ("records of a stream", &["ada"], records(0, 0, 1), Ok(())),
            ("records of no stream", &["ada"], records(99, 0, 1), Err(Unknown("stream"))),
            ("records of a mailbox", &["ada"], records(3, 0, 1), Err(OutOfScope)),
        ],
    );
    let ordered = scene.with(&["ada"], order(1, |_| ()));
    assert_eq!(ordered.outcome(&["ada"], order(1, |_| ())), Err(Exists("erasure")));
    let receipt = |number| Action::ConfirmErasure(EraseReceipt { order: id(number), records: 3, keys: 1 });
    check(
        &ordered,
        vec![
            ("a hub", &["hub"], receipt(1), Ok(())),
            ("a workstation", &["nurse-home"], receipt(1), Ok(())),
            ("a gateway", &["gateway"], receipt(1), Ok(())),
            ("a patient", &["ada"], receipt(1), Err(NotPermitted)),
            ("a stranger", &["eve"], receipt(1), Err(UnknownSigner(key_id("eve")))),
            ("no such order", &["hub"], receipt(2), Err(Unknown("erasure"))),
            (
                "a gateway signs nothing else",
                &["gateway"],
                order(2, |_| ()),
                Err(UnknownSigner(key_id("gateway"))),
            ),
        ],
    );
    let mut done = ordered;
    for name in ["hub", "gateway", "nurse"] {
        done.must(&[name], receipt(1));
        assert_eq!(done.outcome(&[name], receipt(1)), Err(Exists("receipt")), "{name}");
    }
    assert_eq!(done.state.erased(&id(1)).count(), 3);
    assert_eq!(done.state.erasures().count(), 1);
}

/// The ward's records in order, verified, with their bodies.
fn records(chain: &TestChain) -> Vec<(VerifiedRecord, Body)> {
    let verifier = chain.verifier();
    let mut all = Vec::new();
    for (header, block) in verifier.headers_from(Height(0)).zip(chain.blocks()) {
        for entry in header.admit(block.entries.clone()).unwrap().entries() {
            let Entry::Record(bytes) = entry.entry() else { continue };
            let stream = wl_ledger::record::SignedRecord::parse(bytes).unwrap().header().stream;
            let before =
                all.iter().rfind(|(record, _): &&(VerifiedRecord, Body)| record.header().stream == stream);
            let before = before.map_or(Predecessor::First, |(record, _)| {
                Predecessor::Verified(record.header().seq, record.hash())
            });
            let record = entry.record(verifier.state(), before).unwrap().unwrap();
            let body = chain.body(&record.hash()).unwrap().clone();
            all.push((record, body));
        }
    }
    all
}

#[test]
fn what_a_missing_body_means() {
    let mut chain = TestChain::ward();
    let all = records(&chain);
    for (record, body) in &all {
        assert_eq!(body_state(record, Some(body), chain.state()), BodyState::Valid);
        let mut other = body.clone();
        other.ciphertext[0] ^= 1;
        assert_eq!(body_state(record, Some(&other), chain.state()), BodyState::Invalid);
        assert_eq!(body_state(record, None, chain.state()), BodyState::MissingWithoutOrder);
    }
    let vitals = |(record, _): &&(VerifiedRecord, Body)| record.header().stream == StreamId(0);
    let heights: Vec<Height> = all.iter().filter(vitals).map(|(record, _)| record.height()).collect();
    let (first, last) = (heights[0], *heights.last().unwrap());
    assert!(first < last, "vitals stand in two blocks");
    // The first order reaches the earlier block's vitals, the second one record of any height before.
    chain.must(&["ada"], order(1, |o| o.up_to = first));
    chain.must(
        &["ada"],
        order(2, |o| {
            o.scope = EraseScope::Records(StreamId(0), Seq(1), Seq(2));
            o.up_to = last;
        }),
    );
    chain.must(
        &["ada"],
        order(3, |o| {
            o.scope = EraseScope::Categories(Categories::all());
            o.patient = patient_id("ada");
            o.up_to = Height(0);
        }),
    );
    for (record, body) in &all {
        let expected = match (record.header().stream.0, record.header().seq.0) {
            (0, 0 | 1) => BodyState::ErasedByOrder(id(1)),
            (0, 2) => BodyState::ErasedByOrder(id(2)),
            _ => BodyState::MissingWithoutOrder,
        };
        assert_eq!(body_state(record, None, chain.state()), expected, "{:?}", record.header());
        assert_eq!(body_state(record, Some(body), chain.state()), BodyState::Valid);
    }
}

#[test]
fn a_closed_stream_takes_nothing_from_its_block_on() {
    let mut chain = TestChain::ward();
    let (vitals, notes) = (StreamId(0), StreamId(2));
    let scene = Scene::of(&chain);
    let close = |stream| Action::CloseStream(stream);
    check(
        &scene,
        vec![
            ("its author", &["hub"], close(vitals), Ok(())),
            ("a reader", &["nurse"], close(vitals), Err(NotPermitted)),
            ("the patient's hub", &["hub"], close(notes), Ok(())),
            ("the patient", &["ada"], close(vitals), Err(NotPermitted)),
            ("an administrator", &["admin"], close(vitals), Err(NotPermitted)),
            ("no such stream", &["hub"], close(StreamId(99)), Err(Unknown("stream"))),
        ],
    );
    let (record, body) = chain.draft("hub", vitals, RecordKind::Frame, b"late");
    let closed_at = chain.verifier().next_height();
    chain.must(&["hub"], close(vitals));
    let refused = chain.offer(Entry::Record(record.bytes().to_vec()), Some(&body)).unwrap_err();
    let closed = AdmissionError::StreamClosed(vitals);
    assert_eq!(refused, wl_ledger::propose::OfferError::Admission(closed.clone()));
    let mut header = record.header().clone();
    header.seen = Height(0);
    let admit = |height: Height| chain.state().admit(&header, height, chain.now).map(|_| ());
    assert_eq!(admit(closed_at), Err(closed.clone()));
    assert_eq!(admit(Height(closed_at.0 + 7)), Err(closed));
    assert_eq!(admit(Height(closed_at.0 - 1)), Ok(()), "what stood before stays");
    assert_eq!(
        chain.control(&["hub"], close(vitals)),
        Err(wl_ledger::propose::OfferError::Control(Ended("stream")))
    );
    // The same author goes on in another stream about the same.
    let subject = Subject::Patient(patient_id("ada"), Category::Vitals);
    assert_eq!(chain.state().stream_of(&key_id("hub"), &subject), None);
    let next = chain.open_stream("hub", subject);
    assert_eq!(chain.state().stream_of(&key_id("hub"), &subject), Some(next));
    chain.record("hub", next, RecordKind::Frame, b"frame");
    chain.next_block();
    assert_eq!(chain.verifier().state().root(), chain.state().root());
}

#[test]
fn receipts_and_security_events_have_no_epoch() {
    let mut chain = TestChain::ward();
    chain.must(&["admin"], Action::Enrol(enrolment("hub-2", Role::Hub)));
    chain.next_block();
    let scene = Scene::of(&chain);
    let next = scene.state.next_stream().unwrap();
    let open = |subject| Action::OpenStream(next, subject);
    let (about, events) = (Subject::Access(patient_id("ada")), Subject::Security);
    let not = |name| Err(MayNotWrite(key_id(name)));
    check(
        &scene,
        vec![
            ("receipts: a nurse", &["nurse"], open(about), Ok(())),
            ("receipts: an administrator", &["admin"], open(about), Ok(())),
            ("receipts: the patient's hub", &["hub"], open(about), Ok(())),
            ("receipts: another hub", &["hub-2"], open(about), not("hub-2")),
            ("receipts: the patient", &["ada"], open(about), not("ada")),
            (
                "receipts: nobody's",
                &["nurse"],
                open(Subject::Access(patient_id("cy"))),
                Err(Unknown("patient")),
            ),
            ("events: a nurse", &["nurse"], open(events), Ok(())),
            ("events: a hub", &["hub"], open(events), Ok(())),
            ("events: the patient", &["ada"], open(events), not("ada")),
        ],
    );
    for (author, subject, kind) in
        [("nurse", about, RecordKind::AccessReceipt), ("nurse", events, RecordKind::SecurityEvent)]
    {
        let stream = chain.open_stream(author, subject);
        chain.next_block();
        let (record, _) = chain.draft(author, stream, kind, b"sealed");
        let mut header = record.header().clone();
        let height = chain.verifier().next_height();
        assert!(chain.state().admit(&header, height, chain.now).is_ok());
        header.epoch = Epoch(1);
        let refused = chain.state().admit(&header, height, chain.now).map(|_| ());
        assert_eq!(refused, Err(AdmissionError::UnknownEpoch(stream, Epoch(1))));
    }
}

#[test]
fn devices_are_known_as_they_were_at_each_height() {
    let first = Scene::ward().with(&["admin"], Action::RegisterDevice(DeviceId(0), "monitor".to_owned()));
    let ada = Action::AssignDevice(DeviceId(0), Some(patient_id("ada")));
    let second = first.later(1_000).with(&["admin"], ada);
    let ben = Action::AssignDevice(DeviceId(0), Some(patient_id("ben")));
    let third = second.later(1_000).with(&["admin"], ben);
    let last = third.later(1_000).with(&["admin"], Action::RetireDevice(DeviceId(0)));
    let at = |height: Height| last.state.device_at(DeviceId(0), height);
    let is = |name| Some(DeviceAt { patient: Some(patient_id(name)) });
    assert_eq!(at(Height(first.height.0 - 1)), None);
    assert_eq!(at(first.height), Some(DeviceAt { patient: None }));
    assert_eq!((at(second.height), at(third.height)), (is("ada"), is("ben")));
    assert_eq!((at(last.height), at(Height(last.height.0 + 9))), (None, None));
    assert_eq!(last.state.device_at(DeviceId(1), last.height), None);
    // What it sent before and after is the one's who had it next to that time; what another patient had is nobody else's.
    let spans = |scene: &Scene, name| scene.state.device_spans(DeviceId(0), &patient_id(name));
    assert_eq!(spans(&first, "ada"), []);
    assert_eq!(spans(&second, "ada"), [(None, None)]);
    assert_eq!(spans(&last, "ada"), [(None, Some(third.height))]);
    assert_eq!(spans(&last, "ben"), [(Some(third.height), None)]);
    let again =
        third.later(1_000).with(&["admin"], Action::AssignDevice(DeviceId(0), Some(patient_id("ada"))));
    assert_eq!(spans(&again, "ada"), [(None, Some(third.height)), (Some(again.height), None)]);
    let unassigned = third.later(1_000).with(&["admin"], Action::AssignDevice(DeviceId(0), None));
    assert_eq!(spans(&unassigned, "ben"), [(Some(third.height), None)]);
    check(
        &last,
        vec![
            ("retired again", &["admin"], Action::RetireDevice(DeviceId(0)), Err(Ended("device"))),
            ("assigned again", &["admin"], Action::AssignDevice(DeviceId(0), None), Err(Ended("device"))),
            (
                "its name again",
                &["admin"],
                Action::RegisterDevice(DeviceId(1), "monitor".into()),
                Err(Exists("device")),
            ),
            ("no such device", &["admin"], Action::RetireDevice(DeviceId(1)), Err(Unknown("device"))),
        ],
    );
    check(
        &third,
        vec![
            ("by a nurse", &["nurse"], Action::RetireDevice(DeviceId(0)), Err(NotPermitted)),
            ("by the hub", &["hub"], Action::RetireDevice(DeviceId(0)), Err(NotPermitted)),
            ("by an administrator", &["admin"], Action::RetireDevice(DeviceId(0)), Ok(())),
        ],
    );
}
