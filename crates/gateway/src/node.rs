//! One running gateway: the data directory, the sequencer's thread, the heartbeat, the server.

use crate::api::public::{self, PublicService};
use crate::api::{self, Limits, PublicLimits, Service, Status};
use crate::checkpoints::Checkpoints;
use crate::clock::{self, Clock};
use crate::erasing::Erasing;
use crate::feed::Feed;
use crate::heartbeats::Heartbeats;
use crate::keys::{Keys, KeysError};
use crate::sequencer::solo::{Fatal, Parts, solo};
use crate::sequencer::{Probe, Tip, Uninterrupted};
use crate::store::{Store, StoreError};
use crate::witnessing::{Asking, WitnessAt};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wl_ledger::keys::PublicKey;
use wl_ledger::propose::Proposer;
use wl_ledger::verify::{Verifier, VerifyError};
use wl_ledger::{ChainId, Hash, Height};
use wl_wire::files::{DirLock, read_bounded};
use wl_wire::messages::MAX_REQUEST_BYTES;
use wl_wire::serve::{ServeLimits, serve, serve_plain};
use wl_wire::tls::{KnownPeers, TlsError};

/// Blocks at the end of the chain whose entries are compared with their headers at every start. Older ones are
/// compared by whoever reads them.
const CHECKED_BLOCKS: u64 = 1024;

/// The files of a data directory.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The gateway's keys.
    pub keys: PathBuf,
    /// The chain id, in hexadecimal; it is written last at founding.
    pub chain: PathBuf,
    /// The database.
    pub database: PathBuf,
    /// The enrolment answer to be given to hubs and workstations.
    pub answer: PathBuf,
}

impl Paths {
    /// The files of this directory.
    pub fn of(dir: &Path) -> Self {
        Self {
            keys: dir.join("gateway.keys"),
            chain: dir.join("chain"),
            database: dir.join("gateway.db"),
            answer: dir.join("answer.txt"),
        }
    }
}

/// What a gateway is started with.
#[derive(Clone)]
pub struct Config {
    /// The data directory, founded before.
    pub dir: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What peers are granted.
    pub limits: Limits,
    /// Where anybody may read headers, checkpoints and proofs; nowhere unless said.
    pub public: Option<SocketAddr>,
    /// What strangers are granted there.
    pub public_limits: PublicLimits,
    /// Who is asked to cosign checkpoints.
    pub witnesses: Vec<WitnessAt>,
    /// How often they are asked.
    pub witness_every: std::time::Duration,
    /// The clock.
    pub clock: Clock,
}

impl Config {
    /// Listens at an address with the default limits and the system's clock.
    pub fn new(dir: impl Into<PathBuf>, listen: SocketAddr) -> Self {
        Self {
            dir: dir.into(),
            listen,
            limits: Limits::default(),
            public: None,
            public_limits: PublicLimits::default(),
            witnesses: Vec::new(),
            witness_every: std::time::Duration::from_secs(60),
            clock: clock::system(),
        }
    }
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No chain was founded here, or founding was interrupted.
    #[error("no chain was founded in this directory; run `wardlight-gateway init`")]
    NotFounded(#[source] io::Error),
    /// The chain file is damaged.
    #[error("the chain file is damaged; restore the data directory from its backup")]
    ChainFile,
    /// Another process runs on this directory.
    #[error("another gateway runs on this directory; stop it first")]
    Locked(#[source] io::Error),
    /// The key file.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stored chain does not verify.
    #[error("the stored chain does not verify; restore the data directory from its backup")]
    Chain(#[from] VerifyError),
    /// The database holds no block.
    #[error("the database holds no genesis; restore the data directory from its backup")]
    Empty,
    /// The key of this directory is no validator of its chain.
    #[error("the gateway's key is no validator of this chain; the key file belongs to another directory")]
    NotAValidator,
    /// The address is taken or not ours.
    #[error("cannot listen at {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// A thread or TLS could not be set up.
    #[error("the gateway could not be set up")]
    Setup(#[from] io::Error),
    /// TLS.
    #[error("TLS could not be set up")]
    Tls(#[from] TlsError),
}

/// A started gateway.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where anybody may read.
    pub public: Option<SocketAddr>,
    /// Its chain.
    pub chain: ChainId,
    /// The transport key that clients pin.
    pub transport: PublicKey,
    done: JoinHandle<Result<(), Fatal>>,
}

impl Running {
    /// Waits until it was told to stop and has stopped, or stopped on its own because going on was not safe.
    ///
    /// # Errors
    /// [`Fatal`].
    pub async fn finished(self) -> Result<(), Fatal> {
        self.done.await.unwrap_or(Err(Fatal::Contradiction("a task of the gateway panicked")))
    }
}

/// Starts a gateway. It runs until `shutdown` is cancelled.
///
/// # Errors
/// [`StartError`].
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<Running, StartError> {
    run_probed(config, shutdown, Uninterrupted).await
}

/// The same with a probe between the steps of sealing, for tests that stop there.
///
/// # Errors
/// [`StartError`].
#[doc(hidden)]
pub async fn run_probed(
    config: Config,
    shutdown: CancellationToken,
    probe: impl Probe + Clone,
) -> Result<Running, StartError> {
    let Opened { lock, keys, store, proposer } = open(&config.dir).await?;
    let chain = store.chain();
    let tip = tip_of(&proposer)?;
    let feed = Arc::new(Feed::new(tip, proposer.state()));
    let heartbeats = Arc::new(Heartbeats::restore(store.heartbeats().await?, &feed, &chain));
    let listener = bind(config.listen).await?;
    let address = listener.local_addr()?;
    let public_listener = match config.public {
        Some(at) => Some(bind(at).await?),
        None => None,
    };
    let public = public_listener.as_ref().map(TcpListener::local_addr).transpose()?;
    let store = Arc::new(store);
    let known = config.witnesses.iter().map(|at| at.witness.clone()).collect();
    let checkpoints = Arc::new(Checkpoints::new(chain, keys.signing(), known));
    let parts = Parts {
        proposer,
        key: keys.signing(),
        store: Arc::clone(&store),
        feed: Arc::clone(&feed),
        clock: Arc::clone(&config.clock),
    };
    let (sequencer, task) = solo(parts, probe.clone());
    let erasing = Erasing {
        store: Arc::clone(&store),
        feed: Arc::clone(&feed),
        key: keys.signing(),
        sequencer: sequencer.clone(),
        clock: Arc::clone(&config.clock),
        probe,
    };
    let sequencing = spawn_thread(task)?;
    let service = Service {
        chain,
        store: Arc::clone(&store),
        feed: Arc::clone(&feed),
        heartbeats: Arc::clone(&heartbeats),
        checkpoints: Arc::clone(&checkpoints),
        sequencer,
        clock: Arc::clone(&config.clock),
        limits: config.limits,
        started: clock::monotonic(),
        shutdown: shutdown.clone(),
    };
    let outward = Outward {
        store: Arc::clone(&store),
        feed: Arc::clone(&feed),
        checkpoints,
        limits: config.public_limits,
        witnesses: config.witnesses,
        every: config.witness_every,
    };
    let outward = outward.start(public_listener, &shutdown);
    let beating = Beating {
        feed: Arc::clone(&feed),
        heartbeats,
        store,
        keys: keys.signing(),
        clock: config.clock,
        every: config.limits.heartbeat,
    };
    let transport_key = keys.transport()?;
    let known: KnownPeers = Arc::new(move |peer| feed.registry().knows(peer));
    let limits = ServeLimits { body_bytes: MAX_REQUEST_BYTES, ..ServeLimits::default() };
    let router = api::router(service);
    tracing::info!(%address, %chain, height = %tip.height, "gateway started");
    let done = tokio::spawn(async move {
        let _lock = lock;
        let stop = shutdown.clone();
        let serving =
            tokio::spawn(async move { serve(listener, router, &transport_key, known, limits, stop).await });
        let erasing = erasing.run(shutdown.clone());
        supervise(sequencing, beating, erasing, serving, outward, &shutdown).await
    });
    Ok(Running { address, public, chain, transport: keys.transport_public(), done })
}

/// Waits for the first thing to end, then for all: the directory's lock is held until the last write is done. An error
/// of the sequencer or of a write ends the gateway.
async fn supervise(
    mut sequencing: JoinHandle<Result<(), Fatal>>,
    beating: Beating,
    erasing: impl Future<Output = Result<(), Fatal>>,
    serving: JoinHandle<Result<(), TlsError>>,
    outward: TaskTracker,
    shutdown: &CancellationToken,
) -> Result<(), Fatal> {
    let sequenced =
        |ended: Result<_, _>| ended.unwrap_or(Err(Fatal::Contradiction("the sequencer panicked")));
    let store = Arc::clone(&beating.store);
    let (mut outcome, has_ended) = tokio::select! {
        () = shutdown.cancelled() => (Ok(()), false),
        ended = &mut sequencing => (sequenced(ended), true),
        ended = beating.run() => (ended, false),
        ended = erasing => (ended, false),
    };
    if let Err(error) = &outcome {
        tracing::error!(%error, cause = ?std::error::Error::source(error), "gateway stops");
    }
    shutdown.cancel();
    // Once the server has let go of its handles, the sequencer answers what it has taken and ends.
    let _served = serving.await;
    outward.wait().await;
    if !has_ended {
        outcome = outcome.and(sequenced(sequencing.await));
    }
    if let Some(store) = Arc::into_inner(store) {
        store.close().await?;
    }
    outcome
}

async fn bind(at: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(at).await.map_err(|error| StartError::Listen(at, error))
}

/// What is turned to the outside: the public port and the witnesses. Nothing of the ward waits for it.
struct Outward {
    store: Arc<Store>,
    feed: Arc<Feed>,
    checkpoints: Arc<Checkpoints>,
    limits: PublicLimits,
    witnesses: Vec<WitnessAt>,
    every: std::time::Duration,
}

impl Outward {
    fn start(self, public: Option<TcpListener>, shutdown: &CancellationToken) -> TaskTracker {
        let tasks = TaskTracker::new();
        for witness in self.witnesses {
            let asking = Asking {
                store: Arc::clone(&self.store),
                feed: Arc::clone(&self.feed),
                checkpoints: Arc::clone(&self.checkpoints),
                every: self.every,
            };
            tasks.spawn(asking.run(witness, shutdown.clone()));
        }
        if let Some(listener) = public {
            let Self { store, feed, checkpoints, limits, .. } = self;
            let router = public::router(PublicService { store, feed, checkpoints, limits });
            tasks.spawn(serve_plain(listener, router, public::SERVE, shutdown.clone()));
        }
        tasks.close();
        tasks
    }
}

struct Opened {
    lock: DirLock,
    keys: Keys,
    store: Store,
    proposer: Proposer,
}

async fn open(dir: &Path) -> Result<Opened, StartError> {
    let paths = Paths::of(dir);
    let chain = read_chain(&paths)?;
    let lock = DirLock::take(dir).map_err(StartError::Locked)?;
    let keys = Keys::read(&paths.keys)?;
    let store = Store::open(&paths.database, chain).await?;
    let proposer = resume(&store).await?;
    let key = keys.signing().public();
    let founding = proposer.state().founding();
    if founding.into_iter().flat_map(|founding| &founding.validators).any(|validator| validator.sign == key) {
        Ok(Opened { lock, keys, store, proposer })
    } else {
        Err(StartError::NotAValidator)
    }
}

fn read_chain(paths: &Paths) -> Result<ChainId, StartError> {
    let text = read_bounded(&paths.chain, 256).map_err(StartError::NotFounded)?;
    let text = core::str::from_utf8(&text).map_err(|_| StartError::ChainFile)?;
    ChainId::from_hex(text.trim()).ok_or(StartError::ChainFile)
}

/// Verifies the stored chain and goes on where it ends.
async fn resume(store: &Store) -> Result<Proposer, StartError> {
    let tip = store.tip().await?.ok_or(StartError::Empty)?;
    let mut lane = store.lane(Height(0), tip, usize::MAX).await?;
    if let Some((_, earlier)) = lane.split_last_mut() {
        // The newest certificate certifies every header before it.
        earlier.iter_mut().for_each(|item| item.certificate = None);
    }
    let mut verifier = Verifier::new(store.chain());
    verifier.advance(&lane)?;
    check_newest_blocks(store, &verifier, tip).await?;
    let streams: Vec<_> = verifier.state().streams().map(|(id, _)| *id).collect();
    drop(verifier);
    let mut tails = Vec::new();
    for stream in streams {
        if let Some(tail) = store.tail(stream).await? {
            tails.push((stream, tail));
        }
    }
    Ok(Proposer::resume(store.chain(), &lane, tails)?)
}

async fn check_newest_blocks(store: &Store, verifier: &Verifier, tip: Height) -> Result<(), StartError> {
    let mut from = Height(tip.0.saturating_sub(CHECKED_BLOCKS.saturating_sub(1)));
    while from <= tip {
        let blocks = store.blocks(from, tip, 16 * 1024 * 1024).await?;
        for content in blocks {
            let header = verifier.header(content.height).filter(|_| content.height == from);
            let header = header.ok_or(VerifyError::Gap { expected: from, got: content.height })?;
            header.admit(content.items.into_iter().map(|item| item.item.entry).collect())?;
            from = Height(from.0.saturating_add(1));
        }
        if store.blocks(from, tip, 1).await?.is_empty() && from <= tip {
            return Err(VerifyError::EntryCount { height: from, signed: 0, got: 0 }.into());
        }
    }
    Ok(())
}

fn tip_of(proposer: &Proposer) -> Result<Tip, StartError> {
    let (height, id, time) = proposer.tip().ok_or(StartError::Empty)?;
    Ok(Tip { height, id, time })
}

/// The sequencer verifies signatures without a pause, so it gets a thread of its own.
fn spawn_thread(
    task: impl Future<Output = Result<(), Fatal>> + Send + 'static,
) -> io::Result<JoinHandle<Result<(), Fatal>>> {
    let runtime = tokio::runtime::Handle::current();
    let (ended, end) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().name("sequencer".to_owned()).spawn(move || {
        // An error says that nobody waits for the outcome any more.
        let _gone = ended.send(runtime.block_on(task));
    })?;
    Ok(tokio::spawn(async move { end.await.unwrap_or(Err(Fatal::Contradiction("the sequencer panicked"))) }))
}

struct Beating {
    feed: Arc<Feed>,
    heartbeats: Arc<Heartbeats>,
    store: Arc<Store>,
    keys: wl_ledger::keys::SigningKey,
    clock: Clock,
    every: std::time::Duration,
}

impl Beating {
    async fn run(self) -> Result<(), Fatal> {
        let chain = self.store.chain();
        let mut tick = interval(self.every);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.heartbeats.beat(&self.feed, &self.keys, &chain, (self.clock)());
            let unwritten = self.heartbeats.unwritten();
            if !unwritten.is_empty() {
                self.store.put_heartbeats(&unwritten).await?;
            }
        }
    }
}

/// Verifies the chain of a directory on which no gateway runs, and tells its state.
///
/// # Errors
/// [`StartError`].
pub async fn inspect(dir: &Path) -> Result<Status, StartError> {
    let Opened { store, proposer, lock: _lock, .. } = open(dir).await?;
    let tip = tip_of(&proposer)?;
    let chain = store.chain();
    store.close().await?;
    let id: Hash = tip.id;
    Ok(Status {
        chain: chain.to_string(),
        height: tip.height.0,
        header: id.to_string(),
        block_time: tip.time.0,
        time: clock::now().0,
        uptime_s: None,
        live_streams: None,
        version: env!("CARGO_PKG_VERSION"),
    })
}
