//! A desk with keys on a gateway whose ward has enrolled it.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test programs"
)]

use crate::gateway::TestGateway;
use crate::ward::{self, TestWard, measured};
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::Role;
use wl_seal::WorkFactor;
use wl_vitals::Parameter as Measured;
use wl_wire::enrolment;

pub const PASSPHRASE: &str = "correct horse battery";
pub const CANARY: &str = "Zoltan Canary";

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

pub fn settings() -> Settings {
    Settings { work: WorkFactor::new(4).unwrap(), ..Settings::default() }
}

pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    for _ in 0..600 {
        if let Some(value) = check().await {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not happen within 15 s: {what}");
}

pub fn ok<T>(answer: Result<T, UiError>) -> T {
    answer.map_err(|error| format!("{} {}", error.message, error.hint)).unwrap()
}

/// A desk with keys and a gateway whose ward has enrolled it, with one frame and a name.
pub async fn enrolled(folder: &Path, role: RoleView) -> (Desk, TestGateway) {
    enrolled_with(folder, role, settings()).await
}

pub async fn enrolled_with(folder: &Path, role: RoleView, settings: Settings) -> (Desk, TestGateway) {
    let desk = ok(Desk::open(folder, settings));
    ok(desk.create_keys("Ines Calder".into(), role, secret(PASSPHRASE)).await);
    let request = ok(desk.enrolment_request().await);
    let person = enrolment::read_request(&request.text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let now = wl_desk::edge::now();
    let is_admin = role == RoleView::Admin;
    let first = if is_admin { person.clone() } else { ward::request("admin", Role::Admin) };
    let mut ward = TestWard::found(now, first, &address);
    ward.admit(&person, None);
    ward.identity(CANARY, "12");
    ward.frame(vec![
        measured(Measured::HeartRate, 72, 0, now),
        measured(Measured::Spo2, 97, 0, now),
        measured(Measured::Temperature, 368, -1, now),
    ]);
    ward.cut();
    let answer = enrolment::write_answer(&ward.answer());
    let (gateway, _task) = TestGateway::start(listener, ward);
    ok(desk.load_enrolment(answer).await);
    ok(desk.unlock(secret(PASSPHRASE)).await);
    (desk, gateway)
}

/// A further person's desk on the same ward, enrolled by its administrator into no team.
pub async fn colleague(folder: &Path, name: &str, role: RoleView, gateway: &TestGateway) -> Desk {
    let desk = ok(Desk::open(folder, settings()));
    ok(desk.create_keys(name.into(), role, secret(PASSPHRASE)).await);
    let request = ok(desk.enrolment_request().await);
    let person = enrolment::read_request(&request.text).unwrap();
    let answer = gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        ward.control("admin", wl_ledger::control::Action::Enrol(person));
        ward.cut();
        enrolment::write_answer(&ward.answer())
    });
    ok(desk.load_enrolment(answer).await);
    ok(desk.unlock(secret(PASSPHRASE)).await);
    desk
}

/// The database of a workstation that is closed.
pub async fn database(folder: &Path) -> sqlx::SqliteConnection {
    use sqlx::ConnectOptions as _;
    let vault = std::fs::read(folder.join("vault.age")).unwrap();
    let passphrase = wl_seal::Passphrase::new(PASSPHRASE.to_owned()).unwrap();
    let vault = wl_seal::Vault::open(&vault, &passphrase).unwrap();
    let hex: String = vault.database_key().expose().iter().map(|byte| format!("{byte:02x}")).collect();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("desk.db"));
    options.pragma("key", format!("\"x'{hex}'\"")).connect().await.unwrap()
}
