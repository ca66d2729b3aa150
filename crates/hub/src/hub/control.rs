//! The hub's own door for commands on the same machine: a socket in its directory that only its owner
//! can open, so that a patient can be added while the hub runs.
//!
//! A request and its reply are each one deterministic CBOR value behind its length (4 bytes, big endian).

use super::{Hub, Shared, follow};
use crate::bedside::DEFAULT_INTERVAL;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use wl_ledger::codec;
use wl_ledger::control::{Action, Agreement, Registration};
use wl_ledger::{AgreementId, Height, PatientId};
use wl_wire::identity::Identity;

const MAX_MESSAGE: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(60);

/// What the owner of a hub asks of it.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum Request {
    /// Add a patient whose devices send every so many milliseconds.
    #[n(0)]
    AddPatient(#[n(0)] Identity, #[n(1)] i64),
    /// Say an agreement with the patient's key.
    #[n(1)]
    Agree(#[n(0)] Agreement),
    /// End an agreement with the patient's key.
    #[n(2)]
    EndAgreement(#[n(0)] PatientId, #[n(1)] AgreementId),
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
    match request {
        Request::AddPatient(identity, interval) => {
            let interval = if interval > 0 { interval } else { DEFAULT_INTERVAL };
            let added = shared.core.lock().await.add_patient(identity, interval).await;
            added.map_or_else(|error| Reply::Failed(error.to_string()), Reply::Registration)
        }
        Request::Agree(agreement) => sealed(
            follow::say_for_patient(shared, agreement.patient, Action::GrantAgreement(agreement)).await,
        ),
        Request::EndAgreement(patient, id) => {
            sealed(follow::say_for_patient(shared, patient, Action::RevokeAgreement(id)).await)
        }
    }
}

fn sealed(said: Result<Height, follow::SayError>) -> Reply {
    said.map_or_else(|error| Reply::Failed(error.to_string()), Reply::Sealed)
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
