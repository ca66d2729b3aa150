//! Who may do what: every command of the desk in every role, locked and open, and every read in every state of an
//! agreement. The table below is the only place where this is declared; a command without a row fails the test.

use crate::ward;
#[path = "access_matrix/commands.rs"]
mod commands;

use crate::asks::*;
use crate::gateway::TestGateway;
use crate::ward::{TestWard, measured, spo2_alarm};
use commands::Who::{All, Anybody, Only};
use commands::{Places, Row, Who, table};
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Delivery, Desk, Settings};
use wl_ledger::codec;
use wl_ledger::control::*;
use wl_ledger::{AgreementId, Category, Role};
use wl_seal::WorkFactor;
use wl_vitals::Parameter as Measured;
use wl_vitals::alarm::AlarmEvent;
use wl_wire::enrolment;

/// Every command that the window may call: what stands here and has no row fails.
const CAPABILITY: &str = include_str!("../../../../capabilities/main.json");

use RoleView::{Admin, Caregiver, Diagnostician, Nurse, Pharmacist, Physician, PrivacyOfficer, Researcher};
const ROLES: [RoleView; 8] =
    [Physician, Nurse, Admin, Diagnostician, Pharmacist, Researcher, Caregiver, PrivacyOfficer];

fn plain<T>(answer: Result<T, UiError>) -> T {
    answer.unwrap_or_else(|error| panic!("{} {}", error.message, error.hint))
}

/// A workstation of each role on one served chain.
struct House {
    desks: Vec<(RoleView, Desk)>,
    gateway: TestGateway,
    at: Places,
    _folder: tempfile::TempDir,
    _task: tokio::task::JoinHandle<()>,
}

async fn keys(folder: &Path, role: RoleView) -> (Desk, ProvenEnrolment) {
    let settings = Settings { work: WorkFactor::new(4).unwrap(), ..Settings::default() };
    let desk = plain(Desk::open(&folder.join(format!("{role:?}")), settings));
    plain(desk.create_keys(format!("{role:?} Person"), role, secret()).await);
    let request = plain(desk.enrolment_request().await);
    (desk, enrolment::read_request(&request.text).unwrap())
}

impl House {
    /// Nobody is let read anything yet. Two administrators must sign, and three things wait for a second signature.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut desks = Vec::new();
        for role in ROLES {
            desks.push((role, keys(folder.path(), role).await));
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let now = wl_desk::edge::now();
        let of =
            |role: RoleView| desks.iter().find(|(of, _)| *of == role).map(|(_, (_, person))| person).unwrap();
        let mut ward = TestWard::found(now, of(Admin).clone(), &address);
        for (role, (_, person)) in &desks {
            if *role != Admin {
                ward.control("admin", Action::Enrol(person.clone()));
            }
            ward.control("admin", Action::JoinTeam(ward.team, person.enrolment.sign.id()));
        }
        for (name, role) in [("second", Role::Admin), ("doctor", Role::Physician)] {
            ward.control("admin", Action::Enrol(ward::request(name, role)));
        }
        ward.signed_by(&["admin", "second"], Action::SetPolicy(Policy::production()));
        let mut proposed = |number: u8| {
            let consent = Action::RecordConsent(Agreement {
                id: AgreementId::from_bytes([number; 16]),
                patient: ward.patient,
                holder: Holder::Team(ward.team),
                categories: Categories::of(&[Category::Images]),
                purpose: Purpose::Treatment,
                from: now,
                until: Some(now.plus(3_600_000)),
                delegable: None,
                terms: None,
            });
            ward.signed_by(&["doctor"], Action::Propose(codec::encode(&consent))).to_string()
        };
        let consents = (0..8).map(|role| (proposed(100 + role), proposed(200 + role))).collect();
        let stranger = Action::Enrol(ward::request("stranger", Role::Nurse));
        let enrolment = ward.signed_by(&["second"], Action::Propose(codec::encode(&stranger)));
        let broken = AgreementId::from_bytes([6; 16]);
        ward.control(
            "doctor",
            Action::BreakGlass(BreakGlass {
                id: broken,
                patient: ward.patient,
                categories: Categories::of(&[Category::Documents]),
                minutes: 60,
                reason: BreakGlassReason::Other,
                text: wl_ledger::Hash::from_bytes([0; 32]),
            }),
        );
        ward.cut();
        let at = Places {
            patient: ward.patient.to_string(),
            alarm: String::new(),
            record: "0.0".into(),
            stranger: "0".repeat(32),
            consents,
            enrolment: enrolment.to_string(),
            broken: broken.to_string(),
        };
        let answer = enrolment::write_answer(&ward.answer());
        let (gateway, task) = TestGateway::start(listener, ward);
        let mut open = Vec::new();
        for (role, (desk, _)) in desks {
            plain(desk.load_enrolment(answer.clone()).await);
            plain(desk.unlock(secret()).await);
            open.push((role, desk));
        }
        let house = Self { desks: open, gateway, at, _folder: folder, _task: task };
        house.until("the devices are here", |settings| settings.chain.height > 0).await;
        house
    }

    async fn until(&self, what: &str, check: impl Fn(&SettingsView) -> bool) {
        let height = self.gateway.with(|ward| ward.tip().0);
        for (role, desk) in &self.desks {
            let mut tries = 0;
            loop {
                let settings = plain(desk.settings().await);
                if settings.chain.height >= height && check(&settings) {
                    break;
                }
                tries += 1;
                assert!(tries < 800, "{role:?} did not get to it: {what}");
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        }
    }
}

/// What a cell may answer.
fn judge(
    command: &str,
    role: RoleView,
    who: Who,
    locked: bool,
    answer: &Result<(), UiError>,
) -> Result<(), String> {
    let code = answer.as_ref().err().map(|error| error.code);
    let expected = match (who, locked) {
        (Anybody, _) => code != Some(ErrorCode::Locked) && code != Some(ErrorCode::NotAllowed),
        (_, true) => code == Some(ErrorCode::Locked),
        (All, false) => code != Some(ErrorCode::Locked) && code != Some(ErrorCode::NotAllowed),
        (Only(roles), false) if roles.contains(&role) => {
            code != Some(ErrorCode::Locked) && code != Some(ErrorCode::NotAllowed)
        }
        (Only(_), false) => code == Some(ErrorCode::NotAllowed),
    };
    let said = answer.as_ref().err().map_or("ok", |error| error.message.as_str());
    expected.then_some(()).ok_or_else(|| format!("{command} as {role:?}, locked {locked}: {said}"))
}

#[test]
fn every_command_of_the_window_has_a_row() {
    let capability: serde_json::Value = serde_json::from_str(CAPABILITY).unwrap();
    let granted: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap().trim_start_matches("allow-").replace('-', "_"))
        // The two that change the session for everybody after them are called at their own place.
        .filter(|name| name != "lock")
        .collect();
    let rows: BTreeSet<String> = table().iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(rows, granted, "the table of access and the commands of the window differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_is_judged_by_role_and_lock() {
    let house = House::new().await;
    let (mut cells, mut wrong) = (0, Vec::new());
    for locked in [false, true] {
        for (role, desk) in &house.desks {
            if locked {
                plain(desk.lock().await);
            }
            for Row(command, who, call) in table() {
                let answer = call(desk, *role, house.at.clone()).await;
                cells += 1;
                wrong.extend(judge(command, *role, who, locked, &answer).err());
            }
        }
    }
    println!("{cells} cells, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} of {cells} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cells >= 600, "only {cells} cells");
    for (_, desk) in house.desks {
        plain(desk.close().await);
    }
}

/// The categories that the reads below need.
const READ: [Category; 5] =
    [Category::Vitals, Category::Alarms, Category::Identity, Category::Waveforms, Category::Notes];

/// How far an agreement lets somebody read.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Shared {
    Never,
    OtherCategory,
    Granted,
    Ended,
}

/// What of a patient each role may read in a state: nothing depends on the role.
async fn reads(desk: &Desk, at: &Places) -> Vec<(&'static str, bool)> {
    let found = |code: Option<ErrorCode>| code.is_none();
    let error = |answer: Result<(), UiError>| answer.err().map(|error| error.code);
    let inbox = plain(desk.inbox(InboxTab::Active).await);
    let ward = plain(desk.ward().await);
    let value = |tile: &TileView| tile.rate.text == "72";
    let tile = ward.tiles.iter().find(|tile| tile.patient_id == at.patient);
    let view = serde_json::to_string(&ward).unwrap();
    vec![
        ("trend", found(error(desk.trend(at.patient.clone(), 2).await.map(drop)))),
        ("trend of a day", found(error(desk.trend(at.patient.clone(), 24).await.map(drop)))),
        (
            "moment of a trend",
            found(error(desk.trend_at(at.patient.clone(), wl_desk::edge::now().0).await.map(drop))),
        ),
        ("trends", desk.trends(at.patient.clone(), a_day()).await.is_ok_and(|view| !view.charts.is_empty())),
        (
            "table",
            desk.trend_table(at.patient.clone(), a_day()).await.is_ok_and(|view| !view.rows.is_empty()),
        ),
        ("value", tile.is_some_and(value)),
        ("name", view.contains("Ada Example")),
        ("notes", found(error(desk.notes(at.patient.clone()).await.map(drop)))),
        ("alarm", inbox.rows.iter().any(|row| row.alarm_id == at.alarm)),
        ("alarm's history", found(error(desk.alarm_history(at.alarm.clone()).await.map(drop)))),
        ("roster", found(error(desk.alarm_roster(at.patient.clone()).await.map(drop)))),
        (
            "waves",
            found(error(desk.subscribe_waves(Some(at.patient.clone()), Box::new(|_| Delivery::Gone)).await)),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_is_judged_by_the_state_of_the_agreement() {
    let mut house = House::new().await;
    let people: Vec<ProvenEnrolment> = {
        let mut people = Vec::new();
        for (_, desk) in &house.desks {
            people.push(enrolment::read_request(&plain(desk.enrolment_request().await).text).unwrap());
        }
        people
    };
    house.at.alarm = house.gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let alarm = spo2_alarm(ward.patient, ward.now);
        // Sealed for nobody else than the hub: what nobody was granted is there all the same.
        let nobody: [&ProvenEnrolment; 0] = [];
        ward.grant(&nobody, &ward::SHARED);
        ward.identity("Ada Example", "7");
        ward.frame(vec![measured(Measured::HeartRate, 72, 0, ward.now)]);
        ward.alarm(&AlarmEvent::Raised(alarm.clone()));
        alarm.id.to_string()
    });
    let (mut cells, mut wrong) = (0, Vec::new());
    let mut agreement = None;
    for state in [Shared::Never, Shared::OtherCategory, Shared::Granted, Shared::Ended] {
        house.gateway.with(|ward| {
            ward.now = wl_desk::edge::now();
            match state {
                Shared::Never => {}
                Shared::OtherCategory => {
                    let other = ward.agree_on(&[Category::Administration], None);
                    ward.cut();
                    ward.control("patient", Action::RevokeAgreement(other));
                    agreement = Some(ward.agree_on(&[Category::Documents], None));
                }
                Shared::Granted => {
                    agreement = Some(ward.agree_on(&READ, None));
                    ward.cut();
                    ward.grant(&people.iter().collect::<Vec<_>>(), &READ);
                    ward.identity("Ada Example", "7");
                    ward.frame(vec![measured(Measured::HeartRate, 72, 0, ward.now)]);
                    let alarm = spo2_alarm(ward.patient, ward.now.plus(1));
                    ward.alarm(&AlarmEvent::Raised(alarm.clone()));
                    house.at.alarm = alarm.id.to_string();
                }
                Shared::Ended => {
                    if let Some(id) = agreement {
                        ward.control("patient", Action::RevokeAgreement(id));
                    }
                }
            }
        });
        house.until("the agreement is here", |_| true).await;
        for (role, desk) in &house.desks {
            let expected = state == Shared::Granted;
            let mut found = reads(desk, &house.at).await;
            for _ in 0..400 {
                if !expected || found.iter().all(|(_, read)| *read) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
                found = reads(desk, &house.at).await;
            }
            for (what, read) in found {
                cells += 1;
                if read != expected {
                    wrong.push(format!("{what} as {role:?} in state {state:?}: read {read}"));
                }
            }
        }
    }
    println!("{cells} cells, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} of {cells} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    for (_, desk) in house.desks {
        plain(desk.close().await);
    }
}
