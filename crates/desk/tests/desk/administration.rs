//! What administrators do through the desk, each act sealed by a served chain; and every refusal.

use crate::gateway::TestGateway;
use crate::ward;
use crate::ward::TestWard;
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::control::Registration;
use wl_ledger::{PatientId, Role};
use wl_seal::WorkFactor;
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";

fn plain<T>(answer: Result<T, UiError>) -> T {
    answer.map_err(|error| error.message).unwrap()
}

fn refusal<T>(answer: Result<T, UiError>) -> (ErrorCode, String) {
    let error = answer.err().expect("it was not refused");
    (error.code, error.message)
}

/// A person's desk on a served chain, caught up with it.
async fn enrolled(folder: &Path, role: RoleView) -> (Desk, TestGateway) {
    let settings = Settings {
        work: WorkFactor::new(4).unwrap(),
        handouts: Some(folder.join("downloads")),
        ..Settings::default()
    };
    std::fs::create_dir_all(folder.join("downloads")).unwrap();
    let desk = plain(Desk::open(&folder.join("profile"), settings));
    let secret = || SecretString::from(PASSPHRASE.to_owned());
    plain(desk.create_keys("Ana Admin".into(), role, secret()).await);
    let request = plain(desk.enrolment_request().await);
    let person = enrolment::read_request(&request.text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let is_admin = role == RoleView::Admin;
    let first = if is_admin { person.clone() } else { ward::request("admin", Role::Admin) };
    let mut ward = TestWard::found(wl_desk::edge::now(), first, &address);
    ward.admit(&person, None);
    let answer = enrolment::write_answer(&ward.answer());
    let (gateway, _task) = TestGateway::start(listener, ward);
    plain(desk.load_enrolment(answer).await);
    plain(desk.unlock(secret()).await);
    let expected = if is_admin { AdminBar::Allowed } else { AdminBar::NotAdmin };
    settings_when(&desk, |view| view.admin == expected && view.devices.len() == 1).await;
    (desk, gateway)
}

async fn settings_when(desk: &Desk, check: impl Fn(&SettingsView) -> bool) -> SettingsView {
    for _ in 0..600 {
        let view = plain(desk.settings().await);
        if check(&view) {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the settings did not come to that within 15 s");
}

fn request_of(name: &str, role: Role) -> (String, String) {
    let request = ward::request(name, role);
    let words = enrolment::fingerprint_words(&request.enrolment.fingerprint()).join(" ");
    (enrolment::write_request(&request), words)
}

fn registration_of(ward: &TestWard, name: &str, hub: &str) -> (String, String) {
    let patient = PatientId::from_bytes(ward::key(name).public().as_bytes()[..16].try_into().unwrap());
    let registration = Registration::prove(&ward.chain, patient, &ward::key(name), ward::key(hub).id());
    (enrolment::write_registration(&registration), patient.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_set_up_of_a_ward_is_done_and_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Admin).await;

    let team = plain(desk.create_team("  Intensive care ".into()).await);
    assert_eq!(team.kind, ChangeKind::Team);

    let (hub, hub_words) = request_of("hub two", Role::Hub);
    let preview = plain(desk.enrol_preview(hub.clone()).await);
    assert!(preview.subject == EnrolSubject::Hub && preview.name == "hub two");
    let hub_key = plain(desk.enrol(hub, hub_words, vec![]).await);

    let (text, words) = request_of("Phil Physician", Role::Physician);
    let preview = plain(desk.enrol_preview(text.clone()).await);
    assert!(preview.subject == EnrolSubject::Person { role: RoleView::Physician });
    assert!(preview.problem == EnrolProblem::None);
    let said = format!("  {} ", words.to_uppercase());
    let compared = plain(desk.enrol_check(text.clone(), said.clone()).await);
    assert_eq!(compared.fingerprint.join(" "), words);
    let person = plain(desk.enrol(text.clone(), said, vec![team.id.clone()]).await);
    assert!(plain(desk.enrol_preview(text).await).problem == EnrolProblem::AlreadyEnrolled);

    let (registration, patient) = gateway.with(|ward| registration_of(ward, "new patient", "hub two"));
    let preview = plain(desk.patient_preview(registration.clone()).await);
    assert_eq!((preview.hub.as_str(), &preview.patient_id), ("hub two", &patient));
    assert!(preview.problem == RegistrationProblem::None);
    assert_eq!(plain(desk.register_patient(registration.clone()).await).id, patient);
    assert!(
        plain(desk.patient_preview(registration).await).problem == RegistrationProblem::AlreadyRegistered
    );

    let device = plain(desk.register_device("080019FFFE0B4020".into(), Some(patient.clone())).await);
    let again = plain(desk.register_device("080019FFFE0B4020".into(), Some(patient.clone())).await);
    assert_eq!(device, again, "a device is registered once");

    let view = plain(desk.settings().await);
    let row = view.teams.iter().find(|row| row.team_id == team.id).expect("the team");
    assert_eq!(
        (row.name.as_str(), row.people.as_slice()),
        ("Intensive care", [person.id.clone()].as_slice())
    );
    let row = view.hubs.iter().find(|row| row.key_id == hub_key.id).expect("the hub");
    assert_eq!((row.name.as_str(), row.patients, row.state), ("hub two", 1, KeyState::Active));
    assert!(view.patients.iter().any(|row| row.patient_id == patient && row.hub == "hub two"));
    let row = view.devices.iter().find(|row| row.device_id == device.id).expect("the device");
    assert_eq!(row.patient_id.as_ref(), Some(&patient));

    plain(desk.assign_device(device.id.clone(), None).await);
    plain(desk.leave_team(team.id.clone(), person.id.clone()).await);
    let view = plain(desk.settings().await);
    assert!(view.devices.iter().any(|row| row.device_id == device.id && row.patient_id.is_none()));
    assert!(view.teams.iter().all(|row| row.team_id != team.id || row.people.is_empty()));
    plain(desk.join_team(team.id.clone(), person.id.clone()).await);

    let answer = plain(desk.answer_for(person.id.clone()).await);
    let saved = folder.path().join(format!("downloads/wardlight-answer-{}.txt", person.id));
    assert_eq!(answer.saved_as, saved.display().to_string());
    assert_eq!(std::fs::read_to_string(saved).unwrap(), answer.text);
    let read = enrolment::read_answer(&answer.text).unwrap();
    assert_eq!((read.hospital.as_str(), read.validators.len()), ("Test Hospital", 1));
    assert!(answer.qr_svg.starts_with("<svg"));

    for key in [&person.id, &hub_key.id] {
        plain(desk.revoke(key.clone(), "lost".into()).await);
    }
    let view = plain(desk.settings().await);
    assert!(view.hubs.iter().any(|row| row.key_id == hub_key.id && row.state == KeyState::Revoked));
    assert!(view.practitioners.iter().any(|row| row.key_id == person.id && row.state == KeyState::Revoked));
    plain(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_not_enrolled_without_the_words_of_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Admin).await;
    let before = gateway.with(|ward| ward.state().members().count());
    let (text, words) = request_of("Phil Physician", Role::Physician);
    let preview = serde_json::to_string(&plain(desk.enrol_preview(text.clone()).await)).unwrap();
    let words: Vec<&str> = words.split(' ').collect();
    assert!(words.iter().all(|word| !preview.contains(word)), "a preview tells no word: {preview}");
    let with = |place: usize, word: &'static str| {
        let mut wrong = words.clone();
        wrong[place] = word;
        wrong.join(" ")
    };
    let (_, others) = request_of("Mallory", Role::Physician);
    let table = [
        (String::new(), "Six words are needed, and 0 were given."),
        (words[..5].join(" "), "Six words are needed, and 5 were given."),
        (format!("{} zoo", words.join(" ")), "Six words are needed, and 7 were given."),
        (with(0, "elsewhere"), "Not a word of this request: number 1."),
        (with(5, "elsewhere"), "Not a word of this request: number 6."),
        (words.join("-"), "Six words are needed, and 1 were given."),
        (others, "Not a word of this request: number 1, 2, 3, 4, 5, 6."),
    ];
    for (heard, message) in table {
        let expected = (ErrorCode::BadInput, message.to_owned());
        assert_eq!(refusal(desk.enrol_check(text.clone(), heard.clone()).await), expected, "{heard}");
        assert_eq!(refusal(desk.enrol(text.clone(), heard.clone(), vec![]).await), expected, "{heard}");
    }
    assert_eq!(gateway.with(|ward| ward.state().members().count()), before, "nothing was signed");
    plain(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_refused_in_plain_words() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Admin).await;
    let view = plain(desk.settings().await);
    let me = view.practitioners.iter().find(|row| row.me).expect("me").key_id.clone();
    let (team, hub) = (view.teams[0].team_id.clone(), view.hubs[0].key_id.clone());
    let device = view.devices[0].device_id.clone();
    let (stray, _) = gateway.with(|ward| registration_of(ward, "stray", "nobody"));
    let (known, _) = {
        let registration = gateway.with(|ward| {
            let hub = ward::key("hub").id();
            Registration::prove(&ward.chain, ward.patient, &ward::key("patient"), hub)
        });
        (enrolment::write_registration(&registration), ())
    };
    let other_chain = {
        let hub = ward::key("hub").id();
        let patient = PatientId::from_bytes([9; 16]);
        let chain = wl_ledger::control::NO_CHAIN;
        enrolment::write_registration(&Registration::prove(&chain, patient, &ward::key("x"), hub))
    };
    let (hub_request, hub_words) = request_of("hub three", Role::Hub);
    let height = gateway.with(|ward| ward.tip());
    let table = [
        ("team without a name", desk.create_team(" ".into()).await, "The team's name is empty."),
        ("team with a line end", desk.create_team("a\nb".into()).await, "cannot be shown"),
        ("long team", desk.create_team("x".repeat(97)).await, "longer than 96 bytes"),
        ("team twice", desk.create_team("WARD 3".into()).await, "a care team of this name already"),
        ("join twice", desk.join_team(team.clone(), me.clone()).await, "in the team already"),
        ("hub in a team", desk.join_team(team.clone(), hub.clone()).await, "A hub belongs to no care team"),
        (
            "enrolling a hub into a team",
            desk.enrol(hub_request, hub_words, vec![team.clone()]).await,
            "A hub belongs to no care team",
        ),
        ("unknown key", desk.join_team(team.clone(), "11".repeat(16)).await, "no such person"),
        ("unknown team", desk.join_team("22".repeat(16), me.clone()).await, "no such care team"),
        ("leave what one is not in", desk.leave_team(team, hub.clone()).await, "not in the team"),
        ("team by name", desk.join_team("Ward 3".into(), me.clone()).await, "32 hexadecimal digits"),
        (
            "a reason of its own",
            desk.revoke(me.clone(), "lapse".into()).await,
            "left, lost, replaced or misuse",
        ),
        ("patient of an unknown hub", desk.register_patient(stray.clone()).await, "enrol it first"),
        ("patient twice", desk.register_patient(known).await, "registered already"),
        ("patient of another hospital", desk.register_patient(other_chain).await, "possession"),
        (
            "no registration",
            desk.register_patient("hello".into()).await,
            "not a Wardlight patient registration",
        ),
        ("device without a name", desk.register_device("".into(), None).await, "The device's name is empty."),
        ("unknown device", desk.assign_device("99".into(), None).await, "no such device"),
        ("device by name", desk.assign_device("GE".into(), None).await, "not named by its number"),
        ("unknown patient", desk.assign_device(device, Some("33".repeat(16))).await, "no such patient"),
    ];
    for (what, answer, part) in table {
        let (code, message) = refusal(answer);
        assert!(message.contains(part) && code == ErrorCode::BadInput, "{what}: {message}");
    }
    assert!(plain(desk.patient_preview(stray).await).problem == RegistrationProblem::UnknownHub);
    assert_eq!(refusal(desk.answer_for("44".repeat(16)).await).0, ErrorCode::BadInput);
    assert_eq!(gateway.with(|ward| ward.tip()), height, "nothing was signed");

    let other = ward::key("admin").id().to_string();
    plain(desk.revoke(other.clone(), "left".into()).await);
    assert_eq!(refusal(desk.revoke(other.clone(), "left".into()).await).1, "This key was revoked before.");
    assert_eq!(refusal(desk.answer_for(other).await).0, ErrorCode::BadInput);
    let (code, message) = refusal(desk.revoke(me, "left".into()).await);
    assert!(code == ErrorCode::Refused && message.contains("last administrator"), "{message}");
    plain(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_administer() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let (text, words) = request_of("Phil Physician", Role::Physician);
    let (registration, patient) = gateway.with(|ward| registration_of(ward, "new patient", "hub"));
    let (team, key) = ("22".repeat(16), "11".repeat(16));
    let view = plain(desk.settings().await);
    assert!(view.practitioners.is_empty() && view.hubs.is_empty());
    assert!(
        view.teams.iter().all(|row| row.people.is_empty()),
        "who is in a team is the administrators' to see"
    );
    let before = gateway.with(|ward| registers(ward.state()));
    let codes = [
        desk.enrol_preview(text.clone()).await.err(),
        desk.enrol_check(text.clone(), words.clone()).await.err(),
        desk.enrol(text, words, vec![]).await.err(),
        desk.revoke(key.clone(), "lost".into()).await.err(),
        desk.create_team("Mine".into()).await.err(),
        desk.join_team(team.clone(), key.clone()).await.err(),
        desk.leave_team(team, key.clone()).await.err(),
        desk.patient_preview(registration.clone()).await.err(),
        desk.register_patient(registration).await.err(),
        desk.register_device("GE".into(), Some(patient)).await.err(),
        desk.assign_device("0".into(), None).await.err(),
        desk.answer_for(key).await.err(),
    ];
    for (place, error) in codes.into_iter().enumerate() {
        assert_eq!(error.map(|error| error.code), Some(ErrorCode::NotAllowed), "command {place}");
    }
    // Being refused is reported to administrators, so the chain goes on; what they keep stays as it was.
    assert_eq!(gateway.with(|ward| registers(ward.state())), before, "nothing was changed");
    plain(desk.close().await);
}

/// How many members, teams, patients and devices the ledger knows.
fn registers(state: &wl_ledger::state::State) -> [usize; 4] {
    [state.members().count(), state.teams().count(), state.patients().count(), state.devices().count()]
}
