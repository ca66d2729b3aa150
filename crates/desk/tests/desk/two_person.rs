//! Acts that two people answer for: proposed at one workstation, looked at and approved at another, and refused to
//! everybody who is not a second person; and people with several workstations.

use crate::gateway::TestGateway;
use crate::ward;
use crate::ward::TestWard;
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::Role;
use wl_ledger::control::*;
use wl_seal::WorkFactor;
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";

fn secret() -> SecretString {
    SecretString::from(PASSPHRASE.to_owned())
}

fn plain<T>(answer: Result<T, UiError>) -> T {
    answer.unwrap_or_else(|error| panic!("{} {}", error.message, error.hint))
}

fn code<T>(answer: Result<T, UiError>) -> ErrorCode {
    answer.err().expect("it was not refused").code
}

async fn settings_when(desk: &Desk, what: &str, check: impl Fn(&SettingsView) -> bool) -> SettingsView {
    for _ in 0..800 {
        let view = plain(desk.settings().await);
        if check(&view) {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the settings did not come to that within 20 s: {what}");
}

async fn keys(folder: &Path, place: &str, name: &str, role: RoleView) -> (Desk, ProvenEnrolment) {
    let settings = Settings {
        work: WorkFactor::new(4).unwrap(),
        handouts: Some(folder.to_path_buf()),
        ..Settings::default()
    };
    let desk = plain(Desk::open(&folder.join(place), settings));
    plain(desk.create_keys(name.into(), role, secret()).await);
    let request = plain(desk.enrolment_request().await);
    (desk, enrolment::read_request(&request.text).unwrap())
}

async fn enter(desk: &Desk, answer: &str) {
    plain(desk.load_enrolment(answer.to_owned()).await);
    plain(desk.unlock(secret()).await);
}

fn words_of(request: &ProvenEnrolment) -> String {
    enrolment::fingerprint_words(&request.enrolment.fingerprint()).join(" ")
}

/// Two administrators at their desks, under the rules of production.
struct House {
    ana: Desk,
    ben: Desk,
    ana_person: ProvenEnrolment,
    ben_person: ProvenEnrolment,
    gateway: TestGateway,
    answer: String,
    folder: tempfile::TempDir,
    _task: tokio::task::JoinHandle<()>,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ana, ana_person) = keys(folder.path(), "ana", "Ana", RoleView::Admin).await;
        let (ben, ben_person) = keys(folder.path(), "ben", "Ben", RoleView::Admin).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut ward = TestWard::found(wl_desk::edge::now(), ana_person.clone(), &address);
        ward.control("admin", Action::Enrol(ben_person.clone()));
        ward.control("admin", Action::Enrol(ward::request("second", Role::Admin)));
        ward.signed_by(&["admin", "second"], Action::SetPolicy(Policy::production()));
        ward.cut();
        let answer = enrolment::write_answer(&ward.answer());
        let (gateway, task) = TestGateway::start(listener, ward);
        for desk in [&ana, &ben] {
            enter(desk, &answer).await;
            settings_when(desk, "the rules are here", |view| {
                view.policy.signers == 2 && view.admin == AdminBar::Allowed
            })
            .await;
        }
        Self { ana, ben, ana_person, ben_person, gateway, answer, folder, _task: task }
    }

    /// What waits at a desk for its person, once it is there.
    async fn waiting(&self, desk: &Desk, id: &str) -> ProposalRow {
        let view = settings_when(desk, "the proposal", |view| {
            view.proposals.iter().any(|row| row.proposal_id == id)
        })
        .await;
        view.proposals.into_iter().find(|row| row.proposal_id == id).unwrap()
    }

    /// Ana proposes, Ben approves.
    async fn both(&self, proposed: ChangeView, words: Option<String>) -> ChangeView {
        assert_eq!(proposed.kind, ChangeKind::Proposed);
        let row = self.waiting(&self.ben, &proposed.id).await;
        assert!(row.can_approve && !row.mine && row.by == "Ana" && row.needs_words == words.is_some());
        plain(self.ben.approve(proposed.id, words).await)
    }

    async fn enrol(&self, request: &ProvenEnrolment) -> ChangeView {
        let (text, words) = (enrolment::write_request(request), words_of(request));
        let proposed = plain(self.ana.enrol(text, words.clone(), Vec::new()).await);
        let enrolled = self.both(proposed, Some(words)).await;
        settings_when(&self.ana, "Ana has learned of the enrolment", |view| {
            view.practitioners.iter().any(|row| row.person_id == enrolled.id)
        })
        .await;
        enrolled
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_takes_two_different_administrators_who_both_compare_the_words() {
    let house = House::new().await;
    let request = ward::request("Phil", Role::Physician);
    let (text, words) = (enrolment::write_request(&request), words_of(&request));
    let key = request.enrolment.sign.id().to_string();
    let enrolled = |view: &SettingsView| view.practitioners.iter().any(|row| row.key_id == key);

    let preview = plain(house.ana.enrol_preview(text.clone()).await);
    assert!(preview.signers == 2 && preview.problem == EnrolProblem::None);
    let proposed = plain(house.ana.enrol(text.clone(), words.clone(), Vec::new()).await);
    assert_eq!(proposed.kind, ChangeKind::Proposed);
    assert!(plain(house.ana.enrol_preview(text.clone()).await).problem == EnrolProblem::Proposed);
    assert_eq!(
        code(house.ana.enrol(text, words.clone(), Vec::new()).await),
        ErrorCode::BadInput,
        "asked twice"
    );
    let id = proposed.id;
    let mine = house.waiting(&house.ana, &id).await;
    assert!(mine.mine && !mine.can_approve && mine.can_withdraw);
    let row = house.waiting(&house.ben, &id).await;
    let expected = EnrolSubject::Person { role: RoleView::Physician };
    assert!(
        matches!(&row.act, ProposalAct::Enrol { name, subject, .. } if name == "Phil" && *subject == expected)
    );
    assert_eq!(plain(house.ben.inbox(InboxTab::Active).await).proposals, 1);

    // Nobody, the same person, without words, with wrong words.
    assert_eq!(code(house.ana.approve(id.clone(), Some(words.clone())).await), ErrorCode::Refused);
    assert_eq!(code(house.ben.approve(id.clone(), None).await), ErrorCode::BadInput);
    let wrong = "harbor violet candle engine meadow silver".to_owned();
    assert_eq!(code(house.ben.approve(id.clone(), Some(wrong)).await), ErrorCode::BadInput);
    assert_eq!(code(house.ben.approve("00".repeat(32), None).await), ErrorCode::NotFound);
    assert!(!enrolled(&plain(house.ana.settings().await)), "one signature enrols nobody");

    let done = plain(house.ben.approve(id.clone(), Some(words)).await);
    assert!(done.kind == ChangeKind::Key && done.id == key);
    settings_when(&house.ana, "the person is enrolled", |view| enrolled(view) && view.proposals.is_empty())
        .await;
    assert_eq!(code(house.ben.approve(id, None).await), ErrorCode::NotFound, "it is done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_workstation_is_no_second_person_and_a_revoked_key_is_nobody() {
    let house = House::new().await;
    // Ana gets a further workstation, which both sign.
    let (other, other_key) = keys(house.folder.path(), "ana at home", "Ana", RoleView::Admin).await;
    let text = enrolment::write_request(&other_key);
    let preview = plain(house.ben.enrol_preview(text.clone()).await);
    let person = house.ana_person.enrolment.sign.id().to_string();
    assert!(preview.same_person.iter().any(|one| one.person_id == person && !one.without_key));
    let words = words_of(&other_key);
    let proposed = plain(house.ana.add_key(person.clone(), text, words.clone()).await);
    house.both(proposed, Some(words)).await;
    enter(&other, &house.answer).await;
    let view =
        settings_when(&other, "she administers there too", |view| view.admin == AdminBar::Allowed).await;
    let rows: Vec<_> = view.practitioners.iter().filter(|row| row.person_id == person).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|row| row.workstation == 2));

    // What she proposes here she cannot approve there.
    let request = ward::request("Phil", Role::Physician);
    let (text, words) = (enrolment::write_request(&request), words_of(&request));
    let proposed = plain(house.ana.enrol(text, words.clone(), Vec::new()).await);
    let row = house.waiting(&other, &proposed.id).await;
    assert!(row.mine && !row.can_approve);
    assert_eq!(code(other.approve(proposed.id.clone(), Some(words.clone())).await), ErrorCode::Refused);

    // Ben's key is revoked: his signature is worth nothing, and his desk says why nothing opens.
    let ben = house.ben_person.enrolment.sign.id().to_string();
    plain(house.ana.revoke(ben.clone(), "lost".into()).await);
    for _ in 0..800 {
        let session = plain(house.ben.session_state().await);
        if let Some(problem) = session.key_problem {
            assert!(session.phase == SessionPhase::KeyProblem && problem.problem == KeyProblem::Revoked);
            assert!(problem.since_ms.is_some() && problem.who_can_help.iter().any(|one| one.name == "Ana"));
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let refused = code(house.ben.approve(proposed.id.clone(), Some(words)).await);
    assert!(matches!(refused, ErrorCode::NotAllowed | ErrorCode::Refused), "{refused:?}");

    // Undoing it takes two again, and Ben cannot be one of them.
    let undo = plain(house.ana.reinstate(ben.clone()).await);
    assert_eq!(undo.kind, ChangeKind::Proposed);
    let row = house.waiting(&house.ana, &undo.id).await;
    assert!(matches!(&row.act, ProposalAct::Reinstate { name, .. } if name == "Ben"));
    house.gateway.with(|ward| {
        let hash = wl_ledger::Hash::from_hex(&undo.id).unwrap();
        ward.now = wl_desk::edge::now();
        ward.control("second", Action::Approve(hash));
    });
    let back = |view: &SettingsView| {
        view.practitioners.iter().any(|row| row.key_id == ben && row.state == KeyState::Active)
    };
    settings_when(&house.ana, "Ben is back", back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_teams_rules_and_custodians_wait_for_the_second_signature_or_are_declined() {
    let house = House::new().await;
    let (phil, rhea) = (ward::request("Phil", Role::Nurse), ward::request("Rhea", Role::Nurse));
    let phil_id = house.enrol(&phil).await.id;
    let rhea_id = house.enrol(&rhea).await.id;

    let role = plain(house.ana.change_role(phil_id.clone(), RoleView::Physician).await);
    house.both(role, None).await;
    let is = |view: &SettingsView, role| {
        view.practitioners.iter().any(|row| row.key_id == phil_id && row.role == role)
    };
    settings_when(&house.ana, "the new role", |view| is(view, RoleView::Physician)).await;

    let team = plain(house.ana.create_team("Night".into()).await);
    assert_eq!(team.kind, ChangeKind::Team);
    let join = plain(house.ana.join_team(team.id.clone(), phil_id.clone()).await);
    house.both(join, None).await;
    settings_when(&house.ana, "the member", |view| {
        view.teams.iter().any(|row| row.people.contains(&phil_id))
    })
    .await;

    let rules = plain(house.ana.settings().await).policy;
    let shorter = PolicyView { lock_minutes: 3, ..rules.clone() };
    let change = plain(house.ana.set_policy(shorter.clone()).await);
    let row = house.waiting(&house.ben, &change.id).await;
    assert!(matches!(&row.act, ProposalAct::SetPolicy { now, next } if *now == rules && *next == shorter));
    // Declined: nothing changes, and nobody can approve it any more.
    plain(house.ben.withdraw(change.id.clone()).await);
    settings_when(&house.ana, "it is ended", |view| view.proposals.is_empty() && view.policy == rules).await;
    assert_eq!(code(house.ben.approve(change.id, None).await), ErrorCode::NotFound);
    let change = plain(house.ana.set_policy(shorter).await);
    house.both(change, None).await;
    settings_when(&house.ana, "the rules", |view| view.policy.lock_minutes == 3).await;

    let custodians = plain(house.ana.set_custodians(2, vec![phil_id.clone(), rhea_id]).await);
    house.both(custodians, None).await;
    settings_when(&house.ana, "the custodians", |view| {
        view.custodians.threshold == 2 && view.custodians.people.len() == 2
    })
    .await;
    assert_eq!(code(house.ana.set_custodians(2, vec![phil_id.clone()]).await), ErrorCode::BadInput);
    assert_eq!(code(house.ana.set_custodians(1, vec![phil_id.clone()]).await), ErrorCode::BadInput);

    // One administrator suffices to take away: a key, a device.
    plain(house.ana.revoke(phil_id, "left".into()).await);
    plain(house.ana.retire_device("0".into()).await);
    let view =
        settings_when(&house.ana, "the device is retired", |view| view.devices.iter().any(|row| row.retired))
            .await;
    assert!(view.devices.iter().all(|row| row.patient_id.is_none()));
    assert_eq!(code(house.ana.assign_device("0".into(), None).await), ErrorCode::BadInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disclosure_is_listed_until_an_officer_and_an_administrator_have_ended_it() {
    let house = House::new().await;
    let (olga, officer) = keys(house.folder.path(), "olga", "Olga", RoleView::PrivacyOfficer).await;
    let (nora, nurse) = keys(house.folder.path(), "nora", "Nora", RoleView::Nurse).await;
    house.enrol(&officer).await;
    let reader = house.enrol(&nurse).await.id;
    for desk in [&olga, &nora] {
        enter(desk, &house.answer).await;
    }
    let patient = house.gateway.with(|ward| ward.patient.to_string());
    let order = "order 17 of a court".to_owned();
    let proposed = plain(house.ana.disclose(patient.clone(), reader, vec!["notes".into()], 30, order).await);
    let waits =
        |id: String| move |view: &SettingsView| view.proposals.iter().any(|row| row.proposal_id == id);
    let before = settings_when(&olga, "the disclosure", waits(proposed.id.clone())).await;
    assert!(before.disclosures.is_empty(), "what waits is not in force");
    plain(olga.approve(proposed.id, None).await);

    for desk in [&house.ana, &olga] {
        let view = settings_when(desk, "it is listed", |view| view.disclosures.len() == 1).await;
        let row = &view.disclosures[0];
        assert!(row.patient_id == patient && row.holder == "Nora" && row.categories == ["notes"]);
        assert!(!row.ending && row.until_ms.is_some_and(|until| until > row.from_ms));
    }
    // Whoever may not end it is told of none.
    let height = plain(house.ana.settings().await).chain.height;
    let other = settings_when(&nora, "Nora has come so far", |view| view.chain.height >= height).await;
    assert!(other.disclosures.is_empty());

    let id = plain(olga.settings().await).disclosures[0].agreement_id.clone();
    assert_eq!(code(nora.end_disclosure(id.clone()).await), ErrorCode::NotAllowed);
    let end = plain(olga.end_disclosure(id.clone()).await);
    assert_eq!(end.kind, ChangeKind::Proposed, "one person alone ends nothing");
    let view = settings_when(&house.ana, "the end waits", waits(end.id.clone())).await;
    assert!(view.disclosures[0].ending);
    let row = view.proposals.iter().find(|row| row.proposal_id == end.id).unwrap();
    assert!(
        matches!(&row.act, ProposalAct::EndDisclosure { agreement_id, patient_id, holder }
            if *agreement_id == id && *patient_id == patient && holder == "Nora"),
        "whoever approves reads whose and to whom"
    );
    plain(house.ana.approve(end.id, None).await);
    for desk in [&house.ana, &olga] {
        settings_when(desk, "it is over", |view| view.disclosures.is_empty()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_a_key_gets_a_new_one_as_the_same_person() {
    let house = House::new().await;
    let lost = ward::request("Phil", Role::Physician);
    let person = house.enrol(&lost).await.id;
    plain(house.ana.revoke(person.clone(), "lost".into()).await);
    let (phil, fresh) = keys(house.folder.path(), "phil", "Phil", RoleView::Physician).await;
    let (text, words) = (enrolment::write_request(&fresh), words_of(&fresh));
    settings_when(&house.ana, "the revocation is here", |view| {
        view.practitioners.iter().any(|row| row.person_id == person && row.revoked_ms.is_some())
    })
    .await;
    let preview = plain(house.ana.enrol_preview(text.clone()).await);
    assert!(preview.same_person.iter().any(|one| one.person_id == person && one.without_key));
    let proposed = plain(house.ana.add_key(person.clone(), text, words.clone()).await);
    let row = house.waiting(&house.ben, &proposed.id).await;
    assert!(matches!(row.act, ProposalAct::AddKey { recovery: true, .. }));
    house.both(proposed, Some(words)).await;
    enter(&phil, &house.answer).await;
    settings_when(&phil, "Phil is in", |view| view.chain.height > 0).await;
    assert!(plain(phil.session_state().await).phase == SessionPhase::Open);
    let view = plain(house.ana.settings().await);
    let rows: Vec<_> = view.practitioners.iter().filter(|row| row.person_id == person).collect();
    assert!(rows.len() == 2 && rows.iter().all(|row| row.person_active));
    // Another name is another person.
    let stranger = ward::request("Philip", Role::Physician);
    let text = enrolment::write_request(&stranger);
    assert_eq!(code(house.ana.add_key(person, text, words_of(&stranger)).await), ErrorCode::BadInput);
}
