//! The opener says no: one row for each reason, and none of them opens anything.

use crate::ward::*;
use wl_desk::opener::*;
use wl_ledger::control::Action;
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::verify::{Predecessor, VerifiedRecord};
use wl_ledger::*;
use wl_vitals::Parameter;

const NOW: UnixMillis = UnixMillis(1_768_000_000_000);

fn built() -> TestWard {
    TestWard::found(NOW, request("admin", Role::Admin), "127.0.0.1:1")
}

/// All records of the chain, verified, with their bodies.
fn records(ward: &TestWard) -> Vec<(VerifiedRecord, Body)> {
    let verifier = ward.verifier();
    let mut all = Vec::new();
    for height in 0..=ward.tip().0 {
        let content = ward.content(Height(height));
        let entries = content.items.iter().map(|served| served.item.entry.clone()).collect();
        let block = verifier.header(Height(height)).unwrap().admit(entries).unwrap();
        for (entry, served) in block.entries().zip(&content.items) {
            let predecessor = served.previous.map_or(Predecessor::First, Predecessor::Claimed);
            if let Some(record) = entry.record(verifier.state(), predecessor).unwrap() {
                all.push((record, served.item.body.clone().unwrap()));
            }
        }
    }
    all
}

fn opener_of(ward: &TestWard, reader: &str) -> Opener {
    let mut opener = Opener::new(ward.chain, key(reader).id());
    for (record, body) in records(ward) {
        let _not_every_record_is_an_envelope =
            opener.take_envelope(&record, Some(&body), ward.state(), &reading(reader));
    }
    opener
}

fn newest(ward: &TestWard, kind: RecordKind) -> (VerifiedRecord, Body) {
    records(ward).into_iter().rfind(|(record, _)| record.header().kind == kind).unwrap()
}

fn open(opener: &mut Opener, ward: &TestWard, kind: RecordKind, time: UnixMillis) -> Result<Opened, Closed> {
    let (record, body) = newest(ward, kind);
    opener.open(&record, Some(&body), ward.state(), time)
}

fn with_frame() -> TestWard {
    let mut ward = built();
    ward.admit(&request("nurse", Role::Nurse), None);
    ward.frame(vec![measured(Parameter::HeartRate, 72, 0, NOW)]);
    ward.identity("Ada Example", "7");
    ward.cut();
    ward
}

#[test]
fn what_is_granted_opens() {
    let ward = with_frame();
    let mut opener = opener_of(&ward, "nurse");
    let opened = open(&mut opener, &ward, RecordKind::Frame, NOW).unwrap();
    let Content::Frame(frame) = opened.content() else { panic!("a frame") };
    assert_eq!(frame.readings.len(), 1);
    assert!(matches!(
        open(&mut opener, &ward, RecordKind::Identity, NOW).unwrap().content(),
        Content::Identity(_)
    ));
}

#[test]
fn what_was_never_granted_stays_closed() {
    let mut ward = with_frame();
    ward.control("admin", Action::Enrol(request("stranger", Role::Physician)));
    ward.cut();
    let mut stranger = opener_of(&ward, "stranger");
    assert_eq!(open(&mut stranger, &ward, RecordKind::Frame, NOW).err(), Some(Closed::NotShared));
    // Joining the team is an agreement without a key until the hub grants.
    ward.control("admin", Action::JoinTeam(ward.team, key("stranger").id()));
    ward.cut();
    let mut stranger = opener_of(&ward, "stranger");
    assert_eq!(
        open(&mut stranger, &ward, RecordKind::Frame, NOW).err(),
        Some(Closed::KeyMissing(Generation(0)))
    );
}

#[test]
fn another_category_stays_closed() {
    let mut ward = built();
    let nurse = request("nurse", Role::Nurse);
    ward.admit(&nurse, None);
    ward.frame(vec![measured(Parameter::HeartRate, 72, 0, NOW)]);
    ward.cut();
    let mut opener = opener_of(&ward, "nurse");
    opener.forget(&ward.patient, Category::Vitals);
    assert_eq!(
        open(&mut opener, &ward, RecordKind::Frame, NOW).err(),
        Some(Closed::KeyMissing(Generation(0)))
    );
    assert_eq!(opener.access(ward.state(), &ward.patient, Category::Notes, NOW), Access::Never);
}

#[test]
fn a_revoked_reader_opens_nothing_more() {
    let mut ward = with_frame();
    let mut opener = opener_of(&ward, "nurse");
    let nurse = key("nurse").id();
    ward.control("admin", Action::Revoke(nurse, wl_ledger::control::RevocationReason::Lost));
    ward.cut();
    assert_eq!(open(&mut opener, &ward, RecordKind::Frame, NOW).err(), Some(Closed::Ended));
}

#[test]
fn an_agreement_that_is_over_closes_by_the_latest_of_all_clocks() {
    let end = NOW.plus(60_000);
    let mut ward = built();
    ward.admit(&request("nurse", Role::Nurse), Some(end));
    ward.frame(vec![measured(Parameter::HeartRate, 72, 0, NOW)]);
    ward.cut();
    let mut opener = opener_of(&ward, "nurse");
    assert!(open(&mut opener, &ward, RecordKind::Frame, NOW).is_ok());
    assert_eq!(
        opener.access(ward.state(), &ward.patient, Category::Vitals, NOW),
        Access::Granted { until: Some(end) }
    );
    assert_eq!(open(&mut opener, &ward, RecordKind::Frame, end).err(), Some(Closed::Ended));
    // A clock set back: the block itself is later than the end.
    ward.now = end.plus(1);
    ward.frame(vec![measured(Parameter::HeartRate, 73, 0, end)]);
    ward.cut();
    assert_eq!(open(&mut opener, &ward, RecordKind::Frame, UnixMillis(0)).err(), Some(Closed::Ended));
}

#[test]
fn a_replaced_or_absent_body_is_told_apart() {
    let ward = with_frame();
    let mut opener = opener_of(&ward, "nurse");
    let (record, body) = newest(&ward, RecordKind::Frame);
    assert_eq!(opener.open(&record, None, ward.state(), NOW).err(), Some(Closed::BodyMissing));
    let mut spoilt = body.clone();
    spoilt.ciphertext[5] ^= 1;
    let replaced = Closed::Unreadable(Unreadable::Body);
    assert_eq!(opener.open(&record, Some(&spoilt), ward.state(), NOW).err(), Some(replaced));
    let (_, other) = newest(&ward, RecordKind::Identity);
    assert_eq!(opener.open(&record, Some(&other), ward.state(), NOW).err(), Some(replaced));
}

#[test]
fn an_envelope_whose_secret_the_ledger_did_not_commit_to_gives_no_key() {
    let mut ward = built();
    let nurse = request("nurse", Role::Nurse);
    ward.admit(&nurse, None);
    // The hub mails another secret for the same generation.
    let place = wl_seal::GenerationContext {
        chain: ward.chain,
        patient: ward.patient,
        category: Category::Vitals,
        generation: Generation(0),
    };
    let recipient = wl_seal::Recipient::parse(&nurse.enrolment.reading).unwrap();
    let false_secret = wl_seal::GenerationSecret::from_bytes([3; 32]);
    let envelope = wl_seal::seal_envelope(&recipient, &place, &false_secret).unwrap();
    let mailbox = wl_ledger::control::Subject::Mailbox(key("nurse").id());
    let stream = ward.state().stream_of(&key("hub").id(), &mailbox).unwrap();
    ward.record("hub", stream, Epoch(0), RecordKind::KeyEnvelope, NOW, envelope);
    ward.cut();
    let (record, body) = newest(&ward, RecordKind::KeyEnvelope);
    let mut opener = Opener::new(ward.chain, key("nurse").id());
    let taken = opener.take_envelope(&record, Some(&body), ward.state(), &reading("nurse"));
    assert_eq!(taken, Err(Closed::Unreadable(Unreadable::Commitment)));
    assert_eq!(opener.readable().count(), 0);
    let other = opener.take_envelope(&record, Some(&body), ward.state(), &reading("admin"));
    assert_eq!(other, Err(Closed::Unreadable(Unreadable::Decryption)), "another person's mail");
}

#[test]
fn a_kind_in_the_wrong_place_or_of_the_wrong_author_is_refused() {
    let mut ward = with_frame();
    let event = wl_vitals::alarm::AlarmEvent::Raised(spo2_alarm(ward.patient, NOW));
    // An alarm in the vitals stream.
    ward.sealed("hub", StreamId(0), Category::Vitals, RecordKind::Alarm, NOW, &event.to_bytes());
    ward.cut();
    let mut opener = opener_of(&ward, "nurse");
    let misplaced = Some(Closed::Unreadable(Unreadable::Misplaced));
    assert_eq!(open(&mut opener, &ward, RecordKind::Alarm, NOW).err(), misplaced);
    // A nurse who signs an alarm as if she were a hub.
    let subject = wl_ledger::control::Subject::Patient(ward.patient, Category::Alarms);
    let next = ward.state().next_stream().unwrap();
    ward.control("nurse", Action::OpenStream(next, subject));
    ward.sealed("nurse", next, Category::Alarms, RecordKind::Alarm, NOW, &event.to_bytes());
    ward.cut();
    assert_eq!(open(&mut opener, &ward, RecordKind::Alarm, NOW).err(), misplaced);
    // Something that is no alarm, in the right place.
    ward.sealed("hub", StreamId(1), Category::Alarms, RecordKind::Alarm, NOW, b"no alarm");
    ward.cut();
    let content = Some(Closed::Unreadable(Unreadable::Content));
    assert_eq!(open(&mut opener, &ward, RecordKind::Alarm, NOW).err(), content);
}

#[test]
fn a_frame_of_a_device_that_is_not_the_patients_is_refused_by_its_own_name() {
    let (fault, other) = (|fault| Some(Closed::Unreadable(Unreadable::Device(fault))), DeviceId(1));
    let frame = |ward: &mut TestWard, device| {
        ward.frame_of(device, vec![measured(Parameter::HeartRate, 72, 0, NOW)]);
        ward.cut();
    };
    let judged = |ward: &TestWard| open(&mut opener_of(ward, "nurse"), ward, RecordKind::Frame, NOW).err();
    let mut ward = with_frame();
    assert_eq!(judged(&ward), None);
    let before = newest(&ward, RecordKind::Frame);
    // Not registered at all, then registered and assigned to nobody, then to this patient.
    frame(&mut ward, other);
    assert_eq!(judged(&ward), fault(DeviceFault::Unregistered));
    ward.control("admin", Action::RegisterDevice(other, "GE B450".into()));
    ward.cut();
    assert_eq!(judged(&ward), fault(DeviceFault::Unregistered), "registered later than it spoke");
    frame(&mut ward, other);
    assert_eq!(judged(&ward), fault(DeviceFault::Elsewhere));
    ward.control("admin", Action::AssignDevice(other, Some(ward.patient)));
    ward.cut();
    frame(&mut ward, other);
    assert_eq!(judged(&ward), None);
    // Assigned to somebody else, and retired.
    let registration = wl_ledger::control::Registration::prove(
        &ward.chain,
        PatientId::from_bytes([9; 16]),
        &key("another patient"),
        key("hub").id(),
    );
    ward.control("admin", Action::RegisterPatient(registration));
    ward.control("admin", Action::AssignDevice(other, Some(PatientId::from_bytes([9; 16]))));
    ward.cut();
    frame(&mut ward, other);
    assert_eq!(judged(&ward), fault(DeviceFault::Elsewhere));
    ward.control("admin", Action::RetireDevice(DeviceId(0)));
    ward.cut();
    frame(&mut ward, DeviceId(0));
    assert_eq!(judged(&ward), fault(DeviceFault::Retired));
    // What it measured before is as good as it was.
    let (record, body) = before;
    assert!(opener_of(&ward, "nurse").open(&record, Some(&body), ward.state(), NOW).is_ok());
}
