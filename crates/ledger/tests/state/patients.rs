//! Patients, devices, streams.

use wl_ledger::control::*;
use wl_ledger::fixtures::{enrolment, key, key_id, patient_id, team_id};
use wl_ledger::keys::{KeyError, PublicKey};
use wl_ledger::state::StateError::*;
use wl_ledger::{Category, ChainId, DeviceId, Role, StreamId};

use crate::table::World;

#[test]
fn patients_prove_their_own_key_for_this_chain_and_hub() {
    let mut world = World::ward();
    let id = world.chain.chain();
    let of = |patient: &str, name: &str, hub: &str| {
        Action::RegisterPatient(Registration::prove(&id, patient_id(patient), &key(name), key_id(hub)))
    };
    let changed = |change: fn(&mut Registration)| {
        let mut registration = Registration::prove(&id, patient_id("ben"), &key("ben"), key_id("hub"));
        change(&mut registration);
        Action::RegisterPatient(registration)
    };
    let abroad =
        Registration::prove(&ChainId::from_bytes([7; 32]), patient_id("ben"), &key("ben"), key_id("hub"));
    let unproven = Err(Possession(key_id("ben")));
    world.check(vec![
        ("by an administrator", &["admin"], of("ben", "ben", "hub"), Ok(())),
        ("by the hub", &["hub"], of("ben", "ben", "hub"), Err(NotPermitted)),
        ("by a nurse", &["nurse"], of("ben", "ben", "hub"), Err(NotPermitted)),
        ("pseudonym again", &["admin"], of("ada", "ben", "hub"), Err(Exists("patient"))),
        ("key again", &["admin"], of("ben", "ada", "hub"), Err(Exists("key"))),
        ("a member's key", &["admin"], of("ben", "nurse", "hub"), Err(Exists("key"))),
        ("a transport key", &["admin"], of("ben", "nurse/transport", "hub"), Err(Exists("key"))),
        ("no hub", &["admin"], of("ben", "ben", "nurse"), Err(Unknown("hub"))),
        ("hub not enrolled", &["admin"], of("ben", "ben", "other"), Err(Unknown("hub"))),
        ("for another chain", &["admin"], Action::RegisterPatient(abroad), unproven.clone()),
        ("other hub than proven", &["admin"], changed(|r| r.hub = key_id("nurse")), unproven.clone()),
        ("other pseudonym than proven", &["admin"], changed(|r| r.patient = patient_id("cy")), unproven),
        (
            "other key than proven",
            &["admin"],
            changed(|r| r.sign = key("cy").public()),
            Err(Possession(key_id("cy"))),
        ),
        (
            "weak key",
            &["admin"],
            changed(|r| r.sign = PublicKey::from_bytes([0; 32])),
            Err(WeakKey(KeyError::Weak)),
        ),
    ]);
    world.must(&["admin"], Action::Revoke(key_id("hub"), RevocationReason::Replaced));
    assert_eq!(world.outcome(&["admin"], of("ben", "ben", "hub")), Err(Unknown("hub")));
}

#[test]
fn devices_take_the_next_id_and_belong_to_registered_patients() {
    let mut world = World::ward();
    world.must(&["admin"], Action::RegisterDevice(DeviceId(0), "monitor 0".into()));
    let register = |id, identity: &str| Action::RegisterDevice(DeviceId(id), identity.into());
    let assign = |id, patient: Option<&str>| Action::AssignDevice(DeviceId(id), patient.map(patient_id));
    world.check(vec![
        ("register", &["admin"], register(1, "monitor 1"), Ok(())),
        ("register: nurse", &["nurse"], register(1, "monitor 1"), Err(NotPermitted)),
        ("register: id taken", &["admin"], register(0, "monitor 1"), Err(NotNext("device"))),
        ("register: id skipped", &["admin"], register(2, "monitor 1"), Err(NotNext("device"))),
        ("register: again", &["admin"], register(1, "monitor 0"), Err(Exists("device"))),
        ("assign", &["admin"], assign(0, Some("ada")), Ok(())),
        ("assign: to none", &["admin"], assign(0, None), Ok(())),
        ("assign: nurse", &["nurse"], assign(0, Some("ada")), Err(NotPermitted)),
        ("assign: no such device", &["admin"], assign(1, Some("ada")), Err(Unknown("device"))),
        ("assign: no such patient", &["admin"], assign(0, Some("ben")), Err(Unknown("patient"))),
    ]);
    world.must(&["admin"], assign(0, Some("ada")));
    assert_eq!(world.state.device(DeviceId(0)).unwrap().patient, Some(patient_id("ada")));
}

#[test]
fn streams_are_opened_by_those_who_may_write() {
    let mut world = World::ward();
    world.must(&["admin"], Action::Enrol(enrolment("outsider", Role::Physician)));
    world.must(&["admin"], Action::Enrol(enrolment("hub-2", Role::Hub)));
    let notes = || Subject::Patient(patient_id("ada"), Category::Notes);
    let open = |id, subject| Action::OpenStream(StreamId(id), subject);
    let next = world.state.next_stream().unwrap().0;
    world.check(vec![
        ("the hub", &["hub"], open(next, notes()), Ok(())),
        ("a nurse of the team", &["nurse"], open(next, notes()), Ok(())),
        ("no agreement", &["outsider"], open(next, notes()), Err(MayNotWrite(key_id("outsider")))),
        ("another hub", &["hub-2"], open(next, notes()), Err(MayNotWrite(key_id("hub-2")))),
        ("an administrator", &["admin"], open(next, notes()), Err(MayNotWrite(key_id("admin")))),
        ("the patient", &["ada"], open(next, notes()), Err(MayNotWrite(key_id("ada")))),
        (
            "administrator beside a stranger",
            &["outsider", "admin"],
            open(next, notes()),
            Err(MayNotWrite(key_id("outsider"))),
        ),
        (
            "no such patient",
            &["hub"],
            open(next, Subject::Patient(patient_id("ben"), Category::Notes)),
            Err(Unknown("patient")),
        ),
        ("id taken", &["hub"], open(next - 1, notes()), Err(NotNext("stream"))),
        ("id skipped", &["hub"], open(next + 1, notes()), Err(NotNext("stream"))),
        (
            "again",
            &["hub"],
            open(next, Subject::Patient(patient_id("ada"), Category::Vitals)),
            Err(Exists("stream")),
        ),
        ("mailbox", &["hub"], open(next, Subject::Mailbox(key_id("physician"))), Ok(())),
        ("mailbox of another hub", &["hub-2"], open(next, Subject::Mailbox(key_id("nurse"))), Ok(())),
        ("mailbox: nurse", &["nurse"], open(next, Subject::Mailbox(key_id("nurse"))), Ok(())),
        (
            "mailbox: patient",
            &["ada"],
            open(next, Subject::Mailbox(key_id("nurse"))),
            Err(MayNotWrite(key_id("ada"))),
        ),
        ("mailbox: nobody", &["hub"], open(next, Subject::Mailbox(key_id("nobody"))), Err(Unknown("key"))),
        ("mailbox: again", &["hub"], open(next, Subject::Mailbox(key_id("nurse"))), Err(Exists("stream"))),
    ]);
    world.must(&["admin"], Action::LeaveTeam(team_id("ward"), key_id("physician")));
    assert_eq!(world.outcome(&["physician"], open(next, notes())), Err(MayNotWrite(key_id("physician"))));
}
