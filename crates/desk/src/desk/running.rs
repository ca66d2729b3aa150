//! The tasks of a session: they are started together, told to stop, and waited for.

use super::{Answer, Shared};
use crate::edge;
use crate::outbox;
use crate::profile::{Keys, Profile};
use crate::second::{self, Source};
use crate::session::{Core, Session, stopped};
use crate::store::StoreError;
use crate::sync::{Evidence, driver};
use crate::view::UiError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wl_wire::gateway::GatewayClient;
use wl_wire::tls::TransportKey;

/// How often the log is moved into the database and the head is pinned, in seconds.
const CHECKPOINT: u64 = 30;
/// How long after unlocking the pages of the database are checked, in seconds.
const CHECK_PAGES_AFTER: u64 = 20;

/// A session with its tasks.
pub(super) struct Running {
    pub(super) session: Arc<Session>,
    pub(super) client: Option<GatewayClient>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    async fn end(self) -> Arc<Session> {
        // Nobody listens when all tasks have ended already.
        let _no_task_left = self.stop.send(true);
        for task in self.tasks {
            // A task that was cut short by a panic has nothing left to say.
            let _ended = task.await;
        }
        self.session
    }
}

impl Shared {
    /// Starts a session with unlocked keys, in the place of a locked one.
    pub(super) async fn start(&self, keys: Keys) -> Answer<()> {
        let mut running = self.running.write().await;
        let mut unkept = Vec::new();
        if let Some(former) = running.take() {
            // What a locked session saw must not be forgotten by unlocking.
            unkept = former.end().await.core().await.take_unkept();
        }
        let transport = keys.transport()?;
        let mut core = Core::start(&self.profile, keys, edge::now()).await?;
        for (evidence, seen) in unkept {
            core.keep(&evidence, seen).await?;
        }
        // Every window is told that the desk is open, not only the one that has opened it.
        core.changes.state = true;
        let gateways = other_gateways(&core, &transport);
        let client = match core.answer.validators.first() {
            Some(one) if self.settings.online => {
                Some(GatewayClient::new(&transport, &one.transport, &one.address).map_err(|_| {
                    UiError::bad_input("The gateway's address in the enrolment file cannot be used.")
                })?)
            }
            Some(_) | None => None,
        };
        let session = Arc::new(Session::new(core));
        let stop = watch::Sender::new(false);
        let mut tasks = vec![
            spawn("reopen", reopen(Arc::clone(&session), stop.subscribe())),
            spawn("pages", check_pages(Arc::clone(&session), stop.subscribe())),
            spawn(
                "checkpoint",
                checkpoint(Arc::clone(&session), Arc::clone(&self.profile), stop.subscribe()),
            ),
        ];
        if let Some(client) = &client {
            tasks.push(spawn(
                "follow",
                driver::follow(Arc::clone(&session), client.clone(), stop.subscribe()),
            ));
            tasks.push(spawn("second", second::watch(Arc::clone(&session), gateways, stop.subscribe())));
            tasks.push(spawn("outbox", outbox::send(Arc::clone(&session), client.clone(), stop.subscribe())));
        }
        *running = Some(Running { session, client, stop, tasks });
        drop(running);
        self.outlet.ring();
        Ok(())
    }

    /// Locks the session; the driver goes on for the sake of alarms.
    pub(super) async fn lock(&self) -> Answer<()> {
        let Some(session) = self.session().await else { return Ok(()) };
        let locked = session.core().await.lock(edge::now()).await;
        self.profile.leave_token();
        // What was signed before the keys went is sent now.
        session.outgoing.notify_one();
        session.stepped();
        self.outlet.ring();
        Ok(locked?)
    }

    /// Ends the session.
    pub(super) async fn close(&self) -> Answer<()> {
        let Some(running) = self.running.write().await.take() else { return Ok(()) };
        let profile = Arc::clone(&self.profile);
        let client = running.client.clone();
        let session = running.end().await;
        let pinned = pin(&session, &self.profile).await;
        let locked = session.core().await.lock(edge::now()).await;
        if tokio::task::spawn_blocking(move || profile.settle_token()).await.is_err() {
            tracing::error!("the token was not left in order");
        }
        if let Some(client) = client {
            outbox::say_farewell(&session, &client).await;
        }
        pinned?;
        Ok(locked?)
    }

    pub(super) async fn client(&self) -> Answer<GatewayClient> {
        let running = self.running.read().await;
        running.as_ref().and_then(|running| running.client.clone()).ok_or_else(UiError::locked)
    }
}

/// The other gateways of the chain, by the addresses and pins of genesis.
fn other_gateways(core: &Core, transport: &TransportKey) -> Vec<Source> {
    let others = core.answer.validators.iter().skip(1);
    let source = |one: &wl_ledger::control::Validator| {
        let client = GatewayClient::new(transport, &one.transport, &one.address).ok()?;
        Some(Source::Gateway(one.address.clone(), client))
    };
    others.filter_map(source).collect()
}

fn spawn(
    name: &'static str,
    task: impl Future<Output = Result<(), StoreError>> + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = task.await {
            // The window sees it as a gateway that is lost: nothing new is shown after this.
            tracing::error!(%error, task = name, "a task of the session has ended");
        }
    })
}

/// Opens what waits for its key, batch after batch, leaving room for live values.
async fn reopen(session: Arc<Session>, mut stop: watch::Receiver<bool>) -> Result<(), StoreError> {
    loop {
        let more = session.reopen(edge::now()).await?;
        let pause = if more { Duration::from_millis(5) } else { Duration::from_millis(250) };
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn checkpoint(
    session: Arc<Session>,
    profile: Arc<Profile>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), StoreError> {
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Ok(()),
            () = tokio::time::sleep(Duration::from_secs(CHECKPOINT)) => pin(&session, &profile).await?,
        }
    }
}

/// Checks every page of the database once, beside everything else and after whoever unlocked has seen the ward: it reads
/// the whole file.
async fn check_pages(session: Arc<Session>, mut stop: watch::Receiver<bool>) -> Result<(), StoreError> {
    tokio::select! {
        biased;
        () = stopped(&mut stop) => Ok(()),
        checked = look_at_pages(&session) => checked,
    }
}

async fn look_at_pages(session: &Session) -> Result<(), StoreError> {
    tokio::time::sleep(Duration::from_secs(CHECK_PAGES_AFTER)).await;
    let store = session.core().await.store();
    let Some(store) = store else { return Ok(()) };
    let pages = store.damaged_pages().await?;
    if pages > 0 {
        session.core().await.keep(&Evidence::ChangedPages { pages }, edge::now()).await?;
    }
    Ok(())
}

/// Makes the head durable, then pins it. If it stops between, the pin is older than the database, which is no fault.
async fn pin(session: &Session, profile: &Profile) -> Result<(), StoreError> {
    let store = session.core().await.store();
    let Some(store) = store else { return Ok(()) };
    if let Some(head) = store.checkpoint().await?
        && let Err(error) = profile.pin_head(head.height, head.id)
    {
        tracing::error!(%error, "the head was not pinned");
    }
    Ok(())
}
