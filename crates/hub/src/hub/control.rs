//! The hub's own door for commands on the same machine: a socket in its directory that only its owner
//! can open, so that a patient can be added while the hub runs.
//!
//! A request and its reply are each one deterministic CBOR value behind its length (4 bytes, big endian).

use super::{Hub, HubError, Shared, recover, speak};
use crate::backup::Guard;
use crate::bedside::DEFAULT_INTERVAL;
use crate::consent::{ConsentError, Signer};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use wl_ledger::codec;
use wl_ledger::control::{Action, Registration};
use wl_ledger::{Height, KeyId, PatientId};
use wl_seal::{Passphrase, VaultError};
use wl_wire::identity::Identity;
use zeroize::Zeroizing;

const MAX_MESSAGE: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(60);

/// A passphrase on its way from the person who typed it to the hub, on one machine. Never printed, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed(Zeroizing<String>);

impl Typed {
    /// Takes what was typed.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// As a passphrase for one use.
    ///
    /// # Errors
    /// [`VaultError::PassphraseLength`].
    pub fn passphrase(&self) -> Result<Passphrase, VaultError> {
        Passphrase::new(self.0.as_str().to_owned())
    }
}

impl<C> minicbor::Encode<C> for Typed {
    fn encode<W: minicbor::encode::Write>(
        &self,
        cbor: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        cbor.str(&self.0).map(|_| ())
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Typed {
    fn decode(cbor: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(Self::new(cbor.str()?.to_owned()))
    }
}

/// What the owner of a hub asks of it.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum Request {
    /// Add a patient whose devices send every so many milliseconds, with a key under the patient's passphrase.
    #[n(0)]
    AddPatient(#[n(0)] Identity, #[n(1)] i64, #[n(2)] Typed),
    /// Say something for a patient, with the key that the passphrase of this person opens.
    #[n(1)]
    Say(#[n(0)] PatientId, #[n(1)] Signer, #[n(2)] Typed, #[n(3)] Action),
    /// Make a guardian's key under the guardian's passphrase (the second) and appoint the guardian with the patient's.
    #[n(2)]
    Appoint(#[n(0)] PatientId, #[n(1)] Typed, #[n(2)] Typed),
    /// Make shares for guardians in an empty folder, so many of which restore the hub, and keep the backup there new.
    #[n(3)]
    BackUp(#[n(0)] String, #[n(1)] u8, #[n(2)] Vec<GuardedBy>),
}

/// How a guardian's share is protected.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum GuardedBy {
    /// With the guardian's own age key.
    #[n(0)]
    Recipient(#[n(0)] String),
    /// Behind a passphrase that the guardian chose.
    #[n(1)]
    Passphrase(#[n(0)] Typed),
}

/// What the hub answers.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum Reply {
    /// What an administrator is to register.
    #[n(0)]
    Registration(#[n(0)] Registration),
    /// Said and sealed at this height.
    #[n(1)]
    Sealed(#[n(0)] Height),
    /// Not done, and why.
    #[n(2)]
    Failed(#[n(0)] String),
    /// A guardian with this key was appointed at this height.
    #[n(3)]
    Appointed(#[n(0)] KeyId, #[n(1)] Height),
    /// The backup and so many shares are written.
    #[n(4)]
    BackedUp(#[n(0)] u32),
}

/// Where the socket of a hub's directory lies.
pub fn socket(directory: &Path) -> PathBuf {
    directory.join("control.sock")
}

/// Asks the hub that runs on a directory. `None` when none runs there.
///
/// # Errors
/// The connection broke.
pub async fn ask(directory: &Path, request: &Request) -> io::Result<Option<Reply>> {
    let mut stream = match UnixStream::connect(socket(directory)).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    write(&mut stream, &codec::encode(request)).await?;
    let bytes = read(&mut stream).await?;
    codec::decode(&bytes, MAX_MESSAGE).map(Some).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Answers until stopped.
pub(super) async fn serve(shared: Arc<Shared>, directory: PathBuf) {
    let path = socket(&directory);
    // A socket left by a hub that was killed: the directory's lock says that nobody uses it.
    let _absent = std::fs::remove_file(&path);
    let listener = match UnixListener::bind(&path) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "the hub's control socket cannot be opened; the hub runs without it");
            return shared.stop.cancelled().await;
        }
    };
    loop {
        let stream = tokio::select! {
            () = shared.stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
        };
        let answered = tokio::time::timeout(PATIENCE, answer(&shared, stream)).await;
        if !matches!(answered, Ok(Ok(()))) {
            tracing::warn!("a command on the control socket broke off");
        }
    }
    let _absent = std::fs::remove_file(&path);
}

async fn answer(shared: &Shared, mut stream: UnixStream) -> io::Result<()> {
    let bytes = read(&mut stream).await?;
    let reply = match codec::decode(&bytes, MAX_MESSAGE) {
        Ok(request) => act(shared, request).await,
        Err(error) => Reply::Failed(error.to_string()),
    };
    write(&mut stream, &codec::encode(&reply)).await
}

async fn act(shared: &Shared, request: Request) -> Reply {
    let done = match request {
        Request::AddPatient(identity, interval, typed) => {
            add_patient(shared, identity, interval, &typed).await.map(Reply::Registration)
        }
        Request::Say(patient, signer, typed, action) => {
            say(shared, patient, signer, &typed, action).await.map(Reply::Sealed)
        }
        Request::Appoint(patient, patients, guardians) => {
            appoint(shared, patient, &patients, &guardians).await
        }
        Request::BackUp(folder, needed, guardians) => back_up(shared, folder, needed, guardians).await,
    };
    done.unwrap_or_else(|error| Reply::Failed(error.to_string()))
}

async fn add_patient(
    shared: &Shared,
    identity: Identity,
    interval: i64,
    typed: &Typed,
) -> Result<Registration, HubError> {
    let interval = if interval > 0 { interval } else { DEFAULT_INTERVAL };
    let passphrase = typed.passphrase().map_err(ConsentError::from)?;
    speak::add_patient(shared, identity, interval, passphrase).await
}

async fn say(
    shared: &Shared,
    patient: PatientId,
    signer: Signer,
    typed: &Typed,
    action: Action,
) -> Result<Height, HubError> {
    let passphrase = typed.passphrase().map_err(ConsentError::from)?;
    Ok(speak::say(shared, patient, signer, passphrase, action).await?)
}

async fn appoint(
    shared: &Shared,
    patient: PatientId,
    patients: &Typed,
    guardians: &Typed,
) -> Result<Reply, HubError> {
    let (patients, guardians) = (patients.passphrase(), guardians.passphrase());
    let patients = patients.map_err(ConsentError::from)?;
    let guardians = guardians.map_err(ConsentError::from)?;
    let (key, height) = speak::appoint(shared, patient, patients, guardians).await?;
    Ok(Reply::Appointed(key, height))
}

async fn back_up(
    shared: &Shared,
    folder: String,
    needed: u8,
    guardians: Vec<GuardedBy>,
) -> Result<Reply, HubError> {
    let count = u32::try_from(guardians.len()).unwrap_or(u32::MAX);
    let guard = |guarded| match guarded {
        GuardedBy::Recipient(text) => Ok(Guard::Recipient(text)),
        GuardedBy::Passphrase(typed) => typed.passphrase().map(Guard::Passphrase).map_err(ConsentError::from),
    };
    let guards = guardians.into_iter().map(guard).collect::<Result<Vec<_>, ConsentError>>()?;
    recover::begin(shared, PathBuf::from(folder), needed, guards).await?;
    Ok(Reply::BackedUp(count))
}

impl Hub {
    /// Does what the control socket would do, in this process.
    pub async fn command(&self, request: Request) -> Reply {
        act(&self.shared, request).await
    }
}

async fn write(stream: &mut UnixStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_u32(u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidData)?).await?;
    stream.write_all(bytes).await?;
    stream.flush().await
}

async fn read(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let length = usize::try_from(stream.read_u32().await?).map_err(|_| io::ErrorKind::InvalidData)?;
    if length > MAX_MESSAGE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
