//! A running hub: tasks that follow the chain, carry out agreements, send what is queued, beat, and listen to devices.

pub mod control;
mod deliver;
mod follow;
mod listen;
mod recover;
pub(crate) mod speak;

use crate::backup::{BackupFailure, Guard};
use crate::consent::{ConsentError, Signer};
use crate::core::{Core, CoreError};
use crate::edge;
use crate::home::{Home, HomeError};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use wl_ledger::control::{Action, Registration};
use wl_ledger::{Height, KeyId, PatientId};
use wl_seal::Passphrase;
use wl_wire::gateway::{ClientError, GatewayClient};
use wl_wire::identity::Identity;

/// Time between heartbeats.
const BEAT: Duration = Duration::from_secs(5);
/// Time between looks at the alarm rules' timers.
const TICK: Duration = Duration::from_secs(1);

/// Why a hub does not start.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The hub's directory cannot be used.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The hub's state cannot be used.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// This hub was not enrolled yet.
    #[error(
        "this hub has no enrolment answer yet: have an administrator enrol its request, then load the answer"
    )]
    NotEnrolled,
    /// The answer names no gateway.
    #[error("the enrolment answer names no gateway")]
    NoGateway,
    /// The gateway client cannot be made.
    #[error("the connection to the gateway cannot be set up")]
    Client(#[from] ClientError),
    /// Screens could not show the name of a patient as what it is.
    #[error(
        "name, record number, birth date, bed and ward are one line each, of at most 200 bytes, without characters that \
         control anything or turn the reading direction"
    )]
    Unshowable,
    /// A patient's key could not be made.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// A backup was not made.
    #[error(transparent)]
    Backup(#[from] BackupFailure),
    /// What was to be said was not.
    #[error(transparent)]
    Say(#[from] SayError),
    /// The page is to be served where others could listen.
    #[error(
        "the patients' page is served on this machine only, not at {0}: let a browser here or a tunnel reach it"
    )]
    PageAddress(SocketAddr),
    /// The listener for the page cannot be opened.
    #[error("cannot serve the patients' page: name another address, or serve none")]
    Page(#[source] std::io::Error),
    /// The listener for devices cannot be opened.
    #[error("cannot listen for devices")]
    Listen(#[source] std::io::Error),
}

/// What the tasks of a hub share.
pub(crate) struct Shared {
    pub(crate) core: Mutex<Core>,
    pub(crate) client: GatewayClient,
    pub(crate) speaker: speak::Speaker,
    /// Something is in the outbox.
    pub(crate) queued: Notify,
    /// The control lane said something.
    pub(crate) said: Notify,
    /// The verified height, for those who wait for a transaction to arrive.
    pub(crate) height: watch::Sender<Option<Height>>,
    /// Whether the gateway answers.
    pub(crate) online: watch::Sender<bool>,
    pub(crate) stop: CancellationToken,
}

/// What a hub can tell about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HubStatus {
    /// Newest verified height.
    pub height: Height,
    /// Whether the gateway answers.
    pub online: bool,
    /// Records that wait in the outbox.
    pub waiting: u64,
    /// Records that the gateway refused for good.
    pub refused: u64,
    /// Patients.
    pub patients: usize,
    /// Whether everything that agreements ask for is on the ledger, and every key in the outbox or sent.
    pub settled: bool,
}

/// A running hub.
pub struct Hub {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    address: SocketAddr,
    page: Option<SocketAddr>,
}

/// Where patients find their page and their keys.
#[derive(Clone, Default)]
pub struct Page {
    /// Where the page is served, on this machine only; none serves none.
    pub listen: Option<SocketAddr>,
    /// Folders besides the hub's own in which key files are looked for: sticks.
    pub sticks: Vec<std::path::PathBuf>,
}

impl Hub {
    /// Starts a hub on its directory, listening for devices at `listen`.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn start(home: Home, listen: SocketAddr) -> Result<Self, HubError> {
        Self::start_with(home, listen, Page::default()).await
    }

    /// The same with a page for the patients.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn start_with(home: Home, listen: SocketAddr, page: Page) -> Result<Self, HubError> {
        let answer = home.answer()?.ok_or(HubError::NotEnrolled)?;
        let validator = answer.validators.first().ok_or(HubError::NoGateway)?;
        let client = GatewayClient::new(&home.transport_key()?, &validator.transport, &validator.address)?;
        let directory = home.directory().to_owned();
        let speaker = speak::Speaker::new(home.consent_files(page.sticks));
        let core = Core::open(home, answer).await?;
        let listener = TcpListener::bind(listen).await.map_err(HubError::Listen)?;
        let address = listener.local_addr().map_err(HubError::Listen)?;
        let shared = Arc::new(Shared {
            core: Mutex::new(core),
            client,
            speaker,
            queued: Notify::new(),
            said: Notify::new(),
            height: watch::Sender::new(None),
            online: watch::Sender::new(false),
            stop: CancellationToken::new(),
        });
        let mut tasks = JoinSet::new();
        let mut page_address = None;
        if let Some(at) = page.listen {
            // A passphrase must not cross a network in the clear.
            if !at.ip().is_loopback() {
                return Err(HubError::PageAddress(at));
            }
            let listener = TcpListener::bind(at).await.map_err(HubError::Page)?;
            page_address = Some(listener.local_addr().map_err(HubError::Page)?);
            tasks.spawn(crate::page::serve(Arc::clone(&shared), listener));
        }
        tasks.spawn(follow::follow(Arc::clone(&shared)));
        tasks.spawn(follow::carry_out(Arc::clone(&shared)));
        tasks.spawn(deliver::send_queued(Arc::clone(&shared)));
        tasks.spawn(tick(Arc::clone(&shared)));
        tasks.spawn(beat(Arc::clone(&shared)));
        tasks.spawn(control::serve(Arc::clone(&shared), directory));
        tasks.spawn(listen::listen(Arc::clone(&shared), listener));
        Ok(Self { shared, tasks, address, page: page_address })
    }

    /// Where devices connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the patients' page is served.
    pub fn page(&self) -> Option<SocketAddr> {
        self.page
    }

    /// Makes a patient's key under the patient's passphrase and returns what an administrator is to register.
    ///
    /// # Errors
    /// [`HubError`]; the hub goes on as it was.
    pub async fn add_patient(
        &self,
        identity: Identity,
        interval: i64,
        passphrase: Passphrase,
    ) -> Result<Registration, HubError> {
        speak::add_patient(&self.shared, identity, interval, passphrase).await
    }

    /// Says something on the ledger for a patient, with the key that this passphrase opens. Waits until it is sealed.
    ///
    /// # Errors
    /// [`SayError`].
    pub async fn say(
        &self,
        patient: PatientId,
        signer: Signer,
        passphrase: Passphrase,
        action: Action,
    ) -> Result<Height, SayError> {
        speak::say(&self.shared, patient, signer, passphrase, action).await
    }

    /// Makes a guardian's key under the guardian's own passphrase, and appoints the guardian with the patient's.
    ///
    /// # Errors
    /// [`SayError`].
    pub async fn appoint_guardian(
        &self,
        patient: PatientId,
        passphrase: Passphrase,
        guardians: Passphrase,
    ) -> Result<(KeyId, Height), SayError> {
        speak::appoint(&self.shared, patient, passphrase, guardians).await
    }

    /// Makes shares for guardians in an empty folder, `needed` of which restore this hub, and keeps the backup there new.
    ///
    /// # Errors
    /// [`HubError::Backup`].
    pub async fn back_up(
        &self,
        folder: std::path::PathBuf,
        needed: u8,
        guardians: Vec<Guard>,
    ) -> Result<(), HubError> {
        recover::begin(&self.shared, folder, needed, guardians).await
    }

    /// Waits until a height is verified here.
    pub async fn reached(&self, height: Height) {
        let mut seen = self.shared.height.subscribe();
        // The sender lives as long as this hub, so waiting cannot fail.
        let _reached = seen.wait_for(|verified| verified.is_some_and(|verified| verified >= height)).await;
    }

    /// Waits until the verified chain shows a patient.
    pub async fn knows(&self, patient: PatientId) {
        let mut seen = self.shared.height.subscribe();
        while self.shared.core.lock().await.state().patient(&patient).is_none() {
            if seen.changed().await.is_err() {
                return;
            }
        }
    }

    /// How the hub is.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn status(&self) -> Result<HubStatus, CoreError> {
        let mut core = self.shared.core.lock().await;
        let (waiting, refused) = core.outbox_counts().await?;
        let mailed = !core.has_letters().await?;
        let due = core.due(edge::now());
        let to_erase = crate::custody::erasable(core.state(), &core.hub());
        let erased = to_erase.is_empty() && core.to_erase_again().is_empty();
        Ok(HubStatus {
            height: core.seen(),
            online: *self.shared.online.borrow(),
            waiting,
            refused,
            patients: core.patients().count(),
            settled: !core.is_recovering() && mailed && due.is_empty() && erased,
        })
    }

    /// Stops: devices are told nothing more, everything taken in is durable already.
    pub async fn stop(mut self) {
        self.shared.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }

    /// Runs until a task ends, which only happens when the hub must stop: a fatal error or [`Self::stop`].
    pub async fn wait(&mut self) {
        self.tasks.join_next().await;
        self.shared.stop.cancel();
    }
}

pub use follow::SayError;

/// A fatal error: what cannot be made durable must not be acknowledged, so the hub stops.
pub(crate) fn fatal(shared: &Shared, error: &CoreError) {
    tracing::error!(%error, "the hub stops: it could not make something durable");
    shared.stop.cancel();
}

async fn tick(shared: Arc<Shared>) {
    let mut interval = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            _ = interval.tick() => {}
        }
        match shared.core.lock().await.tick(edge::now()).await {
            Ok(true) => shared.queued.notify_one(),
            Ok(false) => {}
            Err(error) => return fatal(&shared, &error),
        }
    }
}

async fn beat(shared: Arc<Shared>) {
    let mut interval = tokio::time::interval(BEAT);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            _ = interval.tick() => {}
        }
        let signed = shared.core.lock().await.heartbeat(edge::now()).await;
        match signed {
            Ok(Some(signed)) => {
                if let Err(error) = shared.client.heartbeat(signed).await {
                    tracing::debug!(%error, "heartbeat not delivered");
                }
            }
            Ok(None) => {}
            Err(error) => return fatal(&shared, &error),
        }
    }
}
