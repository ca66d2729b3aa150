//! A workstation without a window, for tests of the whole system.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

pub(crate) mod device;
pub(crate) mod ledger;
pub(crate) mod load;
pub(crate) mod programs;
pub(crate) mod readings;
pub(crate) mod system;

use secrecy::SecretString;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wl_desk::profile::{Keys, Profile};
use wl_desk::view::UiError;
use wl_desk::{Desk, Settings};
use wl_ledger::Role;
use wl_ledger::control::ProvenEnrolment;
use wl_seal::{Passphrase, WorkFactor};
use wl_sim::hospital::PASSPHRASE;
use wl_wire::enrolment::{Answer, write_answer};
use wl_wire::gateway::GatewayClient;
use zeroize::Zeroizing;

/// A workstation with keys of its own.
pub(crate) struct Station {
    directory: PathBuf,
    request: ProvenEnrolment,
}

impl Station {
    pub(crate) fn new(parent: &Path, name: &str, role: Role) -> Self {
        let directory = parent.join(name);
        let profile = Profile::open(&directory).unwrap();
        let mut entropy = Zeroizing::new([0u8; 128]);
        getrandom::fill(entropy.as_mut_slice()).unwrap();
        let passphrase = Passphrase::new(PASSPHRASE.to_owned()).unwrap();
        let work = WorkFactor::new(4).unwrap();
        let request = profile.create_keys(name, role, &passphrase, &entropy, work).unwrap();
        Self { directory, request }
    }

    /// A workstation whose keys were made before.
    pub(crate) fn again(parent: &Path, name: &str) -> Self {
        let directory = parent.join(name);
        let (_, request) = Profile::open(&directory).unwrap().request().unwrap();
        Self { directory, request }
    }

    pub(crate) fn request(&self) -> ProvenEnrolment {
        self.request.clone()
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Loads the answer without a desk and unlocks the keys.
    pub(crate) fn keys(&self, answer: &Answer) -> Keys {
        let profile = Profile::open(&self.directory).unwrap();
        profile.load_answer(&write_answer(answer)).unwrap();
        profile.unlock(&Passphrase::new(PASSPHRASE.to_owned()).unwrap()).unwrap()
    }

    /// A client of the gateway that shows this person's key.
    pub(crate) fn client(&self, answer: &Answer) -> GatewayClient {
        let validator = &answer.validators[0];
        let transport = self.keys(answer).transport().unwrap();
        GatewayClient::new(&transport, &validator.transport, &validator.address).unwrap()
    }

    /// Loads the answer and unlocks.
    pub(crate) async fn enter(&self, answer: &Answer) -> Desk {
        let desk = ok(Desk::open(&self.directory, Settings::default()));
        ok(desk.load_enrolment(write_answer(answer)).await);
        ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
        desk
    }
}

/// The answer, or a failure that says what the desk said.
pub(crate) fn ok<T>(answer: Result<T, UiError>) -> T {
    answer.unwrap_or_else(|error| panic!("{} {}", error.message, error.hint))
}

/// Waits until something holds, or fails with what it was.
pub(crate) async fn until<F: Future<Output = bool>>(
    patience: Duration,
    what: &str,
    mut holds: impl FnMut() -> F,
) {
    let end = Instant::now() + patience;
    while !holds().await {
        assert!(Instant::now() < end, "did not come true in {patience:?}: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
