//! Saying something on the control lane with a patient's or a guardian's own key: opened for one signature, then wiped.

use super::follow::{SayError, submit, wait_for};
use super::{HubError, Shared, fatal};
use crate::consent::{ConsentError, ConsentFiles, Signer, Throttle};
use crate::core::CoreError;
use crate::edge;
use tokio::sync::Mutex;
use wl_ledger::control::{Action, Guardian, Registration, SignedTransaction, Transaction};
use wl_ledger::keys::SigningKey;
use wl_ledger::state::State;
use wl_ledger::{Height, KeyId, PatientId};
use wl_seal::Passphrase;
use wl_vitals::writing::{Answer, Reply};
use wl_wire::identity::Identity;
use wl_wire::messages::Item;

/// The key files. One passphrase is tried at a time: each takes 128 MiB.
pub(crate) struct Speaker {
    files: ConsentFiles,
    turn: Mutex<()>,
}

impl Speaker {
    pub(crate) fn new(files: ConsentFiles) -> Self {
        Self { files, turn: Mutex::new(()) }
    }

    /// The files, for a backup.
    pub(crate) fn files(&self) -> &ConsentFiles {
        &self.files
    }
}

/// Lets a passphrase be tried, behind the throttle of its patient. The try counts as a wrong one, durably, before it is
/// made: whoever ends the hub in the middle, or starts it again, has gained none.
async fn tried<T>(
    shared: &Shared,
    patient: PatientId,
    attempt: impl Future<Output = Result<T, ConsentError>>,
) -> Result<T, ConsentError> {
    let _turn = shared.speaker.turn.lock().await;
    let before = shared.core.lock().await.throttle(&patient).await;
    let before = before.map_err(|error| not_kept(shared, &error))?;
    before.check(edge::now())?;
    keep(shared, patient, before.wrong(edge::now())).await?;
    let outcome = attempt.await;
    let after = match &outcome {
        Ok(_) => Throttle::default(),
        Err(ConsentError::Refused) => before.wrong(edge::now()),
        Err(_) => before,
    };
    keep(shared, patient, after).await?;
    outcome
}

async fn keep(shared: &Shared, patient: PatientId, throttle: Throttle) -> Result<(), ConsentError> {
    let kept = shared.core.lock().await.keep_throttle(&patient, &throttle).await;
    kept.map_err(|error| not_kept(shared, &error))
}

fn not_kept(shared: &Shared, error: &CoreError) -> ConsentError {
    super::fatal(shared, error);
    ConsentError::NotKept
}

/// Opens a key on a thread of its own, behind the throttle of its patient.
async fn open(
    shared: &Shared,
    patient: PatientId,
    signer: Signer,
    passphrase: Passphrase,
) -> Result<SigningKey, ConsentError> {
    let files = shared.speaker.files.clone();
    tried(shared, patient, blocking(move || files.open(&patient, &signer, &passphrase))).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConsentError> + Send + 'static,
) -> Result<T, ConsentError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(ConsentError::Disk(std::io::Error::other(stopped))),
    }
}

/// Whose key among these a passphrase opens; each that it does not open counts as one wrong try together.
pub(crate) async fn which(
    shared: &Shared,
    patient: PatientId,
    signers: &[Signer],
    typed: &str,
) -> Result<Signer, ConsentError> {
    if !shared.core.lock().await.has_patient(&patient) {
        return Err(ConsentError::Refused);
    }
    let any = async {
        let mut outcome: Result<Signer, ConsentError> = Err(ConsentError::Refused);
        for signer in signers.iter().copied() {
            let (files, passphrase) = (shared.speaker.files.clone(), Passphrase::new(typed.to_owned())?);
            match blocking(move || files.open(&patient, &signer, &passphrase)).await {
                Ok(_wiped) => return Ok(signer),
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    };
    tried(shared, patient, any).await
}

/// Says something for a patient. Waits until it is sealed and verified here.
pub(crate) async fn say(
    shared: &Shared,
    patient: PatientId,
    signer: Signer,
    passphrase: Passphrase,
    action: Action,
) -> Result<Height, SayError> {
    if !shared.core.lock().await.has_patient(&patient) {
        return Err(SayError::NotOurs(patient));
    }
    let key = open(shared, patient, signer, passphrase).await?;
    say_with(shared, &key, action).await
}

async fn say_with(shared: &Shared, key: &SigningKey, action: Action) -> Result<Height, SayError> {
    let item = {
        let core = shared.core.lock().await;
        let number = core.state().next_number(&key.id());
        let transaction = Transaction { number, author: Some(key.id()), made: edge::now(), action };
        let signed = SignedTransaction::sign(&[key], &core.answer().chain, transaction);
        Item { entry: wl_ledger::block::Entry::Control(signed.bytes().to_vec()), body: None }
    };
    let height = submit(shared, vec![item]).await?;
    wait_for(shared, height).await;
    Ok(height)
}

/// The name of the key with which somebody signs for a patient.
pub(crate) fn key_of(state: &State, patient: &PatientId, signer: Signer) -> Option<KeyId> {
    match signer {
        Signer::Patient => state.patient(patient).map(|known| known.sign.id()),
        Signer::Guardian(key) => state.may_sign_for(patient, &key).then_some(key),
    }
}

/// Answers advice with the key that this passphrase opens. The answer is durable here when this returns, and on its way.
pub(crate) async fn answer(
    shared: &Shared,
    patient: PatientId,
    signer: Signer,
    passphrase: Passphrase,
    answer: Answer,
) -> Result<(), SayError> {
    {
        let core = shared.core.lock().await;
        if !core.has_patient(&patient) {
            return Err(SayError::NotOurs(patient));
        }
        core.check_answer(&patient, &answer, edge::now())?;
    }
    let key = open(shared, patient, signer, passphrase).await?;
    let mut core = shared.core.lock().await;
    // A guardian may have been dismissed since the session began, whatever key file is still here.
    if key_of(core.state(), &patient, signer) != Some(key.id()) {
        return Err(ConsentError::Refused.into());
    }
    let reply = Reply::sign(answer, &core.answer().chain, &patient, &key);
    match core.take_reply(&patient, &reply, edge::now()).await {
        Ok(()) => shared.queued.notify_one(),
        Err(CoreError::Answer(refusal)) => return Err(refusal.into()),
        Err(error) => {
            fatal(shared, &error);
            return Err(SayError::Busy);
        }
    }
    Ok(())
}

/// Makes a patient's pseudonym and key, takes the patient up and gives what an administrator is to register.
pub(super) async fn add_patient(
    shared: &Shared,
    identity: Identity,
    interval: i64,
    passphrase: Passphrase,
) -> Result<Registration, HubError> {
    identity.check().map_err(|_| HubError::Unshowable)?;
    let patient = PatientId::from_bytes(edge::random().map_err(CoreError::from)?);
    let files = shared.speaker.files.clone();
    let key = blocking(move || files.create(patient, false, &passphrase)).await?;
    let mut core = shared.core.lock().await;
    core.add_patient(patient, identity, interval).await?;
    Ok(Registration::prove(&core.answer().chain, patient, &key, core.hub()))
}

/// Makes a guardian's key under the guardian's own passphrase and lets the patient appoint the guardian.
pub(crate) async fn appoint(
    shared: &Shared,
    patient: PatientId,
    passphrase: Passphrase,
    guardians: Passphrase,
) -> Result<(KeyId, Height), SayError> {
    if !shared.core.lock().await.has_patient(&patient) {
        return Err(SayError::NotOurs(patient));
    }
    // The patient's passphrase first, so that nobody else can fill the disk with keys.
    let patients = open(shared, patient, Signer::Patient, passphrase).await?;
    let files = shared.speaker.files.clone();
    let key = blocking(move || files.create(patient, true, &guardians)).await?;
    let chain = shared.core.lock().await.answer().chain;
    let guardian = Guardian::prove(&chain, &patient, &key);
    let height = say_with(shared, &patients, Action::AppointGuardian(patient, guardian)).await?;
    Ok((key.id(), height))
}
